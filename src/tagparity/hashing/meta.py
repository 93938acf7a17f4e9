"""Meta: what its documentation says, and its own libraries: pixel, parameter builder, business SDKs, server GTM tag."""

from __future__ import annotations

from .chars import (
    ASCII_SPACE,
    EMAIL,
    JAVA_TRIM,
    JS_SPACE,
    JS_TRIM,
    PHP_TRIM,
    PLAIN,
    PUNCT,
    PY_SPACE,
    PY_TRIM,
    TRIM_LOWER,
)  # fmt: skip
from .choices import Either, FirstOf, Lookup
from .countries import ALPHA_2, CODES
from .meta_builder import BUILDER, CITY, GENDERS, NAME, NODE_SDK, PIXEL_MAIL
from .phones import digits_with_code
from .profile import HEX_64, HEX_64_OR_32, Hashed, Profile
from .states import NAMES
from .steps import AsciiCase, First, Lower, Need, NotEmpty, Reject, Rule, Step, Sub, Take, keep, remove

NEVER = frozenset({"ip", "ua", "fbc", "fbp", "subscription_id", "lead_id", "fb_login_id", "madid", "currency"})
_AS_IS: dict[str, Rule] = dict.fromkeys(NEVER - {"currency"}, PLAIN)
_TO_LOWER: Rule = (JS_TRIM, AsciiCase())

