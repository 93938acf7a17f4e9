"""Meta: Conversions API payloads and pixel hits (`/tr/`)."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Platform, ServerShape
from ._meta_hits import decode

_NAMES = {
    "PageView": "page_view",
    "ViewContent": "view_item",
    "ViewCategory": "view_item_list",
    "AddToCart": "add_to_cart",
    "AddToWishlist": "add_to_wishlist",
    "InitiateCheckout": "begin_checkout",
    "AddPaymentInfo": "add_payment_info",
    "Purchase": "purchase",
    "Lead": "generate_lead",
    "CompleteRegistration": "sign_up",
    "Search": "search",
    "Subscribe": "subscribe",
    "StartTrial": "start_trial",
    "Contact": "contact",
    "Schedule": "schedule",
    "SubmitApplication": "submit_application",
    "FindLocation": "find_location",
    "CustomizeProduct": "customize_product",
    "Donate": "donate",
}


def _hashed(name: str) -> Key:
    return Key((f"user_data.{name}",), Hashing.REQUIRED, list_ok=True)


def _plain(name: str) -> Key:
    return Key((f"user_data.{name}",), Hashing.NEVER)


_KEYS = {
    **{k: _hashed(k) for k in ("em", "ph", "fn", "ln", "db", "ge", "ct", "st", "zp", "country")},
    "external_id": Key(("user_data.external_id",), Hashing.EITHER, list_ok=True),
    **{k: _plain(k) for k in ("client_ip_address", "client_user_agent", "fbc", "fbp")},
}

_SERVER = ServerShape(
    url=r"/v\d+\.\d+/(?P<dest>[^/?#]+)/events(?:[/?#]|$)",
    events="data",
    envelope=("data",),
    bare=("event_name", "event_time", "user_data"),
    fields={
        "event_name": ("event_name",),
        "event_id": ("event_id",),
        "event_time": ("event_time",),
        "order_id": ("custom_data.order_id",),
        "value": ("custom_data.value",),
        "currency": ("custom_data.currency",),
        "url": ("event_source_url",),
        "action_source": ("action_source",),
        "test_event_code": ("^test_event_code",),
        "sender": ("^partner_agent",),
    },
    max_age_s=7 * 86400,
    action_sources=(
        "email",
        "website",
        "app",
        "phone_call",
        "chat",
        "physical_store",
        "system_generated",
        "business_messaging",
        "other",
    ),
)

PLATFORM = Platform(
    id="meta",
    title="Meta",
    aliases=(
        "facebook",
        "fb",
        "meta ads",
        "meta capi",
        "facebook ads",
        "facebook capi",
        "meta pixel",
        "facebook pixel",
    ),
    names=_NAMES,
    window_s=48 * 3600,
    sources=(
        "official: developers.facebook.com/docs/marketing-api/conversions-api (parameters, deduplication), 2026-02-01",
        "official: facebook/facebook-python-business-sdk facebook_business/adobjects/serverside, 2026-06-24",
        "observed: fbevents.js 2.9.138 and captures of 2021, 2023, 2025",
    ),
    keys=_KEYS,
    fallback=("fbp", "external_id"),
    servers=(_SERVER,),
    decode=decode,
    destination=r"^\d{5,20}$",
)
