"""The texts a value holds: parts of URLs and queries, leaves of JSON, and what encodings hide. Bounded in every way."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

_MAX_NODES, _MAX_CHARS, _MAX_DEPTH, _MAX_PARTS = 2000, 120_000, 8, 500
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}:)?//[^\s/?#]{1,300}|/[\w.~%@+-]{1,300}[/?#]", re.IGNORECASE)
_QUERY = re.compile(r"[?#]?[\w.\[\]%:-]{1,100}=[^\s&=]*&[\w.\[\]%:-]{1,100}=|[?#][\w.\[\]%-]{1,100}=")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10});")
_ESCAPE = re.compile(r"\\u(00[2-7][0-9a-fA-F])")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_PLAIN_WORD = re.compile(r"[a-z]+|[0-9]+|[0-9a-f]+|[A-Z]+")
_JWT = re.compile(r"(?:[Bb]earer )?eyJ[\w-]{8,}\.(eyJ[\w-]{8,})\.[\w-]*")
_PLUS_NUMBER = re.compile(r"\+\d[\d().-]{6,20}")
_Node = tuple[str, str, str, int]


def views(name: str, value: str) -> Iterator[tuple[str, str, str]]:
    """(name, place inside, text) of every text in `value`, breadth first."""
    queue: deque[_Node] = deque([(name, "", value, 0)])
    nodes = chars = 0
    while queue and nodes < _MAX_NODES and chars < _MAX_CHARS:
        key, inside, text, depth = queue.popleft()
        nodes, chars = nodes + 1, chars + len(text)
        parts = _parts(key, inside, text) if depth < _MAX_DEPTH else None
        if parts is not None:
            queue.extend((k, i, t, depth + 1) for k, i, t in parts if t)
            continue
        clear = _decoded(text) if depth < _MAX_DEPTH else text
        if clear != text:
            queue.append((key, inside, clear, depth + 1))
            continue
        yield key, inside, text
        if depth < _MAX_DEPTH and (hidden := _hidden(text)):
            queue.append((key, f"{inside} base64".strip(), hidden, depth + 1))


def _parts(key: str, inside: str, text: str) -> list[tuple[str, str, str]] | None:
    """The parts of a text that has structure, each under its own name; None for a text without."""
    text = text.strip()
    if text[:1] in ("{", "["):
        return _leaves(key, inside, text)
    if _URL.match(text):
        return _url(inside, text)
    if _QUERY.match(text):
        return _pairs(text.lstrip("?#"), f"{inside} query".strip())
    return None


def _url(inside: str, text: str) -> list[tuple[str, str, str]]:
    """Path, query and fragment; of the authority only a password is of interest."""
    rest, _, fragment = text.partition("#")
    path, _, query = rest.partition("?")
    scheme, slashes, after = path.partition("//")
    authority = ""
    if slashes and len(scheme) < 23:
        authority, _, path = after.partition("/")
    path = path.lstrip("/")
    parts = [("", f"{inside} path".strip(), path)]
    parts += [("", f"{inside} path".strip(), s) for s in path.split("/")[:50] if _BASE64.fullmatch(s) and len(s) > 11]
    parts.append(("password", f"{inside} address".strip(), authority.rpartition("@")[0].partition(":")[2]))
    parts += _pairs(query, f"{inside} query".strip())
    if "=" in fragment:
        return parts + _pairs(fragment.rpartition("?")[2], f"{inside} fragment".strip())
    return [*parts, ("", f"{inside} fragment".strip(), fragment)]


def _pairs(query: str, inside: str) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for pair in query.split("&", _MAX_PARTS)[:_MAX_PARTS]:
        name, equals, value = pair.partition("=")
        name = unquote(name)[:100]
        if equals:
            clear = value if _PLUS_NUMBER.fullmatch(value) else unquote_plus(value)
            found.append((name, f"{inside} {name}", clear))
        else:
            found.append(("", inside, unquote_plus(pair)))
    return found


def _leaves(key: str, inside: str, text: str) -> list[tuple[str, str, str]] | None:
    """Texts and numbers of a JSON value with their dotted paths; list places are left out."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return None
    queue: deque[tuple[str, object]] = deque([("", root)])
    found: list[tuple[str, str, str]] = []
    while queue and len(found) < _MAX_NODES:
        path, value = queue.popleft()
        if isinstance(value, dict):
            queue.extend((f"{path}.{k}"[-200:] if path else str(k)[:100], v) for k, v in value.items())
        elif isinstance(value, list):
            queue.extend((path, v) for v in value)
        elif isinstance(value, str) or (isinstance(value, int) and abs(value) < 10**20 and value is not True):
            found.append((path or key, f"{inside} json {path}".strip(), str(value)))
    return found


def _decoded(text: str) -> str:
    """One layer of percent encoding, HTML entities or JSON escapes taken off."""
    if "%" in text and _PERCENT.search(text):
        return unquote(text)
    if "&" in text and _ENTITY.search(text):
        return html.unescape(text)
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "\\u00" in text else text


def _hidden(text: str) -> str:
    """The text a base64 value or the body of a JWT holds, empty when there is none."""
    text = text.strip()
    token = _JWT.fullmatch(text)
    packed = token[1] if token else text
    if not _BASE64.fullmatch(packed) or _PLAIN_WORD.fullmatch(packed):
        return ""
    packed = packed.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        shown = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
    return shown if shown.isprintable() or shown.lstrip()[:1] in ("{", "[") else ""
