"""The HAR reader: odd programs, broken entries, mirrors, routing, cookies, leaks; and real captures where present."""

from __future__ import annotations

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagparity.platforms import PLATFORMS
from tagparity.readers import har
from tagparity.readers._har_entry import epoch_ms
from tagparity.readers.har import Capture

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
PAGE = "https://shop.example.com/thanks"
META = f"https://www.facebook.com/tr/?id=1234567890&ev=Purchase&ts=1795447800691&ec=1&eid=e-1&dl={quote(PAGE, '')}"
GA = "v=2&tid=G-ABC1234567&cid=1.2&en=purchase&ep.transaction_id=T-1"


def entry(url: str, **extra: Any) -> dict[str, Any]:
    headers = [{"name": "Referer", "value": extra.pop("referer", PAGE)}]
    response = {"status": 200, "headers": [], "redirectURL": ""} | extra.pop("response", {})
    request = {"method": "GET", "url": url, "headers": headers} | extra.pop("request", {})
    return {"startedDateTime": "2026-11-23T15:30:00.691Z", "request": request, "response": response} | extra


def post(url: str, **data: Any) -> dict[str, Any]:
    return entry(url, request={"method": "POST", "postData": data, "bodySize": data.pop("size", 0)})


def document(url: str) -> dict[str, Any]:
    return entry(url, referer="", response={"content": {"mimeType": "text/html; charset=utf-8"}})


def read(*entries: object, **log: object) -> Capture:
    return har.read("a.har", {"log": {"version": "1.2", "entries": list(entries), **log}}, PLATFORMS.values())


def test_sniff() -> None:
    assert har.sniff({"log": {"entries": []}})
    assert not any(har.sniff(x) for x in (None, [], {}, {"log": []}, {"log": {"entries": {}}}, "log"))


def test_rows_say_where_they_stand() -> None:
    capture = read(document(PAGE), entry(META))
    (row,) = capture.rows
    assert (row["line"], row["index"], row["status"], row["event_id"]) == (1, 0, "200", "e-1")
    assert not any(k.startswith("_") for k in row)
    assert (capture.records, capture.rejected, capture.notes) == (2, 0, ())
    assert capture.traffic.notes == {"site_host": "shop.example.com"}


def test_broken_entries_are_counted_and_stepped_over() -> None:
    broken = [None, 7, [], {}, {"request": None}, entry(""), entry("http://[::1"), entry("/tr/?id=1&ev=x")]
    capture = read(*broken, entry(META), {"request": {"url": META.replace("e-1", "e-2")}})
    assert capture.rejected == len(broken) and len(capture.rows) == 2


def test_other_schemes_are_neither_events_nor_broken() -> None:
    capture = read(entry("data:image/gif;base64,R0"), entry("wss://shop.example.com/x"), entry("blob:https://x/y"))
    assert (capture.records, capture.rejected, capture.rows) == (3, 0, [])


FORM = [("id", "1234567890"), ("ev", "Purchase"), ("cd[value]", "10.5"), ("dl", "https://a.example/?x=1")]
PACKED = base64.b64encode(urlencode(FORM).encode()).decode()


