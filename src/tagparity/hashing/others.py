"""LinkedIn, Reddit, Microsoft and X."""

from __future__ import annotations

from .chars import CLEAN, CUT_PLUS, DIGITS, EMAIL, EMAIL_BARE, JS_TRIM, NO_DOTS, PLAIN, STAPE_VALUE, TRIM_LOWER, UPPER_2
from .choices import BeforeAt
from .phones import NO_EXTENSION, e164
from .profile import HEX_64, Hashed, Profile
from .steps import AsciiCase, Lower, Need, NotEmpty, Prefix, Reject, Rule, Sub, keep, remove

_AS_HEX = Hashed(HEX_64, (JS_TRIM, AsciiCase()))
_PASS = Hashed(HEX_64)
_SEGMENT, _SEGMENT_DAY = "970a17ee", "2026-08-21"
_RUDDER, _RUDDER_DAY = "c98d160c", "2026-08-06"
_OWN = frozenset({"ip", "ua", "click_id", "browser_id"})
_OWN_RULES: dict[str, Rule] = dict.fromkeys(_OWN, PLAIN)

# LinkedIn --------------------------------------------------------------------------------------------------------
_LINKEDIN_PLAIN = _OWN | {"fn", "ln", "country", "external_id", "madid", "title", "company", "acxiom", "moat"}
LINKEDIN_DOCS = Profile(
    id="linkedin/docs",
    platform="linkedin",
    library="documentation",
    version="Conversions API 202603",
    date="2026-03-01",
    source="learn.microsoft.com/linkedin/marketing/conversions/conversions-api",
    level="official",
    rules={"em": EMAIL, **dict.fromkeys(_LINKEDIN_PLAIN - {"country"}, PLAIN), "country": UPPER_2},
    plain=_LINKEDIN_PLAIN,
    already=_AS_HEX,
)
LINKEDIN_SEGMENT = Profile(
    id="linkedin/segment",
    platform="linkedin",
    library="Segment linkedin-conversions",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: linkedin-conversions/streamConversion",
    level="implementer",
    rules={"em": CLEAN},
    already=_PASS,
)
LINKEDIN_RUDDER = Profile(
    id="linkedin/rudder",
    platform="linkedin",
    library="RudderStack linkedin_ads",
    version=_RUDDER,
    date=_RUDDER_DAY,
    source="rudderlabs/rudder-transformer: linkedin_ads; hashed as given",
    level="implementer",
    rules={"em": (NotEmpty(),)},
)

# Reddit ----------------------------------------------------------------------------------------------------------
_REDDIT_PLAIN = frozenset({"ua", "click_id", "browser_id"})
REDDIT_DOCS = Profile(
    id="reddit/docs",
    platform="reddit",
    library="documentation",
    version="Conversions API v3",
    date="2026-08-21",
    source="Reddit Conversions API v3; canonical address as in Segment's destination, which Reddit helps to maintain",
    level="official",
    rules={
        "em": EMAIL_BARE,
        **dict.fromkeys(("external_id", "ip", "madid", "conversion_id"), PLAIN),
        **dict.fromkeys(_REDDIT_PLAIN, PLAIN),
    },
    local={"ph": e164},
    plain=_REDDIT_PLAIN,
    already=_AS_HEX,
)
REDDIT_SEGMENT = Profile(
    id="reddit/segment",
    platform="reddit",
    library="Segment reddit-conversions-api",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: reddit-conversions-api/utils.ts; conversion_id is hashed as well",
    level="implementer",
    rules={
        "em": (*TRIM_LOWER, NO_DOTS, CUT_PLUS, NotEmpty()),
        "ph": (JS_TRIM, NotEmpty(), NO_EXTENSION, keep("0-9"), Prefix("+")),
        **dict.fromkeys(("external_id", "ip", "conversion_id"), PLAIN),
        "madid": (NotEmpty(),),
    },
    already=_PASS,
)
REDDIT_RUDDER = Profile(
    id="reddit/rudder",
    platform="reddit",
    library="RudderStack reddit",
    version=_RUDDER,
    date=_RUDDER_DAY,
    source="rudderlabs/rudder-transformer: reddit; trims, keeps case",
    level="implementer",
    rules=dict.fromkeys(("em", "external_id", "ip", "madid"), PLAIN),
)
REDDIT_PIXEL = Profile(
    id="reddit/pixel",
    platform="reddit",
    library="pixel.js",
    version="2026",
    date="",
    source="redditstatic.com/ads/pixel.js: m.conversionId is SHA-256 of the site's id (request fixtures)",
    level="observed",
    rules={"conversion_id": PLAIN},
)

