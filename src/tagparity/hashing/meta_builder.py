"""Meta's parameter builder for Node, to which the Node SDK hands its values since v26."""

from __future__ import annotations

from dataclasses import replace

from .chars import ASCII_PUNCT, DIGITS, JS_SPACE, JS_TRIM, TRIM_LOWER
from .choices import Either, FirstOf, Lookup, Within
from .countries import BUILDER_NAMES
from .profile import Hashed, Profile
from .states import BUILDER as STATES
from .steps import AsciiCase, First, Lower, Need, NotEmpty, Rule, Sub, Take, keep, remove

_WORD = r"[\w!#$%&'*+/=?^`{|}~\-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?"
MAIL = rf"{_WORD}(?::?\.{_WORD})*@(?:{_LABEL}\.)+{_LABEL}"
PIXEL_MAIL: Rule = (*TRIM_LOWER, Need(MAIL))
NAME: Rule = (remove(ASCII_PUNCT + JS_SPACE), Lower(), NotEmpty())
CITY: Rule = (keep("a-zA-Z0-9"), AsciiCase(), Take("^([a-z](?s:.*))"))

_MALE = (
    "man male boy gentleman guy sir mister mr son father dad daddy papa uncle nephew brother husband boyfriend groom"
    " widower king prince duke count emperor god lord lad fellow chap bloke dude he him his himself m"
)
_FEMALE = (
    "woman female girl lady miss ms mrs madam ma'am daughter mother mom mama mommy aunt niece sister wife"
    " girlfriend bride widow queen princess duchess countess empress goddess maiden lass gal chick dame belle she her"
    " hers herself f"
)
GENDERS = {**dict.fromkeys(_MALE.split(), "m"), **dict.fromkeys(_FEMALE.split(), "f")}


def _code_of(names: dict[str, str]) -> Rule:
    """Two letters: as they stand, by name, by a name within, else the first two."""
    return (Lower(), keep("a-z"), Either("^..\\Z", (), (Lookup(names, (Within(names),)), First(2))), NotEmpty())


# Three groups of digits: the year is the number over 31, a month over 12 is a day, else month before day. The last year
# that counts is the one after the version's.
_SPREAD: Rule = (Sub("[^0-9]+", "-"), Sub(r"^-|-\Z"), Sub(r"(^|-)0+([0-9])", r"\1\2"))
_BIG, _NUMBER, _OVER_12 = "(?:3[2-9]|[4-9][0-9]|[1-9][0-9]{2,})", "[0-9]+", "(?:1[3-9]|[2-9][0-9]|[1-9][0-9]{2,})"
_SMALL = "(?:[0-2]?[0-9]|3[01])"
_VALID = "(?:1[89][0-9]{2}|20[01][0-9]|202[0-7])-(?:[1-9]|1[0-2])-(?:[1-9]|[12][0-9]|3[01])"
_PADDED: Rule = (
    Need(_VALID),
    Sub("-([0-9])-", r"-0\1-"),
    Sub(r"-([0-9])\Z", r"-0\1"),
    Sub("-"),
)


def _read(first: str, second: str, third: str, by: str) -> Rule:
    pattern = rf"^({first})-({second})-({third})(?:-.*)?\Z"
    return (Take(f"({pattern})"), Sub(pattern, by), *_PADDED)


_DATES = (
    _read(_BIG, _OVER_12, _NUMBER, r"\1-\3-\2"),
    _read(_BIG, _NUMBER, _NUMBER, r"\1-\2-\3"),
    _read(_SMALL, _BIG, _OVER_12, r"\2-\1-\3"),
    _read(_SMALL, _BIG, _NUMBER, r"\2-\3-\1"),
    _read("(?:1[3-9]|2[0-9]|3[01])", _SMALL, _NUMBER, r"\3-\2-\1"),
    _read("(?:[0-9]|1[0-2])", _SMALL, _NUMBER, r"\3-\1-\2"),
)
_BIRTHDAY: Rule = (FirstOf(((*_SPREAD, FirstOf(_DATES)), (Take(r"^[^0-9]*([0-9]{8})[^0-9]*\Z"),))),)

_SUFFIX = r"(?:\.(?:AQ|Ag|Aw|BA|BQ|Bg|[^.]{8}))?"
_HEX = r"^(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{32})"
BUILDER = Profile(
    id="meta/param-builder",
    platform="meta",
    library="capi-param-builder (Node)",
    version="b0b6f0b",
    date="2026-05-17",
    source="facebook/capi-param-builder: nodejs/capi-param-builder/src/piiUtil; a suffix of 2 or 8 characters follows"
    " the digest on the wire",
    level="official code",
    rules={
        "em": PIXEL_MAIL,
        "ph": (*DIGITS, Sub("^0+"), NotEmpty()),
        "fn": NAME,
        "ln": NAME,
        "ct": CITY,
        "st": _code_of(STATES),
        "country": _code_of(BUILDER_NAMES),
        "zp": (Lower(), Take("^([^-]*)"), JS_TRIM, Need("(?s:.{2,})")),
        "db": _BIRTHDAY,
        "ge": (*TRIM_LOWER, Lookup(GENDERS, None)),
        "external_id": (remove(JS_SPACE), Lower(), NotEmpty()),
    },
    already=Hashed(_HEX + _SUFFIX + r"\Z", (JS_TRIM,), (Either(r"\.", (), (AsciiCase(),)),)),
)
NODE_SDK = replace(
    BUILDER,
    id="meta/node-sdk",
    library="facebook-nodejs-business-sdk",
    version="v26.0.0 (ebd272a)",
    date="2026-08-05",
    source="facebook/facebook-nodejs-business-sdk: user-data.js, which hands over to capi-param-builder",
)
