"""The metrics of `audit.json`: counts asked of the engine, one statement per relation and grain, divided in core.

Exact definitions: docs/metrics.md. Names here are the ids there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.measure import Metric, rate
from ..core.platform import CODE, FORMS, Form, Platform
from ..core.rows import MATCH_KEYS
from . import agreement, alterations, census, consent, known, orders, timing
from .engine import Engine, local
from .timing import day_of

_TOGETHER = 3  # match keys whose forms are counted in one pass: more of them multiply the groups
CONVERSIONS = ("purchase", "generate_lead", "sign_up", "subscribe", "start_trial", "begin_checkout", "add_to_cart",
               "add_payment_info", "submit_application", "schedule", "contact")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A rate over one relation of counts `n`: `numerator` and `denominator` are the conditions on what adds up; rows whose
    denominator is 0 are left out."""

    id: str
    numerator: str
    denominator: str = "true"


TWINS = (
    Share("dedup_rate", "keyed AND merged", "keyed"),
    Share("dedup_rate_fallback", "keyed AND has_fallback AND (merged OR (NOT renamed AND same_person))", "keyed AND has_fallback"),
    Share("within_5_minutes", "near"),
    Share("name_consistency", "NOT renamed"),
    Share("value_agreement", "same_value", "same_value IS NOT NULL"),
    Share("currency_agreement", "same_currency", "same_currency IS NOT NULL"),
)  # fmt: skip
COPIES = (
    Share("id_presence", "has_id", "NOT (automatic AND NOT has_id)"),
    Share("test_code", "side = 'server' AND test", "side = 'server'"),
    Share("event_time_unit", "side = 'server' AND payload AND right_unit", "side = 'server' AND payload"),
    Share(
        "event_time_age", "side = 'server' AND payload AND timely", "side = 'server' AND payload AND timely IS NOT NULL"
    ),
    Share("action_source_valid", "side = 'server' AND source_ok", "side = 'server' AND source_ok IS NOT NULL"),
    Share("url_without_email", "NOT url_leak", "has_page"),
    Share("custom_without_pii", "side = 'server' AND payload AND NOT has_custom_leak", "side = 'server' AND payload"),
    Share("late_share", "late", "late IS NOT NULL"),
    Share("denied_consent", "consent = 'denied'", "consent <> 'unknown'"),
)


def _shares(con: Engine, shares: Sequence[Share], relation: str, dims: Sequence[str]) -> list[Metric]:
    """Metrics of several shares at one grain, in one statement."""
    columns = ", ".join(f"{_count(s.numerator)}, {_count(s.denominator)}" for s in shares)
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


def _count(condition: str) -> str:
    """What adds up to the number of rows that meet a condition."""
    return f"CAST(coalesce(sum(n) FILTER (WHERE {condition}), 0) AS BIGINT)"


def _dated(dims: Sequence[str]) -> str:
    """Rows without a time belong to no day; they stay in the totals."""
    return "day IS NOT NULL" if "day" in dims else "true"


def _dims(names: Sequence[str], row: Sequence[Any]) -> dict[str, str]:
    return {n: day_of(row[i]) if n == "day" else str(row[i]) for i, n in enumerate(names) if row[i] is not None}


def _events(con: Engine) -> list[Metric]:
    out = []
    for dims in (("platform", "event", "side"), ("platform", "event", "side", "day")):
        keys = ", ".join(dims)
        rows = con.execute(
            f"SELECT {keys}, CAST(sum(n) AS BIGINT) FROM census WHERE accepted AND {_dated(dims)} GROUP BY {keys} ORDER BY {keys}"
        ).fetchall()
        out += [Metric("events", _dims(dims, r), r[-1], r[-1], None) for r in rows]
    return out


def _ratios(con: Engine) -> list[Metric]:
    """Hit ratios over the days both sides cover, by platform x event and by day."""
    out = []
    web = "NOT offline AND NOT test AND NOT bot"
    for dims in (("platform", "event"), ("platform", "event", "day")):
        keys = ", ".join(dims)
        columns = ", ".join(_count(f"side = '{side}' AND {what}")
            for what in ("acted", f"acted AND {web}", "NOT acted") for side in ("server", "browser"))  # fmt: skip
        rows = con.execute(f"SELECT {keys}, {columns} FROM covered_actions GROUP BY {keys} ORDER BY {keys}").fetchall()
        for r in rows:
            d = _dims(dims, r)
            s, b, ws, wb, rs, rb = r[len(dims) :]
            out += [
                rate("hit_ratio", d, s, b),
                rate("hit_ratio", {**d, "scope": "web"}, ws, wb),
                rate("hit_ratio_raw", d, rs, rb),
            ]
    return out


