"""The order ledger against what browser and server report: orders found, and money counted over or under.

Purchases only, accepted and no test traffic. Exact definitions: docs/metrics.md, from `revenue` on. Amounts are decimals
until they leave the engine, so that sums do not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..core.measure import Metric, rate
from .engine import Engine
from .twins import LABEL

ORDERS = (
    "CREATE TABLE IF NOT EXISTS orders (file INTEGER, order_h UBIGINT, t_ms BIGINT, value DOUBLE, currency VARCHAR)"
)
_MONEY = "try_cast({} AS DECIMAL(18, 4))"
_NONE = "none"  # currency of amounts that name none
_EDGE_MS = 3_600_000  # an order further than this before the first or after the last event may be in no log

# One row per accepted copy of a purchase: its order, from the copy itself, else from its action, else from the twin.
_SALES = f"""CREATE TEMP TABLE sale AS
WITH copy AS (
    SELECT e.side, {LABEL} AS a, e.platform, e.destination, e.id_h, e.order_h, e.value, e.currency, e.t_ms, e.id_h AS first_id_h, true AS first
    FROM accepted_copy e WHERE e.event = 'purchase' AND NOT e.test AND e.m IS NOT NULL AND NOT EXISTS (SELECT 1 FROM uneven u WHERE u.m = e.m)
    UNION ALL SELECT r.side, r.a, r.platform, r.destination, r.id_h, r.order_h, r.value, r.currency, r.t_ms, f.id_h, r.nth = 1
    FROM rest r JOIN rest f ON f.a = r.a AND f.nth = 1 WHERE r.event = 'purchase' AND NOT r.test),
bare AS (
    SELECT side, a, platform, destination, id_h, order_h, {_MONEY.format("value")} AS v,
        CASE WHEN regexp_full_match(currency, '[A-Z]{{3}}') THEN currency END AS currency,
        CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day, first_id_h, first FROM copy),
of_action AS (SELECT a, min(order_h) AS order_h FROM bare GROUP BY a),
lacking AS (SELECT DISTINCT a FROM bare WHERE order_h IS NULL),
of_twin AS (
    SELECT t.b AS a, o.order_h FROM lacking l JOIN twin t ON t.b = l.a JOIN of_action o ON o.a = t.s
    UNION ALL SELECT t.s, o.order_h FROM lacking l JOIN twin t ON t.s = l.a JOIN of_action o ON o.a = t.b)
SELECT b.side, b.a, b.platform, b.destination, b.id_h, coalesce(b.order_h, o.order_h, t.order_h) AS order_h, b.v, b.currency, b.day,
    b.first_id_h, b.first
FROM bare b LEFT JOIN of_action o ON o.a = b.a LEFT JOIN of_twin t ON t.a = b.a"""

# What the platform counts. Of merged twins the copy that came first is kept; which one that is, is not certain, hence the
# range lo..hi. Twins in two currencies are one amount or the other. `n` is 1 once per counted conversion.
_COUNTED = """CREATE TEMP TABLE counted AS
WITH pair AS (
    SELECT t.b, t.s, b.platform, coalesce(nullif(b.destination, ''), s.destination) AS destination, coalesce(b.order_h, s.order_h) AS order_h, coalesce(b.day, s.day) AS day,
        coalesce(t.s_ms - t.b_ms, 0) < 0 AS server_first,
        coalesce(b.v, s.v, 0) AS bv, coalesce(s.v, b.v, 0) AS sv, coalesce(b.currency, s.currency, $none) AS bc,
        coalesce(s.currency, b.currency, $none) AS sc
    FROM twin t JOIN sale b ON b.a = t.b AND b.first JOIN sale s ON s.a = t.s AND s.first WHERE t.merged),
merged AS (SELECT b AS a FROM pair UNION ALL SELECT s FROM pair)
SELECT platform, destination, order_h, day, bc AS currency, CASE WHEN server_first THEN sv ELSE bv END AS v, least(bv, sv) AS lo,
    greatest(bv, sv) AS hi, 1 AS n FROM pair WHERE bc = sc
UNION ALL SELECT platform, destination, order_h, day, bc, CASE WHEN server_first THEN 0 ELSE bv END, least(0, bv), greatest(0, bv),
    CASE WHEN server_first THEN 0 ELSE 1 END FROM pair WHERE bc <> sc
UNION ALL SELECT platform, destination, order_h, day, sc, CASE WHEN server_first THEN sv ELSE 0 END, least(0, sv), greatest(0, sv),
    CASE WHEN server_first THEN 1 ELSE 0 END FROM pair WHERE bc <> sc
