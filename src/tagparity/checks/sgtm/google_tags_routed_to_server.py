"""The web container routes its Google tags to the server container.

## When it fails
No Google tag (or GA4 configuration tag) sends its hits to a tagging server. It warns when only some do, when an event
tag uses a measurement id that no routed Google tag covers, when the server address is a placeholder, and when
`transport_url` stands without `first_party_collection`. Google Ads and Floodlight ids are left out: their hits go to
Google from the browser whatever the address.
## Why it matters
Each tag that is not routed sends the same visitor's events straight to Google. They miss the server's cookies and
filters and never reach the vendors behind the server container, so the two sides count different numbers.
## How to fix
Put `server_container_url` into the configuration settings of every Google tag (best in one shared settings variable),
not X
## Sources
- official code, 2026-11-23: gtag.js release 63p1: server_container_url, or transport_url + first_party_collection
- official code, 2026-11-23: compiled Google tag in published gtm.js files: order in which settings are merged
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.routing import GOOGLE, Route, route
from ...gtm.values import Values
from ._gtm import active, names, spots, title
from ._samples import export, google_tag

_FIX = (
    "Set server_container_url in the configuration settings of each Google tag, best in one shared settings variable."
)
_ELSEWHERE = ("AW-", "DC-")


@check(row="G3", severity=Severity.HIGH, needs=("web_container",))
def google_tags_routed_to_server(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, _tags(c)) for c in containers.web]
    if not any(tags for _, tags in judged):
        yield Reason(State.NOT_APPLICABLE, "The web container holds no active Google Analytics tag to route.")
    elif not any(_state(r) != "unknown" for _, tags in judged for _, r in tags):
        yield Reason(State.NOT_RUN, "The export lacks the settings variables of its Google tags; export it whole.")
    found = [finding for container, tags in judged for finding in _findings(container, tags)]
    yield from found
    sure = sum(_state(r) == "routed" for _, tags in judged for _, r in tags)
    if sure and not found:
        yield Reason(
            State.PASS, f"Google Analytics tags with a tagging server: {sure} of {sum(len(t) for _, t in judged)}."
        )


def _tags(container: Container) -> list[tuple[Entity, Route]]:
    """The Google tags of a container and the event tags that stand on their own measurement id."""
    values = Values(container)
    tags = [(t, values.said(t.params.get("tagId") or t.params.get("measurementId"))) for t in active(container)]
    google = [(t, i) for t, i in tags if t.type in GOOGLE and not i.startswith(_ELSEWHERE)]
    covered = {"", *(i for _, i in google)}
    events = [t for t in active(container) if t.type == "gaawe"]
    alone = [t for t in events if _own_id(values, t) not in covered]
    found = [(t, route(values, t)) for t in [*(t for t, _ in google), *alone]]
    # With no routed Google tag, event tags that name a server by themselves are all that reaches it.
    single = [(t, route(values, t)) for t in events if _own_id(values, t) in covered]
    return [*found, *single] if not _any_written(found) and _any_written(single) else found


def _any_written(routes: list[tuple[Entity, Route]]) -> bool:
    return any(r.written for _, r in routes)


def _own_id(values: Values, tag: Entity) -> str:
    return values.said(tag.params.get("measurementIdOverride"))


def _state(found: Route) -> str:
    if not found.written:
        return "unknown" if found.unknown else "none"
    return "routed" if found.first_party else "half"


def _findings(container: Container, tags: list[tuple[Entity, Route]]) -> Iterator[Finding]:
    """One finding per way of not being routed, so that each has its own remedy."""
    by = {s: [t for t, r in tags if _state(r) == s] for s in ("none", "half", "routed")}
    state = State.WARN if by["routed"] or by["half"] else State.FAIL
    if by["none"]:
        share = f"{len(by['none'])} of {len(tags)}"
        yield Finding(
            state,
            f"{title(container)}: {share} Google Analytics tags without a tagging server: {names(by['none'])}.",
            spots(container, by["none"], "no server_container_url"),
            _FIX,
        )
    if by["half"]:
        yield Finding(
            State.WARN,
            f"transport_url without first_party_collection: hits of {names(by['half'])} reach the host without "
            "the fields a server container needs.",
            spots(container, by["half"], "transport_url only"),
            "Replace transport_url by server_container_url.",
        )
    blank = [t for t, r in tags if r.placeholder]
    if blank:
        yield Finding(
            State.FAIL if len(blank) == len(tags) else State.WARN,
            f"The server address of {names(blank)} is a placeholder, not a host.",
            spots(container, blank, "server address is no host name"),
            "Enter the https address of your tagging server.",
            Grade.LIKELY,
        )


_ROUTED = google_tag("1", "G-ABC1234567", server_container_url="https://t.shop.example")
_HALF = google_tag("3", "G-ABC1234567", transport_url="https://t.shop.example")
EXAMPLES = (
    Example("the Google tag is routed", {"web.json": export(_ROUTED)}, "pass"),
    Example("a second Google tag is not", {"web.json": export(_ROUTED, google_tag("2", "G-XYZ1234567"))}, "warn"),
    Example("transport_url alone", {"web.json": export(_HALF)}, "warn"),
    Example("no Google tag is routed", {"web.json": export(google_tag("2", "G-XYZ1234567"))}, "fail"),
    Example(
        "a placeholder for a server",
        {"web.json": export(google_tag("4", "G-A1", server_container_url="YOUR_URL"))},
        "fail",
    ),
)
