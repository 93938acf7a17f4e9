"""National identity numbers, where they cannot be mistaken: by check digits, by their way of writing, or by a name.

Rules: US ssa.gov/employer/randomizationfaqs.html and UK gov.uk NIM39110 (official, read 2026-11-24); check digits
of the other countries as implementers use them (community), tried on published specimens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ._cards import luhn
from ._names import ends_in

_EDGE, _END = r"(?<![\w.,/-])", r"(?![\w/-]|[.,]\d)"
_ODD_VALUES = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (*_ODD_VALUES[:10], *_ODD_VALUES), strict=True))
_GENERAL = ("nationalid", "nationalidentifier", "nationalnumber", "identitynumber", "idnumber", "taxid", "taxnumber")
_SPECIMEN = {"078-05-1120", "219-09-9999"}  # printed in advertisements
_OTHER_NUMBERS = ("sku", "mpn", "gtin", "isbn", "order", "orderid", "product", "productid", "item", "itemid", "invoice")


@dataclass(frozen=True, slots=True)
class _Number:
    """One kind: how it is written, what makes it right, and the names it needs (none: its form is proof enough)."""

    label: str
    written: re.Pattern[str]
    right: Callable[[str], bool]
    names: tuple[str, ...] = ()


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(f"{_EDGE}(?:{text}){_END}", re.ASCII)


def _digits(text: str) -> list[int]:
    return [int(c) for c in text if c.isdigit()]


def _ssn(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000" and text not in _SPECIMEN


def _nino(text: str) -> bool:
    return text[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


def _codice(text: str) -> bool:
    text = text.upper()
    even = sum(int(c) if c.isdigit() else ord(c) - 65 for c in text[1:15:2])
    return (sum(_ODD[c] for c in text[0:15:2]) + even) % 26 == ord(text[15]) - 65


def _dni(text: str) -> bool:
    body = re.sub(r"[ .-]", "", text.upper())
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == body[-1]


def _cpf(text: str) -> bool:
    d = _digits(text)
    checks = [10 * sum(x * w for x, w in zip(d, range(n + 1, 1, -1), strict=False)) % 11 % 10 for n in (9, 10)]
    return len(set(d)) > 1 and checks == d[9:]


def _weighted(text: str, weights: tuple[int, ...], modulus: int) -> bool:
    return sum(d * w for d, w in zip(_digits(text), weights, strict=True)) % modulus == 0


def _pesel(text: str) -> bool:
    return _weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), 10) and 1 <= int(text[4:6]) <= 31


def _bsn(text: str) -> bool:
    return _weighted(text, (9, 8, 7, 6, 5, 4, 3, 2, -1), 11) and len(set(text)) > 1


def _nir(text: str) -> bool:
    body = text.replace(" ", "").upper()
    return 97 - int(body[:-2].replace("2A", "19").replace("2B", "18")) % 97 == int(body[-2:])


def _personnummer(text: str) -> bool:
    return luhn("".join(c for c in text if c.isdigit())[-10:])


_NINO = r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_CODICE = r"[A-Z]{6}\d\d[A-EHLMPRST](?:[0-6]\d|7[01])[A-Z]\d{3}[A-Z]"
_KINDS = (
    _Number("US SSN", _pattern(r"\d{3}-\d\d-\d{4}"), _ssn),
    _Number("UK NINO", _pattern(_NINO + r" \d\d \d\d \d\d [A-D]"), _nino),
    _Number("UK NINO", _pattern(f"(?i:{_NINO}" + r"(?: ?\d\d){3} ?[A-D])"), _nino, ("nino", "ninumber",
            "nationalinsurance", "nationalinsurancenumber", *_GENERAL)),
    _Number("Italian codice fiscale", _pattern(_CODICE), _codice),
    _Number("Italian codice fiscale", _pattern(f"(?i:{_CODICE})"), _codice, ("codicefiscale", "fiscalcode", *_GENERAL)),
    _Number("Spanish DNI", _pattern(r"(?i:[XYZ]?\d{7,8}[ -]?[A-Z])"), _dni, ("dni", "nif", "nie", "documento",
            *_GENERAL)),
    _Number("Brazilian CPF", _pattern(r"\d{3}\.\d{3}\.\d{3}-\d\d"), _cpf),
    _Number("Brazilian CPF", _pattern(r"\d{11}"), _cpf, ("cpf", "documento")),
    _Number("Polish PESEL", _pattern(r"\d{11}"), _pesel, ("pesel", *_GENERAL)),
    _Number("Dutch BSN", _pattern(r"\d{9}"), _bsn, ("bsn", "burgerservicenummer")),
    _Number("French NIR", _pattern(r"[12] \d\d (?:0\d|1[0-2]) (?:\d\d|2[AB]) \d{3} \d{3} \d\d"), _nir),
    _Number("French NIR", _pattern(r"(?i:[12]\d\d(?:0\d|1[0-2])(?:\d\d|2[AB])\d{8})"), _nir, ("nir", "insee", "secu")),
    _Number("Swedish personnummer", _pattern(r"(?:19|20)?\d{6}[-+]?\d{4}"), _personnummer, ("personnummer", "ssn")),
)  # fmt: skip


def national_ids(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(shape, length) of identity numbers in a text; the shape names the kind, no digit is shown."""
    if len(text) < 8 or ends_in(name, _OTHER_NUMBERS):
        return
    for kind in _KINDS:
        if kind.names and not ends_in(name, kind.names):
            continue
        match = next((m for m in kind.written.finditer(text[:4000]) if kind.right(m[0])), None)
        if match:
            yield kind.label, len(match[0])
            return
