"""Floodlight activities (Campaign Manager 360) to raw rows.

Parameters stand in the path, after semicolons. One activity is sent several times: as a beacon and in a frame, again
after `dc_pre`, to `adservice.google.com`, and to register an attribution. `_mirror` joins them by what stays equal; a
site that ships a constant `ord` keeps its pages apart by `~oref`. Source (observed): captures of 2015 to 2026. Read
2026-11-24.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ..core.platform import Hit, RawRow
from ._google import consent, consents, em_keys
from ._wire import FIELD_CAP, first_of, row

_HOST = re.compile(r"(?:^|\.)doubleclick\.net$|^adservice\.google\.[a-z.]{2,6}$")
_ACTIVITY = re.compile(r"/(?:activityi?|ddm/activity|ddm/fls/[a-z])[;/](?P<fields>.*)$")
_NO_EVENT = re.compile(r"/td/fls/rul/")
_SAME = ("src", "type", "cat", "ord", "num", "~oref")


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per request that names an advertiser and an activity; the copy for the ad auction is none."""
    match = _ACTIVITY.search(hit.path) if _HOST.search(hit.host) else None
    if match is None:
        return None
    pieces = (piece.partition("=") for piece in match["fields"].split(";")[:FIELD_CAP])
    params = {name: unquote(value) for name, _, value in pieces if name}
    if not re.fullmatch(r"\d{3,12}", params.get("src", ""), re.ASCII):
        return None
    activity = "/".join(v for v in (params.get("type"), params.get("cat")) if v)
    return [_event(hit, activity, params)] if activity and not _NO_EVENT.search(hit.path) else []


def _event(hit: Hit, activity: str, params: dict[str, str]) -> RawRow:
    # `ord` is the order's number on sales activities only; elsewhere it is random, or counts sessions.
    sale = first_of(params, ("cost", "qty"))
    fields: dict[str, object] = {
        "destination_id": f"DC-{params['src']}",
        "event_name": activity,
        "transaction_id": params.get("ord") if sale else None,
        "value": params.get("cost"),
        "url": params.get("~oref"),
        "consent": consent(params),
        "consents": consents(params),
        "route": "direct",
        "gclid": first_of(params, ("gclid", "gclaw")),
        **em_keys(params.get("em", "")),
        "_mirror": "|".join(params.get(k, "") for k in _SAME) if params.get("ord") else None,
    }
    return row("floodlight", hit, fields)
