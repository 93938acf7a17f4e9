"""Proof by known customers: every way a digest can come to be is named, and plain values stay in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tagparity.core.errors import EvidenceError
from tagparity.core.measure import Metric
from tagparity.hashing import PROFILES
from tagparity.readers.known import recognise
from tagparity.tables import engine, known
from tagparity.tables.candidates import KEYS

CUSTOMERS = [
    ("Ann.Lee+news@Gmail.com ", "+1 (650) 555-0100", "Ann", "Lee", "St. Louis", "Missouri", "63101-1234", "USA", "C 1"),
    ("Bob@Example.com", "(555) 555-0101", "Bob", "O'Connor", "New York", "NY", "10001", "United States", "C2"),
    ("zoë@example.org", "+44 20 7946 0018", "Zoë", "Smith", "London", "", "M1 1AE", "GB", "C3"),
]
COLUMNS = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "external_id")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    made = engine.connect(tmp_path)
    made.execute("CREATE MACRO digest(v) AS md5_number_lower('salt' || v)")
    columns = ", ".join(f"{k} UTINYINT, {k}_v UBIGINT, {k}_vv UBIGINT" for k in KEYS)
    made.execute(f"""CREATE TABLE events (file INTEGER, line BIGINT, idx INTEGER, side VARCHAR, platform VARCHAR, event VARCHAR,
        accepted BOOLEAN, {columns})""")
    made.execute(
        "CREATE TABLE extra (file INTEGER, line BIGINT, idx INTEGER, key VARCHAR, form UTINYINT, v UBIGINT, vv UBIGINT)"
    )
    yield made
    made.close()


def event(
    con: duckdb.DuckDBPyConnection, line: int, side: str = "server", platform: str = "meta", **hexes: str
) -> None:
    """One event with these digests (lower-case hex by key)."""
    values = ", ".join(f"1, digest('{h}'), digest(sha256('{h}'))" for h in hexes.values())
    names = ", ".join(f"{k}, {k}_v, {k}_vv" for k in hexes)
    con.execute(f"""INSERT INTO events (file, line, idx, side, platform, event, accepted, {names})
        VALUES (0, {line}, 0, '{side}', '{platform}', 'purchase', true, {values})""")


def customers(con: duckdb.DuckDBPyConnection, rows: list[tuple[str, ...]] | None = None) -> tuple[int, int]:
    con.execute("CREATE OR REPLACE TEMP TABLE crm (" + ", ".join(f"{c} VARCHAR" for c in COLUMNS) + ")")
    con.executemany(f"INSERT INTO crm VALUES ({', '.join('?' * len(COLUMNS))})", rows or CUSTOMERS)
    return known.load(con, "crm", {c: c for c in COLUMNS})


def explained(con: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """line -> (profile, variant)"""
    return {line: (p, v) for line, p, v in con.execute("SELECT line, profile, variant FROM known_hit").fetchall()}


WAYS: list[tuple[str, str, str, tuple[str, str]]] = [
    ("meta", "em", sha("bob@example.com"), ("meta/docs", "exact")),
    ("tiktok", "em", sha("bob@example.com"), ("tiktok/docs", "exact")),
    ("google_ads", "em", sha("annlee+news@gmail.com"), ("google_ads/docs", "exact")),
    ("meta", "em", sha(sha("bob@example.com")), ("meta/docs", "double")),
    ("meta", "em", sha(sha("bob@example.com").upper()), ("meta/docs", "double")),
    ("meta", "em", sha(hashlib.md5(b"bob@example.com").hexdigest()), ("meta/docs", "double")),
    ("meta", "em", hashlib.md5(b"bob@example.com").hexdigest(), ("meta/docs", "md5")),
    ("meta", "em", hashlib.sha1(b"bob@example.com").hexdigest(), ("meta/docs", "sha1")),
    ("meta", "em", sha("c2"), ("external_id", "wrong_field")),
    ("meta", "ph", sha("16505550100"), ("meta/docs", "exact")),
    ("tiktok", "ph", sha("+16505550100"), ("tiktok/docs", "exact")),
    ("meta", "ct", sha("stlouis"), ("meta/docs", "exact")),
    ("meta", "st", sha("mo"), ("meta/docs", "exact")),
    ("meta", "zp", sha("63101"), ("meta/docs", "exact")),
    ("meta", "country", sha("us"), ("meta/docs", "exact")),
    ("meta", "ln", sha("oconnor"), ("meta/docs", "exact")),
    ("meta", "ln", sha("o'connor"), ("meta/python-sdk", "exact")),
    ("meta", "ct", sha("montreal"), ("", "none")),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "key", "hexed", "expected"), WAYS)
def test_way_is_named(
    con: duckdb.DuckDBPyConnection, platform: str, key: str, hexed: str, expected: tuple[str, str]
) -> None:
    customers(con)
    event(con, 1, platform=platform, **{key: hexed})
    known.prove(con)
    found = explained(con).get(1, ("", "none"))
    assert found == expected
    (cell,) = known.measure(con)
    assert (cell.dims.get("profile", ""), cell.dims["variant"], cell.value) == (*expected, 1.0)


def test_untouched_text_is_raw_not_some_library(con: duckdb.DuckDBPyConnection) -> None:
    customers(con)
    event(con, 1, em=sha("Bob@Example.com"))
    event(con, 2, em=sha("Ann.Lee+news@Gmail.com"))
    known.prove(con)
    found = explained(con)
    assert found[1][1] == "raw"
    assert found[2][1] == "trimmed"


def test_every_profile_finds_its_own_digests(con: duckdb.DuckDBPyConnection) -> None:
    """What any profile makes of a customer is found again, as exact or, where it changes nothing, as raw or trimmed."""
    customers(con)
    made = {
        (key, sha(text))
        for p in PROFILES.values()
        for row in CUSTOMERS
        for key, raw in zip(COLUMNS, row, strict=True)
        if raw
        and p.hashed(key)
        and (text := p.normalise(key, raw, {"USA": "us", "United States": "us"}.get(row[7], "gb")))
    }
    for line, (key, hexed) in enumerate(sorted(made)):
        event(con, line, **{key: hexed})
    known.prove(con)
    assert len(made) > 60
    variants = {v for _, v in explained(con).values()}
    assert len(explained(con)) == len(made)
    assert variants <= {"exact", "raw", "trimmed"}


def test_shares_add_up_and_count_list_items(con: duckdb.DuckDBPyConnection) -> None:
    good, bad = customers(con, [*CUSTOMERS, ("",) * len(COLUMNS)])
    assert (good, bad) == (3, 1)
    event(con, 1, em=sha("bob@example.com"))
    event(con, 2, em=sha("nobody@example.com"))
    event(con, 3, side="browser", em=sha("bob@example.com"))
    con.execute(f"INSERT INTO extra VALUES (0, 1, 0, 'em', 1, digest('{sha('zoë@example.org')}'), NULL)")
    con.execute(
        "INSERT INTO events BY NAME SELECT 4 AS line, false AS accepted, 'server' AS side, 'meta' AS platform, em_v FROM events LIMIT 1"
    )
    known.prove(con)
    cells = known.measure(con)
    assert _table(cells) == {("server", "exact"): (2, 3), ("server", "none"): (1, 3), ("browser", "exact"): (1, 1)}


def _table(cells: list[Metric]) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    return {(c.dims["side"], c.dims["variant"]): (c.numerator, c.denominator) for c in cells}


def test_plain_values_reach_no_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    secret = "unmistakable.person@example.net"
    customers(con, [(secret, *CUSTOMERS[0][1:])])
    event(con, 1, em=sha(secret))
    known.prove(con)
    con.execute("CHECKPOINT")
    assert explained(con)[1] == ("meta/docs", "exact")
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes()
    known.forget(con)
    with pytest.raises(duckdb.CatalogException):
        con.execute("FROM known_raw")


def test_columns_of_a_crm_export() -> None:
    names = [
        "Customer ID",
        "E-Mail",
        "First Name",
        "Last Name",
        "Phone",
        "City",
        "State/Province",
        "Zip",
        "Country",
        "DOB",
        "Gender",
    ]
    assert recognise(names) == {
        "external_id": 0, "em": 1, "fn": 2, "ln": 3, "ph": 4, "ct": 5, "st": 6, "zp": 7, "country": 8, "db": 9, "ge": 10,
    }  # fmt: skip
    assert recognise(["city", "country", "amount"]) is None
    assert recognise(["email", "email_sha256", "mobile"]) == {"em": 0, "ph": 2}
    with pytest.raises(EvidenceError):
        recognise(["email_sha256", "city"])


def test_a_second_file_of_customers_adds_to_the_first(con: duckdb.DuckDBPyConnection) -> None:
    customers(con, CUSTOMERS[:1])
    customers(con, CUSTOMERS[1:])
    event(con, 1, ph=sha("16505550100"))
    event(con, 2, em=sha("zoë@example.org"))
    known.prove(con)
    assert set(explained(con)) == {1, 2}
