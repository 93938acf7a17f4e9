"""Values that name nobody: what integrations hash when the real value is missing, and placeholders of samples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

# Lower case, trimmed. Seen in public integrations (community), and how languages print nothing; read 2026-11-24.
JUNK: tuple[str, ...] = (
    "undefined", "null", "none", "nan", "nil", "[object object]", "false", "true", "0", "n/a", "na", "(not set)",
    "not set", "(none)", "not provided", "(not provided)", "unknown", "anonymous", "guest", "test", "test@test.com",
    "test@example.com", "email@example.com", "example@example.com", "user@example.com", "noreply@example.com",
    "{{email}}", "{email}", "email", "phone", "12345678901", "1234567890", "0000000000",
)  # fmt: skip

# One digest for everybody, plain text unknown or not personal: Meta's sample payload (official, 2026-02-01), and what
# the pixel sends for every Apple private-relay address (official code, fbevents.js 2.9.138).
CONSTANTS: Mapping[str, str] = MappingProxyType(
    {
        "309a0a5c3e211326ae75ca18196d301a9bdbd1a882a4d2569511033da23f0abd": "e-mail of Meta's sample payload",
        "6f4fcb9deaeadc8f9746ae76d97ce1239e98b404efe5da3ee0b7149740f89ad6": "telephone of Meta's sample payload",
        "b68919aff001d8366249403a2544fba2d833084f1ad22839b6310aadacb6a138": "any Apple private-relay address",
    }
)
ALGORITHMS = ("sha256", "md5", "sha1")
_PROFILE_KEYS = ("em", "ph", "fn", "external_id")


def _variants(text: str) -> Iterator[str]:
    from . import PROFILES

    spellings = (text, text.upper(), text.title(), text.capitalize(), "NaN" if text == "nan" else text)
    for spelling in (*spellings, text.replace("[object o", "[object O")):
        yield spelling
        for profile in PROFILES.values():
            for key in _PROFILE_KEYS:
                if profile.hashed(key) and (written := profile.normalise(key, spelling)):
                    yield written


@lru_cache(maxsize=1)
def junk_texts() -> Mapping[str, str]:
    """Every spelling of a junk value that some profile would hash -> the junk value."""
    found = {"": "", " ": ""}
    for text in JUNK:
        for written in _variants(text):
            if written != "1":  # a country code that a library added; as an id of the site's own it may be real
                found.setdefault(written, text)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def junk_digests() -> Mapping[str, str]:
    """SHA-256, MD5 and SHA-1 in lower-case hex of every spelling -> the junk value ("" for the empty text), and the
    constants."""
    found = dict(CONSTANTS)
    for written, text in junk_texts().items():
        for name in ALGORITHMS:
            found.setdefault(hashlib.new(name, written.encode(), usedforsecurity=False).hexdigest(), text)
    return MappingProxyType(found)
