"""The metrics of `audit.json`: counts asked of the engine, one statement per relation and grain, divided in core.

Exact definitions: docs/metrics.md. Names here are the ids there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from ..core.measure import Metric, rate
from ..core.platform import CODE, FORMS, Form, Platform
from ..core.rows import MATCH_KEYS
from . import agreement, alterations, consent, known, orders

DAY = datetime(1970, 1, 1, tzinfo=UTC)
CONVERSIONS = ("purchase", "generate_lead", "sign_up", "subscribe", "start_trial", "begin_checkout", "add_to_cart",
               "add_payment_info", "submit_application", "schedule", "contact")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A rate over one relation: `numerator` and `denominator` are SQL aggregates; `dims` further grouping columns;
    rows whose denominator is 0 are left out."""

    id: str
    numerator: str
    denominator: str
    where: str = "true"


TWINS = (
    Share("dedup_rate", "count(*) FILTER (WHERE merged)", "count(*)", "keyed"),
    Share("dedup_rate_fallback", "count(*) FILTER (WHERE merged OR (NOT renamed AND same_person))", "count(*)", "keyed AND has_fallback"),
    Share("within_5_minutes", "count(*) FILTER (WHERE abs(apart_ms) <= 300000)", "count(*)"),
    Share("name_consistency", "count(*) FILTER (WHERE NOT renamed)", "count(*)"),
    Share("value_agreement", "count(*) FILTER (WHERE abs(b_value - s_value) < 0.005)",
          "count(*) FILTER (WHERE b_value IS NOT NULL AND s_value IS NOT NULL)"),
    Share("currency_agreement", "count(*) FILTER (WHERE b_currency = s_currency)",
          "count(*) FILTER (WHERE b_currency IS NOT NULL AND s_currency IS NOT NULL)"),
)  # fmt: skip
COPIES = (
    Share("id_presence", "count(id_h)", "count(*)", "NOT (automatic AND id_h IS NULL)"),
    Share("test_code", "count(*) FILTER (WHERE test)", "count(*)", "side = 'server'"),
    Share("event_time_unit", "count(*) FILTER (WHERE time_unit = unit)", "count(*) FILTER (WHERE unit <> '')",
          "side = 'server' AND unit <> ''"),
    Share("event_time_age", "count(*) FILTER (WHERE received_ms - t_ms <= max_age_ms AND t_ms - received_ms <= 300000)",
          "count(*) FILTER (WHERE max_age_ms > 0 AND received_ms IS NOT NULL AND t_ms IS NOT NULL)", "side = 'server' AND unit <> ''"),
    Share("action_source_valid", "count(*) FILTER (WHERE source_ok)", "count(*) FILTER (WHERE source_ok IS NOT NULL)",
          "side = 'server'"),
    Share("url_without_email", "count(*) FILTER (WHERE NOT url_leak)", "count(*) FILTER (WHERE host IS NOT NULL)"),
    Share("custom_without_pii", "count(*) FILTER (WHERE custom_leak IS NULL)", "count(*)", "side = 'server' AND unit <> ''"),
    Share("denied_consent", "count(*) FILTER (WHERE consent = 'denied')", "count(*) FILTER (WHERE consent <> 'unknown')"),
)  # fmt: skip


def day_of(number: int) -> str:
    """YYYY-MM-DD of a day number since 1970-01-01."""
    return (DAY + timedelta(days=number)).strftime("%Y-%m-%d")


def _shares(
    con: duckdb.DuckDBPyConnection, shares: Sequence[Share], relation: str, dims: Sequence[str]
) -> list[Metric]:
    """Metrics of several shares at one grain, in one statement."""
    columns = ", ".join(
        f"CAST(coalesce({_filtered(s.numerator, s.where)}, 0) AS BIGINT), CAST(coalesce({_filtered(s.denominator, s.where)}, 0) AS BIGINT)"
        for s in shares
    )
    keys = ", ".join(dims)
    rows = con.execute(
        f"SELECT {keys}, {columns} FROM {relation} WHERE {_dated(dims)} GROUP BY {keys} ORDER BY {keys}"
    ).fetchall()
    return [
        rate(share.id, _dims(dims, row), row[len(dims) + 2 * i], row[len(dims) + 2 * i + 1])
        for i, share in enumerate(shares)
        for row in rows
        if row[len(dims) + 2 * i + 1]
    ]


