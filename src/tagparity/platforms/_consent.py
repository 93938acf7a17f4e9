"""Consent that any vendor's request may carry in its address: IAB TCF, IAB GPP and the US privacy string.

Sources: official, InteractiveAdvertisingBureau TCF v2 "Consent string and vendor list formats", GPP "Core" and
"Sections", CCPA "US Privacy String"; observed, captures of 2016 to 2026. Read 2026-11-24.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TCF_NAMES = ("gdpr_consent", "gdprConsent", "tcf", "tcString", "tcstring", "tc_string", "gdpr_string", "euconsent")
_GDPR_NAMES = ("gdpr", "gdprApplies", "gdpr_applies")
_USP_NAMES = ("us_privacy", "usPrivacy", "usp", "ccpa")
_GPP_NAMES = ("gpp", "gpp_string", "gppString")
_SID_NAMES = ("gpp_sid", "gppSid")
_CAP = 4096
# TCF core segment: where the bits of the purposes start, by version of the string.
_PURPOSES = {1: 132, 2: 152}
_PURPOSE_ONE_TREATMENT = 200
_PURPOSE_TYPES = {"tcf": 1, "tcf_p3": 3, "tcf_p4": 4, "tcf_p7": 7}
_TCF_EU, _USP = 2, 6
# GPP core sub-section by section: first bit of each opt-out (two bits: 0 not applicable, 1 opted out, 2 not).
_OPT_OUTS: dict[int, dict[str, int]] = {
    7: {"gpp_sale": 18, "gpp_sharing": 20, "gpp_targeted": 22},  # national
    8: {"gpp_sale": 12, "gpp_sharing": 14},  # California
    9: {"gpp_sale": 12, "gpp_targeted": 14},  # Virginia
    10: {"gpp_sale": 12, "gpp_targeted": 14},  # Colorado
    11: {"gpp_sale": 14, "gpp_targeted": 16},  # Utah
    12: {"gpp_sale": 12, "gpp_targeted": 14},  # Connecticut
}
_GPC_SECTIONS = frozenset({7, 8, 10, 12})
_OPT_OUT_WORDS = {1: "denied", 2: "granted"}


@dataclass(frozen=True, slots=True)
class _Bits:
    """Bits of a base64url text without padding, first bit 0."""

    number: int
    size: int

    def read(self, start: int, length: int) -> int:
        """The unsigned number at `start`, -1 where the text is too short."""
        end = start + length
        return self.number >> (self.size - end) & ((1 << length) - 1) if end <= self.size else -1


def url_consents(params: Mapping[str, str]) -> dict[str, str]:
    """Types of consent named by IAB parameters, each `granted` or `denied`, besides `gdpr` (`present` where the law is
    said to apply) and `gpp` (`present`). A purpose granted is consent; legitimate interest is not looked at."""
    found: dict[str, str] = {}
    if _value(params, _GDPR_NAMES).lower() in ("1", "true"):
        found["gdpr"] = "present"
    gpp = _value(params, _GPP_NAMES)
    if gpp:
        found |= _gpp(gpp, _value(params, _SID_NAMES))
    return {**found, **tcf_consents(_value(params, _TCF_NAMES)), **_us_privacy(_value(params, _USP_NAMES))}


def tcf_consents(text: str) -> dict[str, str]:
    """`tcf` (purpose 1), `tcf_p3`, `tcf_p4` and `tcf_p7` of a consent string; empty for anything else.

    Where the publisher's country needs no purpose 1 the string says nothing of it: no `tcf`. Purposes of version 1 of
    the string have another meaning beyond the first.
    """
    bits = _bits(text.split(".", 1)[0])
    version = bits.read(0, 6)
    start = _PURPOSES.get(version, 0)
    if not start or bits.read(start, 24) < 0:
        return {}
    types = {"tcf": 1} if version == 1 else _PURPOSE_TYPES
    untold = version == 2 and bits.read(_PURPOSE_ONE_TREATMENT, 1) == 1
    return {
        name: "granted" if bits.read(start + purpose - 1, 1) else "denied"
        for name, purpose in types.items()
        if not (untold and purpose == 1)
    }


def _value(params: Mapping[str, str], names: Iterable[str]) -> str:
    """The first value among `names` that is none of the macros ad servers leave unreplaced."""
    values = (params.get(name, "").strip() for name in names)
    return next((v[:_CAP] for v in values if v and v[0] not in "${[%"), "")


def _us_privacy(text: str) -> dict[str, str]:
    """Version, notice, opt-out of sale, agreement: the third character is Y where the person opted out."""
    if len(text) != 4 or text[0] != "1":
        return {}
    state = {"Y": "denied", "N": "granted"}.get(text[2].upper())
    return {"us_privacy": state} if state else {}


def _gpp(text: str, applicable: str) -> dict[str, str]:
    """`gpp: present`, and what the sections say that apply (all of them where no `gpp_sid` says which)."""
    found = {"gpp": "present"}
    header, *parts = text.split("~")
    ids = _section_ids(_bits(header))
    wanted = {int(i) for i in applicable.replace(".", ",").split(",") if i.strip().isdecimal() and len(i) < 4}
    if len(ids) != len(parts):
        return found
    states: dict[str, set[int]] = {}
    for section, part in zip(ids, parts, strict=True):
        if wanted - {-1, 0} and section not in wanted:
            continue
        if section == _TCF_EU:
            found |= tcf_consents(part)
        elif section == _USP:
            found |= _us_privacy(part)
        else:
            _read_section(section, part, states)
    return {**found, **{n: _OPT_OUT_WORDS[min(s)] for n, s in states.items()}}


def _read_section(section: int, part: str, states: dict[str, set[int]]) -> None:
    core, *rest = part.split(".")
    bits = _bits(core)
    for name, start in _OPT_OUTS.get(section, {}).items():
        if (state := bits.read(start, 2)) in _OPT_OUT_WORDS:
            states.setdefault(name, set()).add(state)
    # Sub-section of type 1: the Global Privacy Control of the browser, one bit.
    if section in _GPC_SECTIONS and any(_bits(r).read(0, 3) == 0b011 for r in rest):
        states["gpc"] = {1}


def _section_ids(bits: _Bits) -> list[int]:
    """Section ids of a GPP header: type 3, version 1, then a range of Fibonacci-coded steps."""
    if bits.read(0, 6) != 3 or bits.read(6, 6) != 1:
        return []
    found: list[int] = []
    last, at = 0, 24
    for _ in range(min(bits.read(12, 12), 64)):
        group = bits.read(at, 1)
        step, at = _fibonacci(bits, at + 1)
        first = last = last + step
        if group == 1 and step:
            step, at = _fibonacci(bits, at)
            last += step
        if not step or last - first > 64:
            return []
        found.extend(range(first, last + 1))
    return found


def _fibonacci(bits: _Bits, at: int) -> tuple[int, int]:
    """(number, place after it) of a Fibonacci code, which ends in two ones; (0, place) where there is none."""
    total, weight, following, before = 0, 1, 2, 0
    for place in range(at, min(at + 24, bits.size)):
        bit = bits.read(place, 1)
        if bit and before:
            return total, place + 1
        total += weight if bit else 0
        weight, following, before = following, weight + following, bit
    return 0, at


def _bits(text: str) -> _Bits:
    """Bits of `text`; none where it is no base64url. A last lone character, which some writers leave, counts too."""
    padded = text[:_CAP] + "A" * (-len(text[:_CAP]) % 4)
    try:
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError:
        return _Bits(0, 0)
    return _Bits(int.from_bytes(data) >> 6 * (len(padded) - len(text[:_CAP])), 6 * len(text[:_CAP]))
