"""Server payloads of every platform through the engine: who they belong to, and what is read of them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from conftest import Folder

Row = dict[str, Any]
S = 1795447800  # seconds
ISO = "2026-11-23T15:30:00Z"
URL = "https://shop.example.com/thanks"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


def h(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


META = {"event_name": "Purchase", "event_time": S, "event_id": "e-1", "action_source": "website", "event_source_url": URL,
        "user_data": {"em": [h("a@example.com")], "client_user_agent": AGENT, "fbp": "fb.1.1795447800000.12"},
        "custom_data": {"value": 9.5, "currency": "EUR", "order_id": "o-1"}}  # fmt: skip
PINTEREST = {"event_name": "checkout", "event_time": S, "event_id": "e-1", "action_source": "web", "event_source_url": URL,
             "user_data": {"em": [h("a@example.com")], "click_id": "dj0yJnU9"},
             "custom_data": {"value": "9.5", "currency": "EUR", "order_id": "o-1"}}  # fmt: skip
SNAP = {"event_name": "PURCHASE", "event_time": S, "event_id": "e-1", "action_source": "WEB", "event_source_url": URL,
        "user_data": {"em": [h("a@example.com")], "sc_click_id": "2d3b"},
        "custom_data": {"value": 9.5, "currency": "EUR", "order_id": "o-1"}}  # fmt: skip
TIKTOK = {"event": "CompletePayment", "event_time": S, "event_id": "e-1", "page": {"url": URL},
          "user": {"email": h("a@example.com"), "ttclid": "E.C.P.x"},
          "properties": {"value": 9.5, "currency": "EUR", "order_id": "o-1"}}  # fmt: skip
LINKEDIN = {"conversion": "urn:lla:llaPartnerConversion:104012", "conversionHappenedAt": S * 1000, "eventId": "e-1",
            "conversionValue": {"currencyCode": "EUR", "amount": "9.5"},
            "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": h("a@example.com")},
                                 {"idType": "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "idValue": "df5gf5"}]}}  # fmt: skip
REDDIT = {"event_at": S * 1000, "action_source": "WEBSITE", "type": {"tracking_type": "PURCHASE"}, "click_id": "123",
          "user": {"email": h("a@example.com")},
          "metadata": {"conversion_id": "e-1", "value": 9.5, "currency": "EUR"}}  # fmt: skip
REDDIT_2 = {"event_at": ISO, "event_type": {"tracking_type": "Purchase"}, "user": {"email": h("a@example.com")},
            "event_metadata": {"conversion_id": "e-1", "value_decimal": 9.5, "currency": "EUR"}}  # fmt: skip
MICROSOFT = {"eventType": "custom", "eventName": "purchase", "eventId": "e-1", "eventTime": S, "eventSourceUrl": URL,
             "adStorageConsent": "G", "userData": {"em": h("a@example.com"), "msclkid": "ab12"},
             "customData": {"value": 9.5, "currency": "EUR", "transactionId": "o-1"}}  # fmt: skip
X = {"conversion_time": ISO, "event_id": "tw-o1-p2", "conversion_id": "e-1", "value": "9.5", "price_currency": "EUR",
     "identifiers": [{"twclid": "26l6412g5p4iyj65a2oic2ayg2"}, {"hashed_email": h("a@example.com")}]}  # fmt: skip
AMAZON = {"eventDescription": {"name": "Order", "conversionType": "OFF_AMAZON_PURCHASES", "eventSource": "WEBSITE"},
          "eventTime": ISO, "eventId": "e-1", "value": 9.5, "currencyCode": "EUR",
          "matchKeys": [{"type": "EMAIL", "values": [h("a@example.com")]}]}  # fmt: skip
UPLOAD = {"conversionAction": "customers/1/conversionActions/2", "conversionDateTime": "2026-11-23 15:30:00+00:00",
          "conversionValue": 9.5, "currencyCode": "EUR", "orderId": "o-1", "gclid": "Cj0KCQ_x",
          "userIdentifiers": [{"hashedEmail": h("a@example.com")}]}  # fmt: skip
INGEST = {"transactionId": "o-1", "eventTimestamp": ISO, "conversionValue": 9.5, "currency": "EUR", "eventSource": "WEB",
          "adIdentifiers": {"gclid": "Cj0KCQ_x"}, "userData": {"userIdentifiers": [{"emailAddress": h("a@example.com")}]},
          "consent": {"adUserData": "CONSENT_DENIED"}}  # fmt: skip

SHAPES: dict[str, tuple[str, str, Row]] = {
    "meta": ("meta", "https://graph.facebook.com/v24.0/1234567890/events", {"data": [META]}),
    "pinterest": ("pinterest", "https://api.pinterest.com/v5/ad_accounts/549/events", {"data": [PINTEREST]}),
    "snapchat": ("snapchat", "https://tr.snapchat.com/v3/abcd-1/events?access_token=t", {"data": [SNAP]}),
    "tiktok": ("tiktok", "https://business-api.tiktok.com/open_api/v1.3/event/track/",
               {"event_source": "web", "event_source_id": "CODE1234567890AB", "data": [TIKTOK]}),
    "linkedin": ("linkedin", "https://api.linkedin.com/rest/conversionEvents", {"elements": [LINKEDIN]}),
    "linkedin, one": ("linkedin", "https://api.linkedin.com/rest/conversionEvents", LINKEDIN),
    "reddit": ("reddit", "https://ads-api.reddit.com/api/v3/pixels/t2_a/conversion_events", {"data": {"events": [REDDIT]}}),
    "reddit v2": ("reddit", "https://ads-api.reddit.com/api/v2.0/conversions/events/t2_a", {"events": [REDDIT_2]}),
    "microsoft": ("microsoft", "https://capi.uet.microsoft.com/v1/355000/events", {"data": [MICROSOFT]}),
    "x": ("x", "https://ads-api.x.com/12/measurement/conversions/o1", {"conversions": [X]}),
    "amazon": ("amazon", "https://advertising-api.amazon.com/adsApi/v1/create/events", {"events": [AMAZON]}),
    "google ads upload": ("google_ads", "https://googleads.googleapis.com/v21/customers/1:uploadClickConversions",
                          {"conversions": [UPLOAD], "partialFailure": True}),
    "data manager": ("google_ads", "https://datamanager.googleapis.com/v1/events:ingest", {"events": [INGEST],
                     "destinations": [{"productDestinationId": "2"}], "encoding": "HEX"}),
}  # fmt: skip


def logged(url: str, body: Row, **more: Any) -> Row:
    return {"url": url, "body": body, "status": 200, **more}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("by", ["url", "shape"])
def test_what_a_payload_says(folder: Folder, name: str, by: str) -> None:
    platform, url, body = SHAPES[name]
    folder.put("requests.jsonl", [logged(url, body) if by == "url" else body] * 2)
    found = folder.read().rows
    assert len(found) == 2 and found[0]["platform"] == platform
    row = found[0]
    assert (row["t_ms"], row["value"], row["currency"], row["side"]) == (S * 1000, 9.5, "EUR", "server")
    assert row["em"] == 1 and row["em_v"] is not None, "one address as SHA-256 in hex"
    assert row["id_h"] is not None and row["accepted"] and not row["test"]
    if platform not in ("linkedin", "x", "google_ads"):
        assert row["event"] == "purchase" and row["known"]


CLICKS = {"pinterest": "epik", "snapchat": "sccid", "tiktok": "ttclid", "linkedin": "li_fat_id", "reddit": "rdt_cid",
          "microsoft": "msclkid", "x": "twclid", "google ads upload": "gclid", "data manager": "gclid", "meta": "fbp"}  # fmt: skip


@pytest.mark.parametrize("name", CLICKS)
def test_the_click_id_is_read(folder: Folder, name: str) -> None:
    _, url, body = SHAPES[name]
    folder.put("requests.jsonl", [logged(url, body)] * 2)
    assert folder.read().column(CLICKS[name]) == [6, 6], "plain"


ALIKE = {"meta": META, "pinterest": PINTEREST, "snapchat": SNAP}


@pytest.mark.parametrize("name", ALIKE)
def test_envelopes_that_look_alike_are_told_by_their_words(folder: Folder, name: str) -> None:
    other = {k: v for k, v in ALIKE[name].items() if k != "event_id"}
    folder.put("requests.jsonl", [{"data": [other]}, {"data": [ALIKE[name], ALIKE[name]]}])
    assert set(folder.read().column("platform")) == {name}


def test_a_reddit_id_is_compared_by_its_hash(folder: Folder) -> None:
    hit = {"side": "browser", "platform": "reddit", "event_name": "Purchase", "event_id": h("e-1"), "event_time": S}
    folder.put("requests.jsonl", [logged(*SHAPES["reddit"][1:])] * 2)
    folder.put("web.jsonl", [hit, hit | {"event_id": "e-1"}])
    ids = {(r["side"], r["id_h"]) for r in folder.read().rows}
    assert len({i for _, i in ids}) == 1 and len(ids) == 2


REFUSALS: dict[str, tuple[str, Row, list[bool]]] = {
    "pinterest": ("pinterest", {"num_events_received": 2, "num_events_processed": 1, "events": [
        {"status": "processed"}, {"status": "failed", "error_message": "no"}]}, [True, False]),
    "tiktok": ("tiktok", {"code": 40002, "message": "no"}, [False, False]),
    "tiktok ok": ("tiktok", {"code": 0, "message": "OK"}, [True, True]),
    "microsoft": ("microsoft", {"eventsReceived": 1, "error": {"code": "x", "details": [{"index": 1}]}}, [True, False]),
    "amazon": ("amazon", {"success": [{"index": 0}], "error": [{"index": 1, "errors": []}]}, [True, False]),
    "snapchat": ("snapchat", {"status": "INVALID", "reason": "no"}, [False, False]),
    "meta": ("meta", {"error": {"code": 100}}, [False, False]),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_an_answer_of_200_may_refuse(folder: Folder, name: str) -> None:
    shape, answer, accepted = REFUSALS[name]
    _, url, body = SHAPES[shape]
    (listed,) = [k for k, v in body.items() if isinstance(v, list)]
    two = {**body, listed: body[listed] * 2}
    folder.put("requests.jsonl", [logged(url, two, response=answer), logged(url, two, response=json.dumps(answer))])
    rows = sorted(folder.read().rows, key=lambda r: (r["line"], r["idx"]))
    assert [r["accepted"] for r in rows] == accepted * 2


TESTS = {
    "meta": ("meta", "", {"test_event_code": "TEST1"}),
    "tiktok": ("tiktok", "", {"test_event_code": "TEST1"}),
    "pinterest": ("pinterest", "?test=true", {}),
    "snapchat": ("snapchat", "", {}),
    "data manager": ("data manager", "", {"validateOnly": True}),
}


@pytest.mark.parametrize("name", TESTS)
def test_test_traffic_is_told(folder: Folder, name: str) -> None:
    shape, query, more = TESTS[name]
    _, url, body = SHAPES[shape]
    tested = url.replace("/events?", "/events/validate?") if name == "snapchat" else url + query
    off = {"validateOnly": False} if "validateOnly" in more else {}
    folder.put("requests.jsonl", [logged(tested, {**body, **more}), logged(url, {**body, **off})])
    assert [r["test"] for r in sorted(folder.read().rows, key=lambda r: r["line"])] == [True, False]


LIMITED = {
    "meta": ("data_processing_options", ["LDU"], []),
    "tiktok": ("limited_data_use", True, False),
    "snapchat": ("data_processing_options", ["LDU"], []),
}


@pytest.mark.parametrize("name", LIMITED)
def test_limits_on_the_use_of_data(folder: Folder, name: str) -> None:
    field, on, off = LIMITED[name]
    _, url, body = SHAPES[name]
    (event,) = body["data"]
    said = [{**body, "data": [{**event, field: value}]} for value in (on, off)]
    folder.put("requests.jsonl", [logged(url, b) for b in [*said, body]])
    found = [r["consents"] for r in sorted(folder.read().rows, key=lambda r: r["line"])]
    assert [json.loads(c)["ldu"] if c else None for c in found] == ["denied", "granted", None]


def test_consent_of_a_payload_is_a_column(folder: Folder) -> None:
    folder.put("requests.jsonl", [logged(*SHAPES["data manager"][1:]), logged(*SHAPES["microsoft"][1:])])
    found = {r["platform"]: (r["consent"], json.loads(r["consents"])) for r in folder.read().rows}
    assert found["google_ads"] == ("denied", {"ad_user_data": "denied"})
    assert found["microsoft"] == ("granted", {"ad_storage": "granted"})
