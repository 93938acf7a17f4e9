"""Raw flat rows to canonical rows: join keys as keyed 64-bit digests, identifiers as form codes, nothing raw.

The digest is the lower half of md5 over a key and the value: stable across engines and versions, NULL stays NULL.
The key is made for one audit and never written, so a digest says nothing once the audit is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..core.platform import CODE, HASHED, Form, Hashing, Key, Platform
from ..core.rows import MATCH_KEYS
from .engine import literal
from .forms import TIME_MACROS, macros

PROVEN_KEYS = ("em", "ph", "external_id")
PLAIN_KEYS = frozenset({"client_ip_address", "client_user_agent", "fbc", "fbp", "gclid", "ttclid", "ttp", "epik"})
DEFAULT_KEYS: Mapping[str, Key] = {
    k: Key(
        (),
        Hashing.NEVER if k in PLAIN_KEYS else Hashing.EITHER if k == "external_id" else Hashing.REQUIRED,
        list_ok=True,
    )
    for k in MATCH_KEYS
}
BOTS = (
    r"(?i)bot\b|bot/|crawl|spider|headless|phantomjs|lighthouse|pingdom|facebookexternalhit|meta-external|meta-webindexer"
    r"|^curl/|^python|^axios/|^go-http|^okhttp|^node|^java/|^wget"
)
OFFLINE = ("physical_store", "phone_call", "chat", "email", "system_generated", "business_messaging", "other",
           "offline", "in_store", "phone", "crm")  # fmt: skip
EMAIL_IN_URL = r"(?i)[a-z0-9._+-]+(?:@|%40)[a-z0-9.-]+\.[a-z]{2,}"

COLUMNS: dict[str, str] = {
    "file": "INTEGER", "line": "BIGINT", "idx": "INTEGER", "side": "VARCHAR", "platform": "VARCHAR",
    "destination": "VARCHAR", "event": "VARCHAR", "name_key": "VARCHAR", "known": "BOOLEAN",
    "id_h": "UBIGINT", "id_fold_h": "UBIGINT", "order_h": "UBIGINT", "fbp_h": "UBIGINT", "ext_h": "UBIGINT",
    "client_h": "UBIGINT", "t_ms": "BIGINT", "received_ms": "BIGINT", "time_unit": "VARCHAR", "value": "DOUBLE",
    "currency": "VARCHAR", "host": "VARCHAR", "url_leak": "BOOLEAN", "action_source": "VARCHAR", "offline": "BOOLEAN",
    "consent": "VARCHAR", "accepted": "BOOLEAN", "test": "BOOLEAN", "bot": "BOOLEAN", "automatic": "BOOLEAN",
    "route": "VARCHAR", "sender": "VARCHAR", "payload": "BOOLEAN", "trace_h": "UBIGINT", "usable": "UTINYINT",
    **{f"{k}_v": "UBIGINT" for k in PROVEN_KEYS}, **{f"{k}_vv": "UBIGINT" for k in PROVEN_KEYS},
    **dict.fromkeys(MATCH_KEYS, "UTINYINT"),
}  # fmt: skip


def setup(platforms: Iterable[Platform], salt: str) -> list[str]:
    """Statements that make an engine ready to canonise: macros and the two small tables of names."""
    rows = list(platforms)
    aliases = {(fold(a), p.id) for p in rows for a in (p.id, p.title, *p.aliases)}
    names = {(p.id, n, e, p.same_as.get(n, n)) for p in rows for n, e in p.names.items()}
    return [
        *macros(),
        *TIME_MACROS,
        f"CREATE OR REPLACE MACRO digest(v) AS md5_number_lower({literal(salt)} || v)",
        "CREATE TABLE platform_alias AS SELECT * FROM (VALUES "
        + ", ".join(f"({literal(a)}, {literal(i)})" for a, i in sorted(aliases)) + ") t(alias, id)",
        "CREATE TABLE event_name AS SELECT * FROM (VALUES "
        + ", ".join("(" + ", ".join(map(literal, r)) + ")" for r in sorted(names)) + ") t(platform, name, event, name_key)",
        # a name the platform itself does not know is read as another platform's, where all of those agree
        "CREATE TABLE other_name AS SELECT name, min(event) AS event FROM event_name GROUP BY name HAVING count(DISTINCT event) = 1",
        "CREATE TABLE events (" + ", ".join(f"{n} {t}" for n, t in COLUMNS.items()) + ")",
        "CREATE TABLE extra (file INTEGER, line BIGINT, idx INTEGER, key VARCHAR, form UTINYINT)",
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


def _forms(key: str, platforms: list[Platform]) -> str:
    """UTINYINT[] of the forms of a key's values, best first; empty when absent."""
    never = "true" if key in PLAIN_KEYS else _by_platform(platforms, key, True, "never")
    scalar = _by_platform(platforms, key, True, "scalar")
    number = CODE[Form.PLAIN] if key == "external_id" else CODE[Form.WRONG_TYPE]

    def form(v: str) -> str:
        if never == "true":
            return f"form_plain({v})"
        return (
            f"form_hashable({v})"
            if never == "false"
            else f"CASE WHEN {never} THEN form_plain({v}) ELSE form_hashable({v}) END"
        )

    items = f"""list_sort(list_filter(list_transform(from_json({key}, '["VARCHAR"]'), lambda v: {form("v")}), lambda c: c <> 0))"""
    return f"""CAST(CASE coalesce(json_type({key}), 'NULL') WHEN 'NULL' THEN []
        WHEN 'VARCHAR' THEN list_filter([{form(f"({key}->>'$')")}], lambda c: c <> 0)
        WHEN 'ARRAY' THEN CASE WHEN json_array_length({key}) > 0 AND {scalar} THEN [{CODE[Form.LIST]}] ELSE {items} END
        WHEN 'OBJECT' THEN [{CODE[Form.WRONG_TYPE]}] WHEN 'BOOLEAN' THEN [{CODE[Form.WRONG_TYPE]}] ELSE [{number}] END AS UTINYINT[])"""


