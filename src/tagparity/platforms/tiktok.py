"""TikTok: Events API payloads (2.0 and the older pixel form) and pixel hits."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape
from ._tiktok_hits import decode

_NAMES = {
    "Pageview": "page_view",
    "PageView": "page_view",
    "ViewContent": "view_item",
    "AddToCart": "add_to_cart",
    "AddToWishlist": "add_to_wishlist",
    "InitiateCheckout": "begin_checkout",
    "AddPaymentInfo": "add_payment_info",
    "Purchase": "purchase",
    "CompletePayment": "purchase",
    "Lead": "generate_lead",
    "SubmitForm": "generate_lead",
    "CompleteRegistration": "sign_up",
    "Search": "search",
    "Subscribe": "subscribe",
    "StartTrial": "start_trial",
    "Contact": "contact",
    "Schedule": "schedule",
    "SubmitApplication": "submit_application",
    "FindLocation": "find_location",
    "CustomizeProduct": "customize_product",
    "Download": "download",
}


def _key(*names: str, hashing: Hashing, list_ok: bool = False) -> Key:
    return Key(tuple(f"{root}.{n}" for root in ("user", "context.user") for n in names), hashing, list_ok)


_HASHED = {"fn": "first_name", "ln": "last_name", "zp": "zip_code"}
_PLAIN = {"ct": "city", "st": "state", "country": "country", "ttp": "ttp"}
_KEYS = {
    "em": _key("email", hashing=Hashing.REQUIRED, list_ok=True),
    "ph": _key("phone", "phone_number", hashing=Hashing.REQUIRED, list_ok=True),
    "external_id": _key("external_id", hashing=Hashing.REQUIRED, list_ok=True),
    **{k: _key(v, hashing=Hashing.REQUIRED) for k, v in _HASHED.items()},
    **{k: _key(v, hashing=Hashing.NEVER) for k, v in _PLAIN.items()},
    "client_ip_address": Key(("user.ip", "context.ip"), Hashing.NEVER),
    "client_user_agent": Key(("user.user_agent", "context.user_agent"), Hashing.NEVER),
    "ttclid": Key(("user.ttclid", "context.ad.callback"), Hashing.NEVER),
}

_SERVER = ServerShape(
    url=r"/open_api/v\d+\.\d+/event/(?:track|batch)/?(?:[?#]|$)",
    events="data",
    envelope=("event_source_id", "data"),
    bare=("event", "event_time"),
    fields={
        "destination_id": ("^event_source_id", "event_source_id"),
        "event_name": ("event",),
        "event_id": ("event_id",),
        "event_time": ("event_time",),
        "order_id": ("properties.order_id",),
        "value": ("properties.value",),
        "currency": ("properties.currency",),
        "app_version": ("properties.app_version",),
        "url": ("page.url",),
        "action_source": ("^event_source",),
        "test_event_code": ("^test_event_code", "test_event_code"),
        "sender": ("^partner_name",),
    },
    refused_code="code",
    max_age_s=28 * 86400,
    batch=1000,
    action_sources=("web", "app", "offline", "crm"),
    consents={"ldu": ("limited_data_use",)},
)
_PIXEL_API = ServerShape(
    url=r"/open_api/v\d+\.\d+/pixel/(?:track|batch)/?(?:[?#]|$)",
    events="batch",
    envelope=("pixel_code", "batch"),
    bare=("pixel_code", "event", "timestamp"),
    fields={
        "destination_id": ("^pixel_code", "pixel_code"),
        "event_name": ("event",),
        "event_id": ("event_id",),
        "event_time": ("timestamp",),
        "order_id": ("properties.order_id",),
        "value": ("properties.value",),
        "currency": ("properties.currency",),
        "app_version": ("properties.app_version",),
        "url": ("context.page.url",),
        "test_event_code": ("^test_event_code", "test_event_code"),
        "sender": ("^partner_name", "partner_name"),
    },
    refused_code="code",
    time_unit="iso",
    batch=50,
    consents={"ldu": ("limited_data_use", "properties.limited_data_use")},
)

_OWN = r"^[\w.-]*\btiktok\.com"
_KINDS = (
    (Kind.LOADER, _OWN + r"/i18n/pixel/"),
    (Kind.DIAGNOSTIC, _OWN + r"/api/v\d+/(?:\w+/)*(?:act|inter|perf|monitor|config)/?(?:\?|$)"),
    (Kind.DIAGNOSTIC, _OWN + r"/(?:[^?]*enrich_ipv6|monitor_\w+/|api/v\d+/monitor)"),
)
_CLICK_ID = r"^[A-Za-z0-9._-]{20,600}$"

PLATFORM = Platform(
    id="tiktok",
    title="TikTok",
    aliases=("tik tok", "tiktok ads", "tiktok events api", "tiktok pixel", "tt"),
    names=_NAMES,
    window_s=48 * 3600,
    sources=(
        "official: ads.tiktok.com help, event deduplication, 2025-05",
        "official: tiktok/gtm-template-eapi and tiktok/tiktok-business-api-sdk",
        "implementer: segmentio/action-destinations tiktok-conversions, 2026-08-21; rudderlabs/rudder-transformer",
        "observed: pixel captures 2020 to 2026",
    ),
    keys=_KEYS,
    same_as={"CompletePayment": "Purchase", "SubmitForm": "Lead", "PageView": "Pageview"},
    fallback=("ttp",),
    winner="first",
    # Old pixels make an id of their own where the site gave none: nobody on the server can know it.
    library_id=r"eventId-\d+-\d+-\w+",
    servers=(_SERVER, _PIXEL_API),
    decode=decode,
    kinds=_KINDS,
    hosts=r"(?:^|\.)(?:analytics(?:-\w+)*|business-api|mon\w*)\.tiktok\.com$",
    click_ids=(Mark("ttclid", _CLICK_ID, 30 * 86400, "ttclid"),),
    cookies=(
        Mark("_ttp", r"^[A-Za-z0-9]{26,27}(?:_\.tt\.\d+)?$", 390 * 86400, "ttp"),
        Mark("ttclid", _CLICK_ID, 30 * 86400, "ttclid"),
        Mark("_tt_enable_cookie", r"^1$", 390 * 86400),
    ),
    destination=r"^(?:[A-Z0-9]{16,24}|\d{6,20})$",
)
