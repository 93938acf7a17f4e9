"""Page, browser family and site version of a copy: what they say, and that they tell nobody from anybody."""

from __future__ import annotations

import duckdb
import pytest

from tagparity.tables.context import MACROS

_KIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {_KIT}"
_CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect()
    for statement in MACROS:
        engine.execute(statement)
    return engine


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://shop.example", "/"),
        ("https://shop.example?x=1", "/"),
        ("https://shop.example/Checkout/V2/?step=3#pay", "/checkout/v2"),
        ("https://user:pass@shop.example:8443/thanks", "/thanks"),
        ("/relative/page?x", "/relative/page"),
        ("shop.example/no-scheme", None),
        ("", None),
        (None, None),
        ("https://shop.example/order/10077/done", "/order/*/done"),
        ("https://shop.example/a12/b99", "/a12/b99"),
        ("https://shop.example/thanks/ann@mail.example/next", "/thanks/*/next"),
        ("https://shop.example/thanks/ann%40mail.example", "/thanks/*"),
        ("https://shop.example/c/deadbeefcafe/77777/x", "/c/*/*/x"),
        ("https://shop.example/feedback", "/feedback"),
        ("https://shop.example/p/a-title-that-goes-on-and-on-for-long", "/p/*"),
        ("https://shop.example/reset/aB3dE9gH", "/reset/*"),
        ("https://shop.example/users/annabell/orders", "/users/*/orders"),
        ("https://shop.example/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f"),
        ("https://shop.example/;sid=aa/x", "/*/x"),
        ("https://shop.example//double//slash/", "//double//slash"),
    ],
)
def test_a_page_names_nobody(con: duckdb.DuckDBPyConnection, url: str | None, page: str | None) -> None:
    assert con.execute("SELECT page_short(page_path(?))", [url]).fetchone() == (page,)


def test_a_page_is_short(con: duckdb.DuckDBPyConnection) -> None:
    (page,) = con.execute(
        "SELECT page_short(page_path(?))", ["https://s.example/" + "/".join(["abcdefghijklmnopqrstuvwx"] * 9)]
    ).fetchone() or ("",)
    assert len(page) == 100 and page.startswith("/abcdefghijklmnopqrstuvwx/abc")


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (f"{_IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_KIT} Version/18.5 Safari/605.1.15", "Safari"),
        (f"{_IPHONE} CriOS/142.0 Mobile/15E148 Safari/604.1", "Chrome iOS"),
        (f"{_IPHONE} FxiOS/144.0 Mobile/15E148 Safari/605.1.15", "Firefox"),
        (f"{_IPHONE} Mobile/15E148 Instagram 400.0.0.0 (iPhone15,2)", "Instagram"),
        (f"{_IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/500.0]", "Facebook"),
        (f"{_IPHONE} Mobile/15E148", "iOS web view"),
        (_CHROME, "Chrome"),
        (f"{_CHROME} Edg/142.0.0.0", "Edge"),
        (f"{_CHROME} OPR/120.0", "Opera"),
        (_CHROME.replace("Chrome", "SamsungBrowser/28.0 Chrome"), "Samsung Internet"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox"),
        ("Mozilla/5.0 (Linux; U; Android 4.0) AppleWebKit/534.30 Version/4.0 Safari/534.30", "other"),
        ("curl/8.5", "other"),
        (None, None),
    ],
)
def test_the_family_of_an_agent(con: duckdb.DuckDBPyConnection, agent: str | None, family: str | None) -> None:
    assert con.execute("SELECT browser_of(?)", [agent]).fetchone() == (family,)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("v2.14.0", "v2.14.0"),
        ("20260603", "20260603"),
        ("da39a3ee5e6b4b0d3255bfef95601890afd80709", "da39a3e"),
        ("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", None),
        ("4915123456789", None),
        ("ann@mail.example", None),
        ("", None),
        (None, None),
    ],
)
def test_a_version_is_one(con: duckdb.DuckDBPyConnection, said: str | None, version: str | None) -> None:
    assert con.execute("SELECT version_of(?)", [said]).fetchone() == (version,)
