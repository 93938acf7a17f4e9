"""Custom data of server payloads hold no personal data.

## When it fails
Over 1 % of the server payloads of an event show an email address, a phone number, a name, a card or account number, a
national id or a secret in their custom data or custom parameters. It warns when any does.
## Why it matters
Match keys are hashed by the sender; custom data are stored and shown as they are. Platforms forbid personal data there,
flag the dataset or drop the event, and what was sent cannot be called back.
## How to fix
Find the variable that fills the parameter, send only what describes the product or the order, and delete the data at
the platform where it offers to.
## Sources
- official, 2026-11-24: support.google.com/analytics/answer/6366371, avoid sending personal data
- official, 2026-02-01: developers.facebook.com Conversions API, custom-data parameters
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import both, every, log, table


@measured(
    row="X6",
    severity=Severity.CRITICAL,
    needs=("server_events",),
    metric="custom_without_pii",
    limits=Limits.at_least(1.0, 0.99),
    noun="of the payloads show no personal data in their custom data",
    side="server",
)
def no_pii_in_custom_data(cell: Metric) -> str:
    return (
        f"Take personal data out of the custom data of {cell.dims['event']}; match keys are the place for it, hashed."
    )


_DATA = {"value": 10.5, "currency": "EUR", "order_id": "o-100200300"}
_NOTE = {**_DATA, "note": "call jane.roe@example.com"}
_ENCODED = {**_DATA, "page": "/thanks?mail=jane.roe%2540example.com"}
EXAMPLES = (
    Example("order data only", log(), "pass"),
    Example("an address in a note", log(custom_data=_NOTE), "fail"),
    Example("an address, percent-encoded", log(custom_data=_ENCODED), "fail"),
    Example("one in 200", log(200, custom_data=every(200, _NOTE, _DATA)), "warn"),
    Example("no payloads", table(both()), "not_run"),
)  # fmt: skip
