"""Raw flat rows to canonical rows: join keys as keyed 64-bit digests, identifiers as form codes, nothing raw.

The digest is the lower half of md5 over a key and the value: stable across engines and versions, NULL stays NULL.
The key is made for one audit and never written, so a digest says nothing once the audit is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..core.platform import CODE, HASHED, Form, Hashing, Key, Platform
from ..core.rows import MATCH_KEYS
from ..pii.sql import macros as pii_macros
from ..pii.sql import url_leak
from .engine import literal
from .forms import TIME_MACROS, macro_for, macros

HASHED_KEYS = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id")
PLAIN_KEYS = frozenset(MATCH_KEYS) - frozenset(HASHED_KEYS)
DEFAULT_KEYS: Mapping[str, Key] = {
    k: Key(
        (),
        Hashing.NEVER if k in PLAIN_KEYS else Hashing.EITHER if k == "external_id" else Hashing.REQUIRED,
        list_ok=True,
    )
    for k in MATCH_KEYS
}
DIGESTS = HASHED | {Form.MD5, Form.SHA1}
HASH_HEX = f"""CREATE OR REPLACE MACRO hash_hex(v, f) AS CASE WHEN f IN ({CODE[Form.SHA256_BASE64]}, {CODE[Form.SHA256_BASE64URL]})
    THEN lower(hex(from_base64(rpad(translate(v, '-_', '+/'), 44, '=')))) ELSE lower(split_part(v, '.', 1)) END"""
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
    "twin_line": "BIGINT", "twin_idx": "INTEGER",
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
        HASH_HEX,
        *pii_macros(),
        f"CREATE OR REPLACE MACRO digest(v) AS md5_number_lower({literal(salt)} || v)",
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


def _by_platform(platforms: list[Platform], key: str, want: bool, flag: str) -> str:
    """`p IN (...)` over the platforms whose key has the flag; platforms nobody knows take the default."""

    def holds(k: Key) -> bool:
        return (k.hashing is Hashing.NEVER) if flag == "never" else not k.list_ok

    yes = [p.id for p in platforms if holds(p.keys.get(key, DEFAULT_KEYS[key])) is want]
    return f"p IN ({', '.join(map(literal, yes))})" if yes else "false"


def _never(key: str, platforms: list[Platform]) -> str:
    """Condition: the platform wants the key plain. `true` and `false` where it is so for every row."""
    return "true" if key in PLAIN_KEYS else _by_platform(platforms, key, True, "never")


def _hashed(platforms: list[Platform], present: Iterable[str]) -> list[str]:
    """The keys among `present` that any of the platforms may want hashed."""
    return [k for k in present if _never(k, platforms) != "true"]


def _values(key: str) -> str:
    """The texts that stand in a key as VARCHAR[]: one, those of a list, or NULL."""
    return f"""CASE json_type({key}) WHEN 'VARCHAR' THEN [{key}->>'$'] WHEN 'ARRAY' THEN from_json({key}, '["VARCHAR"]') END"""


def _formed(keys: list[str]) -> str:
    """STRUCT(f, t)[][]: for each key its texts with their forms. One use of the large macro serves all keys: every use of it
    costs milliseconds to plan."""
    lists = ", ".join(_values(k) for k in keys)
    return f"list_transform([{lists}], lambda l: list_transform(l, lambda v: {{'f': CAST(form_hashable(v) AS UTINYINT), 't': v}}))"


def _listed(key: str, platforms: list[Platform], hashed: list[str]) -> str:
    """The values of a key as STRUCT(f, t)[], form code and text, best form first; NULL where nothing stands."""
    plain = f"list_transform({_values(key)}, lambda v: {{'f': CAST({macro_for(key)}(v) AS UTINYINT), 't': v}})"
    never = _never(key, platforms)
    found = plain
    if key in hashed:
        found = f"formed[{hashed.index(key) + 1}]"
        found = found if never == "false" else f"CASE WHEN {never} THEN {plain} ELSE {found} END"
    return f"CASE WHEN {key} IS NOT NULL THEN list_sort(list_filter({found}, lambda c: c.f <> 0)) END"


def _code(key: str, platforms: list[Platform]) -> str:
    """Form code of a key: its best value's; a list where one value is wanted is `list`."""
    number = CODE[Form.PLAIN] if key == "external_id" else CODE[Form.WRONG_TYPE]
    scalar = _by_platform(platforms, key, True, "scalar")
    return f"""CAST(CASE coalesce(json_type({key}), 'NULL') WHEN 'NULL' THEN 0 WHEN 'VARCHAR' THEN coalesce({key}_l[1].f, 0)
        WHEN 'ARRAY' THEN CASE WHEN NOT ({scalar}) THEN coalesce({key}_l[1].f, 0) WHEN json_array_length({key}) > 0 THEN {CODE[Form.LIST]} ELSE 0 END
        WHEN 'OBJECT' THEN {CODE[Form.WRONG_TYPE]} WHEN 'BOOLEAN' THEN {CODE[Form.WRONG_TYPE]} ELSE {number} END AS UTINYINT)"""


