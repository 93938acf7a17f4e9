"""Both copies carry the same event name.

## When it fails
Under 95 % of the pairs have the same event name after the platform's own mapping of old names. It warns under 99 %.
## Why it matters
The name is part of the dedup key and is compared letter by letter: `purchase` beside `Purchase` are two events, and the
second is a custom one that no campaign optimises for.
## How to fix
Use the platform's own spelling on both sides. In a server container, let the tag map the GA4 name instead of passing it
through, and check custom events by hand.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, deduplicate-pixel-and-server-events (name and id)
- official code, 2026-11-23: facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager: unmapped names pass unchanged
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import PURCHASE, both, every, table


@measured(
    row="D4",
    severity=Severity.HIGH,
    needs=("browser_events", "server_events"),
    metric="name_consistency",
    limits=Limits.at_least(0.99, 0.95),
    noun="of the pairs carry one event name",
)
def event_names_agree(cell: Metric) -> str:
    return f"Give both copies of {cell.dims['event']} the name {cell.dims['platform']} documents, in its spelling."


EXAMPLES = (
    Example("one name", table(both()), "pass"),
    Example("one in forty is renamed", table(both(api={"event_name": every(40, "Sale", PURCHASE)})), "warn"),
    Example("the server uses its own name", table(both(api={"event_name": "Sale"})), "fail"),
    Example("too few pairs", table(both(20)), "not_run"),
)
