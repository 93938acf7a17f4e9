"""Google Ads conversion and remarketing requests to raw rows.

One event fans out over several hosts and hops. `_mirror` joins requests with one first `random`; `_hop_of` says a
request only repeats an earlier one that carries the same text in `_origin`, once per kind of hop (`_hop`). The text
holds the hour of the event: hops keep `fst`, cut it to the hour, or write `*`. Source (observed): gtag.js of 2026-03,
66 hops in captures of 2016 to 2026. Read 2026-11-24.
"""

from __future__ import annotations

import re

from ..core.platform import Hit, RawRow
from ._google import consent, consents, em_keys
from ._wire import first_of, iso, pairs, row

_HOST = re.compile(r"(?:^|\.)(?:google\.[a-z.]{2,6}|googleadservices\.com|doubleclick\.net|googlesyndication\.com)$")
_EVENT = re.compile(
    r"/(?P<kind>pagead/conversion|pagead/1p-conversion|pagead/viewthroughconversion|pagead/1p-user-list|"
    r"ccm/conversion|rmkt/collect|ads/user-lists)/(?P<id>\d{5,15})(?:/|$)"
)
_COMPANION = re.compile(
    r"/ccm/(?:collect|form-data|geo|s/collect)|/pagead/(?:form-data|set_partitioned_cookie)|/td/rul/|"
    r"/measurement/conversion"
)
_LOADER = re.compile(r"/gtag/(?:js|destination)$")
_HOUR_MS = 3_600_000
_HOPS = frozenset({"pagead/1p-user-list", "ads/user-lists"})
_PAGE_EVENT = "gtag.config"
# Enhanced measurement of the Google tag reaches its Ads destinations under these names.
_AUTOMATIC = frozenset({"user_engagement", "session_start", "first_visit", "scroll", "form_start", "form_submit"})


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per request with an account number in its path; whether it is a conversion is read off its markers."""
    match = _EVENT.search(hit.path)
    params: dict[str, str] = {}
    for name, value in hit.params:  # hops repeat `random`: the first is the origin's
        params.setdefault(name, value)
    if match and (_HOST.search(hit.host) or "random" in params):
        return [_event(hit, match["kind"], match["id"], params)]
    return [] if _is_companion(hit, params) else None


def _is_companion(hit: Hit, params: dict[str, str]) -> bool:
    """Pings, user data and scripts: on Google's hosts, or behind a tag gateway where the library's version tells."""
    if _LOADER.search(hit.path):
        return params.get("id", "").startswith("AW-")
    return bool(_COMPANION.search(hit.path)) and bool(_HOST.search(hit.host) or "gtm" in params)


def _event(hit: Hit, kind: str, account: str, params: dict[str, str]) -> RawRow:
    label, data = params.get("label", ""), dict(pairs(params.get("data", "").replace(";", "&")))
    conversion = bool(label) and (("viewthrough" not in kind and kind not in _HOPS) or "ct_cookie_present" in params)
    hop = kind in _HOPS or params.get("is_vtc") == "1" or ("viewthrough" in kind and conversion)
    name = "conversion" if conversion else params.get("en") or data.get("event") or _PAGE_EVENT
    key = "|".join([account, label, params.get("url", ""), _hour(hit, params)])
    fields: dict[str, object] = {
        "destination_id": f"AW-{account}/{label}" if conversion else f"AW-{account}",
        "event_name": name,
        "event_id": data.get("event_id"),
        "automatic": name in _AUTOMATIC,
        "event_time": iso(params.get("fst")),
        "transaction_id": params.get("oid"),
        "client_id": params.get("gacid"),
        "user_id": params.get("userId"),
        "value": params.get("value"),
        "currency": params.get("currency_code"),
        "url": params.get("url"),
        "consent": consent(params),
        "consents": consents(params),
        "route": "direct" if _HOST.search(hit.host) else "gateway",
        "gclid": first_of(params, ("gclid", "gclaw")),
        "gbraid": first_of(params, ("gbraid", "gclag")),
        "wbraid": first_of(params, ("wbraid", "gclgb")),
        **em_keys(params.get("em", "")),
        "_mirror": _mirror(account, label, params),
        "_hop_of" if hop else "_origin": key,
        "_hop": kind if hop else None,
    }
    return row("google_ads", hit, fields)


def _hour(hit: Hit, params: dict[str, str]) -> str:
    told = params.get("fst", "")
    at = int(told) if re.fullmatch(r"\d{12,13}", told, re.ASCII) else hit.at_ms
    return str(at // _HOUR_MS) if at else ""


def _mirror(account: str, label: str, params: dict[str, str]) -> str | None:
    return f"{account}|{label}|{params['random']}" if params.get("random") else None
