"""GA4 and Google Ads decoders on hand-written hits."""

from __future__ import annotations

import base64
from urllib.parse import quote, urlencode

import pytest

from hits import ADS, CONVERSION, GA, PURCHASE, one, rows
from tagparity.platforms._google import consent, em_keys, gcd_states

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
    assert row["_mirror"] == "1234567890||1795447800767"


@pytest.mark.parametrize("path", ["ccm/collect?en=purchase&tid=AW-1", "ccm/form-data/1234567890", "td/rul/1234567890"])
def test_ads_companions(path: str) -> None:
    assert rows("google_ads", f"https://www.google.com/{path}") == []
