"""One entry of a HAR file, split and decoded. Programs differ in every detail; what cannot be read is empty here."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urljoin, urlsplit

from ..core.platform import Hit
from ..platforms import BODY_CAP, Params, body_params, pairs

SCRIPT_CAP = 4 << 20
_URL_CAP = 64 << 10
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]{1,30}:", re.IGNORECASE)
_FORM = re.compile(r"x-www-form-urlencoded|multipart/form-data", re.IGNORECASE)
_ENCODED = re.compile(r"%3A%2F%2F|%40|%5B", re.IGNORECASE)
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII)


class BrokenEntry(ValueError):
    """An entry without the two things nothing can be said without: a request and its URL."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request as the rest of the reader sees it. `url` has no fragment and is empty for `data:`, `wss:` and the
    like; `lost_body` says a body was sent and not kept; `goes_to` is the address of a redirect."""

    index: int
    hit: Hit
    url: str
    referer: str
    mime: str
    script: str
    cookies: tuple[str, ...]
    goes_to: str
    lost_body: bool
    page: str
    document: bool


def mapping(value: object) -> Mapping[str, object]:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def string(value: object) -> str:
    """`value` when it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def parse(raw: object, index: int, pages: Mapping[str, str]) -> Entry:
    """The entry, or `BrokenEntry`. `pages` maps page references to page URLs."""
    entry = mapping(raw)
    request, response = mapping(entry.get("request")), mapping(entry.get("response"))
    url = _url(request)
    parts = urlsplit(url)
    sent, answered = headers(request), headers(response)
    body, fields, lost = _body(mapping(request.get("postData")), request, sent)
    status = response.get("status")
    content = mapping(response.get("content"))
    mime = string(content.get("mimeType")) or answered.get("content-type", "")
    referer, page = sent.get("referer", ""), pages.get(scalar(entry.get("pageref")), "")
    hit = Hit(
        method=string(request.get("method")).upper()[:10] or "GET",
        host=(parts.hostname or "").lower(),
        path=parts.path or "/",
        params=(*pairs(parts.query), *fields),
        body=body,
        page_url=referer if _names_page(referer) else page or referer,
        at_ms=epoch_ms(entry.get("startedDateTime")),
        status=status if isinstance(status, int) and not isinstance(status, bool) and 0 <= status < 1000 else 0,
    )
    goes = string(response.get("redirectURL")) or answered.get("location", "")
    return Entry(
        index=index,
        hit=hit,
        url=url,
        referer=referer,
        mime=mime.lower(),
        script=_script(content, mime),
        cookies=tuple(c for v in set_cookies(response) for c in v.split("\n") if "=" in c),
        goes_to=_joined(url, goes) if 300 <= hit.status < 400 and goes else "",
        lost_body=lost,
        page=page,
        document="html" in mime.lower() and hit.method == "GET" and not _framed(sent),
    )


def _url(request: Mapping[str, object]) -> str:
    url = string(request.get("url"))[:_URL_CAP].split("#")[0]
    if _OTHER_SCHEME.match(url):
        return ""
    if not re.match(r"https?://[^/?\s]", url, re.IGNORECASE):
        raise BrokenEntry
    try:
        if not urlsplit(url).hostname:
            raise BrokenEntry
    except ValueError as error:
        raise BrokenEntry from error
    listed = request.get("queryString")
    if "?" not in url and isinstance(listed, list) and listed:
        names = [(string(mapping(q).get("name")), scalar(mapping(q).get("value"))) for q in listed[:2000]]
        url += "?" + "&".join(f"{_quoted(n)}={_quoted(v)}" for n, v in names if n)
    return url


def _quoted(text: str) -> str:
    return re.sub(r"[%&#+\s=]", lambda m: f"%{ord(m[0]):02X}" if ord(m[0]) < 128 else "", text)


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target).split("#")[0]
    except ValueError:
        return ""


