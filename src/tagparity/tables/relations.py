"""Builds the relations every measure is taken over, in order, from the canonical events.

Most ids stand once on each side. Those copies are pairs and are never searched: one join makes them rows of `twins`
(`even`). All other copies are in `rest`, each with its action, and go through the tiers of `twins`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from importlib.resources import files

from ..core.platform import Platform
from . import census, consent, twins
from .engine import Engine, literal

DEFAULT_WINDOW_S = 48 * 3600
EVER_MS = 10 * 365 * 86_400_000  # where no window is published, none is held against a pair
MAX_STEPS = 100  # of a chain of ids and orders; real chains end after one or two
_EVEN = "e.m IS NOT NULL AND NOT EXISTS (SELECT 1 FROM uneven u WHERE u.m = e.m)"
_COPY = "file, line, idx, side, platform, event, name_key, destination, id_h, order_h, t_ms, received_ms"
_ACTION = (
    "file, line, idx, side, platform, event, name_key, destination, id_h, id_fold_h, order_h, fbp_h, ext_h, client_h,"
    " t_ms, received_ms, value, currency, offline, consent, test, bot, automatic, sender,"
    " CAST(floor(t_ms / 86400000.0) AS INTEGER) AS day"
)


def _script(con: Engine, name: str) -> None:
    con.execute(files(__package__).joinpath("sql", name).read_text("utf-8"))


def _window_ms(platform: Platform | None) -> int:
    """Dedup window of a platform in milliseconds; the usual 48 hours for one nobody knows."""
    if platform is None:
        return DEFAULT_WINDOW_S * 1000
    return EVER_MS if platform.window_s is None else platform.window_s * 1000


def _rules(con: Engine, platforms: Iterable[Platform]) -> None:
    """Tables of what each platform merges: its window, and whether an event has a dedup key at all."""
    known = {p.id: p for p in platforms}
    pairs = con.execute("SELECT DISTINCT platform, event FROM census ORDER BY ALL").fetchall()
    windows = {p: _window_ms(known.get(p)) for p, _ in pairs}
    keyed = [(p, e, not (p in known and known[p].keyless and e not in known[p].id_columns)) for p, e in pairs]
    fallback = {p: known[p].fallback if p in known else () for p, _ in pairs}
    named = {p: known[p].name_in_key if p in known else True for p, _ in pairs}
    rows = [(p, ms, "fbp" in fallback[p], "external_id" in fallback[p], named[p]) for p, ms in windows.items()]
    con.execute(
        "CREATE TABLE dedup_window (platform VARCHAR, window_ms BIGINT, by_fbp BOOLEAN, by_external_id BOOLEAN,"
        " named BOOLEAN)"
    )
    con.execute("CREATE TABLE event_key (platform VARCHAR, event VARCHAR, keyed BOOLEAN)")
    if pairs:
        con.executemany("INSERT INTO dedup_window VALUES (?, ?, ?, ?, ?)", rows)
        con.executemany("INSERT INTO event_key VALUES (?, ?, ?)", keyed)


def _accepted(con: Engine, platforms: Iterable[Platform]) -> None:
    """View `accepted_copy`: accepted events with `m`, platform and id in one number. Ids are digests keyed for this
    audit, so that two different ids give the same number as seldom as two digests are the same."""
    numbers = {p.id: int.from_bytes(sha256(f"p|{p.id}".encode()).digest()[:8], "big") >> 1 for p in platforms}
    known = " ".join(f"WHEN {literal(p)} THEN CAST({n} AS UBIGINT)" for p, n in numbers.items())
    other = "md5_number_lower('p|' || platform)"
    number = f"CASE platform {known} ELSE {other} END" if known else other
    con.execute(f"CREATE VIEW accepted_copy AS SELECT *, xor(id_h, {number}) AS m FROM events WHERE accepted")


def build(con: Engine, platforms: Iterable[Platform]) -> None:
    """`census`, `rest`, `twins`, `alteration` and `unmatched`, and the views `copies`, `actions` and `pairs`, from `events`."""
    platforms = list(platforms)
    census.take(con, platforms)
    _rules(con, platforms)
    _accepted(con, platforms)
    _script(con, "uneven.sql")
    con.execute("""CREATE VIEW uneven_copy AS SELECT c.*, u.many, u.shared FROM accepted_copy c LEFT JOIN uneven u ON u.m = c.m
        WHERE c.m IS NULL OR u.m IS NOT NULL""")
    consent.telling(con, ("accepted_copy", "uneven_copy"))
    _script(con, "loose.sql")
    for _ in range(MAX_STEPS):
        _script(con, "relabel.sql")
        if con.execute("SELECT n FROM changed").fetchone() == (0,):
            break
    _script(con, "actions.sql")
    even = f"{twins.LABEL} AS a"
    con.execute(
        f"CREATE VIEW copies AS SELECT {_COPY}, {even} FROM accepted_copy e WHERE {_EVEN} UNION ALL SELECT {_COPY}, a FROM rest"
    )
    con.execute(f"""CREATE VIEW actions AS SELECT {_ACTION}, {even}, 1 AS n FROM accepted_copy e WHERE {_EVEN}
        UNION ALL SELECT {_ACTION}, a, n FROM rest WHERE nth = 1""")
    twins.find(con)
    _script(con, "alterations.sql")
    _script(con, "causes.sql")
    _script(con, "outages.sql")  # needs to know what is left unexplained
    if con.execute("SELECT count(*) FROM outage").fetchone() != (0,):
        _script(con, "outage_rows.sql")
    for table in ("sent", "awaited", "silent", "dead"):
        con.execute(f"DROP TABLE {table}")
