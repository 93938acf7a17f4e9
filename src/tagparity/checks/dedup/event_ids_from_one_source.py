"""Pixel and server copy get the same event id.

## When it fails
The id of the browser's copy and that of the server's copy of one event come from sources that cannot give the same
value: one of them is made anew each time it is read, or one is an order number and the other an id of the event. It
warns where the two come from different places that may still hold the same value. Using the same variable on both sides
is neither needed nor enough, so what counts is where the value comes from and how it behaves.
## Why it matters
Platforms merge the copies of an action only by an equal id. With two ids every sale is counted twice, or one copy is
dropped for other reasons and nobody knows which.
## How to fix
Make the id once for an event (a template such as Unique Event ID, or a value the page pushes with the event), and give
that one value to the pixel and to the hit that goes to the server.
## Sources
- official, 2026-11-25: developers.facebook.com, Conversions API, deduplicate pixel and server events: equal event_id
- official code, 2026-11-25: stape-io/unique-event-id-variable: one value for an event however often it is read
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.lineage import Fate, Flow, Lineage, Stability
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ..sgtm._lineage import place, way
from ..sgtm._samples import clean_server, clean_web

_FIX = "Make the id once for an event and give that one value to the pixel and to the hit for the server."
_GOOD = (Stability.PER_EVENT, Stability.PER_ORDER)


@check(row="D1", severity=Severity.CRITICAL, needs=("web_container", "server_container"))
def event_ids_from_one_source(lineage: Lineage) -> Iterator[Finding | Reason]:
    pairs = list(_pairs(lineage))
    if not pairs:
        yield Reason(State.NOT_RUN, "No event with a pixel and a server copy whose ids can both be followed.")
        return
    told = set()
    for browser, server in pairs:
        state, why = _verdict(browser, server)
        key = (browser.platform, place(browser), place(server), why)
        if state is None or key in told:
            continue
        told.add(key)
        evidence = tuple(Evidence(place(f), f"{f.side} id: {way(f)}") for f in (browser, server))
        text = f"{browser.platform} {browser.event}: {why}."
        yield Finding(state, text, evidence, _FIX, Grade.LIKELY if state is State.FAIL else Grade.POSSIBLE)


def _pairs(lineage: Lineage) -> Iterator[tuple[Flow, Flow]]:
    """Browser and server copies of one event of a platform whose ids are known. Google merges by order, not by this."""
    ids = [
        f for f in lineage.flows if f.field == "event_id" and f.fate is Fate.SUPPLIED and f.platform not in _BY_ORDER
    ]
    server: dict[tuple[str, str], list[Flow]] = {}
    for flow in ids:
        if flow.side == "server":
            server.setdefault((flow.platform, flow.event), []).append(flow)
    for flow in ids:
        if flow.side == "browser":
            yield from ((flow, other) for other in server.get((flow.platform, flow.event), ()))


_BY_ORDER = ("ga4", "google_ads", "floodlight")


def _verdict(browser: Flow, server: Flow) -> tuple[State | None, str]:
    kinds = {browser.stability, server.stability}
    if Stability.PER_READ in kinds:
        which = (
            "both"
            if len(kinds) == 1
            else "the browser's"
            if browser.stability is Stability.PER_READ
            else "the server's"
        )
        return State.FAIL, f"{which} id is made anew each time it is read: the copies never get the same one"
    if browser.root == server.root:
        return None, ""
    if kinds == set(_GOOD):
        return State.FAIL, "one copy carries the order's number, the other an id of the event"
    return State.WARN, "the two ids come from different places"


_RANDOM = {"variableId": "9", "name": "random", "type": "r"}


def _with(page: dict[str, object], **ids: str) -> dict[str, object]:
    """The sample page with a random variable, and the pixel's id from elsewhere."""
    version = page["containerVersion"]
    assert isinstance(version, dict)
    version["variable"].append(_RANDOM)
    version["variable"].append({"variableId": "8", "name": "order", "type": "v", "parameter": [
        {"type": "TEMPLATE", "key": "name", "value": "ecommerce.transaction_id"}]})  # fmt: skip
    for tag in version["tag"]:
        for parameter in tag["parameter"]:
            if parameter["key"] == "eventId" and "pixel" in ids:
                parameter["value"] = ids["pixel"]
    return page


EXAMPLES = (
    Example("one id for both", {"web.json": clean_web(), "server.json": clean_server()}, "pass"),
    Example(
        "a random number, read twice",
        {"web.json": _with(clean_web("{{random}}")), "server.json": clean_server()},
        "fail",
    ),
    Example(
        "the pixel has the order's number",
        {"web.json": _with(clean_web(), pixel="{{order}}"), "server.json": clean_server()},
        "fail",
    ),
    Example("no pixel", {"web.json": clean_web(pixel=False), "server.json": clean_server()}, "not_run"),
)
