"""Canonical rows of one file of evidence as a folder of Parquet: what an audit joins, and what outlives it in a cache.

A part holds `events.parquet` and `extra.parquet` without the column `file`, which is its place among the parts of an
audit, and `refused.parquet`, the traces of requests whose answer, in a line of its own, refused them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ..core.text import masked
from .canonical import COLUMNS
from .engine import literal

EVENTS = ", ".join(c for c in COLUMNS if c != "file")
EXTRA = "line, idx, key, form, v, vv"
_MADE_HERE = ("side", "time_unit", "custom_leak", "consent", "consents", "unit", "id_mark", "id_origin", "browser")
_NAMES = [c for c, kind in COLUMNS.items() if kind == "VARCHAR" and c not in _MADE_HERE]
_CHUNK = 10_000
FILES = ("events.parquet", "extra.parquet", "refused.parquet")
_PARQUET = "(FORMAT parquet, COMPRESSION zstd)"
_ACCEPTED = "accepted AND NOT coalesce(trace_h IN (SELECT trace_h FROM answer WHERE refused), false) AS accepted"


def mask(con: duckdb.DuckDBPyConnection) -> None:
    """Takes identifiers that stand as names (of events, destinations, senders ...) out of the engine's tables."""
    for column in _NAMES:
        found = con.execute(f"SELECT DISTINCT {column} FROM events WHERE {column} IS NOT NULL").fetchall()
        hidden = [(name, text) for (name,) in found if (text := masked(name)) != name]
        for start in range(0, len(hidden), _CHUNK):
            pairs = [list(c) for c in zip(*hidden[start : start + _CHUNK], strict=True)]
            con.execute(f"""UPDATE events SET {column} = m.text FROM (SELECT unnest($1::VARCHAR[]) AS name, unnest($2::VARCHAR[]) AS text) m
                WHERE events.{column} = m.name""", pairs)  # fmt: skip


def write(con: duckdb.DuckDBPyConnection, file: int, folder: Path) -> None:
    """Moves the rows of a file out of the engine's tables into `folder`; answers are applied on the way."""
    mask(con)
    columns = EVENTS.replace(", accepted,", f", {_ACCEPTED},")
    traces = "SELECT DISTINCT trace_h FROM answer WHERE refused AND trace_h IS NOT NULL"
    for name, select in (
        ("events", f"SELECT {columns} FROM events WHERE file = {file}"),
        ("extra", f"SELECT {EXTRA} FROM extra WHERE file = {file}"),
        ("refused", traces),
    ):
        con.execute(f"COPY ({select}) TO {literal(str(folder / f'{name}.parquet'))} {_PARQUET}")
    for table in ("events", "extra", "reject"):
        con.execute(f"DELETE FROM {table} WHERE file = {file}")
    con.execute("DELETE FROM answer")


def rows(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Number of events in a part; an engine error where it cannot be read."""
    found = [
        con.execute(f"SELECT count(*) FROM read_parquet({literal(str(folder / name))})").fetchone() for name in FILES
    ]
    return int(found[0][0]) if found[0] else 0


def join(con: duckdb.DuckDBPyConnection, parts: Sequence[Path], scratch: Path) -> None:
    """Views `every_event`, `events` (without the requests that only repeat one) and `extra` over the parts, in their order, and
    over what stands in the engine's tables, which is moved to `scratch`."""
    mask(con)
    _answers(con, parts)
    target = literal(str(scratch / "events.parquet"))
    con.execute(f"COPY events TO {target} {_PARQUET}")
    con.execute("DROP TABLE events")
    con.execute(f"CREATE VIEW events_here AS SELECT file, {EVENTS} FROM read_parquet({target})")
    con.execute("ALTER TABLE extra RENAME TO extra_here")
    sources, extras = [f"SELECT file, {EVENTS} FROM events_here"], [f"SELECT file, {EXTRA} FROM extra_here"]
    if parts:
        sources.insert(0, f"SELECT CAST(file_index AS INTEGER) AS file, {EVENTS} FROM {_read(parts, 'events')}")
        extras.insert(0, f"SELECT CAST(file_index AS INTEGER) AS file, {EXTRA} FROM {_read(parts, 'extra')}")
    con.execute(f"CREATE VIEW extra AS {' UNION ALL '.join(extras)}")
    con.execute(f"CREATE VIEW joined AS {' UNION ALL '.join(sources)}")
    con.execute(f"CREATE VIEW every_event AS {_over(con)}")
    con.execute("CREATE VIEW events AS SELECT * FROM every_event WHERE twin_line IS NULL")


def _read(parts: Sequence[Path], name: str) -> str:
    return f"read_parquet([{', '.join(literal(str(p / f'{name}.parquet')) for p in parts)}])"


def _answers(con: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> None:
    """Table `refused_trace`: requests refused by an answer that may stand in another file."""
    known = f"UNION SELECT trace_h FROM {_read(parts, 'refused')}" if parts else ""
    con.execute(f"""CREATE TABLE refused_trace AS SELECT trace_h FROM answer WHERE refused AND trace_h IS NOT NULL
        UNION SELECT trace_h FROM answered WHERE refused AND trace_h IS NOT NULL {known}""")
    con.execute("DROP TABLE answer; DROP TABLE answered")


def _over(con: duckdb.DuckDBPyConnection) -> str:
    """The joined events; answers are only looked up where one refuses an event taken to be accepted."""
    some = con.execute("""SELECT EXISTS (SELECT 1 FROM refused_trace) AND EXISTS (SELECT 1 FROM joined j
        JOIN refused_trace r ON r.trace_h = j.trace_h WHERE j.accepted)""").fetchone()
    if some != (True,):
        return "SELECT * FROM joined"
    columns = ", ".join(
        "j.accepted AND r.trace_h IS NULL AS accepted" if c == "accepted" else f"j.{c}" for c in COLUMNS
    )
    return f"SELECT {columns} FROM joined j LEFT JOIN refused_trace r ON r.trace_h = j.trace_h"
