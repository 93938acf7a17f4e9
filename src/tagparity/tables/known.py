"""Proof by known customers: which profile made each digest of the events, found by hashing what is known to be plain.

Plain values stay in temp tables (memory, or encrypted spill) until `forget`. What remains are keyed digests. The
engine must be ready (`canonical.setup`: macro `digest`), and `events` and `extra` must carry `<key>_v`, `v`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import duckdb

from ..core.measure import Metric, rate
from ..hashing import PROFILES, for_platform
from ..hashing.countries import CODES
from .candidates import KEYS, VARIANTS, among, find, local

Place = dict[str, str]


def load(con: duckdb.DuckDBPyConnection, relation: str, mapping: Mapping[str, str]) -> tuple[int, int]:
    """Adds customers from `relation` (a FROM item) to temp table `known_raw`. `mapping`: match key -> column.

    Returns (customers, rows without any value). The country is read by ISO code or English name; where it is
    missing, numbers and postal codes are read as of an unknown country.
    """
    quoted = {k: '"' + c.replace('"', '""') + '"' for k, c in mapping.items() if k in KEYS}
    columns = ", ".join(f"nullif(CAST({c} AS VARCHAR), '') AS {k}" for k, c in quoted.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE known_row AS SELECT {columns} FROM {relation}")
    anything = f"coalesce({', '.join(f'trim({k})' for k in quoted)}, '') <> ''"
    total, good = _one(con, f"SELECT count(*), count(*) FILTER (WHERE {anything}) FROM known_row")
    _countries(con, "country" in quoted)
    con.execute("CREATE TEMP TABLE IF NOT EXISTS known_raw (key UTINYINT, who UINTEGER, raw VARCHAR, country VARCHAR)")
    for key in quoted:
        code = "coalesce(c.code, '')" if "country" in quoted and local(key) else "''"
        join = "LEFT JOIN known_country c ON c.name = k.country" if "country" in quoted else ""
        con.execute(f"""INSERT INTO known_raw SELECT {KEYS.index(key)}, (SELECT count(*) FROM known_raw) + row_number() OVER (), raw, code
            FROM (SELECT DISTINCT {key} AS raw, {code} AS code FROM known_row k {join} WHERE trim({key}) <> '')""")
    con.execute("DROP TABLE known_row; DROP TABLE known_country")
    return int(good), int(total) - int(good)


def _countries(con: duckdb.DuckDBPyConnection, given: bool) -> None:
    """Temp table of the countries' names as they are written, with their codes; names nobody knows have ''."""
    names = [n for (n,) in con.execute("SELECT DISTINCT country FROM known_row WHERE country IS NOT NULL").fetchall()] if given else []  # fmt: skip
    codes = [CODES.get("".join(ch for ch in n.lower() if "a" <= ch <= "z"), "") for n in names]
    con.execute("CREATE OR REPLACE TEMP TABLE known_country AS SELECT unnest($1::VARCHAR[]) AS name, unnest($2::VARCHAR[]) AS code", [names, codes])  # fmt: skip


def prove(con: duckdb.DuckDBPyConnection) -> None:
    """Explains the digests of `events` and `extra` by `known_raw`: temp tables `known_value`, `known_source` (see
    `candidates.find`), `known_pick` (platform, key, variant, mask, field -> profile, shown) and view `known_hit`
    (file, line, idx, key, profile, variant; of list items one row each)."""
    parts = [f"SELECT DISTINCT {i} AS key, {k}_v AS v FROM events WHERE {k}_v IS NOT NULL" for i, k in enumerate(KEYS)]
    parts.append("SELECT DISTINCT list_position($1::VARCHAR[], key) - 1, v FROM extra WHERE v IS NOT NULL")
    con.execute("CREATE OR REPLACE TEMP TABLE known_wanted (key UTINYINT, v UBIGINT)")
    for part in parts[:-1]:
        con.execute(f"INSERT INTO known_wanted {part}")
    con.execute(f"INSERT INTO known_wanted SELECT * FROM ({parts[-1]}) n WHERE n NOT IN (SELECT w FROM known_wanted w)", [list(KEYS)])  # fmt: skip
    find(con, "known", "known_wanted")
    con.execute("DROP TABLE known_wanted")
    pick(con, "known")
    con.execute("CREATE OR REPLACE TEMP VIEW known_hit AS " + " UNION ALL ".join(_hits()))


def _hits() -> Iterable[str]:
    found = """SELECT {e}.file, {e}.line, {e}.idx, '{key}' AS key, p.profile, p.shown AS variant FROM {source}
        JOIN known_value k ON k.key = {at} AND k.v = {v} JOIN known_pick p ON p.platform = s.platform AND p.key = k.key
        AND p.variant = k.variant AND p.mask = k.mask AND p.field = k.field"""
    for at, key in enumerate(KEYS):
        yield found.format(e="s", key=key, source="events s", at=at, v=f"s.{key}_v")
        join = f"extra x JOIN events s ON s.file = x.file AND s.line = x.line AND s.idx = x.idx AND x.key = '{key}'"
        yield found.format(e="x", key=key, source=join, at=at, v="x.v")