UNION ALL SELECT platform, destination, order_h, day, coalesce(currency, $none), coalesce(v, 0), coalesce(v, 0), coalesce(v, 0), 1 FROM sale
WHERE NOT ((first OR coalesce(id_h = first_id_h, false)) AND a IN (SELECT a FROM merged))"""

# The ledger: one row per order and currency. Lines of an order in one file add up, an export read twice does not; rows
# under zero are refunds and no sale.
_LEDGER = f"""CREATE TEMP TABLE ledger AS
WITH line AS (SELECT file, order_h, coalesce(CASE WHEN regexp_full_match(currency, '[A-Z]{{3}}') THEN currency END, $none)
        AS currency, {_MONEY.format("value")} AS v, t_ms FROM orders
    WHERE coalesce(value, 0) >= 0),
sums AS (SELECT file, order_h, currency, sum(v) AS amount, min(t_ms) AS t_ms FROM line GROUP BY file, order_h, currency),
whole AS (SELECT order_h, currency, max(amount) AS amount, min(min(t_ms)) OVER (PARTITION BY order_h) AS t_ms FROM sums
    GROUP BY order_h, currency)
SELECT *, CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day FROM whole"""

# Days the evidence covers: of each side, and for what is counted those of both sides, or of the only one there is.
_COVER = """CREATE TEMP TABLE span AS
WITH sides AS (SELECT DISTINCT platform, side, day FROM census WHERE accepted AND day IS NOT NULL
    AND platform IN (SELECT platform FROM sale)),
many AS (SELECT platform, count(DISTINCT side) AS n FROM sides GROUP BY platform)
SELECT platform, side, day FROM sides
UNION ALL SELECT s.platform, 'counted', s.day FROM sides s JOIN many m ON m.platform = s.platform
GROUP BY s.platform, s.day, m.n HAVING count(*) = m.n"""

# Orders a side reports; `counted` reports what any side does.
_REPORTED = """CREATE TEMP TABLE reported AS
SELECT platform, side, order_h, min(day) AS day FROM sale WHERE order_h IS NOT NULL GROUP BY platform, side, order_h
UNION ALL SELECT platform, 'counted', order_h, min(day) FROM sale WHERE order_h IS NOT NULL GROUP BY platform, order_h"""

# Ledger orders held against a platform: those of covered days, and those without a time that are reported. `edge`: the
# day is covered, its hour perhaps not.
_COMPARED = f"""CREATE TEMP TABLE compared AS
WITH reach AS (SELECT platform, max(first) AS first, min(last) AS last FROM
    (SELECT platform, side, min(first_ms) - {_EDGE_MS} AS first, max(last_ms) + {_EDGE_MS} AS last FROM census WHERE accepted
        GROUP BY platform, side)
    GROUP BY platform)
SELECT s.platform, l.order_h, l.currency, l.amount, l.t_ms NOT BETWEEN e.first AND e.last AS edge
FROM ledger l JOIN span s ON s.day = l.day AND s.side = 'counted' JOIN reach e ON e.platform = s.platform
UNION ALL SELECT r.platform, l.order_h, l.currency, l.amount, false FROM ledger l
JOIN reported r ON r.order_h = l.order_h AND r.side = 'counted' WHERE l.day IS NULL"""

# Reported orders the ledger does not know, dated inside the days it spans.
_UNKNOWN = """CREATE TEMP TABLE stranger AS
WITH spans AS (SELECT min(day) AS first, max(day) AS last FROM ledger)
SELECT r.platform, r.side, r.order_h, r.day FROM reported r, spans
WHERE r.order_h NOT IN (SELECT order_h FROM orders) AND coalesce(r.day BETWEEN spans.first AND spans.last, true)"""


def _at_one(column: str) -> str:
    """What the destination that counts most counts; a copy without a destination may have gone to that one."""
    return (
        f"coalesce(max({column}) FILTER (WHERE destination <> ''), 0)"
        f" + coalesce(sum({column}) FILTER (WHERE destination = ''), 0)"
    )


# Per platform, order and currency: what the ledger holds (0 where it knows nothing) and what the platform counts, in all
# its destinations and (d...) in the one that counts most.
_BALANCE = f"""CREATE TEMP TABLE balance AS
WITH priced AS (SELECT platform, order_h FROM compared GROUP BY platform, order_h HAVING count(*) = count(amount)),
judged AS (SELECT platform, order_h FROM priced
    UNION ALL SELECT x.platform, x.order_h FROM stranger x WHERE x.side = 'counted' AND (x.day IS NULL
        OR (x.platform, x.day) IN (SELECT platform, day FROM span WHERE side = 'counted'))),
there AS (SELECT c.platform, c.order_h, c.currency, c.destination, sum(v) AS v, sum(lo) AS lo, sum(hi) AS hi
    FROM counted c JOIN judged j ON j.platform = c.platform AND j.order_h = c.order_h GROUP BY ALL),
