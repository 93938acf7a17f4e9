"""Google: Ads (enhanced conversions, customer match) and the Data Manager API."""

from __future__ import annotations

from dataclasses import replace

from .chars import (
    ADDRESS,
    ASCII_SPACE,
    CLEAN,
    CUT_PLUS,
    EMAIL,
    GMAIL_DOTS,
    JAVA_TRIM,
    JS_SPACE,
    JS_TRIM,
    NO_DOTS,
    PLAIN,
    PY_SPACE,
    PY_TRIM,
    STAPE_VALUE,
    TRIM_LOWER,
    UPPER_2,
    at_gmail,
)  # fmt: skip
from .choices import BeforeAt, Either, FirstOf
from .phones import e164
from .profile import HEX_64, Hashed, Profile
from .steps import AsciiCase, Lower, Need, NotEmpty, Prefix, Reject, Rule, Sub, keep, remove

ADDRESS_PLAIN = frozenset({"ct", "st", "zp", "country", "external_id", "madid"})
_LOWER_HEX: Rule = (JS_TRIM, AsciiCase())
_BOTH_PARTS = "[^@]+@[^@]+"

_DOCS_RULES: dict[str, Rule] = {
    "em": (*EMAIL, *GMAIL_DOTS, Need(_BOTH_PARTS)),
    "fn": CLEAN,
    "ln": CLEAN,
    "street": CLEAN,
    "ct": PLAIN,
    "st": PLAIN,
    "zp": PLAIN,
    "country": UPPER_2,
    "external_id": PLAIN,
    "madid": PLAIN,
}
ADS_DOCS = Profile(
    id="google_ads/docs",
    platform="google_ads",
    library="documentation",
    version="Google Ads API v21",
    date="2026-08-01",
    source="developers.google.com/google-ads/api/docs/conversions/upload-online and enhance-conversions; E.164 in the"
    " samples of googleads/google-ads-python",
    level="official",
    rules=_DOCS_RULES,
    local={"ph": e164},
    plain=ADDRESS_PLAIN,
    already=Hashed(HEX_64, _LOWER_HEX),
)
MANAGER_DOCS = replace(
    ADS_DOCS,
    id="google_data_manager/docs",
    platform="google_data_manager",
    version="Data Manager API v1",
    date="2026-06-01",
    source="developers.google.com/data-manager/api/devguides/concepts/formatting",
    rules={key: _DOCS_RULES[key] for key in ("em", "fn", "ln", "zp", "country")},
    plain=frozenset({"zp", "country"}),
)

_GTAG_DROPPED = r"0-9`~!@#$%^&*()_\-+=:;<>,.?|/\\\[\]{}"
_GTAG_NAME: Rule = (remove(_GTAG_DROPPED + JS_SPACE), Lower(), NotEmpty())
_GTAG_CODE: Rule = (JS_TRIM, remove(".~"), Lower(), NotEmpty())
GTAG = Profile(
    id="google_ads/gtag",
    platform="google_ads",
    library="gtag.js",
    version="63p1",
    date="2026-09-01",
    source="www.googletagmanager.com/gtag/js release 63p1; sent as base64url without padding",
    level="official code",
    rules={
        "em": (*TRIM_LOWER, Need(ADDRESS), Either(r"@(?:gmail|googlemail)\.", (NO_DOTS,), ()), Need(_BOTH_PARTS)),
        "ph": (
            remove(r"()\-/." + JS_SPACE),
            Either(r"^\+", (), (Prefix("+"),)),
            Need(r"\+[0-9]{10,15}"),
        ),
        **dict.fromkeys(("fn", "ln", "street", "ct", "st"), _GTAG_NAME),
        "zp": _GTAG_CODE,
        "country": _GTAG_CODE,
    },
    plain=frozenset({"ct", "st", "zp", "country"}),
    already=Hashed(HEX_64),
)
SAMPLE = Profile(
    id="google_ads/python-sample",
    platform="google_ads",
    library="google-ads-python samples",
    version="Google Ads API v24",
    date="2026-08-01",
    source="googleads/google-ads-python: examples/remarketing/upload_enhanced_conversions_for_web.py; dots and + leave"
    " the local part at every domain, white space inside a telephone number stays",
    level="official code",
    rules={
        "em": (PY_TRIM, Lower(), BeforeAt((remove(".+"),)), NotEmpty()),
        **dict.fromkeys(("ph", "fn", "ln", "street"), (PY_TRIM, Lower(), NotEmpty())),
        "zp": PLAIN,
        "country": PLAIN,
    },
    plain=frozenset({"zp", "country"}),
)
MATCH_SAMPLE = replace(
    SAMPLE,
    id="google_ads/python-sample-customer-match",
    library="google-ads-python sample of customer match",
    source="googleads/google-ads-python: examples/remarketing/add_customer_match_user_list.py; white space leaves"
    " addresses and telephone numbers, but their case stays",
    rules={
        **SAMPLE.rules,
        "em": (remove(PY_SPACE), NotEmpty()),
        "ph": (remove(PY_SPACE), NotEmpty()),
    },
)
STAPE = Profile(
    id="google_ads/stape",
    platform="google_ads",
    library="Stape google-conversion-events (server GTM)",
    version="7c52c1b",
    date="2026-05-18",
    source="stape-io/google-conversion-events-tag: template.tpl; dots leave only where the domain is in lower case and"
    " nothing follows it",
    level="implementer",
    rules={
        "em": (*STAPE_VALUE, *GMAIL_DOTS, *TRIM_LOWER),
        "ph": (*STAPE_VALUE, remove(r" \-()"), Either(r"^\+", (), (Prefix("+"),)), *TRIM_LOWER),
        "fn": (*STAPE_VALUE, *TRIM_LOWER),
        "ln": (*STAPE_VALUE, *TRIM_LOWER),
    },
    already=Hashed(HEX_64),
    also=("google_data_manager",),
)
SEGMENT = Profile(
    id="google_ads/segment",
    platform="google_ads",
    library="Segment google-enhanced-conversions",
    version="970a17ee",
    date="2026-08-21",
    source="segmentio/action-destinations: google-enhanced-conversions/functions.ts; one dot only leaves the local"
    " part, +1 stands in for an unknown country",
    level="implementer",
    rules={
        "em": (
            Lower(),
            JS_TRIM,
            Either("@(?:gmail|googlemail).", (BeforeAt((Sub("[.]", every=False),)),), ()),
            Need(ADDRESS),
        ),
        "ph": (keep("0-9"), Either("^1", (), (Prefix("1"),)), Prefix("+")),
        "fn": (NotEmpty(),),
        "ln": (NotEmpty(),),
        "street": (NotEmpty(),),
    },
    already=Hashed(HEX_64),
)

