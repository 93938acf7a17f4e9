"""The server reports as many purchases and leads as the browser.

## When it fails
Distinct server actions are under 50 % of distinct browser actions, for purchase or lead, on the days both sides cover.
It warns under 80 %, and over 120 % unless the surplus is unique actions the browser missed. It also warns when copies
are over 120 % while distinct actions are not: the server then sends actions twice. Tests, bots and offline sources are
left out.
## Why it matters
Under 80 % the server path loses conversions it exists to save. A surplus is good when blockers ate the browser's copy,
and bad when it is the same sale twice.
## How to fix
Too low: follow the causes of unmatched events (consent, refusals, outages, triggers that miss a payment method).
Too high: find the second sender, the retry without an id, or the renamed event.
## Sources
- official, 2026-02-01: Dataset Quality API, event_coverage: server events over browser events, goal 75 %
- community, 2026-11-23: common audit checklists: 80 % to 120 % as limits for purchase and lead
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Finding, Reason, Severity, State
from .._rows import both, server, table
from ..capi._common import enough, evidence, finding, not_enough, share, spans, subject
from ._judged import days, judged

HIGH = 1.20
DOMINATES, REPEATS, LOST = 0.5, 1.10, 0.10
OUTSIDE = ("test_traffic", "bot", "offline_source")


@check(
    row="H1", severity=Severity.CRITICAL, needs=("browser_events", "server_events"), limits=Limits.at_least(0.80, 0.50)
)
def server_to_browser_ratio(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for c in metrics.of("hit_ratio", scope="web") if judged(c)]
    good = [c for c in cells if enough(c, metrics.minimum_count)]
    if not good:
        yield not_enough(cells, "browser purchases or leads on days both sides cover", metrics.minimum_count)
        return
    for cell in good:
        yield from _judge(metrics, cell, limits)
    close = min(good, key=lambda c: c.value or 0.0)
    yield Reason(State.PASS, "; ".join(_ratio(c) for c in good) + spans(close, limits))


def _ratio(cell: Metric) -> str:
    return f"{subject(cell)}: the server reports {share(cell)} of the browser's actions"


def _judge(metrics: Metrics, cell: Metric, limits: Limits) -> Iterator[Finding]:
    value, event = cell.value or 0.0, cell.dims["event"]
    state = limits.judge(value)
    if state is not State.PASS:
        fix = f"Find out what keeps {event} from being sent: see the causes of the browser's unmatched events."
        yield finding(state, cell, _ratio(cell) + spans(cell, limits), fix)
    elif value > HIGH and (why := _doubtful(metrics, cell)):
        fix = f"Find the second sender of {event}, the retry without the first id, or the renamed event."
        yield finding(State.WARN, cell, f"{_ratio(cell)}, and {why}", fix)
    elif value <= HIGH and (raw := _repeated(metrics, cell)):
        yield Finding(
            State.WARN,
            f"{_ratio(cell)}, but copies stand at {share(raw)}: the server sends the same {event} again.",
            (evidence(cell), evidence(raw)),
            f"Send each {event} once from the server: see the causes retry and refire.",
        )


def _same(metrics: Metrics, id: str, cell: Metric) -> Metric | None:
    found = [c for c in metrics.of(id) if all(c.dims[k] == cell.dims[k] for k in ("platform", "event"))]
    return found[0] if found else None


def _repeated(metrics: Metrics, cell: Metric) -> Metric | None:
    """The raw ratio, when copies exceed the limit and distinct actions of every source do not."""
    raw, distinct = _same(metrics, "hit_ratio_raw", cell), _same(metrics, "hit_ratio", cell)
    if not raw or not distinct or (raw.value or 0) <= HIGH or (distinct.value or 0) > HIGH:
        return None
    return raw


def _causes(metrics: Metrics, cell: Metric, side: str) -> dict[str, float]:
    """Unmatched copies of an event and side by cause."""
    want = {k: cell.dims[k] for k in ("platform", "event")} | {"side": side}
    rows = [m for m in metrics.rows if m.id == "cause_share" and want.items() <= m.dims.items() and len(m.dims) == 4]
    return {m.dims["cause"]: m.numerator or 0 for m in rows}


def _doubtful(metrics: Metrics, cell: Metric) -> str:
    """Why a surplus is not unique actions the browser missed; empty when it is."""
    raw, distinct = _same(metrics, "hit_ratio_raw", cell), _same(metrics, "hit_ratio", cell)
    if raw and distinct and (raw.value or 0) > REPEATS * (distinct.value or 0):
        return f"copies stand at {share(raw)}: a part of the surplus is sent again"
    theirs = {k: n for k, n in _causes(metrics, cell, "server").items() if k not in OUTSIDE}
    missed, rest = theirs.get("browser_blocked", 0), sum(theirs.values())
    if missed < DOMINATES * rest:
        return f"only {missed:g} of {rest:g} unmatched server copies are unique actions the browser missed"
    lost = _causes(metrics, cell, "browser").get("unexplained", 0)
    if lost > LOST * (cell.denominator or 0):
        return (
            f"{lost:g} browser actions have no server copy: the two sides may report the same actions under other ids"
        )
    return ""


_MISSED = [server(i) for i in range(100, 120)]
EXAMPLES = (
    Example("all arrive", table(both()), "pass"),
    Example("four fifths arrive", table(days(0.8)), "pass"),
    Example("six in ten arrive", table(days(0.6)), "warn"),
    Example("four in ten arrive", table(days(0.4)), "fail"),
    Example("unique actions the browser missed", table([*both(), *_MISSED]), "pass"),
    Example("the server sends every action again", table([*both(), *[server(i) for i in range(40)]]), "warn"),
    Example("too few actions", table(both(20)), "not_run"),
)
