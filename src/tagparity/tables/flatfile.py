"""Flat tables the engine reads itself: CSV by position, Parquet by name, through links under names of ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..core.errors import EvidenceError
from ..readers import flat
from .ingest import link
from .orders import ORDERS

if TYPE_CHECKING:
    from ..readers.sniff import Recognised
    from ..readers.source import Source


def csv_relation(
    con: duckdb.DuckDBPyConnection, scratch: Path, source: Source, found: Recognised, quoted: bool = True
) -> str:
    """FROM item over a CSV file. Columns are `c0`, `c1` ... all text; damaged rows are kept aside as rejects (`numbered`
    gives each row its number).

    `quoted` False takes quotes for ordinary characters around a value: an open quote then costs one
    row, which is put into the temp table `open_quote`."""
    path = link(scratch, source.path, ".csv.gz" if source.gzipped else ".csv")
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(found.width))
    delimiter = "\\t" if found.delimiter == "\t" else found.delimiter
    con.execute("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
    read = f"""read_csv({path}, columns = {{{columns}}}, auto_detect = false, header = true, delim = '{delimiter}',
        quote = '{'"' if quoted else ""}', escape = '{'"' if quoted else ""}', ignore_errors = true, store_rejects = true, hive_partitioning = false,
        compression = '{"gzip" if source.gzipped else "none"}')"""
    if quoted:
        return read
    bare = ", ".join(f"trim(c{i}, chr(34)) AS c{i}" for i in range(found.width))
    odd = " OR ".join(
        f"coalesce((length(c{i}) - length(replace(c{i}, chr(34), ''))) % 2 = 1, false)" for i in range(found.width)
    )
    con.execute(f"""CREATE OR REPLACE TEMP TABLE open_quote AS SELECT n FROM
        (SELECT *, row_number() OVER () + 1 AS n FROM {read}) WHERE {odd}""")
    return f"(SELECT {bare} FROM {read} WHERE NOT ({odd}))"


def parquet_relation(
    con: duckdb.DuckDBPyConnection, scratch: Path, source: Source, own: dict[str, str]
) -> tuple[str, dict[str, str]]:
    """(FROM item, mapping) of a Parquet file, rows numbered from 0 on as `n`. Lists of match keys become JSON, times text
    in UTC."""
    file = link(scratch, source.path, ".parquet")
    relation = f"read_parquet({file}, hive_partitioning = false)"
    described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    names = [row[0] for row in described]
    table = flat.recognise(names, own)
    if table is None or table.kind != "event_table":
        raise EvidenceError("a Parquet file without the columns side, platform, event_name, event_time")
    types = {row[0]: row[1] for row in described}
    columns = []
    for i, name in enumerate(table.mapping.values()):
        quoted = '"' + name.replace('"', '""') + '"'
        nested = types[name].endswith("[]") or types[name].startswith(("STRUCT", "MAP", "JSON"))
        columns.append(f"CAST({f'to_json({quoted})' if nested else quoted} AS VARCHAR) AS c{i}")
    mapping = {ours: f"c{i}" for i, ours in enumerate(table.mapping)}
    if "file_row_number" in (name.lower() for name in names):  # a column of that name hides the engine's own
        return numbered(con, f"(SELECT {', '.join(columns)} FROM {relation})"), mapping
    relation = f"read_parquet({file}, hive_partitioning = false, file_row_number = true)"
    return f"(SELECT {', '.join(columns)}, file_row_number AS n FROM {relation})", mapping


def numbered(con: duckdb.DuckDBPyConnection, relation: str) -> str:
    """The temp table `numbered_row`: a relation with the number of each row from 0 on as `n`. Numbering rows in their order
    is work for one thread, so nothing else is done in that step; `drop_numbered` removes it."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE numbered_row AS SELECT *, row_number() OVER () - 1 AS n FROM {relation}")
    return "numbered_row"


def drop_numbered(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DROP TABLE IF EXISTS numbered_row")


def order_rows(
    con: duckdb.DuckDBPyConnection, scratch: Path, number: int, source: Source, found: Recognised
) -> tuple[int, int]:
    """Reads an order ledger into `orders` (order_h, t_ms, value, currency). Returns (good, rejected). A comma before one
    or two last digits is a decimal comma, any other separates thousands."""
    con.execute(ORDERS)
    assert found.table
    if found.how != "csv":
        raise EvidenceError("an order ledger that is not CSV: save it as CSV with order_id, time, value, currency")
    relation = csv_relation(con, scratch, source, found)
    m = found.table.mapping
    time, value, currency = (m.get(k, "NULL") for k in ("time", "value", "currency"))
    con.execute(f"""INSERT INTO orders SELECT {number}, digest(nullif(trim({m["order_id"]}), '')), time_ms({time}),
        try_cast(CASE WHEN regexp_full_match(trim({value}), '[-+]?[0-9.]*,[0-9]{{1,2}}') THEN
            replace(replace({value}, '.', ''), ',', '.') ELSE replace({value}, ',', '') END AS DOUBLE), upper(trim({currency})) FROM {relation}""")
    total, good = con.execute("SELECT count(*), count(order_h) FROM orders WHERE file = ?", [number]).fetchone() or (
        0,
        0,
    )
    con.execute("DELETE FROM orders WHERE order_h IS NULL")
    return int(good), int(total) - int(good)
