"""The official SDK as the writer of logs, and arbitrary bytes as files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Folder
from tagparity import TagparityError, audit
from tagparity.core.platform import CODE, Form

START = 1_790_000_000


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    """Requests the SDK sends, as a proxy on loopback would log them."""
    session = pytest.importorskip("facebook_business.session").FacebookSession
    seen: list[dict[str, str]] = []

    class Graph(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.append({"path": self.path, "type": self.headers["Content-Type"], "body": body})
            answer = b'{"events_received": 2, "messages": [], "fbtrace_id": "x"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Graph)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(session, "GRAPH", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield seen
    server.shutdown()
    server.server_close()


def send() -> None:
    """Two events as an integration writes them."""
    from facebook_business.adobjects.serverside.action_source import ActionSource
    from facebook_business.adobjects.serverside.custom_data import CustomData
    from facebook_business.adobjects.serverside.event import Event
    from facebook_business.adobjects.serverside.event_request import EventRequest
    from facebook_business.adobjects.serverside.user_data import UserData
    from facebook_business.api import FacebookAdsApi

    FacebookAdsApi.init(access_token="NOTREAL", crash_log=False)
    user = UserData(emails=["Ann@Shop.example ", "b@shop.example"], phones=["+1 (650) 555-1212"], first_name="Ann",
                    client_ip_address="203.0.113.9", client_user_agent="Mozilla/5.0", fbp="fb.1.1790000000000.123456",
                    external_id="customer 1")  # fmt: skip
    events = [
        Event(event_name=name, event_time=START + i, event_id=f"e{i}", user_data=user, action_source=ActionSource.WEBSITE,
              event_source_url="https://shop.example/a?b=c&d=é", custom_data=CustomData(value=12.5, currency="eur", order_id=f"o{i}"))
        for i, name in enumerate(("Purchase", "Lead"))
    ]  # fmt: skip
    EventRequest(pixel_id="1234567890", events=events, test_event_code="TEST1", partner_agent="my partner").execute()


@pytest.mark.parametrize("how", ["bodies alone", "logged requests", "path alone"])
def test_what_the_sdk_sends_is_read_back(how: str, sent: list[dict[str, str]], folder: Folder) -> None:
    send()
    (request,) = sent
    url = f"https://graph.facebook.com{request['path']}"
    folder.put("log", {"bodies alone": [request["body"]], "logged requests": [{"url": url, "body": request["body"], "status": 200}],
                       "path alone": [{"path": request["path"], "body": request["body"]}]}[how])  # fmt: skip
    reading = folder.read()
    assert reading.files["log"].rejected == 0
    assert reading.column("event") == ["purchase", "generate_lead"]
    assert reading.column("t_ms") == [START * 1000, (START + 1) * 1000]
    assert reading.column("destination") == (["", ""] if how == "bodies alone" else ["1234567890"] * 2)
    row = reading.rows[0]
    assert (row["value"], row["currency"], row["host"], row["action_source"]) == (
        12.5,
        "EUR",
        "shop.example",
        "website",
    )
    assert (row["test"], row["sender"]) == (True, "my partner")
    hashed = {key: row[key] for key in ("em", "ph", "fn", "external_id")}
    assert set(hashed.values()) <= {CODE[Form.SHA256_HEX], CODE[Form.PLAIN]}
    assert (row["em"], row["client_ip_address"]) == (CODE[Form.SHA256_HEX], CODE[Form.PLAIN])
    assert row["usable"] >= 6


def sell(count: int, **user: Any) -> None:
    """One purchase a request, as a shop's checkout sends it; `user` may name what goes wrong for every third."""
    from facebook_business.adobjects.serverside.action_source import ActionSource
    from facebook_business.adobjects.serverside.custom_data import CustomData
    from facebook_business.adobjects.serverside.event import Event
    from facebook_business.adobjects.serverside.event_request import EventRequest
    from facebook_business.adobjects.serverside.user_data import UserData
    from facebook_business.api import FacebookAdsApi

    FacebookAdsApi.init(access_token="NOTREAL", crash_log=False)
    for i in range(count):
        given = {"email": f"buyer{i}@shop.example", "phone": f"+1 (650) 555-{1000 + i}", "first_name": f"Ann-{i}",
                 "last_name": "O'Hara", "city": "San Jose", "client_ip_address": "203.0.113.9", "client_user_agent": "Mozilla/5.0 Chrome/140",
                 "fbp": f"fb.1.1790000000000.{1000 + i}"}  # fmt: skip
        event = Event(
            event_name="Purchase",
            event_time=START + i,
            event_id=f"e{i}",
            user_data=UserData(**given | (user if i % 3 == 0 else {})),
            action_source=ActionSource.WEBSITE,
            event_source_url="https://shop.example/thanks",
            custom_data=CustomData(value=12.5, currency="eur", order_id=f"o{i}"),
        )
        EventRequest(pixel_id="1234567890", events=[event]).execute()


