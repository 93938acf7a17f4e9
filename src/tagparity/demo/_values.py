"""Identifier values in every form an integration may send them in, made up from a number."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

Value = str | int | list[str] | None


def sha(text: str) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _legacy(name: str, text: str) -> str:
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


_FORMS: dict[str, Callable[[str], Value]] = {
    "absent": lambda _: None,
    "plain": lambda t: t,
    "sha256_hex": sha,
    "sha256_hex_upper": lambda t: sha(t).upper(),
    "sha256_hex_suffixed": lambda t: sha(t) + ".AQYBAQAA",
    "sha256_base64": lambda t: base64.b64encode(_digest(t)).decode(),
    "sha256_base64url": lambda t: base64.urlsafe_b64encode(_digest(t)).decode().rstrip("="),
    "md5": lambda t: _legacy("md5", t),
    "sha1": lambda t: _legacy("sha1", t),
    "double": lambda t: sha(sha(t)),
    "placeholder": lambda t: ("undefined", sha("undefined"), sha(""), "(not set)")[len(t) % 4],
    "wrong_length": lambda t: "a" + sha(t),
    "wrong_type": lambda t: 4_900_000_000 + len(t),
    "truncated": lambda t: sha(t)[:50],
    "list": lambda t: [sha(t), sha("second" + t)],
    "pair": lambda t: [sha(t), sha("second" + t)],
}


def in_form(form: str, text: str) -> Value:
    """`text` as a sender of that habit would send it."""
    return _FORMS[form](text)


def person(number: int) -> dict[str, str]:
    """Plain, already normalised identifiers of a made-up person."""
    return {
        "em": f"person{number:06d}@mail.example",
        "ph": f"49151{number:07d}",
        "fn": f"given{number}",
        "ln": f"family{number}",
        "external_id": f"customer-{number:08d}",
        "client_ip_address": f"203.0.113.{number % 254 + 1}",
        "client_user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/138.0 Safari/537.36",
        "fbp": f"fb.1.1756700000000.{1_000_000_000 + number}",
        "client_id": f"{100_000_000 + number}.1756700000",
        "fbc": f"fb.1.1756700000000.IwAR{number:012d}",
    }
