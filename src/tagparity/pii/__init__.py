"""Between core and readers: finds personal data and secrets in plain text. It says what, how long and in which shape;
the value itself never leaves a function of this package.

Precision goes before recall: a number is a phone, card or national id only when its check digits, its way of writing
or the parameter's name say so. Digests are not plain text and never reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ._cards import cards, ibans
from ._national import national_ids
from ._people import emails, names
from ._phones import phones
from ._secrets import KNOWN_FORMS, secrets
from ._unpack import views

__all__ = ["KINDS", "KNOWN_FORMS", "Sighting", "scan"]

KINDS = ("email", "phone", "name", "card", "iban", "national_id", "secret")
MAX_VALUE = 20_000
_MAX_SIGHTINGS = 50
_FINDERS: tuple[tuple[str, Callable[[str, str], Iterator[tuple[str, int]]]], ...] = (
    ("email", emails),
    ("phone", phones),
    ("name", names),
    ("card", cards),
    ("iban", ibans),
    ("national_id", national_ids),
    ("secret", secrets),
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One piece of personal data in a value. `what` is one of `KINDS`; `shape` too little to identify anybody
    (`j***@***.com`); `length` in characters, decoded; `inside` where in the value: `query email`, `path`, `base64`."""

    what: str
    shape: str
    length: int
    inside: str = ""


def _scan(name: str, value: str) -> list[Sighting]:
    found: dict[tuple[str, str], Sighting] = {}
    for key, inside, text in views(name, value):
        for what, finder in _FINDERS:
            for shape, length in finder(key, text):
                found.setdefault((what, inside), Sighting(what, shape, length, inside))
        if len(found) >= _MAX_SIGHTINGS:
            break
    return list(found.values())


def scan(name: str, value: str) -> list[Sighting]:
    """What the parameter `name` gives away with `value`, one sighting per kind and place inside the value.

    Looks through URLs, queries, JSON, percent encoding (three times), HTML entities and base64. The first 20 000
    characters are read, in time linear in their number.
    """
    return _scan(name[:200], value[:MAX_VALUE]) if value else []