def _rejected(con: Engine) -> list[Metric]:
    """Refused requests among all: a request is a line of its log, however many events it carries."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE batch AS SELECT DISTINCT file, line FROM events WHERE side = 'server' AND idx > 0"
    )
    lone, batch = "true", "SELECT NULL, NULL, 0, 0 WHERE false"
    if con.execute("SELECT count(*) FROM batch").fetchone() != (0,):
        lone = "NOT EXISTS (SELECT 1 FROM batch b WHERE b.file = e.file AND b.line = e.line)"
        batch = """SELECT platform, event, count(*) FILTER (WHERE refused), count(*) FROM (
            SELECT e.platform, e.event, e.file, e.line, bool_or(NOT e.accepted) AS refused FROM events e
            JOIN batch b ON b.file = e.file AND b.line = e.line WHERE e.side = 'server' GROUP BY e.platform, e.event, e.file, e.line)
            GROUP BY platform, event"""
    rows = con.execute(f"""SELECT platform, event, CAST(sum(refused) AS BIGINT), CAST(sum(n) AS BIGINT) FROM (
        SELECT platform, event, count(*) FILTER (WHERE NOT accepted) AS refused, count(*) AS n FROM events e
        WHERE side = 'server' AND {lone} GROUP BY platform, event UNION ALL {batch})
        GROUP BY platform, event ORDER BY platform, event""").fetchall()
    con.execute("DROP TABLE batch")
    return [rate("rejected", {"platform": p, "event": e, "side": "server"}, n, d) for p, e, n, d in rows]


def _duplicates(con: Engine) -> list[Metric]:
    """Copies are counted where the first copy of their action is."""
    rows = con.execute("""SELECT platform, event, side, CAST(sum(d) AS BIGINT), CAST(sum(n) AS BIGINT) FROM (
            SELECT platform, event, side, n, 0 AS d FROM census WHERE accepted
            UNION ALL SELECT platform, event, side, CASE WHEN nth = 1 THEN n - 1 ELSE -1 END, CASE WHEN nth = 1 THEN n - 1 ELSE 0 END
            FROM rest WHERE tangled)
        GROUP BY platform, event, side HAVING sum(n) > 0 ORDER BY platform, event, side""").fetchall()
    return [rate("same_side_duplicates", {"platform": p, "event": e, "side": s}, d, n) for p, e, s, d, n in rows]


def _overlap(con: Engine) -> list[Metric]:
    rows = con.execute("""SELECT platform, event, CAST(sum(found) AS BIGINT), CAST(sum(n) AS BIGINT) FROM (
            SELECT platform, event, n AS found, n FROM twin_count WHERE even
            UNION ALL SELECT platform, event, CASE WHEN shared THEN 1 ELSE 0 END, 1 FROM (
                SELECT DISTINCT platform, event, m, shared FROM rest WHERE side = 'browser' AND m IS NOT NULL))
        WHERE platform IN (SELECT platform FROM census WHERE accepted AND side = 'server' AND has_id)
        GROUP BY platform, event ORDER BY platform, event""").fetchall()
    return [rate("id_overlap", {"platform": p, "event": e}, n, d) for p, e, n, d in rows]


def _causes(con: Engine) -> list[Metric]:
    rows = con.execute("""SELECT platform, event, side, cause, count(*),
        CAST(sum(count(*)) OVER (PARTITION BY platform, event, side) AS BIGINT) FROM unmatched
        WHERE platform IN (SELECT platform FROM census GROUP BY platform HAVING count(DISTINCT side) = 2)
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


def _median(con: Engine) -> list[Metric]:
    """Median of usable match keys per server copy, over the whole histogram: exact on every engine."""
    names = ", ".join(f"'{c}'" for c in CONVERSIONS)
    rows = con.execute(f"""WITH d AS (SELECT file, line, idx, platform, event, usable, count(*) AS n FROM doubled
            WHERE side = 'server' AND NOT further AND event IN ({names}) GROUP BY file, line, idx, platform, event, usable),
        k AS (SELECT platform, event, CAST(usable AS INTEGER) AS usable, count(*) AS n FROM events
            WHERE accepted AND side = 'server' AND event IN ({names}) GROUP BY platform, event, usable
            UNION ALL SELECT platform, event, CAST(usable AS INTEGER), -1 FROM d
            UNION ALL SELECT platform, event, greatest(0, CAST(usable AS INTEGER) - n), 1 FROM d)
        SELECT platform, event, usable, CAST(sum(n) AS BIGINT) FROM k GROUP BY platform, event, usable HAVING sum(n) > 0
        ORDER BY platform, event, usable""").fetchall()
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


