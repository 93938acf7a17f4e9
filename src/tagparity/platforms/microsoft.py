"""Microsoft Advertising: UET Conversions API payloads and UET hits."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape, Verdicts
from ._microsoft_hits import decode

# Beside page loads a name is what the site calls it: these are the ones Microsoft suggests, and GA4's.
_NAMES = {
    "pageLoad": "page_view",
    "page": "page_view",
    "page_view": "page_view",
    "submit_lead_form": "generate_lead",
    "signup": "sign_up",
    **{
        name: name
        for name in (
            "view_item",
            "view_item_list",
            "search",
            "add_to_wishlist",
            "add_to_cart",
            "begin_checkout",
            "add_payment_info",
            "purchase",
            "generate_lead",
            "sign_up",
            "login",
            "subscribe",
            "start_trial",
            "contact",
            "schedule",
            "submit_application",
            "find_location",
            "download",
            "share",
        )
    },
}


def _plain(*names: str) -> Key:
    return Key(tuple(f"userData.{n}" for n in names), Hashing.NEVER)


_KEYS = {
    "em": Key(("userData.em",), Hashing.REQUIRED),
    "ph": Key(("userData.ph",), Hashing.REQUIRED),
    # Implementers disagree: stape hashes it, walkerOS sends it plain.
    "external_id": Key(("userData.externalId",), Hashing.EITHER),
    "uetvid": _plain("anonymousId"),
    "msclkid": _plain("msclkid"),
    "client_ip_address": _plain("clientIpAddress"),
    "client_user_agent": _plain("clientUserAgent"),
    "madid": _plain("gaid", "idfa"),
}

_SERVER = ServerShape(
    url=r"capi\.uet\.microsoft\.com(?::\d+)?/v1/(?P<dest>[^/?#]+)/events(?:[/?#]|$)",
    events="data",
    envelope=("data", "data.0.eventType"),
    bare=("eventType", "eventTime", "userData"),
    fields={
        "event_name": ("eventName", "eventType"),
        "event_id": ("eventId",),
        "event_time": ("eventTime",),
        "order_id": ("customData.transactionId",),
        "value": ("customData.value",),
        "currency": ("customData.currency",),
        "url": ("eventSourceUrl",),
        "sender": ("^dataProvider",),
    },
    # An answer of 200 may carry an error and name the events it refuses.
    verdicts=Verdicts(listed="error.details", index="index"),
    max_age_s=7 * 86400,
    batch=1000,
    consents={"ad_storage": ("adStorageConsent",)},
)

_HEX = r"[0-9a-fA-F]{32}"
_CLICK = rf"^{_HEX}$"
_QUARTER = 90 * 86400

PLATFORM = Platform(
    id="microsoft",
    title="Microsoft Advertising",
    aliases=(
        "microsoft ads",
        "microsoft uet",
        "microsoft capi",
        "bing",
        "bing ads",
        "uet",
        "uet tag",
        "uet capi",
        "msads",
    ),
    names=_NAMES,
    window_s=None,
    sources=(
        "implementer: stape-io/microsoft-capi-tag, 2026-05-18; segmentio/action-destinations, 2026-08-21",
        "implementer: elbwalker/walkerOS; SirDataFR/sirdata_templates_sgtm_ms_bing_capi; @track-site, 2026-11-24",
        "community: mbaersch/tracking-auditor-extension 272da608 (parameters of UET), 2026-11-24",
        "observed: bat.js, captures of 2017 to 2026; an event id in a beacon was not seen, 2026-11-24",
    ),
    keys=_KEYS,
    # A page load is one whatever it is called beside its type.
    same_as={"page": "pageLoad", "page_view": "pageLoad"},
    servers=(_SERVER,),
    decode=decode,
    kinds=(
        (Kind.LOADER, r"^bat\.bing\.(?:com|net)/(?:bat\.js|p/)"),
        (Kind.DIAGNOSTIC, r"^[^?]*\?(?:[^#]*&)?evt=consent(?:&|$)"),
        (Kind.COOKIE_SYNC, r"^c\.bing\.com/c\.gif(?:\?|$)"),
    ),
    hosts=r"(?:^|\.)bing\.(?:com|net)$|(?:^|\.)uet\.microsoft\.com$",
    click_ids=(Mark("msclkid", _CLICK, _QUARTER, "msclkid"),),
    cookies=(
        Mark("_uetmsclkid", rf"^_uet{_HEX}$", _QUARTER, "msclkid"),
        Mark("_uetsid", rf"^{_HEX}", 86400),
        Mark("_uetvid", rf"^{_HEX}", 390 * 86400, "uetvid"),
        Mark("uet_msclkid", _CLICK, 0, "msclkid"),
        Mark("uet_vid", r"^[0-9a-fA-F-]{32,36}$", 0, "uetvid"),
        Mark("MUID", rf"^{_HEX}$"),
    ),
    destination=r"^\d{4,12}$",
)
