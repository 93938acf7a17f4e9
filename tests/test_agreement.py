"""Digests of twins: equal, hashed twice, or different for a reason that can be named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tagparity.tables import agreement, engine, known
from tagparity.tables.candidates import KEYS
from tagparity.tables.differences import sentence


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    made = engine.connect(tmp_path)
    made.execute("CREATE MACRO digest(v) AS md5_number_lower('salt' || v)")
    columns = ", ".join(f"{k} UTINYINT, {k}_v UBIGINT, {k}_vv UBIGINT" for k in KEYS)
    made.execute(f"""CREATE TABLE events (file INTEGER, line BIGINT, idx INTEGER, side VARCHAR, platform VARCHAR, event VARCHAR,
        accepted BOOLEAN, usable UTINYINT, {columns})""")
    made.execute(
        "CREATE TABLE extra (file INTEGER, line BIGINT, idx INTEGER, key VARCHAR, form UTINYINT, v UBIGINT, vv UBIGINT)"
    )
    made.execute("CREATE VIEW accepted_copy AS SELECT *, CAST(line AS UBIGINT) AS m FROM events WHERE accepted")
    made.execute("CREATE TABLE uneven (m UBIGINT)")
    made.execute("CREATE TABLE found (b UBIGINT, s UBIGINT)")
    made.execute("CREATE TABLE rest (a UBIGINT, side VARCHAR, file INTEGER, line BIGINT, idx INTEGER, nth BIGINT)")
    yield made
    made.close()


def twin(
    con: duckdb.DuckDBPyConnection, line: int, web: dict[str, str], api: dict[str, str], platform: str = "meta"
) -> None:
    """One action on both sides, with these digests by key."""
    for side, hexes in (("browser", web), ("server", api)):
        names = "".join(f", {k}, {k}_v, {k}_vv" for k in hexes)
        values = "".join(f", 1, digest('{h}'), digest(sha256('{h}'))" for h in hexes.values())
        con.execute(f"""INSERT INTO events (file, line, idx, side, platform, event, accepted{names})
            VALUES (0, {line}, 0, '{side}', '{platform}', 'purchase', true{values})""")


def test_rates_of_equal_and_doubled_digests(con: duckdb.DuckDBPyConnection) -> None:
    one, two = sha("a@shop.example"), sha("b@shop.example")
    twin(con, 1, {"em": one}, {"em": one})
    twin(con, 2, {"em": one}, {"em": sha(one)})
    twin(con, 3, {"em": sha(two)}, {"em": two})
    twin(con, 4, {"em": one}, {"em": two})
    twin(con, 5, {"em": one}, {"ph": two})
    assert agreement.compare(con) == ["em"]
    cells = {(m.id, m.dims.get("side")): (m.numerator, m.denominator) for m in agreement.measure(con)}
    assert cells == {
        ("digest_agreement", None): (1, 4),
        ("digest_double", "browser"): (1, 4),
        ("digest_double", "server"): (1, 4),
    }
    agreement.doubled(con)
    assert con.execute("SELECT line, side, key, form, further FROM doubled ORDER BY line").fetchall() == [
        (2, "server", "em", 1, False),
        (3, "browser", "em", 1, False),
    ]


def test_known_doubles_and_list_items_are_counted_once(con: duckdb.DuckDBPyConnection) -> None:
    mail = sha("a@shop.example")
    twin(con, 1, {"em": mail}, {"em": sha(mail)})
    twin(con, 2, {}, {"em": sha(mail)})
    con.execute(f"INSERT INTO extra VALUES (0, 2, 0, 'em', 1, digest('{sha(mail)}'), NULL)")
    con.execute("UPDATE extra SET line = 9")
    twin(con, 9, {}, {"em": mail})
    con.execute("DELETE FROM events WHERE line = 9 AND side = 'browser'")
    con.execute("CREATE TEMP TABLE crm AS SELECT 'A@shop.example' AS em")
    known.load(con, "crm", {"em": "em"})
    known.prove(con)
    agreement.compare(con)
    agreement.doubled(con, known=True)
    rows = con.execute("SELECT line, side, further FROM doubled ORDER BY line").fetchall()
    assert rows == [(1, "server", False), (2, "server", False), (9, "server", True)]


def test_words_everybody_knows_name_both_profiles(con: duckdb.DuckDBPyConnection) -> None:
    for line in range(3):
        twin(
            con,
            line,
            {"ct": sha("newyork"), "country": sha("us")},
            {"ct": sha("new york"), "country": sha("united states")},
        )
    twin(con, 5, {"ct": sha("ghost town")}, {"ct": sha("ghosttown")})
    agreement.compare(con)
    found = agreement.explain_disagreement(con)
    city, rest, country = found
    assert (city.key, city.browser_profile, city.pairs) == ("ct", "meta/docs", 3)
    assert city.server_profile.startswith("meta/")
    assert city.text == "city names: the server keeps the space, the browser drops it"
    assert (rest.browser_profile, rest.pairs, rest.text) == ("", 1, "city names: no known value explains both digests")
    assert "the server writes the name out, the browser sends its code in 2 letters" in country.text


def test_known_customers_explain_what_no_word_does(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""CREATE TEMP TABLE crm AS SELECT * FROM (VALUES ('Ann.Lee@Gmail.com', '+1 (650) 555-0100', 'US'),
        ('Bob@example.com', '+1 (650) 555-0101', 'US')) t(em, ph, country)""")
    known.load(con, "crm", {"em": "em", "ph": "ph", "country": "country"})
    twin(
        con,
        1,
        {"em": sha("annlee@gmail.com"), "ph": sha("+16505550100")},
        {"em": sha("ann.lee@gmail.com"), "ph": sha("16505550100")},
        "google_ads",
    )
    twin(con, 2, {"em": sha("bob@example.com")}, {"em": sha("ann.lee@gmail.com")}, "google_ads")
    twin(con, 3, {"em": sha("bob@example.com")}, {"em": hashlib.md5(b"bob@example.com").hexdigest()}, "google_ads")
    known.prove(con)
    agreement.compare(con)
    texts = {d.text: d for d in agreement.explain_disagreement(con, known=True)}
    assert set(texts) == {
        "email addresses: the server keeps the dots before the @, the browser drops them",
        "email addresses: the server hashes with MD5",
        "email addresses: the sides send values of two different customers",
        "phone numbers: the browser keeps the plus sign, the server drops it",
    }
    phone = texts["phone numbers: the browser keeps the plus sign, the server drops it"]
    assert (phone.browser_profile, phone.pairs) == ("google_ads/docs", 1)
    assert not any(word in text.lower() for text in texts for word in ("bob", "ann", "555"))