def _forms(con: Engine, platforms: dict[str, Platform]) -> list[Metric]:
    """`key_presence` and `form_share` for every key a platform knows or a row carries."""
    totals = con.execute(
        "SELECT platform, event, side, CAST(sum(n) AS BIGINT) FROM census WHERE accepted GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    counts = {(p, e, s, key): [n] + [0] * (len(FORMS) - 1) for p, e, s, n in totals for key in MATCH_KEYS}
    present = census.keys(con)
    for start in range(0, len(present), _TOGETHER):
        keys = present[start : start + _TOGETHER]
        columns = f"platform, event, side, {', '.join(keys)}"
        for p, e, s, *codes, n in con.execute(
            f"SELECT {columns}, count(*) FROM events WHERE accepted GROUP BY {columns}"
        ).fetchall():
            for key, code in zip(keys, codes, strict=True):
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


def _prove_doubles(con: Engine, counts: dict[tuple[str, str, str, str], list[int]]) -> None:
    """Moves values to `double` where a twin's digest is the one they were hashed from: a hash alone cannot tell."""
    rows = con.execute("SELECT platform, event, side, key, form, count(*) FROM doubled GROUP BY ALL").fetchall()
    for p, e, s, key, form, n in rows:
        counts[p, e, s, key][form] -= n
        counts[p, e, s, key][CODE[Form.DOUBLE]] += n


def measure(con: Engine, platforms: Iterable[Platform], people: bool = False) -> list[Metric]:
    """Every metric of an audit, from the relations built before. `people`: known customers were loaded; their plain
    values are gone afterwards."""
    table = {p.id: p for p in platforms}
    _views(con, table)
    if people:
        known.prove(local(con))
    agreement.compare(con)
    agreement.doubled(con, people)
    out = _events(con)
    for dims in (("platform", "event"), ("platform", "event", "day")):
        out += _shares(con, TWINS, "twin_count", dims)
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
    out += timing.measure(con)
    if people:
        out += known.measure(local(con))
        known.forget(local(con))
    return out


def _views(con: Engine, platforms: dict[str, Platform]) -> None:
    """Views the measures are taken over: accepted copies with their day, with their platform's rules, and the actions
    of covered days with the copies of those days."""
    con.execute(
        "CREATE VIEW seen AS SELECT *, CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day FROM events WHERE accepted"
    )
    con.execute("CREATE TABLE source (id VARCHAR, name VARCHAR)")
    for p in platforms.values():
        for name in dict.fromkeys(n for s in p.servers for n in s.action_sources) if p.server else ():
            con.execute("INSERT INTO source VALUES (?, ?)", [p.id, name])
    con.execute("""CREATE VIEW judged AS SELECT c.*, CASE WHEN k.id IS NOT NULL AND c.sourced THEN x.name IS NOT NULL END AS source_ok
        FROM census c LEFT JOIN (SELECT DISTINCT id FROM source) k ON k.id = c.platform LEFT JOIN source x ON x.id = c.platform AND x.name = c.action_source WHERE c.accepted""")
    con.execute("""CREATE TEMP TABLE twin_count AS SELECT x.platform, x.event, t.day, t.even, t.keyed, t.merged, t.has_fallback, t.renamed,
            t.same_person, t.near, t.same_value, x.currency = y.currency AS same_currency, t.n
        FROM (SELECT b_kind, s_kind, day, even, keyed, merged, has_fallback, renamed, same_person, near, same_value, count(*) AS n
            FROM (SELECT b_kind, s_kind, CAST(floor(b_ms / 86400000.0) AS INTEGER) AS day, even, keyed, merged, has_fallback, renamed,
                same_person, coalesce(abs(s_ms - b_ms) <= 300000, false) AS near, same_value FROM twin)
            GROUP BY b_kind, s_kind, day, even, keyed, merged, has_fallback, renamed, same_person, near, same_value) t
        JOIN kind x ON x.kind = t.b_kind JOIN kind y ON y.kind = t.s_kind""")
    con.execute("""CREATE VIEW covered_actions AS
        WITH cover AS (SELECT platform, day FROM census WHERE accepted AND day IS NOT NULL GROUP BY platform, day HAVING count(DISTINCT side) = 2),
        counted AS (SELECT platform, event, day, side, offline, test, bot, false AS acted, n FROM census WHERE accepted
            UNION ALL SELECT platform, event, day, side, offline, test, bot, true, n FROM census WHERE accepted
            UNION ALL SELECT platform, event, CAST(floor(t_ms / 86400000.0) AS INTEGER), side, offline, test, bot, true, -1 FROM rest WHERE nth > 1)
        SELECT a.* FROM counted a JOIN cover c ON c.platform = a.platform AND c.day = a.day""")
