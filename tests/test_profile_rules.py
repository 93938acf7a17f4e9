"""Normalisation profiles beside the shared vectors: rules of documentation and libraries, names, junk, browser ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagparity.hashing import PROFILES, canonical, digest, field_country, for_platform, key_of, platform_of
from tagparity.hashing.browser_ids import judge
from tagparity.hashing.junk import CONSTANTS, JUNK, junk_digests
from tagparity.hashing.recognise import recognise


@pytest.mark.parametrize(
    ("platform", "field", "raw", "country", "text"),
    [
        ("meta", "ph", "+44 (0)20 7183 8750", "", "442071838750"),
        ("meta", "ph", "0044 20 7183 8750", "", "442071838750"),
        ("meta", "ph", "020 7183 8750", "gb", "442071838750"),
        ("meta", "ph", "650.555.1212", "us", "16505551212"),
        ("meta", "ph", "1 650 555 1212", "us", "16505551212"),
        ("meta", "ph", "+1 650 555 1212", "de", "16505551212"),
        ("meta", "ph", "06 12345678", "it", "390612345678"),
        ("meta", "ph", "8 (912) 345-67-89", "ru", "79123456789"),
        ("meta", "ph", "1-800-FLOWERS", "us", None),
        ("meta", "ph", "555", "", None),
        ("tiktok", "phone_number", "0151 23456789", "", None),
        ("tiktok", "phone_number", "0151 23456789", "de", "+4915123456789"),
        ("reddit", "phone_number", "+1-650-555-1212 ext. 450", "", "+16505551212"),
        ("google", "phone", "(555) 010-0100", "us", "+15550100100"),
        ("meta", "country", "Sweden", "", "se"),
        ("meta", "country", "AUT", "", "at"),
        ("meta", "country", "U.K.", "", "gb"),
        ("meta", "country", "nowhere", "", None),
        ("meta", "st", "West Virginia", "", "wv"),
        ("meta", "st", "Bayern", "", "bayern"),
        ("meta", "zp", "SW1A 1AA", "", "sw1a1aa"),
        ("meta", "db", "1997-02-16", "", "19970216"),
        ("meta", "db", "03-05-1995", "", None),
        ("meta", "db", "03-05-1995", "us", "19950305"),
        ("meta", "db", "03.05.1995", "de", "19950503"),
        ("meta", "db", "31/13/1990", "", None),
        ("meta", "ge", "Female", "", "f"),
        ("meta", "ct", "L'Haÿ-les-Roses", "", "lhaÿlesroses"),
        ("meta", "em", "jane doe@example.com", "", None),
        ("google_ads", "email", "J.Doe+x@GoogleMail.com", "", "jdoe+x@googlemail.com"),
        ("google_ads", "email", "J.Doe+x@example.com", "", "j.doe+x@example.com"),
        ("microsoft", "em", "J.Doe+x@example.com", "", "jdoe@example.com"),
        ("amc", "zip [ca]", "K1A 0B1", "", "K1A0B1"),
        ("amc", "zip [ca]", "K1A", "", ""),
        ("amc", "state [de]", "Hamburg", "", "hh"),
        ("amc", "state [es]", "Madrid", "", "m"),
        ("amc", "state [fr]", "Île-de-France", "", "le"),
        ("amc", "last_name [de]", "Müller-Lüdenscheidt", "", "muellerluedenscheidt"),
        ("amc", "phone [gb]", "020 7183 8750", "", "442071838750"),
        ("amc", "phone [fr]", "+1 650 555 1212", "", ""),
        ("amc", "address [us]", "1600 North Test Parkway, Suite 5", "", "1600ntestpkwyste5"),
    ],
)
def test_documentation(platform: str, field: str, raw: str, country: str, text: str | None) -> None:
    profile = canonical(platform)
    assert profile.normalise(key_of(platform, field), raw, country or field_country(field)) == text


@pytest.mark.parametrize(
    ("profile_id", "key", "raw", "text"),
    [
        ("meta/python-sdk", "ct", "Montréal 5", "montréal"),
        ("meta/python-sdk", "ph", "650.555.1212", None),
        ("meta/python-sdk", "country", "USA", None),
        ("meta/php-sdk", "ph", "0044 20 7183 8750", "00442071838750"),
        ("meta/php-sdk", "fn", "ÉRIC", "Éric"),
        ("meta/java-sdk", "ph", "+1 (650) 555-1212", "+16505551212"),
        ("meta/pixel", "ge", "Female", "Female"),
        ("meta/pixel", "ct", "Москва", "Москва"),
        ("meta/pixel", "ph", "650.555.1212", "650.555.1212"),
        ("meta/pixel", "zp", "M1 1AE", "m1 1ae"),
        ("meta/param-builder", "ct", "Москва", None),
        ("meta/param-builder", "db", "16.2.97", None),
        ("meta/stape", "ph", "0044 20 7183 8750", "00442071838750"),
        ("meta/stape", "ct", "St. Louis", "st.louis"),
        ("google_ads/gtag", "em", "M.baersch+Test@Gmail.com", "mbaersch+test@gmail.com"),
        ("google_ads/python-sample", "em", "a.b+c@example.com", "abc@example.com"),
        ("tiktok/segment", "ph", "+1234567890123456", "+12345678901234"),
        ("reddit/segment", "em", "Al.ice+Apple@Example.Com", "alice@example.com"),
        ("microsoft/sirdata", "em", "a.b+c@example.com", "a.b@example.com"),
    ],
)
def test_libraries(profile_id: str, key: str, raw: str, text: str | None) -> None:
    assert PROFILES[profile_id].normalise(key, raw) == text


@pytest.mark.parametrize(
    ("profile_id", "raw", "sent"),
    [
        ("meta/pixel", "A" * 32, "a" * 32),
        ("meta/python-sdk", " " + "A" * 64, "a" * 64),
        ("meta/param-builder", "B" * 64 + ".AQQBAQMB", "B" * 64 + ".AQQBAQMB"),
        ("meta/param-builder", "B" * 64, "b" * 64),
        ("meta/segment", "c" * 64, "c" * 64),
        ("meta/docs", "C" * 64, "c" * 64),
        ("meta/walkeros", "c" * 64, digest("c" * 64)),
    ],
)
def test_values_that_look_hashed(profile_id: str, raw: str, sent: str) -> None:
    assert PROFILES[profile_id].answer("external_id" if profile_id == "meta/pixel" else "fn", raw)[1] == sent


def test_names_of_fields_and_platforms() -> None:
    names = ("em", "email", "hashed_email", "SHA256_EMAIL", "sha256_email_address", "ud[em]", "user_data.email_address")
    assert {key_of("google_ads" if "address" in n else "meta", n) for n in names} == {"em"}
    assert key_of("amazon_amc", "state [us]") == "st" and field_country("state [us]") == "us"
    assert platform_of("Google") == "google_ads" and platform_of("AMC audiences") == "amazon_amc_audiences"
    for platform, field, said in (
        ("nobody", "em", "unknown platform 'nobody'"),
        ("meta", "shoe_size", "unknown field 'shoe_size' for meta"),
        ("linkedin", "phone", "linkedin takes no 'phone'"),
    ):
        with pytest.raises(ValueError, match=said) as raised:
            key_of(platform, field)
        assert "\n" not in str(raised.value)


def test_documentation_comes_first() -> None:
    for platform in {p.platform for p in PROFILES.values()}:
        first = for_platform(platform)[0]
        assert first.id == f"{platform}/docs" and first.library in {"documentation", "AMC file hashing tool"}
    assert "google_data_manager/java" in {p.id for p in for_platform("google")}


def test_profiles_say_where_they_come_from() -> None:
    for profile in PROFILES.values():
        assert profile.source and profile.version
        assert profile.level in {"official", "official code", "implementer", "community", "observed"}
        assert not profile.date or len(profile.date) == 10
        assert profile.plain <= profile.keys | {"ip", "ua", "external_id", "madid", "country"}


def test_plain_keys_have_no_digest() -> None:
    assert canonical("tiktok").answer("ct", " New York ") == ("new york", None)
    assert canonical("google").answer("country", " us ") == ("US", None)
    assert not canonical("tiktok").hashed("ct") and canonical("tiktok").hashed("zp")


def test_junk_is_known_in_every_writing() -> None:
    known = junk_digests()
    for text in (
        *JUNK,
        "NULL",
        "Undefined",
        "[object Object]",
        "N/A",
        "TEST@TEST.COM",
        "objectobject",
        "+12345678901",
        "",
    ):
        assert digest(text) in known, text
    assert set(CONSTANTS) <= set(known)
    assert recognise("d41d8cd98f00b204e9800998ecf8427e").junk == ""
    assert digest("jane.doe@example.com") not in known


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("_fbp", "fb.1.1700000000000.123456789.AQ", "valid"),
        ("fbp", "fb.1.1700000000000.123456789.AQQBAQMB", "valid"),
        ("fbp", "fb.1.1700000000000.123456789.ZZ", "suspicious"),
        ("fbp", "fb.1.1900000000000.123456789", "suspicious"),
        ("fbp", "fb.1.1700000000000.abc", "invalid"),
        ("fbc", "fb.1.1700000000000.undefined", "invalid"),
        ("fbc", "fb.1.1700000000000.IwAR0abc%3D", "invalid"),
        ("fbc", "fb.1.1700000000000.IwAR0abc,0", "invalid"),
        ("fbc", "fb.1.1700000000000." + "A" * 501, "invalid"),
        ("fbc", "fb.1.1300000000000.IwAR0abc", "suspicious"),
        ("fbc", "", "invalid"),
    ],
)
def test_browser_ids_beside_the_vectors(name: str, value: str, verdict: str) -> None:
    assert judge(name, value, now_ms=1_790_000_000_000)[0] == verdict


def test_browser_ids_have_two_names() -> None:
    with pytest.raises(ValueError, match="neither fbp nor fbc"):
        judge("ga", "fb.1.1700000000000.1")


def test_every_profile_is_documented() -> None:
    page = (Path(__file__).parents[1] / "docs" / "hashing.md").read_text("utf-8")
    for profile in PROFILES.values():
        keys = " ".join(sorted(key for key in profile.keys if profile.hashed(key)))
        row = f"| `{profile.id}` | {profile.library} | {profile.version} | {profile.date or 'not known'} | {profile.level} |"
        assert f"{row} {keys} |" in page
