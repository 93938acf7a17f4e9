"""Payment cards and bank accounts.

Ranges and lengths of cards: Wikipedia, "Payment card number" (community, read 2026-11-24). Accounts: ISO 13616 with the
lengths of the SWIFT registry as libraries carry them (community, read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ._names import is_free_text, key_of, says_card

_DIGITS = re.compile(r"(?<![\w.,+-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)", re.ASCII)
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ -])\d{6}\2\d{4,5}", re.ASCII)
_BRAND = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|"
    r"3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|"
    r"(?:5018|5020|5038|6304|6759|676[1-3])\d{8,15}"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])", re.ASCII)
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24,
    "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check of those before."""
    total = sum(int(d) for d in digits[-1::-2]) + sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return total % 10 == 0


def cards(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(shape, length) of card numbers: known range, right length, right check digit; and either grouped in the way of
    cards, or in a parameter for cards or free text. One in ten bare numbers has a right check digit."""
    for match in _DIGITS.finditer(text[:4000]):
        digits = re.sub(r"[ -]", "", match[0])
        free = is_free_text(name) and match[0] == digits and len(digits) > 14
        sure = _GROUPED.fullmatch(match[0]) or says_card(name) or free
        if sure and len(set(digits)) > 1 and _BRAND.fullmatch(digits) and luhn(digits):
            yield f"{digits[0]}***{digits[-2:]}", len(match[0])


def ibans(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(shape, length) of account numbers that exist in form: country, its length, and remainder 1 modulo 97."""
    text = text.upper() if "iban" in key_of(name) else text
    for match in _IBAN.finditer(text[:4000]):
        number = match[0].replace(" ", "")
        size = _LENGTHS.get(number[:2], 0)
        if size and len(number) > size and " " in match[0]:
            number = number[:size]
        if len(number) == size and int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1:
            yield f"{number[:2]}***", len(number)
