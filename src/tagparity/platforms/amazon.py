"""Amazon Ads: Events (Conversions) API payloads, the older event import, and hits of the Amazon Ad Tag."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape, Verdicts
from ._amazon_hits import decode

# CHECKOUT is the start of one; a purchase is OFF_AMAZON_PURCHASES.
_SERVER_NAMES = {
    "PAGE_VIEW": "page_view",
    "SEARCH": "search",
    "ADD_TO_SHOPPING_CART": "add_to_cart",
    "CHECKOUT": "begin_checkout",
    "OFF_AMAZON_PURCHASES": "purchase",
    "LEAD": "generate_lead",
    "SIGN_UP": "sign_up",
    "SUBSCRIBE": "subscribe",
    "CONTACT": "contact",
    "APPLICATION": "submit_application",
    "MOBILE_APP_FIRST_START": "first_open",
    "OTHER": "custom",
}
_SAME_AS = {
    "PageView": "PAGE_VIEW",
    "Search": "SEARCH",
    "AddToShoppingCart": "ADD_TO_SHOPPING_CART",
    "Checkout": "CHECKOUT",
    "Off-AmazonPurchases": "OFF_AMAZON_PURCHASES",
    "Lead": "LEAD",
    "Signup": "SIGN_UP",
    "Subscribe": "SUBSCRIBE",
    "Contact": "CONTACT",
    "Application": "APPLICATION",
    "Other": "OTHER",
}


def _match(kind: str, hashing: Hashing) -> Key:
    """One value in a list; the older import has it bare."""
    return Key((f"matchKeys[type={kind}].values.0", f"matchKeys[type={kind}].value"), hashing)


_HASHED = {
    "em": "EMAIL",
    "ph": "PHONE",
    "fn": "FIRST_NAME",
    "ln": "LAST_NAME",
    "ct": "CITY",
    "st": "STATE",
    "zp": "POSTAL",
}
_KEYS = {
    **{key: _match(kind, Hashing.REQUIRED) for key, kind in _HASHED.items()},
    "external_id": _match("MATCH_ID", Hashing.EITHER),  # the advertiser's own, in whatever form
    "madid": _match("MAID", Hashing.NEVER),
    "country": Key(("countryCode",), Hashing.NEVER),
    "client_ip_address": Key(("consent.geo.ipAddress",), Hashing.NEVER),
}

_CONSENTS = {
    "ad_storage": ("consent.amazonConsent.amznAdStorage",),
    "ad_user_data": ("consent.amazonConsent.amznUserData",),
    "ldu": ("dataProcessingOptions.options", "dataProcessingOptions"),
}
_SOURCES = ("WEBSITE", "ANDROID", "IOS", "FIRE_TV", "OFFLINE")
# Answers of 207 name the refused events by their place.
_VERDICTS = Verdicts(listed="error", index="index")

_SERVER = ServerShape(
    url=r"/adsApi/v1/create/events(?:[/?#]|$)",
    events="events",
    envelope=("events", "events.0.eventDescription"),
    bare=("eventDescription", "matchKeys"),
    marks={"eventDescription.conversionType": r"^[A-Z_]+$"},
    fields={
        "event_name": ("eventDescription.conversionType",),
        "event_id": ("eventId",),
        "event_time": ("eventTime",),
        "value": ("value",),
        "currency": ("currencyCode",),
        "action_source": ("eventDescription.eventSource",),
    },
    verdicts=_VERDICTS,
    time_unit="iso",
    batch=500,
    action_sources=_SOURCES,
    consents=_CONSENTS,
)
_IMPORT = ServerShape(
    url=r"/accounts/(?P<dest>[^/?#]+)/dsp/conversionDefinitions/eventData(?:[/?#]|$)",
    events="eventData",
    envelope=("eventData", "eventData.0.matchKeys"),
    bare=("conversionDefinitionID", "matchKeys"),
    fields={
        # The type is the conversion definition's; here stands a name of the advertiser's.
        "event_name": ("name",),
        "event_id": ("clientDedupeId",),
        "event_time": ("timestamp",),
        "value": ("value",),
        "currency": ("currencyCode",),
        "action_source": ("eventActionSource",),
    },
    verdicts=_VERDICTS,
    time_unit="iso",
    max_age_s=7 * 86400,
    batch=100,
    action_sources=_SOURCES,
    consents=_CONSENTS,
)

PLATFORM = Platform(
    id="amazon",
    title="Amazon Ads",
    aliases=("amazon", "amazon dsp", "amazon ad tag", "aat", "amazon capi", "amazon conversions api", "amazon events"),
    names={**_SERVER_NAMES, **{old: _SERVER_NAMES[new] for old, new in _SAME_AS.items()}},
    window_s=None,
    sources=(
        "official code: amzn/ads-pao-amznjs-gtm-template 85d75ef (events and attributes of the tag), 2026-11-24",
        "official: Amazon DSP API reference, conversion event data (older import, answers of 207), 2026-11-24",
        "implementer: segmentio/action-destinations amazon-conversions-api, 2026-08-21; stape-io/amazon-tag",
        "implementer: AdobeDocs, Amazon web events API extension (age, deduplication), 2025-04-17",
        "observed: iu3 requests of captures of 2017 to 2026, 2026-11-24",
    ),
    keys=_KEYS,
    same_as=_SAME_AS,
    name_in_key=False,
    winner="implementers disagree: the latest copy (Segment), the first one (Adobe)",
    servers=(_SERVER, _IMPORT),
    decode=decode,
    kinds=(
        (Kind.LOADER, r"^c\.amazon-adsystem\.com/"),
        (Kind.COOKIE_SYNC, r"^tk\.amazon-adsystem\.com/envelope(?:[/?]|$)"),
        (
            Kind.COOKIE_SYNC,
            r"^[^/?]*amazon-adsystem\.com/(?:s/)?(?:iui?3|dcm|ecm3|v3/pr|x)(?:[/?]|$)",
        ),
    ),
    hosts=r"(?:^|\.)amazon-adsystem\.com$",
    click_ids=(Mark("aref", r"^.+$", 30 * 86400, "aref"),),
    cookies=(
        Mark("amznAref", r"^[^|]+\.\d+(?:\|[^|]+\.\d+)*$", 30 * 86400, "aref"),
        Mark("aatToken", r"^.+$", 7 * 86400),
    ),
    destination=r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
)
