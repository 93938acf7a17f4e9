"""Pixels of the page send an event id where the server sends a copy.

## When it fails
The server container has an active tag for a platform, and an active pixel of the web container reports events to the
same platform without an event id: a template whose event id field is empty, or a call in custom HTML without the key
the platform looks for (`eventID` of `fbq`, `event_id` of `ttq` and `pintrk`, `client_dedup_id` of `snaptr`,
`conversionId` of `rdt`). It warns when there is no export of a server container, but the web container routes to one.
Calls whose parameters come as a whole from a variable are not judged, nor are unknown templates.
## Why it matters
Without an id the platform cannot see that the pixel's event and the server's copy are one: both count. Reports show
twice the conversions, and bidding pays for sales that did not happen.
## How to fix
Make one id per event in the page, give it to the pixel in the platform's key, and to the server in the request.
## Sources
- official, 2026-11-25: developers.facebook.com Conversions API, deduplicate-pixel-and-server-events: eventID of fbq
- official, 2026-11-25: ads.tiktok.com/help/article/event-deduplication; learn.microsoft.com, LinkedIn deduplication
- official, 2026-11-25: developers.snap.com/marketing-api/Conversions-API/Deduplication: one id on both integrations
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...core.text import outside
from ...gtm.behaviours import Behaviour, Read, behaviour, holds
from ...gtm.scripts import platform_of, read_script
from ..sgtm._gtm import SHOWN, active, count, names, title
from ..sgtm._samples import ALL_PAGES, Json, export, google_tag, tag
from ..sgtm._vendors import vendor

_JUDGED = ("meta", "tiktok", "pinterest", "snapchat", "reddit", "x", "linkedin", "microsoft")
Lacking = dict[str, list[tuple[Entity, str]]]


@check(row="D1", severity=Severity.HIGH, needs=("web_container",))
def pixel_without_event_id(containers: Containers) -> Iterator[Finding | Reason]:
    served = {_platform(c, t) for c in containers.server for t in active(c)} - {""}
    routed = not containers.server and any(c.server_urls for c in containers.web)
    if not served and not routed:
        yield Reason(State.NOT_APPLICABLE, "No server tag for a platform whose pixel could report the same events.")
        return
    for container in containers.web:
        for platform, found in _lacking(container).items():
            if routed or platform in served:
                yield _finding(container, platform, found, routed)


def _platform(container: Container, tag: Entity) -> str:
    known = behaviour(container, tag)
    return (known.platform if known else platform_of(vendor(tag))) or ""


def _lacking(container: Container) -> Lacking:
    """Platform -> (tag, event) of what reports without an id."""
    found: Lacking = defaultdict(list)
    for one in active(container):
        if one.type == "html":
            for call in read_script(container, one).calls:
                platform = platform_of(call.vendor)
                named = call.tracks and call.event not in ("", "page")
                if platform and named and not (call.event_id or call.opaque):
                    found[platform].append((one, call.event))
            continue
        known = behaviour(container, one)
        if known and known.platform in _JUDGED and known.event and _empty(known, one):
            found[known.platform].append((one, "event"))
    return found


def _empty(known: Behaviour, tag: Entity) -> bool:
    """Whether a template has a place for the id, and none of its places is filled or fills itself."""
    reads = [r for r in known.reads if r.field == "event_id" and holds(r.when, tag)]
    return bool(reads) and not any(_filled(r, tag) for r in reads)


def _filled(read: Read, tag: Entity) -> bool:
    if read.made or read.data_layer or read.cookies or read.event_data:
        return True
    if any(tag.params.get(p) for p in (*read.params, *read.objects)):
        return True
    for row in read.rows:
        table = tag.params.get(row.table)
        for line in table if isinstance(table, list) else ():
            if isinstance(line, dict) and line.get(row.name_key) in row.names and line.get(row.value_key):
                return True
    return False


def _finding(container: Container, platform: str, found: list[tuple[Entity, str]], routed: bool) -> Finding:
    tags = list(dict.fromkeys(t.id for t, _ in found))
    by_id = {t.id: t for t, _ in found}
    events = {i: ", ".join(dict.fromkeys(outside(e, 60) for t, e in found if t.id == i)) for i in tags}
    why = "the server sends to as well" if not routed else "a server may send to as well"
    return Finding(
        State.WARN if routed else State.FAIL,
        f"{title(container)}: {count(len(tags), 'tag')} without an event id for {platform}, which {why}: "
        f"{names(by_id[i] for i in tags)}.",
        tuple(Evidence(container.where(by_id[i]), f"{events[i]} without an event id") for i in tags[:SHOWN]),
        "Give the pixel the id that the request to the server carries, in the platform's own key.",
        Grade.POSSIBLE if routed else Grade.LIKELY,
    )


def _html(call: str) -> Json:
    return tag("1", "Meta purchase", "html", ALL_PAGES, html=f"<script>{call}</script>")


def _pixel(event_id: str) -> Json:
    return tag(
        "2", "Meta pixel", "cvt_5RM3Q", ALL_PAGES,
        pixelId="1234567890", eventId=event_id, standardEventName="Purchase", eventName="standard",
    )  # fmt: skip


def _pair(*tags: Json) -> dict[str, Json]:
    server = export(tag("5", "Meta CAPI", "cvt_5TP8W", "9", pixelId="1234567890"), side="SERVER")
    return {"web.json": export(*tags), "server.json": server}


_WITH = "fbq('track', 'Purchase', {value: {{Value}}}, {eventID: {{Event ID}}});"
_WITHOUT = "fbq('track', 'Purchase', {value: {{Value}}});"
_ROUTED = google_tag("3", "G-ABC1234567", server_container_url="https://t.shop.example")
EXAMPLES = (
    Example("both pixels have ids", _pair(_html(_WITH), _pixel("{{Event ID}}")), "pass"),
    Example("parameters come from a variable", _pair(_html("fbq('track', 'Purchase', {}, {{Options}});")), "pass"),
    Example("a call without an id", _pair(_html(_WITHOUT)), "fail"),
    Example("a template without an id", _pair(_pixel("")), "fail"),
    Example("a server nobody exported", {"web.json": export(_html(_WITHOUT), _ROUTED)}, "warn"),
    Example("no server", {"web.json": export(_html(_WITHOUT))}, "not_applicable"),
)
