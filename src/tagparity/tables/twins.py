"""Twins: the copy of an action on the other side, found one to one, strongest evidence first.

Definition: docs/metrics.md, "Twins". An id that stands once on each side is a pair without a search. What is left goes
through the tiers; each joins what the tiers before it left over. Where several partners are equal, the action whose label
is lowest is taken: the label is a digest of the place of its first copy, so the same evidence gives the same pairs.
"""

from __future__ import annotations

from .engine import Engine

WINDOW_MS = 300_000
CROWD = 50  # a browser key on more actions than this within one five-minute bucket names no person

_OTHER_SIDE = "CAST(5700357409661599242 AS UBIGINT)"  # sets labels of the two sides of an id apart
LABEL = f"CASE WHEN side = 'browser' THEN m ELSE xor(m, {_OTHER_SIDE}) END"
_ANY = "(b.destination = '' OR s.destination = '')"
_HOW = """CASE WHEN x.name_key <> y.name_key THEN 'id_renamed'
        WHEN x.destination = y.destination OR x.destination = '' OR y.destination = '' THEN 'id'
        ELSE 'id_other_destination' END"""
_APART = "x.destination <> y.destination AND x.destination <> '' AND y.destination <> ''"
_LAG = """CASE WHEN b.received_ms IS NOT NULL AND s.received_ms IS NOT NULL THEN s.received_ms - b.received_ms ELSE s.t_ms - b.t_ms END"""
ID_TIERS = (
    ("id", "same_name AND same_destination"),
    ("id", "same_name AND any_destination"),
    ("id_other_destination", "same_name"),
    ("id_renamed", "same_destination OR any_destination"),
    ("id_renamed", "true"),
)
ORDER_TIERS = (("order", "same_destination OR any_destination"), ("order", "true"))


_KIND = ("platform", "destination", "event", "name_key", "currency", "sender")


def _kinds(con: Engine) -> None:
    """Table `kind`: the names that stand in accepted events, under the digest that copies carry of them."""
    names = ", ".join(f"min({n}) AS {n}" for n in _KIND)
    con.execute(f"CREATE TEMP TABLE kind AS SELECT kind_h AS kind, {names} FROM accepted_copy GROUP BY kind_h")


def _columns(b: str, s: str, how: str, even: bool) -> str:
    """Columns of `twin` from the first copies `b` and `s` and their kinds `x` and `y`: what they agree on, and whether the
    platform would merge them by its own key inside its window."""
    by_id = f"({how} = 'id' AND x.name_key = y.name_key OR {how} LIKE 'id%' AND NOT w.named)"
    return f"""{b} AS b, {s} AS s, {how} AS how, {str(even).lower()} AS even, x.kind AS b_kind, y.kind AS s_kind,
        x.name_key <> y.name_key AND w.named AS renamed, {_APART} AS other_destination,
        {"false" if even else "b.id_h IS NULL"} AS b_no_id, {"false" if even else "s.id_h IS NULL"} AS s_no_id, b.t_ms AS b_ms, s.t_ms AS s_ms, abs(b.value - s.value) < 0.005 AS same_value,
        (w.by_fbp OR w.by_external_id) AS has_fallback,
        NOT ({_APART}) AND (coalesce(w.by_fbp AND b.fbp_h = s.fbp_h, false) OR coalesce(w.by_external_id AND b.ext_h = s.ext_h, false)) AS same_person,
        k.keyed, {by_id} AND k.keyed AND NOT ({_APART}) AND abs(coalesce({_LAG}, 0)) <= w.window_ms AS merged,
        b.says AS b_says, s.says AS s_says"""


_RULES = """LEFT JOIN dedup_window w ON w.platform = x.platform
    LEFT JOIN event_key k ON k.platform = x.platform AND k.event = x.event"""
_VIEW = """CREATE VIEW twins AS SELECT t.b, t.s, t.how, t.even, x.platform, x.event, y.event AS s_event, t.renamed, t.other_destination, t.b_no_id,
        t.s_no_id, t.s_ms - t.b_ms AS apart_ms, t.b_ms, t.s_ms, CAST(floor(t.b_ms / 86400000.0) AS INTEGER) AS day, t.same_value,
        x.currency AS b_currency, y.currency AS s_currency, y.sender AS s_sender, t.has_fallback, t.same_person, t.keyed, t.merged,
        t.b_says, t.s_says
    FROM twin t JOIN kind x ON x.kind = t.b_kind JOIN kind y ON y.kind = t.s_kind"""


