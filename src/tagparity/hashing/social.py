"""TikTok, Pinterest and Snapchat."""

from __future__ import annotations

from .chars import (
    CLEAN,
    DIGITS,
    EMAIL,
    JS_SPACE,
    JS_TRIM,
    PLAIN,
    PUNCT,
    PY_SPACE,
    PY_TRIM,
    SQUEEZED,
    TRIM_LOWER,
)  # fmt: skip
from .choices import Either, Lookup
from .countries import CODES
from .meta_builder import GENDERS
from .phones import digits_with_code, e164
from .profile import HEX_64, Hashed, Profile
from .states import NAMES
from .steps import AsciiCase, First, Lower, Need, NotEmpty, Prefix, Reject, Rule, Sub, Take, keep, remove

_AS_HEX = Hashed(HEX_64, (JS_TRIM, AsciiCase()))
_PASS = Hashed(HEX_64)
_SEGMENT, _SEGMENT_DAY = "970a17ee", "2026-08-21"
_RUDDER, _RUDDER_DAY = "c98d160c", "2026-08-06"
_OWN = frozenset({"ip", "ua", "click_id", "browser_id", "madid", "idfv", "lead_id", "partner_id", "locale"})
_OWN_RULES: dict[str, Rule] = dict.fromkeys(_OWN, PLAIN)
_NAME: Rule = (*TRIM_LOWER, remove(PUNCT + JS_SPACE), NotEmpty())
_CITY: Rule = (*TRIM_LOWER, remove(PUNCT + JS_SPACE), NotEmpty())
_STATE: Rule = (*_CITY, Lookup(NAMES))
_ZIP_NO_SPACE: Rule = (*TRIM_LOWER, remove(JS_SPACE + "\\-"), Sub(r"^([0-9]{5})[0-9]{4}\Z", r"\1"), NotEmpty())
_COUNTRY: Rule = (*TRIM_LOWER, keep("a-z"), Lookup(CODES, None))
_DAY: Rule = (keep("0-9"), Need("(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"))
_GENDER = {**GENDERS, **dict.fromkeys(("n", "nonbinary", "non-binary", "neutral"), "n")}

# TikTok ----------------------------------------------------------------------------------------------------------
_PLACES = frozenset({"ct", "st", "country"})
TIKTOK_DOCS = Profile(
    id="tiktok/docs",
    platform="tiktok",
    library="documentation",
    version="Events API 2.0",
    date="2026-05-01",
    source="Events API 2.0 as read in tiktok/tiktok-business-api-sdk and the server tags (platforms page 1.1)",
    level="official",
    rules={
        "em": EMAIL,
        "fn": CLEAN,
        "ln": CLEAN,
        "zp": CLEAN,
        "external_id": PLAIN,
        "ct": CLEAN,
        "st": CLEAN,
        "country": CLEAN,
        **_OWN_RULES,
    },
    local={"ph": e164},
    plain=_PLACES | _OWN,
    already=_AS_HEX,
)
TIKTOK_TEMPLATE = Profile(
    id="tiktok/gtm-template",
    platform="tiktok",
    library="TikTok Events API template (server GTM)",
    version="089e34e",
    date="2024-05-30",
    source="tiktok/gtm-template-eapi: template.tpl; telephone numbers are only trimmed, external_id keeps its case",
    level="official code",
    rules={**dict.fromkeys(("em", "ph", "fn", "ln", "zp", "ct", "st", "country"), CLEAN), "external_id": PLAIN},
    plain=_PLACES,
    already=_PASS,
)
TIKTOK_SEGMENT = Profile(
    id="tiktok/segment",
    platform="tiktok",
    library="Segment tiktok-conversions",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: tiktok-conversions/formatter.ts; telephone numbers are cut at 15 characters",
    level="implementer",
    rules={
        "em": (Reject(f"^[{JS_SPACE}]*\\Z"), Lower()),
        "ph": (Reject(f"^[{JS_SPACE}]*\\Z"), keep("0-9"), Prefix("+"), First(15)),
        "external_id": (Reject(f"^[{JS_SPACE}]*\\Z"), Lower()),
        **dict.fromkeys(("fn", "ln", "zp"), SQUEEZED),
        **dict.fromkeys(("ct", "st", "country"), (keep("A-Za-z0-9"), Lower(), NotEmpty())),
    },
    plain=_PLACES,
    already=_PASS,
)
TIKTOK_AUDIENCES = Profile(
    id="tiktok/segment-audiences",
    platform="tiktok",
    library="Segment tiktok-audiences",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: tiktok-audiences; telephone numbers are hashed as given",
    level="implementer",
    rules={"em": (NotEmpty(), Lower()), "ph": (NotEmpty(),)},
    already=_PASS,
)
TIKTOK_RUDDER = Profile(
    id="tiktok/rudder",
    platform="tiktok",
    library="RudderStack tiktok_ads",
    version=_RUDDER,
    date=_RUDDER_DAY,
    source="rudderlabs/rudder-transformer: tiktok_ads; trims, keeps case, zip digits only",
    level="implementer",
    rules={
        **dict.fromkeys(("em", "ph", "external_id"), PLAIN),
        "fn": CLEAN,
        "ln": CLEAN,
        "zp": DIGITS,
        **dict.fromkeys(("ct", "st", "country"), CLEAN),
    },
    plain=_PLACES,
)
TIKTOK_ZARAZ = Profile(
    id="tiktok/zaraz",
    platform="tiktok",
    library="managed-components/tiktok (Cloudflare Zaraz)",
    version="2026",
    date="",
    source="managed-components/tiktok: trims and lowers, external_id too",
    level="implementer",
    rules=dict.fromkeys(("em", "ph", "external_id"), CLEAN),
)

