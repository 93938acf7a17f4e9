"""TikTok pixel requests to raw rows.

Source (observed): pixel 1.x and 2.2, captures of 2020 to 2026. Read 2026-11-24.
"""

from __future__ import annotations

import re

from ..core.platform import Hit, Kind, RawRow
from ._wire import dig, json_value, row, text_of, unwrapped

_HOST = re.compile(r"(?:^|\.)tiktok\.com$")
_EVENT = re.compile(r"/api/v\d+/(?:pixel|shopify_pixel|track)(?:/track)?/?$")
_NO_EVENT_PATH = re.compile(r"/(?:act|inter|perf|monitor|config)/?$|enrich_ipv6")
_OWN_PATH = re.compile(r"/api/v\d+/|/i18n/pixel/")
# Matching data and page data the pixel sends on its own: no event of anybody's.
_NO_EVENT = frozenset({"EnrichAM", "Metadata"})
_AUTOMATIC = frozenset({"LandingPageView", "EngagedSession"})
_MAX_EVENTS = 100
_USER = {
    "em": ("email", "sha256_email"),
    "ph": ("phone_number", "phone", "sha256_phone_number"),
    "external_id": ("external_id",),
    "fn": ("first_name",),
    "ln": ("last_name",),
    "ct": ("city",),
    "st": ("state",),
    "zp": ("zip_code",),
    "country": ("country",),
    "ttp": ("anonymous_id", "ttp"),
}


def decode(hit: Hit) -> list[RawRow] | None:
    """A row per event of the JSON body or of `analytics_message`; clicks, metadata and telemetry are none."""
    own = bool(_HOST.search(hit.host))
    if own and (_NO_EVENT_PATH.search(hit.path) or not _EVENT.search(hit.path)):
        return [] if _OWN_PATH.search(hit.path) else None
    packed = hit.first("analytics_message")
    body = (unwrapped(packed) or packed) if packed else hit.body
    if not own and ('"message_id"' not in body or '"pixel"' not in body or _NO_EVENT_PATH.search(hit.path)):
        return None
    value = json_value(body)
    events = [e for e in (value if isinstance(value, list) else [value])[:_MAX_EVENTS] if isinstance(e, dict)]
    if not own and not all(isinstance(dig(e, "context.pixel"), dict) for e in events):
        return None
    rows = [_event(hit, e) for e in events if _is_event(e)]
    if not rows and any(text_of(e.get("event")) in _NO_EVENT for e in events):
        return [{"_kind": Kind.AUTOMATIC.value}]
    return rows if own or rows else None


def _is_event(event: dict[str, object]) -> bool:
    name = text_of(event.get("event"))
    return bool(name) and name not in _NO_EVENT and "action" not in event


def _event(hit: Hit, event: dict[str, object]) -> RawRow:
    name = text_of(event.get("event"))
    message = text_of(event.get("message_id"))
    fields: dict[str, object] = {
        "destination_id": text_of(dig(event, "context.pixel.code")) or text_of(dig(event, "context.pixel.codes")),
        "event_name": name,
        "event_id": text_of(event.get("event_id")),
        "event_time": text_of(event.get("timestamp")),
        "order_id": text_of(dig(event, "properties.order_id")),
        "value": text_of(dig(event, "properties.value")),
        "currency": text_of(dig(event, "properties.currency")),
        "app_version": text_of(dig(event, "properties.app_version")),
        "url": text_of(dig(event, "context.page.url")),
        "consents": _consents(event),
        "automatic": name in _AUTOMATIC,
        "route": "direct" if _HOST.search(hit.host) else "first_party",
        "ttclid": text_of(dig(event, "context.ad.callback")),
        **{key: _user(event, names) for key, names in _USER.items()},
        "_mirror": f"{message}|{name}" if message else None,
    }
    return row("tiktok", hit, fields)


def _consents(event: dict[str, object]) -> dict[str, str]:
    """`ldu` where the event says whether use of its data is limited. The place in the pixel's body is not documented:
    that of the server payload, and beside the user."""
    told = (
        dig(event, path) for path in ("limited_data_use", "properties.limited_data_use", "context.limited_data_use")
    )
    limited = next((t for t in told if isinstance(t, bool)), None)
    return {} if limited is None else {"ldu": "denied" if limited else "granted"}


def _user(event: dict[str, object], names: tuple[str, ...]) -> object:
    for name in names:
        value = dig(event, f"context.user.{name}")
        if isinstance(value, list):
            return [v for v in map(text_of, value[:20]) if v]
        if text_of(value):
            return text_of(value)
    return None
