"""The platform can merge at least nine in ten pairs.

## When it fails
Of the actions seen on both sides by any key (id, order, browser or customer id), the platform would merge under 70 % by
its own key and inside its own window. It warns under 90 %.
## Why it matters
Every pair that is not merged is one sale counted twice: in the platform's reports, in its cost per sale, and in what it
bids on.
## How to fix
Look at the causes of unmatched events in this report: ids missing on one side, two id generators, renamed events,
another pixel or dataset, or a server copy that comes after the window. Mend the largest first.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, deduplicate-pixel-and-server-events (48 h)
- official, 2026-11-23: support.google.com/google-ads/answer/6386790: one transaction id counts once
- community, 2026-11-23: common audit checklists: 90 % and 70 % as limits
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import both, every, table


@measured(
    row="D2",
    severity=Severity.CRITICAL,
    needs=("browser_events", "server_events"),
    metric="dedup_rate",
    limits=Limits.at_least(0.90, 0.70),
    noun="of the actions seen on both sides can be merged",
)
def dedup_rate(cell: Metric) -> str:
    return (
        f"Send the same event name and the same id, made once in the page, with both copies of {cell.dims['event']}; "
        "the causes of unmatched events say where they part."
    )


def _other(n: int) -> dict[str, object]:
    return {"event_id": every(n, lambda i: f"s{i}", lambda i: f"e{i}")}


EXAMPLES = (
    Example("all pairs merge", table(both()), "pass"),
    Example("one in ten has another id", table(both(api=_other(10))), "pass"),
    Example("one in five has another id", table(both(api=_other(5))), "warn"),
    Example("every other one has another id", table(both(api=_other(2))), "fail"),
    Example("too few pairs", table(both(20)), "not_run"),
)