def _digests(key: str) -> list[str]:
    """`<key>_v`, digest of the hash a value is, in lower-case hex; `<key>_vv`, digest of that hash hashed again."""
    text = f"{key}_l[1].t"
    v = f"CASE WHEN {key}_c IN ({_codes(DIGESTS)}) THEN digest(hash_hex({text}, {key}_c)) END AS {key}_v"
    vv = f"CASE WHEN {key}_c IN ({_codes(HASHED)}) THEN digest(sha256(hash_hex({text}, {key}_c))) END AS {key}_vv"
    return [v, vv]


def _codes(forms: Iterable[Form]) -> str:
    return ", ".join(str(CODE[f]) for f in sorted(forms))


def _usable(platforms: list[Platform], present: list[str]) -> str:
    """Number of match keys of a row that its platform can use."""
    terms = []
    for key in present:
        sets: dict[frozenset[Form], list[str]] = {}
        for p in platforms:
            if key in p.keys:
                sets.setdefault(p.keys[key].usable, []).append(p.id)
        terms += [
            f"CAST(p IN ({', '.join(map(literal, ids))}) AND {key}_c IN ({_codes(forms)}) AS INTEGER)"
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


def block_sql(raw: str, platforms: list[Platform], unit: str, columns: frozenset[str]) -> str:
    """CREATE TEMP TABLE statement that turns the relation `raw` into canonical rows plus `<key>_l`, the values of lists.
    `columns` of `raw` may hold values, its other match keys are NULL and cost nothing. `unit` is that of the time in a
    platform's own payload, empty for tables."""
    present = [k for k in MATCH_KEYS if k in columns]
    hashed = [k for k in HASHED_KEYS if k in columns]
    wanted = _hashed(platforms, present)
    formed = f", {_formed(wanted)} AS formed" if wanted else ""
    lists = "".join(f",\n        {_listed(k, platforms, wanted)} AS {k}_l" for k in present)
    codes = "".join(f",\n        {_code(k, platforms)} AS {k}_c" for k in present)
    first = "CASE json_type({0}) WHEN 'ARRAY' THEN {0}->>'$[0]' ELSE {0}->>'$' END"
    nothing = "CAST(NULL AS UBIGINT)"
    digests = [d for k in hashed for d in _digests(k)]
    digests += [f"{nothing} AS {k}_{v}" for k in HASHED_KEYS if k not in hashed for v in ("v", "vv")]
    keys = [f"{k}_c AS {k}" if k in columns else f"CAST(0 AS UTINYINT) AS {k}" for k in MATCH_KEYS]
    ext = f"lower(trim({first.format('external_id')}))"
    fbp, agent = first.format("fbp"), first.format("client_user_agent")
    some = f"NOT IN (0, {CODE[Form.PLACEHOLDER]})"
    fbp_h = f"""CASE WHEN fbp_c {some} THEN digest(coalesce(
            nullif(regexp_extract({fbp}, '^(fb\\.[0-9]+\\.[0-9]+\\.[^.]+)', 1), ''), {fbp})) END""" if "fbp" in columns else nothing  # fmt: skip
    ext_h = f"""CASE WHEN external_id_c {some} THEN
            CASE WHEN regexp_full_match({ext}, '[0-9a-f]{{64}}(\\..+)?') THEN digest(split_part({ext}, '.', 1)) ELSE digest(sha256({ext})) END END""" if "external_id" in columns else nothing  # fmt: skip
    custom_leak = f"{'pii_kind(custom)' if 'custom' in columns else 'CAST(NULL AS VARCHAR)'} AS custom_leak"
    bot = f"coalesce(regexp_matches({agent}, {literal(BOTS)}), false)" if "client_user_agent" in columns else "false"
    return f"""CREATE OR REPLACE TEMP TABLE canon AS
    WITH raw AS ({raw}),
    named AS (SELECT raw.* REPLACE (lower(trim(raw.side)) AS side), coalesce(a.id, lower(trim(raw.platform))) AS p, {CONSENTS} AS states FROM raw
        LEFT JOIN platform_alias a ON a.alias = translate(lower(raw.platform), ' _-', '')),
    event AS (SELECT named.*, coalesce(n.event, o.event, left(event_name, 100)) AS event, coalesce(n.name_key, left(event_name, 100)) AS name_key,
        n.event IS NOT NULL AS known FROM named LEFT JOIN event_name n ON n.platform = named.p AND n.name = named.event_name
        LEFT JOIN other_name o ON o.name = named.event_name),
    shaped AS (SELECT *, {_id(platforms)} AS wire_id{formed} FROM event),
    listed AS (SELECT *{lists} FROM shaped),
    formed AS (SELECT *, {_joined_id(platforms)} AS id, {_origin(platforms)} AS id_origin{codes} FROM listed)
    SELECT file, line, idx, side, p AS platform, coalesce(nullif(trim(destination_id), ''), '') AS destination,
        event, name_key, known, digest(id) AS id_h, digest({FOLDED}) AS id_fold_h, {ALTERED},
        digest(coalesce(nullif(order_id, ''), nullif(transaction_id, ''))) AS order_h, {fbp_h} AS fbp_h, {ext_h} AS ext_h,
        digest(nullif(client_id, '')) AS client_h,
        coalesce(time_ms(event_time), time_ms(received_time)) AS t_ms, time_ms(received_time) AS received_ms,
        time_unit(event_time) AS time_unit, try_cast(value AS DOUBLE) AS value, upper(left(trim(currency), 8)) AS currency,
        left(lower(regexp_extract(url, '^[a-zA-Z]+://(?:[^/@]*@)?([^/?#:]+)', 1)), 100) AS host,
        {url_leak("url")} AS url_leak, {custom_leak},
        left(nullif(trim(action_source), ''), 40) AS action_source,
        coalesce(lower(trim(action_source)) IN ({", ".join(map(literal, OFFLINE))}), false) AS offline,
        {CONSENT} AS consent, {ACCEPTED} AS accepted, nullif(trim(test_event_code), '') IS NOT NULL AS test, {bot} AS bot,
        coalesce(lower(automatic) IN ('true', '1'), false) AS automatic, route, left(sender, 60) AS sender,
        {literal(unit)} AS unit, digest(trace) AS trace_h, CAST({_usable(platforms, present)} AS UTINYINT) AS usable,
        left(event_name, 100) AS name, id_mark(wire_id) AS id_mark, id_origin, states AS consents,
        nullif(trim(value), '') IS NOT NULL AS has_value, try_cast(split_part(twin_of, ':', 1) AS BIGINT) AS twin_line,
        try_cast(split_part(twin_of, ':', 2) AS INTEGER) AS twin_idx,
        {", ".join(digests)}, {", ".join(keys)}{"".join(f", {k}_l" for k in present)}
    FROM formed"""


def store_sql(columns: frozenset[str]) -> list[str]:
    """Statements that move the temp table `canon` into `events` and the further list items into `extra`."""

    def digests(key: str) -> str:
        if key not in HASHED_KEYS:
            return "NULL, NULL"
        return (
            f"CASE WHEN x.f IN ({_codes(DIGESTS)}) THEN digest(hash_hex(x.t, x.f)) END,"
            f" CASE WHEN x.f IN ({_codes(HASHED)}) THEN digest(sha256(hash_hex(x.t, x.f))) END"
        )

    extra = " UNION ALL ".join(
        f"SELECT file, line, idx, {literal(k)}, x.f, {digests(k)} FROM"
        f" (SELECT file, line, idx, unnest({k}_l[2:]) AS x FROM canon WHERE {k} <> {CODE[Form.LIST]} AND len({k}_l) > 1)"
        for k in MATCH_KEYS
        if k in columns
    )
    events = f"INSERT INTO events SELECT {', '.join(COLUMNS)} FROM canon"
    return [events, f"INSERT INTO extra {extra}"] if extra else [events]
