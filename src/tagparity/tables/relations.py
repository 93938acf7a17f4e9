"""Builds the relations every measure is taken over, in order, from the canonical events."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import duckdb

from ..core.platform import Platform
from . import twins

DEFAULT_WINDOW_S = 48 * 3600
EVER_MS = 10 * 365 * 86_400_000  # where no window is published, none is held against a pair
MAX_STEPS = 100  # of a chain of ids and orders; real chains end after one or two


def _script(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(files(__package__).joinpath("sql", name).read_text("utf-8"))


def _window_ms(platform: Platform | None) -> int:
    """Dedup window of a platform in milliseconds; the usual 48 hours for one nobody knows."""
    if platform is None:
        return DEFAULT_WINDOW_S * 1000
    return EVER_MS if platform.window_s is None else platform.window_s * 1000


def _rules(con: duckdb.DuckDBPyConnection, platforms: Iterable[Platform]) -> None:
    """Tables of what each platform merges: its window, and whether an event has a dedup key at all."""
    known = {p.id: p for p in platforms}
    pairs = con.execute("SELECT DISTINCT platform, event FROM events ORDER BY ALL").fetchall()
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


def build(con: duckdb.DuckDBPyConnection, platforms: Iterable[Platform]) -> None:
    """`copies`, `actions`, `pairs`, `twins` and `unmatched`, from `events`."""
    _rules(con, platforms)
    _script(con, "keyed.sql")
    for _ in range(MAX_STEPS):
        _script(con, "relabel.sql")
        if con.execute("SELECT n FROM changed").fetchone() == (0,):
            break
    _script(con, "actions.sql")
    twins.find(con)
    _script(con, "twins.sql")
    _script(con, "alterations.sql")
    _script(con, "causes.sql")
    _script(con, "outages.sql")  # needs to know what is left unexplained
