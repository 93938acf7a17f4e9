"""X (Twitter): Conversion API payloads and hits of the pixel."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape
from ._x_hits import decode

# Types of conversion rules. The wire carries the rule's id instead (`tw-<pixel>-<event>`), on both sides.
_RULES = {
    "PAGE_VIEW": "page_view",
    "SITE_VISIT": "page_view",
    "CONTENT_VIEW": "view_item",
    "SEARCH": "search",
    "ADD_TO_WISHLIST": "add_to_wishlist",
    "ADD_TO_CART": "add_to_cart",
    "CHECKOUT_INITIATED": "begin_checkout",
    "ADDED_PAYMENT_INFO": "add_payment_info",
    "PURCHASE": "purchase",
    "LEAD": "generate_lead",
    "SIGN_UP": "sign_up",
    "LOGIN": "login",
    "SUBSCRIBE": "subscribe",
    "START_TRIAL": "start_trial",
    "RESERVATION": "schedule",
    "DOWNLOAD": "download",
    "SHARE": "share",
}
# Names of the universal website tag, which sends them in lower case.
_SAME_AS = {
    "pageview": "PAGE_VIEW",
    "viewcontent": "CONTENT_VIEW",
    "search": "SEARCH",
    "addtowishlist": "ADD_TO_WISHLIST",
    "addtocart": "ADD_TO_CART",
    "initiatecheckout": "CHECKOUT_INITIATED",
    "addpaymentinfo": "ADDED_PAYMENT_INFO",
    "purchase": "PURCHASE",
    "lead": "LEAD",
    "signup": "SIGN_UP",
    "completeregistration": "SIGN_UP",
    "download": "DOWNLOAD",
}


def _id(name: str, hashing: Hashing) -> Key:
    return Key((f"identifiers[*].{name}",), hashing, list_ok=True)


_KEYS = {
    "em": _id("hashed_email", Hashing.REQUIRED),
    "ph": _id("hashed_phone_number", Hashing.REQUIRED),
    "twclid": _id("twclid", Hashing.NEVER),
    "client_ip_address": _id("ip_address", Hashing.NEVER),
    "client_user_agent": _id("user_agent", Hashing.NEVER),
}

_SERVER = ServerShape(
    url=r"/measurement/conversions/(?P<dest>[^/?#]+)",
    events="conversions",
    envelope=("conversions", "conversions.0.identifiers"),
    bare=("conversion_time", "event_id", "identifiers"),
    fields={
        # `event_id` names the rule, `conversion_id` the conversion.
        "event_name": ("event_id",),
        "event_id": ("conversion_id",),
        "event_time": ("conversion_time",),
        "value": ("value",),
        "currency": ("price_currency",),
        "url": ("event_source_url",),
    },
    time_unit="iso",
    batch=500,
)

_CLICK = r"^[0-9a-z]{20,40}$"
_ADSCT = r"^[^/?]+/(?:\d/)?i/adsctp?/?\?"

PLATFORM = Platform(
    id="x",
    title="X",
    aliases=("twitter", "x ads", "twitter ads", "x pixel", "twitter pixel", "x capi", "twitter capi"),
    names={**_RULES, **{old: _RULES[new] for old, new in _SAME_AS.items()}},
    window_s=None,
    sources=(
        "official: xdevplatform/docs, Conversion API (payload, deduplication, limits), 2026-08-22",
        "implementer: stape-io/twitter-tag; rudderlabs/rudder-transformer twitter_ads, 2026-08-06",
        "observed: uwt.js 2.3.33 to 2.3.35, captures of 2014 to 2026, 2026-11-24",
    ),
    keys=_KEYS,
    same_as=_SAME_AS,
    name_in_key=False,
    servers=(_SERVER,),
    decode=decode,
    kinds=(
        (Kind.LOADER, r"^static\.ads-twitter\.com/|^platform\.(?:twitter|x)\.com/(?:oct|widgets)\.js"),
        (Kind.COOKIE_SYNC, rf"{_ADSCT}(?!(?:[^#]*&)?txn_id=[^&])(?:[^#]*&)?p_(?:user_)?id="),
    ),
    hosts=r"(?:^|\.)(?:t\.co|twitter\.com|x\.com|twimg\.com|ads-twitter\.com)$",
    click_ids=(Mark("twclid", _CLICK, 30 * 86400, "twclid"),),
    cookies=(
        Mark("_twclid", r"^(?:%7B|\{)", 30 * 86400, "twclid"),
        Mark("twclid", _CLICK, 90 * 86400, "twclid"),
        Mark("_twpid", r"^tw\.\d{13}\.\d+$"),
    ),
    destination=r"^[a-z0-9]{4,8}$",
)
