"""The forms an identifier can take: every one by example, and what holds for any text at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagparity.core.platform import CODE, FORMS, Form
from tagparity.tables.forms import JUNK, TIME_MACROS, macros

Decide = Callable[[str | None], Form]
HEX = hashlib.sha256(b"ann@shop.example").hexdigest()
RAW = bytes.fromhex(HEX)
B64 = base64.b64encode(RAW).decode()
URL = base64.urlsafe_b64encode(b"\xff" * 32).decode()
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=80)

HASHABLE: list[tuple[str | None, Form]] = [
    (None, Form.ABSENT), ("", Form.ABSENT), ("  ", Form.ABSENT),
    (HEX, Form.SHA256_HEX), (HEX.upper(), Form.SHA256_HEX_UPPER), (HEX[:63] + "A", Form.SHA256_HEX_UPPER),
    (HEX + ".AQYBAQAA", Form.SHA256_HEX_SUFFIXED), (HEX + ".AQ", Form.SHA256_HEX_SUFFIXED),
    (HEX + ".ABC", Form.PLAIN), (HEX + ".", Form.PLAIN),
    (B64, Form.SHA256_BASE64), (URL, Form.SHA256_BASE64URL), (URL.rstrip("="), Form.SHA256_BASE64URL),
    ("ann@shop.example", Form.PLAIN), ("Ann", Form.PLAIN), ("+15551234567", Form.PLAIN), ("16505551212", Form.PLAIN),
    ("49170123456789012", Form.PLAIN),
    (hashlib.md5(b"ann@shop.example").hexdigest(), Form.MD5),
    (hashlib.sha1(b"ann@shop.example").hexdigest(), Form.SHA1),
    (hashlib.md5(b"ann@shop.example").hexdigest().upper(), Form.MD5),
    ("undefined", Form.PLACEHOLDER), (" NULL ", Form.PLACEHOLDER), ("a***@shop.example", Form.PLACEHOLDER),
    ("{{User Email}}", Form.PLACEHOLDER), (hashlib.sha256(b"").hexdigest(), Form.PLACEHOLDER),
    (hashlib.sha256(b"").hexdigest().upper(), Form.PLACEHOLDER),
    (hashlib.sha256(b"undefined").hexdigest(), Form.PLACEHOLDER),
    (hashlib.md5(b"null").hexdigest(), Form.PLACEHOLDER), (hashlib.sha1(b"").hexdigest(), Form.PLACEHOLDER),
    (hashlib.sha256(b"").hexdigest() + ".AQYBAQAA", Form.PLACEHOLDER),
    (HEX[:48], Form.TRUNCATED), (HEX[:20] + "...", Form.TRUNCATED), (HEX[:20] + "…", Form.TRUNCATED),
    (HEX[:63], Form.WRONG_LENGTH), (HEX + "ab", Form.WRONG_LENGTH),
]  # fmt: skip
PLAIN: list[tuple[str | None, Form]] = [
    (None, Form.ABSENT), ("", Form.ABSENT), ("203.0.113.9", Form.PLAIN), ("2001:db8::1", Form.PLAIN),
    ("fb.1.1790000000000.1234567", Form.PLAIN),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0", Form.PLAIN),
    (HEX, Form.SHA256_HEX), (HEX.upper(), Form.SHA256_HEX_UPPER), ("undefined", Form.PLACEHOLDER),
    ("{{Client IP}}", Form.PLACEHOLDER), ("Mozilla/5.0 " + "x" * 300, Form.PLAIN),
]  # fmt: skip
UNITS = [
    ("1790000000", "s"), ("1790000000.5", "s"), ("1790000000000", "ms"), ("1790000000000000", "us"),
    ("1790000000000000000", "ns"), ("1.79e12", "ms"), ("2026-09-21T14:13:20Z", "iso"), ("2026-09-21 14:13:20", "iso"),
    ("2026-09-21T16:13:20+02:00", "iso"), ("yesterday", "invalid"), ("17", "invalid"), ("", "none"), (None, "none"),
]  # fmt: skip


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        for statement in (*macros(), *TIME_MACROS, "SET TimeZone = 'UTC'"):
            made.execute(statement)
        yield made


def _decide(con: duckdb.DuckDBPyConnection, macro: str) -> Decide:
    def form(value: str | None) -> Form:
        row = con.execute(f"SELECT {macro}(v) FROM (SELECT CAST($1 AS VARCHAR) AS v)", [value]).fetchone()
        assert row
        return FORMS[row[0]]

    return form


@pytest.fixture(scope="module")
def hashable(con: duckdb.DuckDBPyConnection) -> Decide:
    return _decide(con, "form_hashable")


@pytest.fixture(scope="module")
def plain(con: duckdb.DuckDBPyConnection) -> Decide:
    return _decide(con, "form_plain")


def short(value: object) -> str:
    return str(value)[:24]


@pytest.mark.parametrize(("value", "form"), HASHABLE, ids=short)
def test_form_of_a_value_a_digest_may_stand_in(value: str | None, form: Form, hashable: Decide) -> None:
    assert hashable(value) is form


@pytest.mark.parametrize(("value", "form"), PLAIN, ids=short)
def test_form_of_a_value_that_must_be_plain(value: str | None, form: Form, plain: Decide) -> None:
    assert plain(value) is form


def test_every_form_has_an_example_and_a_code() -> None:
    """Forms of JSON types and proven doubles come from rows, see `test_readers`."""
    from_rows = {Form.DOUBLE, Form.LIST, Form.WRONG_TYPE}
    assert {form for _, form in HASHABLE} | from_rows == set(Form)
    assert [CODE[form] for form in FORMS] == list(range(len(FORMS)))
    assert CODE[Form.ABSENT] == 0


@pytest.mark.parametrize("word", JUNK)
def test_junk_is_junk_in_every_dress(word: str, hashable: Decide) -> None:
    dresses = (
        word,
        word.upper(),
        f" {word} ",
        hashlib.sha256(word.encode()).hexdigest(),
        hashlib.md5(word.encode()).hexdigest(),
    )
    assert {hashable(dress) for dress in dresses} == {Form.PLACEHOLDER}


@pytest.mark.parametrize(("time", "unit"), UNITS, ids=short)
def test_unit_of_a_time_and_its_milliseconds(time: str | None, unit: str, con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT time_unit(v), time_ms(v) FROM (SELECT CAST($1 AS VARCHAR) AS v)", [time]).fetchone()
    assert found is not None
    assert found[0] == unit
    assert (found[1] is None) == (unit in ("invalid", "none"))
    assert found[1] is None or found[1] // 1000 == 1_790_000_000


@settings(max_examples=60, deadline=None)
@given(text=TEXT)
def test_digests_of_any_text(text: str, hashable: Decide, plain: Decide) -> None:
    raw = hashlib.sha256(text.encode()).digest()
    if hashable(raw.hex()) is Form.PLACEHOLDER:
        assert text == "" or text.strip() in ("", *JUNK)
        return
    assert hashable(raw.hex()) is Form.SHA256_HEX
    assert plain(raw.hex()) is Form.SHA256_HEX
    if raw.hex() != raw.hex().upper():
        assert hashable(raw.hex().upper()) is Form.SHA256_HEX_UPPER
    assert hashable(raw.hex() + ".AQYBAQAA") is Form.SHA256_HEX_SUFFIXED
    assert hashable(base64.b64encode(raw).decode()) is Form.SHA256_BASE64
    web = base64.urlsafe_b64encode(raw).decode()
    assert hashable(web) in ((Form.SHA256_BASE64URL,) if set(web) & set("-_") else (Form.SHA256_BASE64,))
    assert hashable(web.rstrip("=")) is Form.SHA256_BASE64URL
    assert hashable(hashlib.sha1(text.encode()).hexdigest()) is Form.SHA1
    assert hashable(hashlib.md5(text.encode()).hexdigest()) is Form.MD5


@settings(max_examples=100, deadline=None)
@given(text=TEXT)
def test_any_text_has_exactly_one_form(text: str, hashable: Decide, plain: Decide) -> None:
    form = hashable(text)
    assert form in Form
    assert (plain(text) is Form.ABSENT) == (form is Form.ABSENT)
    if "@" in text:
        assert form in (Form.PLAIN, Form.PLACEHOLDER)


@settings(max_examples=60, deadline=None)
@given(length=st.integers(16, 140), digest=st.binary(min_size=70, max_size=70))
def test_hex_of_a_wrong_length_is_no_digest(length: int, digest: bytes, hashable: Decide) -> None:
    text = "a" + digest.hex()[: length - 1]
    if length not in (32, 40, 64):
        assert hashable(text) in (Form.TRUNCATED, Form.WRONG_LENGTH)
