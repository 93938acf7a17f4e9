"""Each side reports an action once.

## When it fails
Over 5 % of the copies of one side repeat an action that side has reported before: the same id, name and destination, or
the same order under another id. It warns over 2 %.
## Why it matters
Platforms merge a browser copy with a server copy; two copies of the same side are often both counted. A thank-you page
that is reloaded, or a retry without the old id, is a sale that never was.
## How to fix
Fire the conversion once per order: remember the order id in the page's storage and in the server's queue, let retries
carry the first id, and look for a second tag or plugin that sends the same event.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, deduplicate-pixel-and-server-events
- community, 2026-11-23: facebook/facebook-for-woocommerce#4006, #3811: purchase repeats on the thank-you page
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Finding, Reason, Severity
from .._rows import both, browser, server, table
from ..capi._common import judge_cells


@check(row="D5", severity=Severity.HIGH, needs=(), limits=Limits.at_most(0.02, 0.05))
def same_side_duplicates(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for side in ("browser", "server") for c in metrics.of("same_side_duplicates", side=side)]
    yield from judge_cells(cells, limits, metrics.minimum_count, "of the copies repeat an action", _fix)


def _fix(cell: Metric) -> str:
    if cell.dims["side"] == "browser":
        return f"Fire {cell.dims['event']} once per order or id: guard against reload and back, and find a second tag."
    return f"Let retries of {cell.dims['event']} carry the first id, and send each order from one place only."


_AGAIN = [browser(i, event_id=f"again{i}") for i in range(10)]
EXAMPLES = (
    Example("no repeats", table(both()), "pass"),
    Example("one retry in forty", table([*both(), server(3)]), "warn"),
    Example("orders fire again under a new id", table([*both(), *_AGAIN]), "fail"),
    Example("too few copies", table(both(10)), "not_run"),
)
