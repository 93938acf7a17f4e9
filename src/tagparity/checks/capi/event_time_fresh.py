"""Server events are sent while the platform still accepts them.

## When it fails
Under 98 % of the server events are received within the age the platform accepts (seven days, or three), and not more
than five minutes before they are said to happen. It warns under 99.5 %. Judged on request logs that carry the time of
the request.
## Why it matters
One event that is too old can get the whole request refused, with every good event in it. An event dated ahead points
at a wrong clock or a local time sent as UTC, and is refused as well.
## How to fix
Send in real time, or in batches of an hour at most. Retry failed requests at once, drop what is older than the limit,
and set the server's clock by NTP.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, server-event (7 days, whole request)
- community, 2026-11-23: Adsmurai pixel-and-conversions-api#3: future event times are refused
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import DAY, START, every, log


@measured(
    row="C8",
    severity=Severity.MEDIUM,
    needs=("server_events",),
    metric="event_time_age",
    limits=Limits.at_least(0.995, 0.98),
    noun="sent while the platform accepts them",
    side="server",
)
def event_time_fresh(cell: Metric) -> str:
    return (
        f"Send {cell.dims['event']} to {cell.dims['platform']} in real time, in UTC, and drop what is older than the "
        "platform's limit before it joins a batch."
    )


_OLD = START - 9 * DAY
EXAMPLES = (
    Example("sent at once", log(), "pass"),
    Example("one in a hundred is nine days old", log(100, event_time=every(100, _OLD, START)), "warn"),
    Example("all nine days old", log(event_time=_OLD), "fail"),
    Example("dated two hours ahead", log(event_time=START + 3 * 3600), "fail"),
    Example("too few events", log(10), "not_run"),
)
