"""Flat tables are taken in stretches of rows, and match keys as text where a whole column holds no list."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tagparity.platforms import PLATFORMS
from tagparity.readers.sniff import recognise
from tagparity.readers.source import Source
from tagparity.tables import ingest
from tagparity.tables.canonical import COLUMNS as CANONICAL
from tagparity.tables.flatfile import csv_relation, numbered, parquet_relation
from tagparity.tables.ingest import Ingest

HASH = "a" * 63 + "b"
FORMS = """CASE n % 7 WHEN 0 THEN NULL WHEN 1 THEN sha256(n::VARCHAR) WHEN 2 THEN upper(sha256(n::VARCHAR)) WHEN 3 THEN 'undefined'
    WHEN 4 THEN ' ' WHEN 5 THEN md5(n::VARCHAR) ELSE 'someone@shop.example' END"""


def rows(em: str = FORMS) -> str:
    """1,000 rows of every form of an address, page and agent."""
    return f"""SELECT CASE WHEN n % 2 = 0 THEN 'server' ELSE 'browser' END AS side, 'meta' AS platform, 'Purchase' AS event_name,
        'id-' || n AS event_id, 1790000000 + n AS event_time, {em} AS em, 'fb.1.1790000000000.' || n AS fbp,
        CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN 'Mozilla/5.0' ELSE chr(9) END AS client_user_agent,
        CASE n % 4 WHEN 0 THEN 'https://Shop.example/a?b=c' WHEN 1 THEN 'https://me:pw@shop.example:8443/a' WHEN 2 THEN '/a' ELSE 'https://shop.example' END AS url
        FROM range(1000) t(n)"""


def read(tmp_path: Path, con: duckdb.DuckDBPyConnection, parquet: Path) -> list[tuple[object, ...]]:
    """Canonical rows of a Parquet file."""
    scratch = tmp_path / f"scratch-{len(list(tmp_path.iterdir()))}"
    scratch.mkdir()
    ours = Ingest(con.cursor(), scratch, PLATFORMS.values(), "", "salt")
    con.execute("SET TimeZone = 'UTC'")
    relation, mapping = parquet_relation(ours.con, scratch, Source(parquet, parquet.name), {})
    ours.flat_relation(1, relation, mapping)
    found = ours.con.execute("SELECT * FROM events ORDER BY line").fetchall()
    for (name,) in ours.con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall():
        ours.con.execute(f'DROP TABLE IF EXISTS "{name}"')
    return found


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_stretches_change_nothing(
    tmp_path: Path, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.parquet"
    con.execute(f"COPY ({rows()}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    whole = read(tmp_path, con, path)
    monkeypatch.setattr(ingest, "_STRETCH", 77)
    assert read(tmp_path, con, path) == whole
    assert [row[1] for row in whole] == list(range(1, 1001))
    host = list(CANONICAL).index("host")
    assert [row[host] for row in whole[:4]] == ["shop.example", "shop.example", "", "shop.example"]


def test_text_and_lists_give_the_same_forms(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    """One list in the file sends the whole column down the other way: its other rows must come out alike."""
    plain, mixed = tmp_path / "plain.parquet", tmp_path / "mixed.parquet"
    con.execute(f"COPY ({rows()}) TO '{plain}' (FORMAT parquet)")
    listed = f"""CASE WHEN n = 500 THEN '["{HASH}"]' ELSE {FORMS} END"""
    con.execute(f"COPY ({rows(listed)}) TO '{mixed}' (FORMAT parquet)")
    one, two = read(tmp_path, con, plain), read(tmp_path, con, mixed)
    assert [a for a in one if a[1] != 501] == [b for b in two if b[1] != 501]
    assert one[500] != two[500]


def test_a_column_may_be_called_file_row_number(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    path, other = tmp_path / "odd.parquet", tmp_path / "usual.parquet"
    con.execute(f"COPY (SELECT *, 7 AS File_Row_Number FROM ({rows()})) TO '{path}' (FORMAT parquet)")
    con.execute(f"COPY ({rows()}) TO '{other}' (FORMAT parquet)")
    assert read(tmp_path, con, path) == read(tmp_path, con, other)


def test_rows_of_a_csv_keep_their_line(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    path = tmp_path / "events.csv"
    con.execute(f"COPY ({rows()}) TO '{path}' (FORMAT csv, HEADER)")
    source = Source(path, path.name)
    found = recognise(source, {})
    relation = numbered(con, csv_relation(con, tmp_path, source, found))
    assert con.execute(f"SELECT min(n), max(n), count(DISTINCT n) FROM {relation}").fetchone() == (0, 999, 1000)
    first = con.execute(f"SELECT c3 FROM {relation} WHERE n = 41").fetchone()
    assert first == ("id-41",)