def _names_page(url: str) -> bool:
    """Whether `url` names more than an origin: a referrer cut to its origin says nothing of the page."""
    return bool(re.match(r"https?://[^/]+/[^/?]", url[:500])) or "?" in url[:_URL_CAP]


def _framed(sent: Mapping[str, str]) -> bool:
    return sent.get("sec-fetch-dest", "document") not in ("document", "")


def headers(part: Mapping[str, object]) -> dict[str, str]:
    """Header names in lower case; the first of a name wins. A list of pairs or an object."""
    listed = part.get("headers")
    if isinstance(listed, dict):
        return {str(k).lower(): scalar(v) for k, v in list(listed.items())[:500]}
    found: dict[str, str] = {}
    for item in listed[:500] if isinstance(listed, list) else []:
        found.setdefault(string(mapping(item).get("name")).lower(), string(mapping(item).get("value")))
    return found


def set_cookies(response: Mapping[str, object]) -> list[str]:
    """Every Set-Cookie line of a response."""
    listed = response.get("headers")
    pairs_ = (
        [(string(mapping(h).get("name")), mapping(h).get("value")) for h in listed[:500]]
        if isinstance(listed, list)
        else []
    )
    if isinstance(listed, dict):
        pairs_ = [(str(k), v) for k, v in list(listed.items())[:500]]
    found = [v for n, v in pairs_ if n.lower() == "set-cookie"]
    return [string(x) for v in found for x in (v if isinstance(v, list) else [v]) if string(x)]


def scalar(value: object) -> str:
    """A parameter value as text; some programs write an object around it."""
    if isinstance(value, dict):
        value = next((value[k] for k in ("value", "text", "data") if k in value), "")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _body(
    post: Mapping[str, object], request: Mapping[str, object], sent: Mapping[str, str]
) -> tuple[str, Params, bool]:
    """(text, form parameters, lost). The text is the truth where it is kept; `params` stands in for it."""
    text = string(post.get("text"))
    if text and string(post.get("encoding")).lower() == "base64":
        text = _unpacked(text)
    text = text[:BODY_CAP]
    listed = post.get("params")
    mime = string(post.get("mimeType")) or sent.get("content-type", "")
    if text:
        return text, body_params(text) if _FORM.search(mime) or text.startswith("--") else [], False
    named = [mapping(p) for p in listed[:2000]] if isinstance(listed, list) else []
    fields = [(string(p.get("name")), scalar(p.get("value"))) for p in named if string(p.get("name"))]
    if any(_ENCODED.search(part) for pair in fields for part in pair):
        fields = [(unquote(n.replace("+", " ")), unquote(v.replace("+", " "))) for n, v in fields]
    return "", fields, not fields and _length(request, sent) > 0


def _length(request: Mapping[str, object], sent: Mapping[str, str]) -> int:
    size, header = request.get("bodySize"), sent.get("content-length", "")
    if isinstance(size, int) and size > 0:
        return size
    return int(header) if header.isascii() and header.isdigit() and len(header) < 12 else 0


def _unpacked(text: str) -> str:
    try:
        return base64.b64decode(text[: 2 * BODY_CAP], validate=False).decode("utf-8", "replace")
    except ValueError:
        return ""


def _script(content: Mapping[str, object], mime: str) -> str:
    if "javascript" not in mime.lower():
        return ""
    text = string(content.get("text"))[:SCRIPT_CAP]
    return _unpacked(text) if string(content.get("encoding")).lower() == "base64" else text


def epoch_ms(value: object) -> int | None:
    """A HAR time as epoch milliseconds: ISO in its many spellings, or a number of seconds or milliseconds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _plausible(value if abs(value) > 1e11 else value * 1000)
    match = _TIME.search(string(value)[:60])
    if not match:
        return None
    day, clock, fraction, zone = match.groups()
    zone = {None: "+00:00", "Z": "+00:00"}.get(zone, zone)
    zone = zone if zone is None or ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        at = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{zone}")
    except ValueError:
        return None
    return _plausible((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def _plausible(ms: float) -> int | None:
    return round(ms) if 0 < ms < 4102444800000 else None
