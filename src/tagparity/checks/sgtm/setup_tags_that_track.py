"""Set-up and clean-up tags do not track by themselves.

## When it fails
It fails when an active tag that reports an event or conversion is the set-up or clean-up tag of another one and has
triggers of its own too: it then fires for both. It warns when it has none. A Google tag, a pixel's base code or a
consent tag as set-up tag is what the option is for.
## Why it matters
A tag in a sequence fires whenever its main tag does, whatever its own triggers and exceptions say. Its event is counted
under the other tag's conditions; with triggers of its own it is counted twice, and bidding pays for both.
## How to fix
Take the tracking tag out of the sequence and give it the trigger of its event. Leave in the sequence only what prepares
the main tag.
## Sources
- official, 2026-11-25: support.google.com/tagmanager/answer/6238868: set-up tags fire right before the primary tag
- community, 2026-11-25: lovesdata.com, sequential tags: tags in a sequence need no triggers
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...core.text import outside
from ...gtm.behaviours import behaviour
from ...gtm.scripts import read_script
from ._gtm import SHOWN, active, count, names, title
from ._samples import ALL_PAGES, Json, export, google_tag, tag

_REPORTS = {"gaawe", "awct", "fls", "flc", "ua", "sgtmgaaw", "sgtmadsct", "sgtmfls"}
_PAGES = {"page", "PageView", "pageview", "page_view", "PAGE_VIEW", "PageVisit", "pagevisit"}


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def setup_tags_that_track(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(t.setup or t.teardown for c in containers for t in active(c)):
        yield Reason(State.NOT_APPLICABLE, "No active tag has a set-up or clean-up tag.")
    for container in containers:
        found = list(_found(container))
        for own in (True, False):
            if part := [(t, mains) for t, mains in found if bool(t.firing) is own]:
                yield _finding(container, part, own)


def _found(container: Container) -> Iterator[tuple[Entity, list[Entity]]]:
    """(tracking tag, the tags it is a set-up or clean-up tag of)."""
    mains: dict[str, list[Entity]] = defaultdict(list)
    for one in active(container):
        for name in dict.fromkeys((*one.setup, *one.teardown)):
            mains[name].append(one)
    for one in active(container):
        if one.name in mains and one not in mains[one.name] and _tracks(container, one):
            yield one, mains[one.name]


def _tracks(container: Container, tag: Entity) -> bool:
    """Whether a tag reports an event other than the view of a page; unknown templates are not judged."""
    if tag.type in _REPORTS:
        return tag.params.get("eventName") not in _PAGES
    if tag.type == "html":
        return any(c.tracks and c.event not in _PAGES for c in read_script(container, tag).calls)
    known = behaviour(container, tag) if tag.type.startswith("cvt_") else None
    if known is None or known.event is None or not known.platform:
        return False
    said = [v for p in known.event.params if isinstance(v := tag.params.get(p), str) and v]
    return bool(said) and not set(said) & _PAGES


def _finding(container: Container, found: list[tuple[Entity, list[Entity]]], own: bool) -> Finding:
    more = " and on triggers of their own" if own else ""
    return Finding(
        State.FAIL if own else State.WARN,
        f"{title(container)}: {count(len(found), 'tag')} reporting events as set-up or clean-up tags of others{more}: "
        f"{names(t for t, _ in found)}.",
        tuple(Evidence(container.where(t), f"fires with {outside(names(mains, 3))}") for t, mains in found[:SHOWN]),
        "Take the tag out of the sequence and give it the trigger of its event.",
        Grade.PROVEN if not own else Grade.LIKELY,
    )


def _main(setup: str, number: str = "1") -> Json:
    return tag(number, "Ads purchase", "awct", "7", more={"setupTag": [{"tagName": setup}]}, conversionId="123456789")


_LEAD = tag("2", "GA4 lead", "gaawe", eventName="generate_lead", measurementIdOverride="G-ABC1234567")
_OWN = tag("2", "GA4 lead", "gaawe", ALL_PAGES, eventName="generate_lead", measurementIdOverride="G-ABC1234567")
_BASE = tag("3", "Meta base", "html", html="<script>fbq('init', '1'); fbq('track', 'PageView');</script>")
_PIXEL = tag("3", "Meta lead", "html", html="<script>fbq('track', 'Lead');</script>")
EXAMPLES = (
    Example("the Google tag goes first", {"web.json": export(_main("Google tag 9"), google_tag("9", "G-A1"))}, "pass"),
    Example("a pixel's base code goes first", {"web.json": export(_main("Meta base"), _BASE)}, "pass"),
    Example("an event as set-up tag", {"web.json": export(_main("GA4 lead"), _LEAD)}, "warn"),
    Example("a pixel's event as set-up tag", {"web.json": export(_main("Meta lead"), _PIXEL)}, "warn"),
    Example("an event with triggers of its own", {"web.json": export(_main("GA4 lead"), _OWN)}, "fail"),
    Example("no sequence", {"web.json": export(_OWN)}, "not_applicable"),
)
