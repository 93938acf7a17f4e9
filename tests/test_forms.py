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
from tagparity.tables.forms import JUNK, TIME_MACROS, macro_for, macros

Decide = Callable[[str | None], Form]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


HEX = sha("ann@shop.example")
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
    (sha("UNDEFINED"), Form.PLACEHOLDER), (sha("Undefined"), Form.PLACEHOLDER), (sha("undefined\n"), Form.PLACEHOLDER),
    (sha("[object Object]"), Form.PLACEHOLDER), (sha("notset"), Form.PLACEHOLDER), (sha("+1234567890"), Form.PLACEHOLDER),
    (sha("0000000"), Form.PLACEHOLDER), (sha(sha("")), Form.PLACEHOLDER), (sha(" "), Form.PLACEHOLDER),
    (sha("Test@Test.com"), Form.PLACEHOLDER), (sha("test user"), Form.PLACEHOLDER), (sha("undefined").upper(), Form.PLACEHOLDER),
    (base64.b64encode(hashlib.sha256(b"undefined").digest()).decode(), Form.PLACEHOLDER),
    (base64.urlsafe_b64encode(hashlib.sha256(b"").digest()).decode().rstrip("="), Form.PLACEHOLDER),
    ("j***@x.example", Form.PLACEHOLDER), ("xxxx", Form.PLACEHOLDER), ("xxx@xxx.example", Form.PLACEHOLDER),
    ("%%EMAIL%%", Form.PLACEHOLDER), ("${user.email}", Form.PLACEHOLDER), ("[redacted]", Form.PLACEHOLDER),
    ("null null", Form.PLACEHOLDER), ("undefined@undefined", Form.PLACEHOLDER), ("(not provided)", Form.PLACEHOLDER),
    ("Na", Form.PLAIN), (sha("na"), Form.SHA256_HEX), (sha("no"), Form.SHA256_HEX), ("Exxon", Form.PLAIN),
    ('["ann@shop.example"]', Form.WRONG_TYPE), ('{"email": "ann@shop.example"}', Form.WRONG_TYPE),
    ("\u00a0\t", Form.ABSENT),
]  # fmt: skip
PLAIN: list[tuple[str | None, Form]] = [
    (None, Form.ABSENT), ("", Form.ABSENT), ("203.0.113.9", Form.PLAIN), ("2001:db8::1", Form.PLAIN),
    ("fb.1.1790000000000.1234567", Form.PLAIN),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0", Form.PLAIN),
    (HEX, Form.SHA256_HEX), (HEX.upper(), Form.SHA256_HEX_UPPER), ("undefined", Form.PLACEHOLDER),
    ("{{Client IP}}", Form.PLACEHOLDER), ("Mozilla/5.0 " + "x" * 300, Form.PLAIN),
    (HEX + ".AQYBAQAA", Form.SHA256_HEX_SUFFIXED), (HEX[:32], Form.PLAIN), (HEX[:40], Form.PLAIN), (URL, Form.PLAIN),
    ("Mozilla/5.0 (compatible; *)", Form.PLAIN),
]  # fmt: skip
ADDRESS: list[tuple[str | None, Form]] = [
    ("203.0.113.9", Form.PLAIN), ("2001:db8::1", Form.PLAIN), (HEX, Form.SHA256_HEX), (HEX[:32], Form.MD5),
    (HEX[:40].upper(), Form.SHA1), (B64, Form.SHA256_BASE64), (URL, Form.SHA256_BASE64URL),
    (HEX + ".AQ", Form.SHA256_HEX_SUFFIXED), (None, Form.ABSENT), ("0.0.0.0", Form.PLAIN), ("***", Form.PLACEHOLDER),
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


@pytest.mark.parametrize(("value", "form"), ADDRESS, ids=short)
def test_form_of_an_address(value: str | None, form: Form, con: duckdb.DuckDBPyConnection) -> None:
    assert _decide(con, macro_for("client_ip_address"))(value) is form
    assert macro_for("client_user_agent") == "form_address"
    assert macro_for("fbp") == "form_plain"


def test_every_form_has_an_example_and_a_code() -> None:
    """Forms of JSON types and proven doubles come from rows, see `test_readers`."""
    from_rows = {Form.DOUBLE, Form.LIST, Form.WRONG_TYPE}
    assert {form for _, form in HASHABLE} | from_rows == set(Form)
    assert [CODE[form] for form in FORMS] == list(range(len(FORMS)))
    assert CODE[Form.ABSENT] == 0


def test_junk_is_junk_in_every_dress(con: duckdb.DuckDBPyConnection) -> None:
    """Whatever the case, the algorithm and the encoding, for every word at once."""
    dressed = [
        (word, dress)
        for word in JUNK
        for dress in (word, word.upper(), f" {word} ", sha(word), sha(word).upper(), sha(word) + ".AQYBAQAA",
                      hashlib.md5(word.encode()).hexdigest(), hashlib.sha1(word.encode()).hexdigest(),
                      base64.b64encode(bytes.fromhex(sha(word))).decode())
    ]  # fmt: skip
    missed = con.execute(
        "SELECT w, d FROM (SELECT unnest($1::VARCHAR[]) AS w, unnest($2::VARCHAR[]) AS d) WHERE form_hashable(d) <> $3",
        [[w for w, _ in dressed], [d for _, d in dressed], CODE[Form.PLACEHOLDER]],
    ).fetchall()
    assert missed == []


def test_no_digest_is_taken_for_junk(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "SELECT count(*) FROM range(300000) r(i) WHERE form_hashable(sha256(CAST(i AS VARCHAR) || '@shop.example')) <> $1",
        [CODE[Form.SHA256_HEX]],
    ).fetchone()
    assert found == (0,)


@pytest.mark.parametrize(("time", "unit"), UNITS, ids=short)
def test_unit_of_a_time_and_its_milliseconds(time: str | None, unit: str, con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute("SELECT time_unit(v), time_ms(v) FROM (SELECT CAST($1 AS VARCHAR) AS v)", [time]).fetchone()
    assert found is not None
    assert found[0] == unit
    assert (found[1] is None) == (unit in ("invalid", "none"))
    assert found[1] is None or found[1] // 1000 == 1_790_000_000


@settings(max_examples=30, deadline=None)
@given(text=TEXT)
def test_digests_of_any_text(text: str, hashable: Decide, plain: Decide) -> None:
    raw = hashlib.sha256(text.encode()).digest()
    if hashable(raw.hex()) is Form.PLACEHOLDER:
        assert len(text.strip()) < 3 or text.strip().lower() in JUNK
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


@settings(max_examples=40, deadline=None)
@given(text=TEXT)
def test_any_text_has_exactly_one_form(text: str, hashable: Decide, plain: Decide) -> None:
    form = hashable(text)
    assert form in Form
    assert (plain(text) is Form.ABSENT) == (form is Form.ABSENT)
    if "@" in text:
        assert form in (Form.PLAIN, Form.PLACEHOLDER, Form.WRONG_TYPE)


@settings(max_examples=30, deadline=None)
@given(length=st.integers(16, 140), digest=st.binary(min_size=70, max_size=70))
def test_hex_of_a_wrong_length_is_no_digest(length: int, digest: bytes, hashable: Decide) -> None:
    text = "a" + digest.hex()[: length - 1]
    if length not in (32, 40, 64):
        assert hashable(text) in (Form.TRUNCATED, Form.WRONG_LENGTH)
