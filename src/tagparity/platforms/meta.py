"""Meta: Conversions API payloads and pixel hits (`/tr/`)."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape
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

ACTION_SOURCES = (
    "email",
    "website",
    "app",
    "phone_call",
    "chat",
    "physical_store",
    "system_generated",
    "business_messaging",
    "other",
)
_FIELDS = {
    "event_name": ("event_name",),
    "event_id": ("event_id",),
    "event_time": ("event_time",),
    "order_id": ("custom_data.order_id",),
    "value": ("custom_data.value",),
    "currency": ("custom_data.currency",),
    "app_version": ("custom_data.app_version",),
    "url": ("event_source_url",),
    "action_source": ("action_source",),
    "test_event_code": ("^test_event_code",),
    "sender": ("^partner_agent",),
}
_LDU = {"ldu": ("data_processing_options",)}

_SERVER = ServerShape(
    url=r"/v\d+\.\d+/(?P<dest>[^/?#]+)/events(?:[/?#]|$)",
    events="data",
    envelope=("data",),
    bare=("event_name", "event_time", "user_data"),
    # Snapchat and Pinterest name their events alike, and their sources WEB or web; no source at all is Meta's mistake.
    marks={"action_source": f"(?i)^(?:{'|'.join(ACTION_SOURCES)})?$"},
    fields=_FIELDS,
    refused_word=("events_received", "0"),
    max_age_s=7 * 86400,
    batch=1000,
    action_sources=ACTION_SOURCES,
    consents=_LDU,
)
_GATEWAY = ServerShape(
    url=r"/capi/(?P<dest>\d{5,20})/events(?:[/?#]|$)",
    events="data",
    envelope=("accessKey", "data"),
    marks=_SERVER.marks,
    fields=_FIELDS,
    refused_word=("events_received", "0"),
    max_age_s=7 * 86400,
    batch=1000,
    action_sources=ACTION_SOURCES,
    consents=_LDU,
)

_OWN = r"^[\w.-]*\b(?:facebook|instagram)\.com"
_KINDS = (
    (Kind.LOADER, r"^connect\.facebook\.net/+(?:signals/|[a-z]{2,3}_[A-Z]{2}/\w+(?:\.\w+)*\.js)"),
    (Kind.LOADER, r"^connect\.facebook\.net/[^?]*\.js(?:\?|$)"),
    (Kind.DIAGNOSTIC, r"^connect\.facebook\.net/+log/"),
    (Kind.DIAGNOSTIC, _OWN + r"/privacy_sandbox/topics/"),
    (
        Kind.DIAGNOSTIC,
        _OWN + r"/(?:csp/|ajax/[^?]*report|common/cavalry|connect/ping|impression\.php|platform/cavalry)",
    ),
    (Kind.DIAGNOSTIC, _OWN + r"/\.well-known/"),
    (Kind.TWIN, _OWN + r"/privacy_sandbox/pixel/register/trigger"),
    (Kind.AUTOMATIC, _OWN + r"/tr/?\?(?:[^#]*&)?ev=(?:fb_page_view|PixelInitialized)\b"),
    (Kind.COOKIE_SYNC, _OWN + r"/fr/\w+\.php"),
)

_APPENDIX = r"(?:\.[A-Za-z0-9_-]{2}|\.[A-Za-z0-9_-]{8})?$"
_COOKIE_LIFE = 90 * 86400

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
        "official code: facebook/capi-param-builder (form of fbp and fbc), read 2026-11-24",
        "implementer: Meta for WordPress, CAPIGatewayEndpoint (gateway path and body), read 2026-11-24",
        "observed: fbevents.js 2.9.138 and captures of 2021, 2023, 2025, 2026",
    ),
    keys=_KEYS,
    fallback=("fbp", "external_id"),
    # Official wordings differ: the first received, or the browser's copy within five minutes (once: fifteen seconds).
    winner="first",
    # Ids the gateway plugin and the in-app bridge make up where the site gave none.
    library_id=r"(?:ob3|pcm)_plugin-set_[0-9a-f]{64}",
    servers=(_SERVER, _GATEWAY),
    decode=decode,
    kinds=_KINDS,
    hosts=r"(?:^|\.)(?:facebook\.com|facebook\.net|instagram\.com)$",
    click_ids=(Mark("fbclid", r"^[A-Za-z0-9_-]{1,500}$", _COOKIE_LIFE, "fbc"),),
    cookies=(
        Mark("_fbp", r"^fb\.\d+\.\d{13}\.\d{1,20}" + _APPENDIX, _COOKIE_LIFE, "fbp"),
        Mark("_fbc", r"^fb\.\d+\.\d{13}\.[A-Za-z0-9_-]{1,500}" + _APPENDIX, _COOKIE_LIFE, "fbc"),
    ),
    destination=r"^\d{5,20}$",
)
