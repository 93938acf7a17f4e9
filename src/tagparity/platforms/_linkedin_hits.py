"""LinkedIn Insight Tag requests to raw rows. Source (observed): insight.min.js 213 to 275, captures of 2023 to 2026."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable

from ..core.platform import Hit, RawRow
from ._consent import url_consents
from ._wire import BODY_CAP, body_params, iso, json_value, row, text_of

_HOST = re.compile(r"^(?:px\d*|dc)\.ads\.linkedin\.com$")
_COLLECT = re.compile(r"^/collect/?$")
_SIGNAL = re.compile(r"^/wa/?$")
_MAX_PARTNERS = 10
PAGE_VIEW = "PageView"


def decode(hit: Hit) -> list[RawRow] | None:
    """A row per partner id of a conversion or page view (`/collect`) or of a website signal (`/wa/`)."""
    if hit.host == "snap.licdn.com":
        return []
    if not _HOST.match(hit.host):
        return None
    if _SIGNAL.match(hit.path):
        return _signals(hit)
    return _collected(hit) if _COLLECT.match(hit.path) else []


def _collected(hit: Hit) -> list[RawRow]:
    """Redirects to itself (`cookiesTest`, `liSync`) and a copy to px4, with the IPv6 address, repeat the hit."""
    params = {**dict(body_params(hit.body)), **dict(hit.params)}
    if not params.get("pid") and not params.get("conversionId"):
        return []
    name = params.get("conversionId") or PAGE_VIEW
    event_id, time, url = params.get("eventId", ""), params.get("time", ""), params.get("url", "")
    repeats = "cookiesTest" in params or "liSync" in params
    rows = []
    for partner in _partners(params.get("pid", "").split(",")):
        same = f"{partner}|{name}|{event_id}|"
        # Images of the noscript form have no time: only the parameters of the redirects tell the repeat.
        told = {"_mirror": f"{same}{time}"} if time else {"_hop_of" if repeats else "_origin": f"{same}{url}"}
        fields: dict[str, object] = {
            "destination_id": partner,
            "event_name": name,
            "event_id": event_id,
            "event_time": iso(time),
            "url": url,
            "sender": params.get("tm"),
            "consents": url_consents(params),
            "li_fat_id": params.get("li_fat_id"),
            **told,
        }
        rows.append(row("linkedin", hit, fields))
    return rows


def _signals(hit: Hit) -> list[RawRow]:
    """What the tag sees on its own (PAGE_VISIT, CLICK); sent again as a beacon when the fetch fails."""
    value = json_value(_plain(hit.body))
    if not isinstance(value, dict) or not (name := text_of(value.get("signalType"))):
        return []
    listed = value.get("pids")
    request = text_of(value.get("websiteSignalRequestId"))
    rows = []
    for partner in _partners(map(text_of, listed[:_MAX_PARTNERS]) if isinstance(listed, list) else []):
        fields: dict[str, object] = {
            "destination_id": partner,
            "event_name": name,
            "event_time": iso(text_of(value.get("time"))),
            "url": text_of(value.get("url")),
            "automatic": True,
            "consents": url_consents(dict(hit.params)),
            "em": text_of(value.get("hem")),
            "li_fat_id": text_of(value.get("liFatId")),
            "_mirror": f"{partner}|{request}" if request else None,
        }
        rows.append(row("linkedin", hit, fields))
    return rows


def _partners(given: Iterable[str | None]) -> list[str]:
    """Partner ids, each once; one empty id where there is none, so that the event is kept."""
    return list(dict.fromkeys(p.strip() for p in given if p and p.strip()))[:_MAX_PARTNERS] or [""]


def _plain(body: str) -> str:
    """The JSON text of a body: as it is, or out of base64(gzip()). Empty when it is neither or inflates too far."""
    text = body[:BODY_CAP].strip()
    if not text.startswith("H4sI"):
        return text
    try:
        inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        data = inflate.decompress(base64.b64decode(text, validate=True), BODY_CAP)
        return "" if inflate.unconsumed_tail else data.decode("utf-8")
    except (binascii.Error, zlib.error, ValueError):
        return ""
