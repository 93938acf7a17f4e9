"""Twins: the copy of an action on the other side, found one to one, strongest evidence first.

Definition: docs/metrics.md, "Twins". Each tier joins what the tiers before it left over.
"""

from __future__ import annotations

import duckdb

WINDOW_MS = 300_000
CROWD = 50  # a browser key on more actions than this within one five-minute bucket names no person

_SAME_DEST = "b.destination = s.destination"
_ANY_DEST = "(b.destination = '' OR s.destination = '')"
ID_TIERS = (
    ("id", f"b.name_key = s.name_key AND {_SAME_DEST}"),
    ("id", f"b.name_key = s.name_key AND {_ANY_DEST}"),
    ("id_other_destination", "b.name_key = s.name_key"),
    ("id_renamed", f"({_SAME_DEST} OR {_ANY_DEST})"),
    ("id_renamed", "true"),
)
ORDER_TIERS = (("order", f"({_SAME_DEST} OR {_ANY_DEST})"), ("order", "true"))


def find(con: duckdb.DuckDBPyConnection) -> None:
    """Fills `pairs` (b, s, how) from `actions` and `copies`, then `twins` with what the pair agrees on."""
    con.execute("CREATE TABLE pairs (b UBIGINT, s UBIGINT, how VARCHAR)")
    con.execute(
        "CREATE TABLE ids AS SELECT DISTINCT side, a, platform, name_key, destination, id_h FROM copies WHERE id_h IS NOT NULL"
    )
    for how, condition in ID_TIERS:
        _tier(con, how, "ids", f"b.platform = s.platform AND b.id_h = s.id_h AND {condition}")
    con.execute("CREATE TABLE orders_of AS SELECT DISTINCT side, a, platform, event, destination, order_h FROM copies"
                " WHERE order_h IS NOT NULL")  # fmt: skip
    for how, condition in ORDER_TIERS:
        _tier(
            con,
            how,
            "orders_of",
            f"b.platform = s.platform AND b.event = s.event AND b.order_h = s.order_h AND {condition}",
        )
    for key in ("fbp_h", "ext_h", "client_h"):
        _person(con, key)
    for table in ("ids", "orders_of"):
        con.execute(f"DROP TABLE {table}")


def _left(table: str, side: str) -> str:
    column = "b" if side == "browser" else "s"
    taken = f"SELECT 1 FROM pairs WHERE pairs.{column} = l.a"
    return f"(SELECT * FROM {table} l WHERE side = '{side}' AND NOT EXISTS ({taken}))"


def _tier(con: duckdb.DuckDBPyConnection, how: str, table: str, on: str) -> None:
    """One tier: candidates, then each side's best partner; a pair stands when both choose each other. Twice, so that
    actions whose first choice was taken get another."""
    for _ in range(2):
        found = con.execute(f"""INSERT INTO pairs
            WITH c AS (SELECT DISTINCT b.a AS b, s.a AS s FROM {_left(table, "browser")} b JOIN {_left(table, "server")} s ON {on}),
            x AS (SELECT b, min(s) AS s FROM c GROUP BY b), y AS (SELECT s, min(b) AS b FROM c GROUP BY s)
            SELECT x.b, x.s, '{how}' FROM x JOIN y ON x.b = y.b AND x.s = y.s""").fetchone()
        if not found or not found[0]:
            return


def _person(con: duckdb.DuckDBPyConnection, key: str) -> None:
    """Same browser id, event and value at most five minutes apart, nearest first."""
    for side, name in (("browser", "pb"), ("server", "ps")):
        con.execute(f"""CREATE OR REPLACE TEMP TABLE {name} AS
            WITH l AS (SELECT a, platform, event, value, t_ms, {key} AS k, CAST(floor(t_ms / {WINDOW_MS}.0) AS BIGINT) AS bucket
                FROM {_left("actions", side)} WHERE {key} IS NOT NULL AND t_ms IS NOT NULL),
            crowd AS (SELECT k, event, bucket FROM l GROUP BY k, event, bucket HAVING count(*) > {CROWD})
            SELECT l.* FROM l WHERE NOT EXISTS (SELECT 1 FROM crowd c WHERE c.k = l.k AND c.event = l.event AND c.bucket = l.bucket)""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE near AS SELECT b.a AS b, s.a AS s, abs(b.t_ms - s.t_ms) AS d
        FROM (SELECT *, unnest([bucket - 1, bucket, bucket + 1]) AS j FROM pb) b JOIN ps s
        ON s.bucket = b.j AND s.k = b.k AND s.platform = b.platform AND s.event = b.event AND s.value IS NOT DISTINCT FROM b.value
        WHERE abs(b.t_ms - s.t_ms) <= {WINDOW_MS}""")
    for _ in range(CROWD):
        found = con.execute("""INSERT INTO pairs
            WITH x AS (SELECT b, min(struct_pack(d := d, s := s)).s AS s FROM near GROUP BY b),
            y AS (SELECT s, min(struct_pack(d := d, b := b)).b AS b FROM near GROUP BY s)
            SELECT x.b, x.s, 'person' FROM x JOIN y ON x.b = y.b AND x.s = y.s""").fetchone()
        if not found or not found[0]:
            break
        con.execute("DELETE FROM near WHERE b IN (SELECT b FROM pairs) OR s IN (SELECT s FROM pairs)")
    for name in ("pb", "ps", "near"):
        con.execute(f"DROP TABLE {name}")
