"""An audit on Apache Spark: executors read the large files into the store, and relate and measure what lies there.

Evidence, store and temporary folder must be reachable under the same paths by driver and executors, and the package
installed for the executors' Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from ..core.errors import ResourceError, TagparityError, UsageError
from ..readers.sniff import recognise
from ..readers.source import Source
from ..tables import engine
from .collect import PARTS, Collector
from .scratch import scratch
from .store import LARGE, Store

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from ..tables.engines.spark import SparkEngine

Task = tuple[str, str, int, dict[str, str], str, int | None, str | None]


@contextmanager
def session(master: str) -> Iterator[SparkSession]:
    """A Spark session on `master` (`local[*]`, `spark://host:7077`, ...). Raises UsageError where Spark is not there or
    cannot be reached, ResourceError where it ends what it was given."""
    try:
        from py4j.protocol import Py4JError  # type: ignore[import-untyped]
        from pyspark.errors import PySparkException

        from ..tables.engines.session import connect
    except ImportError:
        raise UsageError("the Spark engine is an extra: install it with pip install 'tagparity[spark]'") from None
    try:
        made = connect(master)
    except (PySparkException, Py4JError, OSError, RuntimeError):
        raise UsageError("--master: no Spark can be reached there, or there is no Java runtime (17 or newer)") from None
    try:
        yield made
    except (PySparkException, Py4JError):
        raise ResourceError("Spark gave the work up: its logs say why (memory of executors, shared paths)") from None
    finally:
        made.stop()


def read(
    spark: SparkSession,
    sources: Sequence[Source],
    columns: dict[str, str],
    store: Store,
    memory: int | None,
    temp: Path | None,
) -> None:
    """Fills the store with every large log and table among `sources`, one task a file. What cannot be read here is left
    to the driver, which says why."""
    tasks: list[Task] = [
        (str(s.path.resolve()), s.rel, s.size, columns, str(store.root), memory, str(temp) if temp else None)
        for s in sources
        if s.size >= LARGE
    ]
    if tasks:
        spark.sparkContext.parallelize(tasks, len(tasks)).foreach(_read_one)


def _read_one(task: Task) -> None:
    """On an executor: one file into the store, by the same readers as everywhere."""
    path, rel, size, columns, root, memory, temp = task
    source = Source(Path(path), rel, size)
    try:
        if recognise(source, columns).kind not in PARTS:
            return
        with scratch(Path(temp) if temp else None) as folder:
            store = Store(Path(root), lasting=True)
            con = engine.connect(folder, memory, [source.path], store.root)
            try:
                Collector(con, folder, columns, store=store, memory=memory).read_all([source], lambda _: None)
            finally:
                con.close()
    except (TagparityError, OSError, ValueError):
        return


def related(spark: SparkSession, con: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Path]) -> SparkEngine:
    """The canonical rows as an engine on Spark. `con` has read the rest of the evidence; it explains digests and writes
    files."""
    from ..tables.engines.load import load

    work = folder / "spark"
    work.mkdir()
    return load(spark, con, work, parts)
