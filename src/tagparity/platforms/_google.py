"""Google's shared wire vocabulary: consent strings and the `em` token.

Sources (observed): gtag.js of 2026-03, about 15 real `gcd` values and 12 real `em` tokens. Read 2026-11-24.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from ._consent import url_consents

TYPES = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
_INDEX = {c: i for i, c in enumerate(_ALPHABET)}
_DENIED, _GRANTED = 2, 3
_WORDS = {_DENIED: "denied", _GRANTED: "granted"}
_GPC, _ACTIVE = 8, 4
_SERVER_PREFIX = "sst."
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
    codes = _codes(gcd)
    if not codes:
        return {}
    letters, separators, container = codes[2:10:2], codes[1:9:2], _container(codes)
    return {
        name: _WORDS[state]
        for i, name in enumerate(TYPES)
        if (state := _effective(letters, separators, container, i)) in _WORDS
    }


def gcd_default(gcd: str) -> str:
    """What stood before an update of any type: `denied` or `granted`, `unknown` where a type was updated that had no
    default; empty where nothing was updated."""
    codes = _codes(gcd)
    letters, container = codes[2:10:2], _container(codes)
    before = [
        next((s for s in (container[i], letter >> 2 & 3, letter >> 4) if s in _WORDS), 0)
        for i, letter in enumerate(letters)
        if letter & 3 in _WORDS
    ]
    if not before:
        return ""
    return "unknown" if 0 in before else _WORDS[min(before)]


def _codes(gcd: str) -> list[int]:
    """Numbers of the characters, nine or more of them, or none where the string is no such string."""
    codes = [_INDEX.get(c, -1) for c in gcd[:12]]
    return codes if len(codes) >= 10 and codes[0] == 1 and min(codes) >= 0 else []


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


def _flag(gcd: str) -> int:
    codes = _codes(gcd)
    return codes[9] if codes else 0


def consent(params: Mapping[str, str]) -> str | None:
    """granted, denied or unknown, by ad_storage and ad_user_data; None when the hit says nothing at all."""
    gcd, gcs = params.get("gcd", ""), params.get("gcs", "")
    if not gcd and not gcs:
        return None
    states = _gcd_active(gcd)
    if not states and _is_gcs(gcs):
        return _gcs_states(gcs).get("ad_storage", "unknown")
    pair = [states.get("ad_storage"), states.get("ad_user_data")]
    if "denied" in pair:
        return "denied"
    return "granted" if pair == ["granted", "granted"] else "unknown"


def consents(params: Mapping[str, str]) -> dict[str, str]:
    """Every type of consent a hit tells: Google's four, `default` (see `gcd_default`), `gpc` (denied where the browser
    sends Global Privacy Control), `npa` (denied where no personalised ads are asked for), `dma` (present where the law
    applies), `dma_cps`, and what `url_consents` finds. A server container is sent the latter under `sst.`."""
    gcd = params.get("gcd", "")
    given = {k.removeprefix(_SERVER_PREFIX): v for k, v in params.items() if v}
    found = {**url_consents(given), **_states(gcd, params.get("gcs", ""))}
    if _flag(gcd) & _GPC:
        found["gpc"] = "denied"
    if _flag(gcd) & _ACTIVE and (before := gcd_default(gcd)):
        found["default"] = before
    if params.get("npa") == "1":
        found["npa"] = "denied"
    if params.get("dma") == "1":
        found["dma"] = "present"
    # The letters of services that may use the data; `a` are the ads, a lone hyphen is none.
    services = params.get("dma_cps", "")
    if re.fullmatch(r"-|[syphamo]{1,7}", services):
        found["dma_cps"] = "granted" if "a" in services else "denied"
    return found


def _states(gcd: str, gcs: str) -> dict[str, str]:
    """The types by `gcd` where consent mode is active, else the two that `gcs` tells."""
    return _gcd_active(gcd) or _gcs_states(gcs)


def _gcd_active(gcd: str) -> dict[str, str]:
    return gcd_states(gcd) if _flag(gcd) & _ACTIVE else {}


def _gcs_states(gcs: str) -> dict[str, str]:
    words = {"1": "granted", "0": "denied"}
    return {n: words[c] for n, c in zip(TYPES, gcs[2:4], strict=False) if c in words} if _is_gcs(gcs) else {}


def _is_gcs(gcs: str) -> bool:
    return bool(re.fullmatch(r"G1[01-][01-]", gcs))


def em_keys(token: str) -> dict[str, object]:
    """Match keys of an `em` token (`tv.1~em.<digest>~pn.<digest>~fn0.<digest>`); error marks yield none."""
    found: dict[str, list[str]] = {}
    for piece in unquote(unquote(token[:8000])).split("~")[1:50]:
        name, dot, value = piece.partition(".")
        key = _TOKEN_KEYS.get(name.rstrip("0123456789"))
        if key and dot and value and not re.fullmatch(r"e\d", value):
            found.setdefault(key, []).append(value)
    return {k: v[0] if len(v) == 1 else v for k, v in found.items()}
