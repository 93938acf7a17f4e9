"""Identifier forms, in the engine: what a value looks like, decided for billions of rows without showing one.

Facts: Meta's builder suffix of 2 or 8 characters (facebook/capi-param-builder, official code, read 2026-11-23); base64 and
base64url digests at Google (gtag.js 63p1, official code, read 2026-11-23); junk values as seen in public integrations
(community, read 2026-11-23).
"""

from __future__ import annotations

import hashlib

from ..core.platform import CODE, Form
from .engine import literal

JUNK = (
    "undefined",
    "null",
    "none",
    "nan",
    "nil",
    "[object object]",
    "false",
    "true",
    "0",
    "n/a",
    "na",
    "(not set)",
    "not set",
    "(none)",
    "unknown",
    "anonymous",
    "guest",
    "test",
    "test@test.com",
    "test@example.com",
    "email@example.com",
    "example@example.com",
    "user@example.com",
    "noreply@example.com",
    "{{email}}",
    "{email}",
    "email",
    "phone",
    "12345678901",
    "1234567890",
    "0000000000",
)
# Values of vendors' documentation and scripts whose plain text is unknown (Meta's sample payload, Meta's constant for
# Apple private-relay addresses): one digest for everybody. Source: spec of the Conversions API, official, 2026-02-01.
JUNK_DIGESTS = (
    "309a0a5c3e211326ae75ca18196d301a9bdbd1a882a4d2569511033da23f0abd",
    "6f4fcb9deaeadc8f9746ae76d97ce1239e98b404efe5da3ee0b7149740f89ad6",
    "b68919aff001d8366249403a2544fba2d833084f1ad22839b6310aadacb6a138",
)


def _digests() -> list[str]:
    values = ["", " ", *JUNK]
    return [
        *JUNK_DIGESTS,
        *(
            h(v.encode(), usedforsecurity=False).hexdigest()
            for v in values
            for h in (hashlib.sha256, hashlib.md5, hashlib.sha1)
        ),
    ]


def _in(values: list[str] | tuple[str, ...]) -> str:
    return "(" + ", ".join(literal(v) for v in values) + ")"


def macros() -> list[str]:
    """CREATE MACRO statements: `form_hashable(v)` for keys a digest may stand in, `form_plain(v)` for keys that must
    be plain, `is_junk(v)`. Each returns a form code (`core.platform.CODE`)."""
    c = {f.name: CODE[f] for f in Form}
    # IN over constants is a few comparisons a vector; casting to an enum was measured 28 times slower
    junk_digests = _in(sorted(set(_digests())))
    hashable = f"""CREATE OR REPLACE MACRO form_hashable(v) AS CASE
        WHEN v IS NULL OR trim(v) = '' THEN {c["ABSENT"]}
        WHEN (length(v) < 32 AND lower(trim(v)) IN {_in(JUNK)}) OR contains(v, '***') OR contains(v, '{{{{') THEN {c["PLACEHOLDER"]}
        WHEN length(v) < 16 THEN {c["PLAIN"]}
        WHEN length(v) >= 32 AND lower(split_part(v, '.', 1)) IN {junk_digests} THEN {c["PLACEHOLDER"]}
        WHEN regexp_full_match(v, '[0-9a-f]{{64}}') THEN {c["SHA256_HEX"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{64}}') THEN {c["SHA256_HEX_UPPER"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{64}}\\.([A-Za-z0-9_-]{{2}}|[A-Za-z0-9_-]{{8}})') THEN {c["SHA256_HEX_SUFFIXED"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{32}}') THEN {c["MD5"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{40}}') THEN {c["SHA1"]}
        WHEN regexp_full_match(v, '[A-Za-z0-9+/]{{43}}=') THEN {c["SHA256_BASE64"]}
        WHEN regexp_full_match(v, '[A-Za-z0-9_-]{{43}}=?') AND NOT regexp_full_match(v, '[0-9a-fA-F]{{43}}') THEN {c["SHA256_BASE64URL"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{16,}}(\\.{{3}}|…)') THEN {c["TRUNCATED"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{16,}}') AND regexp_matches(v, '[a-fA-F]') THEN
            CASE WHEN length(v) > 64 OR length(v) % 2 = 1 THEN {c["WRONG_LENGTH"]} ELSE {c["TRUNCATED"]} END
        ELSE {c["PLAIN"]} END"""
    plain = f"""CREATE OR REPLACE MACRO form_plain(v) AS CASE
        WHEN v IS NULL OR trim(v) = '' THEN {c["ABSENT"]}
        WHEN (length(v) < 32 AND lower(trim(v)) IN {_in(JUNK)}) OR contains(v, '***') OR contains(v, '{{{{') THEN {c["PLACEHOLDER"]}
        WHEN length(v) < 64 THEN {c["PLAIN"]}
        WHEN regexp_full_match(v, '[0-9a-f]{{64}}') THEN {c["SHA256_HEX"]}
        WHEN regexp_full_match(v, '[0-9a-fA-F]{{64}}') THEN {c["SHA256_HEX_UPPER"]}
        ELSE {c["PLAIN"]} END"""
    return [hashable, plain]


TIME_MACROS = (
    "CREATE OR REPLACE MACRO num(t) AS CASE WHEN regexp_full_match(trim(t), '[0-9]+(\\.[0-9]+)?([eE]\\+?[0-9]+)?')"
    " THEN try_cast(trim(t) AS DOUBLE) END",
    "CREATE OR REPLACE MACRO time_unit(t) AS CASE WHEN t IS NULL OR trim(t) = '' THEN 'none'"
    " WHEN num(t) IS NOT NULL THEN CASE WHEN num(t) >= 1e17 THEN 'ns' WHEN num(t) >= 1e14 THEN 'us'"
    " WHEN num(t) >= 1e11 THEN 'ms' WHEN num(t) >= 1e8 THEN 's' ELSE 'invalid' END"
    " WHEN try_cast(t AS TIMESTAMPTZ) IS NOT NULL THEN 'iso' ELSE 'invalid' END",
    "CREATE OR REPLACE MACRO time_ms(t) AS CASE WHEN num(t) IS NOT NULL THEN CAST(floor(CASE"
    " WHEN num(t) >= 1e17 THEN num(t) / 1e6 WHEN num(t) >= 1e14 THEN num(t) / 1e3 WHEN num(t) >= 1e11 THEN num(t)"
    " WHEN num(t) >= 1e8 THEN num(t) * 1e3 END) AS BIGINT)"
    " ELSE epoch_ms(try_cast(t AS TIMESTAMPTZ)) END",
)
