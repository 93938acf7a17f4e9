"""Known customers: the columns of a CRM export, recognised by name. Values are not looked at here."""

from __future__ import annotations

import re

from ..core.errors import EvidenceError
from ..hashing.keys import canonical_key

KEYS = frozenset({"em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id"})
# What CRM systems call a column beyond the names of platforms' fields.
_NAMES = {
    "em": "mail emailadresse primaryemail contactemail customeremail useremail",
    "ph": "phone1 cell cellphone mobilenumber telefon msisdn primaryphone",
    "fn": "forename vorname contactfirstname",
    "ln": "nachname contactlastname",
    "ct": "mailingcity billingcity ort",
    "st": "mailingstate billingstate stateprovince bundesland",
    "zp": "plz mailingpostalcode billingpostalcode zippostalcode",
    "country": "mailingcountry billingcountry land countryregion",
    "db": "geburtsdatum",
    "ge": "geschlecht",
    "external_id": "crm customer clientnumber customernumber contactid accountid memberid",
}
_MORE = {name: key for key, names in _NAMES.items() for name in names.split()}
_STRONG = frozenset({"em", "ph", "external_id"})  # one of these names a person; a city alone does not


def recognise(names: list[str]) -> dict[str, int] | None:
    """Match key -> position of its column; None where the columns are no table of customers.

    The first column of a name wins. Raises EvidenceError for a table of hashed columns: a digest proves nothing.
    """
    found: dict[str, int] = {}
    hashed = False
    for position, name in enumerate(names):
        folded = re.sub(r"[^a-z0-9]", "", name.lower())
        key = _MORE.get(folded) or canonical_key(name)
        if key in KEYS:
            if re.search(r"sha256|hash|md5", folded):
                hashed = True
            elif key not in found:
                found[key] = position
    if hashed and not set(found) & _STRONG:
        raise EvidenceError("known customers with hashed columns only: plain values are needed to prove a digest")
    return found if set(found) & _STRONG else None