# Documentation ---------------------------------------------------------------------------------------------------
_NAME: Rule = (*TRIM_LOWER, remove(PUNCT + JS_SPACE), NotEmpty())
_PLACE: Rule = (*TRIM_LOWER, remove(PUNCT + JS_SPACE + "0-9"), NotEmpty())
_NO_LAND = Sub("^(.{4,})(?:unitedstatesofamerica|unitedstates|usa|canada)\\Z", r"\1")
_STATE: Rule = (*_PLACE, Lookup(NAMES, (_NO_LAND, Lookup(NAMES))))
_ZIP: Rule = (*TRIM_LOWER, remove(JS_SPACE + "\\-"), Sub(r"^([0-9]{5})[0-9]{4}\Z", r"\1"), Need("(?s:.{2,})"))
COUNTRY: Rule = (*TRIM_LOWER, keep("a-z"), Lookup(CODES, None))
_YEAR, _MONTH, _DAY = "(?:19|20)[0-9]{2}", "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_GAP, _LATE = "[^0-9]+", "(?:1[3-9]|2[0-9]|3[01])"
_PAD: Rule = (
    Sub(r"^([0-9]{4})-([0-9])-", r"\1-0\2-"),
    Sub(r"-([0-9])\Z", r"-0\1"),
    Sub("-"),
    Need(rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"),
)

# Browser id and click id as `browser_ids.judge` finds them valid; a click id all in lower case has lost its case.
_COOKIE, _SUFFIX = r"fb\.[0-9]+\.[0-9]{13}", r"(?:\.(?:AQ|Ag|Aw|BA|BQ|Bg|[A-Za-z0-9_\-]{8}))?"
_BROWSER_ID: Rule = (JS_TRIM, Need(rf"{_COOKIE}\.[0-9]{{1,20}}{_SUFFIX}"))
_CLICK_ID: Rule = (
    JS_TRIM,
    Need(rf"{_COOKIE}\.[A-Za-z0-9_\-]{{1,500}}{_SUFFIX}"),
    Reject(rf"^{_COOKIE}\.[0-9_\-]*[a-z][a-z0-9_\-]*(?:\.|\Z)"),
)


def _order(first: str, second: str, third: str, by: str) -> Rule:
    pattern = f"^[^0-9]*({first}){_GAP}({second}){_GAP}({third})(?:[^0-9](?s:.*))?\\Z"
    return (Take(f"({pattern})"), Sub(pattern, by), *_PAD)


def _birthday(country: str) -> Rule:
    """YYYYMMDD. A date like 03-05-1995 says nothing without a country: month first in the United States."""
    month_first = _order(_MONTH, _DAY, _YEAR, r"\3-\1-\2")
    day_first = _order(_DAY, _MONTH, _YEAR, r"\3-\2-\1")
    sure = (
        (keep("0-9"), Need(rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")),
        _order(_YEAR, _MONTH, _DAY, r"\1-\2-\3"),
        _order(_MONTH, _LATE, _YEAR, r"\3-\1-\2"),
        _order(_LATE, _MONTH, _YEAR, r"\3-\2-\1"),
    )
    return (FirstOf((*sure, *((month_first,) if country == "us" else (day_first,) if country else ()))),)


DOCS = Profile(
    id="meta/docs",
    platform="meta",
    library="documentation",
    version="Graph API v25",
    date="2026-02-01",
    source="developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters;"
    " words for gender, states and countries as in Meta's parameter builder",
    level="official",
    rules={
        "em": EMAIL,
        "fn": _NAME,
        "ln": _NAME,
        "ct": _PLACE,
        "st": _STATE,
        "zp": _ZIP,
        "country": COUNTRY,
        "ge": (*TRIM_LOWER, Lookup(GENDERS, None)),
        "external_id": PLAIN,
        "currency": (*TRIM_LOWER, Need("[a-z]{3}")),
        **_AS_IS,
        "fbp": _BROWSER_ID,
        "fbc": _CLICK_ID,
    },
    local={"ph": digits_with_code, "db": _birthday},
    plain=NEVER,
    already=Hashed(HEX_64, _TO_LOWER),
)

# Pixel -----------------------------------------------------------------------------------------------------------
_LATIN = "a-z0-9"


_NOT_BLANK: Rule = (Reject(f"^[{JS_SPACE}]*\\Z"),)


def _or_raw(*steps: Step) -> Rule:
    """The pixel hashes the value as given where its rule yields nothing."""
    return (FirstOf((steps, _NOT_BLANK)),)


_STARTS_LATIN = Take("^([a-z](?s:.*))")
PIXEL = Profile(
    id="meta/pixel",
    platform="meta",
    library="fbevents.js",
    version="2.9.138",
    date="2023-11-01",
    source="fbevents.js 2.9.138, its normalisers run offline (body in the-markup/meta-pixel-edtech captures)",
    level="official code",
    rules={
        "em": PIXEL_MAIL,
        "ph": _or_raw(Sub(r"[-@#<>'\",;() +a-zA-Z]"), Sub("^0*"), NotEmpty()),
        "fn": _or_raw(*NAME),
        "ln": _or_raw(*NAME),
        "ct": _or_raw(*CITY),
        "st": _or_raw(Lower(), keep(_LATIN), First(2), _STARTS_LATIN),
        "country": _or_raw(Lower(), keep(_LATIN), _STARTS_LATIN),
        "zp": _or_raw(Lower(), Take("^([^-]*)"), JS_TRIM, Need("(?s:.{2,})")),
        "db": _NOT_BLANK,
        "ge": _or_raw(*TRIM_LOWER, Need("[fm]")),
        "external_id": (Lower(), remove(JS_SPACE), NotEmpty()),
        "uid": PLAIN,
    },
    plain=frozenset({"uid"}),
    already=Hashed(HEX_64_OR_32, _TO_LOWER),
)

# Business SDKs ---------------------------------------------------------------------------------------------------
_PY: Rule = (NotEmpty(), PY_TRIM, Lower())
PYTHON_SDK = Profile(
    id="meta/python-sdk",
    platform="meta",
    library="facebook-python-business-sdk",
    version="94914f9 (API v25.0)",
    date="2026-06-24",
    source="facebook/facebook-python-business-sdk: facebook_business/adobjects/serverside/normalize.py; white space"
    " alone is hashed as the empty text",
    level="official code",
    rules={
        "em": (Lower(), PY_TRIM, Take(r"^([^\n]+@[^\n]+\.[^\n](?s:.*))")),
        "ph": (
            *_PY,
            remove(PY_SPACE + r"\-()"),
            Sub(r"^\+?0{0,2}", every=False),
            Sub(r"^\+?0{0,2}", every=False),
            Need("[1-9][0-9]{6,}"),
        ),
        "fn": _PY,
        "ln": _PY,
        "ct": (*_PY, remove(r"0-9.\-()" + PY_SPACE)),
        "st": (*_PY, remove(r"0-9.\-()" + PY_SPACE)),
        "zp": (*_PY, remove(PY_SPACE), Sub("(?s)-.*")),
        "country": (*_PY, keep("a-z"), Lookup({c: c for c in ALPHA_2}, None)),
        "db": _PY,
        "ge": _PY,
        "f5first": (*_PY, First(5)),
        "f5last": (*_PY, First(5)),
        "fi": (*_PY, First(1)),
        "dobd": (*_PY, Sub(r"^([0-9])\Z", r"0\1"), Need("0*(?:0[1-9]|[12][0-9]|3[01])")),
        "dobm": (*_PY, Sub(r"^([0-9])\Z", r"0\1"), Need("0*(?:0[1-9]|1[0-2])")),
        "doby": (*_PY, Need("[0-9]{4}")),
        "external_id": (NotEmpty(),),
        "currency": (*_PY, keep("a-z"), Need("[a-z]{3}")),
        **{key: (NotEmpty(),) for key in NEVER - {"currency"}},
    },
    plain=NEVER | {"external_id"},
    already=Hashed(r"^(?:[a-f0-9]{64}|[a-f0-9]{32})\Z", (Lower(), PY_TRIM)),
)
_PHP: Rule = (AsciiCase(), PHP_TRIM, NotEmpty())
_PHP_GAP = r"[\- \t\n\x0b\x0c\r]*"
_PHP_FOREIGN = rf"^{_PHP_GAP}(?:\+{_PHP_GAP})?(?:0{_PHP_GAP}){{0,2}}[1-9]{_PHP_GAP}(?:[0-9]{_PHP_GAP}){{6,}}\Z"
_PHP_MAIL_KEPT = r"a-zA-Z0-9!#$%&'*+\-=?^_`{|}~@.\[\]"
PHP_SDK = Profile(
    id="meta/php-sdk",
    platform="meta",
    library="facebook-php-business-sdk",
    version="38288dd7",
    date="2026-04-16",
    source="facebook/facebook-php-business-sdk: src/FacebookAds/Object/ServerSide/Normalizer.php (read, not run)",
    level="official code",
    rules={
        "em": (*_PHP, keep(_PHP_MAIL_KEPT), Need(r"[a-z0-9!#$%&'*+\-=?^_`{|}~.]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")),
        "ph": (
            *_PHP,
            remove("a-z()\\-"),
            PHP_TRIM,
            NotEmpty(),
            Either(_PHP_FOREIGN, (remove(r"\-+" + ASCII_SPACE),), ()),
        ),
        "fn": _PHP,
        "ln": _PHP,
        "ct": (*_PHP, remove(r"0-9.\-()" + ASCII_SPACE), NotEmpty()),
        "st": (*_PHP, keep("a-z"), NotEmpty()),
        "zp": (*_PHP, remove(" "), Take("^([^-]*)")),
        "country": (*_PHP, keep("a-z"), Need("[a-z]{2}")),
        "db": _PHP,
        "ge": _PHP,
        "external_id": (NotEmpty(),),
        "currency": (*_PHP, keep("a-z"), Need("[a-z]{3}")),
    },
    plain=frozenset({"external_id", "currency"}),
    already=Hashed(r"^(?:[A-Fa-f0-9]{64}|[a-f0-9]{32})\Z"),
)
_JAVA: Rule = (JAVA_TRIM, Lower(), NotEmpty())
JAVA_SDK = Profile(
    id="meta/java-sdk",
    platform="meta",
    library="facebook-java-business-sdk",
    version="a73f92d1",
    date="2026-08-05",
    source="facebook/facebook-java-business-sdk: com/facebook/ads/utils/ServerSideApiUtil.java (read, not run)",
    level="official code",
    rules={
        "em": (
            *_JAVA,
            Need(r"[a-z0-9.!#$%&'*+/=?^_`{|}~\-]+@(?:\[[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]|(?:[a-z\-0-9]+\.)+[a-z]{2,})"),
        ),
        "ph": (*_JAVA, remove(r"\-()" + ASCII_SPACE), Need("(?s:.{6,16})")),
        "fn": _JAVA,
        "ln": _JAVA,
        "ct": (*_JAVA, remove(r"0-9 \-+.^:,{}()$"), NotEmpty()),
        "st": (*_JAVA, keep("a-z"), NotEmpty()),
        "zp": (*_JAVA, remove(ASCII_SPACE), Take("^([^-]{2,})")),
        "country": (*_JAVA, keep("a-z"), Lookup({c: c for c in ALPHA_2}, None)),
        "db": _JAVA,
        "ge": _JAVA,
        "external_id": (NotEmpty(),),
        "currency": (*_JAVA, keep("a-z"), Need("[a-z]{3}")),
    },
    plain=frozenset({"external_id", "currency"}),
    already=Hashed(r"^(?:[a-zA-Z0-9]{64}|[a-zA-Z0-9]{32})\Z"),
)

# Server GTM tag of Meta ------------------------------------------------------------------------------------------
_GTM: Rule = (Reject(r"^undefined\Z"), JS_TRIM, Lower())
_ONCE = tuple(Sub(f"[{char}]", every=False) for char in (" ", "\\-", "(", ")", "+"))
SGTM = Profile(
    id="meta/sgtm",
    platform="meta",
    library="Meta Conversions API tag (server GTM)",
    version="gtmss-1.0.0-0.0.9",
    date="2025-08-25",
    source="facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager 95f6cb6: template.tpl; the empty text is hashed",
    level="official code",
    rules={
        **dict.fromkeys(("em", "fn", "ln", "ct", "st", "zp", "country"), _GTM),
        "ph": (*_GTM, *_ONCE),
        **dict.fromkeys(("db", "ge", "external_id"), (NotEmpty(),)),
    },
    plain=frozenset({"db", "ge", "external_id"}),
    already=Hashed(HEX_64),
)
PROFILES = (DOCS, PIXEL, BUILDER, NODE_SDK, PYTHON_SDK, PHP_SDK, JAVA_SDK, SGTM)