def find(con: Engine) -> None:
    """Table `found` (b, s, how), the pairs among `rest`; table `twin`, these and the even ones with what they agree on, names as
    numbers of `kind`; views `twins`, the same with the names, and `pairs`."""
    _kinds(con)
    con.execute(f"""CREATE TEMP TABLE twin AS SELECT {_columns("b.m", f"xor(b.m, {_OTHER_SIDE})", _HOW, True)}
        FROM telling_accepted_copy b JOIN (SELECT m, t_ms, received_ms, value, fbp_h, ext_h, says, kind_h FROM telling_accepted_copy WHERE side = 'server') s ON s.m = b.m
        JOIN kind x ON x.kind = b.kind_h JOIN kind y ON y.kind = s.kind_h {_RULES}
        WHERE b.side = 'browser' AND NOT EXISTS (SELECT 1 FROM uneven u WHERE u.m = b.m)""")
    con.execute("CREATE TEMP TABLE found (b UBIGINT, s UBIGINT, how VARCHAR)")
    _tiers(con, ID_TIERS, "name_key, m", "s.m = b.m", "b.name_key = s.name_key", "shared AND id_h IS NOT NULL")
    _tiers(con, ORDER_TIERS, "platform, event, order_h", "s.platform = b.platform AND s.event = b.event AND s.order_h = b.order_h",
           "true", "order_h IS NOT NULL")  # fmt: skip
    for key in ("fbp_h", "ext_h", "client_h"):
        _person(con, key)
    con.execute(f"""INSERT INTO twin SELECT {_columns("p.b", "p.s", "p.how", False)} FROM found p
        JOIN rest b ON b.a = p.b AND b.nth = 1 JOIN rest s ON s.a = p.s AND s.nth = 1
        JOIN kind x ON x.kind = b.kind_h JOIN kind y ON y.kind = s.kind_h {_RULES}""")
    con.execute(_VIEW)
    con.execute("CREATE VIEW pairs AS SELECT b, s, how FROM twin")


def _free(table: str, column: str, alias: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM found f WHERE f.{alias} = {table}.{column})"


def _tiers(con: Engine, tiers: tuple[tuple[str, str], ...], key: str, on: str, name: str, where: str) -> None:
    """Candidates with an equal key, then tier by tier each side's best partner; a pair stands when both choose each other.
    Twice, so that actions whose first choice was taken get another."""
    con.execute(f"""CREATE OR REPLACE TEMP TABLE candidate AS
        WITH l AS (SELECT DISTINCT side, a, destination, {key} FROM rest WHERE {where} AND {_free("rest", "a", "b")} AND {_free("rest", "a", "s")})
        SELECT DISTINCT b.a AS b, s.a AS s, {name} AS same_name, b.destination = s.destination AS same_destination, {_ANY} AS any_destination
        FROM l b JOIN l s ON {on} WHERE b.side = 'browser' AND s.side = 'server'""")
    for how, condition in tiers:
        for _ in range(2):
            found = con.execute(f"""INSERT INTO found
                WITH c AS (SELECT DISTINCT b, s FROM candidate c WHERE ({condition}) AND {_free("c", "b", "b")} AND {_free("c", "s", "s")}),
                x AS (SELECT b, min(s) AS s FROM c GROUP BY b), y AS (SELECT s, min(b) AS b FROM c GROUP BY s)
                SELECT x.b, x.s, '{how}' FROM x JOIN y ON x.b = y.b AND x.s = y.s""").fetchone()
            if not found or not found[0]:
                break
    con.execute("DROP TABLE candidate")


def _person(con: Engine, key: str) -> None:
    """Same browser id, event and value at most five minutes apart, nearest first."""
    for side, alias in (("browser", "b"), ("server", "s")):
        con.execute(f"""CREATE OR REPLACE TEMP TABLE p{alias} AS
            WITH l AS (SELECT a, platform, event, value, t_ms, {key} AS k, CAST(floor(t_ms / {WINDOW_MS}.0) AS BIGINT) AS bucket
                FROM rest WHERE nth = 1 AND side = '{side}' AND {key} IS NOT NULL AND t_ms IS NOT NULL AND {_free("rest", "a", alias)}
                {"AND " + key + " IN (SELECT k FROM pb)" if alias == "s" else ""}),
            crowd AS (SELECT k, event, bucket FROM l GROUP BY k, event, bucket HAVING count(*) > {CROWD})
            SELECT l.* FROM l WHERE NOT EXISTS (SELECT 1 FROM crowd c WHERE c.k = l.k AND c.event = l.event AND c.bucket = l.bucket)""")
    steps = " UNION ALL ".join(f"SELECT *, bucket + {n} AS j FROM ps" for n in (-1, 0, 1))
    con.execute(f"""CREATE OR REPLACE TEMP TABLE near AS SELECT b.a AS b, s.a AS s, abs(b.t_ms - s.t_ms) AS d
        FROM pb b JOIN ({steps}) s
        ON s.j = b.bucket AND s.k = b.k AND s.platform = b.platform AND s.event = b.event AND s.value IS NOT DISTINCT FROM b.value
        WHERE abs(b.t_ms - s.t_ms) <= {WINDOW_MS}""")
    for _ in range(CROWD):
        found = con.execute("""INSERT INTO found
            WITH nb AS (SELECT b, min(d) AS d FROM near GROUP BY b), ns AS (SELECT s, min(d) AS d FROM near GROUP BY s),
            x AS (SELECT n.b, min(n.s) AS s FROM near n JOIN nb ON nb.b = n.b AND nb.d = n.d GROUP BY n.b),
            y AS (SELECT n.s, min(n.b) AS b FROM near n JOIN ns ON ns.s = n.s AND ns.d = n.d GROUP BY n.s)
            SELECT x.b, x.s, 'person' FROM x JOIN y ON x.b = y.b AND x.s = y.s""").fetchone()
        if not found or not found[0]:
            break
        con.execute(f"""CREATE OR REPLACE TEMP TABLE nearer AS SELECT n.b, n.s, n.d FROM near n
            WHERE {_free("n", "b", "b")} AND {_free("n", "s", "s")}""")
        con.execute("DROP TABLE near; ALTER TABLE nearer RENAME TO near")
    for name in ("pb", "ps", "near"):
        con.execute(f"DROP TABLE {name}")