@pytest.mark.parametrize(
    "data",
    [
        {"mimeType": "application/x-www-form-urlencoded", "text": urlencode(FORM)},
        {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": n, "value": v} for n, v in FORM]},
        {"params": [{"name": quote(n, ""), "value": quote(v, "")} for n, v in FORM]},
        {"params": [{"name": n, "value": {"value": v}} for n, v in FORM], "text": ""},
        {"text": PACKED, "encoding": "base64", "mimeType": "application/x-www-form-urlencoded"},
        {
            "mimeType": "multipart/form-data; boundary=----B",
            "text": "".join(f'------B\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in FORM)
            + "------B--\r\n",
        },
    ],
)
def test_bodies_of_many_programs(data: dict[str, Any]) -> None:
    (row,) = read(post("https://www.facebook.com/tr/", **data)).rows
    assert (row["event_name"], row["value"], row["url"]) == ("Purchase", "10.5", "https://a.example/?x=1")


def test_a_body_not_kept_is_unreadable_not_missing() -> None:
    capture = read(post("https://analytics.tiktok.com/api/v2/pixel", text="", size=1551))
    assert capture.rows == [] and "unreadable" in capture.notes[0] and "tiktok" in capture.notes[0]
    assert [r.kind for r in capture.traffic.requests] == ["companion"]


def test_query_listed_apart_from_the_url() -> None:
    listed = [
        {"name": "id", "value": "1234567890"},
        {"name": "ev", "value": "Lead & more"},
        {"name": "eid", "value": 7},
    ]
    (row,) = read(entry("https://www.facebook.com/tr/", request={"queryString": listed})).rows
    assert (row["event_name"], row["event_id"]) == ("Lead & more", "7")


def test_headers_as_an_object() -> None:
    capture = read(entry(META, request={"headers": {"Referer": PAGE}}, response={"headers": {"Set-Cookie": "a=1"}}))
    assert capture.traffic.requests[0].page_host == "shop.example.com"
    assert capture.traffic.cookies[0].name == "a"


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-23T15:30:00.691Z", 1795447800691),
        ("2026-11-23T16:30:00.691+01:00", 1795447800691),
        ("2026-11-23T16:30:00.6910000+0100", 1795447800691),
        ("2026-11-23 15:30:00", 1795447800000),
        ("2026-11-23T15:30:00,691", 1795447800691),
        (1795447800.691, 1795447800691),
        (1795447800691, 1795447800691),
        ("yesterday", None),
        ("2026-99-23T15:30:00Z", None),
        (True, None),
        (float("inf"), None),
        (None, None),
    ],
)
def test_times(text: object, ms: int | None) -> None:
    assert epoch_ms(text) == ms


def test_copies_retries_and_redirects_are_one_event() -> None:
    trigger = META.replace("/tr/", "/privacy_sandbox/pixel/register/trigger/") + "&rqm=FGET"
    noscript = "https://www.facebook.com/tr?id=1234567890&ev=PageView&noscript=1"
    hop = {"status": 302, "redirectURL": "/tr/?id=1234567890&ev=PageView&redirect=0"}
    again = "https://www.facebook.com/tr/?id=1234567890&ev=PageView&redirect=0"
    capture = read(entry(META), entry(trigger), entry(noscript, response=hop), entry(again))
    assert [r["event_name"] for r in capture.events] == ["Purchase", "PageView"]
    assert [r.kind for r in capture.traffic.requests] == ["hit", "companion", "hit", "companion"]
    assert [r.get("twin_of") for r in capture.rows] == [None, "0:0", None, "2:0"]
    assert "counted once" in capture.notes[0]


def test_the_same_event_of_two_pixels_is_two() -> None:
    assert len(read(entry(META), entry(META.replace("1234567890", "9876543210"))).rows) == 2


def test_one_conversion_over_five_hosts() -> None:
    shared = f"url={quote(PAGE, '')}&label=AbC&fst=1795447800767&oid=T-1"
    hop = f"https://www.google.com/pagead/1p-conversion/1234567890/?random=5&{shared}&ct_cookie_present=false"
    chain = [
        entry(f"https://www.googleadservices.com/pagead/conversion/1234567890/?random=1795447800767&{shared}"),
        entry(f"https://www.googleadservices.com/ccm/conversion/1234567890/?random=1795447800767&{shared}"),
        entry(
            f"https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1234567890/?random=5&{shared}"
            "&ct_cookie_present=false",
            response={"status": 302, "redirectURL": hop},
        ),
        entry(hop),
        entry(hop.replace("google.com", "google.de") + "&is_vtc=1&random=6"),
    ]
    assert [r["event_name"] for r in read(*chain).events] == ["conversion"]
    assert [r["transaction_id"] for r in read(*chain[2:]).events] == ["T-1"]


def test_preflights_are_no_events() -> None:
    assert read(entry(f"https://t.shop.example.com/g/collect?{GA}", request={"method": "OPTIONS"})).rows == []


@pytest.mark.parametrize(
    ("host", "party", "route"),
    [
        ("shop.example.com", "same_origin", "sgtm"),
        ("tags.example.com", "same_site", "sgtm"),
        ("tags.other.com", "third", "sgtm"),
        ("www.google-analytics.com", "third", "direct"),
    ],
)
def test_party_and_route(host: str, party: str, route: str) -> None:
    (request,) = read(entry(f"https://{host}/g/collect?{GA}&richsstsse")).traffic.requests
    assert (request.kind, request.platform, request.party, request.route) == ("hit", "ga4", party, route)


