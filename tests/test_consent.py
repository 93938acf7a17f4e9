"""Consent carried in addresses: IAB strings, built bit by bit, and Google's own parameters."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hits import GA, PURCHASE, one
from tagparity.platforms._consent import tcf_consents, url_consents
from tagparity.platforms._google import consents, gcd_default

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def packed(*fields: tuple[int, int]) -> str:
    """Base64url text of (value, bits) fields, filled up with zero bits."""
    bits = "".join(f"{value:0{width}b}" for value, width in fields)
    bits += "0" * (-len(bits) % 6)
    return "".join(_ALPHABET[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6))


def tcf(*purposes: int, version: int = 2, treatment: int = 0) -> str:
    head = [(version, 6), (0, 36), (0, 36), (10, 12), (1, 12), (0, 6), (0, 12), (200, 12)]
    allowed = sum(1 << (24 - p) for p in purposes)
    if version == 1:
        return packed(*head, (allowed, 24), (0, 16))
    return packed(*head, (4, 6), (1, 1), (0, 1), (0, 12), (allowed, 24), (0, 24), (treatment, 1), (0, 12))


@pytest.mark.parametrize(
    ("text", "states"),
    [
        (tcf(1, 3, 4, 7), {"tcf": "granted", "tcf_p3": "granted", "tcf_p4": "granted", "tcf_p7": "granted"}),
        (tcf(1, 7), {"tcf": "granted", "tcf_p3": "denied", "tcf_p4": "denied", "tcf_p7": "granted"}),
        (tcf(), {"tcf": "denied", "tcf_p3": "denied", "tcf_p4": "denied", "tcf_p7": "denied"}),
        (tcf(3, treatment=1), {"tcf_p3": "granted", "tcf_p4": "denied", "tcf_p7": "denied"}),
        (tcf(1, version=1), {"tcf": "granted"}),
        (tcf(1) + ".IFoEUQQg", {"tcf": "granted", "tcf_p3": "denied", "tcf_p4": "denied", "tcf_p7": "denied"}),
        (tcf(1)[:20], {}),
        (tcf(1, version=3), {}),
        ("not*base64", {}),
        ("", {}),
    ],
)
def test_tcf(text: str, states: dict[str, str]) -> None:
    assert tcf_consents(text) == states


def test_tcf_string_of_the_specification() -> None:
    text = "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA"  # purposes 1, 2 and 3
    assert tcf_consents(text) == {"tcf": "granted", "tcf_p3": "granted", "tcf_p4": "denied", "tcf_p7": "denied"}


@pytest.mark.parametrize(
    ("value", "state"),
    [("1YYN", "denied"), ("1YNY", "granted"), ("1---", None), ("2YYN", None), ("${US_PRIVACY}", None), ("1YY", None)],
)
def test_us_privacy(value: str, state: str | None) -> None:
    assert url_consents({"us_privacy": value}) == ({"us_privacy": state} if state else {})


@pytest.mark.parametrize(
    ("params", "states"),
    [
        ({"gdpr": "1"}, {"gdpr": "present"}),
        ({"gdpr": "0", "gdpr_consent": ""}, {}),
        ({"gdpr": "false"}, {}),
        ({"gdpr_consent": "[CONSENT]"}, {}),
        ({"gdprApplies": "true", "tcString": tcf(1)}, {"gdpr": "present", **tcf_consents(tcf(1))}),
    ],
)
def test_gdpr(params: dict[str, str], states: dict[str, str]) -> None:
    assert url_consents(params) == states


def usnat(sale: int, sharing: int, targeted: int, gpc: int) -> str:
    core = packed((1, 6), *[(1, 2)] * 6, (sale, 2), (sharing, 2), (targeted, 2), (0, 24), (0, 12))
    return f"{core}.{packed((1, 2), (gpc, 1))}"


def california(sale: int, sharing: int) -> str:
    return packed((1, 6), *[(1, 2)] * 3, (sale, 2), (sharing, 2), (0, 30))


# Headers: type 3, version 1, number of ranges, then a flag and a Fibonacci code for each.
EU, NATIONAL, EU_USP = "DBABMA", "DBABLA", "DBACNYA"
CALIFORNIA = packed((3, 6), (1, 6), (1, 12), (0, 1), (0b000011, 6))
NATIONAL_TO_VIRGINIA = packed((3, 6), (1, 6), (1, 12), (1, 1), (0b01011, 5), (0b011, 3))


@pytest.mark.parametrize(
    ("params", "states"),
    [
        ({"gpp": f"{EU}~{tcf(1)}"}, tcf_consents(tcf(1))),
        ({"gpp": f"{EU_USP}~{tcf(1)}~1YYN"}, {**tcf_consents(tcf(1)), "us_privacy": "denied"}),
        ({"gpp": f"{EU_USP}~{tcf(1)}~1YYN", "gpp_sid": "6"}, {"us_privacy": "denied"}),
        (
            {"gpp": f"{NATIONAL}~{usnat(1, 2, 0, 1)}", "gpp_sid": "7"},
            {"gpp_sale": "denied", "gpp_sharing": "granted", "gpc": "denied"},
        ),
        ({"gpp": f"{NATIONAL}~{usnat(2, 2, 2, 0)}", "gpp_sid": "8"}, {}),
        ({"gpp": f"{CALIFORNIA}~{california(2, 1)}"}, {"gpp_sale": "granted", "gpp_sharing": "denied"}),
        (
            {"gpp": f"{NATIONAL_TO_VIRGINIA}~{usnat(2, 2, 2, 0)}~{california(1, 2)}~{california(2, 2)}"},
            {"gpp_sale": "denied", "gpp_sharing": "granted", "gpp_targeted": "granted"},
        ),
        ({"gpp": f"{NATIONAL}~"}, {}),
        ({"gpp": "DBAA"}, {}),
        ({"gpp": "garbage~x~y"}, {}),
    ],
)
def test_gpp(params: dict[str, str], states: dict[str, str]) -> None:
    assert url_consents(params) == {"gpp": "present", **states}


@given(st.dictionaries(st.sampled_from(["gpp", "gpp_sid", "gdpr", "gdpr_consent", "us_privacy"]), st.text()))
def test_strings_never_raise(params: dict[str, str]) -> None:
    assert set(url_consents(params).values()) <= {"granted", "denied", "present"}


@given(st.binary(max_size=40))
def test_any_bits_are_read(data: bytes) -> None:
    text = "DB" + base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert url_consents({"gpp": f"{text}~{text}.{text}"})["gpp"] == "present"


ALL = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")


@pytest.mark.parametrize(
    ("params", "states"),
    [
        ({"gcd": "13p3p3p3p5l1", "gcs": "G100"}, dict.fromkeys(ALL, "denied")),
        ({"gcd": "13r3r3r2r5l1"}, {**dict.fromkeys(ALL, "granted"), "default": "denied"}),
        ({"gcd": "13n3n3n3n5l1"}, {**dict.fromkeys(ALL, "granted"), "default": "unknown"}),
        ({"gcd": "13v3v3v3v5"}, {**dict.fromkeys(ALL, "granted"), "default": "granted"}),
        ({"gcd": "13t3tPt2t5l1"}, dict.fromkeys(ALL, "granted")),
        ({"gcd": "13t3t3t3tdl1"}, {**dict.fromkeys(ALL, "granted"), "gpc": "denied"}),
        ({"gcd": "13l3l3l3l1l1", "npa": "0", "dma": "0"}, {}),
        ({"gcd": "13l3l3l3l1l1", "gcs": "G10-"}, {"ad_storage": "denied"}),
        ({"gcs": "G101"}, {"ad_storage": "denied", "analytics_storage": "granted"}),
        ({"npa": "1", "dma": "1", "dma_cps": "-"}, {"npa": "denied", "dma": "present", "dma_cps": "denied"}),
        ({"dma_cps": "sypham"}, {"dma_cps": "granted"}),
        ({"dma_cps": "syphm"}, {"dma_cps": "denied"}),
        ({"dma_cps": "default"}, {}),
        ({"sst.us_privacy": "1YYN", "sst.gpp": "DBAA"}, {"us_privacy": "denied", "gpp": "present"}),
    ],
)
def test_google(params: dict[str, str], states: dict[str, str]) -> None:
    assert consents(params) == states


@pytest.mark.parametrize(
    ("gcd", "before"), [("13m3l3l3l5l1", "unknown"), ("13q3v3l3l5", "denied"), ("13p3p3p3p5", ""), ("x", "")]
)
def test_what_stood_before_an_update(gcd: str, before: str) -> None:
    assert gcd_default(gcd) == before


def test_rows_of_google_carry_their_states() -> None:
    row = one("ga4", f"https://t.shop.example/g/collect?{urlencode(GA | PURCHASE | {'us_privacy': '1YYN'})}")
    assert row["consents"] == {**dict.fromkeys(ALL, "granted"), "us_privacy": "denied"}
