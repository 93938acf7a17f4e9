"""Normalisation profiles: how every platform's documentation and libraries write an identifier before it is hashed.

A digest that does not match says nothing by itself. Given the plain value, the profile that reproduces the digest names
the library that made it, and the difference to the documentation is the fix.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from . import amazon, google, meta, meta_partners, others, social
from .keys import canonical_key, field_country, platform_of
from .profile import Profile, digest

__all__ = ["PROFILES", "Profile", "canonical", "digest", "field_country", "for_platform", "key_of", "platform_of"]

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {p.id: p for part in (meta, meta_partners, google, social, others, amazon) for p in part.PROFILES}
)


def for_platform(platform: str) -> tuple[Profile, ...]:
    """Profiles of a platform, by id or by what people call it; the documentation, which is canonical, first.

    Raises ValueError with one line for an unknown platform."""
    wanted = platform_of(platform)
    found = [p for p in PROFILES.values() if p.platform == wanted or wanted in p.also]
    return tuple(sorted(found, key=lambda p: (p.id != f"{wanted}/docs", p.platform != wanted)))


def canonical(platform: str) -> Profile:
    """The documentation's profile of a platform. Raises ValueError for an unknown one."""
    return for_platform(platform)[0]


def key_of(platform: str, field: str) -> str:
    """The canonical match key of a platform's field name: `SHA256_EMAIL`, `hashed_email` and `em` are `em`.

    Raises ValueError with one line when the platform or the field is unknown, or the platform takes no such field."""
    profiles = for_platform(platform)
    key = canonical_key(field)
    if key is None:
        raise ValueError(f"unknown field {field[:40]!r} for {platform_of(platform)}")
    if not any(key in p.keys for p in profiles):
        raise ValueError(f"{platform_of(platform)} takes no {field[:40]!r}")
    return key
