"""Decoders of Reddit, Microsoft, X and Amazon on hand-written hits, and what their other requests are."""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hits import AT, DIGEST, PAGE, PRIVATE, one, rows
from tagparity.core.platform import Hit, Kind
from tagparity.core.rows import RAW_COLUMNS
from tagparity.platforms import PLATFORMS

MORE = ("reddit", "microsoft", "x", "amazon")
TIME = "2026-11-23T15:30:00.000+00:00"
TAG = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
PAGE_ID = "390ca194-3161-460c-92a6-ff04edc5c81b"
CLICK = "0123456789abcdef0123456789abcdef"


def kind(platform: str, url: str) -> Kind | None:
    return next((k for k, pattern in PLATFORMS[platform].kinds if re.search(pattern, url, re.IGNORECASE)), None)


# --- Reddit

RP = "https://alb.reddit.com/rp.gif"
RDT = {
    "ts": str(AT),
    "id": "a2_demo",
    "event": "Purchase",
    "m.itemCount": "2",
    "m.value": "",
    "m.valueDecimal": "10.5",
    "m.currency": "EUR",
    "m.transactionId": "T-1",
    "m.customEventName": "",
    "m.conversionId": hashlib.sha256(b"e-1").hexdigest(),
    "uuid": TAG,
    "em": DIGEST,
    "auto_em": "b" * 64,
    "auto_pn": "c" * 64,
    "click_id": "cid-1",
    "opt_out": "0",
    "dpm": "",
    "integration": "gtm",
}


@pytest.mark.parametrize(
    ("url", "body"), [(f"{RP}?{urlencode(RDT)}", ""), ("https://alb.reddit.com/rp", urlencode(RDT))]
)
def test_reddit_event_in_an_image_or_a_form(url: str, body: str) -> None:
    assert one("reddit", url, body) == {
        "side": "browser",
        "platform": "reddit",
        "destination_id": "a2_demo",
        "event_name": "Purchase",
        "event_id": RDT["m.conversionId"],
        "event_time": TIME,
        "order_id": "T-1",
        "value": "10.5",
        "currency": "EUR",
        "url": PAGE,
        "sender": "gtm",
        "consents": {"opt_out": "granted"},
        "em": DIGEST,
        "ph": "c" * 64,
        "rdt_uuid": TAG,
        "rdt_cid": "cid-1",
        "_mirror": f"a2_demo|Purchase|{AT}|{RDT['m.conversionId']}",
    }


def test_reddit_custom_events_go_by_their_own_name() -> None:
    own = RDT | {"event": "Custom", "m.customEventName": "begin_checkout"}
    assert one("reddit", f"{RP}?{urlencode(own)}")["event_name"] == "begin_checkout"
    assert one("reddit", f"{RP}?id=t2_demo&event=Custom")["event_name"] == "Custom"


def test_reddit_limits() -> None:
    limited = one("reddit", f"{RP}?{urlencode(RDT | {'opt_out': '1', 'dpm': 'LDU', 'dpcc': 'US', 'dprc': 'US-CA'})}")
    assert limited["consents"] == {"opt_out": "denied", "ldu": "denied"}


def test_reddit_image_without_time_has_no_mirror() -> None:
    row = one("reddit", f"{RP}?id=t2_demo&event=PageVisit")
    assert "_mirror" not in row and "event_id" not in row and row["url"] == PAGE


# --- Microsoft

UET = "https://bat.bing.com/action/0"
BAT = {
    "ti": "36000948",
    "Ver": "2",
    "mid": PAGE_ID,
    "bo": "2",
    "sid": CLICK,
    "vid": CLICK,
    "vids": "0",
    "msclkid": f"{CLICK}-0",
    "gv": "10.5",
    "gc": "EUR",
    "transaction_id": "T-1",
    "ea": "purchase",
    "p": PAGE,
    "evt": "custom",
    "tm": "gtm002",
    "asc": "D",
    "pid": f"em={DIGEST}&ph={'b' * 64}",
    "rn": "430156",
}
UET_ROW = {
    "side": "browser",
    "platform": "microsoft",
    "destination_id": "36000948",
    "event_name": "purchase",
    "event_time": TIME,
    "order_id": "T-1",
    "value": "10.5",
    "currency": "EUR",
    "url": PAGE,
    "session_id": CLICK,
    "sender": "gtm002",
    "consents": {"ad_storage": "denied"},
    "uetvid": CLICK,
    "msclkid": CLICK,
    "em": DIGEST,
    "ph": "b" * 64,
    "_mirror": f"36000948|custom|purchase|{PAGE_ID}|2|430156",
}


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{UET}?{urlencode(BAT)}", ""),
        (f"https://bat.bing.net/actionp/0?{urlencode(BAT)}", ""),
        ("https://bat.bing.com/actionp/0", urlencode(BAT)),
        (f"https://t.shop.example/x7/action/0?{urlencode(BAT)}", ""),
        (f"https://t.shop.example/m?{urlencode(BAT)}", ""),
        (f"{UET}?{urlencode(BAT | {'pid': quote(BAT['pid'])})}", ""),
    ],
)
def test_uet_event_by_every_way(url: str, body: str) -> None:
    assert one("microsoft", url, body, "POST" if body else "GET") == UET_ROW


