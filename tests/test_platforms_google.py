"""GA4 and Google Ads decoders on hand-written hits."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import duckdb
import pytest

from hits import ADS, CONVERSION, GA, PURCHASE, one, rows
from tagparity.platforms import PLATFORMS
from tagparity.platforms._google import consent, em_keys, gcd_states
from tagparity.tables.ingest import Ingest

# --- GA4


def test_ga4_direct() -> None:
    row = one("ga4", f"https://region1.google-analytics.com/g/collect?{urlencode(GA | PURCHASE)}")
    assert (row["transaction_id"], row["event_id"], row["value"], row["currency"]) == ("T-1", "e-1", "10.5", "EUR")
    assert (row["client_id"], row["user_id"], row["consent"], row["route"]) == ("1.2", "u-1", "granted", "direct")


@pytest.mark.parametrize(
    ("url", "extra", "route"),
    [
        ("https://www.google.com/g/collect", {}, "direct"),
        ("https://t.shop.example/x9/collect", {"sst.rnd": "1"}, "sgtm"),
        ("https://t.shop.example/g/collect", {"richsstsse": ""}, "sgtm"),
        ("https://shop.example/metrics/ga/g/c", {}, "gateway"),
        ("https://shop.example/metrics/x", {"fp": "1"}, "gateway"),
        ("https://t.shop.example/g/collect", {"_fplc": "0"}, "proxy_legacy"),
        ("https://t.shop.example/g/collect", {}, "custom_unknown"),
    ],
)
def test_ga4_routes(url: str, extra: dict[str, str], route: str) -> None:
    assert one("ga4", f"{url}?{urlencode(GA | PURCHASE | extra)}")["route"] == route


def test_ga4_batch_lays_lines_over_the_query() -> None:
    body = "en=page_view\r\nen=scroll&epn.percent_scrolled=90&_eu=AEAAAAQ\r\n_et=5"
    found = rows("ga4", f"https://t.shop.example/g/collect?{urlencode(GA)}", body, "POST")
    assert found
    assert [(r["event_name"], r.get("automatic", False)) for r in found] == [("page_view", False), ("scroll", True)]
    assert len({r["_mirror"] for r in found}) == 2


def test_ga4_flags_in_the_url_cover_every_line() -> None:
    found = rows(
        "ga4", f"https://t.shop.example/g/collect?{urlencode(GA)}&_eu=AEAAAAQ", "en=scroll\r\nen=click", "POST"
    )
    assert found and [r["automatic"] for r in found] == [True, True]


@pytest.mark.parametrize("name", ["user_engagement", "session_start", "first_visit"])
def test_ga4_library_events_are_automatic(name: str) -> None:
    assert one("ga4", f"https://t.shop.example/c?{urlencode(GA | {'en': name})}")["automatic"] is True


@pytest.mark.parametrize("prefix", ["/g/collect?", ""])
def test_ga4_inside_base64(prefix: str) -> None:
    packed = base64.urlsafe_b64encode((prefix + urlencode(GA | PURCHASE)).encode()).decode().rstrip("=")
    assert one("ga4", f"https://data.shop.example/6ifb?de5cc8ea={quote(packed)}")["transaction_id"] == "T-1"


def test_ga4_user_data_for_a_server_container() -> None:
    user = {"ep.user_data.email": "jane@example.com", "ep.user_data.address.0.first_name": "Jane"}
    row = one("ga4", f"https://t.shop.example/g/collect?{urlencode(GA | PURCHASE | user)}")
    assert row["em"] == "jane@example.com" and row["fn"] == "Jane"


@pytest.mark.parametrize(
    "url",
    [
        f"https://stats.g.doubleclick.net/g/collect?{urlencode(GA)}",
        f"https://www.google.com/ads/ga-audiences?{urlencode(GA)}",
        f"https://www.google-analytics.com/g/s/collect?{urlencode(GA)}",
    ],
)
def test_ga4_companions(url: str) -> None:
    assert rows("ga4", url) == []


def test_ga4_leaves_others_alone() -> None:
    assert rows("ga4", "https://www.google-analytics.com/collect?v=1&tid=UA-1-1&t=pageview") is None
    assert rows("ga4", "https://www.google.com/ccm/collect?en=purchase&tid=AW-1") is None


@pytest.mark.parametrize(
    ("gcd", "states"),
    [
        ("13l3l3l3l1l1", ["granted"] * 4),
        ("11l1l1l1l1", [None] * 4),
        ("13p3p3p2p5l1", ["denied"] * 4),
        ("13r3r3r2r5l1", ["granted"] * 4),
        ("13q3q3q3q5", ["denied"] * 4),
        ("13u3v3q3t5", ["denied", "granted", "denied", "granted"]),
        ("13t3tPt2t5l1", ["granted"] * 4),
        ("13m3nPl2n5l1", ["denied", "granted", "denied", "granted"]),
        ("nonsense", [None] * 4),
    ],
)
def test_gcd(gcd: str, states: list[str | None]) -> None:
    names = ("ad_storage", "analytics_storage", "ad_user_data", "ad_personalization")
    assert [gcd_states(gcd).get(n) for n in names] == states


@pytest.mark.parametrize(
    ("params", "verdict"),
    [
        ({"gcs": "G111", "gcd": "13r3r3r2r5l1"}, "granted"),
        ({"gcs": "G100"}, "denied"),
        ({"gcs": "G1--"}, "unknown"),
        ({"gcs": "G111", "gcd": "13t3t3m3t5l1"}, "denied"),
        ({"gcd": "13l3l3l3l1l1"}, "unknown"),
        ({}, None),
    ],
)
def test_consent_of_a_google_hit(params: dict[str, str], verdict: str | None) -> None:
    assert consent(params) == verdict


def test_em_token() -> None:
    token = "tv.1~em.AAA~pn0.BBB~pn1.CCC~fn0.e1~co.US"
    assert em_keys(token) == {"em": "AAA", "ph": ["BBB", "CCC"], "country": "US"}
    assert em_keys(quote(quote("tv.1~em.AAA"))) == {"em": "AAA"}
    assert em_keys("tv.1~ec.e0") == {} == em_keys("tv.1")


# --- Google Ads


def test_ads_conversion_and_its_parallel_ping() -> None:
    row = one("google_ads", f"https://www.googleadservices.com/pagead/conversion/1234567890/?{urlencode(CONVERSION)}")
    ping = one("google_ads", f"https://www.googleadservices.com/ccm/conversion/1234567890/?{urlencode(CONVERSION)}")
    assert row["event_name"] == "conversion" and row["destination_id"] == "AW-1234567890/AbC-d"
    assert (row["transaction_id"], row["em"], row["consent"]) == ("T-1", "AAA", "granted")
    assert row["_mirror"] == ping["_mirror"]


def test_ads_path_does_not_decide() -> None:
    hop = CONVERSION | {"ct_cookie_present": "false", "random": "1"}
    base = "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1234567890/"
    row = one("google_ads", f"{base}?{urlencode(hop)}")
    origin = one(
        "google_ads", f"https://www.googleadservices.com/pagead/conversion/1234567890/?{urlencode(CONVERSION)}"
    )
    assert row["event_name"] == "conversion" and row["_hop_of"] == origin["_origin"]
    plain = one("google_ads", f"https://www.googleadservices.com/pagead/conversion/1234567890/?{urlencode(ADS)}")
    assert plain["event_name"] == "gtag.config"


def test_ads_remarketing_hop_keeps_the_first_random() -> None:
    base = "https://www.google.com/pagead/1p-user-list/1234567890/"
    row = one("google_ads", f"{base}?{urlencode(ADS | {'data': 'event=view_item;event_id=e-9'})}&is_vtc=1&random=7")
    assert row["event_name"] == "view_item" and row["event_id"] == "e-9"
    assert row["_mirror"] == "1234567890||1795447800767" and row["_hop"] == "pagead/1p-user-list"


@pytest.mark.parametrize("fst", ["1795447800767", "1795446000000", "*"])
def test_ads_hops_name_the_origin_by_the_hour(fst: str) -> None:
    base = "https://www.google.com/{}/1234567890/"
    origin = one("google_ads", f"{base.format('pagead/conversion')}?{urlencode(ADS)}")
    assert (
        origin["_origin"]
        == one("google_ads", f"{base.format('ads/user-lists')}?{urlencode(ADS | {'fst': fst})}")["_hop_of"]
    )
    later = ADS | {"fst": "1795451400767"}
    assert origin["_origin"] != one("google_ads", f"{base.format('ads/user-lists')}?{urlencode(later)}")["_hop_of"]


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("https://www.google.com/pagead/1p-conversion/1234567890/", "direct"),
        ("https://shop.example/metrics/g/d/pagead/1p-conversion/1234567890/", "gateway"),
        ("https://shop.example/metrics/as/d/pagead/conversion/1234567890/", "gateway"),
        ("https://shop.example/metrics/gs/ccm/conversion/1234567890/", "gateway"),
    ],
)
def test_ads_routes(url: str, route: str) -> None:
    row = one("google_ads", f"{url}?{urlencode(CONVERSION)}")
    assert row["route"] == route and row["destination_id"] == "AW-1234567890/AbC-d"


def test_ads_pings_behind_a_gateway_are_no_events() -> None:
    ping = "tid=AW-1234567890&en=purchase&gtm=45be6171v9236112303"
    assert rows("google_ads", f"https://shop.example/metrics/g/d/ccm/collect?{ping}") == []
    assert rows("google_ads", "https://shop.example/ccm/collect") is None


@pytest.mark.parametrize("path", ["ccm/collect?en=purchase&tid=AW-1", "ccm/form-data/1234567890", "td/rul/1234567890"])
def test_ads_companions(path: str) -> None:
    assert rows("google_ads", f"https://www.google.com/{path}") == []


# --- Floodlight

SAME = "src=1234567;type=sales0;cat=thank0;qty=1;cost=10.5;ord=T-1;gcs=G111;gcd=13t3t3t3t5l1;~oref=https%3A%2F%2Fshop.example%2F"


@pytest.mark.parametrize(
    "url",
    [
        "https://ad.doubleclick.net/activity;{};dc_fmt=3?",
        "https://1234567.fls.doubleclick.net/activityi;dc_pre=CJ1;{}?",
        "https://ad.doubleclick.net/activity;register_conversion=1;{}?",
        "https://ad.doubleclick.net/ddm/activity/{}",
        "https://adservice.google.com/ddm/fls/z/{}",
    ],
)
def test_floodlight_copies_of_one_activity(url: str) -> None:
    row = one("floodlight", url.format(SAME))
    assert (row["destination_id"], row["event_name"], row["transaction_id"]) == ("DC-1234567", "sales0/thank0", "T-1")
    assert (row["value"], row["url"], row["consent"]) == ("10.5", "https://shop.example/", "granted")
    assert row["_mirror"] == "1234567|sales0|thank0|T-1||https://shop.example/"


def test_floodlight_constant_ord_keeps_pages_apart() -> None:
    pages = [f"https://ad.doubleclick.net/activity;src=123;type=a;cat=b;ord=1;~oref={p}?" for p in ("x", "y")]
    first, second = (one("floodlight", p) for p in pages)
    assert first["_mirror"] != second["_mirror"] and "transaction_id" not in first


def test_floodlight_leaves_others_alone() -> None:
    assert rows("floodlight", f"https://td.doubleclick.net/td/fls/rul/activityi;fledge=1;{SAME}?") == []
    assert rows("floodlight", "https://shop.example/activity;src=1234567;type=a;cat=b") is None
    assert rows("floodlight", "https://ad.doubleclick.net/adj/N1/x;ord=1?") is None


# --- what a request is that carries no event

HIDDEN = base64.b64encode(b"id=GTM-ABC1234&sort=asc").decode()


@pytest.mark.parametrize(
    ("platform", "url", "kind"),
    [
        ("ga4", "www.googletagmanager.com/gtm.js?id=GTM-ABC123", "loader"),
        ("ga4", "www.googletagmanager.com/gtag/js?id=G-ABC123&l=dataLayer", "loader"),
        ("google_ads", "www.googletagmanager.com/gtag/js?id=AW-123456789", "loader"),
        ("google_ads", "www.googletagmanager.com/gtag/destination?l=x&id=DC-123456", "loader"),
        ("ga4", f"data.shop.example/ab1x.js?q={HIDDEN}", "loader"),
        ("ga4", "t.shop.example/_/service_worker/63b0/sw_iframe.html", "loader"),
        ("ga4", "stats.g.doubleclick.net/g/collect?v=2&tid=G-ABC123", "diagnostic"),
        ("ga4", "www.google.co.uk/ads/ga-audiences?v=1&t=sr", "diagnostic"),
        ("ga4", "www.googletagmanager.com/a?id=GTM-ABC123&v=3", "diagnostic"),
        ("ga4", "www.google-analytics.com/g/s/collect?v=2", "cookie-sync"),
        ("ga4", "www.google-analytics.com/j/collect?v=1&tid=UA-1-1", "other"),
        ("ga4", "www.google-analytics.com/collect", "other"),
        ("ga4", "www.google-analytics.com/g/collect?v=2&tid=G-ABC123", None),
        ("ga4", f"t.shop.example/x?p={'a1' * 12}:{'b2' * 40}", "unreadable"),
        ("google_ads", "www.google.com/ccm/collect?en=purchase&tid=AW-1", "diagnostic"),
        ("google_ads", "www.google.com/ccm/form-data/1234567890", "diagnostic"),
        ("google_ads", "shop.example/metrics/g/measurement/conversion?gtm=45", "twin"),
        ("google_ads", "www.googleadservices.com/pagead/set_partitioned_cookie?tid=AW-1", "cookie-sync"),
        ("google_ads", "td.doubleclick.net/td/rul/1234567890?random=1", "diagnostic"),
        ("google_ads", "cm.g.doubleclick.net/pixel?google_nid=x", "cookie-sync"),
        ("floodlight", "td.doubleclick.net/td/fls/rul/activityi;src=123", "diagnostic"),
        ("meta", "connect.facebook.net/en_US/fbevents.js", "loader"),
        ("meta", "connect.facebook.net/signals/config/123?v=2.9", "loader"),
        ("meta", "connect.facebook.net/signals/plugins/openbridge3.js", "loader"),
        ("meta", "connect.facebook.net/log/fbevents_telemetry/", "diagnostic"),
        ("meta", "www.facebook.com/privacy_sandbox/topics/registration/?id=1", "diagnostic"),
        ("meta", "www.facebook.com/tr/?id=1&ev=fb_page_view", "automatic"),
        ("meta", "www.facebook.com/tr/", None),
        ("tiktok", "analytics.tiktok.com/i18n/pixel/events.js?sdkid=C0DE", "loader"),
        ("tiktok", "analytics.tiktok.com/api/v2/pixel/act", "diagnostic"),
        ("tiktok", "analytics.tiktok.com/api/v2/monitor", "diagnostic"),
        ("tiktok", "analytics.tiktok.com/api/v2/pixel", None),
    ],
)
def test_kinds(platform: str, url: str, kind: str | None) -> None:
    known = PLATFORMS[platform]
    told = next((k for k, pattern in known.kinds if re.search(pattern, url, re.IGNORECASE)), None)
    host = url.split("/", maxsplit=1)[0]
    assert told == kind
    assert rows(platform, f"https://{url}") == [] or re.search(known.hosts, host)


def test_requests_of_no_vendor_have_no_owner() -> None:
    hosts = ("www.google.com", "fonts.googleapis.com", "shop.example", "notfacebook.com", "www.tiktok.com")
    assert not [h for h in hosts for p in PLATFORMS.values() if p.hosts and re.search(p.hosts, h)]


@pytest.mark.parametrize(
    ("platform", "name", "value"),
    [
        ("ga4", "_ga", "GA1.1.1549150340.1795447914"),
        ("ga4", "_ga_*", "GS2.1.s1795447914$o1$g0$t1795447914$j60$l0$h1"),
        ("ga4", "FPID", "FPID2.2.abcDEF123%3D.1795447914"),
        ("google_ads", "_gcl_aw", "GCL.1795447914.Cj0KCQ-abc_wcB"),
        ("google_ads", "_gcl_au", "1.1.115745644.1795447915"),
        ("google_ads", "FPGCLAW", "2.1.kCj0KCQ-abc$i1795447914"),
        ("meta", "_fbp", "fb.1.1795447784781.275893217523877350"),
        ("meta", "_fbc", "fb.1.1795447784765.IwAR0LabClickId123.AQECAQMB"),
        ("tiktok", "_ttp", "01M84GJ1A1A1CGRZA5PT42Z3AV_.tt.1"),
    ],
)
def test_cookies(platform: str, name: str, value: str) -> None:
    mark = next(m for m in PLATFORMS[platform].cookies if m.name == name)
    assert re.search(mark.pattern, value) and not re.search(mark.pattern, "undefined")


# --- payloads of the server

UPLOAD = {"conversionAction": "customers/1/conversionActions/2", "conversionDateTime": "2026-11-23 12:00:00+01:00"}
SNAKE = {"conversion_action": "customers/1/conversionActions/2", "conversion_date_time": "2026-11-23 12:00:00+01:00"}
HASHED_USER = {"userIdentifiers": [{"hashedEmail": "a" * 64}]}
FAILED = {"details": [{"errors": [{"location": {"fieldPathElements": [{"fieldName": "conversions", "index": 1}]}}]}]}
NOON = 1_795_431_600_000  # 2026-11-23 12:00 at UTC+1


def read(tmp_path: Path, *payloads: object) -> list[tuple[object, ...]]:
    con = duckdb.connect()
    ingest = Ingest(con, tmp_path, PLATFORMS.values())
    ingest.payload_log(1, [(1, "\n".join(json.dumps(p) for p in payloads))])
    return con.execute(
        "SELECT platform, event, t_ms, accepted, em <> 0, consents FROM events ORDER BY line, idx"
    ).fetchall()


def test_click_conversions_in_both_writings(tmp_path: Path) -> None:
    camel = UPLOAD | HASHED_USER | {"consent": {"adUserData": "DENIED", "adPersonalization": "GRANTED"}}
    found = read(tmp_path, {"conversions": [camel], "partialFailure": True}, {"conversions": [SNAKE]}, UPLOAD)
    states = '{"ad_user_data":"denied","ad_personalization":"granted"}'
    action = UPLOAD["conversionAction"]
    assert found[0] == ("google_ads", action, NOON, True, True, states)
    assert [r[:3] for r in found] == [("google_ads", action, NOON)] * 3


def test_click_conversions_refused_one_by_one(tmp_path: Path) -> None:
    url = "https://googleads.googleapis.com/v18/customers/1:uploadClickConversions"
    logged = {"url": url, "body": {"conversions": [UPLOAD, UPLOAD]}, "response": {"partialFailureError": FAILED}}
    assert [r[3] for r in read(tmp_path, logged)] == [True, False]


def test_lists_of_other_conversions_are_not_claimed(tmp_path: Path) -> None:
    assert read(tmp_path, {"conversions": [{"conversionAction": "x", "conversionDateTime": "2026-11-23"}]}) == []


def test_data_manager(tmp_path: Path) -> None:
    event = {
        "transactionId": "T-1",
        "eventTimestamp": "2026-11-23T11:00:00Z",
        "eventSource": "WEB",
        "userData": {"userIdentifiers": [{"phoneNumber": "b" * 64}, {"emailAddress": "a" * 64}]},
    }
    body = {
        "destinations": [{"productDestinationId": "99", "operatingAccount": {"accountId": "1"}}],
        "events": [event, event | {"consent": {"adUserData": "CONSENT_DENIED"}}],
        "consent": {"adUserData": "CONSENT_GRANTED"},
    }
    first, second = read(tmp_path, body)
    assert first == ("google_ads", "99", NOON, True, True, '{"ad_user_data":"granted"}')
    assert second[5] == '{"ad_user_data":"denied"}'


def test_measurement_protocol_consent(tmp_path: Path) -> None:
    body = {"client_id": "1.2", "events": [{"name": "purchase"}], "consent": {"ad_user_data": "DENIED"}}
    assert [r[5] for r in read(tmp_path, body)] == ['{"ad_user_data":"denied"}']


def test_meta_and_tiktok_shapes(tmp_path: Path) -> None:
    sent = {"event_name": "Lead", "event_time": NOON // 1000, "action_source": "website", "user_data": {}}
    old = {"event": "CompletePayment", "timestamp": "2026-11-23T11:00:00Z", "context": {"user": {"email": "a" * 64}}}
    found = read(
        tmp_path,
        {"accessKey": "x", "data": [sent | {"data_processing_options": ["LDU"]}]},
        {
            "url": "https://graph.facebook.com/v21.0/1/events",
            "body": {"data": [sent]},
            "response": {"events_received": 0},
        },
        {"pixel_code": "C0DE0000000000000000", "batch": [old]},
        old | {"pixel_code": "C0DE0000000000000000"},
        {"event_source_id": "C", "data": [{"event": "Lead", "event_time": NOON // 1000, "limited_data_use": False}]},
    )
    assert found == [
        ("meta", "generate_lead", NOON, True, False, '{"ldu":"denied"}'),
        ("meta", "generate_lead", NOON, False, False, None),
        ("tiktok", "purchase", NOON, True, True, None),
        ("tiktok", "purchase", NOON, True, True, None),
        ("tiktok", "generate_lead", NOON, True, False, '{"ldu":"granted"}'),
    ]
