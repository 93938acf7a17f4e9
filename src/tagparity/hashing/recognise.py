"""What a digest shows by itself: its form, whether it is junk, and what it cannot show without the plain value."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from ..core.platform import Form
from .junk import junk_digests
from .profile import digest

_SUFFIXED = re.compile(r"([0-9a-fA-F]{64})\.([A-Za-z0-9_-]{2}|[A-Za-z0-9_-]{8})")
_LANGUAGES = {"AQ": "PHP", "Ag": "Python", "Aw": "Java", "BA": "Node", "BQ": "Ruby", "Bg": "browser"}


@dataclass(frozen=True, slots=True)
class Recognition:
    """`form` as in `core.platform.Form`; `hex` the digest in lower-case hex, "" where there is none; `junk` the plain
    value everybody can compute, None where it is none; `suffix` what follows the digest; `note` one line for people."""

    form: Form
    hex: str
    junk: str | None
    suffix: str
    note: str


def recognise(value: str) -> Recognition:
    """The form of a digest as sent. Whether it was hashed twice needs the plain value: see
    `encodings`."""
    value = value.strip()
    form, plain_hex, suffix = _form(value)
    junk = junk_digests().get(plain_hex) if plain_hex else None
    return Recognition(
        Form.PLACEHOLDER if junk is not None else form, plain_hex, junk, suffix, _note(form, junk, suffix)
    )


def _form(value: str) -> tuple[Form, str, str]:
    if not value:
        return Form.ABSENT, "", ""
    if found := _SUFFIXED.fullmatch(value):
        return Form.SHA256_HEX_SUFFIXED, found.group(1).lower(), found.group(2)
    if re.fullmatch(r"[0-9a-fA-F]+", value):
        hexes = {64: Form.SHA256_HEX, 32: Form.MD5, 40: Form.SHA1}
        form = hexes.get(len(value))
        if form is Form.SHA256_HEX and value != value.lower():
            form = Form.SHA256_HEX_UPPER
        if form is not None:
            return form, value.lower(), ""
    if re.fullmatch(r"[A-Za-z0-9+/]{43}=", value):
        return Form.SHA256_BASE64, _from_base64(value), ""
    if re.fullmatch(r"[A-Za-z0-9_-]{43}=?", value):
        return Form.SHA256_BASE64URL, _from_base64(value), ""
    return Form.PLAIN, "", ""


def _from_base64(value: str) -> str:
    try:
        return base64.urlsafe_b64decode(value.rstrip("=").replace("+", "-").replace("/", "_") + "=").hex()
    except (binascii.Error, ValueError):
        return ""


def _note(form: Form, junk: str | None, suffix: str) -> str:
    if junk is not None:
        return "digest of the empty text" if junk == "" else f"digest of a value that names nobody: {junk}"
    notes = {
        Form.ABSENT: "nothing",
        Form.SHA256_HEX: "SHA-256; whether it was hashed twice needs the plain value",
        Form.SHA256_HEX_UPPER: "SHA-256 in upper case",
        Form.SHA256_HEX_SUFFIXED: "SHA-256 with the suffix of Meta's parameter builder"
        + (f" ({_LANGUAGES[suffix]})" if suffix in _LANGUAGES else ""),
        Form.MD5: "32 hex digits: MD5, or an id",
        Form.SHA1: "40 hex digits: SHA-1, or an id",
        Form.SHA256_BASE64: "SHA-256 in base64",
        Form.SHA256_BASE64URL: "SHA-256 in base64url",
    }
    return notes.get(form, "no digest")


def encodings(text: str) -> dict[str, str]:
    """Every way a library writes the digest of `text`: name -> value."""
    raw = re.sub("[\ud800-\udfff]", "\ufffd", text).encode()
    once = hashlib.sha256(raw)
    standard = base64.b64encode(once.digest()).decode()
    return {
        "exact": once.hexdigest(),
        "upper": once.hexdigest().upper(),
        "base64": standard,
        "base64url": base64.urlsafe_b64encode(once.digest()).decode().rstrip("="),
        "double": digest(once.hexdigest()),
        "double, upper inside": digest(once.hexdigest().upper()),
        "md5": hashlib.md5(raw, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(raw, usedforsecurity=False).hexdigest(),
    }