def pick(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Table `n_pick`: for every platform of the events and every set of profiles seen, the one to name."""
    platforms = [p for (p,) in con.execute("SELECT DISTINCT platform FROM events ORDER BY 1").fetchall()]
    seen = con.execute(f"SELECT DISTINCT key, variant, mask, field FROM {name}_source UNION SELECT DISTINCT key, variant, mask, field FROM {name}_value").fetchall()  # fmt: skip
    rows = [
        (p, key, variant, str(mask), field, *best(p, KEYS[key], VARIANTS[variant], mask, KEYS[field]))
        for p in platforms
        for key, variant, mask, field in seen
    ]
    con.execute(f"""CREATE OR REPLACE TEMP TABLE {name}_pick (platform VARCHAR, key UTINYINT, variant UTINYINT, mask HUGEINT,
        field UTINYINT, profile VARCHAR, shown VARCHAR)""")
    if rows:
        columns = [list(c) for c in zip(*rows, strict=True)]
        con.execute(f"""INSERT INTO {name}_pick SELECT unnest($1::VARCHAR[]), unnest($2::UTINYINT[]), unnest($3::UTINYINT[]),
            unnest($4::HUGEINT[]), unnest($5::UTINYINT[]), unnest($6::VARCHAR[]), unnest($7::VARCHAR[])""", columns)  # fmt: skip


def preference(platform: str) -> tuple[list[str], list[str]]:
    """Profile ids of the platform, its documentation first, and everybody else's."""
    try:
        own = [p.id for p in for_platform(platform)]
    except ValueError:
        own = []
    return own, [id for id in PROFILES if id not in own]


_PROBE = " Ann-Mae O'Neil.Äß+1@Example.Com "


@lru_cache(maxsize=1024)
def _leaves(profile: str, key: str) -> str:
    """`raw` or `trimmed` for a profile that does no more than that to a value, else `exact`."""
    text = PROFILES[profile].normalise(key, _PROBE)
    return {_PROBE: "raw", _PROBE.strip(): "trimmed"}.get(text or "", "exact")


def best(platform: str, key: str, variant: str, mask: int, field: str) -> tuple[str, str]:
    """(profile, variant) to name for a digest. The platform's own profiles go first, then those that change
    nothing, which explain it as `raw`, then everybody else's. Of another key's value the profile is that key's name."""
    if variant == "wrong_field":
        return field, variant
    own, others = preference(platform)
    found = sorted(among(mask), key=[*own, *others].index)
    if variant != "exact" or not found:
        return (found[0] if found else ""), variant
    if own and found[0] == own[0]:
        return found[0], variant
    first = min(found, key=lambda id: 1 if _leaves(id, key) != "exact" else 0 if id in own else 2)
    return first, _leaves(first, key)


def measure(con: duckdb.DuckDBPyConnection) -> list[Metric]:
    """`known_share` by platform, side, key, profile and variant: of the hashed values of accepted events, those a known
    customer's value explains so. `profile` is left out where no profile is named."""
    counts: dict[tuple[str, str, str], dict[tuple[str, str], int]] = {}
    for at, key in enumerate(KEYS):
        extra = f"""SELECT s.platform, s.side, x.v FROM extra x JOIN events s ON s.file = x.file AND s.line = x.line AND s.idx = x.idx
            WHERE x.key = '{key}' AND x.v IS NOT NULL AND s.accepted"""
        rows = con.execute(f"""WITH o AS (SELECT platform, side, {key}_v AS v FROM events WHERE accepted AND {key}_v IS NOT NULL
                UNION ALL {extra}),
            n AS (SELECT o.platform, o.side, k.variant, k.mask, k.field, count(*) AS n FROM o LEFT JOIN
                (SELECT * FROM known_value WHERE key = {at}) k ON k.v = o.v GROUP BY ALL)
            SELECT n.platform, n.side, coalesce(p.profile, ''), coalesce(p.shown, 'none'), CAST(sum(n.n) AS BIGINT) FROM n
            LEFT JOIN known_pick p ON p.platform = n.platform AND p.key = {at} AND p.variant = n.variant AND p.mask = n.mask
                AND p.field = n.field GROUP BY ALL ORDER BY ALL""").fetchall()
        for platform, side, profile, variant, n in rows:
            counts.setdefault((platform, side, key), {})[profile, variant] = n
    return [
        rate("known_share", _dims(place, *how), n, sum(found.values()))
        for place, found in counts.items()
        for how, n in found.items()
    ]


def _dims(place: tuple[str, str, str], profile: str, variant: str) -> Place:
    platform, side, key = place
    named = {"profile": profile} if profile else {}
    return {"platform": platform, "side": side, "key": key, **named, "variant": variant}


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Drops the plain values."""
    con.execute("DROP TABLE IF EXISTS known_raw")


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    return con.execute(sql).fetchone() or (0, 0)
