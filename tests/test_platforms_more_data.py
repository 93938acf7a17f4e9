"""Reddit, Microsoft, X and Amazon as data: names, keys and marks, and their server payloads read from logs."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conftest import Folder
from tagparity.core.platform import CODE, Form, Hashing, Kind
from tagparity.core.rows import FIELDS, MATCH_KEYS
from tagparity.platforms import PLATFORMS, by_alias
from tagparity.readers._har_entry import parse
from tagparity.readers._har_kinds import Kinds
from tagparity.readers._har_mirrors import Mirrors
from tagparity.tables.payloads import LIMITS

MORE = ("reddit", "microsoft", "x", "amazon")
TAG = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
CLICK = "0123456789abcdef0123456789abcdef"
HEX = "ab12" * 16
START, ISO = 1_790_000_000, "2026-09-21T14:13:20Z"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
Row = dict[str, Any]


# --- as data


@pytest.mark.parametrize("name", MORE)
def test_declarations_hold_together(name: str) -> None:
    platform = PLATFORMS[name]
    marks = (*platform.click_ids, *platform.cookies)
    assert re.compile(platform.hosts) and re.compile(platform.destination)
    assert all(re.compile(pattern) for _, pattern in platform.kinds) and all(re.compile(m.pattern) for m in marks)
    assert {k for k, _ in platform.kinds} <= {Kind.LOADER, Kind.DIAGNOSTIC, Kind.COOKIE_SYNC, Kind.OTHER}
    assert set(platform.keys) <= set(MATCH_KEYS) and {m.key for m in marks} <= {"", *MATCH_KEYS}
    assert all(re.match(r"(?:official|official code|implementer|community|observed): .+", s) for s in platform.sources)
    for shape in platform.servers:
        assert set(shape.fields) <= set(FIELDS) and re.compile(shape.url) and re.compile(shape.test_url)
        assert all(re.compile(pattern) for pattern in shape.marks.values())
        assert set(shape.consents) <= {"ad_storage", "ad_user_data", *LIMITS}


@pytest.mark.parametrize("name", MORE)
def test_old_names_become_names_the_platform_knows(name: str) -> None:
    platform = PLATFORMS[name]
    assert all(platform.names[old] == platform.names[new] for old, new in platform.same_as.items())


@pytest.mark.parametrize(
    ("platform", "pairs"),
    [
        (
            "reddit",
            "PAGE_VISIT=page_view PageVisit=page_view VIEW_CONTENT=view_item ViewContent=view_item Search=search"
            " AddToCart=add_to_cart AddToWishlist=add_to_wishlist Purchase=purchase Lead=generate_lead SignUp=sign_up"
            " SIGN_UP=sign_up CUSTOM=custom Custom=custom",
        ),
        (
            "microsoft",
            "pageLoad=page_view purchase=purchase add_to_cart=add_to_cart begin_checkout=begin_checkout"
            " submit_lead_form=generate_lead signup=sign_up subscribe=subscribe contact=contact search=search",
        ),
        (
            "x",
            "PAGE_VIEW=page_view pageview=page_view CONTENT_VIEW=view_item SEARCH=search ADD_TO_CART=add_to_cart"
            " CHECKOUT_INITIATED=begin_checkout ADDED_PAYMENT_INFO=add_payment_info purchase=purchase"
            " PURCHASE=purchase LEAD=generate_lead SIGN_UP=sign_up RESERVATION=schedule DOWNLOAD=download",
        ),
        (
            "amazon",
            "PAGE_VIEW=page_view PageView=page_view ADD_TO_SHOPPING_CART=add_to_cart AddToShoppingCart=add_to_cart"
            " CHECKOUT=begin_checkout Checkout=begin_checkout OFF_AMAZON_PURCHASES=purchase Signup=sign_up"
            " Off-AmazonPurchases=purchase APPLICATION=submit_application CONTACT=contact SUBSCRIBE=subscribe",
        ),
    ],
)
def test_names(platform: str, pairs: str) -> None:
    assert dict(p.split("=") for p in pairs.split()).items() <= PLATFORMS[platform].names.items()


def test_both_spellings_are_one_name_to_deduplication() -> None:
    assert PLATFORMS["reddit"].same_as["PageVisit"] == "PAGE_VISIT"
    assert PLATFORMS["reddit"].same_as["AddToWishlist"] == "ADD_TO_WISHLIST"
    assert PLATFORMS["amazon"].same_as["Off-AmazonPurchases"] == "OFF_AMAZON_PURCHASES"
    # Microsoft compares names as they are: two ways to say one thing are two names.
    assert "signup" not in PLATFORMS["microsoft"].same_as


def test_deduplication() -> None:
    assert {name: PLATFORMS[name].window_s for name in MORE} == {
        "reddit": 2 * 86400,
        "microsoft": None,
        "x": None,
        "amazon": None,
    }
    assert [name for name in MORE if not PLATFORMS[name].name_in_key] == ["x", "amazon"]
    assert [name for name in MORE if PLATFORMS[name].pixel_hashes_id] == ["reddit"]
    assert PLATFORMS["reddit"].winner and PLATFORMS["amazon"].winner and not PLATFORMS["microsoft"].winner


def test_what_may_be_hashed() -> None:
    reddit, microsoft, amazon = (PLATFORMS[n].keys for n in ("reddit", "microsoft", "amazon"))
    assert reddit["em"].hashing is Hashing.EITHER and reddit["rdt_cid"].hashing is Hashing.NEVER
    assert microsoft["em"].hashing is Hashing.REQUIRED and microsoft["msclkid"].hashing is Hashing.NEVER
    assert PLATFORMS["x"].keys["twclid"].hashing is Hashing.NEVER
    assert amazon["ct"].hashing is Hashing.REQUIRED and amazon["country"].hashing is Hashing.NEVER


@pytest.mark.parametrize(
    ("alias", "platform"),
    [("Twitter", "x"), ("X", "x"), ("Bing Ads", "microsoft"), ("UET", "microsoft"), ("amazon-dsp", "amazon")],
)
def test_aliases(alias: str, platform: str) -> None:
    found = by_alias(alias)
    assert found and found.id == platform


@pytest.mark.parametrize(
    ("platform", "place", "url", "dest"),
    [
        ("reddit", 0, "https://ads-api.reddit.com/api/v3/pixels/a2_demo/conversion_events?test_id=t", "a2_demo"),
        ("reddit", 1, "https://ads-api.reddit.com/api/v2.0/conversions/events/t2_demo", "t2_demo"),
        ("reddit", 0, "https://ads-api.reddit.com/api/v3/pixels/a2_demo", None),
        ("microsoft", 0, "https://capi.uet.microsoft.com/v1/36000948/events", "36000948"),
        ("microsoft", 0, "https://api.example.com/v1/36000948/events", None),
        ("x", 0, "https://ads-api.x.com/12/measurement/conversions/o1abc", "o1abc"),
        ("x", 0, "https://ads-api.twitter.com/11/measurement/conversions/o1abc?x=1", "o1abc"),
        ("amazon", 0, "https://advertising-api-eu.amazon.com/adsApi/v1/create/events", ""),
        ("amazon", 1, "https://advertising-api.amazon.com/accounts/42/dsp/conversionDefinitions/eventData", "42"),
        ("amazon", 1, "https://advertising-api.amazon.com/accounts/42/dsp/conversionDefinitions/list", None),
    ],
)
def test_server_urls(platform: str, place: int, url: str, dest: str | None) -> None:
    found = re.search(PLATFORMS[platform].servers[place].url, url)
    assert (found and found.groupdict().get("dest", "")) == dest


@pytest.mark.parametrize(
    ("platform", "name", "good", "bad"),
    [
        ("reddit", "_rdt_uuid", f"1795447800000.{TAG}", TAG),
        ("reddit", "rdt_cid", "5123456789012345678", "a b"),
        ("microsoft", "_uetvid", CLICK, "N"),
        ("microsoft", "msclkid", CLICK, f"{CLICK}-1"),
        ("microsoft", "_uetmsclkid", f"_uet{CLICK}", CLICK),
        ("x", "twclid", "a1" * 12, "2"),
        ("x", "_twpid", "tw.1795447800000.123", "tw.1.2"),
        ("amazon", "amznAref", "tok.1795447800|tok2.1795447801", "tok"),
    ],
)
def test_cookies_and_click_ids(platform: str, name: str, good: str, bad: str) -> None:
    known = PLATFORMS[platform]
    mark = next(m for m in (*known.click_ids, *known.cookies) if m.name == name)
    assert re.search(mark.pattern, good) and not re.search(mark.pattern, bad)


# --- server payloads

WHO = {"email": HEX, "external_id": "u1", "ip_address": "203.0.113.9", "user_agent": "Mozilla/5.0", "uuid": TAG}


def reddit(i: int, **more: Any) -> Row:
    event = {"event_at": START * 1000, "action_source": "WEBSITE", "type": {"tracking_type": "PURCHASE"}, "click_id": "c1",
             "metadata": {"conversion_id": f"e{i}", "value": 3.5, "currency": "EUR"}, "user": WHO}  # fmt: skip
    return event | more


def test_reddit_v3(folder: Folder) -> None:
    own = {"tracking_type": "CUSTOM", "custom_event_name": "begin_checkout"}
    limited = WHO | {"data_processing_options": {"modes": ["LDU"], "country": "US"}}
    sent = {"data": {"events": [reddit(0, user=limited), reddit(1, type=own)], "test_id": "t1", "partner": "p"}}
    url = "https://ads-api.reddit.com/api/v3/pixels/a2_demo/conversion_events"
    folder.put("log.ndjson", [sent, {"url": url, "body": sent, "response": {"error": {"code": 400}}}, reddit(2)])
    reading = folder.read()
    assert reading.column("platform") == ["reddit"] * 5 and set(reading.column("t_ms")) == {START * 1000}
    assert reading.column("event") == ["purchase", "begin_checkout"] * 2 + ["purchase"]
    assert reading.column("destination") == ["", "", "a2_demo", "a2_demo", ""]
    assert reading.column("accepted") == [True, True, False, False, True]
    assert reading.column("test") == [True] * 4 + [False]
    assert reading.column("consents")[:2] == ['{"ldu":"denied"}', None]
    assert set(reading.column("em")) == {CODE[Form.SHA256_HEX]} and set(reading.column("rdt_cid")) == {CODE[Form.PLAIN]}
    assert len(set(reading.column("id_h"))) == 3


def test_reddit_v2_of_an_implementer(folder: Folder) -> None:
    path = SAMPLES / "payloads" / "segmentio__action-destinations__reddit-conversions-api__index.test.ts.payloads.jsonl"
    if not path.exists():
        pytest.skip("no samples")
    folder.put("log.ndjson", path.read_text("utf-8"))
    reading = folder.read()
    assert reading.column("platform") == ["reddit"] * 7 and set(reading.column("value")) == {100.0}
    assert reading.column("event") == ["Some Custom Event Name"] * 2 + ["purchase"] + ["generate_lead"] * 4
    assert set(reading.column("t_ms")) == {1704721970212} and set(reading.column("sender")) == {"SEGMENT"}


def test_microsoft(folder: Folder) -> None:
    who = {"em": HEX, "ph": HEX, "anonymousId": CLICK, "msclkid": CLICK, "clientIpAddress": "203.0.113.9"}
    bought = {"eventType": "custom", "eventName": "purchase", "eventId": "e1", "eventTime": START, "userData": who,
              "adStorageConsent": "D", "customData": {"transactionId": "T-1", "value": 3.5, "currency": "EUR"}}  # fmt: skip
    seen = {"eventType": "pageLoad", "eventTime": START, "userData": {}, "adStorageConsent": "G"}
    sent = {"data": [bought, seen], "continueOnValidationError": True, "dataProvider": "p"}
    answer = {"eventsReceived": 1, "error": {"code": "x", "details": [{"index": 1, "propertyName": "eventSourceUrl"}]}}
    url = "https://capi.uet.microsoft.com/v1/36000948/events"
    folder.put("log.ndjson", [sent, {"url": url, "body": sent, "status": 200, "response": answer}, bought])
    reading = folder.read()
    assert reading.column("platform") == ["microsoft"] * 5 and set(reading.column("t_ms")) == {START * 1000}
    assert reading.column("event") == ["purchase", "page_view"] * 2 + ["purchase"]
    assert reading.column("accepted") == [True, True, True, False, True]
    assert reading.column("destination") == ["", "", "36000948", "36000948", ""]
    assert reading.column("consent")[:2] == ["denied", "granted"]
    assert {reading.rows[0][k] for k in ("msclkid", "uetvid", "client_ip_address")} == {CODE[Form.PLAIN]}


def test_x_identifiers_wherever_they_stand(folder: Folder) -> None:
    ids = [{"twclid": "c1"}, {"hashed_email": HEX}, {"ip_address": "203.0.113.9", "user_agent": "Mozilla/5.0"}]
    one = {"conversion_time": ISO, "event_id": "tw-o1abc-o2def", "conversion_id": "e1", "value": "3.5",
           "price_currency": "EUR", "identifiers": ids}  # fmt: skip
    two = one | {"conversion_id": "e2", "identifiers": [{"hashed_email": HEX}, {"hashed_email": "cd" * 32}]}
    url = "https://ads-api.x.com/12/measurement/conversions/o1abc"
    folder.put("log.ndjson", [{"conversions": [one, two]}, {"url": url, "body": {"conversions": [one]}}, one])
    reading = folder.read()
    assert reading.column("platform") == ["x"] * 4 and set(reading.column("t_ms")) == {START * 1000}
    assert set(reading.column("event")) == {"tw-o1abc-o2def"} and reading.column("usable") == [4, 1, 4, 4]
    assert reading.column("destination") == ["", "", "o1abc", ""]
    assert set(reading.column("em")) == {CODE[Form.SHA256_HEX]} and len(set(reading.column("id_h"))) == 2


def test_amazon_and_its_older_import(folder: Folder) -> None:
    consent = {"amazonConsent": {"amznAdStorage": "GRANTED", "amznUserData": "DENIED"}}
    new = {"eventDescription": {"name": "Buy", "conversionType": "OFF_AMAZON_PURCHASES", "eventSource": "WEBSITE"},
           "eventTime": ISO, "eventId": "e1", "countryCode": "DE", "value": 3.5, "currencyCode": "EUR", "consent": consent,
           "matchKeys": [{"type": "EMAIL", "values": [HEX]}, {"type": "MATCH_ID", "values": ["m1"]}],
           "dataProcessingOptions": {"options": ["LIMITED_DATA_USE"]}}  # fmt: skip
    begun = new | {"eventDescription": {"name": "x", "conversionType": "CHECKOUT", "eventSource": "IOS"}}
    old = {"name": "Buy", "conversionDefinitionID": "d1", "clientDedupeId": "e1", "timestamp": ISO,
           "matchKeys": [{"type": "EMAIL", "value": HEX}], "value": 3.5, "currencyCode": "EUR"}  # fmt: skip
    host = "https://advertising-api.amazon.com"
    answer = {"success": [{"index": 0}], "error": [{"index": 1, "errors": [{"code": "x"}]}]}
    folder.put("log.ndjson", [
        {"events": [new, begun]}, {"url": f"{host}/adsApi/v1/create/events", "body": {"events": [new, begun]},
                                   "status": 207, "response": json.dumps(answer)}, new, {"eventData": [old]},
        {"url": f"{host}/accounts/42/dsp/conversionDefinitions/eventData", "body": {"eventData": [old]}},
    ])  # fmt: skip
    reading = folder.read()
    assert reading.column("platform") == ["amazon"] * 7 and set(reading.column("t_ms")) == {START * 1000}
    assert reading.column("event") == ["purchase", "begin_checkout"] * 2 + ["purchase"] + ["Buy"] * 2
    assert reading.column("accepted") == [True, True, True, False, True, True, True]
    assert reading.column("consents")[0] == '{"ad_storage":"granted","ad_user_data":"denied","ldu":"denied"}'
    assert set(reading.column("em")) == {CODE[Form.SHA256_HEX]} and len(set(reading.column("id_h"))) == 1
    assert reading.column("destination")[-2:] == ["", "42"] and reading.rows[0]["external_id"] == CODE[Form.PLAIN]


def test_envelopes_alike_keep_their_owners(folder: Folder) -> None:
    ga4 = {"client_id": "1.2", "events": [{"name": "purchase", "params": {"transaction_id": "o1"}}]}
    meta = {"data": [{"event_name": "Purchase", "event_time": START, "user_data": {}, "action_source": "website"}]}
    folder.put("log.ndjson", [ga4, meta, {"data": {"events": [reddit(0)]}}])
    assert folder.read().column("platform") == ["ga4", "meta", "reddit"]


# --- captures


def told(path: Path) -> Counter[tuple[str, str]]:
    """How many events, twins and requests of each kind a capture holds of each of the four."""
    known = [PLATFORMS[name] for name in MORE]
    kinds, mirrors, found = Kinds(known), Mirrors(), Counter[tuple[str, str]]()
    for index, raw in enumerate(json.loads(path.read_text("utf-8-sig"))["log"]["entries"]):
        entry = parse(raw, index, {})
        claims = {p.id: rows for p in known if p.decode and (rows := p.decode(entry.hit)) is not None}
        assert len(claims) < 2
        for name, rows in claims.items():
            for row in mirrors.told(entry, name, rows):
                own = "automatic" if row.get("automatic") else "event"
                found[name, "twin" if row.get("twin_of") else own] += 1
        if not any(claims.values()):
            name, kind = kinds.told(entry, next(iter(claims), ""))
            if kind:
                found[name, kind.value] += 1
    return found


def test_a_walk_through_a_shop() -> None:
    path = SAMPLES / "walks" / "vendors_nosgtm.har"
    if not path.exists():
        pytest.skip("no samples")
    assert told(path) == {
        ("reddit", "event"): 7,
        ("reddit", "loader"): 10,
        ("microsoft", "event"): 6,
        ("microsoft", "automatic"): 5,
        ("x", "event"): 6,
        ("x", "twin"): 6,
    }


def test_a_publisher_of_2017_is_mostly_cookie_syncs() -> None:
    path = SAMPLES / "har" / "haralyzer__haralyzer__cnn-chrome.har"
    if not path.exists():
        pytest.skip("no samples")
    assert told(path) == {
        ("microsoft", "event"): 1,
        ("microsoft", "loader"): 1,
        ("x", "cookie-sync"): 1,
        ("amazon", "cookie-sync"): 5,
        ("amazon", "loader"): 1,
        ("amazon", "other"): 1,
    }
