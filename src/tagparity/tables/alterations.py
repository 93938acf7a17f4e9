"""Alterations of ids measured: what one side did to the id that its twin carries otherwise.

Definition: docs/metrics.md, "Alterations". The table `alteration` is made by `sql/alterations.sql`.
"""

from __future__ import annotations

from ..core.measure import Metric, rate
from .engine import Engine


def measure(con: Engine) -> list[Metric]:
    """`id_alteration` of every platform and event: pairs of a variant among the pairs whose ids differ."""
    rows = con.execute("""SELECT platform, event, variant, count(*),
        CAST(sum(count(*)) OVER (PARTITION BY platform, event) AS BIGINT) FROM alteration
        GROUP BY platform, event, variant ORDER BY platform, event, variant""").fetchall()
    return [rate("id_alteration", {"platform": p, "event": e, "variant": v}, n, d) for p, e, v, n, d in rows]
