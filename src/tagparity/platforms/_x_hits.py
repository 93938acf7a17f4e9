"""X pixel requests to raw rows. Source (observed): uwt.js to 2.3.35 and oct.js, captures of 2014 to 2026."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..core.platform import Hit, RawRow
from ._consent import url_consents
from ._wire import body_params, first_of, json_value, row, text_of

_HOST = re.compile(r"(?:^|\.)(?:t\.co|twitter\.com|x\.com|ads-twitter\.com)$")
_EVENT = re.compile(r"^/(?:\d/)?i/adsctp?/?$")
_LOADER = re.compile(r"^static\.ads-twitter\.com/|^platform\.(?:twitter|x)\.com/oct\.js$")
_RULE = re.compile(r"tw-([a-z0-9]+)-[a-z0-9]+", re.IGNORECASE)
_MAX_EVENTS = 20
_NOTHING = frozenset({"", "0", "0.0", "0.00"})
_Named = tuple[str, Mapping[str, object]]


def decode(hit: Hit) -> list[RawRow] | None:
    """A row per event of a hit; each hit goes to two hosts, which `_mirror` makes one. A partner's look-up (`p_id` and
    no `txn_id`) is none."""
    if not _HOST.search(hit.host):
        return None
    if not _EVENT.match(hit.path):
        return [] if _LOADER.match(f"{hit.host}{hit.path}") else None
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    if not params.get("txn_id"):
        return []
    return [_event(hit, params, name, given) for name, given in _events(params)]


def _events(params: Mapping[str, str]) -> list[_Named]:
    """Name and parameters of each event: pairs in `events`, else `event` with the rule of `txn_id` for a name."""
    listed = json_value(params.get("events", ""))
    found: list[_Named] = []
    for item in listed[:_MAX_EVENTS] if isinstance(listed, list) else []:
        name = text_of(item[0]) if isinstance(item, list) and item else None
        if name:
            found.append((name, item[1] if len(item) > 1 and isinstance(item[1], dict) else {}))
    given = json_value(params.get("event", ""))
    return found or [(_name(params), given if isinstance(given, dict) else {})]


def _name(params: Mapping[str, str]) -> str:
    """The rule `tw-<pixel>-<event>`; a bare pixel is a page view, unless an old tag puts an amount beside it."""
    if _RULE.fullmatch(params["txn_id"]):
        return params["txn_id"]
    return "pageview" if params.get("tw_sale_amount", "") in _NOTHING else "conversion"


def _event(hit: Hit, params: Mapping[str, str], name: str, given: Mapping[str, object]) -> RawRow:
    pixel, amount = params["txn_id"], params.get("tw_sale_amount", "")
    rule = _RULE.fullmatch(pixel)
    page = params.get("tw_document_href") or hit.page_url
    # The pixel's own `event_id` is random and names the hit; in 2020 there was none.
    call = params.get("event_id") or "|".join((params.get("pl_id", ""), params.get("events", ""), amount, page))
    fields: dict[str, object] = {
        "destination_id": rule[1] if rule else pixel,
        "event_name": name,
        "event_id": text_of(given.get("conversion_id")) or first_of(params, ("conversion_id", "tw_conversion_id")),
        "value": text_of(given.get("value")) or (None if amount in _NOTHING else amount),
        "currency": text_of(given.get("currency")) or params.get("tw_currency"),
        "url": page,
        "sender": params.get("integration"),
        "consents": url_consents(params),
        "em": params.get("email_address") or text_of(given.get("email_address")),
        "ph": params.get("phone_number") or text_of(given.get("phone_number")),
        "twclid": params.get("twclid") or text_of(given.get("twclid")),
        "_mirror": f"{pixel}|{name}|{call}",
    }
    return row("x", hit, fields)
