"""Which events the ratio is judged on, and daily tables for examples."""

from __future__ import annotations

from ...core.measure import Metric
from .._rows import DAY, START, Row, both
from ..capi._common import keyed_cell

JUDGED = ("purchase", "generate_lead")


def judged(cell: Metric) -> bool:
    return cell.dims["event"] in JUDGED and keyed_cell(cell)


def days(*shares: float, each: int = 40) -> list[Row]:
    """Purchases of several days; on each day the server reports this share of the browser's."""
    rows: list[Row] = []
    base = START - START % DAY + 3600
    for day, part in enumerate(shares):
        when = {"event_time": base + day * DAY}
        pairs = both(each, web=when, api=when, first=day * each)
        rows += [r for n, r in enumerate(pairs) if r["side"] == "browser" or n // 2 < part * each]
    return rows
