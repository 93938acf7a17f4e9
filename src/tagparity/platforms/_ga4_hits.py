"""GA4 collect requests to raw rows, whatever host and path they take.

Sources: observed, gtag.js of 2026-03, captures of 2020 to 2026; implementer, the WordPress plugin of Stape and
tracking-auditor-extension (hidden loaders). Read 2026-11-24.
"""

from __future__ import annotations

import base64
import re

from ..core.platform import Hit, RawRow
from ._google import consent, consents, em_keys
from ._wire import BODY_CAP, first_of, pairs, row, unwrapped

_TID = re.compile(r"(?:G|GT|MC)-[A-Z0-9]+")
_WRAPPED = re.compile(r"/g/collect\?|(?:^|[?&])v=2&|[?&]tid=G-")
_COMPANION = re.compile(r"/ads/ga-audiences|/g/s/collect|/ccm/s/collect|/td/rul|/mc/collect$|/set_partitioned_cookie")
_WORKER = re.compile(r"/(?:_|static)/service_worker/[^/]+/")
_LOADER = re.compile(r"/(?:gtm\.js|gtag/js|gtag/destination)$")
_TAG = re.compile(r"(?:GTM|GT|G)-[A-Z0-9]+")
_HIDDEN_TAG = re.compile(r"id=(?:GTM|GT|G)-[A-Z0-9]+(?:&|$)")
# TAGGRS packs the request: initialisation vector and cipher text in hex.
_SEALED = re.compile(r"[0-9a-f]{24}:[0-9a-f]{32,}")
_DIRECT = re.compile(r"(?:^|\.)(?:google-analytics\.com|analytics\.google\.com)$")
_GATEWAY = re.compile(r"/(?:ga|ag)/g/c$")
_AUTOMATIC = frozenset({"user_engagement", "session_start", "first_visit"})
_MEASURED_BIT = 14
_MAX_LINES = 200
_USER = "ep.user_data."
_KEYS = {
    "em": ("sha256_email_address", "email_address", "email"),
    "ph": ("sha256_phone_number", "phone_number"),
    "fn": ("address.0.sha256_first_name", "address.0.first_name", "address.sha256_first_name", "address.first_name"),
    "ln": ("address.0.sha256_last_name", "address.0.last_name", "address.sha256_last_name", "address.last_name"),
    "ct": ("address.0.city", "address.city"),
    "st": ("address.0.region", "address.region"),
    "zp": ("address.0.postal_code", "address.postal_code"),
    "country": ("address.0.country", "address.country"),
}


def decode(hit: Hit) -> list[RawRow] | None:
    """A row per event: one in the query, or one per body line laid over the query (batches)."""
    shared = _query(hit)
    if shared is None:
        return [] if _is_companion(hit) else None
    if hit.host == "stats.g.doubleclick.net" or _COMPANION.search(hit.path):
        return []
    lines = [dict(pairs(line)) for line in re.split(r"\r?\n", hit.body[:BODY_CAP])[:_MAX_LINES] if "en=" in line]
    events = [{**shared, **line} for line in lines if line.get("en")]
    if not events and shared.get("en"):
        events = [shared]
    return [_event(hit, params, n) for n, params in enumerate(events)]


def _query(hit: Hit) -> dict[str, str] | None:
    """The hit's own parameters, or those packed in base64 inside one of them (loaders that hide the request)."""
    params = dict(hit.params)
    if _is_ga4(params):
        return params
    for value in (*(v for _, v in hit.params), hit.body):
        text = unwrapped(value) if len(value) > 40 else None
        if text and _WRAPPED.search(text):
            inner = dict(pairs(text.split("?", 1)[-1]))
            if _is_ga4(inner):
                return inner
    return None


def _is_companion(hit: Hit) -> bool:
    """Scripts of the tag library and requests around the events, on any host: nothing here is an event."""
    if _WORKER.search(hit.path) or hit.path.endswith("/ads/ga-audiences") or hit.host == "stats.g.doubleclick.net":
        return True
    if _LOADER.search(hit.path):
        return bool(_TAG.fullmatch(hit.first("id") or ""))
    return any(_SEALED.fullmatch(v) or _is_hidden_loader(hit.path, v) for _, v in hit.params)


def _is_hidden_loader(path: str, value: str) -> bool:
    """A script under a random name whose query packs the container's id in base64."""
    return path.endswith(".js") and value.startswith("aWQ9") and bool(_HIDDEN_TAG.match(unwrapped(value) or ""))


def _is_ga4(params: dict[str, str]) -> bool:
    return params.get("v") == "2" and bool(_TID.fullmatch(params.get("tid", "")))


def _event(hit: Hit, params: dict[str, str], n: int) -> RawRow:
    name = params["en"]
    fields: dict[str, object] = {
        "destination_id": params["tid"],
        "event_name": name,
        "event_id": first_of(params, ("ep.event_id", "epn.event_id")),
        "transaction_id": first_of(params, ("ep.transaction_id", "epn.transaction_id")),
        "client_id": params.get("cid"),
        "user_id": params.get("uid"),
        "session_id": params.get("sid"),
        "value": first_of(params, ("epn.value", "ep.value")),
        "currency": first_of(params, ("cu", "ep.currency")),
        "app_version": params.get("ep.app_version"),
        "url": params.get("dl"),
        "consent": consent(params),
        "consents": consents(params),
        "automatic": name in _AUTOMATIC or _bit(params.get("_eu", ""), _MEASURED_BIT),
        "route": route(hit, params),
        **em_keys(params.get("em", "")),
        **{k: first_of(params, tuple(_USER + n for n in names)) for k, names in _KEYS.items() if _has_user(params)},
        "_mirror": _mirror(params, n),
    }
    return row("ga4", hit, fields)


def _has_user(params: dict[str, str]) -> bool:
    return any(k.startswith(_USER) for k in params)


def _bit(flags: str, bit: int) -> bool:
    """Bit of the base64url set `_eu`: bit d stands in byte d >> 3, lowest first."""
    try:
        data = base64.urlsafe_b64decode(flags[:64] + "=" * (-len(flags[:64]) % 4))
    except ValueError:
        return False
    return len(data) > bit >> 3 and bool(data[bit >> 3] >> (bit & 7) & 1)


def route(hit: Hit, params: dict[str, str]) -> str:
    """How the hit travels: Google's own host, tag gateway, server container, or a host that proves nothing."""
    if _DIRECT.search(hit.host) or (hit.host == "www.google.com" and hit.path == "/g/collect"):
        return "direct"
    if _GATEWAY.search(hit.path) or params.get("fp") == "1":
        return "gateway"
    if "richsstsse" in params or any(k.startswith("sst.") for k in params):
        return "sgtm"
    return "proxy_legacy" if "_fplc" in params else "custom_unknown"


def _mirror(params: dict[str, str], n: int) -> str | None:
    """A hit sent again through the fall-back host keeps page, sequence and moment."""
    keys = ("tid", "_p", "_s", "gtm", "tfd", "en")
    if not all(params.get(k) for k in ("_p", "_s", "tfd")):
        return None
    return "|".join([*(params.get(k, "") for k in keys), str(n)])
