"""The scanner's column form, for logs of millions of lines: one DuckDB macro over URLs, titles and JSON text.

`pii_kind(x)` is the first kind (`KINDS`) that text `x` shows, NULL where it shows none. It looks for the same things as
`scan`, without the rules that need a table or a check digit: phones by name or written with spaces, cards and accounts
by name, national ids only where their form says it. Values no rule can touch are sent on by one cheap expression.
"""

from __future__ import annotations

_NO_HOST = (
    r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|m?js|jsx?|tsx?|css|json|html?|php|aspx?|woff2?|ttf|map|mp4|webm|pdf|txt|xml)$"
    r"|@v?[0-9]+\.[0-9]|@[0-9]+x\.|^git@"
)
_AT = r"@|%(?:25){0,2}40|&#64;|&#x40;|&commat;"
# Letters: ASCII and all beyond. Classes by Unicode property and long counted repeats exceed RE2's program size.
_L = r"A-Za-z\x{80}-\x{10ffff}"
_EMAIL = rf"[{_L}0-9_.+'~-]+@(?:[{_L}0-9-]+\.)+[{_L}]{{2,}}"
_OWN = (
    r"(?i)//[^/\s?#@]*@|mailto:(?:info|support|sales|contact|hello|help|service|office|no-?reply|press|jobs|privacy|kontakt|"
    r"admin|team|mail|shop)@"
)
_IS = r"""[\\"']{0,3}\]?\s?[=:]\s?[\\"']{0,3}"""
_START = rf"(?:^|[^{_L}0-9])"
_PHONE_NAME = r"(?:[a-z_.\[-]*(?:phone|mobile|telefon|msisdn|whatsapp)(?:_?(?:number|no|nr))?|tel|cell|ph)"
_PERSON = (
    r"(?:[a-z_.\[-]*(?:first_?name|last_?name|full_?name|given_?name|family_?name|surname|cardholder(?:_?name)?)|fname|lname|"
    r"vorname|nachname|prenom|apellidos?|cognome)"
)
_JUNK = r"(?:true|false|null|none|undefined|nan|unknown|guest|anonymous|test|yes|no|hidden|redacted|string)"
_LETTERS = rf"[{_L}][{_L}'’ +.-]*[{_L}]"
_RULES = (
    ("phone", rf"(?i){_START}{_PHONE_NAME}{_IS}(?:\+|00)?\s?\(?[0-9](?:[ ().+-]{{0,2}}[0-9]){{7,14}}(?:[^0-9a-z]|$)"),
    ("phone", rf"(?:^|[^{_L}0-9+./-])\+[1-9][0-9]{{0,2}}(?:[ ().-]{{1,2}}[0-9]{{1,9}}){{2,5}}(?:[^0-9{_L}-]|$)"),
    ("name", rf"(?i){_START}{_PERSON}{_IS}{_LETTERS}(?:[&#\\\"',;}}]|$)"),
    ("card", rf"(?i){_START}(?:[a-z_]*card_?(?:no|nr|num|number)?|cc_?(?:no|num|number)){_IS}[2-6][0-9]{{3}}(?:[ +-]?[0-9]{{4}}){{2}}"
             r"[ +-]?[0-9]{1,7}(?:[^0-9a-z]|$)"),
    ("card", rf"(?:^|[^{_L}0-9.,-])(?:4[0-9]{{3}}|5[1-5][0-9]{{2}}|2[2-7][0-9]{{2}}|6[0-9]{{3}})(?:(?: [0-9]{{4}}){{3}}|(?:-[0-9]{{4}}){{3}})(?:[^0-9{_L}-]|$)"),
    ("iban", rf"(?i){_START}[a-z_]*iban{_IS}[a-z]{{2}}[0-9]{{2}}(?:[ +]?[a-z0-9]{{4}}){{2,7}}"),
    ("national_id", rf"(?:^|[^{_L}0-9.,/-])(?:00[1-9]|0[1-9][0-9]|[1-578][0-9]{{2}}|6[0-57-9][0-9]|66[0-57-9])-[0-9]{{2}}-[0-9]{{4}}(?:[^{_L}0-9/-]|$)"),
    ("national_id", rf"(?:^|[^{_L}0-9.,/-])[0-9]{{3}}\.[0-9]{{3}}\.[0-9]{{3}}-[0-9]{{2}}(?:[^{_L}0-9/-]|$)"),
    ("national_id", rf"(?:^|[^{_L}0-9])[A-Z]{{6}}[0-9]{{2}}[A-EHLMPRST][0-7][0-9][A-Z][0-9]{{3}}[A-Z](?:[^{_L}0-9]|$)"),
    ("secret", rf"(?i){_START}(?:access_?token|api_?secret|client_?secret|refresh_?token|auth_?token|reset_?token|id_?token){_IS}"
               r"[\w.~+/-]{16,}"),
    ("secret", rf"(?i){_START}(?:password|passwd|pwd){_IS}[^\s&\"'{{$*\\]{{6,}}"),
    ("secret", r"\bEAA[A-Za-z0-9]{30,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{10,}|PRIVATE KEY-----|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
               r"|\b[sr]k_live_\w{16,}"),
)  # fmt: skip
_PACKED = (
    r"(?i)(?:^|[?&#;])(?:e|em|u|user|id|customer|contact|recipient|[a-z_]*mail[a-z_]*)="
    r"([A-Za-z0-9+/_-]{12,})"
)
_GUARD = (
    rf"(?i){_AT}|phone|mobile|telefon|msisdn|whatsapp|(?:\b|_|%3F|%26)(?:tel|cell|ph)[\\\"'\]]*(?:=|:|%3D)|name|nachname|"
    r"prenom|apellido|cognome|cardholder|card|cc_?n|iban|token|secret|passw|pwd|EAA|eyJ|PRIVATE|AKIA|ASIA|k_live_|"
    r"[?&#;](?:e|em|u|user|id|customer|contact|recipient)=[a-z0-9+/_-]{12}|(?:\+|%2B)[1-9][0-9]{0,2}(?:[ ().-]|%20|%28)|"
    r"[0-9]-[0-9]{2}-[0-9]{4}|[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{4}(?:[ +-]|%20)[0-9]{4}(?:[ +-]|%20)[0-9]{4}|"
    r"[a-z]{6}[0-9]{2}[a-z][0-9]{2}[a-z][0-9]{3}"
)
MAX_CHARS = 8000


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _clear(x: str) -> str:
    """`x` with percent encoding taken off three times, and the signs that HTML writes as entities."""
    once = f"CASE WHEN contains({x}, '%') THEN coalesce(TRY(url_decode(url_decode(url_decode({x})))), {x}) ELSE {x} END"
    return f"regexp_replace(regexp_replace({once}, '(?i)&#64;|&#x40;|&commat;|\\\\u0040', '@', 'g'), {_text(_OWN)}, '//', 'g')"


