"""The rows behind the causes: which copies, where they stand, where their twin does."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tagparity import audit
from tagparity.cli import main
from tagparity.demo import write_shop
from tagparity.tables.unmatched import COLUMNS


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("shop"))


def test_rows_and_metrics_say_the_same(shop: Path, tmp_path: Path) -> None:
    result = audit(shop, rows=tmp_path / "unmatched.parquet")
    found = duckdb.sql(f"SELECT * FROM '{tmp_path / 'unmatched.parquet'}'")
    assert tuple(found.columns) == COLUMNS
    rows = found.fetchall()
    counts = Counter((r[4], r[5], r[3], r[6]) for r in rows)
    told = {
        (m.dims["platform"], m.dims["event"], m.dims["side"], m.dims["cause"]): m.numerator
        for m in result.metrics
        if m.id == "cause_share"
    }
    two_sided = {platform for platform, *_ in told}
    assert {k: n for k, n in counts.items() if k[0] in two_sided} == told and len(told) > 10
    assert rows == sorted(rows, key=lambda r: (sorted({x[0] for x in rows}).index(r[0]), r[1], r[2], r[3]))
    paired = [r for r in rows if r[6] in ("id_altered", "outside_window", "event_renamed")]
    assert paired and all(r[7] and r[8] is not None for r in paired)


def test_a_twin_is_where_the_rows_say(tmp_path: Path) -> None:
    head = "side,platform,event_name,event_id,order_id,event_time\n"
    (tmp_path / "web.csv").write_text(
        head + "browser,meta,Purchase,e1,o1,1790000000\nbrowser,meta,Purchase,e2,o2,1790000060\n"
    )
    (tmp_path / "api.csv").write_text(
        head + "server,meta,Purchase,E1,o1,1790000002\nserver,meta,Purchase,e2,o2,1790000062\n"
    )
    out = tmp_path / "out" / "unmatched.csv"
    audit([tmp_path / "web.csv", tmp_path / "api.csv"], rows=out)
    with out.open(newline="") as file:
        found = {r["file"]: r for r in csv.DictReader(file)}
    assert {f: (r["line"], r["cause"], r["twin_file"], r["twin_line"]) for f, r in found.items()} == {
        "web.csv": ("2", "id_altered", "api.csv", "2"),
        "api.csv": ("2", "id_altered", "web.csv", "2"),
    }


def test_csv_on_request_and_no_identifiers(shop: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["audit", str(shop), "-o", str(tmp_path / "out"), "--format", "json,csv", "-q"])
    assert result.exit_code == 0, result.output
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"audit.json", "unmatched.csv"}
    text = (tmp_path / "out" / "unmatched.csv").read_text()
    assert text.startswith(",".join(COLUMNS)) and "@" not in text and "order-" not in text
