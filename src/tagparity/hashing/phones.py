"""Telephone numbers: the two documented families, and the test of the AMC tool.

Families: digits with country code (Meta, Pinterest, Snapchat, Amazon) and the same with a leading + (E.164: Google,
TikTok, Reddit, Microsoft, X). Where a number carries no country code nothing can be added unless the country is given.
"""

from __future__ import annotations

from functools import lru_cache

from .calling import PLANS, Plan
from .choices import Either
from .steps import Constant, Need, Prefix, Reject, Rule, Sub, keep

# The trunk zero in brackets, `+44 (0)20 ...`, is not dialled from abroad.
_NO_BRACKET_ZERO = Sub(r"\([ ]*0[ ]*\)")
_ABROAD = r"^[^0-9A-Za-z+]*(?:\+|00)"
_LEADING_ZEROS = Sub("^0+")
NO_EXTENSION = Sub(r"(?:[eE][xX][tT]|[xX]|[aA][nN][eE][xX][oO]|#|[pP][oO][sS][tT][eE]|[iI][nN][tT])(?s:.*)")
E164_DIGITS = r"[1-9][0-9]{6,14}"
# Words in place of digits (1-800-FLOWERS) make no number; an extension is dropped.
_CLEAN: Rule = (NO_EXTENSION, _NO_BRACKET_ZERO, Reject("[A-Za-z]"))


@lru_cache(maxsize=512)
def digits_with_code(country: str = "") -> Rule:
    """Digits with country code, no + and no leading zeros; too few or too many are rejected."""
    abroad: Rule = (keep("0-9"), _LEADING_ZEROS, Need(E164_DIGITS))
    plan = PLANS.get(country)
    home = _national(plan) if plan else abroad
    return (*_CLEAN, Either(_ABROAD, abroad, home))


@lru_cache(maxsize=512)
def e164(country: str = "") -> Rule:
    """+ and digits with country code. A national number (leading zero) is rejected when the country is unknown."""
    plan = PLANS.get(country)
    abroad: Rule = (keep("0-9"), Sub("^00+"), Need(E164_DIGITS))
    home = _national(plan) if plan else (keep("0-9"), Need(E164_DIGITS))
    return (*_CLEAN, Either(_ABROAD, abroad, home), Prefix("+"))


def _national(plan: Plan) -> Rule:
    """A number without international prefix, in a known country: its code is put before it unless it is there."""
    lengths = f"{{{plan.shortest},{plan.longest}}}"
    inside: Rule = (Need(f"[0-9]{lengths}"), Prefix(plan.code), Need(E164_DIGITS))
    with_code = f"^{plan.code}[0-9]{lengths}\\Z"
    long_enough = f"^[0-9]{{{plan.longest + 1},}}\\Z"
    fixed = plan.longest - plan.shortest < 3 or not plan.trunk
    has_code: Rule = (Need(E164_DIGITS),)
    bare: Rule = (
        (Either(with_code, (Either(long_enough, has_code, inside),), inside),)
        if fixed
        else (Either(with_code, has_code, inside),)
    )
    if not plan.trunk or plan.trunk == plan.code:
        return (keep("0-9"), *bare)
    return (
        keep("0-9"),
        Either(f"^{plan.trunk}", (Sub(f"^{plan.trunk}+" if plan.trunk == "0" else f"^{plan.trunk}"), *inside), bare),
    )


# What the AMC tool accepts as a national number: libphonenumber's general patterns of its time, which reproduce all but
# 2 of the 9,000 telephone numbers of its sample files. Elsewhere the lengths of `calling` decide.
_AMC_NUMBERS = {
    "us": "[2-9][0-9]{9}|3[0-9]{6}",
    "ca": "[2-8][0-9]{9}|3[0-9]{6}"
    "|9(?:0[1346-9]|1[02-9]|2[0589]|3[0146-9]|4[01579]|5[12469]|7[0-389]|8[04-69])[2-9][0-9]{6}",
    "gb": "[1-357-9][0-9]{9}|[18][0-9]{8}|8[0-9]{6}",
    "de": "[2579][0-9]{5,14}|49(?:[34]0|69|8[0-9])[0-9]{2,3}|49(?:37|49|60|7[089]|9[0-9])[0-9]{1,3}"
    "|49(?:2[024-9]|3[2-689]|7[1-7])[0-9]{1,8}|(?:1|[368][0-9]|4[0-8])[0-9]{3,13}"
    "|49(?:[015][0-9]|2[13]|31|[46][1-8])[0-9]{1,9}",
    "fr": "[1-9][0-9]{8}",
    "es": "400[0-9]{6}|(?:51|[6-9][0-9])[0-9]{7}",
    "it": "0[0-9]{5,10}|1[0-9]{8,9}|3(?:[0-8][0-9]{7,10}|9[0-9]{7,8})|55[0-9]{8}|8[0-9]{5}(?:[0-9]{2,4})?",
    "in": "(?:000800|[2-9][0-9]{2})[0-9]{7}|1[0-9]{7,12}",
    "jp": "00[1-9][0-9]{6,14}|[257-9][0-9]{9}|(?:00|[1-9][0-9]{2})[0-9]{6}",
}


@lru_cache(maxsize=512)
def of_country(country: str) -> Rule:
    """The AMC tool: a number that is possible in the country of the file becomes digits with code; a foreign or
    impossible one becomes the empty text, which the tool hashes all the same."""
    plan = PLANS.get(country)
    if plan is None:
        return (keep("0-9"),)
    number = _AMC_NUMBERS.get(country, f"[0-9]{{{plan.shortest},{plan.longest}}}")
    last: Rule = (Constant(""),)
    if plan.trunk and plan.trunk != plan.code:
        inside: Rule = (Sub(f"^{plan.trunk}"), Prefix(plan.code))
        last = (Either(rf"^{plan.trunk}(?:{number})\Z", inside, last),)
    with_code: Rule = (Either(rf"^{plan.code}(?:{number})\Z", (), last),)
    return (keep("0-9"), Either(rf"^(?:{number})\Z", (Prefix(plan.code),), with_code))
