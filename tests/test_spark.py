"""Apache Spark counts what the embedded engine counts, cell by cell, on a standalone cluster of two workers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import StructField, StructType

from spark_cluster import cluster
from tagparity.core.measure import Metric
from tagparity.demo import write_shop
from tagparity.platforms import PLATFORMS
from tagparity.run.audit import audit
from tagparity.run.collect import PARTS, Collector
from tagparity.run.discover import discover
from tagparity.run.spark import related, session
from tagparity.run.store import LARGE, Store
from tagparity.tables import engine, metrics, relations
from tagparity.tables.engines.spark import SparkEngine
from test_store import day_log, web_table

pytestmark = pytest.mark.slow
# Tables the relations leave, without the labels of actions: those are another engine's own business.
RELATIONS = {
    "unmatched": "file, line, idx, side, platform, event, cause",
    "outage": "platform, hour, n",
    "twins": """platform, event, how, renamed, other_destination, b_no_id, s_no_id, apart_ms, same_value, b_currency,
        s_currency, same_person, day, keyed, merged""",
    "actions": "side, n, file, line, idx, platform, event, name_key, destination, t_ms, received_ms, value, day",
    "alteration": "platform, event, variant",
}


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("spark")
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    patch.setenv("SPARK_CONF_DIR", str(folder))
    with cluster(folder) as url:
        yield url
    patch.undo()


@pytest.fixture(scope="module")
def spark(master: str) -> Iterator[SparkSession]:
    with session(master) as made:
        yield made


def evidence(folder: Path) -> Path:
    """A shop with every fault, an order ledger and captures, and a log large enough for a part of its own."""
    path = write_shop(folder / "evidence")
    day_log(path, 0)
    web_table(path, 1)
    return path


def tables(con: engine.Engine) -> dict[str, list[Any]]:
    return {
        name: sorted(con.execute(f"SELECT {columns} FROM {name}").fetchall(), key=repr)
        for name, columns in RELATIONS.items()
    }


def cells(rows: list[Metric]) -> dict[tuple[str, tuple[tuple[str, str], ...]], Metric]:
    found = {(m.id, tuple(sorted(m.dims.items()))): m for m in rows}
    assert len(found) == len(rows)
    return found


def strict(made: SparkEngine, name: str) -> None:
    """Columns of a frame that hold no NULL declared as such: a plan may then be another one."""
    frame = made.session.table(name)
    filled = frame.selectExpr(*(f"count(`{c}`) = count(*) AS `{c}`" for c in frame.columns)).first()
    assert filled is not None
    fields = [StructField(f.name, f.dataType, not filled[f.name]) for f in frame.schema.fields]
    assert sum(not f.nullable for f in fields) > (30 if name == "joined" else 0)
    made.session.createDataFrame(frame.collect(), StructType(fields)).createOrReplaceTempView(name)


@pytest.mark.parametrize("nullable", [True, False])
def test_every_relation_and_measure_agrees(spark: SparkSession, tmp_path: Path, nullable: bool) -> None:
    path = evidence(tmp_path)
    sources, _ = discover([path], lambda _: False)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    store = Store(tmp_path / "store", lasting=True)
    con = engine.connect(scratch, evidence=[s.path for s in sources], store=store.root)
    collector = Collector(con, scratch, {}, store=store)
    collector.read_all(sources, lambda _: None)
    made = related(spark, con, scratch, collector.ingest.parts)
    if not nullable:
        strict(made, "joined")
        strict(made, "extra")
    found = {}
    for name, one in (("here", con), ("there", made)):
        relations.build(one, PLATFORMS.values())
        told = tables(one)
        found[name] = (told, cells(metrics.measure(one, PLATFORMS.values())))
    assert found["here"][0] == found["there"][0]
    assert {name for name, rows in found["here"][0].items() if not rows} <= {"outage", "alteration"}
    here, there = found["here"][1], found["there"][1]
    assert here.keys() == there.keys() and len(here) > 1000
    assert {k: (here[k], there[k]) for k in here if here[k] != there[k]} == {}
    con.close()


def test_an_audit_says_the_same(master: str, spark: SparkSession, tmp_path: Path) -> None:
    """Executors read the large log by the same readers; rows and verdicts are equal."""
    path = evidence(tmp_path)
    (path / "customers.csv").unlink()  # compared on this machine alone
    here = audit(path, rows=tmp_path / "here.parquet")
    there = audit(path, rows=tmp_path / "there.parquet", cache=tmp_path / "cache", spark=master)
    large = [f for f in here.evidence if f.bytes >= LARGE and f.kind in PARTS]
    assert len(list((tmp_path / "cache").glob("*/*/entry.json"))) == len(large) > 0
    for part in ("metrics", "outcomes", "score", "inventory", "clusters", "changes"):
        assert msgspec.json.encode(getattr(here, part)) == msgspec.json.encode(getattr(there, part)), part
    rows = {
        name: duckdb.sql(f"FROM read_parquet('{tmp_path / name}.parquet') ORDER BY ALL").fetchall()
        for name in ("here", "there")
    }
    assert rows["here"] == rows["there"] != []


@pytest.mark.parametrize(
    ("more", "word"),
    [(["--engine", "spark", "--master", "nonsense://"], "--master"), (["--master", "local[1]"], "--engine"),
     (["--engine", "spark", "--known", "x.csv"], "--known")],
)  # fmt: skip
def test_what_cannot_be_is_one_line(tmp_path: Path, more: list[str], word: str) -> None:
    path = tmp_path / "evidence"
    path.mkdir()
    (path / "a.ndjson").write_text("{}\n")
    args = [sys.executable, "-m", "tagparity", "audit", str(path), "-o", str(tmp_path / "out"), *more]
    done = subprocess.run(args, capture_output=True, text=True, timeout=120)
    said = [line for line in done.stderr.splitlines() if line.startswith("tagparity: ")]
    assert done.returncode == 2 and len(said) == 1 and word in said[0]


def test_without_spark_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pyspark'] = None; from tagparity.cli import main; main()"
    (tmp_path / "evidence").mkdir()
    out = ["-o", str(tmp_path / "out"), "--engine", "spark"]
    args = [sys.executable, "-c", code, "audit", str(tmp_path / "evidence"), *out]
    done = subprocess.run(args, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and "tagparity[spark]" in done.stderr and len(done.stderr.splitlines()) == 1


def test_what_spark_gives_up_is_one_line() -> None:
    code = """
from tagparity.core.errors import ResourceError
from tagparity.run.spark import session
try:
    with session("local[1]") as spark:
        spark.sql("SELECT 'jane.roe@example.com' AS a FROM nowhere")
except ResourceError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("Spark gave the work up") and len(done.stdout.splitlines()) == 1
    assert "jane" not in done.stdout
