"""What is written for Spark, without a Spark: the places where the two engines read the same text differently."""

from __future__ import annotations

import pytest

from tagparity.tables.engines.dialect import parse, spark, spark_type

H = "CAST('-9223372036854775808' AS BIGINT)"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT floor(t_ms / 86400000.0) AS d FROM e", "SELECT FLOOR(CAST(t_ms AS DOUBLE) / CAST(86400000.0 AS DOUBLE)) AS d FROM e"),
        ("SELECT a / (b / c) AS x FROM e", "SELECT CAST(a AS DOUBLE) / CAST((CAST(b AS DOUBLE) / CAST(c AS DOUBLE)) AS DOUBLE) AS x FROM e"),
        ("SELECT CAST(x AS UBIGINT) AS x FROM e", "SELECT CAST(x AS BIGINT) AS x FROM e"),
        ("SELECT CAST(9223372036854775809 AS UBIGINT) AS x", "SELECT CAST('1' AS BIGINT) AS x"),
        ("SELECT xor(a, b) AS x FROM e", f"SELECT (a ^ b ^ {H}) AS x FROM e"),
        ("SELECT count(*) FILTER (WHERE a) AS n FROM e", "SELECT COUNT(*) FILTER(WHERE a) AS n FROM e"),
        ("SELECT regexp_full_match(c, '[A-Z]{3}') AS m FROM e", "SELECT c RLIKE '^(?:[A-Z]{3})$' AS m FROM e"),
        ("SELECT 1 WHERE a IS NOT DISTINCT FROM b", "SELECT 1 WHERE a IS NOT DISTINCT FROM b"),
        ("WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM x", "WITH x AS (SELECT 1 AS a) SELECT a FROM x"),
    ],
)  # fmt: skip
def test_written_for_spark(sql: str, expected: str) -> None:
    (statement,) = parse(sql)
    assert spark(statement) == expected


def test_parameters_by_place_and_by_name() -> None:
    (one,) = parse("SELECT ? AS a, ? AS b", ["it's", None])
    assert spark(one) == "SELECT 'it\\'s' AS a, NULL AS b"
    (two,) = parse("SELECT $2 AS a, $1 AS b", [1, True])
    assert spark(two) == "SELECT TRUE AS a, 1 AS b"
    (three,) = parse("SELECT $who AS a", {"who": 7})
    assert spark(three) == "SELECT 7 AS a"


def test_types() -> None:
    assert [spark_type(t) for t in ("UBIGINT", "varchar", "DECIMAL(18, 4)", "UTINYINT")] == [
        "BIGINT", "STRING", "DECIMAL(18, 4)", "SMALLINT"]  # fmt: skip
