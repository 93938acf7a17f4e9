"""What a capture shows beside its events: who is asked, by which way, which scripts and cookies, which click ids."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from ..core.platform import Kind
from ..core.text import outside
from ..core.traffic import Cookie, Request
from ..platforms import PLATFORMS, pairs
from ._har_entry import Entry

_SCRIPT = re.compile(r"/gtm\.js$|/gtag/js$|/gtag/destination$")
_WORKER = re.compile(r"/(?:_|static)/service_worker/|/sw_iframe\.html$")
_BODY_SIGNS = ("google_tag_manager", '"resource":', '"runtime":')
CLICK_IDS = tuple(dict.fromkeys(m.name for p in PLATFORMS.values() for m in p.click_ids))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def site_of(host: str) -> str:
    """Registrable domain of a host; the host itself where there is none (an address, a single label)."""
    return str(_suffixes().privatesuffix(host) or host)


def host_of(url: str) -> str:
    """Host of a URL, empty for anything that is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def party(host: str, page_host: str) -> str:
    """same_origin, same_site or third; empty where the page is unknown."""
    if not page_host:
        return ""
    if host == page_host:
        return "same_origin"
    return "same_site" if site_of(host) == site_of(page_host) else "third"


def script_kind(entry: Entry) -> str:
    """`script` for a tag library under any name (told by its text), `service_worker`, or empty."""
    if _WORKER.search(entry.hit.path):
        return "service_worker"
    if _SCRIPT.search(entry.hit.path) or (entry.script and all(s in entry.script for s in _BODY_SIGNS)):
        return "script"
    return ""


def request(
    file: str, entry: Entry, kind: str, platform: str, route: str, page_host: str, other: Kind | None
) -> Request:
    """The entry as checks see it: no query, no body, no identifiers in its path. `other` is what a request to a vendor
    is that carries no event."""
    hit = entry.hit
    return Request(
        file=file,
        index=entry.index,
        host=outside(hit.host, 120),
        path=outside(hit.path, 120),
        kind=kind,
        platform=platform,
        route=route,
        carries=other.value if other else "",
        party=party(hit.host, page_host),
        page_host=outside(page_host, 120),
        status=hit.status,
        at_ms=hit.at_ms or 0,
    )


def cookies(file: str, entry: Entry) -> list[Cookie]:
    """Cookies an answer sets, without their values."""
    found = []
    for line in entry.cookies[:100]:
        pair, *rest = line.split(";")
        attributes = {k.strip().lower(): v.strip() for k, _, v in (part.partition("=") for part in rest)}
        host = attributes.get("domain", "").lstrip(".").lower() or entry.hit.host
        name = outside(pair.split("=")[0].strip(), 80)
        age = _max_age(attributes, entry.hit.at_ms)
        found.append(Cookie(file, entry.index, name, outside(host, 120), "http", age, "httponly" in attributes))
    return found


def _max_age(attributes: dict[str, str], at_ms: int | None) -> int | None:
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?\d{1,12}", age, re.ASCII):
        return max(0, int(age))
    try:
        expires = parsedate_to_datetime(attributes["expires"].replace("-", " "))
        aware = expires if expires.tzinfo else expires.replace(tzinfo=UTC)
        return max(0, round(aware.timestamp() - (at_ms / 1000 if at_ms else datetime.now(UTC).timestamp())))
    except (KeyError, ValueError, TypeError, IndexError, OverflowError):
        return None


def click_ids(url: str) -> list[str]:
    """Names of the click ids a landing page was called with."""
    query = url.split("?", 1)[1] if "?" in url else ""
    names = {name for name, value in pairs(query) if value}
    return [c for c in CLICK_IDS if c in names]
