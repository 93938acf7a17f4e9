"""Raw flat rows to canonical rows: join keys as keyed 64-bit digests, identifiers as form codes, nothing raw.

The digest is the lower half of md5 over a key and the value: stable across engines and versions, NULL stays NULL.
The key is made for one audit and never written, so a digest says nothing once the audit is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from ..core.platform import CODE, HASHED, Form, Platform
from ..core.rows import MATCH_KEYS
from ..pii.sql import macros as pii_macros
from .context import MACROS as CONTEXT_MACROS
from .engine import literal
from .forms import TIME_MACROS, macros
from .keys import DIGESTS, HASH_HEX, HASHED_KEYS, codes, stages

BOTS = (
    r"(?i)bot\b|bot/|crawl|spider|headless|phantomjs|lighthouse|pingdom|facebookexternalhit|meta-external|meta-webindexer"
    r"|^curl/|^python|^axios/|^go-http|^okhttp|^node|^java/|^wget"
)
OFFLINE = ("physical_store", "phone_call", "chat", "email", "system_generated", "business_messaging", "other",
           "offline", "in_store", "phone", "crm")  # fmt: skip

COLUMNS: dict[str, str] = {
    "file": "INTEGER", "line": "BIGINT", "idx": "INTEGER", "side": "VARCHAR", "platform": "VARCHAR",
    "destination": "VARCHAR", "event": "VARCHAR", "name_key": "VARCHAR", "known": "BOOLEAN",
    "id_h": "UBIGINT", "id_fold_h": "UBIGINT", "id_trim_h": "UBIGINT", "id_url_h": "UBIGINT", "id_sha_h": "UBIGINT", "id_number": "BOOLEAN", "order_h": "UBIGINT", "fbp_h": "UBIGINT", "ext_h": "UBIGINT",
    "client_h": "UBIGINT", "t_ms": "BIGINT", "received_ms": "BIGINT", "time_unit": "VARCHAR", "value": "DOUBLE",
    "currency": "VARCHAR", "host": "VARCHAR", "url_leak": "BOOLEAN", "custom_leak": "VARCHAR", "action_source": "VARCHAR", "offline": "BOOLEAN",
    "consent": "VARCHAR", "accepted": "BOOLEAN", "test": "BOOLEAN", "bot": "BOOLEAN", "automatic": "BOOLEAN",
    "route": "VARCHAR", "sender": "VARCHAR", "unit": "VARCHAR", "trace_h": "UBIGINT", "usable": "UTINYINT",
    "name": "VARCHAR", "id_mark": "VARCHAR", "id_origin": "VARCHAR", "consents": "VARCHAR", "has_value": "BOOLEAN",
    "twin_line": "BIGINT", "twin_idx": "INTEGER", "page": "VARCHAR", "browser": "VARCHAR", "app_version": "VARCHAR", "kind_h": "UBIGINT",
    **{f"{k}_v": "UBIGINT" for k in HASHED_KEYS}, **{f"{k}_vv": "UBIGINT" for k in HASHED_KEYS},
    **dict.fromkeys(MATCH_KEYS, "UTINYINT"),
}  # fmt: skip


ID_MARKS = {"": "CAST(NULL AS VARCHAR)", "keyed": "left(md5({salt} || v), 12)", "plain": "left(sha256(v), 12)"}


def setup(platforms: Iterable[Platform], salt: str, marks: str = "") -> list[str]:
    """Statements that make an engine ready to canonise: macros and the two small tables of names. `marks`: one of
    `ID_MARKS`."""
    rows = list(platforms)
    aliases = {(fold(a), p.id) for p in rows for a in (p.id, p.title, *p.aliases)}
    names = {(p.id, n, e, p.same_as.get(n, n)) for p in rows for n, e in p.names.items()}
    return [
        *macros(),
        *TIME_MACROS,
        *CONTEXT_MACROS,
        HASH_HEX,
        *pii_macros(),
        # md5_number_lower is the same number at a third of the speed (DuckDB 2.0.1)
        f"CREATE OR REPLACE MACRO digest(v) AS CAST(md5_number({literal(salt)} || v) >> 64 AS UBIGINT)",
        f"CREATE OR REPLACE MACRO id_mark(v) AS {ID_MARKS[marks].format(salt=literal(salt))}",
        "CREATE TABLE platform_alias AS SELECT * FROM (VALUES "
        + ", ".join(f"({literal(a)}, {literal(i)})" for a, i in sorted(aliases)) + ") t(alias, id)",
        "CREATE TABLE event_name AS SELECT * FROM (VALUES "
        + ", ".join("(" + ", ".join(map(literal, r)) + ")" for r in sorted(names)) + ") t(platform, name, event, name_key)",
        # a name the platform itself does not know is read as another platform's, where all of those agree
        "CREATE TABLE other_name AS SELECT name, min(event) AS event FROM event_name GROUP BY name HAVING count(DISTINCT event) = 1",
        "CREATE TABLE events (" + ", ".join(f"{n} {t}" for n, t in COLUMNS.items()) + ")",
        "CREATE TABLE extra (file INTEGER, line BIGINT, idx INTEGER, key VARCHAR, form UTINYINT, v UBIGINT, vv UBIGINT)",
        "CREATE TABLE answer (trace_h UBIGINT, refused BOOLEAN)",
        "CREATE TABLE reject (file INTEGER, line BIGINT, reason VARCHAR)",
    ]  # fmt: skip


def fold(name: str) -> str:
    """How platform names are compared: case, spaces, underscores and hyphens do not matter."""
    return "".join(c for c in name.lower() if c not in " _-")


def _usable(platforms: list[Platform], present: list[str]) -> str:
    """Number of match keys of a row that its platform can use."""
    terms = []
    for key in present:
        sets: dict[frozenset[Form], list[str]] = {}
        for p in platforms:
            if key in p.keys:
                sets.setdefault(p.keys[key].usable, []).append(p.id)
        terms += [
            f"CAST(p IN ({', '.join(map(literal, ids))}) AND {key}_c IN ({codes(forms)}) AS INTEGER)"
            for forms, ids in sets.items()
        ]
    return " + ".join(f"coalesce({t}, 0)" for t in terms) or "0"


def _id(platforms: list[Platform]) -> str:
    cases = []
    for p in platforms:
        for event, columns in sorted(p.id_columns.items(), reverse=True):
            which = f" AND event = {literal(event)}" if event else ""
            value = ", ".join(f"nullif({c}, '')" for c in columns)
            cases.append(f"WHEN p = {literal(p.id)}{which} THEN coalesce({value}, NULL)")
    return f"CASE {' '.join(cases)} ELSE nullif(event_id, '') END" if cases else "nullif(event_id, '')"


def _joined_id(platforms: list[Platform]) -> str:
    """The id as the two sides are compared by it: none where the vendor's script made it up, its SHA-256 where the
    pixel sends that."""
    made = [f"WHEN p = {literal(p.id)} AND {_made(p)} THEN NULL" for p in platforms if p.library_id]
    hashes = [p.id for p in platforms if p.pixel_hashes_id]
    if hashes:
        made.append(
            f"WHEN p IN ({', '.join(map(literal, hashes))}) THEN CASE WHEN {_HEX} THEN lower(wire_id) ELSE sha256(wire_id) END"
        )
    return f"CASE {' '.join(made)} ELSE wire_id END" if made else "wire_id"


_HEX = "regexp_full_match(wire_id, '[0-9a-fA-F]{64}')"


def _made(platform: Platform) -> str:
    return f"regexp_full_match(wire_id, {literal(platform.library_id)})"


def _origin(platforms: list[Platform]) -> str:
    """`site`, `site_sha256` or `library`: who made the id."""
    cases = [f"WHEN p = {literal(p.id)} AND {_made(p)} THEN 'library'" for p in platforms if p.library_id]
    cases += [
        f"WHEN p = {literal(p.id)} AND side = 'browser' AND {_HEX} THEN 'site_sha256'"
        for p in platforms
        if p.pixel_hashes_id
    ]
    return f"CASE WHEN wire_id IS NULL THEN NULL {' '.join(cases)} ELSE 'site' END"


_DESTINATION = "coalesce(nullif(trim(destination_id), ''), '')"
_CURRENCY = "upper(left(trim(currency), 8))"
_KIND = f"""digest(concat_ws(chr(31), p, {_DESTINATION}, event, name_key, coalesce({_CURRENCY}, chr(30)), coalesce(left(sender, 60), chr(30))))"""
_LEAKS = "list_transform([url, custom], lambda x: pii_kind(x))"
STATES = r"\{(\"[a-z0-9_]{1,40}\":\"(granted|denied|present|unknown)\",?)+\}"
CONSENTS = f"""CASE WHEN regexp_full_match(replace(consents, ' ', ''), {literal(STATES)}) THEN replace(consents, ' ', '') END"""
_SAID = """CASE WHEN states IS NULL THEN 'unknown'
    WHEN contains(states, '"ad_storage":"denied"') OR contains(states, '"ad_user_data":"denied"') THEN 'denied'
    WHEN contains(states, '"ad_storage":"granted"') OR contains(states, '"ad_user_data":"granted"') THEN 'granted' ELSE 'unknown' END"""
CONSENT = f"""CASE WHEN consent IS NULL THEN {_SAID}
    WHEN lower(trim(consent)) IN ('granted', 'true', '1', 'yes', 'y', 'consent_granted', 'allow', 'allowed') THEN 'granted'
    WHEN lower(trim(consent)) IN ('denied', 'false', '0', 'no', 'n', 'consent_denied', 'deny', 'revoked') THEN 'denied'
    WHEN regexp_full_match(trim(consent), '(?i)G1[01-][01-]') THEN
        CASE trim(consent)[3] WHEN '1' THEN 'granted' WHEN '0' THEN 'denied' ELSE 'unknown' END
    ELSE 'unknown' END"""
_NUMBER = "regexp_full_match(trim(id), '[0-9]+(\\.0+)?')"
FOLDED = f"""CASE WHEN {_NUMBER} THEN ltrim(split_part(trim(id), '.', 1), '0') ELSE lower(trim(id)) END"""
# What tells alterations of an id apart; without a value where there is nothing to trim or to decode.
ALTERED = f"""digest(CASE WHEN id <> trim(id) THEN trim(id) END) AS id_trim_h,
        digest(CASE WHEN contains(id, '%') OR contains(id, '+') THEN try(url_decode(replace(id, '+', ' '))) END) AS id_url_h,
        digest(sha256(id)) AS id_sha_h, coalesce({_NUMBER}, false) AS id_number"""

ACCEPTED = """NOT (refused OR coalesce(try_cast(status AS INTEGER) >= 400, false) OR coalesce(try_cast(response_code AS INTEGER) >= 400, false)
    OR coalesce(lower(trim(status)) IN ('failed', 'fail', 'failure', 'error', 'rejected', 'refused', 'invalid', 'dropped'), false))"""


def block_sql(
    raw: str, platforms: list[Platform], unit: str, columns: frozenset[str], texts: frozenset[str] = frozenset()
) -> str:
    """CREATE TEMP TABLE statement that turns the relation `raw` into canonical rows plus `<key>_l`, the values of lists.
    `columns` of `raw` may hold values, its other match keys are NULL and cost nothing; match keys are JSON, those among
    `texts` VARCHAR. `unit` is that of the time in a platform's own payload, empty for tables."""
    present = [k for k in MATCH_KEYS if k in columns]
    nothing = "CAST(NULL AS UBIGINT)"
    some = f"NOT IN (0, {CODE[Form.PLACEHOLDER]})"
    fbp_h = f"""CASE WHEN fbp_c {some} THEN digest(coalesce(
            nullif(regexp_extract(fbp_t, '^(fb\\.[0-9]+\\.[0-9]+\\.[^.]+)', 1), ''), fbp_t)) END""" if "fbp" in columns else nothing  # fmt: skip
    ext = "lower(trim(external_id_t))"
    one = "" if "external_id" in texts else " AND coalesce(external_id_n, 1) = 1"
    ext_h = f"""CASE WHEN external_id_c = {CODE[Form.SHA256_HEX]}{one} THEN external_id_v
            WHEN external_id_c {some} THEN CASE WHEN regexp_full_match({ext}, '[0-9a-f]{{64}}(\\..+)?')
            THEN digest(split_part({ext}, '.', 1)) ELSE digest(sha256({ext})) END END""" if "external_id" in columns else nothing  # fmt: skip
    agent = "client_user_agent_t"
    bot = f"coalesce(regexp_matches({agent}, {literal(BOTS)}), false)" if "client_user_agent" in columns else "false"
    browser = f"CASE WHEN client_user_agent_c {some} THEN browser_of({agent}) END" if "client_user_agent" in columns else "CAST(NULL AS VARCHAR)"  # fmt: skip
    first = f"""{_id(platforms)} AS wire_id, page_path(url) AS url_path, num(event_time) AS event_n, num(received_time) AS received_n,
        {_LEAKS if "custom" in columns else "[pii_kind(url), NULL]"} AS leaks"""
    second = f"{_joined_id(platforms)} AS id, {_origin(platforms)} AS id_origin"
    third = f"digest(id) AS id_h, {FOLDED} AS folded"
    together = zip_longest([first, second, third], stages(present, platforms, texts))
    added = [", ".join(filter(None, pair)) for pair in together]
    steps = [f"s0 AS (SELECT *, {added[0]} FROM event)"]
    steps += [f"s{i} AS (SELECT *, {more} FROM s{i - 1})" for i, more in enumerate(added[1:], 1)]
    kept = [f"{k}_c AS {k}" for k in present] + [f"{k}_l" for k in present if k not in texts]
    kept += [f"{k}_{v}" for k in HASHED_KEYS if k in columns for v in ("v", "vv")]
    staged = ",\n    ".join(steps)
    return f"""CREATE OR REPLACE TEMP TABLE canon AS
    WITH raw AS ({raw}),
    named AS (SELECT raw.* REPLACE (lower(trim(raw.side)) AS side), coalesce(a.id, lower(trim(raw.platform))) AS p, {CONSENTS} AS states FROM raw
        LEFT JOIN platform_alias a ON a.alias = translate(lower(raw.platform), ' _-', '')),
    event AS (SELECT named.*, coalesce(n.event, o.event, left(event_name, 100)) AS event, coalesce(n.name_key, left(event_name, 100)) AS name_key,
        n.event IS NOT NULL AS known FROM named LEFT JOIN event_name n ON n.platform = named.p AND n.name = named.event_name
        LEFT JOIN other_name o ON o.name = named.event_name),
    {staged}
    SELECT file, line, idx, side, p AS platform, {_DESTINATION} AS destination,
        event, name_key, known, id_h, CASE WHEN folded = id THEN id_h ELSE digest(folded) END AS id_fold_h, {ALTERED},
        digest(coalesce(nullif(order_id, ''), nullif(transaction_id, ''))) AS order_h, {fbp_h} AS fbp_h, {ext_h} AS ext_h,
        digest(nullif(client_id, '')) AS client_h,
        coalesce(time_at(event_n, event_time), time_at(received_n, received_time)) AS t_ms, time_at(received_n, received_time) AS received_ms,
        unit_of(event_n, event_time) AS time_unit, try_cast(value AS DOUBLE) AS value, {_CURRENCY} AS currency,
        host_of(url) AS host,
        leaks[1] IS NOT NULL AS url_leak, leaks[2] AS custom_leak,
        left(nullif(trim(action_source), ''), 40) AS action_source,
        coalesce(lower(trim(action_source)) IN ({", ".join(map(literal, OFFLINE))}), false) AS offline,
        {CONSENT} AS consent, {ACCEPTED} AS accepted, nullif(trim(test_event_code), '') IS NOT NULL AS test, {bot} AS bot,
        coalesce(lower(automatic) IN ('true', '1'), false) AS automatic, route, left(sender, 60) AS sender,
        {literal(unit)} AS unit, digest(trace) AS trace_h, CAST({_usable(platforms, present)} AS UTINYINT) AS usable,
        left(event_name, 100) AS name, id_mark(wire_id) AS id_mark, id_origin, states AS consents,
        nullif(trim(value), '') IS NOT NULL AS has_value, try_cast(split_part(twin_of, ':', 1) AS BIGINT) AS twin_line,
        try_cast(split_part(twin_of, ':', 2) AS INTEGER) AS twin_idx,
        page_short(url_path) AS page, {browser} AS browser, version_of(trim(app_version)) AS app_version,
        {_KIND} AS kind_h{"".join(f", {c}" for c in kept)}
    FROM s{len(added) - 1}"""


