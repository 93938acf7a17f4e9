"""What digests known values can have: every profile's text of every value, hashed, and looked up among the events'.

Works on temp tables, which the engine keeps in memory and spills encrypted: plain values are never in its file. A set of
values called `n` is `n_raw(key, who, raw, country)`: `key` an index into `KEYS`, `who` a number per value, `country` a
lower-case ISO 3166-1 alpha-2 code or ''. Digests are the events' own: `digest(lower-case hex)`.
"""

from __future__ import annotations

from functools import lru_cache

import duckdb

from ..hashing import PROFILES, Profile
from ..hashing.steps import compile_sql
from .engine import literal

KEYS = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id")
# How a digest came to be, best first; `exact` is the digest a profile gives.
VARIANTS = ("exact", "raw", "trimmed", "double", "md5", "sha1", "wrong_field")
RANK = {name: rank for rank, name in enumerate(VARIANTS)}
DIGEST = 32  # characters of the shortest digest any library takes for one
BLOCK = 200_000  # values a time
CHUNK = 50_000  # values a time where only Python can normalise
_SPACE = "' ' || chr(9) || chr(10) || chr(13) || chr(160)"


@lru_cache(maxsize=1)
def bits() -> dict[str, int]:
    """Profile id -> its bit in the masks of sets of profiles (HUGEINT)."""
    assert len(PROFILES) < 127
    return {id: 1 << i for i, id in enumerate(PROFILES)}


def among(mask: int) -> list[str]:
    """The profiles of a mask."""
    return [id for id, bit in bits().items() if mask & bit]


def local(key: str) -> bool:
    """Whether any profile looks at the country to normalise this key."""
    return any(key in p.local for p in PROFILES.values())


def _ways(key: str, country: str, short: bool) -> tuple[dict[str, int], list[Profile]]:
    """(SQL over `raw` -> mask of the profiles that normalise so, the profiles only Python can run). A `short` value is
    too short to be taken for a digest: the test for it, which is dear, is left out."""
    ways: dict[str, int] = {}
    rest = []
    for profile in PROFILES.values():
        if not profile.hashed(key):
            continue
        rule = profile.local[key](country) if key in profile.local else profile.rules[key]
        sql = compile_sql(rule, "raw") if short else profile.sql(key, "raw", country)
        if sql is None:
            rest.append(profile)
        else:
            ways[sql] = ways.get(sql, 0) | bits()[profile.id]
    return ways, rest


def _texts(con: duckdb.DuckDBPyConnection, name: str, at: int, country: str, block: str) -> None:
    """Adds each distinct text of each value of one key and country to `n_text`, with the mask of its profiles (0 for the
    value as it is, and trimmed, where no profile writes it so)."""
    chosen = f"{block} AND key = {at} AND country = {literal(country)}"
    for short in (True, False):
        where = f"{chosen} AND strlen(raw) {'<' if short else '>='} {DIGEST}"
        if con.execute(f"SELECT count(*) FROM {name}_raw WHERE {where}").fetchone() == (0,):
            continue
        ways, rest = _ways(KEYS[at], country, short)
        masks = "[" + ", ".join(f"{m}::HUGEINT" for m in ways.values()) + "]"
        con.execute(f"""INSERT INTO {name}_text
            WITH w AS (SELECT who, raw, [{", ".join(ways)}]::VARCHAR[] AS l FROM {name}_raw WHERE {where}),
            t AS (SELECT who, raw, l, unnest(list_distinct(list_concat(l, [raw, trim(raw, {_SPACE})]))) AS text FROM w)
            SELECT {at}, who, text, coalesce(list_aggregate(list_transform(l, lambda x, i: CASE WHEN x = text THEN {masks}[i] END), 'bit_or'), 0),
                CASE WHEN text = raw THEN {RANK["raw"]} WHEN text = trim(raw, {_SPACE}) THEN {RANK["trimmed"]} ELSE 0 END
            FROM t WHERE text <> ''""")
        for profile in rest:
            _in_python(con, name, at, where, country, profile)


