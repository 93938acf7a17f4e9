"""Browser and server copies carry the same event id.

## When it fails
On events that both sides send, under 70 % of the copies of one side carry an id, or under 70 % of the browser's ids are
found on the server. It warns under 90 %. Actions the server never reports are the hit ratio's business: ids are
compared with as many as the server could share. Where the platform has a key of its own (a transaction id), that key
is judged.
## Why it matters
The id is how the platform sees that two copies are one sale. Without it on both sides the sale counts twice, reports
show revenue that does not exist, and bidding raises its price for it.
## How to fix
Make the id once, in the page, and hand the same value to the pixel and to the server (through the data layer and the
request). When both sides have ids that never meet, two generators are at work: let the server read the browser's id.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, deduplicate-pixel-and-server-events
- community, 2026-11-23: facebook/facebook-for-woocommerce#4006, #1771: different ids per side
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics, rate
from ...core.outcome import Finding, Reason, Severity, State
from .._rows import both, every, table
from ..capi._common import copies, enough, finding, judge_cells, not_enough, share, spans, standard, subject

Cells = dict[tuple[str, str], Metric]


@check(
    row="D1", severity=Severity.CRITICAL, needs=("browser_events", "server_events"), limits=Limits.at_least(0.90, 0.70)
)
def event_id_on_both_sides(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    paired = {
        (p, e)
        for p, events in copies(metrics).items()
        for e, s in events.items()
        if s.get("browser") and s.get("server")
    }
    sides = {side: _cells(metrics, "id_presence", paired, side=side) for side in ("browser", "server")}
    present = [c for found in sides.values() for c in found.values()]
    if not any(enough(c, metrics.minimum_count) for c in present):
        yield not_enough(present, "copies of an event both sides send", metrics.minimum_count)
        return
    yield from judge_cells(present, limits, metrics.minimum_count, "of the copies carry an event id", _absent)
    lacking = {k for found in sides.values() for k, c in found.items() if (c.value or 0) < limits.warn}
    shared = _shareable(metrics, paired - lacking)
    yield from (f for cell in shared if (f := _overlap(cell, limits)))


def _cells(metrics: Metrics, id: str, paired: set[tuple[str, str]], **dims: str) -> Cells:
    found = {(c.dims["platform"], c.dims["event"]): c for c in metrics.of(id, **dims) if standard(c)}
    return {key: c for key, c in found.items() if key in paired}


def _shareable(metrics: Metrics, paired: set[tuple[str, str]]) -> list[Metric]:
    """Browser ids found on the server, of as many as the server's actions could share."""
    ratios = _cells(metrics, "hit_ratio", paired)
    out = []
    for key, cell in _cells(metrics, "id_overlap", paired).items():
        found, ids = int(cell.numerator or 0), int(cell.denominator or 0)
        actions = int(ratios[key].numerator or 0) if key in ratios else ids
        out.append(rate(cell.id, cell.dims, found, max(found, min(ids, actions))))
    return [c for c in out if enough(c, metrics.minimum_count)]


def _absent(cell: Metric) -> str:
    return f"Send the event id made in the page with every {cell.dims['side']} copy of {cell.dims['event']}."


def _overlap(cell: Metric, limits: Limits) -> Finding | None:
    state = limits.judge(cell.value or 0.0)
    if state is State.PASS:
        return None
    text = f"{subject(cell)}: {share(cell)} of the browser's event ids are found on the server{spans(cell, limits)}"
    if not cell.numerator:
        text += ". Both sides have ids and none is shared: two generators are at work"
    fix = f"Make the id of {cell.dims['event']} once, in the page, and let the server send that very value."
    return finding(state, cell, text, fix)


_FIFTH = every(5, lambda i: f"s{i}", lambda i: f"e{i}")
_OWN = {"event_id": lambda i: f"s{i}"}
EXAMPLES = (
    Example("one id on both sides", table(both()), "pass"),
    Example("the server reports four fifths", table([*both(), *both(10, first=40)[::2]]), "pass"),
    Example("every fifth id differs", table(both(api={"event_id": _FIFTH})), "warn"),
    Example("two generators", table(both(api=_OWN)), "fail"),
    Example("the browser has no ids", table(both(web={"event_id": None})), "fail"),
    Example("too few copies", table(both(10)), "not_run"),
)  # fmt: skip