def beacon(i: int) -> dict[str, Any]:
    """What the pixel sends for the same purchase, as a capture keeps it."""
    city = hashlib.sha256(b"sanjose").hexdigest()
    url = (f"https://www.facebook.com/tr/?id=1234567890&ev=Purchase&eid=e{i}&ts={(START + i) * 1000}&ec={i}"
           f"&cd[value]=12.5&cd[currency]=EUR&fbp=fb.1.1790000000000.{1000 + i}&ud[ct]={city}")  # fmt: skip
    return {"startedDateTime": "2026-09-21T14:13:20Z", "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": 200, "headers": [], "content": {"mimeType": "image/gif"}}}  # fmt: skip


def test_what_the_sdk_sends_is_joined_and_judged(sent: list[dict[str, str]], folder: Folder) -> None:
    sell(60, email="test@test.com")
    folder.put(
        "capi.jsonl",
        [{"url": f"https://graph.facebook.com{r['path']}", "body": r["body"], "status": 200} for r in sent],
    )
    folder.put("visit.har", {"log": {"version": "1.2", "entries": [beacon(i) for i in range(50)]}})
    result = audit(folder.path)
    cells = {(m.id, m.dims.get("side"), m.dims.get("key"), m.dims.get("form")): m for m in result.metrics
             if {"day", "scope"}.isdisjoint(m.dims) and m.dims.get("event") == "purchase"}  # fmt: skip
    rate = cells["dedup_rate", None, None, None]
    assert (rate.numerator, rate.denominator) == (50, 50)
    ratio = cells["hit_ratio", None, None, None]
    assert (ratio.numerator, ratio.denominator) == (60, 50)
    assert cells["form_share", "server", "ph", "sha256_hex"].numerator == 60
    states = {o.check: o.state for o in result.outcomes}
    assert states["dedup_rate"] == "pass" and states["phone_hash_form"] == "pass"
    assert states["plain_keys_not_hashed"] == "pass" and states["no_placeholder_or_double_hash"] == "fail"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["data", "event_name", "event_time", "user_data", "log", "entries", "request", "url", "body", "side",
                         "platform", "em", "web", "containerVersion", "tag", "exportFormatVersion", "events", "client_id", "x"])
        | st.text(max_size=5), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip
HEADS = st.sampled_from([b"", b"{", b"[", b"PAR1", b"\x1f\x8b\x08\x00", b"side,platform,event_name,event_time\n", b"data=%5B",
                         b"order_id,time,value\n", b'{"log":{"entries":[', b'{"event_name":1,"event_time":2,"user_data":{}}\n',
                         b"\xef\xbb\xbf[", b'{"exportFormatVersion":2,"containerVersion":{'])  # fmt: skip
FUZZ = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def survives(folder: Path, contents: list[bytes]) -> None:
    """Whatever files hold, each is read or refused, and the others are read."""
    good = {"side": "server", "platform": "meta", "event_name": "Lead", "event_time": START}
    (folder / "good.ndjson").write_text(json.dumps(good) + "\n" + json.dumps(good))
    for number, content in enumerate(contents):
        (folder / f"fuzz{number}").write_bytes(content)
    try:
        found = audit(folder)
    except TagparityError:
        pytest.fail("a good file was there")
    files = {f.path: f for f in found.evidence}
    assert files["good.ndjson"].records == 2
    assert len(files) == len(contents) + 1
    assert [o.check for o in found.outcomes if o.state == "error"] == []


@FUZZ
@given(parts=st.lists(st.tuples(HEADS, st.binary(max_size=300)), min_size=1, max_size=12))
def test_any_bytes_are_read_or_refused(
    parts: list[tuple[bytes, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    survives(tmp_path_factory.mktemp("fuzz"), [head + tail for head, tail in parts])


@FUZZ
@given(documents=st.lists(st.lists(JSON, min_size=1, max_size=4), min_size=1, max_size=8))
def test_any_json_is_read_or_refused(documents: list[list[Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    survives(tmp_path_factory.mktemp("fuzz"), ["\n".join(map(json.dumps, d)).encode() for d in documents])