# Pinterest -------------------------------------------------------------------------------------------------------
PINTEREST_DOCS = Profile(
    id="pinterest/docs",
    platform="pinterest",
    library="documentation",
    version="OpenAPI 5.23.0",
    date="2026-08-01",
    source="pinterest/api-description: v5/openapi.json (its text; two of its printed examples contradict it)",
    level="official",
    rules={
        "em": EMAIL,
        "fn": CLEAN,
        "ln": CLEAN,
        "ge": (*TRIM_LOWER, Lookup(_GENDER, None)),
        "db": _DAY,
        "ct": _CITY,
        "st": _STATE,
        "zp": DIGITS,
        "country": _COUNTRY,
        "external_id": PLAIN,
        **_OWN_RULES,
        "madid": PLAIN,
    },
    local={"ph": digits_with_code},
    plain=_OWN - {"madid"},
    already=_AS_HEX,
)
_LOWERED: Rule = (JS_TRIM, Lower(), NotEmpty())
PINTEREST_RUDDER = Profile(
    id="pinterest/rudder",
    platform="pinterest",
    library="RudderStack pinterest_tag",
    version=_RUDDER,
    date=_RUDDER_DAY,
    source="rudderlabs/rudder-transformer: pinterest_tag/utils.js; spaces and punctuation of cities stay",
    level="implementer",
    rules={
        **dict.fromkeys(("em", "ct", "st", "country", "ln", "fn", "ge"), _LOWERED),
        "ph": (*DIGITS, Sub("^0+"), NotEmpty()),
        "zp": DIGITS,
        **dict.fromkeys(("external_id", "db", "madid"), (NotEmpty(),)),
    },
)

