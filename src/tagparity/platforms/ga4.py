"""Google Analytics 4: Measurement Protocol payloads and `v=2` collect hits on any host."""

from __future__ import annotations

from ..core.platform import HASHED, Hashing, Key, Kind, Mark, Platform, ServerShape
from ._ga4_hits import decode

RECOMMENDED = (
    "page_view",
    "view_item",
    "view_item_list",
    "select_item",
    "add_to_cart",
    "remove_from_cart",
    "add_to_wishlist",
    "view_cart",
    "begin_checkout",
    "add_shipping_info",
    "add_payment_info",
    "purchase",
    "refund",
    "view_promotion",
    "select_promotion",
    "login",
    "sign_up",
    "search",
    "share",
    "generate_lead",
    "qualify_lead",
    "disqualify_lead",
    "working_lead",
    "close_convert_lead",
    "close_unconvert_lead",
    "join_group",
    "select_content",
    "campaign_details",
    "view_search_results",
    "session_start",
    "first_visit",
    "user_engagement",
    "scroll",
    "click",
    "file_download",
    "form_start",
    "form_submit",
    "video_start",
    "video_progress",
    "video_complete",
    "tutorial_begin",
    "tutorial_complete",
    "earn_virtual_currency",
    "spend_virtual_currency",
    "level_start",
    "level_up",
    "level_end",
    "unlock_achievement",
    "post_score",
)


def _hashed(*names: str) -> Key:
    return Key(tuple(f"^user_data.{n}" for n in names), Hashing.REQUIRED, list_ok=True, encodings=HASHED)


def _address(*names: str, hashing: Hashing) -> Key:
    paths = tuple(f"^user_data.{root}.{n}" for n in names for root in ("address.0", "address"))
    return Key(paths, hashing, encodings=HASHED)


_KEYS = {
    "em": _hashed("sha256_email_address", "email_address", "email"),
    "ph": _hashed("sha256_phone_number", "phone_number"),
    "fn": _address("sha256_first_name", "first_name", hashing=Hashing.REQUIRED),
    "ln": _address("sha256_last_name", "last_name", hashing=Hashing.REQUIRED),
    "ct": _address("city", hashing=Hashing.NEVER),
    "st": _address("region", hashing=Hashing.NEVER),
    "zp": _address("postal_code", hashing=Hashing.NEVER),
    "country": _address("country", hashing=Hashing.NEVER),
    "client_ip_address": Key(("^ip_override",), Hashing.NEVER),
    "client_user_agent": Key(("^user_agent",), Hashing.NEVER),
    "gclid": Key(("params.gclid",), Hashing.NEVER),
}

_SERVER = ServerShape(
    url=r"/mp/collect(?:[/?#]|$)",
    events="events",
    envelope=("events", "client_id"),
    query_dest="measurement_id",
    test_url=r"/debug/mp/collect",
    fields={
        "event_name": ("name",),
        "event_id": ("params.event_id",),
        "event_time": ("timestamp_micros", "^timestamp_micros"),
        "transaction_id": ("params.transaction_id",),
        "client_id": ("^client_id", "^app_instance_id"),
        "user_id": ("^user_id",),
        "session_id": ("params.session_id",),
        "value": ("params.value",),
        "currency": ("params.currency",),
        "app_version": ("params.app_version",),
        "url": ("params.page_location",),
        "consent": ("^consent.ad_user_data",),
    },
    time_unit="us",
    max_age_s=72 * 3600,
    batch=25,
    consents={
        "ad_user_data": ("^consent.ad_user_data",),
        "ad_personalization": ("^consent.ad_personalization",),
    },
)

# Scripts of Google Ads and Floodlight come from the same host: they are google_ads' own.
_KINDS = (
    (Kind.LOADER, r"/gtm\.js\?|/gtag/(?:js|destination)\?(?!(?:[^#]*&)?id=(?:AW|DC)-)"),
    (Kind.LOADER, r"\.js\?(?:[^#]*&)?[^=&]+=aWQ9(?:R1RN|R1Qt|Ry1)"),
    (
        Kind.LOADER,
        r"^[\w.-]*\bgoogle-analytics\.com/(?:[^?]*/)?(?:analytics(?:_debug)?|ga|urchin|ec|linkid|cx/api)\.js",
    ),
    (Kind.LOADER, r"/(?:_|static)/service_worker/"),
    (Kind.DIAGNOSTIC, r"^stats\.g\.doubleclick\.net/|^[^?]*/ads/ga-audiences"),
    (Kind.DIAGNOSTIC, r"^www\.googletagmanager\.com/(?:a|td|debug/[^?]*)(?:\?|$)"),
    (Kind.DIAGNOSTIC, r"^csp\.withgoogle\.com/"),
    (Kind.COOKIE_SYNC, r"^[^?]*/(?:g/s|ccm/s)/collect|^[^?]*/set_partitioned_cookie|^[^?]*/_/set_cookie"),
    # Universal Analytics, which stopped in 2023, and Merchant Center: no events of GA4, whatever became of the body.
    (Kind.OTHER, r"^[\w.-]*\bgoogle-analytics\.com/(?:[jr]/)?(?:collect|batch|__utm\.gif)(?:\?|$)|[?&]tid=UA-"),
    (Kind.OTHER, r"^[^?]*/mc/collect"),
    (Kind.UNREADABLE, r"[?&]\w+=[0-9a-f]{24}(?::|%3A)[0-9a-f]{32}"),
)
_LIFE = 400 * 86400
_COOKIES = (
    Mark("_ga", r"^GA1\.\d+\.\d{1,10}\.\d{9,10}$", _LIFE),
    # One a stream; what follows the underscore is the measurement id without its prefix.
    Mark("_ga_*", r"^GS[12]\.\d+\.[\w.$-]+$", _LIFE),
    Mark("FPID", r"^FPID2\.\d+\.(?:[A-Za-z0-9+/_=-]|%[0-9A-Fa-f]{2})+\.\d{10}$", _LIFE),
    Mark("FPLC", r"^(?:[\w+/=.-]|%[0-9A-Fa-f]{2})+$", 20 * 3600),
    Mark("FPGSID", r"^1\.\d{10}\.\d{10}\.[A-Z0-9-]+\.[\w-]+$"),
)

PLATFORM = Platform(
    id="ga4",
    title="Google Analytics 4",
    aliases=("google analytics", "ga", "g4", "google analytics4", "gtag", "analytics"),
    names={n: n for n in RECOMMENDED},
    # One transaction id is counted once, no time limit is stated (help 12313109).
    window_s=None,
    sources=(
        "official: support.google.com/analytics/answer/12313109 (transaction ids), 13316687 (names)",
        "official: developers.google.com/analytics/devguides/collection/protocol/ga4 (Measurement Protocol)",
        "observed: gtag.js of 2026-03 and captures of 2020 to 2026; the answers of a server container (cookies)",
    ),
    keys=_KEYS,
    id_columns={"": ("event_id",), "purchase": ("transaction_id", "order_id")},
    keyless=True,
    winner="first",
    servers=(_SERVER,),
    decode=decode,
    kinds=_KINDS,
    hosts=r"(?:^|\.)(?:google-analytics\.com|analytics\.google\.com|googletagmanager\.com|merchant-center-analytics\.goog)$"
    r"|^(?:stats\.g\.doubleclick\.net|csp\.withgoogle\.com)$",
    cookies=_COOKIES,
    destination=r"^(?:G|GT|MC)-[A-Z0-9]{4,12}$",
)
