"""TikTok: Events API payloads (2.0 and the older pixel form) and pixel hits."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Platform, ServerShape
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
    url=r"/open_api/v\d+\.\d+/(?:event|pixel)/(?:track|batch)/?(?:[?#]|$)",
    events="data",
    envelope=("event_source_id", "data"),
    bare=("event", "event_time"),
    fields={
        "destination_id": ("^event_source_id", "^pixel_code", "pixel_code", "event_source_id"),
        "event_name": ("event",),
        "event_id": ("event_id",),
        "event_time": ("event_time", "timestamp"),
        "order_id": ("properties.order_id",),
        "value": ("properties.value",),
        "currency": ("properties.currency",),
        "url": ("page.url", "context.page.url"),
        "action_source": ("^event_source",),
        "test_event_code": ("^test_event_code", "test_event_code"),
        "sender": ("^partner_name",),
    },
    refused_code="code",
    action_sources=("web", "app", "offline", "crm"),
)

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
    servers=(_SERVER,),
    decode=decode,
    destination=r"^(?:[A-Z0-9]{16,24}|\d{6,20})$",
)
