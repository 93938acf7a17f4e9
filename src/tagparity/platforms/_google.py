"""Google's shared wire vocabulary: consent strings and the `em` token.

Sources (observed): gtag.js of 2026-03, about 15 real `gcd` values and 12 real `em` tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
_INDEX = {c: i for i, c in enumerate(_ALPHABET)}
_DENIED, _GRANTED = 2, 3
_TYPES = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
_WORDS = {_DENIED: "denied", _GRANTED: "granted"}
_TOKEN_KEYS = {
    "em": "em",
    "pn": "ph",
    "fn": "fn",
    "ln": "ln",
    "ct": "ct",
    "rg": "st",
    "pc": "zp",
    "co": "country",
}


def gcd_states(gcd: str) -> dict[str, str]:
    """Effective state (granted, denied) of each consent type; types nobody set are left out.

    `1`, four pairs of separator and letter, a flag, and since 2025 two characters of container defaults. Order of
    precedence: update, container default, default, the delegated type's update and default, declare, implicit.
    """
    codes = [_INDEX.get(c, -1) for c in gcd[:12]]
    if len(codes) < 10 or codes[0] != 1 or min(codes) < 0:
        return {}
    letters, separators = codes[2:10:2], codes[1:9:2]
    container = _container(codes)
    return {
        name: _WORDS[state]
        for i, name in enumerate(_TYPES)
        if (state := _effective(letters, separators, container, i)) in _WORDS
    }


def _container(codes: list[int]) -> list[int]:
    if len(codes) < 12 or not codes[11] >> 2 & 3:
        return [0, 0, 0, 0]
    return [codes[10] >> 4, codes[10] >> 2 & 3, codes[10] & 3, codes[11] & 3]


def _effective(letters: list[int], separators: list[int], container: list[int], i: int) -> int:
    letter, separator = letters[i], separators[i]
    chain = [letter & 3, container[i], letter >> 2 & 3]
    if separator >> 2 >= 12:
        other = letters[(separator >> 2) - 12]
        chain += [other & 3, other >> 2 & 3]
    chain += [letter >> 4, separator & 3]
    return next((s for s in chain if s in _WORDS), 0)


def consent(params: Mapping[str, str]) -> str | None:
    """granted, denied or unknown, by ad_storage and ad_user_data; None when the hit says nothing at all."""
    gcd, gcs = params.get("gcd", ""), params.get("gcs", "")
    if not gcd and not gcs:
        return None
    active = len(gcd) < 10 or _INDEX.get(gcd[9], 0) >> 2 & 1
    states = gcd_states(gcd) if active else {}
    if not states and re.fullmatch(r"G1[01-][01-]", gcs):
        return {"1": "granted", "0": "denied"}.get(gcs[2], "unknown")
    pair = [states.get("ad_storage"), states.get("ad_user_data")]
    if "denied" in pair:
        return "denied"
    return "granted" if pair == ["granted", "granted"] else "unknown"


def em_keys(token: str) -> dict[str, object]:
    """Match keys of an `em` token (`tv.1~em.<digest>~pn.<digest>~fn0.<digest>`); error marks yield none."""
    found: dict[str, list[str]] = {}
    for piece in unquote(unquote(token[:8000])).split("~")[1:50]:
        name, dot, value = piece.partition(".")
        key = _TOKEN_KEYS.get(name.rstrip("0123456789"))
        if key and dot and value and not re.fullmatch(r"e\d", value):
            found.setdefault(key, []).append(value)
    return {k: v[0] if len(v) == 1 else v for k, v in found.items()}
