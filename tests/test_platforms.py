"""Platforms as data, and their decoders on hand-written hits."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hits import AT, CONVERSION, DIGEST, GA, PAGE, PRIVATE, PURCHASE, one, rows
from tagparity.core.platform import Hashing, Hit, Platform
from tagparity.core.rows import FIELDS, MATCH_KEYS, RAW_COLUMNS
from tagparity.platforms import PLATFORMS, by_alias
from tagparity.platforms._wire import body_params, iso, json_value


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda p: p.id)
def test_every_platform_names_only_known_columns(platform: Platform) -> None:
    assert set(platform.keys) <= set(MATCH_KEYS)
    assert set(platform.fallback) <= set(MATCH_KEYS)
    assert all(set(columns) <= set(RAW_COLUMNS) for columns in platform.id_columns.values())
    assert platform.sources and "" in platform.id_columns
    assert platform.window_s is None or platform.window_s > 0
    assert re.compile(platform.destination)
    assert {m.key for m in (*platform.click_ids, *platform.cookies)} <= {"", *MATCH_KEYS}
    for shape in platform.servers:
        assert set(shape.fields) <= set(FIELDS) and re.compile(shape.url)
        assert all(re.fullmatch(r"[a-z0-9_]{1,40}", name) for name in shape.consents)


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda p: p.id)
def test_old_names_become_names_the_platform_knows(platform: Platform) -> None:
    assert all(platform.names[old] == platform.names[new] for old, new in platform.same_as.items())


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("facebook", "meta"),
        ("FB", "meta"),
        ("Meta Ads", "meta"),
        ("Google-Analytics", "ga4"),
        ("g4", "ga4"),
        ("Tik Tok", "tiktok"),
        ("google_ads", "google_ads"),
        ("AdWords", "google_ads"),
    ],
)
def test_aliases(name: str, platform: str) -> None:
    found = by_alias(name)
    assert found and found.id == platform


def test_unknown_alias() -> None:
    assert by_alias("nobody") is None


def test_an_alias_means_one_platform() -> None:
    assert all(by_alias(a) is p for p in PLATFORMS.values() for a in (p.id, p.title, *p.aliases))


@pytest.mark.parametrize(
    ("platform", "url", "matches"),
    [
        ("meta", "https://graph.facebook.com/v21.0/123456789/events?access_token=x", True),
        ("meta", "http://127.0.0.1:8080/meta/v21.0/123456789/events", True),
        ("meta", "https://graph.facebook.com/v21.0/123456789/adsets", False),
        ("tiktok", "https://business-api.tiktok.com/open_api/v1.3/event/track/", True),
        ("tiktok", "https://business-api.tiktok.com/open_api/v1.2/pixel/batch/", True),
        ("ga4", "https://www.google-analytics.com/mp/collect?measurement_id=G-1", True),
        ("ga4", "https://www.google-analytics.com/debug/mp/collect?measurement_id=G-1", True),
        ("ga4", "https://www.google-analytics.com/g/collect?v=2", False),
        ("meta", "https://gw.example.com/capi/123456789/events", True),
        ("google_ads", "https://googleads.googleapis.com/v18/customers/1:uploadClickConversions", True),
        ("google_ads", "https://datamanager.googleapis.com/v1/events:ingest", True),
        ("google_ads", "https://datamanager.googleapis.com/v1/audienceMembers:ingest", False),
    ],
)
def test_server_urls(platform: str, url: str, matches: bool) -> None:
    found = next((m for s in PLATFORMS[platform].servers if (m := re.search(s.url, url))), None)
    assert bool(found) is matches
    if found and platform == "meta":
        assert found["dest"] == "123456789"


def test_keys_say_how_they_are_sent() -> None:
    meta, tiktok = PLATFORMS["meta"].keys, PLATFORMS["tiktok"].keys
    assert meta["ct"].hashing is Hashing.REQUIRED and tiktok["ct"].hashing is Hashing.NEVER
    assert meta["external_id"].hashing is Hashing.EITHER and meta["em"].list_ok and not meta["fbp"].list_ok


@pytest.mark.parametrize(
    ("source", "meta"),
    [
        ("website", True),
        ("Website", True),
        ("", True),
        ("business_messaging", True),
        ("WEB", False),
        ("app_ios", False),
    ],
)
def test_meta_leaves_the_sources_of_others(source: str, meta: bool) -> None:
    marks = [s.marks["action_source"] for s in PLATFORMS["meta"].servers]
    assert [bool(re.search(m, source)) for m in marks] == [meta, meta]


# --- Meta

TR = "https://www.facebook.com/tr/"
META = {
    "id": "1234567890",
    "ev": "Purchase",
    "dl": PAGE,
    "ts": str(AT),
    "ec": "1",
    "eid": "e-1",
    "cd[value]": "10.5",
    "cd[currency]": "EUR",
    "cd[order_id]": "T-1",
    "ud[em]": DIGEST,
    "udff[em]": "b" * 64,
    "ud[cn]": DIGEST,
    "fbp": "fb.1.1.2",
    "a": "tmgoogletagmanager",
    "v": "2.9.248",
    "it": "1",
    "rqm": "GET",
}


def test_meta_event_in_the_query() -> None:
    row = one("meta", f"{TR}?{urlencode(META)}")
    assert row["event_name"] == "Purchase" and row["event_id"] == "e-1" and row["order_id"] == "T-1"
    assert (row["value"], row["currency"], row["em"], row["country"]) == ("10.5", "EUR", DIGEST, DIGEST)
    assert row["event_time"] == "2026-11-23T15:30:00.000+00:00" and row["sender"] == "tmgoogletagmanager"
    assert "automatic" not in row


def test_meta_post_with_an_empty_query() -> None:
    assert one("meta", TR, urlencode(META), "POST")["event_id"] == "e-1"


def test_meta_multipart_only_in_text() -> None:
    parts = "".join(f'--B\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in META.items())
    assert one("meta", TR, f"{parts}--B--\r\n", "POST")["order_id"] == "T-1"


def test_meta_trigger_copy_mirrors_the_event() -> None:
    copy = "https://www.facebook.com/privacy_sandbox/pixel/register/trigger/?" + urlencode(META | {"rqm": "FGET"})
    assert one("meta", copy)["_mirror"] == one("meta", f"{TR}?{urlencode(META)}")["_mirror"]


def test_meta_noscript_has_neither_id_nor_mirror() -> None:
    row = one("meta", f"{TR[:-1]}?id=1234567890&ev=PageView&noscript=1")
    assert "event_id" not in row and "_mirror" not in row and row["url"] == PAGE


def test_meta_id_among_custom_data_is_no_event_id() -> None:
    assert "event_id" not in one("meta", f"{TR}?id=1234567890&ev=Lead&cd[eventID]=x")


@pytest.mark.parametrize("query", ["es=automatic&ev=ViewContent", "ev=SubscribedButtonClick", "ev=Microdata"])
def test_meta_automatic_events(query: str) -> None:
    assert one("meta", f"{TR}?id=1234567890&{query}")["automatic"] is True


@pytest.mark.parametrize(
    "url",
    [
        f"{TR}?id=99&ev=fb_page_view",
        f"{TR}?id=99&ev=PixelInitialized",
        "https://www.facebook.com/privacy_sandbox/topics/registration/?id=1",
        "https://connect.facebook.net/log/fbevents_telemetry/",
        TR,
    ],
)
def test_meta_companions(url: str) -> None:
    assert rows("meta", url) == []


def test_meta_custom_endpoint_by_shape_only() -> None:
    assert one("meta", f"https://shop.example/px/abc?{urlencode(META)}")["event_id"] == "e-1"
    assert rows("meta", "https://shop.example/tr/?id=1234567890&ev=Purchase") is None
    assert rows("meta", "https://www.facebook.com/shop") is None


@pytest.mark.parametrize(("dpo", "ldu"), [("LDU", "denied"), ('["LDU"]', "denied"), ("", "granted")])
def test_meta_limited_data_use_limits_processing_and_is_no_refusal(dpo: str, ldu: str) -> None:
    row = one("meta", f"{TR}?id=1234567890&ev=Lead&dpo={quote(dpo)}&dpoco=0&dpost=0")
    assert "consent" not in row and row["consents"] == {"ldu": ldu}


def test_meta_says_nothing_of_limits_that_were_not_set() -> None:
    assert "consents" not in one("meta", f"{TR}?id=1234567890&ev=Lead")


@pytest.mark.parametrize(
    ("extra", "automatic"),
    [
        ({"est_source": "1"}, True),
        ({"ev": "PageView", "eid": "", "dlc": "1"}, True),
        ({"ev": "PageView", "eid": "ob3_plugin-set_" + DIGEST, "dlc": "1"}, True),
        ({"ev": "PageView", "dlc": "1"}, False),
        ({"ev": "PageView", "eid": "", "dlc": "1", "ec": "0"}, False),
        ({"ev": "PageView", "eid": "", "dlc": "1", "tm": "1"}, False),
        ({"ev": "PageView", "eid": ""}, False),
    ],
)
def test_meta_events_the_script_adds(extra: dict[str, str], automatic: bool) -> None:
    assert one("meta", f"{TR}?{urlencode(META | extra)}").get("automatic", False) is automatic


def test_meta_routes() -> None:
    assert one("meta", f"{TR}?{urlencode(META)}")["route"] == "direct"
    assert one("meta", f"https://shop.example/px/abc?{urlencode(META)}")["route"] == "first_party"


def test_meta_batch_in_the_query() -> None:
    packed = urlencode([("batch", "1"), ("events[]", "id=1234567890&ev=Lead&eid=a"), ("events[]", "id=1&ev=Search")])
    found = rows("meta", f"{TR}?{packed}")
    assert found and [(r["event_name"], r.get("event_id")) for r in found] == [("Lead", "a"), ("Search", None)]


def gateway(**extra: object) -> str:
    event = {
        "event_name": "Purchase",
        "event_id": "e-1",
        "fb.pixel_id": "1234567890",
        "fb.fbp": "fb.1.1795447800000.5",
        "fb.clickID": "fb.1.1795447800000.IwAR",
        "fb.advanced_matching": {"em": DIGEST, "cn": DIGEST},
        "conversion_value": {"value": 10.5, "currency": "EUR"},
        "custom_data": {"order_id": "T-1"},
        "website_context": {"location": PAGE, "referrer": "", "isInIFrame": False},
    }
    return json.dumps(event | extra)


CEE = "https://gw.example.com/open/events?cee=no"


def test_meta_gateway_copy_repeats_the_beacon() -> None:
    row = one("meta", CEE, gateway(), "POST")
    assert (row["event_id"], row["order_id"], row["value"], row["currency"]) == ("e-1", "T-1", "10.5", "EUR")
    assert (row["em"], row["country"], row["url"], row["route"]) == (DIGEST, DIGEST, PAGE, "first_party")
    assert row["_hop_of"] == one("meta", f"{TR}?{urlencode(META)}")["_origin"]
    assert rows("meta", CEE, '{"fb.pixel_id": "1234567890"}', "POST") is None
    assert rows("meta", CEE, gateway(**{"fb.pixel_id": "x"}), "POST") == []
    assert rows("meta", "https://gw.example.com/sg_v1_pl_1/e", "{}", "POST") == []


def test_meta_ids_of_the_library() -> None:
    made = PLATFORMS["meta"].library_id
    assert re.fullmatch(made, "ob3_plugin-set_" + DIGEST) and not re.fullmatch(made, "ob3_plugin-set_1")


# --- hostile input


def test_bodies_that_bite() -> None:
    assert json_value("[" * 100_000) is None
    assert json_value('"' + "x" * (1 << 21) + '"') is None
    assert json_value("9" * 6000) is None
    assert len(body_params("&".join(["a=b"] * 5000))) <= 2000
    assert iso("9" * 40) is None and iso("١٢٣٤٥٦٧٨٩٠١٢") is None


NAMES = st.sampled_from(
    [
        *META,
        *GA,
        *PURCHASE,
        *CONVERSION,
        "_eu",
        "em",
        "data",
        "analytics_message",
        "is_vtc",
        "dpo",
        "sst.x",
        "es",
        "gpp",
        "gdpr_consent",
    ]
)
HOSTS = st.sampled_from(["www.facebook.com", "www.google.com", "analytics.tiktok.com", "shop.example", ""])
PATHS = st.sampled_from(
    [
        "/tr/",
        "/g/collect",
        "/api/v2/pixel",
        "/pagead/conversion/1234567890/",
        "/x",
        "",
        "/activity;src=123;type=a;ord=1",
    ]
)
NESTED = st.sampled_from(["event", "context", "pixel", "user", "code", "email", "properties", "message_id"])
JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(NESTED, c)
)


@given(
    host=HOSTS,
    path=PATHS,
    params=st.lists(st.tuples(NAMES | st.text(), st.text() | st.sampled_from(["2", "G-A1", "1234567890"]))),
    body=st.text() | JSONS.map(json.dumps),
    at=st.none() | st.integers(),
)
def test_decoders_never_raise(host: str, path: str, params: list[tuple[str, str]], body: str, at: int | None) -> None:
    wild = Hit("POST", host, path, tuple(params), body, PAGE, at, 200)
    for platform in PLATFORMS.values():
        for row in (platform.decode(wild) if platform.decode else None) or []:
            assert set(row) <= {*RAW_COLUMNS, *PRIVATE} and row["platform"] == platform.id and row["event_name"]
