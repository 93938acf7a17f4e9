"""Meta's browser id (`_fbp`) and click id (`_fbc`): valid, invalid or suspicious, and why.

Format `fb.{subdomain index}.{creation time in ms}.{payload}[.{suffix}]`. Sources: fbevents.js 2.9.138 and
facebook/capi-param-builder b0b6f0b (official code), docs parameters/fbp-and-fbc (official), read 2026-11-24. Age alone
is no fault: the pixel renews the cookie with its old creation time.
"""

from __future__ import annotations

import re
import time

_SHAPE = re.compile(r"fb\.(\d+)\.(\d+)\.([^.]*)(?:\.(.*))?", re.ASCII | re.DOTALL)
_PAYLOADS = {"fbp": re.compile(r"\d{1,20}", re.ASCII), "fbc": re.compile(r"[A-Za-z0-9_-]{1,500}")}
_LANGUAGES = frozenset({"AQ", "Ag", "Aw", "BA", "BQ", "Bg"})
_NO_VALUES = frozenset({"undefined", "null", "nan", "none", "true", "false", "0"})
_CLICK_IDS_SINCE_MS = 1_538_000_000_000  # fbclid appeared in October 2018
_DAY_MS = 86_400_000

Verdict = tuple[str, str]


def judge(name: str, value: str, now_ms: int | None = None) -> Verdict:
    """(verdict, reason) for the value of `fbp` or `fbc` (`_fbp`, `_fbc`). The verdict is valid, invalid or suspicious;
    `now_ms` is the time it was seen, in epoch milliseconds (default: now). Raises ValueError for another name."""
    kind = name.strip().lower().lstrip("_")
    if kind not in _PAYLOADS:
        raise ValueError(f"neither fbp nor fbc: {name[:40]!r}")
    found = _SHAPE.fullmatch(value)
    if found is None:
        return "invalid", _no_shape(kind, value)
    index, created, payload, suffix = found.groups()
    return (
        _wrong(kind, created, payload, suffix)
        or _odd(kind, index, int(created), payload, suffix, int(time.time() * 1000) if now_ms is None else now_ms)
        or ("valid", "well formed")
    )


def _no_shape(kind: str, value: str) -> str:
    if value.strip().lower() in _NO_VALUES or not value.strip():
        return "no value"
    if "%" in value:
        return "percent-encoded: the cookie was passed without decoding"
    if "," in value:
        return "several values in one"
    return "a bare click id" if kind == "fbc" and _PAYLOADS["fbc"].fullmatch(value) else "not fb.index.time.payload"


def _wrong(kind: str, created: str, payload: str, suffix: str | None) -> Verdict | None:
    if len(created) == 10:
        return "invalid", "creation time in seconds, not milliseconds"
    if len(created) != 13:
        return "invalid", "creation time has not 13 digits"
    if not payload:
        return "invalid", "payload is empty"
    if payload.lower() in _NO_VALUES - {"0"}:
        return "invalid", "payload is no value"
    if not _PAYLOADS[kind].fullmatch(payload):
        return "invalid", "payload has other characters, or is too long"
    if suffix is not None and not re.fullmatch(r"[A-Za-z0-9_-]{2}|[A-Za-z0-9_-]{8}", suffix):
        return "invalid", "suffix has not 2 or 8 characters"
    return None


def _odd(kind: str, index: str, created: int, payload: str, suffix: str | None, now_ms: int) -> Verdict | None:
    if suffix is not None and len(suffix) == 2 and suffix not in _LANGUAGES:
        return "suspicious", "suffix is none of the parameter builder's"
    if created > now_ms + _DAY_MS:
        return "suspicious", "created in the future"
    if kind == "fbc" and created < _CLICK_IDS_SINCE_MS:
        return "suspicious", "created before click ids existed"
    if kind == "fbc" and re.search("[a-z]", payload) and payload == payload.lower():
        return "suspicious", "click id all in lower case: its case was lost"
    if int(index) > 4:
        return "suspicious", "subdomain index is too high"
    return None
