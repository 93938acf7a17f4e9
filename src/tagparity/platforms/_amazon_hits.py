"""Amazon Ad Tag requests to raw rows. Sources: official code, amzn/ads-pao-amznjs-gtm-template 85d75ef; observed,
`iu3` requests of captures of 2017 to 2026. Read 2026-11-24."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..core.platform import Hit, RawRow
from ._consent import url_consents
from ._wire import body_params, first_of, iso, row

_HOST = re.compile(r"(?:^|\.)amazon-adsystem\.com$")
_EVENT = re.compile(r"^/(?:s/)?iu3/?$")
_UNNAMED = "Other"


def decode(hit: Hit) -> list[RawRow] | None:
    """One row per `iu3` request that names an event or an id of one; the many others are cookie syncs and ad calls."""
    if not _HOST.search(hit.host):
        return None
    if not _EVENT.match(hit.path):
        return []
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    return [_event(hit, params)] if params.get("event") or params.get("clientDedupeId") else []


def _event(hit: Hit, params: Mapping[str, str]) -> RawRow:
    tag, name = params.get("pid", ""), params.get("event") or _UNNAMED
    given, made = params.get("clientDedupeId", ""), params.get("ts", "")
    fields: dict[str, object] = {
        "destination_id": tag,
        "event_name": name,
        "event_id": given,
        "event_time": iso(made),
        "value": params.get("value"),
        "currency": params.get("currencyCode"),
        "consents": url_consents(params),
        "country": params.get("countryCode"),
        "external_id": first_of(params, ("MATCH_ID", "match_id")),
        "aref": params.get("arefs"),
        # The redirect that sets cookies (`dcc=t`) repeats the hit with its time.
        "_mirror": "|".join((tag, name, made, given)) if made else None,
    }
    return row("amazon", hit, fields)
