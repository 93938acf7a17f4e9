"""Consent measured: what is sent of people who refused, on either side, and limits on use that one side forgets.

Definition of the metrics: docs/metrics.md, "Consent".
"""

from __future__ import annotations

import duckdb

from ..core.measure import Metric, rate
from ..core.platform import CODE, Form
from .canonical import HASHED_KEYS

# Ids of a browser that the server passes on: personal data of somebody who said no, like a hashed address.
SERVER_KEYS = (*HASHED_KEYS, "fbp", "fbc", "ttp", "scid", "rdt_uuid", "uetvid", "li_fat_id", "madid")
_EMPTY = f"(0, {CODE[Form.PLACEHOLDER]})"


def measure(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """`denied_identified`, `limit_kept` and `consent_default` of every platform and event."""
    said = con.execute("SELECT count(*) FROM events WHERE consent = 'denied' OR consents IS NOT NULL").fetchone()
    if said == (0,):
        return []
    _relations(con)
    return [*_server(con), *_browser(con), *_limits(con), *_defaults(con)]


def _any(keys: tuple[str, ...]) -> str:
    return " OR ".join(f"e.{k} NOT IN {_EMPTY}" for k in keys)


def _relations(con: duckdb.DuckDBPyConnection) -> None:
    """`consented`: actions with what they say of consent, and whether they carry identifiers."""
    con.execute(f"""CREATE TABLE consented AS SELECT a.a, a.side, a.platform, a.event, a.consent = 'denied' AS denied,
            ({_any(SERVER_KEYS)}) AS identified, ({_any(HASHED_KEYS)}) AS named,
            coalesce(regexp_matches(e.consents, '"(ldu|opt_out)":"denied"'), false) AS limited,
            contains(coalesce(e.consents, ''), '"default":') AS told,
            contains(coalesce(e.consents, ''), '"default":"unknown"') AS late
        FROM actions a JOIN events e ON e.file = a.file AND e.line = a.line AND e.idx = a.idx AND e.side = a.side
        WHERE NOT a.test""")


def _rows(con: duckdb.DuckDBPyConnection, id: str, side: str, sql: str) -> list[Metric]:
    dims = {"side": side} if side else {}
    return [rate(id, {"platform": p, "event": e, **dims}, n, d) for p, e, n, d in con.execute(sql).fetchall() if d]


def _server(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """Actions of people who refused, joined by the pair: denied in the browser, or denied on the server's own copy."""
    return _rows(con, "denied_identified", "server", """
        WITH refused AS (
            SELECT b.platform, b.event, coalesce(s.identified, false) AS identified FROM consented b
                LEFT JOIN twins t ON t.b = b.a LEFT JOIN consented s ON s.a = t.s AND s.side = 'server'
                WHERE b.side = 'browser' AND b.denied
            UNION ALL SELECT s.platform, s.event, s.identified FROM consented s LEFT JOIN twins t ON t.s = s.a
                LEFT JOIN consented b ON b.a = t.b AND b.side = 'browser'
                WHERE s.side = 'server' AND s.denied AND NOT coalesce(b.denied, false))
        SELECT platform, event, count(*) FILTER (WHERE identified), count(*) FROM refused
        WHERE platform IN (SELECT platform FROM consented WHERE side = 'server')
        GROUP BY platform, event ORDER BY platform, event""")  # fmt: skip


def _browser(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    return _rows(con, "denied_identified", "browser", """
        SELECT platform, event, count(*) FILTER (WHERE named), count(*) FROM consented WHERE side = 'browser' AND denied
        GROUP BY platform, event ORDER BY platform, event""")  # fmt: skip


def _limits(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """Pairs one copy of which limits the use of data: does the other say so too?"""
    return _rows(con, "limit_kept", "", """
        SELECT b.platform, b.event, count(*) FILTER (WHERE b.limited AND s.limited), count(*) FROM twins t
        JOIN consented b ON b.a = t.b AND b.side = 'browser' JOIN consented s ON s.a = t.s AND s.side = 'server'
        WHERE b.limited OR s.limited GROUP BY b.platform, b.event ORDER BY b.platform, b.event""")  # fmt: skip


def _defaults(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """Browser events whose consent was updated: was a default set before?"""
    return _rows(con, "consent_default", "browser", """
        SELECT platform, event, count(*) FILTER (WHERE NOT late), count(*) FROM consented WHERE side = 'browser' AND told
        GROUP BY platform, event ORDER BY platform, event""")  # fmt: skip
