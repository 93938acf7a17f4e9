"""Amazon: Events (Conversions) API, Marketing Cloud uploads, Marketing Cloud audiences."""

from __future__ import annotations

from .chars import ALNUM, DIGITS, JS_SPACE, PLAIN, STAPE_VALUE, TRIM_LOWER, UPPER_2
from .choices import Either, Lookup, Words
from .phones import digits_with_code, of_country
from .profile import HEX_64, Hashed, Profile
from .states import AMC
from .steps import AsciiCase, Constant, First, Lower, NotEmpty, Rule, Sub, Trim, keep, remove
from .streets import DEFAULT, WORDS

_SEGMENT = "segmentio/action-destinations 970a17ee"
_NAMES = ("fn", "ln", "ct", "st", "street")
_MAIL: Rule = (Lower(), keep("a-z0-9.@+\\-"), NotEmpty())
_SAME_AS_GIVEN = frozenset({"external_id", "madid", "country"})
_PASS_64 = Hashed(HEX_64)

EVENTS_DOCS = Profile(
    id="amazon_events/docs",
    platform="amazon_events",
    library="documentation",
    version="Conversions API v1",
    date="2026-08-21",
    source="Amazon Ads help GCCXMZYCK4RXWS6C, read through " + _SEGMENT + ": amazon-conversions-api",
    level="implementer",
    rules={
        "em": _MAIL,
        **dict.fromkeys(_NAMES, ALNUM),
        "zp": (remove(JS_SPACE), Lower(), NotEmpty()),
        "country": UPPER_2,
        "external_id": PLAIN,
        "madid": PLAIN,
    },
    local={"ph": digits_with_code},
    plain=_SAME_AS_GIVEN,
    already=_PASS_64,
)
EVENTS_SEGMENT = Profile(
    id="amazon_events/segment",
    platform="amazon_events",
    library="Segment amazon-conversions-api",
    version="970a17ee",
    date="2026-08-21",
    source=_SEGMENT + ": amazon-conversions-api/trackConversion/utils.ts",
    level="implementer",
    rules={
        "em": _MAIL,
        "ph": DIGITS,
        **dict.fromkeys(_NAMES, ALNUM),
        "zp": (Lower(), remove(JS_SPACE), NotEmpty()),
        "external_id": PLAIN,
        "madid": PLAIN,
    },
    plain=_SAME_AS_GIVEN,
    already=_PASS_64,
)
EVENTS_STAPE = Profile(
    id="amazon_events/stape",
    platform="amazon_events",
    library="Stape amazon-tag (server GTM)",
    version="6f04566",
    date="2026-05-18",
    source="stape-io/amazon-tag: template.tpl",
    level="implementer",
    rules={"em": (*STAPE_VALUE, *TRIM_LOWER), "ph": (*STAPE_VALUE, remove(r" \-()+"), *TRIM_LOWER)},
    already=_PASS_64,
)

_UMLAUTS = (("ß", "ss"), ("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "o"), ("æ", "ae"))
_AMC_NAME: Rule = (Lower(), *(Sub(old, new) for old, new in _UMLAUTS), keep("a-z0-9"))
_EMPTY: Rule = (Constant(""),)
_AMC_MAIL_KEPT = "a-z0-9_.@\\-"
_AMC_MAIL: Rule = (
    Lower(),
    keep(_AMC_MAIL_KEPT),
    Either(r"^[a-z0-9_.\-]+@[a-z0-9_.\-]+", (), _EMPTY),
)


def _state(country: str) -> Rule:
    cut: Rule = (First(2),)
    letters: Rule = (AsciiCase(), keep("a-z"), Lookup(AMC.get(country, {"": ""}), cut))
    return letters


def _zip(country: str) -> Rule:
    kept, length, pattern = {
        "ca": ("0-9A-Za-z", 6, "([A-Za-z][0-9]){3}"),
        "gb": ("0-9A-Za-z", 7, "([A-Za-z]{1,2}[0-9]{2,3}|[A-Za-z]{1,2}[0-9][A-Za-z][0-9])[A-Za-z]{2}"),
        "in": ("0-9", 6, "[0-9]{6}"),
        "jp": ("0-9", 7, "[0-9]{7}"),
    }.get(country, ("0-9", 5, "[0-9]{5}"))
    return (keep(kept), First(length), Either(rf"^({pattern})\Z", (), _EMPTY))


def _street(country: str) -> Rule:
    spread: Rule = (Trim("\t\n\x0b\x0c\r "), Lower(), Sub("#", " # "), Sub(r"\b([0-9]+)-([a-z][0-9a-z]*)\b", r"\1 \2"))
    return (*spread, Words(r"[\[\](){}!. ,\t\n]+|c/o", WORDS.get(country, DEFAULT)))


AMC_DOCS = Profile(
    id="amazon_amc/docs",
    platform="amazon_amc",
    library="AMC file hashing tool",
    version="0cbf8c1",
    date="2025-10-02",
    source="aws-solutions/amazon-marketing-cloud-uploader-from-aws: source/glue/library and its sample files, whose"
    " expected hashes come from Amazon's own tool (#109)",
    level="official code",
    rules={
        "em": _AMC_MAIL,
        "fn": _AMC_NAME,
        "ln": _AMC_NAME,
        "ct": (Lower(), keep("a-z0-9")),
        "external_id": PLAIN,
        "madid": PLAIN,
    },
    local={"ph": of_country, "st": _state, "zp": _zip, "street": _street},
    plain=_SAME_AS_GIVEN,
    already=Hashed(r"^[a-f0-9]{64}\Z"),
)
_AUDIENCE_RULES = {
    "em": (Lower(), keep("a-z0-9.@\\-"), NotEmpty()),
    **dict.fromkeys((*_NAMES, "zp"), ALNUM),
}
AUDIENCES_DOCS = Profile(
    id="amazon_amc_audiences/docs",
    platform="amazon_amc_audiences",
    library="documentation",
    version="AMC audiences v1",
    date="2026-08-21",
    source="Amazon Ads help GCCXMZYCK4RXWS6C, read through " + _SEGMENT + ": amazon-amc",
    level="implementer",
    rules={**_AUDIENCE_RULES, "external_id": PLAIN},
    local={"ph": digits_with_code},
    plain=_SAME_AS_GIVEN,
    already=_PASS_64,
)
AUDIENCES_SEGMENT = Profile(
    id="amazon_amc_audiences/segment",
    platform="amazon_amc_audiences",
    library="Segment amazon-amc",
    version="970a17ee",
    date="2026-08-21",
    source=_SEGMENT + ": amazon-amc/function.ts",
    level="implementer",
    rules={**_AUDIENCE_RULES, "ph": DIGITS, "external_id": PLAIN},
    plain=_SAME_AS_GIVEN,
    already=_PASS_64,
)
PROFILES = (EVENTS_DOCS, EVENTS_SEGMENT, EVENTS_STAPE, AMC_DOCS, AUDIENCES_DOCS, AUDIENCES_SEGMENT)
