"""Consent measured: what is sent of people who refused, on either side, and limits on use that one side forgets.

Definition of the metrics: docs/metrics.md, "Consent".
"""

from __future__ import annotations

from collections.abc import Iterable

from ..core.measure import Metric, rate
from ..core.platform import CODE, Form
from . import census
from .engine import Engine
from .keys import HASHED_KEYS

# Ids of a browser that the server passes on: personal data of somebody who said no, like a hashed address.
SERVER_KEYS = (*HASHED_KEYS, "fbp", "fbc", "ttp", "scid", "rdt_uuid", "uetvid", "li_fat_id", "madid")
_EMPTY = f"(0, {CODE[Form.PLACEHOLDER]})"
# Bits of `says`, what a copy says of consent and of itself.
DENIED, IDENTIFIED, NAMED, LIMITED, TOLD, LATE, TEST, BOT, OFFLINE = (1 << n for n in range(9))
_WORDS = {
    LIMITED: """regexp_matches(consents, '"(ldu|opt_out)":"denied"')""",
    TOLD: """contains(consents, '"default":')""",
    LATE: """contains(consents, '"default":"unknown"')""",
}


def telling(con: Engine, copies: Iterable[str]) -> None:
    """Views `telling_C` over each view C of copies, with `says`, the sum of the bits above that hold."""
    bits = {TEST: "c.test", BOT: "c.bot", OFFLINE: "c.offline"}
    words = ""
    if _said(con):
        present = census.keys(con)
        bits |= {
            DENIED: "c.consent = 'denied'",
            IDENTIFIED: _any(SERVER_KEYS, present),
            NAMED: _any(HASHED_KEYS, present),
        }
        con.execute(f"""CREATE TEMP TABLE consent_word AS SELECT consents, {_sum(_WORDS)} AS bits
            FROM (SELECT DISTINCT consents FROM events WHERE consents IS NOT NULL)""")
        words = "LEFT JOIN consent_word w ON w.consents = c.consents"
    more = " + coalesce(w.bits, 0)" if words else ""
    for name in copies:
        con.execute(
            f"CREATE VIEW telling_{name} AS SELECT c.*, CAST({_sum(bits)}{more} AS SMALLINT) AS says FROM {name} c {words}"
        )


def _said(con: Engine) -> bool:
    found = con.execute("SELECT count(*) FROM census WHERE consent = 'denied' OR has_consents").fetchone()
    return bool(found != (0,))


def _sum(bits: dict[int, str]) -> str:
    return " + ".join(f"CASE WHEN {condition} THEN {bit} ELSE 0 END" for bit, condition in bits.items())


def _any(keys: Iterable[str], present: list[str]) -> str:
    return " OR ".join(f"c.{k} NOT IN {_EMPTY}" for k in keys if k in present) or "false"


Counts = dict[tuple[str, str], list[int]]


def measure(con: Engine) -> list[Metric]:
    """`denied_identified`, `limit_kept` and `consent_default` of every platform and event; test traffic takes no part."""
    if not _said(con):
        return []
    server: Counts = {}
    browser: Counts = {}
    limits: Counts = {}
    defaults: Counts = {}
    reached = set()
    for platform, b_event, s_event, b, s, n in _actions(con):
        web = b if b is not None and not b & TEST else 0
        api = s if s is not None and not s & TEST else 0
        if s is not None and not s & TEST:
            reached.add(platform)
        if web & DENIED:
            _count(browser, (platform, b_event), n, web & NAMED)
        if (web | api) & DENIED:  # of people who refused, in the browser or on the server's own copy
            _count(server, (platform, b_event if web & DENIED else s_event), n, api & IDENTIFIED)
        if b is not None and s is not None and not (b | s) & TEST and (web | api) & LIMITED:
            _count(limits, (platform, b_event), n, web & api & LIMITED)
        if web & TOLD:
            _count(defaults, (platform, b_event), n, not web & LATE)
    server = {k: v for k, v in server.items() if k[0] in reached}
    return [
        *_rates("denied_identified", "server", server),
        *_rates("denied_identified", "browser", browser),
        *_rates("limit_kept", "", limits),
        *_rates("consent_default", "browser", defaults),
    ]


def _actions(con: Engine) -> list[tuple[str, str, str, int | None, int | None, int]]:
    """(platform, browser's event, server's event, what each says, number): pairs, and actions without a twin."""
    return con.execute("""SELECT x.platform, x.event, y.event, t.b_says, t.s_says, t.n
        FROM (SELECT b_kind, s_kind, b_says, s_says, count(*) AS n FROM twin GROUP BY b_kind, s_kind, b_says, s_says) t
        JOIN kind x ON x.kind = t.b_kind JOIN kind y ON y.kind = t.s_kind
        UNION ALL SELECT platform, event, event, CASE WHEN side = 'browser' THEN says END, CASE WHEN side = 'server' THEN says END, count(*)
        FROM rest r WHERE nth = 1 AND NOT EXISTS (SELECT 1 FROM found f WHERE f.b = r.a) AND NOT EXISTS (SELECT 1 FROM found f WHERE f.s = r.a)
        GROUP BY platform, event, side, says""").fetchall()


def _count(counts: Counts, key: tuple[str, str], n: int, holds: object) -> None:
    cell = counts.setdefault(key, [0, 0])
    cell[0] += n if holds else 0
    cell[1] += n


def _rates(id: str, side: str, counts: Counts) -> list[Metric]:
    dims = {"side": side} if side else {}
    return [rate(id, {"platform": p, "event": e, **dims}, n, d) for (p, e), (n, d) in sorted(counts.items())]
