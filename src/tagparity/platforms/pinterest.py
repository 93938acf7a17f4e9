"""Pinterest: API for Conversions payloads (v5 and the older v3) and hits of the tag."""

from __future__ import annotations

from dataclasses import replace

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape, Verdicts
from ._pinterest_hits import decode

_SERVER_NAMES = {
    "page_visit": "page_view",
    "view_content": "view_item",
    "view_category": "view_item_list",
    "search": "search",
    "add_to_cart": "add_to_cart",
    "add_to_wishlist": "add_to_wishlist",
    "initiate_checkout": "begin_checkout",
    "add_payment_info": "add_payment_info",
    "checkout": "purchase",
    "signup": "sign_up",
    "lead": "generate_lead",
    "subscribe": "subscribe",
    "start_trial": "start_trial",
    "contact": "contact",
    "schedule": "schedule",
    "submit_application": "submit_application",
    "customize_product": "customize_product",
    "find_location": "find_location",
    "watch_video": "video_start",
    "app_install": "first_open",
    "app_open": "app_open",
    "custom": "custom",
}
# The tag writes its names without underscores; images without script and payloads of v3 also in capitals.
_SAME_AS = {
    "pagevisit": "page_visit",
    "viewcategory": "view_category",
    "addtocart": "add_to_cart",
    "watchvideo": "watch_video",
    "PageVisit": "page_visit",
    "ViewCategory": "view_category",
    "Search": "search",
    "AddToCart": "add_to_cart",
    "Checkout": "checkout",
    "WatchVideo": "watch_video",
    "Signup": "signup",
    "Lead": "lead",
    "Custom": "custom",
}


def _hashed(name: str) -> Key:
    return Key((f"user_data.{name}",), Hashing.REQUIRED, list_ok=True)


def _plain(name: str) -> Key:
    return Key((f"user_data.{name}",), Hashing.NEVER)


_KEYS = {
    **{k: _hashed(k) for k in ("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id")},
    "madid": _hashed("hashed_maids"),
    "client_ip_address": _plain("client_ip_address"),
    "client_user_agent": _plain("client_user_agent"),
    "epik": _plain("click_id"),
}

_SERVER = ServerShape(
    url=r"/v5/ad_accounts/(?P<dest>[^/?#]+)/events(?:[/?#]|$)",
    events="data",
    envelope=("data",),
    bare=("event_name", "event_time", "user_data", "action_source"),
    marks={"action_source": r"^(?:web|app_android|app_ios|offline)$"},
    fields={
        "event_name": ("event_name",),
        "event_id": ("event_id",),
        "event_time": ("event_time",),
        "order_id": ("custom_data.order_id",),
        "value": ("custom_data.value",),
        "currency": ("custom_data.currency",),
        "app_version": ("custom_data.app_version",),
        "url": ("event_source_url",),
        "action_source": ("action_source",),
        "sender": ("partner_name", "custom_data.np"),
    },
    test_url=r"[?&]test=true(?:[&#]|$)",
    verdicts=Verdicts(listed="events", status="status", bad=("failed",)),
    batch=1000,
    action_sources=("app_android", "app_ios", "web", "offline"),
    # opt_out_type belongs to custom_data; the Magento extension puts it under user_data.
    consents={"opt_out": ("opt_out",), "ldu": ("custom_data.opt_out_type", "user_data.opt_out_type")},
)
_SERVER_V3 = replace(
    _SERVER,
    url=r"ct\.pinterest\.com(?::\d+)?/events/v3(?:[/?#]|$)",
    envelope=("data", "data.0.advertiser_id"),
    bare=("event_name", "event_time", "user_data", "action_source", "advertiser_id"),
    fields={**_SERVER.fields, "destination_id": ("advertiser_id",)},
)

_CLICK = r"^dj0[A-Za-z0-9_-]{10,}$"
_YEAR = 365 * 86400

PLATFORM = Platform(
    id="pinterest",
    title="Pinterest",
    aliases=("pinterest ads", "pinterest tag", "pinterest capi", "pinterest conversions api", "pinterest api", "pin"),
    names={**_SERVER_NAMES, **{old: _SERVER_NAMES[new] for old, new in _SAME_AS.items()}},
    window_s=None,
    sources=(
        "official: pinterest/api-description v5.23.0 (events of ad accounts, answers, deduplication), 2026-11-24",
        "implementer: MisterPhilip/omnibug; mbaersch/tracking-auditor-extension 272da608 (tag parameters), 2026-11-24",
        "implementer: stape-io/pinterest-tag; rudderlabs/rudder-transformer (v3 payloads), 2026-08-06",
        "observed: core.js and main.817db39b.js, captures of 2020 to 2026, 2026-11-24",
    ),
    keys=_KEYS,
    same_as=_SAME_AS,
    servers=(_SERVER, _SERVER_V3),
    decode=decode,
    kinds=(
        (Kind.LOADER, r"^s\.pinimg\.com/ct/|^ct\.pinterest\.com/(?:static/ct/|ct\.html)"),
        # The look-up of the visitor on every page load (`dep`, the tag's own state), the stop watch, the meta data.
        (Kind.DIAGNOSTIC, r"^ct\.pinterest\.com/(?:stats|md|user)(?:[/?]|$)|^(?:log|trk)\.pinterest\.com/"),
    ),
    hosts=r"(?:^|\.)(?:pinterest\.(?:com?|[a-z]{2}|com?\.[a-z]{2})|pinimg\.com|pin\.it)$",
    click_ids=(Mark("epik", _CLICK, _YEAR, "epik"),),
    cookies=(
        Mark("_epik", _CLICK, _YEAR, "epik"),
        Mark("_derived_epik", _CLICK, 0, "epik"),
        Mark("_pin_unauth", r"^[A-Za-z0-9_=-]{10,}$", _YEAR),
        Mark("_pinterest_ct_ua", r'^"?[A-Za-z0-9+/=_-]{10,}"?$'),
    ),
    destination=r"^\d{10,20}$",
)
