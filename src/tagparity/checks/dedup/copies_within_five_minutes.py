"""The two copies of an action lie within five minutes.

## When it fails
Under 80 % of the pairs have event times at most five minutes apart. It warns under 95 %. This is no condition for
merging (platforms allow up to 48 hours, see the dedup rate); it shows queues, retries and wrong clocks.
## Why it matters
Within minutes the platform prefers the browser's copy and bids on fresh data. Later copies can win over it, carry other
values, and let the sale show on another day.
## How to fix
Send the time the action happened, made once in the page, with both copies, not the time of sending. Shorten queues and
compare the server's clock and time zone with the browser's.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, server-event (5 minutes)
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import START, both, every, table


@measured(
    row="D3",
    severity=Severity.MEDIUM,
    needs=("browser_events", "server_events"),
    metric="within_5_minutes",
    limits=Limits.at_least(0.95, 0.80),
    noun="of the pairs lie within five minutes",
)
def copies_within_five_minutes(cell: Metric) -> str:
    return f"Send the time the {cell.dims['event']} happened with both copies, in UTC, and shorten the server's queue."


def _late(n: int) -> dict[str, object]:
    return {"event_time": every(n, lambda i: START + i * 60 + 3600, lambda i: START + i * 60 + 300)}


EXAMPLES = (
    Example("five minutes apart", table(both(api=_late(1000))[2:]), "pass"),
    Example("one in ten comes an hour later", table(both(api=_late(10))), "warn"),
    Example("all come an hour later", table(both(api=_late(1))), "fail"),
    Example("too few pairs", table(both(20)), "not_run"),
)
