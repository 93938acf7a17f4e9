"""No test code is left on in production.

## When it fails
Over 1 % of the server copies carry a test event code. It warns when any does.
## Why it matters
Test events are not thrown away: they show in the test view and count for measurement and bidding too. A code left on
marks real sales as tests for whoever looks at them later, and a test order left in the log is a sale that never was.
## How to fix
Empty the test code field of the server tag or integration and publish. Set it in preview or a staging copy only.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, using-the-api (test events are not dropped)
- community, 2026-11-23: stape-io/facebook-tag#21, segmentio/action-destinations#903: test codes left in production
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import every, log


@measured(
    row="C8",
    severity=Severity.HIGH,
    needs=("server_events",),
    metric="test_code",
    limits=Limits.at_most(0.0, 0.01),
    noun="sent with a test code",
    side="server",
)
def test_code_off(cell: Metric) -> str:
    return f"Take the test code out of the server tag that sends {cell.dims['event']} to {cell.dims['platform']}."


EXAMPLES = (
    Example("no test code", log(), "pass"),
    Example("one in two hundred", log(200, {"test_event_code": every(200, "TEST123")}), "warn"),
    Example("left on", log(40, {"test_event_code": "TEST123"}), "fail"),
    Example("too few copies", log(10), "not_run"),
)