def test_public_suffixes_part_sites() -> None:
    (request,) = read(entry(f"https://b.co.uk/g/collect?{GA}", referer="https://a.co.uk/x")).traffic.requests
    assert request.party == "third"


def test_scripts_by_name_and_by_text() -> None:
    body = {"mimeType": "application/javascript", "text": 'x={"resource": {},"runtime":[]};google_tag_manager'}
    capture = read(
        entry("https://www.googletagmanager.com/gtm.js?id=GTM-ABC"),
        entry("https://t.shop.example.com/a1b2", response={"content": body}),
        entry("https://t.shop.example.com/_/service_worker/63b0/sw_iframe.html"),
        entry("https://cdn.example.net/jquery.js", response={"content": body | {"text": "jQuery"}}),
    )
    assert [r.kind for r in capture.traffic.requests] == ["script", "script", "service_worker"]


def test_cookies_without_their_values() -> None:
    lines = "FPID=secret1; Max-Age=63072000; Domain=.example.com; HttpOnly; Secure\n_x=secret2"
    dated = "old=secret3; Expires=Mon, 23-Nov-2026 15:31:00 GMT"
    headers = [{"name": "set-cookie", "value": v} for v in (lines, dated)]
    capture = read(entry("https://t.example.com/", response={"headers": headers}))
    found = [(c.name, c.host, c.max_age_s, c.http_only, c.set_by) for c in capture.traffic.cookies]
    assert found[0] == ("FPID", "example.com", 63072000, True, "http")
    assert found[1] == ("_x", "t.example.com", None, False, "http")
    assert found[2][0] == "old" and found[2][2] == 59
    assert "secret" not in repr(capture)


def test_click_ids_of_landing_pages() -> None:
    landing = "https://shop.example.com/?fbclid=IwSecret&gclid=&ttclid=Sec"
    frame = entry("https://ads.example.net/f?gclid=x", response={"content": {"mimeType": "text/html"}})
    capture = read(document(landing), frame, entry(META, pageref="p"), pages=[{"id": "p", "title": landing}])
    assert capture.traffic.click_ids == (("fbclid", "a.har", 0), ("ttclid", "a.har", 0))


MAIL = "jane.doe@example.org"


@pytest.mark.parametrize(
    ("given_entry", "leak"),
    [
        (document(f"{PAGE}?email={MAIL}"), ("url", "email", "email")),
        (
            entry(META + f"&rl={quote('https://shop.example.com/?e=' + quote(MAIL, ''), '')}"),
            ("referrer", "email", "rl"),
        ),
        (entry(f"https://www.facebook.com/tr/?id=1234567890&ev=Lead&dl=https://x/?m={MAIL}"), ("url", "email", "dl")),
        (entry(META + f"&ud[em]={MAIL}"), ("payload", "email", "ud[em]")),
        (entry(META + "&cd[phone]=%2B1 (650) 555-1212"), ("payload", "phone", "cd[phone]")),
        (entry(META, referer=f"{PAGE}?email={MAIL}"), ("referrer", "email", "referer")),
        (entry(f"https://www.google-analytics.com/g/collect?{GA}&dt=Hi {MAIL}"), ("title", "email", "dt")),
        (entry(f"https://t.example.com/g/collect?{GA}&dt=Hi {MAIL}"), ("title", "email", "dt")),
        (entry(f"https://cdn.example.net/u/{MAIL}/pic"), ("url", "email", "")),
        (post("https://api.example.net/x", text=json.dumps({"a": [{"mail": MAIL}]})), ("payload", "email", "a.mail")),
    ],
)
def test_leaks(given_entry: dict[str, Any], leak: tuple[str, str, str]) -> None:
    capture = read(given_entry)
    assert [(x.place, x.what, x.param) for x in capture.traffic.leaks] == [leak]
    assert "jane" not in repr(capture.traffic) and "555" not in repr(capture.traffic)


