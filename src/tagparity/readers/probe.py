"""Files that `tagparity probe` wrote. Anybody may have edited one: every value is taken only in its expected shape."""

from __future__ import annotations

from typing import Any

from ..core.errors import EvidenceError
from ..core.probe import Asked, Probe, SetCookie
from ..core.text import outside

FORMAT = 1
_MOST = 200


def sniff(doc: object) -> bool:
    """Whether a parsed JSON document is a probe."""
    return isinstance(doc, dict) and "tagparity_probe" in doc


def read(path: str, doc: dict[str, Any]) -> Probe:
    """The probe in a document. Raises EvidenceError for one of another version or without a host."""
    if doc.get("tagparity_probe") != FORMAT:
        raise EvidenceError("a probe of another version: run tagparity probe again")
    host = _text(doc.get("host"))
    if not host:
        raise EvidenceError("a probe without a host: run tagparity probe again")
    names, site = _part(_part(doc, "dns"), "host"), _part(_part(doc, "dns"), "site")
    page = _part(doc, "page")
    return Probe(
        path,
        host,
        _text(doc.get("at")),
        _texts(names.get("chain")),
        _texts(names.get("addresses")),
        _text(names.get("error")),
        _text(doc.get("site")),
        _texts(site.get("chain")),
        _texts(site.get("addresses")),
        tuple(_asked(r) for r in _list(doc.get("requests"))),
        _texts(page.get("ids")),
        _texts(page.get("scripts")),
        {k: _text(v) for k, v in _part(doc, "tls").items() if k in ("version", "issuer", "expires")},
    )


def _asked(row: dict[str, Any]) -> Asked:
    status = row.get("status")
    headers = {_text(k): _text(v) for k, v in list(_part(row, "headers").items())[:_MOST]}
    return Asked(
        _text(row.get("what")),
        _text(row.get("path")),
        status if type(status) is int and 100 <= status <= 599 else 0,
        _text(row.get("body")),
        _text(row.get("error")),
        headers,
        _texts(row.get("other_headers")),
        tuple(_cookie(c) for c in _list(row.get("cookies"))),
        _texts(row.get("hops")),
    )


def _cookie(row: dict[str, Any]) -> SetCookie:
    life = row.get("max_age_s")
    return SetCookie(
        _text(row.get("name")),
        life if type(life) is int else None,
        row.get("http_only") is True,
        _text(row.get("domain")),
    )


def _part(doc: dict[str, Any], key: str) -> dict[str, Any]:
    found = doc.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [v for v in value[:_MOST] if isinstance(v, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return outside(value, 300) if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(v) for v in value[:_MOST] if isinstance(v, str)) if isinstance(value, list) else ()
