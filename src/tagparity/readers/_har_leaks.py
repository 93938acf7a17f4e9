"""Plain personal data in requests: which kind, in which place, under which name, to which host. Never the value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..core.text import outside
from ..core.traffic import Leak
from ..pii import KNOWN_FORMS, Sighting, scan
from ..platforms import json_value
from ._har_entry import Entry

_TITLES = frozenset({"dt", "tiba", "title", "page_title", "pagetitle"})
_REFERRERS = frozenset({"dr", "rl", "ref", "referrer", "referer", "document_referrer", "page_referrer"})
_PAGE_PLACES = ("url", "referrer", "title")
_ADDRESS = re.compile(r"https?(?::|%(?:25){0,2}3A)//?", re.IGNORECASE)
_MAX_NODES, _MAX_LEAKS, _MAX_COOKIES = 5000, 200, 100
_Seen = tuple[str, str, Sighting]


def leaks(file: str, entry: Entry, platform: str, third: bool) -> list[Leak]:
    """What one entry gives away. To the site's own hosts user data in the payload is expected; an address, a referrer,
    a title or a cookie with personal data is not, wherever it goes."""
    found: dict[tuple[str, str, str], Sighting] = {}
    for place, param, sighting in _sightings(entry, third or bool(platform)):
        if _belongs_nowhere(place, sighting, platform, third):
            found.setdefault((place, sighting.what, param), sighting)
    index, host = entry.index, outside(entry.hit.host, 120)
    return [
        Leak(file, index, host, place, what, outside(param, 80), platform, s.shape, s.length, outside(s.inside, 80))
        for (place, what, param), s in list(found.items())[:_MAX_LEAKS]
    ]


def _belongs_nowhere(place: str, seen: Sighting, platform: str, third: bool) -> bool:
    """Whether a sighting is a leak. Other services have tokens of their own in their payloads: those are no leak,
    keys known by their form are."""
    if place in _PAGE_PLACES:
        return True
    if place == "cookie":
        return seen.what not in ("name", "secret")
    return third and (seen.what != "secret" or bool(platform) or seen.shape in KNOWN_FORMS)


def _sightings(entry: Entry, inside: bool) -> Iterator[_Seen]:
    """(place, parameter, sighting). A page's own address counts as `url`; so does an address passed on in a
    parameter."""
    yield from _cookies(entry)
    if not inside and not entry.document:
        return
    yield from (("url", "", s) for s in scan("", entry.hit.path))
    if inside:
        yield from (("referrer", "referer", s) for s in scan("referer", entry.referer))
    for name, value in (*entry.hit.params, *_leaves(entry.hit.body)):
        if len(value) > 1:
            yield from ((_place(name, value, entry.document), name, s) for s in scan(name, value))


def _cookies(entry: Entry) -> Iterator[_Seen]:
    for line in entry.cookies[:_MAX_COOKIES]:
        name, _, value = line.split(";")[0].partition("=")
        yield from (("cookie", name.strip(), s) for s in scan(name.strip(), value))


def _place(name: str, value: str, document: bool) -> str:
    last = re.split(r"[.\[\]]+", name.rstrip("]"))[-1].lower()
    if last in _TITLES:
        return "title"
    if last in _REFERRERS:
        return "referrer"
    return "url" if document or _ADDRESS.match(value) else "payload"


def _leaves(body: str) -> Iterator[tuple[str, str]]:
    """(dotted path, text) of every text and whole number in a JSON body, breadth first and bounded; list places are
    left out."""
    queue: list[tuple[str, object]] = [("", json_value(body) if body.lstrip()[:1] in ("{", "[") else None)]
    for count, (path, value) in enumerate(queue):
        if count > _MAX_NODES:
            return
        if isinstance(value, str):
            yield (path, value)
        elif isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
            yield (path, str(value))
        elif isinstance(value, dict):
            queue += [(f"{path}.{k}" if path else str(k), v) for k, v in list(value.items())[:500]]
        elif isinstance(value, list):
            queue += [(path, v) for v in value[:500]]
