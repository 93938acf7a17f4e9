"""What the name of a parameter says of its value. Names are compared by their last part, letters only."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LAST = re.compile(r"[.\[\]:/]+")
_LETTERS = re.compile(r"[^a-z]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PHONE = re.compile(
    r"phone|telefon|mobile|msisdn|celular|whatsapp|handynummer|(?:^|[^a-z])(?:tel|cell|ph)(?:[^a-z]|$)", re.IGNORECASE
)
_NO_PHONE = re.compile(
    r"(?:model|type|brand|version|os|verified|valid|id|ids|count|country|code|prefix|case|hash|hashed|sha256|size|time|ts|"
    r"timestamp|os|make|app|site|page|pixel)$"
)
_CARD = re.compile(r"(?:^|credit|debit|bank|payment)card(?:no|num|number|nr)?$|^cc(?:no|num|number)?$|^pan$|creditcard")
_LINK = re.compile(r"link|href|outbound|clickurl|clicktext|^url$")
_FREE = re.compile(
    r"^(?:q|query|search|searchterm|searchquery|keyword|text|message|msg|comment|comments|note|notes|description|dt|title|"
    r"pagetitle|freetext|input|inputvalue|formvalue|fieldvalue|content)$"
)
_PERSON_WORDS = """
    fn ln mn firstname fname givenname forename middlename lastname lname surname familyname fullname realname
    customername clientname contactname recipientname cardholder cardholdername holdername nameoncard billingname
    shippingname deliveryname accountholder passengername patientname guestname vorname nachname nombre apellido
    apellidos prenom nomdefamille cognome sobrenome achternaam voornaam nombrecompleto nomcomplet nomecompleto"""
PERSON = frozenset(_PERSON_WORDS.split())
_PERSON_ENDS = ("firstname", "lastname", "surname", "givenname", "familyname", "fullname", "cardholdername")


def key_of(name: str) -> str:
    """`ud[First_Name]`, `ep.user_data.firstName` -> `firstname`."""
    parts = [p for p in _LAST.split(name[-120:]) if p]
    return _LETTERS.sub("", parts[-1].lower()) if parts else ""


def says_phone(name: str) -> bool:
    return bool(_PHONE.search(_HUMP.sub("_", name))) and not _NO_PHONE.search(key_of(name))


def says_card(name: str) -> bool:
    return bool(_CARD.search(key_of(name)))


def says_person(name: str) -> bool:
    key = key_of(name)
    return key in PERSON or key.endswith(_PERSON_ENDS)


def is_link(name: str) -> bool:
    """Whether the parameter names a link of the page: addresses and phones there are the site's own contacts."""
    return bool(_LINK.search(key_of(name)))


def is_free_text(name: str) -> bool:
    return bool(_FREE.search(key_of(name)))


def ends_in(name: str, endings: Iterable[str]) -> bool:
    """Whether the last part of a name ends in one of `endings`, or a part of it in lower case is one."""
    key = key_of(name)
    parts = set(_LETTERS.split(_HUMP.sub("_", name[-120:]).lower()))
    return any(e in parts or (len(e) > 4 and key.endswith(e)) for e in endings)
