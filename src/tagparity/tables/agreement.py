"""Whether the two sides send the same digest for the same action, and what they do differently where not.

Needs no plain values: a digest that is the hash of the other side's is hashed twice, and words everybody knows
(countries, states, cities, genders) name the profiles of both sides. With known customers (`known.prove` before) more keys
are explained. Run `compare` after `relations.build`; the other functions read what it leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ..core.measure import Metric, rate
from ..hashing import PROFILES
from .candidates import KEYS, RANK, find
from .differences import NOUNS, sentence
from .engine import Engine, bring, local
from .known import pick
from .words import words

# One of these states per key and twin.
_EQUAL, _SERVER_TWICE, _BROWSER_TWICE, _DIFFER = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Difference:
    """Twins whose digests differ, by the profiles that explain both. `profile` is '' where none is named."""

    platform: str
    key: str
    browser_profile: str
    server_profile: str
    pairs: int
    text: str


def compare(con: Engine) -> list[str]:
    """Table `twin_digest`: pair, platform, event and, for each key both sides hash, `k_state` (1 equal, 2 the server's is the hash
    of the browser's, 3 the other way round, 4 different, 0 not on both) and `k_b`, `k_s` where different. Returns
    those keys."""
    keys = _both(con)
    columns = "".join(
        f""", CASE WHEN b.{k}_v IS NULL OR s.{k}_v IS NULL THEN 0 WHEN b.{k}_v = s.{k}_v THEN {_EQUAL}
            WHEN s.{k}_v = b.{k}_vv THEN {_SERVER_TWICE} WHEN b.{k}_v = s.{k}_vv THEN {_BROWSER_TWICE} ELSE {_DIFFER} END::UTINYINT AS {k}_state,
            CASE WHEN {k}_state = {_DIFFER} THEN b.{k}_v END AS {k}_b, CASE WHEN {k}_state = {_DIFFER} THEN s.{k}_v END AS {k}_s"""
        for k in keys
    )
    digests = ", ".join(f"e.{k}, e.{k}_v, e.{k}_vv" for k in keys)
    con.execute(f"""CREATE OR REPLACE TEMP TABLE found_digest AS
        WITH pair AS (SELECT b AS a, b AS pair FROM found UNION ALL SELECT s, b FROM found)
        SELECT p.pair, r.nth, e.file, e.line, e.idx, e.platform, e.event, e.side, e.usable{", " + digests if keys else ""}
        FROM pair p JOIN rest r ON r.a = p.a JOIN events e ON e.file = r.file AND e.line = r.line AND e.idx = r.idx AND e.side = r.side""")
    some = [" OR ".join(f"{side}.{k}_v IS NOT NULL" for k in keys) or "false" for side in "bs"]
    con.execute(f"""CREATE OR REPLACE TEMP TABLE twin_digest AS
        SELECT b.m AS pair, b.platform, b.event{columns} FROM accepted_copy b JOIN accepted_copy s ON s.m = b.m
        WHERE b.side = 'browser' AND s.side = 'server' AND NOT EXISTS (SELECT 1 FROM uneven u WHERE u.m = b.m) AND ({some[0]}) AND ({some[1]})
        UNION ALL SELECT b.pair, b.platform, b.event{columns} FROM found_digest b JOIN found_digest s ON s.pair = b.pair
        WHERE b.side = 'browser' AND s.side = 'server' AND b.nth = 1 AND s.nth = 1""")
    return keys


def _both(con: Engine) -> list[str]:
    """Keys that accepted events of both sides carry hashed."""
    counts = ", ".join(f"count({k}_v)" for k in KEYS)
    found = [con.execute(f"SELECT {counts} FROM events WHERE accepted AND side = '{side}'").fetchone() or () for side in ("browser", "server")]  # fmt: skip
    return [k for k, web, api in zip(KEYS, *found, strict=False) if web and api]


def _keys(con: Engine) -> list[str]:
    columns = {column[0] for column in con.execute("SELECT * FROM twin_digest LIMIT 0").description or ()}
    return [k for k in KEYS if f"{k}_state" in columns]


def measure(con: Engine) -> list[Metric]:
    """`digest_agreement` (platform, event, key): equal / twins hashed on both sides; `digest_double` (the same and `side`,
    the one that hashes twice): proven hashes of the other side's digest / the same."""
    out = []
    keys = _keys(con)
    states = (f"count(*) FILTER (WHERE {k}_state {test})" for k in keys for test in ("> 0", "= 1", "= 2", "= 3"))
    rows = con.execute(f"SELECT platform, event, {', '.join(states)} FROM twin_digest GROUP BY platform, event ORDER BY platform, event").fetchall() if keys else []  # fmt: skip
    for platform, event, *counts in rows:
        for at, key in enumerate(keys):
            both, equal, server, browser = counts[4 * at : 4 * at + 4]
            if both:
                dims = {"platform": platform, "event": event, "key": key}
                out.append(rate("digest_agreement", dims, equal, both))
                out += [rate("digest_double", dims | {"side": s}, n, both) for s, n in (("browser", browser), ("server", server))]  # fmt: skip
    return out


def doubled(con: Engine, known: bool = False) -> None:
    """Table `doubled` (file, line, idx, platform, event, side, usable, key, form, further): accepted values proven to be hashed
    twice, by a twin's digest or, with `known`, by a known customer; `usable` counts the copy's match keys, `further` marks
    items of lists beyond the first."""
    con.execute("""CREATE OR REPLACE TABLE doubled (file INTEGER, line BIGINT, idx INTEGER, platform VARCHAR, event VARCHAR,
        side VARCHAR, usable UTINYINT, key VARCHAR, form UTINYINT, further BOOLEAN)""")
    place = "e.file, e.line, e.idx, e.platform, e.event, e.side, e.usable"
    twice = f"IN ({_SERVER_TWICE}, {_BROWSER_TWICE})"
    counts = ", ".join(f"count(*) FILTER (WHERE {k}_state {twice})" for k in _keys(con))
    found = con.execute(f"SELECT {counts} FROM twin_digest").fetchone() or () if counts else ()
    keys = [k for k, n in zip(_keys(con), found, strict=False) if n]
    if keys:
        digests = ", ".join(f"e.{k}, e.{k}_v, e.{k}_vv" for k in keys)
        con.execute(f"""CREATE OR REPLACE TEMP TABLE suspect AS
            WITH pair AS (SELECT pair FROM twin_digest WHERE {" OR ".join(f"{k}_state {twice}" for k in keys)})
            SELECT e.m AS pair, 1 AS nth, {place}, {digests} FROM pair p JOIN accepted_copy e ON e.m = p.pair AND NOT EXISTS (SELECT 1 FROM uneven u WHERE u.m = e.m)
            UNION ALL SELECT e.pair, e.nth, {place}, {digests} FROM found_digest e""")
    for key in keys:
        con.execute(f"""INSERT INTO doubled WITH tw AS (SELECT pair, side, {key}_vv AS vv FROM suspect WHERE nth = 1)
            SELECT {place}, '{key}', e.{key}, false FROM tw JOIN suspect e ON e.pair = tw.pair AND e.side <> tw.side AND e.{key}_v = tw.vv""")
    if known:
        _known_doubles(con, place)


def _known_doubles(con: Engine, place: str) -> None:
    double = RANK["double"]
    for at, key in enumerate(KEYS):
        value = f"known_value k ON k.key = {at} AND k.variant = {double}"
        con.execute(f"""INSERT INTO doubled SELECT {place}, '{key}', e.{key}, false FROM events e JOIN {value} AND k.v = e.{key}_v
            WHERE e.accepted AND (e.file, e.line, e.idx) NOT IN (SELECT file, line, idx FROM doubled WHERE key = '{key}')""")
        con.execute(f"""INSERT INTO doubled SELECT {place}, '{key}', x.form, true FROM extra x JOIN {value} AND k.v = x.v
            JOIN events e ON e.file = x.file AND e.line = x.line AND e.idx = x.idx WHERE x.key = '{key}' AND e.accepted""")


def explain_disagreement(con: Engine, known: bool = False) -> list[Difference]:
    """What different digests of twins come from, commonest first; the last of a platform and key is what stays
    unexplained. `known`: `known.prove` ran and `known_raw` is still there."""
    for one in {id(e): e for e in (con, local(con))}.values():
        one.execute(
            "CREATE OR REPLACE TEMP TABLE differ (platform VARCHAR, key UTINYINT, b UBIGINT, s UBIGINT, n BIGINT)"
        )
    for key in _keys(con):
        con.execute(f"""INSERT INTO differ SELECT platform, {KEYS.index(key)}, {key}_b, {key}_s, count(*) FROM twin_digest
            WHERE {key}_state = {_DIFFER} GROUP BY ALL""")
    if con.execute("SELECT count(*) FROM differ").fetchone() == (0,):
        return []
    return _explain(bring(con, "differ"), known)


def _explain(con: duckdb.DuckDBPyConnection, known: bool) -> list[Difference]:
    """The differences in `differ`, by words and known values: digests are made here, whatever engine counted."""
    out = _explained(con, "known") if known else []
    _words(con)
    out += _explained(con, "word")
    out += _rest(con, known)
    con.execute("DROP TABLE differ; DROP TABLE word_raw; DROP TABLE word_source; DROP TABLE word_value")
    return sorted(out, key=lambda d: (d.platform, KEYS.index(d.key), not d.browser_profile, -d.pairs, d.text))


def _words(con: duckdb.DuckDBPyConnection) -> None:
    """The words everybody knows as values called `word`, looked up among the digests still unexplained."""
    columns = [list(c) for c in zip(*((KEYS.index(k), w, c) for k, w, c in sorted(set(words()))), strict=True)]
    con.execute("""CREATE OR REPLACE TEMP TABLE word_raw AS SELECT key, CAST(row_number() OVER () AS UINTEGER) AS who, raw, country
        FROM (SELECT unnest($1::UTINYINT[]) AS key, unnest($2::VARCHAR[]) AS raw, unnest($3::VARCHAR[]) AS country)""", columns)  # fmt: skip
    con.execute(
        "CREATE OR REPLACE TEMP TABLE word_wanted AS SELECT key, b AS v FROM differ UNION SELECT key, s FROM differ"
    )
    con.execute("DELETE FROM word_raw WHERE key NOT IN (SELECT key FROM word_wanted)")
    find(con, "word", "word_wanted")
    con.execute("DROP TABLE word_wanted")
    pick(con, "word")


def _explained(con: duckdb.DuckDBPyConnection, name: str) -> list[Difference]:
    """Pairs whose two digests come from one value of `name`, taken out of `differ`."""
    con.execute(f"""CREATE OR REPLACE TEMP TABLE pair_of AS
        SELECT d.platform, d.key, d.b, d.s, any_value(d.n) AS n, min(struct_pack(rank := x.variant + y.variant, who := x.who,
            bv := x.variant, bm := x.mask, bf := x.field, sv := y.variant, sm := y.mask, sf := y.field)) AS e
        FROM differ d JOIN {name}_source x ON x.key = d.key AND x.v = d.b
        JOIN {name}_source y ON y.key = d.key AND y.v = d.s AND y.who = x.who AND x.field = y.field GROUP BY d.platform, d.key, d.b, d.s""")
    rows = con.execute(f"""WITH g AS (SELECT p.platform, p.key, x.profile AS bp, x.shown AS bs, y.profile AS sp, y.shown AS ss,
            CAST(sum(p.n) AS BIGINT) AS n, max(p.e.who) AS who FROM pair_of p
            JOIN {name}_pick x ON x.platform = p.platform AND x.key = p.key AND x.variant = p.e.bv AND x.mask = p.e.bm AND x.field = p.e.bf
            JOIN {name}_pick y ON y.platform = p.platform AND y.key = p.key AND y.variant = p.e.sv AND y.mask = p.e.sm AND y.field = p.e.sf
            GROUP BY ALL)
        SELECT g.*, r.raw, r.country FROM g JOIN {name}_raw r ON r.who = g.who""").fetchall()
    con.execute(
        "DELETE FROM differ WHERE (platform, key, b, s) IN (SELECT platform, key, b, s FROM pair_of); DROP TABLE pair_of"
    )
    out = []
    for platform, at, bp, bs, sp, ss, n, _, raw, country in rows:
        texts = [(_text(profile, shown, KEYS[at], raw, country), shown) for profile, shown in ((bp, bs), (sp, ss))]
        out.append(Difference(platform, KEYS[at], bp or bs, sp or ss, n, sentence(KEYS[at], texts[0], texts[1])))
    return out


def _text(profile: str, shown: str, key: str, raw: str, country: str) -> str | None:
    """The text a side hashed, as far as its variant says."""
    if profile in PROFILES:
        return PROFILES[profile].normalise(key, raw, country)
    return {"raw": raw, "trimmed": raw.strip()}.get(shown)


def _rest(con: duckdb.DuckDBPyConnection, known: bool) -> list[Difference]:
    """What is left: two different values where both are known, else digests of nothing known."""
    both = "(key, b) IN (SELECT key, v FROM known_value) AND (key, s) IN (SELECT key, v FROM known_value)" if known else "false"  # fmt: skip
    rows = con.execute(f"SELECT platform, key, {both} AS other, CAST(sum(n) AS BIGINT) FROM differ GROUP BY ALL ORDER BY ALL").fetchall()  # fmt: skip
    return [
        Difference(platform, KEYS[at], "", "", n, f"{NOUNS[KEYS[at]]}: " + (
            "the sides send values of two different customers" if other else "no known value explains both digests"))
        for platform, at, other, n in rows
    ]  # fmt: skip


def differences(con: Engine, known: bool = False) -> list[Metric]:
    """`explain_disagreement` as metric `digest_difference`: dims platform, key, profile (`browser's / server's`) and cause
    (the sentence); pairs explained so / pairs that differ."""
    found = explain_disagreement(con, known)
    totals: dict[tuple[str, str], int] = {}
    for d in found:
        totals[d.platform, d.key] = totals.get((d.platform, d.key), 0) + d.pairs
    out = []
    for d in found:
        named = {"profile": f"{d.browser_profile} / {d.server_profile}"} if d.browser_profile else {}
        out.append(rate("digest_difference", {"platform": d.platform, "key": d.key, **named, "cause": d.text}, d.pairs, totals[d.platform, d.key]))  # fmt: skip
    return out