def _in_python(con: duckdb.DuckDBPyConnection, name: str, at: int, where: str, country: str, profile: Profile) -> None:
    """The same for one profile whose steps the engine cannot do, over the distinct values in chunks."""
    key, last = KEYS[at], -1
    while True:
        rows = con.execute(f"""SELECT who, raw FROM {name}_raw WHERE {where} AND who > ?
            ORDER BY who LIMIT {CHUNK}""", [last]).fetchall()  # fmt: skip
        if not rows:
            return
        last = rows[-1][0]
        made = [(who, text) for who, raw in rows if (text := profile.normalise(key, raw, country))]
        con.execute(
            f"INSERT INTO {name}_text SELECT {at}, unnest($1::UINTEGER[]), unnest($2::VARCHAR[]), $3::HUGEINT, 0",
            [[w for w, _ in made], [t for _, t in made], bits()[profile.id]],
        )


def find(con: duckdb.DuckDBPyConnection, name: str, wanted: str) -> None:
    """Looks the digests of the values `name` up in `wanted` (key, v). Makes temp tables `n_source` (key, v, who,
    variant, mask, field: the values a digest can come from) and `n_value` (key, v, variant, mask, field: its best
    explanation); `variant` is an index into `VARIANTS`, `field` the key whose value it is, `mask` the profiles.

    Values are taken in blocks: what a block needs stays in memory, only what was found is kept."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_source (key UTINYINT, v UBIGINT, who UINTEGER, variant UTINYINT, mask HUGEINT, field UTINYINT)")  # fmt: skip
    last = (con.execute(f"SELECT coalesce(max(who), 0) FROM {name}_raw").fetchone() or (0,))[0]
    for start in range(0, last + 1, BLOCK):
        block = f"who >= {start} AND who < {start + BLOCK}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_text (key UTINYINT, who UINTEGER, text VARCHAR, mask HUGEINT, as_is UTINYINT)")  # fmt: skip
        for at, country in con.execute(f"SELECT DISTINCT key, country FROM {name}_raw WHERE {block} ORDER BY ALL").fetchall():  # fmt: skip
            _texts(con, name, at, country, block)
        _look_up(con, name, wanted)
    con.execute(f"DROP TABLE IF EXISTS {name}_text")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE {name}_value AS
        WITH best AS (SELECT key, v, min(variant) AS variant FROM {name}_source GROUP BY key, v)
        SELECT s.key, s.v, s.variant, bit_or(s.mask) AS mask, min(s.field) AS field
        FROM {name}_source s JOIN best b ON b.key = s.key AND b.v = s.v AND b.variant = s.variant GROUP BY s.key, s.v, s.variant""")


def _look_up(con: duckdb.DuckDBPyConnection, name: str, wanted: str) -> None:
    """The digest of each text, and the wrong ways of hashing it: twice (also over upper-case hex, or over MD5), with
    another algorithm, or under another key."""
    double, wrong = RANK["double"], RANK["wrong_field"]
    con.execute(f"""INSERT INTO {name}_source
        WITH h AS (SELECT key, who, mask, as_is, sha256(text) AS s, md5(text) AS m, sha1(text) AS o FROM {name}_text),
        d AS (SELECT key, who, mask, unnest([digest(s), digest(sha256(s)), digest(sha256(upper(s))), digest(sha256(m)), digest(m), digest(o)]) AS v,
            unnest([CASE WHEN mask = 0 THEN as_is ELSE 0 END, {double}, {double}, {double}, {RANK["md5"]}, {RANK["sha1"]}]) AS variant FROM h)
        SELECT w.key, w.v, d.who, CASE WHEN w.key = d.key THEN d.variant ELSE {wrong} END, d.mask, d.key
        FROM d JOIN {wanted} w ON w.v = d.v WHERE w.key = d.key OR d.variant <= {RANK["trimmed"]}""")
