"""Event times are in the unit the platform reads.

## When it fails
Under 98 % of the server events carry their time in the unit the platform documents (seconds, mostly). It warns under
99.5 %. Judged on request logs only: a table may have been converted on the way.
## Why it matters
Milliseconds read as seconds lie thousands of years ahead. The platform refuses the event, and often every other event
of the same request.
## How to fix
Divide the browser's or database's milliseconds by 1000 and send a whole number, in UTC; where the platform wants
microseconds, multiply.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, server-event (event_time)
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from ...platforms import PLATFORMS
from .._rows import START, every, log

_WORDS = {"s": "whole seconds", "ms": "milliseconds", "us": "microseconds"}


@measured(
    row="C8",
    severity=Severity.HIGH,
    needs=("server_events",),
    metric="event_time_unit",
    limits=Limits.at_least(0.995, 0.98),
    noun="with event_time in the platform's unit",
    side="server",
)
def event_time_unit(cell: Metric) -> str:
    known = PLATFORMS.get(cell.dims["platform"])
    unit = _WORDS.get(known.server.time_unit, known.server.time_unit) if known and known.server else "the right unit"
    return f"Send the time of {cell.dims['event']} to {cell.dims['platform']} in {unit} since 1970, UTC."


EXAMPLES = (
    Example("seconds", log(), "pass"),
    Example("one in a hundred in milliseconds", log(100, event_time=every(100, START * 1000, START)), "warn"),
    Example("milliseconds", log(event_time=START * 1000), "fail"),
    Example("too few events", log(10), "not_run"),
)
