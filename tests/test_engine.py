"""The engine: what does not fit its memory goes to disk, unreadable."""

from __future__ import annotations

from pathlib import Path

from tagparity.tables import engine

MARK = "jane.roe+spilled@example.com"


def test_what_spills_is_encrypted(tmp_path: Path) -> None:
    con = engine.connect(tmp_path, 96 << 20)
    con.execute(f"CREATE TEMP TABLE wide AS SELECT '{MARK}' || i AS v, random() AS r FROM range(3000000) t(i)")
    spilled = [p for p in tmp_path.rglob("*") if p.is_file() and p.suffix == ".tmp"]
    assert spilled and sum(p.stat().st_size for p in spilled) > 1 << 20
    assert not any(MARK.encode() in p.read_bytes() for p in spilled)
    assert (
        con.execute("SELECT count(*), count(DISTINCT v) FROM (SELECT v FROM wide ORDER BY r)").fetchone()
        == (3_000_000,) * 2
    )
    con.close()
