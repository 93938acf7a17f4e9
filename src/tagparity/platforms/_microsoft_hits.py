"""Microsoft UET requests to raw rows. Source (observed): bat.js, captures of 2017 to 2026."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from ..core.platform import Hit, RawRow
from ._consent import url_consents
from ._wire import body_params, first_of, pairs, row

_HOST = re.compile(r"^bat\.bing\.(?:com|net)$")
_EVENT = re.compile(r"/actionp?/0/?$")
_TAG = re.compile(r"\d{4,12}")
_TYPES = frozenset({"pageLoad", "page", "custom"})
# No conversion is ever made of either: one carries a choice of consent, the other is sent when a page view ends.
_NO_EVENT = frozenset({"consent"})
_AUTOMATIC = frozenset({"pageHide"})
_STATES = {"G": "granted", "D": "denied"}


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per `/action/0` image or `/actionp/0` beacon; on a site's own host its parameters tell it."""
    own = bool(_HOST.match(hit.host))
    if own and not _EVENT.search(hit.path):
        return []
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    # An image without script says neither: it is a page view.
    kind = params.get("evt") or "pageLoad"
    if not own and not _looks_like(hit.path, params):
        return None
    return [_event(hit, kind, params)] if kind not in _NO_EVENT and params.get("ti") else []


def _looks_like(path: str, params: Mapping[str, str]) -> bool:
    """A hit that goes through the site's own host: `ti`, `Ver=2`, `evt`, and the page's id or the usual path."""
    named = bool(_TAG.fullmatch(params.get("ti", ""))) and params.get("Ver") == "2"
    known = params.get("evt") in _TYPES | _NO_EVENT | _AUTOMATIC
    return named and known and bool(params.get("mid") or _EVENT.search(path))


def _event(hit: Hit, kind: str, params: Mapping[str, str]) -> RawRow:
    name = (params.get("ea") if kind == "custom" else None) or kind
    call = [params.get(k, "") for k in ("mid", "bo", "rn")]
    consents = url_consents(params)
    if params.get("asc") in _STATES:
        consents["ad_storage"] = _STATES[params["asc"]]
    fields: dict[str, object] = {
        "destination_id": params.get("ti"),
        "event_name": name,
        # Unverified: no beacon with an id was seen; these are the names a parameter of the site's would keep.
        "event_id": first_of(params, ("event_id", "eventId")),
        "order_id": first_of(params, ("transaction_id", "tpprdid")),
        "value": params.get("gv"),
        "currency": params.get("gc"),
        "url": params.get("p"),
        "session_id": params.get("sid"),
        "sender": params.get("tm"),
        "consents": consents,
        "automatic": kind in _AUTOMATIC,
        "uetvid": params.get("vid"),
        "msclkid": _click_id(params.get("msclkid", "")),
        **_match_keys(params.get("pid", "")),
        "_mirror": "|".join((params.get("ti", ""), kind, name, *call)) if call[0] and any(call[1:]) else None,
    }
    return row("microsoft", hit, fields)


def _click_id(given: str) -> str | None:
    """The id without the mark behind it (`-1` of this visit's address, `-0` stored); `N` says there is none."""
    return None if given == "N" else re.sub(r"-[01]$", "", given) or None


def _match_keys(packed: str) -> dict[str, object]:
    """`em` and `ph` of enhanced conversions, a query in one parameter."""
    given = dict(pairs(packed if "=" in packed else unquote(packed)))
    return {key: given[key] for key in ("em", "ph") if given.get(key)}
