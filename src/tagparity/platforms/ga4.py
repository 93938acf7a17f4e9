"""Google Analytics 4: Measurement Protocol payloads and `v=2` collect hits on any host."""

from __future__ import annotations

from ..core.platform import HASHED, Hashing, Key, Platform, ServerShape
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
        "url": ("params.page_location",),
        "consent": ("^consent.ad_user_data",),
    },
    time_unit="us",
    max_age_s=72 * 3600,
)

PLATFORM = Platform(
    id="ga4",
    title="Google Analytics 4",
    aliases=("google analytics", "ga", "g4", "google analytics4", "gtag", "analytics"),
    names={n: n for n in RECOMMENDED},
    # One transaction id is counted once, no time limit is stated (help 12313109): ten years stands for "ever".
    window_s=10 * 365 * 86400,
    sources=(
        "official: support.google.com/analytics/answer/12313109 (transaction ids), 13316687 (names)",
        "official: developers.google.com/analytics/devguides/collection/protocol/ga4 (Measurement Protocol)",
        "observed: gtag.js of 2026-03 and captures of 2020 to 2026",
    ),
    keys=_KEYS,
    id_columns={"": ("event_id",), "purchase": ("transaction_id", "order_id")},
    keyless=True,
    servers=(_SERVER,),
    decode=decode,
    destination=r"^(?:G|GT|MC)-[A-Z0-9]{4,12}$",
)
