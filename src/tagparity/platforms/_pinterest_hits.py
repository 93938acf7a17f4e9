"""Pinterest tag requests to raw rows.

Source (observed): core.js and main.817db39b.js, captures of 2020 to 2026; noscript images in public site code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..core.platform import Hit, RawRow
from ._consent import url_consents
from ._wire import body_params, iso, json_value, row, text_of

_SCRIPTS = re.compile(r"^/ct/")
# The tag asks /user/ who visits; with `event` it is the event itself, sent before or instead of the hit to /v3/.
_EVENT = re.compile(r"^/(?:v3|user)/?$")
_AUTOMATIC = frozenset({"init", "load"})
_KEYS = {
    "em": "em",
    "ph": "ph",
    "fn": "fn",
    "ln": "ln",
    "ct": "ct",
    "st": "st",
    "zp": "zp",
    "country": "country",
    "ge": "ge",
    "db": "db",
    "external_id": "external_id",
    "madid": "hashed_maids",
    "epik": "epik",
}
_LIMITED = "LDP"


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per hit with an event name; the look-up of the visitor is none, `init` and `load` are the tag's own."""
    if hit.host == "s.pinimg.com":
        return [] if _SCRIPTS.match(hit.path) else None
    if hit.host != "ct.pinterest.com":
        return None
    if not _EVENT.match(hit.path):
        return []
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    name = params.get("event", "")
    return [_event(hit, name, params)] if name else []


def _event(hit: Hit, name: str, params: dict[str, str]) -> RawRow:
    data, person, page = (_part(params, part) for part in ("ed", "pd", "ad"))
    tag, event_id = params.get("tid", ""), text_of(data.get("event_id"))
    return row(
        "pinterest",
        hit,
        {
            "destination_id": tag,
            "event_name": name,
            "event_id": event_id,
            "event_time": iso(params.get("cb")),
            "order_id": text_of(data.get("order_id")),
            "value": text_of(data.get("value")),
            "currency": text_of(data.get("currency")),
            "url": text_of(page.get("loc")),
            "automatic": name in _AUTOMATIC,
            "sender": text_of(person.get("np")) or text_of(person.get("tm")),
            "consents": _consents(params, (data, person)),
            **{key: _texts(person.get(field)) for key, field in _KEYS.items()},
            "_mirror": f"{tag}|{name}|{event_id}" if event_id else None,
        },
    )


def _part(params: Mapping[str, str], name: str) -> dict[str, object]:
    """The JSON object in `name`, and what stands in `name[field]` as images without script have it."""
    value = json_value(params.get(name, ""))
    found: dict[str, object] = {
        key[len(name) + 1 : -1]: text for key, text in params.items() if key.startswith(f"{name}[") and key[-1] == "]"
    }
    return found | value if isinstance(value, dict) else found


def _texts(value: object) -> object:
    if isinstance(value, list):
        return [v for v in map(text_of, value[:20]) if v]
    return text_of(value)


def _consents(params: Mapping[str, str], parts: tuple[Mapping[str, object], ...]) -> dict[str, str]:
    """States by type; `opt_out_type=LDP` limits the use of data."""
    found = url_consents(params)
    given = "|".join(text_of(part.get("opt_out_type")) or "" for part in parts).strip("|")
    if given:
        found["ldu"] = "denied" if _LIMITED in given.upper() else "granted"
    return found
