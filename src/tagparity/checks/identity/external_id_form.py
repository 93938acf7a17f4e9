"""External ids arrive as ids the platform can use.

## When it fails
Under 95 % of the present server values of the external id are usable. It warns under 99 %. Where the platform takes any
stable text, only placeholders, values hashed twice and wrong types count as unusable; where it wants a hash, all other
forms do.
## Why it matters
The external id ties together visits of one customer, and is the fallback key for merging copies. A placeholder such as
`guest` or `0` makes one customer of thousands.
## How to fix
Send the shop's customer id in the same form on both sides, as text, and leave the key out for visitors without one.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters (external_id)
- official code, 2026-11-23: tiktok/tiktok-business-api-sdk: external_id hashed with SHA-256
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from .._rows import both, every, hashed, table
from ._forms import WELL_FORMED, well_formed


@check(row="X4", severity=Severity.MEDIUM, needs=("server_events",), limits=WELL_FORMED)
def external_id_form(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    yield from well_formed(metrics, limits, ("external_id",))


EXAMPLES = (
    Example("hashed ids", table(both()), "pass"),
    Example("the shop's own ids", table(both(api={"external_id": lambda i: f"cust-{i}"})), "pass"),
    Example("one in forty is a guest", table(both(api={"external_id": every(40, "guest", hashed)})), "warn"),
    Example("everybody is customer 0", table(both(api={"external_id": "0"})), "fail"),
    Example("none is sent", table(both(api={"external_id": None})), "not_applicable"),
)
