"""Phone numbers. Digits alone prove nothing: order ids, times and article numbers look the same. A number counts when
the parameter's name says phone, or when it is written internationally and its numbering plan knows it (phonenumbers,
the port of Google's libphonenumber, version 9.0: official code, read 2026-11-24)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from ._names import is_link, says_phone

_NAMED = re.compile(r"\+?[ (]{0,2}\d[\d ()./-]{5,22}\d", re.ASCII)
_WRITTEN = re.compile(r"(?<![\w.+/-])\(?\+\d[\d ()./-]{6,20}\d(?![\w@])", re.ASCII)
_MAX_NUMBERS = 50


def phones(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(shape, length) of the phone numbers in a text."""
    if says_phone(name):
        found = _named(text.strip())
        if found:
            yield found
            return
    if "+" not in text:
        return
    for count, match in enumerate(_WRITTEN.finditer(text)):
        if count >= _MAX_NUMBERS:
            return
        before = text[max(0, match.start() - 6) : match.start()].lower()
        number = _parsed(match[0].lstrip("("))
        linked = is_link(name) or before.endswith(("tel:", "sms:"))
        if number and not linked and phonenumbers.is_valid_number(number):
            yield _shape(number, match[0]), len(match[0])


def _named(text: str) -> tuple[str, int] | None:
    text = text.removeprefix("tel:").strip()
    digits = [c for c in text if c.isdigit()]
    if not _NAMED.fullmatch(text) or not 8 <= len(digits) <= 15 or len(set(digits)) < 3:
        return None
    written = text if text.startswith("+") else "+" + text[2:] if text.startswith("00") else ""
    number = _parsed(written or f"+{''.join(digits)}")
    if number and not phonenumbers.is_possible_number(number):
        number = None
    return _shape(number if written else None, text), len(text)


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None


def _shape(number: phonenumbers.PhoneNumber | None, text: str) -> str:
    last = "".join(c for c in text if c.isdigit())[-2:]
    return f"+{number.country_code}***{last}" if number else f"***{last}"
