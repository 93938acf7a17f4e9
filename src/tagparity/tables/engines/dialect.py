"""The statements of relations and measures, said in Spark's SQL.

SQLGlot parses them as DuckDB's and writes them as Spark's; what it leaves alone and Spark reads otherwise is changed in
between. Digests are unsigned 64-bit numbers, which Spark has not: there they are signed, 2^63 less, so that order and
equality stay (Spark SQL reference, data types; official, read 2026-11-25).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlglot
from sqlglot import exp

TYPES = {
    "UBIGINT": "BIGINT", "UINTEGER": "BIGINT", "UTINYINT": "SMALLINT", "USMALLINT": "INT", "HUGEINT": "DECIMAL(38, 0)",
    "VARCHAR": "STRING", "TEXT": "STRING", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN", "INTEGER": "INT", "INT": "INT",
    "BIGINT": "BIGINT", "SMALLINT": "SMALLINT", "TINYINT": "TINYINT",
}  # fmt: skip
HALF = 1 << 63


def parse(sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> list[exp.Expr]:
    """The statements of a script, parameters put in."""
    statements = [s for s in sqlglot.parse(sql, read="duckdb") if s is not None]
    return [_bound(s, params) if params else s for s in statements]


def _bound(statement: exp.Expr, params: Sequence[Any] | Mapping[str, Any]) -> exp.Expr:
    """Values in place of `?` (in order) and `$name` or `$1`."""
    queue = iter(params) if not isinstance(params, Mapping) else iter(())

    def value(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder) and node.name in ("", "?"):
            return exp.convert(next(queue))
        if isinstance(node, exp.Placeholder | exp.Parameter):
            name = node.name or str(node.this)
            found = params[name] if isinstance(params, Mapping) else params[int(name) - 1]
            return exp.convert(found)
        return node

    return statement.transform(value)


def spark_type(kind: str) -> str:
    """Spark's type for one of the embedded engine's."""
    name = kind.upper().strip()
    return TYPES.get(name, name)


def spark(query: exp.Expr) -> str:
    """A query in Spark's SQL."""
    copy = query.copy()
    for cast in list(copy.find_all(exp.Cast)):
        if cast.to.this == exp.DataType.Type.UBIGINT and isinstance(cast.this, exp.Literal):
            cast.replace(_signed(int(cast.this.name) - HALF))
    for node in reversed(list(copy.walk())):  # from the inside out: what is replaced has been looked into
        made = _node(node)
        if made is not node:
            node.replace(made)
    return copy.sql(dialect="spark")


def _node(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Div):
        return _division(node)
    if isinstance(node, exp.DataType) and node.this in (exp.DataType.Type.UBIGINT, exp.DataType.Type.UINT):
        return exp.DataType.build("BIGINT")
    if isinstance(node, exp.DataType) and node.this in (exp.DataType.Type.UTINYINT, exp.DataType.Type.USMALLINT):
        return exp.DataType.build("INT")
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("DECIMAL(38, 0)")
    if isinstance(node, exp.CTE) and node.args.get("materialized") is not None:
        node.set("materialized", None)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "md5_number_lower":
        return _lower(node.expressions[0])
    if isinstance(
        node, exp.BitwiseXor
    ):  # of two numbers 2^63 less, and so is the result: the highest bit turns once more
        pair = exp.BitwiseXor(this=node.this.copy(), expression=node.expression.copy())
        return exp.paren(exp.BitwiseXor(this=pair, expression=_signed(-HALF)))
    if isinstance(node, exp.RegexpFullMatch):
        return exp.RegexpLike(this=node.this, expression=exp.Literal.string(f"^(?:{node.expression.name})$"))
    return node


def _division(node: exp.Div) -> exp.Expr:
    """Division of doubles, as the embedded engine divides whatever it is given."""
    left, right = (exp.cast(side.copy(), "DOUBLE") for side in (node.this, node.expression))
    return exp.Div(this=left, expression=right, typed=False, safe=False)


def _signed(number: int) -> exp.Expr:
    return exp.cast(exp.Literal.string(str(number)), "BIGINT")


def _lower(text: exp.Expr) -> exp.Expr:
    """The lower half of an MD5, as a number 2^63 less: its last eight bytes, the last one first."""
    hexed = f"md5({text.sql(dialect='spark')})"
    swapped = ", ".join(f"substr({hexed}, {at}, 2)" for at in range(31, 16, -2))
    number = f"CAST(CAST(conv(concat({swapped}), 16, 10) AS DECIMAL(20, 0)) - {HALF}BD AS BIGINT)"
    return sqlglot.parse_one(number, read="spark")
