"""Every unmatched event has a cause.

## When it fails
Over 30 % of the copies of one side that the platform would not merge have no cause the evidence supports. It warns over
10 %.
## Why it matters
A gap with a cause (consent, blockers, refused requests, a second id) can be mended or accepted. A gap without one hides
the next fault, and nobody can say what the difference between two reports is.
## How to fix
Add what would tell: order ids on both sides, the answers of the platform to each request, consent state in both tables,
the user agent and action source of server events, and longer logs of both sides for the same days.
## Sources
- community, 2026-11-23: common audit checklists: a cause for nine in ten unmatched events
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Finding, Reason, Severity, State
from .._rows import both, browser, table
from ..capi._common import copies, enough, judge_cells, total


@check(row="H4", severity=Severity.HIGH, needs=("browser_events", "server_events"), limits=Limits.at_most(0.10, 0.30))
def unmatched_events_explained(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for side in ("browser", "server") for c in metrics.of("unexplained_share", side=side)]
    if (
        not any(enough(c, metrics.minimum_count) for c in cells)
        and not any(c.numerator for c in cells)
        and _compared(metrics)
    ):
        left = sum(c.denominator or 0 for c in cells)
        yield Reason(State.PASS, f"{left:g} unmatched events, none without a cause")
        return
    yield from judge_cells(cells, limits, metrics.minimum_count, "of the unmatched copies have no known cause", _fix)


def _compared(metrics: Metrics) -> bool:
    """Whether some platform has enough events on both sides for matching to mean something."""
    return any(min(total(e, "browser"), total(e, "server")) >= metrics.minimum_count for e in copies(metrics).values())


def _fix(cell: Metric) -> str:
    return (
        f"Add order ids, consent state and the platform's answers to the logs of {cell.dims['event']}, "
        "for the same days on both sides."
    )


_LOST = [browser(i) for i in range(100, 140)]
_DENIED = [browser(i, consent="denied") for i in range(100, 140)]
_MIXED = [browser(i, consent="denied" if i % 5 else None) for i in range(100, 140)]
EXAMPLES = (
    Example("all matched", table(both()), "pass"),
    Example("unmatched because consent was denied", table([*_DENIED[:5], *both(), *_DENIED[5:]]), "pass"),
    Example("one in five has no cause", table([*_MIXED[:5], *both(), *_MIXED[5:]]), "warn"),
    Example("no cause at all", table([*both(), *_LOST]), "fail"),
    Example("too few events", table([*both(10), *_LOST[:5]]), "not_run"),
)  # fmt: skip