@pytest.mark.parametrize(
    "harmless",
    [
        entry(
            f"https://t.example.com/g/collect?{GA}&ep.user_data.email={MAIL}&ep.user_data.phone_number=%2B15550109999"
        ),
        entry("https://cdn.example.net/npm/swiper@9.0.0/swiper.min.js?i=logo@2x.png"),
        entry("https://cdn.example.net/npm/vue@next.min.js"),
        entry(META + "&cd[phone_model]=iPhone 15&cd[hotel]=12345678"),
        entry(f"https://shop.example.com/api/login?user={MAIL}"),
        entry("https://key@o1.ingest.sentry.example.net/1"),
    ],
)
def test_no_leak(harmless: dict[str, Any]) -> None:
    assert read(harmless).traffic.leaks == ()


def test_identifiers_in_names_are_masked() -> None:
    capture = read(entry(f"{META}&cd[{MAIL}]={MAIL}"), entry(f"https://t.example.com/{MAIL}/g?{GA}"))
    assert "jane" not in repr(capture.traffic)


KEYS = st.sampled_from(
    [
        "request",
        "response",
        "url",
        "method",
        "headers",
        "queryString",
        "postData",
        "text",
        "params",
        "name",
        "value",
        "status",
        "content",
        "mimeType",
        "redirectURL",
        "startedDateTime",
        "pageref",
        "encoding",
        "bodySize",
        "id",
        "title",
    ]
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([META, PAGE, GA]),
    lambda c: st.lists(c, max_size=4) | st.dictionaries(KEYS, c, max_size=6),
    max_leaves=20,
)


@given(st.lists(JSONS, max_size=4), JSONS, st.dictionaries(KEYS, JSONS))
def test_no_document_breaks_the_reader(entries: list[object], pages: object, request: dict[str, object]) -> None:
    wild = {"request": {**request, "url": META}, "response": request, **request}
    whole = entry(META) | {k: v for k, v in request.items() if k not in ("request", "response")}
    capture = read(*entries, wild, whole, pages=pages)
    assert capture.records + capture.rejected == len(entries) + 2
    json.dumps(capture.rows).encode()


# --- real captures, where they are at hand

CAPTURES = sorted(SAMPLES.glob("har/*.har")) + sorted(SAMPLES.glob("walks/*.har"))
COMMERCE = ("add_to_cart", "begin_checkout", "generate_lead", "page_view", "purchase", "view_item")


def counted(path: Path) -> dict[str, Counter[str]]:
    capture = har.read(path.name, json.loads(path.read_text("utf-8-sig")), PLATFORMS.values())
    assert capture.rejected == 0
    found: dict[str, Counter[str]] = {}
    for row in capture.events:
        platform = PLATFORMS[str(row["platform"])]
        name = str(row["event_name"])
        if not row.get("automatic"):
            found.setdefault(platform.id, Counter())[platform.names.get(name, name)] += 1
    return found


@pytest.mark.parametrize("path", CAPTURES, ids=lambda p: p.name)
def test_real_captures_read(path: Path) -> None:
    assert set(counted(path)) <= set(PLATFORMS)


@pytest.mark.parametrize("name", ["vendors_nouser", "vendors_nosgtm", "vendors_denied"])
def test_a_walk_of_six_steps_over_five_pages(name: str) -> None:
    path = SAMPLES / "walks" / f"{name}.har"
    if not path.exists():
        pytest.skip("no walks at hand")
    found = counted(path)
    expected = dict.fromkeys(COMMERCE, 1) | {"page_view": 5}
    assert found["ga4"] == expected == found["tiktok"]
    assert found["meta"] == expected | {"QuizDone": 1}
    assert found["google_ads"]["conversion"] == 1


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("connecticut", {"conversion": 1}),
        ("maine", {"conversion": 1, "page_view": 1}),
        ("maryland", {"conversion": 2, "page_view": 2}),
        ("massachusetts", {"page_view": 1}),
        ("colorado", {"page_view": 1}),
        ("cnn-chrome", {"page_view": 2}),
        ("headerSize2", {"page_view": 3}),
    ],
)
def test_ads_hops_of_real_captures_collapse(part: str, expected: dict[str, int]) -> None:
    path = next((p for p in CAPTURES if part in p.name), None)
    if path is None:
        pytest.skip("no captures at hand")
    assert counted(path)["google_ads"] == expected
