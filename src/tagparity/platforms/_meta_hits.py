"""Meta pixel requests to raw rows.

Source (observed): fbevents.js 2.9.138, captures of 2015 to 2026. Read 2026-11-24.
"""

from __future__ import annotations

import re

from ..core.platform import Hit, RawRow
from ._meta_gateway import AUTOMATIC, KEYS, NAMES, gateway_rows, origin
from ._wire import body_params, first_of, iso, pairs, row

_HOST = re.compile(r"(?:^|\.)(?:facebook|instagram)\.com$")
_PIXEL = re.compile(r"/tr/?$")
_TRIGGER = "/privacy_sandbox/pixel/register/trigger"
_COMPANION = re.compile(r"^/(?:privacy_sandbox|\.well-known/aggregated-event-measurement)/")
_SHAPE = frozenset({"dl", "rl", "if", "ts", "sw", "sh", "v", "r", "ec", "o", "it", "coo", "rqm"})
# `fb_page_view` is of the Facebook SDK and names an app, `PixelInitialized` of a script of 2016: no pixel event.
_NO_EVENT = frozenset({"fb_page_view", "PixelInitialized"})
_MATCH = re.compile(r"^(?:ud|udff|aud|audff)\[(\w+)\]$")
_LIBRARY_ID = re.compile(r"\w+_plugin-set_[0-9a-f]{64}")
_SIGNALS_PIPELINE = re.compile(r"\bsg_v\d+_pl_\w")
_MAX_EVENTS = 20


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
        return _first_party(hit, params)
    events = [{**params, **dict(pairs(v))} for k, v in hit.params if k == "events[]"][:_MAX_EVENTS] or [params]
    return [_event(hit, e, own) for e in events if e.get("ev") and e["ev"] not in _NO_EVENT]


def _first_party(hit: Hit, params: dict[str, str]) -> list[RawRow] | None:
    """Requests to a gateway of the advertiser. The wire of a Signals Gateway is not public; its pipeline has a name."""
    signals = _SIGNALS_PIPELINE.search(hit.path) or any(_SIGNALS_PIPELINE.match(v) for v in params.values())
    return [] if signals else gateway_rows(hit)


def _looks_like(params: dict[str, str]) -> bool:
    """A hit on a custom endpoint (`fbq('set', 'endpoint', ...)`), told by its parameters alone."""
    return bool(re.fullmatch(r"\d{5,20}", params.get("id", ""))) and "ev" in params and len(_SHAPE & set(params)) >= 5


def _event(hit: Hit, params: dict[str, str], own: bool) -> RawRow:
    name, pixel, event_id = params["ev"], params.get("id", ""), params.get("eid", "")
    fields: dict[str, object] = {
        "destination_id": pixel,
        "event_name": name,
        # An id in the third argument of fbq (cd[eventID]) is no deduplication id: the pixel ignores it.
        "event_id": event_id,
        "event_time": iso(params.get("ts")),
        "order_id": first_of(params, ("cd[order_id]", "cd[orderId]", "cd[transaction_id]", "cd[transactionId]")),
        "value": params.get("cd[value]"),
        "currency": params.get("cd[currency]"),
        "app_version": params.get("cd[app_version]"),
        "url": params.get("dl"),
        "sender": params.get("a"),
        "consents": _consents(params),
        "automatic": _automatic(name, params),
        "route": "direct" if own else "first_party",
        "fbp": params.get("fbp"),
        "fbc": params.get("fbc"),
        **_match_keys(params),
        "_mirror": _mirror(name, params),
        "_origin": origin(pixel, name, event_id),
    }
    return row("meta", hit, fields)


def _automatic(name: str, params: dict[str, str]) -> bool:
    """Whether the script fired the event on its own: system events, rules of the Event Setup Tool, and the PageView
    it adds when the address of the page changes (no id of the site, not the first, not by `trackSingle`)."""
    if params.get("es") == "automatic" or params.get("est_source") or name in AUTOMATIC:
        return True
    event_id, count = params.get("eid", ""), params.get("ec", "")
    unnamed = not event_id or bool(_LIBRARY_ID.fullmatch(event_id))
    later = count.isdecimal() and count.strip("0") != ""
    return name == "PageView" and unnamed and later and params.get("dlc") == "1" and "tm" not in params


def _consents(params: dict[str, str]) -> dict[str, str]:
    """`ldu` as the page set it: denied where use of the data is limited, granted where the list was emptied."""
    if "dpo" not in params:
        return {}
    return {"ldu": "denied" if "LDU" in params["dpo"].upper() else "granted"}


def _match_keys(params: dict[str, str]) -> dict[str, object]:
    """Keys the site gave (`ud`) before keys the pixel found in forms (`udff`)."""
    found: dict[str, object] = {}
    for prefix in ("ud", "aud", "udff", "audff"):
        for name, value in params.items():
            match = _MATCH.match(name)
            if match and value and name.startswith(f"{prefix}["):
                key = NAMES.get(match[1], match[1])
                if key in KEYS:
                    found.setdefault(key, value)
    return found


def _mirror(name: str, params: dict[str, str]) -> str | None:
    if not params.get("ts"):
        return None
    return "|".join([params.get("id", ""), name, params["ts"], params.get("ec", ""), params.get("eid", "")])