def test_uet_page_views() -> None:
    row = one(
        "microsoft", f"{UET}?ti=5526986&Ver=2&mid={PAGE_ID}&evt=pageLoad&msclkid=N&p=http%3A%2F%2Fshop.example&rn=9"
    )
    assert (row["event_name"], row["url"]) == ("pageLoad", "http://shop.example") and "msclkid" not in row
    assert row["_mirror"] == f"5526986|pageLoad|pageLoad|{PAGE_ID}||9"
    image = one("microsoft", f"{UET}?ti=5526986&Ver=2")
    assert image["event_name"] == "pageLoad" and "_mirror" not in image


def test_uet_custom_event_without_a_name() -> None:
    assert one("microsoft", f"{UET}?ti=5526986&Ver=2&evt=custom&gv=5")["event_name"] == "custom"


def test_uet_signals_are_no_events_of_the_site() -> None:
    for url in (UET, "https://t.shop.example/action/0"):
        signal = f"{url}?{urlencode(BAT | {'evt': 'consent'})}"
        assert rows("microsoft", signal) == [] and kind("microsoft", signal.split("://")[1]) is Kind.DIAGNOSTIC
        assert one("microsoft", f"{url}?{urlencode(BAT | {'evt': 'pageHide'})}")["automatic"] is True


def test_uet_is_not_everybody() -> None:
    assert rows("microsoft", "https://shop.example/action/0?ti=1&evt=custom") is None
    assert rows("microsoft", "https://shop.example/x?ti=36000948&Ver=2&evt=custom") is None
    assert rows("microsoft", "https://www.bing.com/search?q=x") is None


# --- X

TCO = "https://t.co/1/i/adsct"
CONTENT = {"value": 10.5, "currency": "EUR", "conversion_id": "e-1", "contents": [{"content_id": "S"}]}
ADSCT = {
    "email_address": DIGEST,
    "event": json.dumps(CONTENT),
    "event_id": "17439806-2816-49b1-af0f-adf7df7e2e4d",
    "p_id": "Twitter",
    "p_user_id": "0",
    "pl_id": TAG,
    "tw_document_href": PAGE,
    "txn_id": "tw-o1abc-o2def",
    "twclid": "c" * 25,
    "integration": "gtm",
    "version": "2.3.34",
}
X_ROW = {
    "side": "browser",
    "platform": "x",
    "destination_id": "o1abc",
    "event_name": "tw-o1abc-o2def",
    "event_id": "e-1",
    "event_time": TIME,
    "value": "10.5",
    "currency": "EUR",
    "url": PAGE,
    "sender": "gtm",
    "em": DIGEST,
    "twclid": "c" * 25,
    "_mirror": "tw-o1abc-o2def|tw-o1abc-o2def|17439806-2816-49b1-af0f-adf7df7e2e4d",
}


