"""Reddit: Conversions API payloads (v3 and v2) and hits of the pixel."""

from __future__ import annotations

from ..core.platform import Hashing, Key, Kind, Mark, Platform, ServerShape
from ._reddit_hits import decode

_SERVER_NAMES = {
    "PAGE_VISIT": "page_view",
    "VIEW_CONTENT": "view_item",
    "SEARCH": "search",
    "ADD_TO_CART": "add_to_cart",
    "ADD_TO_WISHLIST": "add_to_wishlist",
    "PURCHASE": "purchase",
    "LEAD": "generate_lead",
    "SIGN_UP": "sign_up",
    "CUSTOM": "custom",
}
# The pixel and v2 of the API write the same names in Pascal case.
_SAME_AS = {"".join(w.capitalize() for w in name.split("_")): name for name in _SERVER_NAMES}

_KEYS = {
    "em": Key(("user.email",), Hashing.EITHER),
    "ph": Key(("user.phone_number",), Hashing.EITHER),
    "external_id": Key(("user.external_id",), Hashing.EITHER),
    "client_ip_address": Key(("user.ip_address",), Hashing.EITHER),
    "client_user_agent": Key(("user.user_agent",), Hashing.NEVER),
    "rdt_uuid": Key(("user.uuid",), Hashing.NEVER),
    "rdt_cid": Key(("click_id",), Hashing.NEVER),
    "madid": Key(("user.idfa", "user.aaid", "user.advertising_id"), Hashing.EITHER),
}
_CONSENTS = {"opt_out": ("user.opt_out",), "ldu": ("user.data_processing_options.modes",)}

# One invalid event refuses the whole request, with 400 and an `error` object (v3) or `invalid_events` (v2).
_SERVER = ServerShape(
    url=r"/api/v3/pixels/(?P<dest>[^/?#]+)/conversion_events(?:[/?#]|$)",
    events="data.events",
    envelope=("data.events", "data.events.0.event_at"),
    bare=("event_at", "type.tracking_type"),
    fields={
        "event_name": ("type.custom_event_name", "type.tracking_type"),
        "event_id": ("metadata.conversion_id",),
        "event_time": ("event_at",),
        "value": ("metadata.value",),
        "currency": ("metadata.currency",),
        "url": ("event_source_url",),
        "action_source": ("action_source",),
        "test_event_code": ("^data.test_id",),
        "sender": ("^data.partner",),
    },
    test_url=r"[?&]test_id=[^&#]",
    time_unit="ms",
    max_age_s=7 * 86400,
    batch=1000,
    action_sources=("WEBSITE", "APP", "PHYSICAL_STORE", "OTHER"),
    consents=_CONSENTS,
)
_SERVER_V2 = ServerShape(
    url=r"/api/v2\.0/conversions/events/(?P<dest>[^/?#]+)",
    events="events",
    envelope=("events", "events.0.event_at"),
    bare=("event_at", "event_type.tracking_type"),
    fields={
        "event_name": ("event_type.custom_event_name", "event_type.tracking_type"),
        "event_id": ("event_metadata.conversion_id",),
        "event_time": ("event_at",),
        # `event_metadata.value` counts cents and is left aside.
        "value": ("event_metadata.value_decimal",),
        "currency": ("event_metadata.currency",),
        "url": ("event_source_url",),
        "test_event_code": ("^test_mode",),
        "sender": ("^partner",),
    },
    time_unit="iso",
    max_age_s=7 * 86400,
    batch=1000,
    consents=_CONSENTS,
)

_CLICK = r"^[A-Za-z0-9_-]{6,64}$"

PLATFORM = Platform(
    id="reddit",
    title="Reddit",
    aliases=("reddit ads", "reddit pixel", "reddit capi", "reddit conversions api", "rdt"),
    names={**_SERVER_NAMES, **{old: _SERVER_NAMES[new] for old, new in _SAME_AS.items()}},
    window_s=2 * 86400,
    sources=(
        "official: business.reddithelp.com (deduplication, events, v3 errors), read through mirrors, 2026-11-24",
        "implementer: segmentio/action-destinations reddit-conversions-api, 2026-08-21; stape-io/reddit-tag",
        "implementer: rudderlabs/rudder-transformer reddit (v2 and v3 payloads, answers), 2026-08-06",
        "observed: pixel rdt_c9439d84 to rdt_e9773deb, captures of 2024 to 2026, 2026-11-24",
    ),
    keys=_KEYS,
    same_as=_SAME_AS,
    winner="the copy with more metadata and match keys; of equal ones the earliest",
    pixel_hashes_id=True,
    servers=(_SERVER, _SERVER_V2),
    decode=decode,
    kinds=((Kind.LOADER, r"^www\.redditstatic\.com/ads/|^pixel-config\.reddit\.com/"),),
    hosts=r"(?:^|\.)(?:reddit|redditstatic|redditmedia)\.com$|(?:^|\.)redd\.it$",
    click_ids=(Mark("rdt_cid", _CLICK, 30 * 86400, "rdt_cid"),),
    cookies=(
        Mark("_rdt_uuid", r"^\d{13}\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", 90 * 86400, "rdt_uuid"),
        Mark("_rdt_cid", _CLICK, 30 * 86400, "rdt_cid"),
        Mark("rdt_cid", _CLICK, 0, "rdt_cid"),
        Mark("_rdt_em", r"^.+$", 0, "em"),
    ),
    destination=r"^(?:a2|t2)_[a-z0-9_]{3,40}$",
)
