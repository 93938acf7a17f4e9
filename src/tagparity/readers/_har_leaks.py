"""Plain personal data in requests: which kind, in which place, under which name, to which host. Never the value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from ..core.text import outside
from ..core.traffic import Leak
from ..platforms import json_value
from ._har_entry import Entry

_EMAIL = re.compile(
    r"(?<!//)(?<![\w.%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.(?!(?:png|jpe?g|gif|svg|webp|"
    r"avif|ico|m?js|css|json|html?|php|woff2?)\b)[A-Za-z]{2,24}(?![\w@]|\.\w)"
)
_PHONE_NAME = re.compile(r"phone|mobile|msisdn|(?:^|[^a-z])(?:tel|cell|ph)(?:[^a-z]|$)", re.IGNORECASE)
_PHONE = re.compile(r"\+?\(?\d[\d ().-]{6,20}\d", re.ASCII)
_TITLES = frozenset({"dt", "tiba", "title", "page_title"})
_REFERRERS = frozenset({"dr", "rl", "ref", "referrer", "referer", "document_referrer"})
_SECRET_PLACES = ("url", "referrer", "title")
_MAX_NODES, _MAX_VALUE, _MAX_LEAKS = 5000, 20_000, 50


def leaks(file: str, entry: Entry, platform: str, third: bool) -> list[Leak]:
    """What one entry gives away. To the site's own hosts user data in the payload is expected; an address, a referrer
    or a title with personal data is not, wherever it goes."""
    found = {
        (place, what, param): None
        for place, what, param in _places(entry, third or bool(platform))
        if third or place in _SECRET_PLACES
    }
    host = outside(entry.hit.host, 120)
    return [
        Leak(file, entry.index, host, place, what, outside(param, 80), platform)
        for place, what, param in list(found)[:_MAX_LEAKS]
    ]


def _places(entry: Entry, inside: bool) -> Iterator[tuple[str, str, str]]:
    """(place, what, parameter). A page's own address counts as `url`; so does an address passed on in a parameter."""
    if not inside and not entry.document:
        return
    if _what("", entry.hit.path):
        yield ("url", "email", "")
    if inside and _what("", entry.referer):
        yield ("referrer", "email", "referer")
    for name, value in (*entry.hit.params, *_leaves(entry.hit.body)):
        what = _what(name, value)
        if what:
            yield (_place(name, value, entry.document), what, name)


def _what(name: str, value: str) -> str:
    value = value[:_MAX_VALUE]
    for _ in range(3):
        if "@" in value and _EMAIL.search(value):
            return "email"
        if "%" not in value:
            break
        value = unquote(value)
    value = value.strip()
    if not _PHONE_NAME.search(name[:200]) or not _PHONE.fullmatch(value):
        return ""
    return "phone" if 8 <= sum(c.isdigit() for c in value) <= 15 else ""


def _place(name: str, value: str, document: bool) -> str:
    last = name.rsplit(".", 1)[-1].lower()
    if last in _TITLES:
        return "title"
    if last in _REFERRERS:
        return "referrer"
    return "url" if document or re.match(r"https?(?::|%3A)//?", value, re.IGNORECASE) else "payload"


def _leaves(body: str) -> Iterator[tuple[str, str]]:
    """(dotted path, text) of every text in a JSON body, breadth first and bounded; list places are left out."""
    queue: list[tuple[str, object]] = [("", json_value(body) if body.lstrip()[:1] in ("{", "[") else None)]
    for count, (path, value) in enumerate(queue):
        if count > _MAX_NODES:
            return
        if isinstance(value, str):
            yield (path, value)
        elif isinstance(value, dict):
            queue += [(f"{path}.{k}" if path else str(k), v) for k, v in list(value.items())[:500]]
        elif isinstance(value, list):
            queue += [(path, v) for v in value[:500]]