@pytest.mark.parametrize(
    "url", [TCO, "https://analytics.twitter.com/i/adsct", "https://analytics.x.com/1/i/adsct", "https://t.co/i/adsctp"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_x_event_and_its_copies_are_one(url: str, method: str) -> None:
    sent = (url, urlencode(ADSCT)) if method == "POST" else (f"{url}?{urlencode(ADSCT)}", "")
    assert one("x", *sent, method) == X_ROW


def test_x_second_hit_of_a_rule_is_another_event() -> None:
    again = one("x", f"{TCO}?{urlencode(ADSCT | {'event_id': TAG})}")
    assert again["event_id"] == "e-1" and again["_mirror"] != X_ROW["_mirror"]


def test_x_events_in_a_list() -> None:
    events = [["purchase", CONTENT], ["pageview", None], [], "x", [5]]
    old = {"txn_id": "o1abc", "events": json.dumps(events), "tw_sale_amount": "0", "tw_document_href": PAGE}
    found = rows("x", f"https://t.co/i/adsct?{urlencode(old)}")
    assert found and [(r["event_name"], r.get("event_id")) for r in found] == [
        ("purchase", "e-1"),
        ("pageview", None),
        ("5", None),
    ]
    assert found[0]["destination_id"] == "o1abc" and found[0]["value"] == "10.5" and "value" not in found[1]


def test_x_hits_without_an_id_mirror_by_what_they_say() -> None:
    old = {"txn_id": "o1abc", "events": '[["pageview",{}]]', "tw_document_href": PAGE}
    first, copy, other = (
        one("x", f"https://{host}/i/adsct?{urlencode(old | more)}")
        for host, more in (
            ("analytics.twitter.com", {}),
            ("t.co", {}),
            ("t.co", {"tw_document_href": "https://shop.example/"}),
        )
    )
    assert first["_mirror"] == copy["_mirror"] != other["_mirror"] and "event_id" not in first


def test_x_images_without_script() -> None:
    image = "https://t.co/i/adsct?txn_id=l4abc&p_id=Twitter&tw_order_quantity=0&tw_sale_amount="
    assert one("x", f"{image}0")["event_name"] == "pageview"
    sale = one("x", f"{image}10.5")
    assert (sale["event_name"], sale["value"], sale["destination_id"]) == ("conversion", "10.5", "l4abc")


# --- Amazon

IU3 = "https://s.amazon-adsystem.com/iu3"
AAT = {
    "pid": TAG,
    "event": "Off-AmazonPurchases",
    "ts": str(AT),
    "clientDedupeId": "e-1",
    "value": "10.5",
    "currencyCode": "EUR",
    "unitsSold": "2",
    "countryCode": "DE",
    "MATCH_ID": "m-1",
    "arefs": "tok.1795447800",
    "us_privacy": "1YYN",
}
AAT_ROW = {
    "side": "browser",
    "platform": "amazon",
    "destination_id": TAG,
    "event_name": "Off-AmazonPurchases",
    "event_id": "e-1",
    "event_time": TIME,
    "value": "10.5",
    "currency": "EUR",
    "url": PAGE,
    "consents": {"us_privacy": "denied"},
    "country": "DE",
    "external_id": "m-1",
    "aref": "tok.1795447800",
    "_mirror": f"{TAG}|Off-AmazonPurchases|{AT}|e-1",
}


@pytest.mark.parametrize(
    "base", [IU3, "https://aax-eu.amazon-adsystem.com/s/iu3", "https://aax-fe.amazon-adsystem.com/s/iu3"]
)
@pytest.mark.parametrize("more", [{}, {"dcc": "t"}])
def test_amazon_event_of_every_region_and_its_redirect(base: str, more: dict[str, str]) -> None:
    assert one("amazon", f"{base}?{urlencode(AAT | more)}") == AAT_ROW


def test_amazon_event_with_an_id_and_no_name() -> None:
    row = one("amazon", f"{IU3}?pid={TAG}&clientDedupeId=e-2")
    assert (row["event_name"], row["event_id"]) == ("Other", "e-2") and "_mirror" not in row


# --- what is no event


@pytest.mark.parametrize(
    ("platform", "told", "url"),
    [
        ("reddit", Kind.LOADER, "https://www.redditstatic.com/ads/pixel.js"),
        (
            "reddit",
            Kind.LOADER,
            "https://www.redditstatic.com/ads/conversions-config/v1/pixel/config/a2_demo_telemetry",
        ),
        ("reddit", Kind.LOADER, "https://pixel-config.reddit.com/pixels/a2_demo/config"),
        ("reddit", None, f"{RP}?id=a2_demo"),
        ("microsoft", Kind.LOADER, "https://bat.bing.com/bat.js"),
        ("microsoft", Kind.LOADER, "https://bat.bing.com/p/action/36000948.js"),
        ("microsoft", Kind.DIAGNOSTIC, f"{UET}?ti=36000948&Ver=2&evt=consent&asc=G"),
        ("x", Kind.LOADER, "https://static.ads-twitter.com/uwt.js"),
        ("x", Kind.COOKIE_SYNC, "https://analytics.twitter.com/i/adsct?p_user_id=abc&p_id=10623"),
        ("x", Kind.COOKIE_SYNC, "https://t.co/i/adsct?p_id=48571"),
        ("amazon", Kind.LOADER, "https://c.amazon-adsystem.com/aat/amzn.js"),
        ("amazon", Kind.COOKIE_SYNC, "https://aax-eu.amazon-adsystem.com/s/iu3?cm3ppd=1&d=dtb-pub&csif=t&dl=x&dcc=t"),
        ("amazon", Kind.COOKIE_SYNC, "https://s.amazon-adsystem.com/iui3?d=forester-did"),
        ("amazon", Kind.COOKIE_SYNC, "https://s.amazon-adsystem.com/dcm?pid=1"),
        ("amazon", Kind.COOKIE_SYNC, "https://aax-eu.amazon-adsystem.com/s/ecm3?ex=openx.com&id=1"),
        ("amazon", Kind.COOKIE_SYNC, "https://s.amazon-adsystem.com/x/1c2d"),
        ("amazon", Kind.COOKIE_SYNC, "https://tk.amazon-adsystem.com/envelope"),
        ("amazon", None, "https://aax.amazon-adsystem.com/e/dtb/bid?src=1"),
    ],
)
def test_companions(platform: str, told: Kind | None, url: str) -> None:
    assert rows(platform, url) == []
    assert kind(platform, url.split("://")[1]) is told
    assert re.search(PLATFORMS[platform].hosts, url.split("/")[2])


def test_an_event_whose_body_is_lost_is_no_cookie_sync() -> None:
    assert kind("x", "analytics.x.com/1/i/adsctp") is None
    assert kind("x", f"t.co/1/i/adsct?{urlencode(ADSCT)}") is None


def test_client_id_synchronisation_of_microsoft() -> None:
    assert rows("microsoft", "https://c.bing.com/c.gif?Red3=BACID_1&vid=1&uid=2") is None
    assert kind("microsoft", "c.bing.com/c.gif?Red3=BACID_1&vid=1&uid=2") is Kind.COOKIE_SYNC
    assert re.search(PLATFORMS["microsoft"].hosts, "c.bing.com")


def test_pages_are_the_vendors_and_nothing_more() -> None:
    pages = {"reddit": "https://www.reddit.com/r/x", "x": "https://x.com/home", "amazon": "https://www.amazon.com/dp/1"}
    assert all(rows(p, url) is None for p, url in pages.items())
    assert re.search(PLATFORMS["x"].hosts, "x.com") and not re.search(PLATFORMS["x"].hosts, "netflix.com")
    assert not re.search(PLATFORMS["x"].hosts, "cat.company") and not re.search(PLATFORMS["amazon"].hosts, "amazon.com")


NAMES = st.sampled_from([*RDT, *BAT, *ADSCT, *AAT, "events", "tw_sale_amount", "dcc"])
HOSTS = st.sampled_from(
    ["alb.reddit.com", "www.redditstatic.com", "bat.bing.com", "t.co", "s.amazon-adsystem.com", "shop.example", ""]
)
PATHS = st.sampled_from(
    ["/rp.gif", "/rp", "/action/0", "/actionp/0", "/1/i/adsct", "/i/adsctp", "/iu3", "/s/iu3", "/x", ""]
)
NESTED = st.sampled_from(["conversion_id", "value", "purchase", "twclid"])
JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(NESTED, c)
)
VALUES = (
    st.text() | JSONS.map(json.dumps) | st.sampled_from(["2", "36000948", "custom", str(AT), "tw-o1-o2", "Custom", "D"])
)


@given(
    host=HOSTS,
    path=PATHS,
    params=st.lists(st.tuples(NAMES | st.text(), VALUES)),
    body=st.text()
    | JSONS.map(json.dumps)
    | st.dictionaries(NAMES, VALUES).map(lambda d: urlencode(d, errors="replace")),
    at=st.none() | st.integers(),
)
def test_decoders_never_raise(host: str, path: str, params: list[tuple[str, str]], body: str, at: int | None) -> None:
    wild = Hit("POST", host, path, tuple(params), body, PAGE, at, 200)
    for platform in (PLATFORMS[name] for name in MORE):
        for row in (platform.decode(wild) if platform.decode else None) or []:
            assert set(row) <= {*RAW_COLUMNS, *PRIVATE} and row["platform"] == platform.id and row["event_name"]
