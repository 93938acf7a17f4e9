"""Reddit pixel requests to raw rows. Source (observed): rdt_c9439d84 to rdt_e9773deb, captures of 2024 to 2026."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..core.platform import Hit, RawRow
from ._consent import url_consents
from ._wire import body_params, first_of, iso, row

_HOST = "alb.reddit.com"
_EVENT = re.compile(r"^/rp(?:\.gif)?/?$")
_OWN = re.compile(r"^(?:pixel-config\.reddit\.com/|www\.redditstatic\.com/ads/)")
_CUSTOM = "Custom"
# What the pixel finds in forms (`auto_`) counts where the site gave nothing.
_KEYS = {
    "em": ("em", "auto_em"),
    "ph": ("pn", "auto_pn"),
    "external_id": ("external_id",),
    "rdt_uuid": ("uuid",),
    "rdt_cid": ("click_id",),
    "madid": ("aaid", "idfa"),
}


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per `rp.gif` image or `/rp` form; the pixel's script and configuration are no events."""
    if hit.host != _HOST or not _EVENT.match(hit.path):
        return [] if hit.host == _HOST or _OWN.match(f"{hit.host}{hit.path}") else None
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    name = params.get("event", "")
    if name == _CUSTOM:  # events of one's own are told apart by the name beside it, in deduplication too
        name = params.get("m.customEventName") or name
    return [_event(hit, name, params)] if name else []


def _event(hit: Hit, name: str, params: Mapping[str, str]) -> RawRow:
    made, conversion = params.get("ts", ""), params.get("m.conversionId", "")
    fields: dict[str, object] = {
        "destination_id": params.get("id"),
        "event_name": name,
        "event_id": conversion,  # SHA-256 of what the site gave
        "event_time": iso(made),
        "order_id": params.get("m.transactionId"),
        "value": first_of(params, ("m.valueDecimal", "m.value")),
        "currency": params.get("m.currency"),
        "url": params.get("esurl"),
        "sender": params.get("integration"),
        "consents": _consents(params),
        **{key: first_of(params, names) for key, names in _KEYS.items()},
        "_mirror": "|".join((params.get("id", ""), name, made, conversion)) if made else None,
    }
    return row("reddit", hit, fields)


def _consents(params: Mapping[str, str]) -> dict[str, str]:
    """States by type: `opt_out` 1 opts the visitor out, `dpm` of LDU limits the use of data."""
    found = url_consents(params)
    if params.get("opt_out") in ("0", "1"):
        found["opt_out"] = "denied" if params["opt_out"] == "1" else "granted"
    if params.get("dpm"):
        found["ldu"] = "denied" if "LDU" in params["dpm"].upper() else "granted"
    return found
