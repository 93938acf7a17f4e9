"""Time between the two copies of an action, and metrics by day that only series of days need.

Exact definitions: docs/metrics.md, "Time". Late events (`late_share`) are counted with the other shares of copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ..core.measure import Metric, rate, wilson
from .engine import Engine

QUANTILES = (("p50", 0.50), ("p95", 0.95), ("p99", 0.99))
OFFSET_MS, NEAR_MS, HOUR_MS, DAY_MS = 60_000, 60_000, 3_600_000, 86_400_000
STEADY = 0.9  # share of twins that must lie near the median
LEAST = 30
DAYS = 8  # fewer days make no series
DAY = datetime(1970, 1, 1, tzinfo=UTC)


def measure(con: Engine) -> list[Metric]:
    """`skew_ms` by platform and event, `clock_skew_ms` by platform, sender and day, `clock_drift` where told."""
    return [*_skew(con), *_clock(con)]


def _skew(con: Engine) -> list[Metric]:
    """Quantiles of the time between twins without sign, and the median of server minus browser."""
    con.execute("""CREATE TABLE skew AS SELECT platform, event, apart_ms, count(*) AS n FROM twins
        WHERE apart_ms IS NOT NULL GROUP BY platform, event, apart_ms""")
    out = []
    for names, of in ((QUANTILES, "abs(apart_ms)"), ((("median", 0.5),), "apart_ms")):
        picked = ", ".join(f"min(CASE WHEN upto >= {q} * total THEN v END)" for _, q in names)
        rows = con.execute(f"""WITH h AS (SELECT platform, event, {of} AS v, sum(n) AS n FROM skew GROUP BY platform, event, {of}),
            c AS (SELECT platform, event, v, sum(n) OVER (PARTITION BY platform, event ORDER BY v) AS upto,
                sum(n) OVER (PARTITION BY platform, event) AS total FROM h)
            SELECT platform, event, CAST(max(total) AS BIGINT), {picked} FROM c GROUP BY platform, event ORDER BY platform, event""")
        for p, e, total, *values in rows.fetchall():
            for (name, _), value in zip(names, values, strict=True):
                dims = {"platform": p, "event": e, "quantile": name}
                out.append(Metric("skew_ms", dims, float(value), float(value), total))
    con.execute("DROP TABLE skew")
    return sorted(out, key=lambda m: (m.dims["platform"], m.dims["event"]))


def _clock(con: Engine) -> list[Metric]:
    """Median skew by day, and offsets so steady that a clock or a time zone makes them. Seconds suffice."""
    grain = "platform, coalesce(s_sender, ''), day, CAST(floor(apart_ms / 1000.0) AS BIGINT)"
    rows = con.execute(f"""SELECT {grain}, count(*) FROM twins WHERE apart_ms IS NOT NULL AND day IS NOT NULL AND how LIKE 'id%'
        GROUP BY {grain} ORDER BY {grain}""").fetchall()
    days: dict[tuple[str, str], dict[int, list[tuple[int, int]]]] = {}
    for p, sender, day, second, n in rows:
        days.setdefault((p, sender), {}).setdefault(day, []).append((1000 * second, n))
    out = []
    for (p, sender), by_day in days.items():
        dims = {"platform": p} | ({"sender": sender} if sender else {})
        out += [
            Metric("clock_skew_ms", {**dims, "day": day_of(day)}, mid, mid, total)
            for day, hist in by_day.items()
            if (total := sum(n for _, n in hist)) >= LEAST
            for mid in [_middle(hist)]
        ]
        drift = _drift(dims, [pair for hist in by_day.values() for pair in hist])
        out += [drift] if drift else []
    return out


def _drift(dims: dict[str, str], skews: Iterable[tuple[int, int]]) -> Metric | None:
    """A steady offset: value, its size in ms; counts and interval, the twins within a minute of it."""
    counted: defaultdict[int, int] = defaultdict(int)
    for ms, n in skews:
        counted[ms] += n
    hist = sorted(counted.items())
    total, mid = sum(n for _, n in hist), _middle(hist)
    near = sum(n for ms, n in hist if abs(ms - mid) <= NEAR_MS)
    if total < LEAST or abs(mid) <= OFFSET_MS or wilson(near, total)[0] < STEADY:
        return None
    hours = round(mid / HOUR_MS)
    kind = "time_zone" if hours and abs(mid - hours * HOUR_MS) <= NEAR_MS else "offset"
    low, high = wilson(near, total)
    return Metric("clock_drift", {**dims, "variant": kind}, mid, near, total, low, high)


def _middle(hist: list[tuple[int, int]]) -> float:
    """Lower median of a sorted (ms, count) histogram."""
    upto, total = 0, sum(n for _, n in hist)
    for ms, n in hist:
        upto += n
        if 2 * upto >= total:
            return float(ms)
    raise ValueError("an empty histogram has no median")


def daily(con: Engine, events: Iterable[str], keys: Iterable[str]) -> list[Metric]:
    """`id_presence` and, of the server, `key_presence` by day, of conversion `events` seen on `DAYS` days or more."""
    names, wanted = ", ".join(f"'{e}'" for e in events), tuple(keys)
    counts = "".join(f", count(*) FILTER (WHERE {k} > 0)" for k in wanted)
    rows = con.execute(f"""SELECT platform, event, side, day, count(*) FILTER (WHERE NOT (automatic AND id_h IS NULL)), count(id_h), count(*){counts}
        FROM seen WHERE event IN ({names}) AND day IS NOT NULL GROUP BY platform, event, side, day ORDER BY platform, event, side, day""").fetchall()
    series: dict[tuple[str, str, str], list[tuple[int, ...]]] = {}
    for p, e, s, *counted in rows:
        series.setdefault((p, e, s), []).append(tuple(counted))
    out = []
    for (p, e, s), found in series.items():
        if len(found) < DAYS:
            continue
        dims = {"platform": p, "event": e, "side": s}
        out += [rate("id_presence", {**dims, "day": day_of(day)}, ids, of) for day, of, ids, *_ in found if of]
        for n, key in enumerate(wanted if s == "server" else ()):
            if any(row[4 + n] for row in found):
                out += [rate("key_presence", {**dims, "key": key, "day": day_of(r[0])}, r[4 + n], r[3]) for r in found]
    return out


def day_of(number: int) -> str:
    """YYYY-MM-DD of a day number since 1970-01-01."""
    return (DAY + timedelta(days=number)).strftime("%Y-%m-%d")


def whole_days(con: Engine) -> dict[str, tuple[str, str]]:
    """First and last day of each platform that no side's log begins or ends in: an hour may be missing."""
    rows = con.execute("""WITH ends AS (SELECT platform, side, min(t_ms) AS first, max(t_ms) AS last FROM seen
            WHERE t_ms IS NOT NULL GROUP BY platform, side)
        SELECT platform, CAST(max(first) AS BIGINT), CAST(min(last) AS BIGINT) FROM ends GROUP BY platform""").fetchall()
    return {
        p: (day_of((first - HOUR_MS) // DAY_MS + 1), day_of((last + HOUR_MS) // DAY_MS - 1)) for p, first, last in rows
    }
