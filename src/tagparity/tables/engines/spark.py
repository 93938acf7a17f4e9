"""Relations and measures on Apache Spark: an engine with the face of the embedded one.

Tables are folders of Parquet below `work`, which driver and executors must both reach; each statement that makes a table
runs to its end, so that a later one never computes it again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import sqlglot
from sqlglot import exp

from . import dialect

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass
class Result:
    """Rows of a query, or the count of an insert."""

    columns: list[str]
    rows: list[tuple[Any, ...]]

    @property
    def description(self) -> list[tuple[str]]:
        return [(name,) for name in self.columns]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.rows[0] if self.rows else None


@dataclass
class _Table:
    """Rows in folders of Parquet, and few that are still here."""

    schema: str
    folders: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)


class SparkEngine:
    """`execute` takes the statements of the embedded engine. `work`: a folder shared with the executors."""

    def __init__(self, session: SparkSession, work: Path, local: duckdb.DuckDBPyConnection) -> None:
        """`local`: an embedded engine for what needs one, see `engine.local`."""
        self.session, self.work, self.local = session, work, local
        self.tables: dict[str, _Table] = {}
        self.views: dict[str, exp.Expr] = {}
        self.stale: set[str] = set()
        self.loaded: set[str] = set()
        self.count = 0

    def execute(self, sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> Result:
        """Runs every statement; the result is the last one's."""
        result = Result([], [])
        for statement in dialect.parse(sql, params):
            result = self._one(statement)
        return result

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> Result:
        """The statement once per row of parameters."""
        for row in rows:
            self.execute(sql, row)
        return Result([], [])

    def append_rows(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Adds rows in Python to a table."""
        self.tables[table].rows += list(rows)
        self.stale.add(table)

    def bring(self, table: str) -> None:
        """Moves a table to the embedded engine, where it takes the place of one of that name and columns."""
        frame = self._frame(exp.select("*").from_(table))
        folder = self._stored(frame).folders[0]
        columns = ", ".join(
            f'CAST(CAST("{c}" AS HUGEINT) + {dialect.HALF} AS UBIGINT)' if kind == "UBIGINT" else f'"{c}"'
            for c, kind, *_ in self.local.execute(f"DESCRIBE {table}").fetchall()
        )
        self.local.execute(f"INSERT INTO {table} SELECT {columns} FROM read_parquet('{folder}/*.parquet')")

    def load(self, name: str, frame: DataFrame) -> None:
        """Puts a frame in under a name; its unsigned digests, which Parquet gives as decimals, become signed."""
        signed = [
            f"CAST(`{f.name}` - {dialect.HALF}BD AS BIGINT) AS `{f.name}`"
            if f.dataType.simpleString() == "decimal(20,0)"
            else f"`{f.name}`"
            for f in frame.schema.fields
        ]
        frame.selectExpr(*signed).createOrReplaceTempView(name)
        self.loaded.add(name)

    def _one(self, statement: exp.Expr) -> Result:
        if isinstance(statement, exp.Create):
            return self._create(statement)
        if isinstance(statement, exp.Insert):
            return self._insert(statement)
        if isinstance(statement, exp.Drop):
            return self._drop(statement)
        if isinstance(statement, exp.Alter):
            return self._rename(statement)
        if isinstance(statement, exp.Copy):
            return self._copy(statement)
        if isinstance(statement, exp.Query):
            frame = self._frame(statement)
            return Result(list(frame.columns), [tuple(row) for row in frame.collect()])
        raise NotImplementedError(f"no such statement on Spark: {type(statement).__name__}")

    def _frame(self, query: exp.Expr) -> DataFrame:
        self._refresh()
        return self.session.sql(dialect.spark(query))

    def _refresh(self) -> None:
        """Brings names up to date: tables that changed, then the views, which look at tables as they are now."""
        if not self.stale:
            return
        for name in self.stale & self.tables.keys():
            self._table(self.tables[name]).createOrReplaceTempView(name)
        self.stale.clear()
        for name, query in self.views.items():
            self.session.sql(dialect.spark(query)).createOrReplaceTempView(name)

    def _table(self, table: _Table) -> DataFrame:
        frame = self.session.createDataFrame(table.rows, table.schema)
        for folder in table.folders:
            read = self.session.read.schema(table.schema).parquet(folder)
            frame = read if not table.rows and folder is table.folders[0] else frame.unionAll(read)
        return frame

    def _create(self, statement: exp.Create) -> Result:
        target, query = statement.this, statement.expression
        schema = target if isinstance(target, exp.Schema) else None
        name = (schema.this if schema else target).name
        if statement.kind == "VIEW":
            self.views[name] = query
            self._frame(query).createOrReplaceTempView(name)
        elif schema is not None:
            if not (statement.args.get("exists") and name in {*self.tables, *self.loaded}):
                columns = ", ".join(
                    f"`{c.name}` {dialect.spark_type(c.args['kind'].sql(dialect='duckdb'))}" for c in schema.expressions
                )
                self._put(name, _Table(columns))
        else:
            self._put(name, self._stored(self._frame(query)))
        return Result([], [])

    def _stored(self, frame: DataFrame, schema: str = "") -> _Table:
        """A frame written out."""
        self.count += 1
        folder = str(self.work / f"t{self.count}")
        frame.write.parquet(folder)
        columns = schema or ", ".join(f"`{f.name}` {f.dataType.simpleString()}" for f in frame.schema.fields)
        return _Table(columns, [folder])

    def _put(self, name: str, table: _Table) -> None:
        self.views.pop(name, None)
        self.tables[name] = table
        self.stale.add(name)

    def _insert(self, statement: exp.Insert) -> Result:
        name = statement.this.name
        table, source = self.tables[name], statement.expression
        if isinstance(source, exp.Values):
            rows = [tuple(_value(v) for v in row.expressions) for row in source.expressions]
            table.rows += rows
            self.stale.add(name)
            return Result(["Count"], [(len(rows),)])
        self._refresh()
        wanted = self._table(_Table(table.schema)).schema.fields
        frame = self._frame(source)
        frame = frame.toDF(*(f.name for f in wanted)).selectExpr(
            *(f"CAST(`{f.name}` AS {f.dataType.simpleString()}) AS `{f.name}`" for f in wanted)
        )
        made = self._stored(frame, table.schema)
        count = self.session.read.parquet(made.folders[0]).count()
        table.folders += made.folders if count else []
        self.stale.add(name)
        return Result(["Count"], [(count,)])

    def _copy(self, statement: exp.Copy) -> Result:
        """Rows into one file, which the embedded engine writes; in order of all columns."""
        folder = self._stored(self._frame(statement.this.unnest())).folders[0]
        statement.set(
            "this", sqlglot.parse_one(f"(SELECT * FROM read_parquet('{folder}/*.parquet') ORDER BY ALL)", read="duckdb")
        )
        self.local.execute(statement.sql(dialect="duckdb"))
        shutil.rmtree(folder, ignore_errors=True)
        return Result([], [])

    def _drop(self, statement: exp.Drop) -> Result:
        name = _named(statement)
        table = self.tables.pop(name, None)
        self.views.pop(name, None)
        self.stale.discard(name)
        self.session.catalog.dropTempView(name)
        for folder in table.folders if table else ():
            shutil.rmtree(folder, ignore_errors=True)
        return Result([], [])

    def _rename(self, statement: exp.Alter) -> Result:
        old, new = statement.this.name, statement.args["actions"][0].this.name
        self._put(new, self.tables.pop(old))
        self.session.catalog.dropTempView(old)
        return Result([], [])


def _named(statement: exp.Expr) -> str:
    """The table a statement is about."""
    table = statement.find(exp.Table)
    assert table is not None
    return table.name


def _value(node: exp.Expr) -> Any:
    """The value of a literal."""
    if isinstance(node, exp.Neg):
        return -_value(node.this)
    if isinstance(node, exp.Boolean | exp.Null):
        return None if isinstance(node, exp.Null) else bool(node.this)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else float(node.this) if "." in node.this else int(node.this)
    raise NotImplementedError(f"no literal: {type(node).__name__}")
