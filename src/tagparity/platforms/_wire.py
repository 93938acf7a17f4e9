"""What decoders share: bodies, nested values, times and rows. Nothing here raises on hostile input."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote

from ..core.platform import Hit, RawRow

BODY_CAP = 1 << 20
FIELD_CAP = 2000
VALUE_CAP = 8192
Params = list[tuple[str, str]]

_PART = re.compile(r'name="([^"\r\n]{1,200})"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)\r?\n?$', re.DOTALL)


def pairs(text: str) -> Params:
    """Parameters of a query or urlencoded body, empty values kept, in order."""
    try:
        return parse_qsl(text[:BODY_CAP], keep_blank_values=True, errors="replace", max_num_fields=FIELD_CAP)
    except ValueError:
        return []


def body_params(body: str) -> Params:
    """Parameters of a form body: multipart by its boundary line, urlencoded otherwise, none for anything else."""
    body = body[:BODY_CAP]
    if body.startswith("--"):
        boundary = body.split("\n", 1)[0].rstrip("\r")
        parts = (_PART.search(p) for p in body.split(boundary, FIELD_CAP)[1:])
        return [(m[1], m[2]) for m in parts if m]
    if "=" not in body or body.lstrip()[:1] in ("{", "[", "<"):
        return []
    return pairs(body)


def json_value(text: str) -> object:
    """Parsed JSON, None when it is none, too large or too deep."""
    if not text or len(text) > BODY_CAP:
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def unwrapped(value: str) -> str | None:
    """`value` decoded from base64 (either alphabet, with or without padding) when the outcome is text."""
    packed = re.sub(r"\s", "", unquote(value[:BODY_CAP])).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def dig(value: object, path: str) -> object:
    """The value at a dotted path, None when there is none."""
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def text_of(value: object) -> str | None:
    """A scalar as text; None for anything else, for absence and for the empty string."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return str(value) or None
    except ValueError:  # an integer with more digits than Python prints
        return None


def iso(ms: str | int | None) -> str | None:
    """Epoch milliseconds as ISO 8601 in UTC, None when they are no plausible time (2001 to 2100)."""
    text = str(ms or "").split(".")[0]
    if not re.fullmatch(r"\d{12,13}", text, re.ASCII) or not 978307200000 <= int(text) <= 4102444800000:
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC).isoformat(timespec="milliseconds")


def row(platform: str, hit: Hit, fields: Mapping[str, object]) -> RawRow:
    """A browser row without its empty fields; time and address of the request stand in for the event's own."""
    found: dict[str, object] = {"event_time": iso(hit.at_ms), "url": hit.page_url}
    given = {k: _clean(v) for k, v in {**found, **{k: v for k, v in fields.items() if v}}.items()}
    return {"side": "browser", "platform": platform, **{k: v for k, v in given.items() if v}}


def _clean(value: object) -> object:
    """Text cut to a bearable length, without what no file can hold (NUL, lone surrogates)."""
    if isinstance(value, list):
        return [_clean(v) for v in value[:20]]
    if not isinstance(value, str):
        return value
    return value[:VALUE_CAP].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def first_of(params: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The first non-empty value among `names`."""
    return next((params[n] for n in names if params.get(n)), None)
