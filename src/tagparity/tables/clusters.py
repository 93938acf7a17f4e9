"""Clusters of unmatched copies: what the copies of one cause have in common, that other copies have not.

Definition: docs/metrics.md, "Clusters". All counts come from `sql/clusters.sql`, the choice is made in `core/cluster.py`.
"""

from __future__ import annotations

from importlib.resources import files

from ..core.cluster import LEAST, Cells, Cluster, find, holds, metrics
from ..core.text import outside
from .engine import Engine
from .timing import day_of

DIMS = ("page", "browser", "app_version", "sender")
WINDOW = 6  # hours a day that may be striking
_Cause = tuple[str, str, str, str]
_GRAIN = "platform, side, event, cause"


def clusters(con: Engine) -> list[Cluster]:
    """Every cluster, the largest first. A cause of all events is told only where none of its events is."""
    con.execute(files(__package__).joinpath("sql", "clusters.sql").read_text("utf-8"))
    cells: dict[_Cause, dict[int, dict[int | None, tuple[int, int]]]] = {}
    for p, s, e, c, bits, day, lost, copies in con.execute(
        f"SELECT {_GRAIN}, bits, day, lost, n FROM cell ORDER BY {_GRAIN}, bits, day"
    ).fetchall():
        cells.setdefault((p, s, e, c), {}).setdefault(bits, {})[day] = (lost, copies)
    values = {
        (p, s, e, c): v
        for p, s, e, c, *v in con.execute(f"SELECT {_GRAIN}, {', '.join(DIMS)} FROM looked_at").fetchall()
    }
    found = {cause: one for cause, of in cells.items() if (one := _cluster(cause, of, values[cause]))}
    found |= _hours(con, [cause for cause in cells if cause not in found])
    con.execute("DROP TABLE cell; DROP TABLE looked_at")
    told = {(p, s, c) for p, s, e, c in found if e}
    kept = [one for (p, s, e, c), one in found.items() if e or (p, s, c) not in told]
    return sorted(kept, key=lambda c: (-(c.share.numerator or 0), c.platform, c.side, c.event, c.cause))


def _cluster(cause: _Cause, cells: Cells, values: list[str | None]) -> Cluster | None:
    found = find(cells, len(DIMS))
    if found is None:
        return None
    where = {DIMS[n]: outside(values[n], 100) for n in found.conditions}
    lost, copies = (sum(c[i] for days in cells.values() for c in days.values()) for i in (0, 1))
    return _made(cause, where, (found.first, found.last), metrics(found.lost, found.copies, lost, copies))


def _made(cause: _Cause, where: dict[str, str], span: tuple[int | None, int | None], of: object) -> Cluster:
    platform, side, event, why = cause
    since, until = ("" if d is None else day_of(d) for d in span)
    return Cluster(outside(platform), side, outside(event), why, where, since, until, *of)  # type: ignore[misc]


def _hours(con: Engine, causes: list[_Cause]) -> dict[_Cause, Cluster]:
    """Clusters of those causes whose unmatched copies nearly all lie in a few hours of the day (UTC)."""
    hour = "CAST(floor(t_ms / 3600000.0) AS BIGINT) % 24"
    lost: dict[_Cause, dict[int, int]] = {}
    for p, s, e, c, h, n in con.execute(f"""SELECT {_GRAIN}, {hour}, count(*) FROM unmatched WHERE t_ms IS NOT NULL
            GROUP BY {_GRAIN}, {hour}""").fetchall():
        for event in (e, ""):
            of = lost.setdefault((p, s, event, c), {})
            of[h] = of.get(h, 0) + n
    windows = {cause: w for cause in causes if (w := _window(lost.get(cause, {})))}
    if not windows:
        return {}
    copies: dict[tuple[str, str, str], dict[int, int]] = {}
    for p, s, e, h, n in con.execute(f"""SELECT s.platform, s.side, s.event, {hour}, count(*) FROM seen s
            JOIN event_key k ON k.platform = s.platform AND k.event = s.event
            WHERE s.t_ms IS NOT NULL AND k.keyed AND NOT (s.automatic AND s.id_h IS NULL)
            GROUP BY s.platform, s.side, s.event, {hour}""").fetchall():
        for event in (e, ""):
            every = copies.setdefault((p, s, event), {})
            every[h] = every.get(h, 0) + n
    out = {}
    for cause, hours in windows.items():
        part, whole = lost[cause], copies.get(cause[:3], {})
        counts = (
            sum(part.get(h, 0) for h in hours),
            sum(whole.get(h, 0) for h in hours),
            sum(part.values()),
            sum(whole.values()),
        )
        if holds(*counts):
            where = {"hour": f"{hours[0]:02d}:00 and {(hours[-1] + 1) % 24:02d}:00 UTC"}
            out[cause] = _made(cause, where, (None, None), metrics(*counts))
    return out


def _window(hours: dict[int, int]) -> tuple[int, ...]:
    """The fewest hours in a row, six at most, that hold nine of ten; empty where none do."""
    total = sum(hours.values())
    if total < LEAST:
        return ()
    for wide in range(1, WINDOW + 1):
        runs = [tuple((first + n) % 24 for n in range(wide)) for first in range(24)]
        best = max(runs, key=lambda run: (sum(hours.get(h, 0) for h in run), -run[0]))
        if sum(hours.get(h, 0) for h in best) >= 0.9 * total:
            return best
    return ()
