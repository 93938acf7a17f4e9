"""Pinterest, Snapchat and LinkedIn: what their requests are, and what their payloads and events are called."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hits import DIGEST, PAGE, PRIVATE, one, rows
from tagparity.core.platform import Hit, Kind
from tagparity.core.rows import RAW_COLUMNS
from tagparity.platforms import PLATFORMS

SOCIAL = ("pinterest", "snapchat", "linkedin")
AT = 1_795_447_800_000
TIME = "2026-11-23T15:30:00.000+00:00"
PIXEL = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
MADE = "@-0b1c2d3e-add0-4020-9efb-a71c0b64806b"
SCID = "51c7c5e8-c644-4b0b-941b-88c30471be42"


def kind(platform: str, url: str) -> Kind | None:
    return next((k for k, pattern in PLATFORMS[platform].kinds if re.search(pattern, url, re.IGNORECASE)), None)


# --- Pinterest

CT = "https://ct.pinterest.com"
ED = {"event_id": "e-1", "value": 10.5, "currency": "EUR", "order_id": "T-1"}
PIN = {
    **{"tid": "2612345678901", "event": "checkout", "ed": json.dumps(ED), "cb": str(AT)},
    "pd": json.dumps({"em": DIGEST, "ph": [DIGEST, "b" * 64], "hashed_maids": "m", "np": "gtm"}),
    "ad": json.dumps({"loc": PAGE + "?x=1", "is_eu": True}),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_pinterest_event_in_the_query_or_a_form(method: str) -> None:
    text = urlencode(PIN)
    row = one("pinterest", f"{CT}/v3/?{text}") if method == "GET" else one("pinterest", f"{CT}/v3/", text, "POST")
    assert (row["event_name"], row["event_id"], row["order_id"], row["value"]) == ("checkout", "e-1", "T-1", "10.5")
    assert (row["destination_id"], row["currency"], row["event_time"]) == ("2612345678901", "EUR", TIME)
    assert row["em"] == DIGEST and row["ph"] == [DIGEST, "b" * 64] and row["madid"] == "m"
    assert row["url"] == PAGE + "?x=1" and row["sender"] == "gtm" and "consents" not in row


def test_pinterest_image_without_script() -> None:
    query = "tid=2612345678901&event=checkout&ed[value]=10.5&ed[order_id]=T-1&pd[em]=" + DIGEST + "&noscript=1"
    row = one("pinterest", f"{CT}/v3/?{query}")
    assert (row["value"], row["order_id"], row["em"], row["url"]) == ("10.5", "T-1", DIGEST, PAGE)
    assert "event_id" not in row and "_mirror" not in row


def test_pinterest_event_on_the_look_up_mirrors_the_hit() -> None:
    other = {k: v for k, v in PIN.items() if k not in ("pd", "ad")} | {"dep": "5,EVENT_TAGS_ABSENT", "cb": str(AT + 4)}
    copy = one("pinterest", f"{CT}/user/?{urlencode(other)}")
    assert copy["_mirror"] == one("pinterest", f"{CT}/v3/?{urlencode(PIN)}")["_mirror"] and copy["event_id"] == "e-1"


@pytest.mark.parametrize("part", ["ed", "pd"])
def test_pinterest_limited_data_processing(part: str) -> None:
    given = PIN | {part: json.dumps({"opt_out_type": "LDP", "st": "US-CA"}), "us_privacy": "1YYN"}
    assert one("pinterest", f"{CT}/v3/?{urlencode(given)}")["consents"] == {"us_privacy": "denied", "ldu": "denied"}


@pytest.mark.parametrize("url", ["https://www.pinterest.com/pin/1/?event=checkout", "https://i.pinimg.com/736x/a.jpg"])
def test_pinterest_pages_and_pictures_are_the_vendors_and_nothing_more(url: str) -> None:
    host = url.split("/")[2]
    assert rows("pinterest", url) is None and re.search(PLATFORMS["pinterest"].hosts, host)
    assert kind("pinterest", url.split("//")[1]) is None


# --- Snapchat

TR = "https://tr.snapchat.com/p"
SNAP = {
    **{"pid": PIXEL, "ev": "PURCHASE", "intg": "gtm", "cdid": "e-1", "e_tid": "T-1", "e_pr": "10.5", "e_cur": "EUR"},
    **{"u_hem": DIGEST, "u_hed": "d" * 64, "u_hpn": "b" * 64, "l_gpc": "c" * 64, "u_c1": SCID},
    **{"u_sclid": "9294197e-2781-40d7-83e2-cc63f06bc7f7", "trackId": "445bc8ad-cc2d-4adf-850a-083caee9b7fe"},
    **{"pl": PAGE + "?ScCid=Ab-12345678901234567", "ts": str(AT)},
}


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{TR}?{urlencode(SNAP)}", ""),
        ("https://tr6.snapchat.com/p", urlencode(SNAP)),
        ("https://sgw.shop.example/gateway/p", json.dumps(SNAP | {"ts": AT, "e_pr": 10.5})),
    ],
)
def test_snap_event_in_query_form_or_json(url: str, body: str) -> None:
    row = one("snapchat", url, body, "POST" if body else "GET")
    assert (row["event_name"], row["event_id"], row["order_id"], row["value"]) == ("PURCHASE", "e-1", "T-1", "10.5")
    assert (row["destination_id"], row["currency"], row["event_time"]) == (PIXEL, "EUR", TIME)
    assert (row["em"], row["ph"], row["zp"], row["scid"]) == (DIGEST, "b" * 64, "c" * 64, SCID)
    assert row["sccid"] == "Ab-12345678901234567" and row["sender"] == "gtm"


def test_snap_local_storage_id_is_no_click_id() -> None:
    assert "sccid" not in one("snapchat", f"{TR}?{urlencode(SNAP | {'pl': PAGE})}")


def batch(*items: object) -> str:
    return json.dumps({"ctx": {"url": PAGE, "ts": AT, "ls": SCID}, "req": list(items)})


def test_snap_batch_holds_events_among_other_items() -> None:
    first = {"t": {"pid": PIXEL, "ev": "PAGE_VIEW", "cdid": MADE, "gat": ["G-1"]}, "del": 202}
    second = {"t": {"pid": PIXEL, "ev": "VIEW_CONTENT", "cdid": "e-2"}, "del": 0}
    found = rows("snapchat", TR, batch({"i": {"pids": [PIXEL]}}, first, {"log": {}}, second, {"md": {}}, 7), "POST")
    assert found and [r["event_name"] for r in found] == ["PAGE_VIEW", "VIEW_CONTENT"]
    assert found[0]["event_time"] == "2026-11-23T15:29:59.798+00:00" and found[1]["event_time"] == TIME
    assert all(r["url"] == PAGE for r in found) and found[0]["event_id"] == MADE


def test_snap_library_id_is_told_from_the_sites() -> None:
    made = PLATFORMS["snapchat"].library_id
    assert re.fullmatch(made, MADE) and not re.fullmatch(made, "e-1") and not re.fullmatch(made, PIXEL)


def test_snap_retry_mirrors_and_a_second_call_does_not() -> None:
    first = one("snapchat", f"{TR}?{urlencode(SNAP)}")["_mirror"]
    assert one("snapchat", "https://tr6.snapchat.com/p", urlencode(SNAP), "POST")["_mirror"] == first
    assert one("snapchat", f"{TR}?{urlencode(SNAP | {'trackId': 'other'})}")["_mirror"] != first
    late = {"t": {"pid": PIXEL, "ev": "PAGE_VIEW", "cdid": MADE}}
    sent = [rows("snapchat", TR, batch(late | {"del": n}), "POST") or [{}] for n in (5, 900)]
    assert sent[0][0]["_mirror"] == sent[1][0]["_mirror"]


@pytest.mark.parametrize(("use", "state"), [("['lmu']", "denied"), ("denied", "denied"), ("granted", "granted")])
def test_snap_data_use(use: str, state: str) -> None:
    assert one("snapchat", f"{TR}?{urlencode(SNAP | {'du': use})}")["consents"] == {"ldu": state}


def test_a_snap_batch_without_events_says_what_it_is() -> None:
    start, report = {"i": {"pids": [PIXEL]}}, {"log": {"name": "TPFA"}}
    assert rows("snapchat", TR, batch(start, report), "POST") == [{"_kind": "automatic"}]
    assert rows("snapchat", TR, batch(report, {"md": {}}), "POST") == [{"_kind": "diagnostic"}]


@pytest.mark.parametrize("name", ["init", "load"])
def test_what_the_pinterest_tag_fires_itself_is_automatic(name: str) -> None:
    assert one("pinterest", f"{CT}/v3/?tid=1&event={name}&cb=1")["automatic"] is True


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("https://www.snapchat.com/add/shop", ""),
        ("https://shop.example/gateway/p?ev=PURCHASE&pid=1", ""),
        ("https://shop.example/gateway/p", '{"req": [1]}'),
        (f"https://shop.example/p?{urlencode(SNAP)}", ""),
    ],
)
def test_snap_is_not_everybody(url: str, body: str) -> None:
    assert rows("snapchat", url, body, "POST") is None


# --- LinkedIn

PX = "https://px.ads.linkedin.com"
FAT = "0b1c2d3e-1111-4222-8333-444455556666"
LI = {"v": "2", "fmt": "js", "pid": "123456", "time": str(AT), "url": PAGE, "conversionId": "7654321", "eventId": "e-1"}
SIGNAL = {
    **{"pids": [123456], "time": AT, "url": PAGE, "liFatId": FAT, "hem": DIGEST, "signalType": "PAGE_VISIT"},
    "websiteSignalRequestId": "dc3dfbd6-82d5-360f-d2d4-57578139f049",
}


def packed(value: object) -> str:
    return base64.b64encode(gzip.compress(json.dumps(value).encode())).decode()


def test_linkedin_conversion() -> None:
    row = one("linkedin", f"{PX}/collect?{urlencode(LI | {'li_fat_id': FAT, 'tm': 'gtmv2'})}")
    assert (row["event_name"], row["event_id"], row["destination_id"]) == ("7654321", "e-1", "123456")
    assert (row["event_time"], row["url"], row["li_fat_id"], row["sender"]) == (TIME, PAGE, FAT, "gtmv2")
    assert "automatic" not in row and not PLATFORMS["linkedin"].name_in_key


def test_linkedin_page_view_has_no_rule() -> None:
    assert one("linkedin", f"{PX}/collect/?pid=123456&fmt=gif")["event_name"] == "PageView"


def test_linkedin_copies_and_redirects_mirror() -> None:
    first = one("linkedin", f"{PX}/collect?{urlencode(LI)}")["_mirror"]
    for host, extra in [("px4", {"e_ipv6": "x"}), ("px", {"cookiesTest": "true"}), ("px", {"liSync": "true"})]:
        url = f"https://{host}.ads.linkedin.com/collect?{urlencode(LI | extra)}"
        assert one("linkedin", url)["_mirror"] == first


def test_linkedin_image_without_time_is_repeated_by_its_redirects_only() -> None:
    image = f"{PX}/collect/?pid=123456&conversionId=7&fmt=gif"
    first, again = one("linkedin", image), one("linkedin", f"{image}&cookiesTest=true")
    assert first["_origin"] == again["_hop_of"] and "_mirror" not in first and "_hop_of" not in first
    assert "_origin" not in again and first["url"] == PAGE


def test_linkedin_event_for_two_partners() -> None:
    found = rows("linkedin", f"{PX}/collect?{urlencode(LI | {'pid': '123456,99,123456'})}")
    assert found and [r["destination_id"] for r in found] == ["123456", "99"]
    assert found[0]["_mirror"] != found[1]["_mirror"]


@pytest.mark.parametrize("pack", [json.dumps, packed])
def test_linkedin_website_signal(pack: Callable[[object], str]) -> None:
    row = one("linkedin", f"{PX}/wa/?medium=fetch&fmt=g", pack(SIGNAL), "POST")
    assert (row["event_name"], row["automatic"], row["em"], row["li_fat_id"]) == ("PAGE_VISIT", True, DIGEST, FAT)
    assert (row["destination_id"], row["event_time"], row["url"]) == ("123456", TIME, PAGE)
    assert "event_id" not in row
    assert one("linkedin", f"{PX}/wa/?medium=beacon&fmt=g", pack(SIGNAL), "POST")["_mirror"] == row["_mirror"]


def test_linkedin_signal_without_mail() -> None:
    bare = SIGNAL | {"hem": None, "liFatId": "", "signalType": "CLICK"}
    row = one("linkedin", f"{PX}/wa/", json.dumps(bare), "POST")
    assert row["event_name"] == "CLICK" and "em" not in row and "li_fat_id" not in row


@pytest.mark.parametrize(
    "body",
    [
        *("", "H4sI", "H4sI!!!!", "null", "{}", packed(SIGNAL)[:40]),
        packed([SIGNAL]),
        packed(SIGNAL | {"pageTitle": "x" * (3 << 20)}),
        base64.b64encode(gzip.compress(b"\xff\xfe")).decode(),
    ],
)
def test_linkedin_signal_nobody_can_read(body: str) -> None:
    assert rows("linkedin", f"{PX}/wa/?fmt=g", body, "POST") == []


def test_linkedin_pages_are_the_vendors_and_nothing_more() -> None:
    sync = "www.linkedin.com/px/li_sync?redirect=https%3A%2F%2Fpx.ads.linkedin.com%2Fcollect"
    assert rows("linkedin", f"https://{sync}") is None and kind("linkedin", sync) is Kind.COOKIE_SYNC
    assert rows("linkedin", "https://www.linkedin.com/company/shop") is None
    assert kind("linkedin", "www.linkedin.com/company/shop") is None
    assert re.search(PLATFORMS["linkedin"].hosts, "www.linkedin.com")
    assert not re.search(PLATFORMS["linkedin"].hosts, "notlinkedin.com")


# --- hostile input

HOSTS = st.sampled_from(
    ["ct.pinterest.com", "s.pinimg.com", "tr.snapchat.com", "sc-static.net", "px.ads.linkedin.com", "shop.example", ""]
)
PATHS = st.sampled_from(["/v3/", "/user/", "/p", "/gateway/p", "/collect", "/wa/", "/ct/core.js", "", "/x"])
NAMES = st.sampled_from([*PIN, *SNAP, *LI, "ed[value]", "pd[em]", "ed[", "]", "du", "gdpr_consent", "gpp"])
VALUES = st.text() | st.sampled_from([PIXEL, "1", "{}", "[", '{"em":{}}', '{"event_id":[1]}', "http://[x", str(AT)])
FIELD = st.sampled_from(
    ["req", "ctx", "t", "ts", "del", "pids", "signalType", "time", "hem", "ev", "pid", "cdid", "url"]
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda c: st.lists(c) | st.dictionaries(FIELD, c),
)
BODIES = st.text() | JSONS.map(json.dumps) | JSONS.map(packed) | st.text().map(lambda t: "H4sI" + quote(t))
PARAMS = st.lists(st.tuples(NAMES | st.text(), VALUES))


@given(host=HOSTS, path=PATHS, params=PARAMS, body=BODIES, at=st.none() | st.integers())
def test_decoders_never_raise(host: str, path: str, params: list[tuple[str, str]], body: str, at: int | None) -> None:
    wild = Hit("POST", host, path, tuple(params), body, PAGE, at, 200)
    for name in SOCIAL:
        decode = PLATFORMS[name].decode
        assert decode
        for row in decode(wild) or []:
            assert set(row) == {"_kind"} or (
                set(row) <= {*RAW_COLUMNS, *PRIVATE} and row["platform"] == name and row["event_name"]
            )
