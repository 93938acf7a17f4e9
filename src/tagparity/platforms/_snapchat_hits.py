"""Snap Pixel requests to raw rows. Source (observed): scevent 1.6 to 3.59, captures of 2022 to 2026."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from ..core.platform import Hit, Kind, RawRow
from ._consent import url_consents
from ._wire import body_params, dig, iso, json_value, pairs, row, text_of

_HOST = re.compile(r"^tr\d*(?:-shadow)?\.snapchat\.com$")
_EVENT = re.compile(r"^/(?:gateway/)?p/?$")
# A Signals Gateway relays the pixel's hits on a host of the site's own.
_RELAY = re.compile(r"/gateway/p/?$")
_PIXEL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MADE_ID = "@-"
_MAX_EVENTS = 100
# `u_sclid` is no click id: it is the visitor's id in local storage (`ctx.ls` of batches), there without any click.
_KEYS = {
    "em": "u_hem",
    "ph": "u_hpn",
    "fn": "u_fn",
    "ln": "u_ln",
    "ct": "l_city",
    "st": "l_gr",
    "zp": "l_gpc",
    "country": "l_gc",
    "scid": "u_c1",
}
_LIMITED = re.compile(r"lmu|ldu|denied", re.IGNORECASE)


def decode(hit: Hit) -> list[RawRow] | None:
    """A row per event: one in the query, a form or a JSON object, several in the items `t` of a batch (`req`)."""
    if hit.host == "sc-static.net":
        return []
    own = bool(_HOST.match(hit.host))
    if own and not _EVENT.match(hit.path):
        return []
    if not own and not _RELAY.search(hit.path):
        return None
    value = json_value(hit.body) if hit.body.lstrip()[:1] == "{" else None
    if isinstance(value, dict) and isinstance(value.get("req"), list):
        return _batch(hit, value) if own or isinstance(value.get("ctx"), dict) else None
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    if isinstance(value, dict):
        params = {k: t for k, v in value.items() if (t := text_of(v))} | params
    if not own and not (_PIXEL.fullmatch(params.get("pid", "")) and params.get("ev")):
        return None
    found = _event(hit, params, iso(params.get("ts")), params.get("trackId", ""))
    return [found] if found else []


def _batch(hit: Hit, value: Mapping[str, object]) -> list[RawRow]:
    """Items wait in the page before they are sent, `del` milliseconds of the batch's `ts`."""
    listed = value["req"]
    sent, page = text_of(dig(value, "ctx.ts")), text_of(dig(value, "ctx.url"))
    rows = []
    for item in listed[:_MAX_EVENTS] if isinstance(listed, list) else []:
        given = dig(item, "t")
        if not isinstance(given, Mapping):
            continue
        params = {str(k): t for k, v in given.items() if (t := text_of(v))}
        at = iso(params.get("ts")) or _earlier(sent, text_of(dig(item, "del")))
        found = _event(hit, {"pl": page or "", **params}, at, params.get("trackId", ""))
        rows += [found] if found else []
    return rows or _without_event(listed)


def _without_event(listed: object) -> list[RawRow]:
    """What a batch without an event is: `i` is the pixel's start, `log` and `md` report on the pixel itself."""
    items = [i for i in listed[:_MAX_EVENTS] if isinstance(i, Mapping)] if isinstance(listed, list) else []
    kind = Kind.AUTOMATIC if any("i" in i for i in items) else Kind.DIAGNOSTIC
    return [{"_kind": kind.value}] if items else []


def _earlier(sent: str | None, waited: str | None) -> str | None:
    digits = re.fullmatch(r"\d{1,9}", waited or "", re.ASCII)
    return iso(int(sent) - int(digits[0])) if iso(sent) and sent and sent.isdigit() and digits else iso(sent)


def _event(hit: Hit, params: Mapping[str, str], at: str | None, track: str) -> RawRow | None:
    name = params.get("ev", "")
    if not name:
        return None
    pixel, given = params.get("pid", ""), params.get("cdid", "")
    # An id of the pixel's own names one call; the site's may stand in two calls, which its hit id tells apart.
    call = "" if given.startswith(_MADE_ID) else track or at or ""
    fields: dict[str, object] = {
        "destination_id": pixel,
        "event_name": name,
        "event_id": given,
        "event_time": at,
        "order_id": params.get("e_tid"),
        "value": params.get("e_pr"),
        "currency": params.get("e_cur"),
        "url": params.get("pl"),
        "sender": params.get("intg"),
        "consents": _consents(params),
        **{key: params.get(field) for key, field in _KEYS.items()},
        "sccid": _click_id(params.get("pl", "")),
        "_mirror": f"{pixel}|{name}|{given}|{call}" if given or call else None,
    }
    return row("snapchat", hit, fields)


def _click_id(url: str) -> str | None:
    """`ScCid` of the page's address: the pixel sends it nowhere else."""
    try:
        query = urlsplit(url).query
    except ValueError:
        return None
    return next((v for k, v in pairs(query) if k == "ScCid" and v), None)


def _consents(params: Mapping[str, str]) -> dict[str, str]:
    """States by type; `du` (data_use) of `['lmu']` limits the use of data."""
    found, use = url_consents(params), params.get("du", "")
    return {**found, "ldu": "denied" if _LIMITED.search(use) else "granted"} if use else found
