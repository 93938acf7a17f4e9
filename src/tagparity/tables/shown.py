"""Names of the evidence (events, platforms, destinations) made safe to show, as a table to join with."""

from __future__ import annotations

from ..core.text import outside
from .engine import Engine, append


def names(con: Engine, *columns: str) -> None:
    """Temp table `shown` (name, text): every distinct value of `columns` of `every_event`, and what may be shown of it."""
    con.execute("CREATE OR REPLACE TEMP TABLE shown (name VARCHAR, text VARCHAR)")
    union = " UNION ".join(f"SELECT DISTINCT {c} FROM every_event" for c in columns)
    found = [str(n) for (n,) in con.execute(union).fetchall() if n is not None]
    append(con, "shown", [(n, outside(n, 100)) for n in found])