def _filtered(aggregate: str, where: str) -> str:
    if where == "true":
        return aggregate
    if " FILTER (WHERE " in aggregate:
        return aggregate.replace(" FILTER (WHERE ", f" FILTER (WHERE ({where}) AND (", 1)[:-1] + "))"
    return f"{aggregate} FILTER (WHERE {where})"


def _dated(dims: Sequence[str]) -> str:
    """Rows without a time belong to no day; they stay in the totals."""
    return "day IS NOT NULL" if "day" in dims else "true"


def _dims(names: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    return {n: day_of(row[i]) if n == "day" else str(row[i]) for i, n in enumerate(names) if row[i] is not None}


def _events(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    out = []
    for dims in (("platform", "event", "side"), ("platform", "event", "side", "day")):
        keys = ", ".join(dims)
        rows = con.execute(
            f"SELECT {keys}, count(*) FROM seen WHERE {_dated(dims)} GROUP BY {keys} ORDER BY {keys}"
        ).fetchall()
        out += [Metric("events", _dims(dims, r), r[-1], r[-1], None) for r in rows]
    return out


def _ratios(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """Hit ratios over the days both sides cover, by platform x event and by day."""
    out = []
    web = "NOT offline AND NOT test AND NOT bot"
    for dims in (("platform", "event"), ("platform", "event", "day")):
        keys = ", ".join(dims)
        rows = con.execute(f"""SELECT {keys}, count(*) FILTER (WHERE side = 'server' AND acted), count(*) FILTER (WHERE side = 'browser' AND acted),
            count(*) FILTER (WHERE side = 'server' AND acted AND {web}), count(*) FILTER (WHERE side = 'browser' AND acted AND {web}),
            count(*) FILTER (WHERE side = 'server' AND NOT acted), count(*) FILTER (WHERE side = 'browser' AND NOT acted)
            FROM covered_actions GROUP BY {keys} ORDER BY {keys}""").fetchall()
        for r in rows:
            d = _dims(dims, r)
            s, b, ws, wb, rs, rb = r[len(dims) :]
            out += [
                rate("hit_ratio", d, s, b),
                rate("hit_ratio", {**d, "scope": "web"}, ws, wb),
                rate("hit_ratio_raw", d, rs, rb),
            ]
    return out


def _rejected(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """Refused requests among all: a request is a line of its log, however many events it carries."""
    rows = con.execute("""SELECT platform, event, count(DISTINCT (file, line)) FILTER (WHERE NOT accepted), count(DISTINCT (file, line))
        FROM events WHERE side = 'server' GROUP BY platform, event ORDER BY platform, event""").fetchall()
    return [rate("rejected", {"platform": p, "event": e, "side": "server"}, n, d) for p, e, n, d in rows]


def _duplicates(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    rows = con.execute("""SELECT platform, event, side, CAST(sum(n - 1) AS BIGINT), CAST(sum(n) AS BIGINT) FROM actions
        GROUP BY platform, event, side ORDER BY platform, event, side""").fetchall()
    return [rate("same_side_duplicates", {"platform": p, "event": e, "side": s}, d, n) for p, e, s, d, n in rows]


def _overlap(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    rows = con.execute("""WITH s AS (SELECT DISTINCT platform, id_h FROM copies WHERE side = 'server' AND id_h IS NOT NULL),
        b AS (SELECT DISTINCT platform, event, id_h FROM copies WHERE side = 'browser' AND id_h IS NOT NULL)
        SELECT b.platform, b.event, count(s.id_h), count(*) FROM b LEFT JOIN s ON s.platform = b.platform AND s.id_h = b.id_h
        WHERE b.platform IN (SELECT platform FROM s) GROUP BY b.platform, b.event ORDER BY b.platform, b.event""").fetchall()
    return [rate("id_overlap", {"platform": p, "event": e}, n, d) for p, e, n, d in rows]


def _causes(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    rows = con.execute("""SELECT platform, event, side, cause, count(*),
        CAST(sum(count(*)) OVER (PARTITION BY platform, event, side) AS BIGINT) FROM unmatched
        WHERE platform IN (SELECT platform FROM events GROUP BY platform HAVING count(DISTINCT side) = 2)
        GROUP BY platform, event, side, cause ORDER BY platform, event, side, cause""").fetchall()
    out: list[Metric] = []
    whole: dict[tuple[str, str, str], int] = {}
    lost: dict[tuple[str, str, str], int] = {}
    for p, e, s, cause, n, total in rows:
        dims = {"platform": p, "event": e, "side": s}
        out.append(rate("cause_share", {**dims, "cause": cause}, n, total))
        whole[p, e, s] = total
        lost[p, e, s] = lost.get((p, e, s), 0) + (n if cause == "unexplained" else 0)
    out += [
        rate("unexplained_share", {"platform": p, "event": e, "side": s}, lost[p, e, s], n)
        for (p, e, s), n in whole.items()
    ]
    return out


def _median(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """Median of usable match keys per server copy, over the whole histogram: exact on every engine."""
    names = ", ".join(f"'{c}'" for c in CONVERSIONS)
    rows = con.execute(f"""WITH d AS (SELECT file, line, idx, count(*) AS n FROM doubled WHERE side = 'server' AND NOT further GROUP BY file, line, idx),
        k AS (SELECT s.platform, s.event, greatest(0, CAST(s.usable AS INTEGER) - coalesce(d.n, 0)) AS usable FROM seen s
            LEFT JOIN d ON d.file = s.file AND d.line = s.line AND d.idx = s.idx WHERE s.side = 'server' AND s.event IN ({names}))
        SELECT platform, event, usable, count(*) FROM k GROUP BY platform, event, usable ORDER BY platform, event, usable""").fetchall()
    groups: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for p, e, usable, n in rows:
        groups.setdefault((p, e), []).append((usable, n))
    return [
        Metric("match_keys_median", {"platform": p, "event": e}, median(hist), median(hist), sum(n for _, n in hist))
        for (p, e), hist in groups.items()
    ]


def median(histogram: list[tuple[int, int]]) -> float:
    """Median of a sorted (value, count) histogram; the mean of the two middle values when the count is even."""
    total = sum(n for _, n in histogram)

    def at(k: int) -> int:
        for value, n in histogram:
            k -= n
            if k < 0:
                return value
        raise IndexError(k)

    return (at((total - 1) // 2) + at(total // 2)) / 2


def _forms(con: duckdb.DuckDBPyConnection, platforms: dict[str, Platform]) -> list[Metric]:
    """`key_presence` and `form_share` for every key a platform knows or a row carries."""
    totals = con.execute("SELECT platform, event, side, count(*) FROM seen GROUP BY ALL ORDER BY ALL").fetchall()
    counts = {(p, e, s, key): [n] + [0] * (len(FORMS) - 1) for p, e, s, n in totals for key in MATCH_KEYS}
    most = con.execute(f"SELECT {', '.join(f'max({k})' for k in MATCH_KEYS)} FROM seen").fetchone() or ()
    for key in (k for k, top in zip(MATCH_KEYS, most, strict=True) if top):
        rows = con.execute(f"SELECT platform, event, side, {key}, count(*) FROM seen WHERE {key} > 0 GROUP BY ALL")
        for p, e, s, code, n in rows.fetchall():
            counts[p, e, s, key][code] += n
            counts[p, e, s, key][0] -= n
    presence = {k: (sum(v) - v[0], sum(v)) for k, v in counts.items()}
    for p, e, s, key, form, n in con.execute("""SELECT s.platform, s.event, s.side, x.key, x.form, count(*) FROM extra x
            JOIN seen s ON s.file = x.file AND s.line = x.line AND s.idx = x.idx GROUP BY ALL""").fetchall():
        counts[p, e, s, key][form] += n
    _prove_doubles(con, counts)
    out = []
    for (p, e, s, key), forms in counts.items():
        if presence[p, e, s, key][0] == 0 and not (p in platforms and key in platforms[p].keys and (s == "server")):
            continue
        dims = {"platform": p, "event": e, "side": s, "key": key}
        out.append(rate("key_presence", dims, *presence[p, e, s, key]))
        out += [rate("form_share", {**dims, "form": FORMS[c].value}, n, sum(forms)) for c, n in enumerate(forms) if n]
    return out


def _prove_doubles(con: duckdb.DuckDBPyConnection, counts: dict[tuple[str, str, str, str], list[int]]) -> None:
    """Moves values to `double` where a twin's digest is the one they were hashed from: a hash alone cannot tell."""
    rows = con.execute("SELECT platform, event, side, key, form, count(*) FROM doubled GROUP BY ALL").fetchall()
    for p, e, s, key, form, n in rows:
        counts[p, e, s, key][form] -= n
        counts[p, e, s, key][CODE[Form.DOUBLE]] += n


def measure(con: duckdb.DuckDBPyConnection, platforms: Iterable[Platform], people: bool = False) -> list[Metric]:
    """Every metric of an audit, from the relations built before. `people`: known customers were loaded; their plain
    values are gone afterwards."""
    table = {p.id: p for p in platforms}
    _views(con, table)
    if people:
        known.prove(con)
    agreement.compare(con)
    agreement.doubled(con, people)
    out = _events(con)
    for dims in (("platform", "event"), ("platform", "event", "day")):
        out += _shares(con, TWINS, "twins", dims)
    out += _shares(con, COPIES, "judged", ("platform", "event", "side"))
    out += (
        _rejected(con)
        + _ratios(con)
        + _overlap(con)
        + _duplicates(con)
        + _median(con)
        + _forms(con, table)
        + _causes(con)
    )
    out += alterations.measure(con) + consent.measure(con) + agreement.measure(con) + agreement.differences(con, people)
    out += orders.measure(con)
    if people:
        out += known.measure(con)
        known.forget(con)
    return out


def _views(con: duckdb.DuckDBPyConnection, platforms: dict[str, Platform]) -> None:
    """Views the measures are taken over: accepted copies with their day, with their platform's rules, and the actions
    of covered days with the copies of those days."""
    con.execute(
        "CREATE VIEW seen AS SELECT *, CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day FROM events WHERE accepted"
    )
    con.execute("CREATE TABLE rule (id VARCHAR, max_age_ms BIGINT)")
    con.execute("CREATE TABLE source (id VARCHAR, name VARCHAR)")
    for p in platforms.values():
        if p.server:
            con.execute("INSERT INTO rule VALUES (?, ?)", [p.id, p.server.max_age_s * 1000])
            for name in dict.fromkeys(n for s in p.servers for n in s.action_sources):
                con.execute("INSERT INTO source VALUES (?, ?)", [p.id, name])
    con.execute(
        "CREATE TABLE told AS SELECT DISTINCT file FROM events WHERE action_source IS NOT NULL"
    )  # tables with the column
    con.execute("""CREATE VIEW judged AS SELECT s.*, r.max_age_ms,
        CASE WHEN s.platform IN (SELECT id FROM source) AND (s.unit <> '' OR s.file IN (SELECT file FROM told))
            THEN x.name IS NOT NULL END AS source_ok
        FROM seen s LEFT JOIN rule r ON r.id = s.platform LEFT JOIN source x ON x.id = s.platform AND x.name = s.action_source""")
    con.execute("""CREATE TABLE cover AS SELECT platform, day FROM seen WHERE day IS NOT NULL
        GROUP BY platform, day HAVING count(DISTINCT side) = 2""")
    con.execute("""CREATE VIEW covered_actions AS
        SELECT a.platform, a.event, a.day, a.side, a.offline, a.test, a.bot, true AS acted FROM actions a
        JOIN cover c ON c.platform = a.platform AND c.day = a.day
        UNION ALL SELECT s.platform, s.event, s.day, s.side, s.offline, s.test, s.bot, false FROM seen s
        JOIN cover c ON c.platform = s.platform AND c.day = s.day""")
