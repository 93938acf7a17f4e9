"""The scanner of personal data: what it must find in every wrapping, what it must not take for it, and how fast."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import time
from urllib.parse import quote

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagparity.pii import KINDS, scan, sql

MAIL = "jane.doe@mail.example"


def kinds(name: str, value: str) -> list[str]:
    return [s.what for s in scan(name, value)]


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def wrapped(text: str) -> dict[str, str]:
    """One value in every wrapping it travels in."""
    once = quote(text, safe="")
    token = ".".join(packed(p).rstrip("=") for p in ('{"alg":"HS256"}', json.dumps({"sub": text}), "signature-bytes"))
    return {
        "plain": text,
        "in a sentence": f"Welcome back, {text}, nice to see you",
        "percent": once,
        "percent twice": quote(once, safe=""),
        "percent three times": quote(quote(once, safe=""), safe=""),
        "base64": packed(text),
        "base64url": base64.urlsafe_b64encode(f"{text}??>>".encode()).decode().rstrip("="),
        "json": json.dumps({"form": {"fields": [{"value": text}]}}),
        "json escape": f'{{"a": "{text}'.replace("@", "\\u0040"),
        "json in json": json.dumps({"data": json.dumps({"x": text})}),
        "json in base64": packed(json.dumps({"user": text})),
        "entity": text.replace("@", "&#64;"),
        "hex entity": text.replace("@", "&#x40;"),
        "query": f"https://shop.example/thanks?order=1&m={once}",
        "path": f"https://shop.example/u/{text}/orders",
        "base64 in a path": f"/u/{packed(text)}/orders",
        "fragment": f"https://shop.example/#/thanks?m={once}",
        "url in a query": f"https://shop.example/?next={quote(f'https://shop.example/?m={once}', safe='')}",
        "form": f"a=1&m={once}",
        "jwt": token,
    }


@pytest.mark.parametrize("form", wrapped(MAIL))
def test_emails_in_every_wrapping(form: str) -> None:
    assert "email" in kinds("x", wrapped(MAIL)[form])


@pytest.mark.parametrize("mail", ["o'hara@mail.example", "a+tag@sub.mail.co.uk", "jörg@münchen.de", "x_y@163.com",
                                  "jane@xn--mnchen-3ya.de", "first.last@a-b.museum", "J@x.test"])  # fmt: skip
def test_emails_of_many_shapes(mail: str) -> None:
    assert kinds("x", mail) == ["email"]
    assert kinds("x", f"<{mail}>.") == ["email"]


NO_EMAIL = [
    "logo@2x.png", "icons/logo@3x.webp", "swiper@9.0.0/swiper.min.js", "pkg@1.2.3", "https://cdn.example/npm/vue@next.min.js",
    "@jane", "https://medium.com/@jane.doe/story-1", "https://key@o1.ingest.sentry.example.net/1",
    "https://www.google.com/maps/@52.5,13.4,15z", "j***@***.com", "jane@", "@mail.example", "a@b", "user@host:8080",
    "git@github.com:owner/name.git", "{{email}}", "mailto:info@shop.example", "1@2", "@media (max-width:1px)",
    "@angular/core@17.0.1", "jane..doe@mail.example.", "react@18.x.js", hashlib.sha256(MAIL.encode()).hexdigest(),
]  # fmt: skip


@pytest.mark.parametrize("value", NO_EMAIL)
def test_lookalikes_of_emails(value: str) -> None:
    assert kinds("x", value) == []
    assert kinds("email", value) == []


PHONES = ["+1 415 555 0123", "+44 20 7946 0958", "+49 151 12345678", "+33 6 12 34 56 78", "+39 312 345 6789", "+34 612 345 678",
          "+55 11 91234-5678", "+91 98765 43210", "+81 90-1234-5678", "+61 491 570 156", "+1 (415) 555-0123"]  # fmt: skip


@pytest.mark.parametrize("number", PHONES)
def test_phones_written_internationally(number: str) -> None:
    digits = "".join(c for c in number if c.isdigit())
    assert kinds("q", number) == ["phone"]
    assert kinds("message", f"call me at {number}, please") == ["phone"]
    assert kinds("dl", f"https://shop.example/?q={quote(number)}") == ["phone"]
    for name in ("phone", "ud[ph]", "user_data.phone_number", "homeTel", "billing_mobile", "ep.customerPhone"):
        assert kinds(name, digits) == ["phone"], name
        assert kinds(name, f"+{digits}") == ["phone"], name
    assert kinds("v", digits) == []


NUMBERS = {
    "order id": "4915112345678", "seconds": "1790000000", "milliseconds": "1790000000123", "microseconds": "1790000000123456",
    "EAN-13": "4006381333931", "GTIN-14": "10614141000415", "UPC": "036000291452", "ga client id": "1234567890.1790000000",
    "fbp": "fb.1.1790000000000.1234567890", "fbc": "fb.1.1790000000000.IwAR0abcDEF", "gclid": "Cj0KCQiA7rnBBhDYARIsAPdl",
    "pixel id": "123456789012345", "uuid": "123e4567-e89b-12d3-a456-426614174000", "version": "1.2.3.4", "ip": "203.0.113.77",
    "date": "2026-11-24", "date time": "2026-11-24T10:00:00.000+01:00", "price": "1234.56", "coordinates": "52.520008,13.404954",
    "card-like id": "4111111111111111", "screen": "1920x1080", "zone": "GMT+0200", "plus": "1+2345678901", "sum": "+1234567",
    "isbn": "978-3-16-148410-0", "session": "GS1.1.1790000000.1.1.1790000100.0.0.0", "consent": "G111", "range": "100-20-30000",
    "ddd-dd": "123-45-678", "bad ssn": "666-45-6789", "bad cpf": "111.444.777-36", "bad iban": "DE89370400440532013001",
    "nino-like sku": "AB123456C", "dni-like": "12345678Z", "upper hex": "ABCDEF12" * 8,
}  # fmt: skip
ID_NAMES = (
    "",
    "order_id",
    "eid",
    "ts",
    "cid",
    "gtin",
    "ev",
    "value",
    "phone_model",
    "phone_id",
    "hotel",
    "telemetry",
    "photo",
)


@pytest.mark.parametrize("case", NUMBERS)
def test_lookalikes_of_numbers(case: str) -> None:
    assert {n: found for n in ID_NAMES if (found := kinds(n, NUMBERS[case]))} == {}


def test_phones_of_the_site_are_its_own() -> None:
    assert kinds("x", "tel:+49 30 901820") == []
    assert kinds("link_url", "+49 30 901820") == []
    assert kinds("phone", "00000000") == kinds("phone", "12") == kinds("phone", hashlib.md5(b"1").hexdigest()) == []


@pytest.mark.parametrize("name", ["first_name", "fn", "ud[fn]", "lastName", "user_data.address.last_name", "billing_first_name",
                                  "nachname", "cardholder_name"])  # fmt: skip
def test_names_beside_their_keys(name: str) -> None:
    for value in ("Jane", "O'Hara", "Anne-Marie", "van der Berg", "Жанна", "J. Doe"):
        assert kinds(name, value) == ["name"], value
    for value in ("", "true", "undefined", "{{First Name}}", "gtag.config", "onSubmit", "J***", "a1b2", "test", "X",
                  hashlib.sha256(b"jane").hexdigest(), hashlib.md5(b"jane").hexdigest()):  # fmt: skip
        assert kinds(name, value) == [], value
    assert kinds("product_name", "Jane") == kinds("content_name", "Blue Shirt") == kinds("event", "Jane") == []


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("x", "4111 1111 1111 1111", "card"),
        ("x", "pay with 5555-5555-5555-4444 now", "card"),
        ("x", "3782 822463 10005", "card"),
        ("card_number", "4111111111111111", "card"),
        ("q", "4012888888881881", "card"),
        ("x", "DE89 3704 0044 0532 0130 00", "iban"),
        ("x", "GB29NWBK60161331926819", "iban"),
        ("iban", "nl91abna0417164300", "iban"),
        ("x", "my number is 123-45-6789", "national_id"),
        ("x", "AB 12 34 56 C", "national_id"),
        ("nino", "ab123456c", "national_id"),
        ("x", "RSSMRA85T10A562S", "national_id"),
        ("dni", "12345678Z", "national_id"),
        ("nie", "X1234567L", "national_id"),
        ("x", "111.444.777-35", "national_id"),
        ("cpf", "11144477735", "national_id"),
        ("pesel", "44051401359", "national_id"),
        ("bsn", "111222333", "national_id"),
        ("nir", "255081416802538", "national_id"),
        ("x", "-----BEGIN RSA PRIVATE KEY-----", "secret"),
        ("x", "Bearer " + "abcDEF123456" * 3, "secret"),
        ("x", "AKIA" + "ABCDEFGH12345678", "secret"),
        ("x", "EAAB" + "x7Yz" * 12, "secret"),
        ("access_token", "Ab3dEf6hIj9kLm2nOp", "secret"),
        ("password", "hunter22", "secret"),
        ("x", "https://jane:hunter22@ftp.shop.example/x", "secret"),
    ],
)
def test_other_kinds(name: str, value: str, what: str) -> None:
    assert kinds(name, value) == [what]
    if name == "x":
        assert what in kinds("dl", f"https://shop.example/?{quote('x')}={quote(value, safe='')}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", "4111 1111 1111 1112"), ("card_type", "visa"), ("card_number", "4111111111111112"), ("x", "1790-0000-0012-3456"),
        ("access_token", "pk.abcdefghijklmnopqrstuv"), ("access_token", "{{Token}}"), ("password", "***"), ("token", "abc"),
        ("key", "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"), ("order", "123-45-6789"), ("dni", "12345678A"),
        ("x", "Bearer token required here"),
    ],
)  # fmt: skip
def test_lookalikes_of_other_kinds(name: str, value: str) -> None:
    assert kinds(name, value) == []


def test_where_and_in_which_shape() -> None:
    found = scan(
        "dl", f"https://shop.example/p?email={quote(MAIL)}&tel=%2B4915112345678#c={quote('4111 1111 1111 1111')}"
    )
    assert [(s.what, s.shape, s.length, s.inside) for s in found] == [
        ("email", "j***@***.***", 21, "query email"),
        ("phone", "+49***78", 14, "query tel"),
        ("card", "4***11", 19, "fragment c"),
    ]
    assert scan("x", "jane@mail.com")[0].shape == "j***@***.com"
    assert scan("x", "al@mail.com")[0].shape == "***@***.com"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["", "x", "phone", "first_name", "card", "iban", "dni", "password"]))
def test_any_text_is_survived_and_never_shown(text: str, name: str) -> None:
    for seen in scan(name, text):
        assert seen.what in KINDS
        assert len(seen.shape) < 40
        assert len(text) < 12 or text not in seen.shape


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9]{3,12}\.[a-z]{3,10}", fullmatch=True), st.sampled_from(list(wrapped("x@y"))))
def test_every_address_is_found_and_hidden(local: str, form: str) -> None:
    mail = f"{local}@mail.example"
    found = [s for s in scan("x", wrapped(mail)[form]) if s.what == "email"]
    assert found
    assert all(local not in f"{s.shape} {s.inside}" and "mail.example" not in s.shape for s in found)


def test_random_identifiers_are_no_personal_data() -> None:
    made = random.Random(7)
    names = ("id", "eid", "order_id", "cid", "ts", "z", "ord", "rnd", "gclid", "sku", "sid", "em", "value", "path")
    alphabets = ("0123456789", "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "abcXYZ0123456789-_.")
    seen = [
        (name, text)
        for _ in range(6000)
        for name in [made.choice(names)]
        for text in ["".join(made.choices(made.choice(alphabets), k=made.randint(8, 40)))]
        if scan(name, text)
    ]
    assert seen == []


EVIL = ["@", "a@", "a.", "+1", "+1 ", "1 ", "eyJ-", "eyJ.", "%25", "%2", "{", "[1,", "&amp;", "a=b&", "//", "-", "a@b.", "Bearer ",
        "1//", "4111-", "AB12 ", "_", "A", "é", "' ", "a.b@c.d.", "/a?b=", "-----BEGIN ", "//a:b@", "\\u0040", "=", "1.1.1-"]  # fmt: skip


@pytest.mark.parametrize("piece", EVIL)
def test_time_is_linear(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    began = time.perf_counter()
    for name in ("phone", "first_name", "iban"):
        scan(name, text)
        scan(name, text[:-1] + "@mail.example")
    assert time.perf_counter() - began < 2


COLUMN = [
    (f"https://shop.example/?email={MAIL}", "email"),
    (f"https://shop.example/?e={quote(quote(quote(MAIL, safe=''), safe=''), safe='')}", "email"),
    (f"https://shop.example/?em={packed(MAIL)}", "email"),
    (f"https://shop.example/u/{MAIL}/x", "email"),
    (json.dumps({"note": f"write to {MAIL}"}), "email"),
    ("https://shop.example/?tel=%2B4915112345678", "phone"),
    ("https://shop.example/?q=%2B49%20151%2012345678", "phone"),
    (json.dumps({"a": {"phone_number": "+4915112345678"}}), "phone"),
    (json.dumps({"note": "call +44 20 7946 0958"}), "phone"),
    ("https://shop.example/?first_name=Jane&x=1", "name"),
    (json.dumps({"billing_last_name": "van der Berg"}), "name"),
    ("https://shop.example/?next=%3Ffirst_name%3DJane%26x", "name"),
    ("https://shop.example/?card_number=4111111111111111", "card"),
    (json.dumps({"x": "4111 1111 1111 1111"}), "card"),
    ("https://shop.example/?iban=DE89370400440532013000", "iban"),
    ("https://shop.example/?x=123-45-6789", "national_id"),
    ("https://shop.example/?x=111.444.777-35", "national_id"),
    ("https://shop.example/?access_token=Ab3dEf6hIj9kLm2nOp", "secret"),
    ("https://shop.example/?x=EAAB" + "x7Yz" * 9, "secret"),
    ("https://cdn.example/npm/swiper@9.0.0/s.min.js", None),
    ("https://cdn.example/logo@2x.png", None),
    ("https://medium.com/@jane.doe", None),
    ("https://key@o1.ingest.example/1", None),
    ("https://shop.example/?gclid=Cj0KCQiA_abc-def&order_id=4915112345678&t=1790000000123", None),
    ("https://shop.example/?first_name=undefined&phone_model=12345678&id=IwAR0abcdef1234567", None),
    (json.dumps({"content_name": "Blue Shirt", "content_ids": ["4006381333931"], "value": 12.5}), None),
    ("https://shop.example/%ff%zz?email=%ff", None),
    ("https://shop.example/?date=2026-11-24&ip=203.0.113.7", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "kind"), COLUMN)
def test_the_column_form_agrees(text: str, kind: str | None) -> None:
    con = duckdb.connect()
    for statement in sql.macros():
        con.execute(statement)
    got = con.execute(
        f"SELECT pii_kind(x), {sql.url_leak('x')} FROM (SELECT CAST(? AS VARCHAR) AS x)", [text]
    ).fetchone()
    assert got == (kind, kind is not None)
    assert (kinds("dl", text)[:1] or [None]) == [kind]


def test_the_column_form_takes_null() -> None:
    con = duckdb.connect()
    for statement in sql.macros():
        con.execute(statement)
    assert con.execute(f"SELECT {sql.url_leak('CAST(NULL AS VARCHAR)')}").fetchone() == (False,)