def _usable(platforms: list[Platform]) -> str:
    """Number of match keys of a row that its platform can use."""
    terms = []
    for key in MATCH_KEYS:
        sets: dict[frozenset[Form], list[str]] = {}
        for p in platforms:
            if key in p.keys:
                sets.setdefault(p.keys[key].usable, []).append(p.id)
        terms += [
            f"CAST(p IN ({', '.join(map(literal, ids))}) AND {key}_f[1] IN ({', '.join(str(CODE[f]) for f in sorted(forms))}) AS INTEGER)"
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


CONSENT = """CASE WHEN consent IS NULL THEN 'unknown'
    WHEN lower(trim(consent)) IN ('granted', 'true', '1', 'yes', 'y', 'consent_granted', 'allow', 'allowed') THEN 'granted'
    WHEN lower(trim(consent)) IN ('denied', 'false', '0', 'no', 'n', 'consent_denied', 'deny', 'revoked') THEN 'denied'
    WHEN regexp_full_match(trim(consent), '(?i)G1[01-][01-]') THEN
        CASE trim(consent)[3] WHEN '1' THEN 'granted' WHEN '0' THEN 'denied' ELSE 'unknown' END
    ELSE 'unknown' END"""

ACCEPTED = """NOT (refused OR coalesce(try_cast(status AS INTEGER) >= 400, false) OR coalesce(try_cast(response_code AS INTEGER) >= 400, false)
    OR coalesce(lower(trim(status)) IN ('failed', 'fail', 'failure', 'error', 'rejected', 'refused', 'invalid', 'dropped'), false))"""


def block_sql(raw: str, platforms: list[Platform], payload: bool) -> str:
    """CREATE TEMP TABLE statement that turns the relation `raw` into canonical rows plus `<key>_f` form lists."""
    lists = ",\n        ".join(f"{_forms(k, platforms)} AS {k}_f" for k in MATCH_KEYS)
    first = "CASE json_type({0}) WHEN 'ARRAY' THEN {0}->>'$[0]' ELSE {0}->>'$' END"
    digests = []
    for key in PROVEN_KEYS:
        value = f"lower(split_part({first.format(key)}, '.', 1))"
        hashed = f"{key}_f[1] IN ({', '.join(str(CODE[f]) for f in sorted(HASHED))})"
        digests.append(f"CASE WHEN {hashed} THEN digest({value}) END AS {key}_v")
        digests.append(f"CASE WHEN {hashed} THEN digest(sha256({value})) END AS {key}_vv")
    ext = f"lower(trim({first.format('external_id')}))"
    keys = ", ".join(f"coalesce({k}_f[1], 0) AS {k}" for k in MATCH_KEYS)
    return f"""CREATE OR REPLACE TEMP TABLE canon AS
    WITH raw AS ({raw}),
    named AS (SELECT raw.*, coalesce(a.id, lower(trim(raw.platform))) AS p FROM raw
        LEFT JOIN platform_alias a ON a.alias = translate(lower(raw.platform), ' _-', '')),
    event AS (SELECT named.*, coalesce(n.event, o.event, left(event_name, 100)) AS event, coalesce(n.name_key, left(event_name, 100)) AS name_key,
        n.event IS NOT NULL AS known FROM named LEFT JOIN event_name n ON n.platform = named.p AND n.name = named.event_name
        LEFT JOIN other_name o ON o.name = named.event_name),
    formed AS (SELECT *, {_id(platforms)} AS id,
        {lists} FROM event)
    SELECT file, line, idx, lower(trim(side)) AS side, p AS platform, coalesce(nullif(trim(destination_id), ''), '') AS destination,
        event, name_key, known, digest(id) AS id_h, digest(lower(trim(id))) AS id_fold_h,
        digest(coalesce(nullif(order_id, ''), nullif(transaction_id, ''))) AS order_h,
        CASE WHEN coalesce(fbp_f[1], 0) NOT IN (0, {CODE[Form.PLACEHOLDER]}) THEN digest(coalesce(
            nullif(regexp_extract({first.format("fbp")}, '^(fb\\.[0-9]+\\.[0-9]+\\.[^.]+)', 1), ''), {first.format("fbp")})) END AS fbp_h,
        CASE WHEN coalesce(external_id_f[1], 0) NOT IN (0, {CODE[Form.PLACEHOLDER]}) THEN
            CASE WHEN regexp_full_match({ext}, '[0-9a-f]{{64}}(\\..+)?') THEN digest(split_part({ext}, '.', 1)) ELSE digest(sha256({ext})) END END AS ext_h,
        digest(nullif(client_id, '')) AS client_h,
        coalesce(time_ms(event_time), time_ms(received_time)) AS t_ms, time_ms(received_time) AS received_ms,
        time_unit(event_time) AS time_unit, try_cast(value AS DOUBLE) AS value, upper(left(trim(currency), 8)) AS currency,
        left(lower(regexp_extract(url, '^[a-zA-Z]+://(?:[^/@]*@)?([^/?#:]+)', 1)), 100) AS host,
        coalesce(regexp_matches(url, {literal(EMAIL_IN_URL)}), false) AS url_leak,
        left(nullif(trim(action_source), ''), 40) AS action_source,
        coalesce(lower(trim(action_source)) IN ({", ".join(map(literal, OFFLINE))}), false) AS offline,
        {CONSENT} AS consent, {ACCEPTED} AS accepted, nullif(trim(test_event_code), '') IS NOT NULL AS test,
        coalesce(regexp_matches({first.format("client_user_agent")}, {literal(BOTS)}), false) AS bot,
        coalesce(lower(automatic) IN ('true', '1'), false) AS automatic, route, left(sender, 60) AS sender,
        {"true" if payload else "false"} AS payload, digest(trace) AS trace_h, CAST({_usable(platforms)} AS UTINYINT) AS usable,
        {", ".join(digests)}, {keys}, {", ".join(f"{k}_f" for k in MATCH_KEYS)}
    FROM formed"""


def store_sql() -> list[str]:
    """Statements that move the temp table `canon` into `events` and the further list items into `extra`."""
    extra = " UNION ALL ".join(
        f"SELECT file, line, idx, {literal(k)}, unnest({k}_f[2:]) FROM canon WHERE len({k}_f) > 1" for k in MATCH_KEYS
    )
    return [f"INSERT INTO events SELECT {', '.join(COLUMNS)} FROM canon", f"INSERT INTO extra {extra}"]