def _emails(d: str) -> str:
    found = f"regexp_extract_all(lower({d}), {_text(_EMAIL)})"
    return f"(contains({d}, '@') AND len(list_filter({found}, lambda m: NOT regexp_matches(m, {_text(_NO_HOST)}))) > 0)"


def macros() -> list[str]:
    """CREATE MACRO statements for `pii_kind(x)`; the first 8000 characters of `x` are read."""
    junk = _text(rf"(?i){_PERSON}{_IS}{_JUNK}(?:[&#\\\"',;}}]|$)")
    cases = []
    for kind, pattern in _RULES:
        extra = f" AND NOT regexp_matches(d, {junk})" if kind == "name" else ""
        cases.append(f"WHEN regexp_matches(d, {_text(pattern)}){extra} THEN '{kind}'")
    packed = f"regexp_extract(d, {_text(_PACKED)}, 1)"
    padded = f"rpad(translate({packed}, '-_', '+/'), CAST(ceil(length({packed}) / 4.0) * 4 AS INTEGER), '=')"
    shown = f"coalesce(TRY(decode(from_base64({padded}))), '')"
    body = f"CASE WHEN {_emails('d')} THEN 'email' {' '.join(cases)} WHEN {_emails(shown)} THEN 'email' END"
    return [
        f"CREATE OR REPLACE MACRO pii_shown(d) AS {body}",
        f"""CREATE OR REPLACE MACRO pii_kind(x) AS CASE WHEN regexp_matches(left(x, {MAX_CHARS}), {_text(_GUARD)})
            THEN list_transform([{_clear(f"left(x, {MAX_CHARS})")}], lambda d: pii_shown(d))[1] END""",
    ]


def url_leak(column: str) -> str:
    """BOOLEAN expression: whether the addresses in `column` show personal data or secrets. NULL counts as clean."""
    return f"(pii_kind({column}) IS NOT NULL)"
