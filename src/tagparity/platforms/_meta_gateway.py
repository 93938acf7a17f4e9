"""The copy of a pixel event that the pixel's gateway plugin posts to the advertiser's own host as JSON.

It repeats the `/tr/` request that fired it and carries the same id, so `_hop_of` names that request; where the request
itself was blocked the copy is the event. Sources: official code, Meta's WordPress plugin (receiving end); observed,
public captures of 2025 and 2026. Read 2026-11-24.
"""

from __future__ import annotations

import re

from ..core.platform import Hit, RawRow
from ._wire import dig, first_of, json_value, row, text_of

_MARKS = ("fb.fbp", "fb.advanced_matching", "fb.dynamic_product_ads", "website_context")
NAMES = {
    "email": "em",
    "phone": "ph",
    "f_name": "fn",
    "l_name": "ln",
    "city": "ct",
    "state": "st",
    "zip": "zp",
    "zip_code": "zp",
    "cn": "country",
    "gen": "ge",
    "dob": "db",
}
KEYS = frozenset({"em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id"})
AUTOMATIC = frozenset({"Microdata", "SubscribedButtonClick", "InputData", "UserProperties"})


def origin(pixel: str, name: str, event_id: str) -> str:
    """What a beacon and its gateway copy have in common."""
    return f"{pixel}|{name}|{event_id}"


def gateway_rows(hit: Hit) -> list[RawRow] | None:
    """The one row of a gateway copy, None for anything else."""
    if '"fb.pixel_id"' not in hit.body:
        return None
    event = json_value(hit.body)
    if not isinstance(event, dict) or not any(m in event for m in _MARKS):
        return None
    pixel, name = text_of(event.get("fb.pixel_id")) or "", text_of(event.get("event_name"))
    if not name or not re.fullmatch(r"\d{5,20}", pixel, re.ASCII):
        return []
    given = {str(k): v for k, v in _object(event.get("custom_data")).items()}
    custom = {k: text for k, v in given.items() if (text := text_of(v))}
    event_id = text_of(event.get("event_id"))
    fields: dict[str, object] = {
        "destination_id": pixel,
        "event_name": name,
        "event_id": event_id,
        "order_id": first_of(custom, ("order_id", "orderId", "transaction_id", "transactionId")),
        "value": text_of(dig(event, "conversion_value.value")) or custom.get("value"),
        "currency": text_of(dig(event, "conversion_value.currency")) or custom.get("currency"),
        "url": text_of(dig(event, "website_context.location")),
        "automatic": name in AUTOMATIC,
        "route": "first_party",
        "fbp": text_of(event.get("fb.fbp")),
        "fbc": text_of(event.get("fb.clickID")),
        **_match_keys(_object(event.get("fb.advanced_matching"))),
        "_hop_of": origin(pixel, name, event_id or ""),
        "_hop": "gateway",
    }
    return [row("meta", hit, fields)]


def _match_keys(given: dict[str, object]) -> dict[str, object]:
    named = {NAMES.get(k, k): text_of(v) for k, v in given.items()}
    return {k: v for k, v in named.items() if k in KEYS and v}


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
