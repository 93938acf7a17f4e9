"""The questions in plain SQL over the flat text columns."""

# ruff: noqa: E501  SQL reads better in its own lines

from __future__ import annotations

from pathlib import Path

import duckdb
from shop import DAY_MS, EVENTS, FORMS, KEYS, NEAR_MS, PLACEHOLDERS, QUANTILES, WINDOW_MS, Cells, run

NAMES = "CASE event_name " + " ".join(f"WHEN '{n}' THEN '{e}'" for n, e in EVENTS.items()) + " ELSE event_name END"


def form(column: str) -> str:
    cases = " ".join(f"WHEN regexp_full_match({column}, '{pattern}') THEN '{name}'" for name, pattern in FORMS)
    return f"CASE WHEN {column} IS NULL THEN 'absent' WHEN {column} IN {PLACEHOLDERS} THEN 'placeholder' {cases} ELSE 'plain' END"


def answer(folder: Path) -> Cells:
    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
    common = f"""platform AS p, destination_id AS d, event_name AS name, {NAMES} AS e, event_id AS id, event_time AS t, order_id AS o,
        value AS v, currency AS c, coalesce(fbp, external_id) AS person"""
    browser, server = (f"'{folder / name}.parquet'" for name in KEYS)
    con.execute(f"""CREATE TEMP TABLE copy AS SELECT row_number() OVER () AS r, * FROM (
        SELECT 'browser' AS side, {common}, false AS test FROM {browser}
        UNION ALL SELECT 'server', {common}, test_event_code IS NOT NULL FROM {server} WHERE CAST(status AS INTEGER) < 400)""")
    con.execute("""CREATE TEMP TABLE action AS SELECT c.*, g.n FROM copy c JOIN (
        SELECT arg_min(r, t) AS r, count(*) AS n FROM copy GROUP BY side, p, d, e, coalesce(o, id, CAST(r AS VARCHAR))) g ON g.r = c.r""")
    con.execute(
        "CREATE TEMP TABLE b AS FROM action WHERE side = 'browser'; CREATE TEMP TABLE s AS FROM action WHERE side = 'server'"
    )
    con.execute(
        "CREATE TEMP TABLE pair AS SELECT b.r AS b, s.r AS s, true AS by_id FROM b JOIN s ON s.p = b.p AND s.id = b.id"
    )
    left = "(FROM b WHERE r NOT IN (SELECT b FROM pair)) b JOIN (FROM s WHERE r NOT IN (SELECT s FROM pair)) s"
    con.execute(f"INSERT INTO pair SELECT b.r, s.r, false FROM {left} ON s.p = b.p AND s.e = b.e AND s.o = b.o")
    con.execute(f"""INSERT INTO pair SELECT b.r, s.r, false FROM {left} ON s.p = b.p AND s.e = b.e AND s.person = b.person
        AND s.v IS NOT DISTINCT FROM b.v WHERE abs(s.t - b.t) <= {NEAR_MS}""")
    con.execute(f"""CREATE TEMP TABLE twin AS SELECT b.p, b.e, b.r AS b, s.r AS s, abs(s.t - b.t) AS apart, b.v AS bv, s.v AS sv, b.c AS bc, s.c AS sc,
        b.id IS NULL OR s.id IS NULL AS no_id, by_id AND b.name = s.name AND b.d = s.d AND abs(s.t - b.t) <= {WINDOW_MS} AS merged
        FROM pair JOIN b ON b.r = pair.b JOIN s ON s.r = pair.s""")
    con.execute(
        f"""CREATE TEMP TABLE cover AS SELECT p, t // {DAY_MS} AS day FROM copy GROUP BY ALL HAVING count(DISTINCT side) = 2"""
    )
    covered = f"SEMI JOIN cover ON cover.p = x.p AND cover.day = x.t // {DAY_MS}"
    ratio = "count(*) FILTER (WHERE side = 'server'), count(*) FILTER (WHERE side = 'browser')"
    quantiles = ", ".join(f"quantile_disc(apart, {q})" for q in QUANTILES.values())
    queries = {
        "events": "SELECT p, e, side, count(*), count(*) FROM copy GROUP BY ALL",
        "id_presence": "SELECT p, e, side, count(id), count(*) FROM copy GROUP BY ALL",
        "same_side_duplicates": "SELECT p, e, side, sum(n) - count(*), sum(n) FROM action GROUP BY ALL",
        "id_overlap": """WITH x AS (SELECT DISTINCT p, e, id FROM copy WHERE side = 'browser' AND id IS NOT NULL),
            y AS (SELECT DISTINCT p, id FROM copy WHERE side = 'server' AND id IS NOT NULL)
            SELECT x.p, x.e, count(y.id), count(*) FROM x LEFT JOIN y ON y.p = x.p AND y.id = x.id GROUP BY ALL""",
        "hit_ratio": f"SELECT x.p, x.e, {ratio} FROM action x {covered} GROUP BY ALL",
        "hit_ratio_raw": f"SELECT x.p, x.e, {ratio} FROM copy x {covered} GROUP BY ALL",
        "dedup_rate": "SELECT p, e, count(*) FILTER (WHERE merged), count(*) FROM twin GROUP BY ALL",
        "within_5_minutes": f"SELECT p, e, count(*) FILTER (WHERE apart <= {NEAR_MS}), count(*) FROM twin GROUP BY ALL",
        "value_agreement": "SELECT p, e, count(*) FILTER (WHERE abs(bv - sv) < 0.005), count(*) FROM twin WHERE bv IS NOT NULL AND sv IS NOT NULL GROUP BY ALL",
        "currency_agreement": "SELECT p, e, count(*) FILTER (WHERE bc = sc), count(*) FROM twin WHERE bc IS NOT NULL AND sc IS NOT NULL GROUP BY ALL",
        "revenue": "SELECT p, c, side, CAST(sum(v) * 100 AS BIGINT), count(*) FROM copy WHERE e = 'purchase' AND NOT test GROUP BY ALL",
        "unmatched": """WITH t AS (SELECT b AS r, no_id, merged FROM twin UNION ALL SELECT s, no_id, merged FROM twin),
            u AS (SELECT c.p, c.e, c.side, CASE WHEN a.r IS NULL THEN 'duplicate' WHEN c.id IS NULL OR t.no_id THEN 'missing_id'
                WHEN t.r IS NULL THEN 'not_found' ELSE 'not_merged' END AS why
                FROM copy c LEFT JOIN action a ON a.r = c.r LEFT JOIN t ON t.r = c.r WHERE NOT coalesce(t.merged, false))
            SELECT p, e, side, why, count(*), sum(count(*)) OVER (PARTITION BY p, e, side) FROM u GROUP BY p, e, side, why""",
    }
    cells: Cells = {}
    for name, query in queries.items():
        for *dims, up, down in con.execute(query).fetchall():
            cells["|".join([name, *dims])] = [int(up), int(down)]
    for p, e, n, *values in con.execute(f"SELECT p, e, count(*), {quantiles} FROM twin GROUP BY ALL").fetchall():
        for q, value in zip(QUANTILES, values, strict=True):
            cells[f"skew_ms|{p}|{e}|{q}"] = [int(value), n]
    for side, file in (("browser", browser), ("server", server)):
        kept = "" if side == "browser" else "WHERE CAST(status AS INTEGER) < 400"
        for key in KEYS[side]:
            rows = con.execute(
                f"SELECT platform, {NAMES} AS e, {form(key)} AS f, count(*) FROM {file} {kept} GROUP BY ALL"
            ).fetchall()
            add_forms(cells, side, key, rows)
    return cells


def add_forms(cells: Cells, side: str, key: str, rows: list[tuple[str, str, str, int]]) -> None:
    """`form_share` and `key_presence` from counts by platform, event and form."""
    total: dict[tuple[str, str], int] = {}
    for p, e, _, n in rows:
        total[p, e] = total.get((p, e), 0) + n
    for p, e, f, n in rows:
        cells[f"form_share|{p}|{e}|{side}|{key}|{f}"] = [n, total[p, e]]
    for (p, e), n in total.items():
        absent = cells.get(f"form_share|{p}|{e}|{side}|{key}|absent", [0])[0]
        cells[f"key_presence|{p}|{e}|{side}|{key}"] = [n - absent, n]


if __name__ == "__main__":
    run(answer)
