"""Identifier forms, in the engine: what a value looks like, decided for billions of rows without showing one.

Facts: Meta's builder suffix of 2 or 8 characters (facebook/capi-param-builder, official code, read 2026-11-23); base64 and
base64url digests at Google (gtag.js 63p1, official code, read 2026-11-23); junk values: `tables/junk.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..core.platform import CODE, Form
from .engine import literal
from .junk import JUNK, junk_digests

# An address or an agent is never 32 or 40 hex digits; an id of a browser or of a click may well be.
ADDRESS_KEYS = frozenset({"client_ip_address", "client_user_agent"})
# Text that stands for a value: template code, masks, an empty list; anywhere in the value, and as the whole of it.
_INSIDE = r"\{\{|\$\{|%%|%7b%7b|\*|•|\[(?:redacted|filtered|masked|object )"
_WHOLE = r"x{3,}(?:[@ .\-]+x+)*(?:@.*)?|#{2,}|_{2,}|\?+|-+|\.+|<[a-z _-]*>|redacted|(?:null|undefined|none|nan)(?:[ @.,_-]+(?:null|undefined|none|nan))+"
_STAGES = 8


def macro_for(key: str) -> str:
    """The macro for a key that must be plain; `form_hashable` serves the others."""
    return "form_address" if key in ADDRESS_KEYS else "form_plain"


def _escaped(words: Iterable[str]) -> str:
    # re.escape would also escape what RE2 does not let it: spaces and the like
    return "|".join("".join("\\" + c if c in r"\.+*?()|[]{}^$" else c for c in w) for w in words)


def _among(h: str, digests: list[str]) -> str:
    """Whether `h` begins as one of these digests does, hex in either case: a bit per four digits, stage after stage. Wrong
    in none of 2 * 10^7 values tried. IN would compare each, a regular expression is compiled for each use: measured
    at 18 M values/s a core and 0.3 ms to prepare a stage, against 0.3 M/s and 16 ms."""
    test = "true"
    for at in range(4 * _STAGES - 4, -1, -4):
        chosen = {int(d[at : at + 4], 16) for d in digests}
        bits = "".join("1" if i in chosen else "0" for i in range(1 << 16))
        found = f"get_bit('{bits}'::BIT, TRY_CAST('0x' || substr({h}, {at + 1}, 4) AS USMALLINT)) = 1"
        test = f"CASE WHEN {found} THEN {test} ELSE false END"
    return test


def macros() -> list[str]:
    """CREATE MACRO statements: `form_hashable(v)` for keys a digest may stand in, `form_plain(v)` for keys that must
    be plain, `form_address(v)` for the plain ones no digest of any kind looks like. Each returns a form code
    (`core.platform.CODE`)."""
    c = {f.name: CODE[f] for f in Form}
    junk_text = literal(f"(?is)\\s*(?:(?:{_escaped(JUNK)}|{_WHOLE})\\s*|.*(?:{_INSIDE}).*)")
    placeholder = f"regexp_full_match(v, {junk_text})"
    digest = f"CREATE OR REPLACE MACRO junk_digest(h) AS {_among('h', junk_digests())}"
    raw = """CASE WHEN strlen(v) NOT IN (43, 44) THEN v WHEN regexp_full_match(v, '[A-Za-z0-9+/_-]{43}=?')
        THEN hex(from_base64(translate(rtrim(v, '='), '-_', '+/') || '=')) END"""
    hexed = f"""CREATE OR REPLACE MACRO form_hex(v) AS CASE
        WHEN strlen(v) = 64 THEN {c["SHA256_HEX_UPPER"]}
        WHEN strlen(v) = 32 THEN {c["MD5"]}
        WHEN strlen(v) = 40 THEN {c["SHA1"]}
        WHEN NOT regexp_matches(v, '[a-fA-F]') THEN {c["PLAIN"]}
        WHEN strlen(v) > 64 OR strlen(v) % 2 = 1 THEN {c["WRONG_LENGTH"]}
        ELSE {c["TRUNCATED"]} END"""
    hashable = f"""CREATE OR REPLACE MACRO form_hashable(v) AS CASE
        WHEN v IS NULL THEN {c["ABSENT"]}
        WHEN strlen(v) >= 32 AND junk_digest({raw}) THEN {c["PLACEHOLDER"]}
        WHEN strlen(v) = 64 AND regexp_full_match(v, '[0-9a-f]+') THEN {c["SHA256_HEX"]}
        WHEN strlen(v) >= 16 AND regexp_full_match(v, '[0-9a-fA-F]+') THEN form_hex(v)
        WHEN strlen(v) IN (43, 44) AND regexp_full_match(v, '[A-Za-z0-9+/_-]{{43}}=?') THEN CASE
            WHEN strlen(v) = 43 OR regexp_matches(v, '[_-]') THEN {c["SHA256_BASE64URL"]}
            ELSE {c["SHA256_BASE64"]} END
        WHEN strlen(v) BETWEEN 19 AND 75 AND regexp_full_match(v, '[0-9a-fA-F]{{16,64}}(?:\\.[A-Za-z0-9_.-]+|…)') THEN CASE
            WHEN regexp_full_match(v, '[0-9a-fA-F]{{64}}\\.([A-Za-z0-9_-]{{2}}|[A-Za-z0-9_-]{{8}})') THEN {c["SHA256_HEX_SUFFIXED"]}
            WHEN regexp_full_match(v, '[0-9a-fA-F]+(\\.{{3}}|…)') THEN {c["TRUNCATED"]}
            ELSE {c["PLAIN"]} END
        WHEN NOT regexp_matches(v, {_SOME}) THEN {c["ABSENT"]}
        WHEN {placeholder} THEN {c["PLACEHOLDER"]}
        WHEN regexp_full_match(v, '(?s)\\s*(\\["|\\{{"|\\[\\{{).*[\\]}}]\\s*') THEN {c["WRONG_TYPE"]}
        ELSE {c["PLAIN"]} END"""
    # no single '*': an Accept header may stand where an agent does. Long text is no word: an agent need not be tried
    words = literal(f"(?i)\\s*(?:{_escaped(JUNK)})\\s*")
    masked = f"(contains(v, '***') OR contains(v, '{{{{') OR (strlen(v) < 32 AND regexp_full_match(v, {words})))"
    sha = f"""WHEN strlen(v) = 64 AND regexp_full_match(v, '[0-9a-f]+') THEN {c["SHA256_HEX"]}
        WHEN strlen(v) = 64 AND regexp_full_match(v, '[0-9a-fA-F]+') THEN {c["SHA256_HEX_UPPER"]}
        WHEN strlen(v) IN (67, 73) AND regexp_full_match(v, '[0-9a-fA-F]{{64}}\\.([A-Za-z0-9_-]{{2}}|[A-Za-z0-9_-]{{8}})') THEN {c["SHA256_HEX_SUFFIXED"]}"""
    other = f"""WHEN strlen(v) = 32 AND regexp_full_match(v, '[0-9a-fA-F]+') THEN {c["MD5"]}
        WHEN strlen(v) = 40 AND regexp_full_match(v, '[0-9a-fA-F]+') THEN {c["SHA1"]}
        WHEN strlen(v) = 44 AND regexp_full_match(v, '[A-Za-z0-9+/]{{43}}=') THEN {c["SHA256_BASE64"]}
        WHEN strlen(v) IN (43, 44) AND regexp_full_match(v, '[A-Za-z0-9_-]{{43}}=?') THEN {c["SHA256_BASE64URL"]}"""
    ends = f"""WHEN NOT regexp_matches(v, {_SOME}) THEN {c["ABSENT"]}
        WHEN {masked} THEN {c["PLACEHOLDER"]} ELSE {c["PLAIN"]} END"""
    head = f"AS CASE WHEN v IS NULL THEN {c['ABSENT']}"
    return [
        digest,
        hexed,
        hashable,
        f"CREATE OR REPLACE MACRO form_plain(v) {head} {sha} {ends}",
        f"CREATE OR REPLACE MACRO form_address(v) {head} {sha} {other} {ends}",
    ]


_SOME = r"'[^ \t\n\r\x{a0}]'"  # a look for one character: trim would take ten times as long on an agent

TIME_MACROS = (
    "CREATE OR REPLACE MACRO num(t) AS CASE WHEN regexp_full_match(trim(t), '[0-9]+(\\.[0-9]+)?([eE]\\+?[0-9]+)?')"
    " THEN try_cast(trim(t) AS DOUBLE) END",
    # of a time that is the number n, or else of its text
    "CREATE OR REPLACE MACRO unit_of(n, t) AS CASE WHEN t IS NULL OR trim(t) = '' THEN 'none'"
    " WHEN n IS NOT NULL THEN CASE WHEN n >= 1e17 THEN 'ns' WHEN n >= 1e14 THEN 'us'"
    " WHEN n >= 1e11 THEN 'ms' WHEN n >= 1e8 THEN 's' ELSE 'invalid' END"
    " WHEN try_cast(t AS TIMESTAMPTZ) IS NOT NULL THEN 'iso' ELSE 'invalid' END",
    "CREATE OR REPLACE MACRO time_at(n, t) AS CASE WHEN n IS NOT NULL THEN CAST(floor(CASE"
    " WHEN n >= 1e17 THEN n / 1e6 WHEN n >= 1e14 THEN n / 1e3 WHEN n >= 1e11 THEN n"
    " WHEN n >= 1e8 THEN n * 1e3 END) AS BIGINT)"
    " ELSE epoch_ms(try_cast(t AS TIMESTAMPTZ)) END",
    "CREATE OR REPLACE MACRO time_unit(t) AS unit_of(num(t), t)",
    "CREATE OR REPLACE MACRO time_ms(t) AS time_at(num(t), t)",
)
