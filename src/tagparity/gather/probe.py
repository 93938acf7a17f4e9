"""`tagparity probe`: what a tagging host shows to anybody who asks, written as a file of evidence.

Facts only, no verdict: names, addresses, certificate, answers, cookies (never their values), headers that tell who
hosts it. No request looks like a hit: nothing a platform would count is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ..core.errors import Refused
from ..core.text import outside
from .guard import Answer, Failed, Guard

FORMAT = 1
# Headers whose value names software or a cloud; of all others the name alone is kept.
TELLING = (
    "server",
    "via",
    "content-type",
    "cache-control",
    "access-control-allow-headers",
    "x-powered-by",
    "strict-transport-security",
)
_CONTAINER = re.compile(r"\bGTM-[A-Z0-9]{4,9}\b")
_TAG = re.compile(r"\b(?:G|GT|AW)-[A-Z0-9]{6,14}\b")
_SOURCE = re.compile(r"""<script[^>]{0,500}?\bsrc\s*=\s*["']?([^"'\s>]{1,500})""", re.I)
MAX_IDS, MAX_SCRIPTS = 4, 60
Progress = Callable[[str], None]


def probe(
    guard: Guard,
    host: str,
    site: str = "",
    *,
    ids: Iterable[str] = (),
    path: str = "",
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Everything asked of `host`, as it is written to disk.

    `site` is the URL of a page of the site it serves; `ids` containers and tags to load from it, besides those the page
    names; `path` where the server container is mounted (`/sgtm`). Raises Refused where the host or the site may not be
    asked; what merely fails stands in the result.
    """
    base = f"https://{host}" if "//" not in host else host.rstrip("/")
    target = guard.target(base)
    found: dict[str, Any] = {
        "tagparity_probe": FORMAT,
        "host": target.host,
        "path": path,
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "dns": {"host": _names(guard, target.host)},
    }
    named = list(ids)
    if site:
        progress(f"page {site}")
        page = guard.target(site if "//" in site else f"https://{site}")
        found["site"] = page.host
        found["dns"]["site"] = _names(guard, page.host)
        found["page"], on_page = _page(guard, site if "//" in site else f"https://{site}")
        named += on_page
    found["requests"] = _requests(guard, f"{base}{path}", list(dict.fromkeys(named))[:MAX_IDS], progress)
    found["tls"] = next((r.pop("tls") for r in found["requests"] if r.get("tls")), {})
    for request in found["requests"]:
        request.pop("tls", None)
    return found


def _names(guard: Guard, host: str) -> dict[str, Any]:
    try:
        resolved = guard.resolve(host)
    except Failed as error:
        return {"error": str(error)}
    return {"chain": list(resolved.chain), "addresses": list(resolved.addresses)}


def _page(guard: Guard, url: str) -> tuple[dict[str, Any], list[str]]:
    """What a page loads its tags from: status, hosts of scripts, ids of containers and tags it names."""
    try:
        answer = guard.get(url, headers={"Accept": "text/html"})
    except Failed as error:
        return {"error": str(error)}, []
    text = answer.body.decode("utf-8", "replace")
    sources = [_host_and_path(s) for s in _SOURCE.findall(text)[:MAX_SCRIPTS]]
    ids = list(dict.fromkeys(_CONTAINER.findall(text) + _TAG.findall(text)))[:MAX_IDS]
    said = {"status": answer.status, "hops": list(answer.hops), "peer": answer.peer, "ids": ids, "scripts": sources}
    return {**said, "cookies": cookies(answer)}, ids


def _host_and_path(url: str) -> str:
    """Host and path of a script's address; queries may hold anything."""
    bare = url.split("?", 1)[0].split("#", 1)[0]
    return outside(bare.removeprefix("https:").removeprefix("http:").removeprefix("//"), 120)


def _plan(base: str, ids: list[str]) -> list[tuple[str, str, str, dict[str, str]]]:
    """(what is asked, method, URL, headers). None of them is a hit."""
    cross = {"Origin": base, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    scripts = [
        ("script", "GET", f"{base}/{'gtm.js' if i.startswith('GTM-') else 'gtag/js'}?id={i}", dict[str, str]())
        for i in ids
    ]
    return [
        ("health", "GET", f"{base}/healthy", {}),
        ("health", "GET", f"{base}/healthz", {}),
        ("root", "GET", f"{base}/", {}),
        ("collect", "GET", f"{base}/g/collect", {}),
        ("data_client", "OPTIONS", f"{base}/data", cross),
        ("gateway", "GET", f"{base}/?validate_geo=healthy", {}),
        ("preview", "GET", f"{base}/gtm/debug", {}),
        *scripts,
    ]


def _requests(guard: Guard, base: str, ids: list[str], progress: Progress) -> list[dict[str, Any]]:
    asked = []
    for what, method, url, headers in _plan(base, ids):
        progress(f"{method} {url}")
        path = url.split("/", 3)[3]
        entry: dict[str, Any] = {"what": what, "method": method, "path": f"/{path}"}
        try:
            entry |= _told(guard.get(url, method, headers), ids)
        except Failed as error:
            entry["error"] = str(error)
        except Refused as error:  # a redirect led where nobody may go: that is worth knowing
            entry["error"] = f"redirected to what is not asked ({error})"
        asked.append(entry)
    return asked


def _told(answer: Answer, ids: list[str]) -> dict[str, Any]:
    """An answer without what it may hold of anybody: kind of body, telling headers, cookies without values."""
    telling = {k: outside(v, 200) for k, v in answer.headers if k in TELLING}
    others = sorted({outside(k, 60) for k, _ in answer.headers if k not in TELLING and k != "set-cookie"})[:60]
    return {
        "status": answer.status,
        "hops": list(answer.hops),
        "peer": answer.peer,
        "bytes": len(answer.body),
        "body": _kind(answer.body, ids),
        "headers": telling,
        "other_headers": others,
        "cookies": cookies(answer),
        "tls": dict(answer.tls),
    }


def _kind(body: bytes, ids: list[str]) -> str:
    """`ok` of a health check, `tag script` (one of the ids is in it), `other tag script`, `html`, `empty`, `other`."""
    text = body[:400_000].decode("utf-8", "replace")
    if text.strip().lower() in ("ok", "healthy"):
        return "ok"
    if "google_tag_manager" in text and '"resource":' in text:
        return "tag script" if any(i in text for i in ids) else "other tag script"
    if not text.strip():
        return "empty"
    return "html" if "<html" in text[:2000].lower() else "other"


def cookies(answer: Answer) -> list[dict[str, Any]]:
    """Cookies an answer sets: name, life in seconds (None for a session), attributes. Never a value."""
    return [_cookie(line) for line in answer.all("set-cookie")[:50]]


def _cookie(line: str) -> dict[str, Any]:
    pair, *attributes = line.split(";")
    given = {k.strip().lower(): v.strip() for k, _, v in (a.partition("=") for a in attributes)}
    return {
        "name": outside(pair.partition("=")[0].strip(), 80),
        "max_age_s": _life(given),
        "http_only": "httponly" in given,
        "secure": "secure" in given,
        "same_site": given.get("samesite", "").lower()[:10],
        "domain": outside(given.get("domain", ""), 100),
    }


def _life(given: dict[str, str]) -> int | None:
    """Max-Age, else Expires counted from now."""
    if re.fullmatch(r"-?[0-9]{1,12}", given.get("max-age", "")):
        return int(given["max-age"])
    try:
        ends = parsedate_to_datetime(given.get("expires", ""))
        return int((ends - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def dump(found: dict[str, Any]) -> str:
    """The file's text."""
    return json.dumps(found, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
