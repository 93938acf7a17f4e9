"""Meta pixel requests to raw rows. Source (observed): fbevents.js 2.9.138, captures of 2015 to 2026."""

from __future__ import annotations

import re

from ..core.platform import Hit, RawRow
from ._wire import body_params, first_of, iso, row

_HOST = re.compile(r"(?:^|\.)(?:facebook|instagram)\.com$")
_PIXEL = re.compile(r"/tr/?$")
_TRIGGER = "/privacy_sandbox/pixel/register/trigger"
_COMPANION = re.compile(r"^/(?:privacy_sandbox|\.well-known/aggregated-event-measurement)/")
_SHAPE = frozenset({"dl", "rl", "if", "ts", "sw", "sh", "v", "r", "ec", "o", "it", "coo", "rqm"})
_NO_EVENT = frozenset({"fb_page_view", "PixelInitialized"})
_AUTOMATIC = frozenset({"Microdata", "SubscribedButtonClick", "InputData", "UserProperties"})
_MATCH = re.compile(r"^(?:ud|udff|aud|audff)\[(\w+)\]$")
_NAMES = {
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
_KEYS = frozenset({"em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id"})


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per event request, with `_mirror` so that the trigger copy and a redirect repeat become one event."""
    if hit.host == "connect.facebook.net":
        return []
    own = bool(_HOST.search(hit.host))
    params = dict(hit.params)
    if own and not (_PIXEL.search(hit.path) or hit.path.startswith(_TRIGGER)):
        return [] if _COMPANION.match(hit.path) else None
    if "ev" not in params and (own or hit.path.endswith(("/tr", "/tr/"))):
        params.update(body_params(hit.body))
    if not own and not _looks_like(params):
        return None
    name = params.get("ev", "")
    return [_event(hit, name, params)] if name and name not in _NO_EVENT else []


def _looks_like(params: dict[str, str]) -> bool:
    """A hit on a custom endpoint (`fbq('set', 'endpoint', ...)`), told by its parameters alone."""
    return bool(re.fullmatch(r"\d{5,20}", params.get("id", ""))) and "ev" in params and len(_SHAPE & set(params)) >= 5


def _event(hit: Hit, name: str, params: dict[str, str]) -> RawRow:
    automatic = params.get("es") == "automatic" or name in _AUTOMATIC
    fields: dict[str, object] = {
        "destination_id": params.get("id"),
        "event_name": name,
        # An id in the third argument of fbq (cd[eventID]) is no deduplication id: the pixel ignores it.
        "event_id": params.get("eid"),
        "event_time": iso(params.get("ts")),
        "order_id": first_of(params, ("cd[order_id]", "cd[orderId]", "cd[transaction_id]", "cd[transactionId]")),
        "value": params.get("cd[value]"),
        "currency": params.get("cd[currency]"),
        "url": params.get("dl"),
        "sender": params.get("a"),
        "automatic": automatic,
        "fbp": params.get("fbp"),
        "fbc": params.get("fbc"),
        **_match_keys(params),
        "_mirror": _mirror(name, params),
    }
    return row("meta", hit, fields)


def _match_keys(params: dict[str, str]) -> dict[str, object]:
    """Keys the site gave (`ud`) before keys the pixel found in forms (`udff`)."""
    found: dict[str, object] = {}
    for prefix in ("ud", "aud", "udff", "audff"):
        for name, value in params.items():
            match = _MATCH.match(name)
            if match and value and name.startswith(f"{prefix}["):
                key = _NAMES.get(match[1], match[1])
                if key in _KEYS:
                    found.setdefault(key, value)
    return found


def _mirror(name: str, params: dict[str, str]) -> str | None:
    if not params.get("ts"):
        return None
    return "|".join([params.get("id", ""), name, params["ts"], params.get("ec", ""), params.get("eid", "")])