DIFFERENCES = [
    ("ph", "16505550100", "6505550100", "phone numbers: the server leaves the country code out"),
    ("zp", "631011234", "63101", "postal codes: the server cuts it to 5 characters"),
    ("ct", "münchen", "munchen", "city names: the browser keeps accents, the server writes the bare letter"),
    ("ct", "montral", "montréal", "city names: the server keeps letters with accents, the browser deletes them"),
    ("ct", "St. Louis", "stlouis", "city names: the browser keeps capital letters, the server writes small ones; "
     "the browser keeps the space, the server drops it; the browser keeps dots, the server drops them"),
    ("ln", "o'connor", "oconnor", "last names: the browser keeps apostrophes, the server drops them"),
    ("fn", "jean-luc", "jeanluc", "first names: the browser keeps hyphens, the server drops them"),
    ("st", "new york", "ne", "states: the browser writes the name out, the server cuts it to 2 letters"),
    ("em", "a+b@x.example", "a@x.example", "email addresses: the browser keeps what follows a plus sign, the server cuts it off"),
    ("ge", "f", "female", "genders: the server writes the name out, the browser cuts it to 1 letter"),
    ("db", "19900102", "1990-01-02", "dates of birth: the server keeps hyphens, the browser drops them"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "web", "api", "text"), DIFFERENCES)
def test_difference_in_words(key: str, web: str, api: str, text: str) -> None:
    assert sentence(key, (web, "exact"), (api, "exact")) == text
