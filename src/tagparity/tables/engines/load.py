"""Canonical parts into a Spark engine, under the names the relations ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..canonical import COLUMNS
from ..engine import literal
from ..orders import ORDERS
from ..parts import EVENTS, EXTRA
from .spark import SparkEngine

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_PLACE = "regexp_extract(_metadata.file_path, '([^/]+)/[^/]+$', 1)"


def load(spark: SparkSession, con: duckdb.DuckDBPyConnection, work: Path, parts: Sequence[Path]) -> SparkEngine:
    """`every_event`, `events`, `extra` and `orders`. What `con` holds of them goes through files in `work`."""
    made = SparkEngine(spark, work, con)
    numbers = spark.createDataFrame([(p.name, n) for n, p in enumerate(parts)], "place STRING, file INT")
    for name, columns, source in (("joined", EVENTS, "events_here"), ("extra", EXTRA, "extra_here")):
        here = _moved(spark, con, work, source)
        frames = [here] if here is not None else []
        if parts:
            file = "events" if name == "joined" else "extra"
            read = spark.read.parquet(*(str(p / f"{file}.parquet") for p in parts))
            read = read.selectExpr("*", f"{_PLACE} AS place").join(numbers.hint("broadcast"), "place")
            frames.insert(0, read.selectExpr("file", *columns.split(", ")))
        made.load(name, _union(frames, ["file", *columns.split(", ")]))
    _answers(made, con)
    made.execute("CREATE VIEW events AS SELECT * FROM every_event WHERE twin_line IS NULL")
    con.execute(ORDERS)
    orders = _moved(spark, con, work, "orders")
    if orders is not None:
        made.load("orders", orders)
    return made


def _moved(spark: SparkSession, con: duckdb.DuckDBPyConnection, work: Path, table: str) -> DataFrame | None:
    """A table of the embedded engine as a frame; None where it has none of that name."""
    try:
        con.execute(f"COPY {table} TO {literal(str(work / f'{table}.parquet'))} (FORMAT parquet)")
    except duckdb.CatalogException:
        return None
    return spark.read.parquet(str(work / f"{table}.parquet"))


def _union(frames: Sequence[DataFrame], columns: Sequence[str]) -> DataFrame:
    made = frames[0].select(*columns)
    for frame in frames[1:]:
        made = made.unionByName(frame.select(*columns))
    return made


def _answers(made: SparkEngine, con: duckdb.DuckDBPyConnection) -> None:
    """View `every_event`: the joined events, less what an answer in another file refused."""
    traces = con.execute("SELECT trace_h FROM refused_trace").fetchall()
    if not traces:
        made.execute("CREATE VIEW every_event AS SELECT * FROM joined")
        return
    made.execute("CREATE TABLE refused_trace (trace_h UBIGINT)")
    made.append_rows("refused_trace", [(t - (1 << 63),) for (t,) in traces])
    columns = ", ".join(
        "j.accepted AND r.trace_h IS NULL AS accepted" if c == "accepted" else f"j.{c}" for c in COLUMNS
    )
    made.execute(
        f"CREATE VIEW every_event AS SELECT {columns} FROM joined j LEFT JOIN refused_trace r ON r.trace_h = j.trace_h"
    )
