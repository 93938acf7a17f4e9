"""Known-plaintext proof: customers x keys x all profiles against the digests of events.

    python bench/known.py [--customers 1000000] [--events 10000000] [--seed 7] [--memory-mib 1024]

Synthetic and seeded. The peer is the plain way in Python, a dict of every digest of every profile and one look-up a
value, on 1 % of the customers and events of the same run; its time is multiplied by 100 and marked as such.
"""

# ruff: noqa: E501  SQL reads better in its own lines

from __future__ import annotations

import argparse
import hashlib
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from tagparity.hashing import PROFILES
from tagparity.tables import engine, known
from tagparity.tables.candidates import KEYS

USED = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "external_id")
SAMPLE = 100
# What the sender of each event does to the text before it hashes; a third of the customers is not known.
TEXTS = {
    "em": ("lower(trim(em))", "em", "sha256(lower(trim(em)))"),
    "ph": ("regexp_replace(ph, '[^0-9]', '', 'g')", "'+' || regexp_replace(ph, '[^0-9]', '', 'g')", "ph"),
    "fn": ("lower(fn)", "fn", "lower(fn)"),
    "ln": ("lower(ln)", "ln", "regexp_replace(lower(ln), '[^a-z]', '', 'g')"),
    "ct": ("replace(lower(ct), ' ', '')", "lower(ct)", "ct"),
    "st": ("lower(st)", "st", "lower(st)"),
    "zp": ("zp", "zp", "zp"),
    "country": ("'us'", "lower(country)", "country"),
    "db": ("replace(db, '-', '')", "db", "db"),
    "external_id": ("lower(external_id)", "external_id", "external_id"),
}


def make(con: duckdb.DuckDBPyConnection, folder: Path, customers: int, events: int, seed: int) -> None:
    """Table `crm`, and `events` with keyed digests behind a view over Parquet, as an audit leaves them."""
    con.execute(f"""CREATE TEMP TABLE crm AS SELECT i, 'User.' || i || '+a@Example.com ' AS em,
        '+1 (' || (200 + (i * 7 + {seed}) % 800) || ') 555-' || lpad(CAST(i % 10000 AS VARCHAR), 4, '0') || (i // 10000) AS ph,
        'First-' || i % 5000 AS fn, 'O''Last' || i % 20000 AS ln, 'St. City ' || i % 8000 AS ct,
        ['CA','NY','TX','WA','FL'][1 + i % 5] AS st, lpad(CAST(i % 40000 AS VARCHAR), 5, '0') AS zp, 'USA' AS country,
        CAST(DATE '1950-01-01' + CAST(i % 20000 AS INTEGER) AS VARCHAR) AS db, 'C-' || i AS external_id
        FROM range({customers * 3 // 2}) r(i)""")
    con.execute("CREATE TEMP MACRO pick3(i, a, b, c) AS CASE WHEN i % 10 < 7 THEN a WHEN i % 10 < 9 THEN b ELSE c END")
    values = ", ".join(
        f"digest(sha256(pick3(i, {a}, {b}, {c}))) AS {k}_v" for k, (a, b, c) in TEXTS.items() if k in USED
    )
    con.execute(f"CREATE TEMP TABLE sent AS SELECT i, {values} FROM crm")
    columns = ", ".join(f"s.{k}_v" if k in USED else f"NULL::UBIGINT AS {k}_v" for k in KEYS)
    target = folder / "events.parquet"
    con.execute(f"""COPY (SELECT 0 AS file, e.n AS line, 0 AS idx, e.side, e.platform, true AS accepted, {columns}
        FROM (SELECT n, hash(n + {seed}) % {customers * 3 // 2} AS i, CASE WHEN n % 2 = 0 THEN 'server' ELSE 'browser' END AS side,
            ['meta', 'tiktok', 'google_ads'][1 + n % 3] AS platform FROM range({events}) r(n)) e JOIN sent s ON s.i = e.i)
        TO '{target}' (FORMAT parquet, COMPRESSION zstd)""")
    con.execute(f"CREATE VIEW events AS FROM read_parquet('{target}')")
    con.execute("CREATE TABLE extra (file INTEGER, line BIGINT, idx INTEGER, key VARCHAR, form UTINYINT, v UBIGINT, vv UBIGINT)")  # fmt: skip
    con.execute(f"DROP TABLE sent; DELETE FROM crm WHERE i >= {customers}")


def keyed(hexed: str) -> int:
    """The events' digest of a hash, as the engine's macro makes it."""
    return int.from_bytes(hashlib.md5(f"benchmark{hexed}".encode(), usedforsecurity=False).digest()[8:], "little")


def peer(con: duckdb.DuckDBPyConnection, customers: int, events: int) -> tuple[float, float]:
    """(seconds, share of values explained) of the plain way on 1 % of the data: a dict per key, filled with SHA-256 of
    what every profile makes of every distinct value."""
    crm = con.execute(f"SELECT {', '.join(USED)} FROM crm WHERE i < {customers // SAMPLE}").fetchall()
    digests = ", ".join(f"{k}_v" for k in USED)
    rows = con.execute(f"SELECT {digests} FROM events WHERE line < {events // SAMPLE}").fetchall()
    start = time.perf_counter()
    hits = 0
    for at, key in enumerate(USED):
        found: dict[int, str] = {}
        for raw in {row[at] for row in crm}:
            texts = {p.normalise(key, raw, "us"): p.id for p in PROFILES.values() if p.hashed(key)} | {raw: "raw"}
            for text, profile in texts.items():
                if text:
                    found[keyed(hashlib.sha256(text.encode()).hexdigest())] = profile
        hits += sum(row[at] in found for row in rows)
    return time.perf_counter() - start, hits / (len(rows) * len(USED))


def timed(label: str, work: Callable[[], object]) -> float:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    wall = time.perf_counter() - start
    print(f"{label:34} {wall:8.1f} s wall {time.process_time() - cpu:8.1f} s CPU", flush=True)
    return wall


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("customers", 1_000_000), ("events", 10_000_000), ("seed", 7), ("memory-mib", 1024)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        con = engine.connect(Path(name), args.memory_mib << 20)
        con.execute("CREATE MACRO digest(v) AS md5_number_lower('benchmark' || v)")
        timed("make (not counted)", lambda: make(con, Path(name), args.customers, args.events, args.seed))
        naive, explained = peer(con, args.customers, args.events)
        mapping = {k: k for k in USED}
        total = timed("load customers", lambda: known.load(con, "crm", mapping))
        total += timed("prove", lambda: known.prove(con))
        shares = []
        total += timed("measure", lambda: shares.extend(known.measure(con)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = sum(m.numerator or 0 for m in shares if m.dims["variant"] != "none")
        of = sum(m.numerator or 0 for m in shares)
        con.close()
    print(f"{args.customers} customers, {args.events} events, {len(USED)} keys, {len(PROFILES)} profiles")
    print(f"explained {found:.0f} of {of:.0f} values; peak {peak:.0f} MiB (whole run, data generation included)")
    print(
        f"total {total:.1f} s; plain Python on 1 %: {naive:.1f} s ({explained:.0%} explained by 1 % of the customers)"
    )
    print(f"times {SAMPLE} = {naive * SAMPLE:.0f} s: {naive * SAMPLE / total:.1f} x")


if __name__ == "__main__":
    main()