# Microsoft -------------------------------------------------------------------------------------------------------
_MICROSOFT_OWN = _OWN | {"external_id", "madid"}
MICROSOFT_DOCS = Profile(
    id="microsoft/docs",
    platform="microsoft",
    library="documentation",
    version="UET Conversions API",
    date="2026-05-18",
    source="Microsoft's wording on enhanced conversions (not seen first hand), as stape-io/microsoft-capi-tag and"
    " elbwalker/walkerOS have it",
    level="implementer",
    rules={"em": EMAIL_BARE, **_OWN_RULES, "external_id": PLAIN, "madid": PLAIN},
    local={"ph": e164},
    plain=_MICROSOFT_OWN,
    already=_AS_HEX,
)
MICROSOFT_STAPE = Profile(
    id="microsoft/stape",
    platform="microsoft",
    library="Stape microsoft-capi-tag (server GTM)",
    version="285d013",
    date="2026-05-18",
    source="stape-io/microsoft-capi-tag: template.js; externalId is hashed",
    level="implementer",
    rules={
        "em": (*STAPE_VALUE, NO_DOTS, CUT_PLUS, *TRIM_LOWER),
        "ph": (*STAPE_VALUE, remove(r" \-()"), *TRIM_LOWER),
        "external_id": (*STAPE_VALUE, *TRIM_LOWER),
    },
    already=_PASS,
)
MICROSOFT_WALKEROS = Profile(
    id="microsoft/walkeros",
    platform="microsoft",
    library="walkerOS server destination bing",
    version="dd7f5dc",
    date="2026-08-01",
    source="elbwalker/walkerOS: packages/server/destinations/bing/src/hash.ts; telephone numbers are only trimmed",
    level="implementer",
    rules={
        "em": (*TRIM_LOWER, BeforeAt((Sub(r"(?s)\+.*"), Sub(r"\.")), last=True)),
        "ph": (JS_TRIM,),
        "external_id": (),
    },
    plain=frozenset({"external_id"}),
)
MICROSOFT_SEGMENT = Profile(
    id="microsoft/segment",
    platform="microsoft",
    library="Segment ms-bing-capi and ms-bing-ads-audiences",
    version=_SEGMENT,
    date=_SEGMENT_DAY,
    source="segmentio/action-destinations: ms-bing-capi/sendEvent; the + of telephone numbers goes",
    level="implementer",
    rules={"em": CLEAN, "ph": DIGITS},
    already=_PASS,
)
MICROSOFT_SIRDATA = Profile(
    id="microsoft/sirdata",
    platform="microsoft",
    library="Sirdata MS Bing CAPI template (server GTM)",
    version="6473f83",
    date="2025-07-28",
    source="SirDataFR/sirdata_templates_sgtm_ms_bing_capi: template.tpl; cuts the +suffix, keeps dots, takes no"
    " addresses with other characters",
    level="implementer",
    rules={"em": (CUT_PLUS, Need(r"[0-9a-zA-Z.@_\-]+"), Need(r"[^@]*@.*"), Reject(r"^[^.]*\Z"), Lower()), "ph": CLEAN},
    already=_PASS,
)

# X ---------------------------------------------------------------------------------------------------------------
X_DOCS = Profile(
    id="x/docs",
    platform="x",
    library="documentation",
    version="Ads API 12",
    date="2026-08-22",
    source="xdevplatform/docs: x-ads-api/measurement/web-conversions.mdx (its printed e-mail digest is another's)",
    level="official",
    rules={"em": EMAIL, **_OWN_RULES},
    local={"ph": e164},
    plain=_OWN,
    already=_AS_HEX,
)
X_RUDDER = Profile(
    id="x/rudder",
    platform="x",
    library="RudderStack twitter_ads",
    version=_RUDDER,
    date=_RUDDER_DAY,
    source="rudderlabs/rudder-transformer: twitter_ads test data",
    level="implementer",
    rules={"em": CLEAN, "ph": PLAIN},
)
PROFILES = (
    LINKEDIN_DOCS, LINKEDIN_SEGMENT, LINKEDIN_RUDDER, REDDIT_DOCS, REDDIT_SEGMENT, REDDIT_RUDDER, REDDIT_PIXEL,
    MICROSOFT_DOCS, MICROSOFT_STAPE, MICROSOFT_WALKEROS, MICROSOFT_SEGMENT, MICROSOFT_SIRDATA, X_DOCS, X_RUDDER,
)  # fmt: skip
