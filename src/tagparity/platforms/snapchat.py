"""Snapchat: Conversions API payloads (v3 and the older v2) and Snap Pixel hits."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape
from ._snapchat_hits import decode

_NAMES = {
    "PAGE_VIEW": "page_view",
    "VIEW_CONTENT": "view_item",
    "LIST_VIEW": "view_item_list",
    "SEARCH": "search",
    "ADD_CART": "add_to_cart",
    "ADD_TO_WISHLIST": "add_to_wishlist",
    "START_CHECKOUT": "begin_checkout",
    "ADD_BILLING": "add_payment_info",
    "PURCHASE": "purchase",
    "SIGN_UP": "sign_up",
    "SUBSCRIBE": "subscribe",
    "START_TRIAL": "start_trial",
    "LOGIN": "login",
    "SAVE": "save",
    "SHARE": "share",
    "RESERVE": "schedule",
    "INVITE": "invite",
    "RATE": "rate",
    "AD_CLICK": "ad_click",
    "AD_VIEW": "ad_view",
    "APP_INSTALL": "first_open",
    "APP_OPEN": "app_open",
    "COMPLETE_TUTORIAL": "tutorial_complete",
    "LEVEL_COMPLETE": "level_end",
    "ACHIEVEMENT_UNLOCKED": "unlock_achievement",
    "SPENT_CREDITS": "spend_virtual_currency",
    **{f"CUSTOM_EVENT_{n}": f"custom_event_{n}" for n in range(1, 6)},
}


def _hashed(name: str, *old: str, list_ok: bool = False) -> Key:
    return Key((f"user_data.{name}", *old), Hashing.REQUIRED, list_ok)


def _plain(name: str, *old: str) -> Key:
    return Key((f"user_data.{name}", *old), Hashing.NEVER)


# v2 hashes address and advertising id of the device too (hashed_ip_address, hashed_mobile_ad_id), v3 forbids it: the
# old fields are no paths of these keys.
_KEYS = {
    "em": _hashed("em", "hashed_email", list_ok=True),
    "ph": _hashed("ph", "hashed_phone_number", list_ok=True),
    **{k: _hashed(k) for k in ("fn", "ln", "ge", "ct", "st", "zp", "country", "db", "external_id")},
    "client_ip_address": _plain("client_ip_address"),
    "client_user_agent": _plain("client_user_agent", "user_agent"),
    "sccid": _plain("sc_click_id", "click_id"),
    "scid": _plain("sc_cookie1", "uuid_c1"),
    "madid": _plain("madid"),
}
_ACTIONS = ("WEB", "MOBILE_APP", "OFFLINE")
_ACTION = r"^(?:WEB|MOBILE_APP|OFFLINE)$"

_SERVER = ServerShape(
    # No dot in the id: /v3/<domain>/events is another company's path.
    url=r"/v3/(?P<dest>[^/?#.]+)/events(?:/validate)?/?(?:[?#]|$)",
    events="data",
    envelope=("data",),
    bare=("event_name", "event_time", "user_data", "action_source"),
    marks={"action_source": _ACTION},
    fields={
        "event_name": ("event_name",),
        "event_id": ("event_id",),
        "event_time": ("event_time",),
        "order_id": ("custom_data.order_id", "custom_data.transaction_id"),
        "value": ("custom_data.value",),
        "currency": ("custom_data.currency",),
        "app_version": ("custom_data.app_version",),
        "url": ("event_source_url",),
        "action_source": ("action_source",),
        "test_event_code": ("^test_event_code", "test_event_code"),
        "sender": ("integration",),
    },
    test_url=r"/events/validate(?:[/?#]|$)|//tr-shadow\.",
    refused_word=("status", "INVALID"),
    max_age_s=37 * 86400,
    batch=2000,
    action_sources=_ACTIONS,
    consents={"opt_out": ("opt_out",), "ldu": ("data_processing_options",)},
)
_SERVER_V2 = ServerShape(
    url=r"/v2/conversion(?:/validate)?/?(?:[?#]|$)",
    events="data",
    envelope=("data", "data.0.event_conversion_type"),
    bare=("event_type", "event_conversion_type", "timestamp"),
    marks={"event_conversion_type": _ACTION},
    fields={
        "destination_id": ("pixel_id", "snap_app_id", "app_id"),
        "event_name": ("event_type",),
        "event_id": ("client_dedup_id",),
        "event_time": ("timestamp",),
        "order_id": ("transaction_id",),
        "value": ("price",),
        "currency": ("currency",),
        "url": ("page_url",),
        "action_source": ("event_conversion_type",),
        "sender": ("integration",),
    },
    test_url=r"/v2/conversion/validate",
    time_unit="ms",
    action_sources=_ACTIONS,
    consents={"ldu": ("data_use",)},
)

_UUID = r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
_CLICK = r"^[A-Za-z0-9-]{16,64}$"
_COOKIE = r"^[A-Za-z0-9_-]{20,64}$"

PLATFORM = Platform(
    id="snapchat",
    title="Snapchat",
    aliases=("snap", "snap ads", "snapchat ads", "snap pixel", "snapchat pixel", "snap capi", "snapchat capi"),
    names=_NAMES,
    window_s=48 * 3600,
    sources=(
        "official: developers.snap.com, Conversions API v3 (parameters, deduplication, limits), 2026-11-24",
        "official code: Snapchat/business-sdk-v3-java; Snapchat/capi-google-tag-manager-serverside-tag, 2026-11-24",
        "implementer: segmentio/action-destinations snap-conversions, 2026-08-21; rudderlabs/rudder-transformer",
        "community: stape.io docs (window of 48 hours, of 30 days by order id), 2026-11-24",
        "observed: scevent 1.6 to 3.59, captures of 2022 to 2026; mbaersch/tracking-auditor-extension, 2026-11-24",
    ),
    keys=_KEYS,
    id_columns={"": ("event_id",), "purchase": ("event_id", "order_id")},
    name_in_key=False,
    winner="the first to arrive, completed with what the second adds",
    library_id=r"@-[0-9A-Fa-f-]{36}",
    servers=(_SERVER, _SERVER_V2),
    decode=decode,
    kinds=(
        (Kind.LOADER, r"^sc-static\.net/|^tr\d*(?:-shadow)?\.snapchat\.com/(?:config|init)(?:[/?]|$)"),
        (Kind.COOKIE_SYNC, r"^tr\d*(?:-shadow)?\.snapchat\.com/(?:cm|ipv6|r)(?:[/?]|$)"),
        (Kind.DIAGNOSTIC, r"^tr\d*(?:-shadow)?\.snapchat\.com/collector(?:[/?]|$)"),
    ),
    hosts=r"(?:^|\.)(?:snapchat\.com|sc-static\.net|sc-cdn\.net|snapkit\.com)$",
    click_ids=(Mark("ScCid", _CLICK, 365 * 86400, "sccid"),),
    cookies=(
        Mark("_scclid", _CLICK, 365 * 86400, "sccid"),
        Mark("_scid", _COOKIE, 395 * 86400, "scid"),
        Mark("_scid_r", _COOKIE, 395 * 86400),
        Mark("_sctr", r"^1(?:\||%7C)\d{13}$"),
    ),
    destination=_UUID,
)