# Snapchat --------------------------------------------------------------------------------------------------------
SNAP_DOCS = Profile(
    id="snapchat/docs",
    platform="snapchat",
    library="documentation",
    version="Conversions API v3",
    date="2026-08-01",
    source="developers.snap.com Conversions API parameters",
    level="official",
    rules={
        "em": EMAIL,
        "fn": _NAME,
        "ln": _NAME,
        "ge": (*TRIM_LOWER, Lookup(GENDERS, None)),
        "db": _DAY,
        "ct": _CITY,
        "st": _STATE,
        "zp": _ZIP_NO_SPACE,
        "country": _COUNTRY,
        "external_id": PLAIN,
        **_OWN_RULES,
        "madid": CLEAN,
    },
    local={"ph": digits_with_code},
    plain=_OWN,
    already=_AS_HEX,
)
_SNAP_PY: Rule = (PY_TRIM, Lower(), NotEmpty())
_CALLED = rf"^(?:(?:\+|00)([0-9]+)[\-{PY_SPACE}])0?([^\n]+)"
SNAP_PYTHON = Profile(
    id="snapchat/python-sdk",
    platform="snapchat",
    library="business-sdk-python (v2)",
    version="69ecef6",
    date="2022-12-19",
    source="Snapchat/business-sdk-python: snap_business_sdk/capi_utils.py; +1 for numbers without code, dots stay",
    level="official code",
    rules={
        **dict.fromkeys(("em", "fn", "ln", "ct", "st", "zp", "madid", "idfv", "ip"), _SNAP_PY),
        "ph": (
            Reject(f"^[{PY_SPACE}]*\\Z"),
            Either(
                _CALLED,
                (Take(f"({_CALLED})"), Sub(_CALLED, r"\1\2"), keep("0-9.")),
                (Take(r"([^\n]+)"), Sub("^0"), keep("0-9."), Prefix("1")),
            ),
        ),
    },
)
SNAP_SEGMENT = Profile(
    id="snapchat/segment",
    platform="snapchat",
    library="Segment snap-conversions-api",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: snap-conversions-api/reportConversionEvent; leading zeros leave only at the"
    " very start of the value",
    level="implementer",
    rules={
        "em": SQUEEZED,
        "ph": (Sub("[^0-9]|^0+"), NotEmpty()),
        **dict.fromkeys(("fn", "ln", "ct", "st", "zp", "country", "ge", "external_id"), CLEAN),
        "madid": (Lower(), NotEmpty()),
    },
    already=_PASS,
)
SNAP_AUDIENCES = Profile(
    id="snapchat/segment-audiences",
    platform="snapchat",
    library="Segment snap-audiences",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: snap-audiences/syncAudience",
    level="implementer",
    rules={"em": CLEAN, "ph": (*DIGITS, Sub("^0+"), NotEmpty()), "madid": CLEAN},
    already=_PASS,
)
SNAP_RUDDER = Profile(
    id="snapchat/rudder",
    platform="snapchat",
    library="RudderStack snapchat_conversion",
    version=_RUDDER,
    date=_RUDDER_DAY,
    source="rudderlabs/rudder-transformer: snapchat_conversion/util.ts and utilsV3.ts",
    level="implementer",
    rules={
        **dict.fromkeys(("em", "fn", "ln", "ct", "st", "zp", "country", "ge", "external_id", "madid", "ip"), CLEAN),
        "ph": (*DIGITS, Sub("^0+"), NotEmpty()),
    },
    already=_PASS,
)
SNAP_PIXEL = Profile(
    id="snapchat/pixel",
    platform="snapchat",
    library="scevent.min.js",
    version="1.6.0",
    date="",
    source="Snapchat/pixel-server-gateway: scevent.min.js; u_hed is the digest of the address's domain",
    level="official code",
    rules={
        "em": CLEAN,
        "email_domain": (*CLEAN, Take("@([^@]+)\\Z")),
        "ph": (*DIGITS, Sub("^0+"), NotEmpty()),
        "fn": CLEAN,
        "ln": CLEAN,
        "madid": CLEAN,
    },
    already=_PASS,
)
PROFILES = (
    TIKTOK_DOCS, TIKTOK_TEMPLATE, TIKTOK_SEGMENT, TIKTOK_AUDIENCES, TIKTOK_RUDDER, TIKTOK_ZARAZ, PINTEREST_DOCS,
    PINTEREST_RUDDER, SNAP_DOCS, SNAP_PYTHON, SNAP_SEGMENT, SNAP_AUDIENCES, SNAP_RUDDER, SNAP_PIXEL,
)  # fmt: skip
