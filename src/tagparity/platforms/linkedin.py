"""LinkedIn: Conversions API payloads and Insight Tag hits.

The name of an event is the id of a conversion rule: a URN on the server, its number in the browser. One conversion has
two rules, one for each side, so that only the event id is common to both.
"""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape, Verdicts
from ._linkedin_hits import PAGE_VIEW, decode

# Types of conversion rules: no request carries them, logs and exports of the account do.
_RULE_TYPES = {
    "KEY_PAGE_VIEW": "page_view",
    "VIEW_CONTENT": "view_item",
    "VIEW_VIDEO": "video_start",
    "SEARCH": "search",
    "ADD_TO_LIST": "add_to_wishlist",
    "ADD_TO_CART": "add_to_cart",
    "START_CHECKOUT": "begin_checkout",
    "ADD_BILLING_INFO": "add_payment_info",
    "PURCHASE": "purchase",
    "LEAD": "generate_lead",
    "TALENT_LEAD": "talent_lead",
    "QUALIFIED_LEAD": "qualify_lead",
    "MARKETING_QUALIFIED_LEAD": "marketing_qualified_lead",
    "SALES_QUALIFIED_LEAD": "sales_qualified_lead",
    "SIGN_UP": "sign_up",
    "COMPLETE_SIGNUP": "complete_signup",
    "SUBSCRIBE": "subscribe",
    "START_TRIAL": "start_trial",
    "CONTACT": "contact",
    "PHONE_CALL": "phone_call",
    "REQUEST_QUOTE": "request_quote",
    "SCHEDULE": "schedule",
    "BOOK_APPOINTMENT": "book_appointment",
    "SUBMIT_APPLICATION": "submit_application",
    "JOB_APPLY": "job_apply",
    "DOWNLOAD": "download",
    "INSTALL": "first_open",
    "LOGIN": "login",
    "SHARE": "share",
    "SAVE": "save",
    "INVITE": "invite",
    "RATE": "rate",
    "DONATE": "donate",
    "AD_CLICK": "ad_click",
    "AD_VIEW": "ad_view",
    "OUTBOUND_CLICK": "click",
    "OTHER": "other",
}
_NAMES = {PAGE_VIEW: "page_view", "PAGE_VISIT": "page_view", "CLICK": "click", **_RULE_TYPES}


def _id(kind: str, hashing: Hashing, list_ok: bool = False) -> Key:
    return Key((f"user.userIds[idType={kind}].idValue",), hashing, list_ok)


def _info(name: str) -> Key:
    return Key((f"user.userInfo.{name}",), Hashing.NEVER)


_KEYS = {
    "em": _id("SHA256_EMAIL", Hashing.REQUIRED, list_ok=True),
    "li_fat_id": _id("LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", Hashing.NEVER),
    "client_ip_address": _id("PLAINTEXT_IP_ADDRESS", Hashing.NEVER),
    "madid": _id("GOOGLE_AID", Hashing.NEVER),
    "fn": _info("firstName"),
    "ln": _info("lastName"),
    "country": _info("countryCode"),
    # One id at most, in a list; what it looks like is the advertiser's.
    "external_id": Key(("user.externalIds[*]",), Hashing.EITHER),
}

_SERVER = ServerShape(
    url=r"/rest/conversionEvents(?:[/?#]|$)",
    events="elements",
    envelope=("elements",),
    bare=("conversion", "conversionHappenedAt"),
    marks={"conversion": r"^urn:l(?:la|i):"},
    fields={
        "event_name": ("conversion",),
        "event_id": ("eventId",),
        "event_time": ("conversionHappenedAt",),
        "value": ("conversionValue.amount",),
        "currency": ("conversionValue.currencyCode",),
    },
    verdicts=Verdicts(
        listed="elements", status="status", bad=("400", "401", "403", "404", "409", "422", "429", "500", "503")
    ),
    time_unit="ms",
    max_age_s=90 * 86400,
    batch=5000,
)

_UUID = r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_PX = r"^(?:px\d*|dc)\.ads\.linkedin\.com/"

PLATFORM = Platform(
    id="linkedin",
    title="LinkedIn",
    aliases=("linkedin ads", "linkedin insight", "linkedin insight tag", "linkedin capi", "linkedin conversions api"),
    names=_NAMES,
    window_s=None,
    sources=(
        "official: learn.microsoft.com/linkedin/marketing, Conversions API (schema, deduplication), 2026-11-24",
        "implementer: stape-io/linkedin-tag; segmentio/action-destinations linkedin-conversions, 2026-08-21",
        "implementer: rudderlabs/rudder-transformer linkedin_ads, 2026-08-06",
        "observed: insight.min.js 213 to 275, captures of 2023 to 2026, 2026-11-24",
    ),
    keys=_KEYS,
    name_in_key=False,
    winner="the browser's copy; the server's is discarded and taken off its rule's count",
    servers=(_SERVER,),
    decode=decode,
    kinds=(
        (Kind.LOADER, r"^snap\.licdn\.com/"),
        # The browser's attribution copy of a page view, sent just before it.
        (Kind.TWIN, rf"{_PX}attribution_trigger(?:[/?]|$)"),
        (Kind.DIAGNOSTIC, rf"{_PX}insight_tag_errors|^(?:www\.)?linkedin\.com/li/track(?:[/?]|$)"),
        (Kind.COOKIE_SYNC, rf"{_PX}(?:setuid|db_sync|li_sync|px/li_sync)(?:[/?]|$)|^(?:www\.)?linkedin\.com/px/"),
    ),
    hosts=r"(?:^|\.)(?:linkedin\.com|licdn\.com|lnkd\.in)$",
    click_ids=(Mark("li_fat_id", _UUID, 30 * 86400, "li_fat_id"),),
    cookies=(
        Mark("li_fat_id", _UUID, 30 * 86400, "li_fat_id"),
        Mark("li_giant", r"^\S+$"),
    ),
    destination=r"^\d{3,12}$",
)
