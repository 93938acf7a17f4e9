"""Every event has an id of its own.

## When it fails
An event id that a vendor uses to merge copies is the same for many actions: set once in the Google tag for all events
of a page, a constant, a cookie or user id, the counter of Tag Manager that starts again on each page, or a value of the
page. Set in the Google tag it harms only events that have no row of their own. An id of the order is fine for a
purchase. What a value of the page really is, only traffic can show: it is judged by what its source is called.
## Why it matters
Platforms drop a second action with the id of a first one: real conversions vanish, for Meta for 48 hours.
## How to fix
Give each event its own id in the event's own parameters, from a template that makes one value for one event.
## Sources
- official code, 2026-11-25: gtag.js: settings of the Google tag are worked out once and go with every event of the page
- official, 2026-11-25: developers.facebook.com, Conversions API, deduplicate pixel and server events
- observed, 2026-11-23: gtm.uniqueEventId starts at 1 on every page
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.lineage import Fate, Flow, Lineage, Stability
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ..sgtm._lineage import place, way
from ..sgtm._samples import clean_server, clean_web
from .event_ids_from_one_source import _BY_ORDER

_WRONG = {
    Stability.PER_PAGE: "is the same for all events of a page",
    Stability.COUNTER: "is a counter that starts again on each page",
    Stability.CONSTANT: "is the same for every event",
    Stability.PER_VISITOR: "is the same for all events of a visitor",
}
_FIX = (
    "Give each event an id of its own, from a template that makes one value for one event, in the event's parameters."
)


@check(row="D1", severity=Severity.HIGH, needs=("container",))
def event_id_behaves(lineage: Lineage) -> Iterator[Finding | Reason]:
    ids = [
        f
        for f in lineage.flows
        if f.field == "event_id" and f.fate is Fate.SUPPLIED and f.stability is not None and f.platform not in _BY_ORDER
    ]
    if not ids:
        yield Reason(State.NOT_RUN, "No event id of a vendor that merges by it could be followed.")
        return
    wrong: dict[tuple[Stability, str], list[Flow]] = {}
    for flow in ids:
        if flow.stability in _WRONG and not (flow.stability is Stability.PER_PAGE and flow.event == "page_view"):
            wrong.setdefault((flow.stability, flow.note), []).append(flow)
    for (kind, note), flows in wrong.items():
        events = ", ".join(dict.fromkeys(f"{f.platform} {f.event}" for f in flows))
        yield Finding(
            State.FAIL,
            f"The event id of {events} {_WRONG[kind]} ({note}).",
            tuple(Evidence(place(f), way(f)) for f in flows[:20]),
            _FIX,
            Grade.LIKELY,
        )


_WIDE = {"web.json": clean_web("", wide={"event_id": "{{event id}}"}), "server.json": clean_server()}
EXAMPLES = (
    Example("an id for each event", {"web.json": clean_web(), "server.json": clean_server()}, "pass"),
    Example("set in the Google tag, and nowhere else", _WIDE, "fail"),
    Example("a constant", {"web.json": clean_web("42"), "server.json": clean_server()}, "fail"),
    Example("nothing to follow", {"server.json": clean_server()}, "not_run"),
)