# Data Manager libraries ------------------------------------------------------------------------------------------
_JAVA: Rule = (JAVA_TRIM, NotEmpty())
_PLUS_DIGITS: Rule = (keep("0-9"), NotEmpty(), Prefix("+"))
_TITLE = Sub(rf"(?:mr|mrs|ms|dr)\.(?:[{ASCII_SPACE}]|\Z)")
_SUFFIX = (
    rf"(?:,[{ASCII_SPACE}]*|[{ASCII_SPACE}]+)"
    rf"(?:jr\.|sr\.|2nd|3rd|ii|iii|iv|v|vi|cpa|dc|dds|vm|jd|md|phd)[{ASCII_SPACE}]?"
)
_ADDRESS_2 = "[^@]+@(?s:.+)"
MANAGER_JAVA = Profile(
    id="google_data_manager/java",
    platform="google_data_manager",
    library="data-manager-java",
    version="b15171a",
    date="2026-06-25",
    source="googleads/data-manager-java: UserDataFormatter.java; sent as upper-case hex or base64",
    level="official code",
    rules={
        "em": (
            *_JAVA,
            Reject(rf"^[{ASCII_SPACE}]\Z"),
            Lower(),
            Need(_ADDRESS_2),
            *at_gmail(CUT_PLUS, NO_DOTS),
            Need(_ADDRESS_2),
        ),
        "ph": (*_JAVA, *_PLUS_DIGITS),
        "fn": (*_JAVA, Lower(), _TITLE, *_JAVA),
        "ln": (*_JAVA, Lower(), Sub(rf"(?:{_SUFFIX})+\Z"), NotEmpty()),
        "country": (*_JAVA, AsciiCase(upper=True), Need("[A-Z]{2}")),
        "zp": _JAVA,
    },
    plain=frozenset({"country", "zp"}),
    also=("google_ads",),
)
_PY: Rule = (PY_TRIM, NotEmpty())
_WORDS_ONLY: Rule = (*_PY, Lower(), Sub(r"[!-/:-@\[-`{-~]+"), NotEmpty())
MANAGER_PYTHON = Profile(
    id="google_data_manager/python",
    platform="google_data_manager",
    library="data-manager-python",
    version="2025-12",
    date="2025-12-01",
    source="googleads/data-manager-python: google/ads/datamanager_util/format.py; sent as hex or base64",
    level="official code",
    rules={
        "em": (
            *_PY,
            Reject(f"[{PY_SPACE}]"),
            Lower(),
            Need(_BOTH_PARTS),
            *at_gmail(NO_DOTS),
            Need(_BOTH_PARTS),
        ),
        "ph": _PLUS_DIGITS,
        "fn": (*_PY, Lower()),
        "ln": (*_PY, Lower()),
        "country": (*_PY, AsciiCase(upper=True), Need("(?s:..)")),
        "zp": _PY,
        "street": _WORDS_ONLY,
        "ct": _WORDS_ONLY,
        "st": _WORDS_ONLY,
    },
    plain=frozenset({"country", "zp", "ct", "st"}),
    also=("google_ads",),
)
_TITLED = Sub(rf"^(?:mr\.|mrs\.|ms\.|miss\.|dr\.|prof\.)[{JS_SPACE}]*")
_ENDINGS = ("jr\\.", "sr\\.", "iii", "ii", "iv", "v")
MANAGER_WALKEROS = Profile(
    id="google_data_manager/walkeros",
    platform="google_data_manager",
    library="walkerOS server destination datamanager",
    version="11d6877",
    date="2026-08-01",
    source="elbwalker/walkerOS: packages/server/destinations/datamanager/src/hash.ts; +1 for ten digits or fewer",
    level="implementer",
    rules={
        "em": (NotEmpty(), *TRIM_LOWER, *GMAIL_DOTS),
        "ph": (
            NotEmpty(),
            JS_TRIM,
            Either(
                r"^\+",
                (keep("0-9"), Prefix("+")),
                (keep("0-9"), Either("^[0-9]{11,}\\Z", (Prefix("+"),), (Prefix("+1"),))),
            ),
        ),
        "fn": (NotEmpty(), *TRIM_LOWER, _TITLED),
        "ln": (
            NotEmpty(),
            *TRIM_LOWER,
            FirstOf((*((Either(f"{end}\\Z", (Sub(f" ?{end}\\Z"), JS_TRIM), (Reject("^"),)),) for end in _ENDINGS), ())),
        ),
    },
    also=("google_ads",),
)
PROFILES = (
    ADS_DOCS, GTAG, SAMPLE, MATCH_SAMPLE, STAPE, SEGMENT, MANAGER_DOCS, MANAGER_JAVA, MANAGER_PYTHON, MANAGER_WALKEROS,
)  # fmt: skip