def several_sql(columns: frozenset[str]) -> str:
    """SELECT that finds a row of `canon` with a list of several values, if any."""
    lists = " OR ".join(f"{k}_l IS NOT NULL" for k in MATCH_KEYS if k in columns) or "false"
    return f"SELECT 1 FROM canon WHERE {lists} LIMIT 1"


def store_sql(columns: frozenset[str], texts: frozenset[str] = frozenset()) -> tuple[str, str]:
    """Statements that copy the temp table `canon` into `events`, and the further items of lists into `extra`."""

    def digests(key: str) -> str:
        if key not in HASHED_KEYS:
            return "NULL, NULL"
        return (
            f"CASE WHEN x.f IN ({codes(DIGESTS)}) THEN digest(hash_hex(x.t, x.f)) END,"
            f" CASE WHEN x.f IN ({codes(HASHED)}) THEN digest(sha256(hash_hex(x.t, x.f))) END"
        )

    extra = " UNION ALL ".join(
        f"SELECT file, line, idx, {literal(k)}, x.f, {digests(k)} FROM"
        f" (SELECT file, line, idx, unnest({k}_l[2:]) AS x FROM canon WHERE {k} <> {CODE[Form.LIST]} AND len({k}_l) > 1)"
        for k in MATCH_KEYS
        if k in columns and k not in texts
    )
    absent = {k: "0" for k in MATCH_KEYS if k not in columns}
    absent |= {f"{k}_{v}": "NULL" for k in HASHED_KEYS if k not in columns for v in ("v", "vv")}
    events = f"INSERT INTO events SELECT {', '.join(absent.get(c, c) for c in COLUMNS)} FROM canon"
    return events, f"INSERT INTO extra {extra}" if extra else ""