told AS (SELECT platform, order_h, currency, sum(v) AS v, sum(lo) AS lo, sum(hi) AS hi, {_at_one("v")} AS dv, {_at_one("lo")} AS dlo, {_at_one("hi")} AS dhi
    FROM there GROUP BY platform, order_h, currency),
owed AS (SELECT c.* FROM compared c JOIN priced p ON p.platform = c.platform AND p.order_h = c.order_h)
SELECT coalesce(o.platform, t.platform) AS platform, coalesce(o.currency, t.currency) AS currency,
    coalesce(o.amount, 0) AS amount, coalesce(t.v, 0) AS v, coalesce(t.lo, 0) AS lo, coalesce(t.hi, 0) AS hi, coalesce(t.dv, 0) AS dv,
    coalesce(t.dlo, 0) AS dlo, coalesce(t.dhi, 0) AS dhi, o.order_h IS NOT NULL AS owed,
    coalesce(o.edge, false) AND t.order_h IS NULL AS edge
FROM owed o FULL JOIN told t ON t.platform = o.platform AND t.order_h = o.order_h AND t.currency = o.currency"""


def measure(con: Engine) -> list[Metric]:
    """Money reported and counted per platform and currency; with a ledger read into `orders` also what it says of it.
    Needs the relations of `relations.build`."""
    con.execute(ORDERS)
    ledger = con.execute("SELECT count(*) FROM orders").fetchone() != (0,)
    con.execute(_SALES)
    only = _only_currency(con, ledger)
    con.execute(_COUNTED.replace("$none", f"'{only}'"))
    out = _revenue(con, only)
    tables = ["sale", "counted"]
    if ledger:
        con.execute(_LEDGER.replace("$none", f"'{only}'"))
        for statement in (_COVER, _REPORTED, _COMPARED, _UNKNOWN, _BALANCE):
            con.execute(statement)
        out += _found(con) + _shape(con) + _money(con)
        tables += ["ledger", "span", "reported", "compared", "stranger", "balance"]
    for table in tables:
        con.execute(f"DROP TABLE {table}")
    return out


def _only_currency(con: Engine, ledger: bool) -> str:
    """What amounts without a currency are taken to be in: the one currency all others name, else `none`."""
    of_ledger = "UNION SELECT currency FROM orders" if ledger else ""
    row = con.execute(f"""SELECT min(currency), count(DISTINCT currency) FROM (
        SELECT currency FROM sale {of_ledger})
        WHERE regexp_full_match(currency, '[A-Z]{{3}}')""").fetchone()
    return str(row[0]) if row and row[1] == 1 else _NONE


def _revenue(con: Engine, only: str) -> list[Metric]:
    """`revenue` of each side and as counted; numerator and value are the amount, denominator is the number of copies."""
    rows = con.execute(f"""SELECT platform, currency, side, sum(v), sum(v), sum(v), count(*) FROM
            (SELECT platform, coalesce(currency, '{only}') AS currency, side, coalesce(v, 0) AS v FROM sale) GROUP BY ALL
        UNION ALL SELECT platform, currency, 'counted', sum(v), sum(lo), sum(hi), CAST(sum(n) AS BIGINT) FROM counted GROUP BY ALL
        ORDER BY ALL""").fetchall()
    named = [(_dims(platform=p, currency=c, side=s), v, lo, hi, n) for p, c, s, v, lo, hi, n in rows]
    return [Metric("revenue", d, float(v), float(v), n, *_range(v, lo, hi)) for d, v, lo, hi, n in named]


def _range(value: Any, low: Any, high: Any) -> tuple[float | None, float | None]:
    """A range of amounts; none where it is one amount."""
    return (None, None) if low == value == high else (float(low), float(high))


def _dims(**dims: str) -> dict[str, str]:
    return dims


def _rates(con: Engine, id: str, names: Sequence[str], sql: str) -> list[Metric]:
    rows = con.execute(f"{sql} ORDER BY ALL").fetchall()
    return [rate(id, dict(zip(names, r, strict=False)), r[-2], r[-1]) for r in rows if r[-1]]


def _found(con: Engine) -> list[Metric]:
    """Orders of the ledger each side reports, reported orders the ledger does not know, copies whose order is known."""
    side = ("platform", "side")
    return [
        *_rates(con, "order_coverage", side, """SELECT s.platform, s.side, count(r.order_h), count(*)
            FROM (SELECT DISTINCT order_h, day FROM ledger) l JOIN span s ON s.day = l.day
            LEFT JOIN reported r ON r.platform = s.platform AND r.side = s.side AND r.order_h = l.order_h GROUP BY s.platform, s.side"""),
        *_rates(con, "orders_unknown", side, """WITH known AS (SELECT platform, side, count(*) AS n FROM reported
                WHERE order_h IN (SELECT order_h FROM orders) GROUP BY platform, side),
            odd AS (SELECT platform, side, count(*) AS n FROM stranger GROUP BY platform, side)
            SELECT coalesce(k.platform, o.platform), coalesce(k.side, o.side), coalesce(o.n, 0), coalesce(o.n, 0) + coalesce(k.n, 0)
            FROM known k FULL JOIN odd o ON o.platform = k.platform AND o.side = k.side"""),
        *_rates(con, "order_id_presence", side,
                "SELECT platform, side, count(order_h), count(*) FROM sale GROUP BY platform, side"),
    ]  # fmt: skip


def _shape(con: Engine) -> list[Metric]:
    """Compared orders that are counted more than once, and those counted in a currency the ledger does not give them."""
    head = """WITH o AS (SELECT DISTINCT platform, order_h FROM compared),
        c AS (SELECT c.platform, c.order_h, sum(c.n) AS n FROM counted c GROUP BY c.platform, c.order_h),
        x AS (SELECT DISTINCT c.platform, c.order_h FROM counted c WHERE c.n > 0 AND c.currency <> 'none' AND c.v <> 0 AND NOT EXISTS (
            SELECT 1 FROM compared d WHERE d.platform = c.platform AND d.order_h = c.order_h AND d.currency IN (c.currency, 'none')))"""
    return [
        *_rates(con, "orders_repeated", ("platform",), f"""{head} SELECT o.platform, count(*) FILTER (WHERE c.n > 1), count(*)
            FROM o JOIN c ON c.platform = o.platform AND c.order_h = o.order_h GROUP BY o.platform"""),
        *_rates(con, "orders_other_currency", ("platform",), f"""{head} SELECT o.platform, count(x.order_h), count(*)
            FROM o JOIN c ON c.platform = o.platform AND c.order_h = o.order_h
            LEFT JOIN x ON x.platform = o.platform AND x.order_h = o.order_h GROUP BY o.platform"""),
    ]  # fmt: skip


def _money(con: Engine) -> list[Metric]:
    """The ledger's amount on the days compared, and what platforms count over and under it, order by order. What copies
    of unknown order are worth may be the missing amounts, and the log may not reach to an order at its edge: both widen
    the range of `revenue_under` downwards."""
    rows = con.execute("""WITH loose AS (SELECT c.platform, c.currency, sum(c.hi) AS hi FROM counted c WHERE c.order_h IS NULL
            AND (c.day IS NULL OR (c.platform, c.day) IN (SELECT platform, day FROM span WHERE side = 'counted'))
            GROUP BY c.platform, c.currency),
        b AS (SELECT platform, currency, sum(amount) AS amount, count(*) FILTER (WHERE owed) AS n,
            sum(greatest(v - amount, 0)) AS over, sum(greatest(lo - amount, 0)) AS over_lo, sum(greatest(hi - amount, 0)) AS over_hi,
            sum(greatest(dv - amount, 0)) AS one, sum(greatest(dlo - amount, 0)) AS one_lo, sum(greatest(dhi - amount, 0)) AS one_hi,
            sum(greatest(amount - v, 0)) AS under, sum(CASE WHEN edge THEN 0 ELSE greatest(amount - hi, 0) END) AS under_lo, sum(greatest(amount - lo, 0)) AS under_hi
            FROM balance GROUP BY platform, currency)
        SELECT b.platform, b.currency, amount, n, over, over_lo, over_hi, under, greatest(under_lo - coalesce(loose.hi, 0), 0), under_hi,
            one, one_lo, one_hi, b.platform IN (SELECT platform FROM counted WHERE destination <> '' GROUP BY platform HAVING count(DISTINCT destination) > 1)
        FROM b LEFT JOIN loose ON loose.platform = b.platform AND loose.currency = b.currency ORDER BY ALL""").fetchall()
    out = []
    for platform, currency, amount, n, *sums, several in rows:
        dims, owed = _dims(platform=platform, currency=currency), float(amount)
        over, under, one = (
            _against("revenue_" + id, dims, sums[k : k + 3], owed) for id, k in (("over", 0), ("under", 3), ("over", 6))
        )
        out += [Metric("revenue", {**dims, "side": "orders"}, owed, owed, n), over, under]
        out += [replace(one, dims={**dims, "scope": "destination"})] if several else []
    return out


def _against(id: str, dims: dict[str, str], amounts: Sequence[Any], owed: float) -> Metric:
    value = float(amounts[0])
    return Metric(id, dims, value, value, owed, *_range(*amounts))
