"""Identifiers planted in every format reach no output; hostile text is shown, never obeyed."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import duckdb
import pytest

import planted
from conftest import Folder
from tagparity.platforms import PLATFORMS
from tagparity.readers import har
from test_safety import (
    AGENT,
    API_SECRET,
    COOKIE,
    EMAIL,
    ESC,
    LSEP,
    PHONE,
    RLO,
    SECRETS,
    START,
    TOKEN,
    evidence_of,
    nowhere,
    row,
    run,
)

EVERYTHING = (*SECRETS.values(), TOKEN, COOKIE, COOKIE.split("=")[1], API_SECRET)


def event(i: int) -> dict[str, Any]:
    return {"event_name": "Purchase", "event_time": START + i, "event_id": f"e{i}", "action_source": "website",
            "event_source_url": f"https://shop.example/thanks?email={quote(EMAIL)}&tel={quote(PHONE)}",
            "user_data": SECRETS, "custom_data": {"value": 1, "currency": "EUR"}}  # fmt: skip


def request(i: int, **more: Any) -> dict[str, Any]:
    return {"url": f"https://graph.facebook.com/v21.0/1234567890/events?access_token={TOKEN}", "body": {"data": [event(i)]},
            "headers": {"Cookie": COOKIE, "User-Agent": AGENT}, "status": 200, **more}  # fmt: skip


def everywhere() -> dict[str, Any]:
    query = {"id": "1234567890", "ev": "Purchase", "ts": f"{START}000", "eid": "e1", "ud[em]": EMAIL, "fbp": SECRETS["fbp"],
             "dl": f"https://shop.example/thanks?email={EMAIL}", "cd[value]": "1"}  # fmt: skip
    ga = {
        "v": "2",
        "tid": "G-DEMO123456",
        "en": "purchase",
        "ep.email": EMAIL,
        "uid": SECRETS["external_id"],
        "cid": "1.2",
    }
    pairs = [{"name": "Cookie", "value": COOKIE}, {"name": "User-Agent", "value": AGENT},
             {"name": "Authorization", "value": f"Bearer {TOKEN}"}]  # fmt: skip
    urls = [f"https://www.facebook.com/tr/?{urlencode(query)}", f"https://www.google-analytics.com/g/collect?{urlencode(ga)}",
            f"https://shop.example/{EMAIL}/thanks?phone={quote(PHONE)}&access_token={TOKEN}"]  # fmt: skip
    entries = [
        {"startedDateTime": "2026-09-21T14:13:20.000Z", "request": {"method": "GET", "url": url, "headers": pairs,
         "cookies": [{"name": "sid", "value": COOKIE}]}, "serverIPAddress": SECRETS["client_ip_address"],
         "response": {"status": 200, "headers": [{"name": "Set-Cookie", "value": f"{COOKIE}; Max-Age=10"}],
                      "content": {"mimeType": "text/html", "text": f"<title>{EMAIL}</title>"}}}
        for url in urls
    ]  # fmt: skip
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [
        {"id": "p", "title": f"https://shop.example/?e={EMAIL}", "startedDateTime": "2026-09-21T14:13:20.000Z"}],
        "entries": entries}}  # fmt: skip


def flat(i: int) -> dict[str, Any]:
    return row(i, value=1, currency="EUR", url=f"https://shop.example/?email={EMAIL}", **SECRETS)


def tiktok(i: int) -> dict[str, Any]:
    user = {"email": EMAIL, "phone": PHONE, "external_id": SECRETS["external_id"], "ip": SECRETS["client_ip_address"],
            "user_agent": AGENT}  # fmt: skip
    return {"url": "https://business-api.tiktok.com/open_api/v1.3/event/track/", "headers": {"Access-Token": TOKEN},
            "body": {"event_source": "web", "event_source_id": "CDEMO12345678901234A",
                     "data": [{"event": "Purchase", "event_time": START + i, "event_id": f"e{i}", "user": user}]}}  # fmt: skip


def ga4(i: int) -> dict[str, Any]:
    return {"url": f"https://www.google-analytics.com/mp/collect?measurement_id=G-DEMO123456&api_secret={API_SECRET}",
            "body": {"client_id": f"1.{i}", "user_id": SECRETS["external_id"], "user_data": {"email_address": EMAIL},
                     "ip_override": SECRETS["client_ip_address"], "user_agent": AGENT,
                     "events": [{"name": "purchase", "params": {"transaction_id": f"o{i}", "value": 1}}]}}  # fmt: skip


def put_everything(folder: Folder) -> set[str]:
    """The same secrets in every format; the names of the files."""
    folder.put("bare.ndjson", [event(i) for i in range(3)])
    folder.put("requests.ndjson", [request(3), request(4, status=400, response={"error": {"message": EMAIL}})])
    folder.put("document.json", {"data": [event(5)], "access_token": TOKEN})
    folder.put("forms.log", [f"access_token={TOKEN}&data={quote(json.dumps([event(i)]))}" for i in (6, 7)])
    folder.put("tiktok.ndjson", [tiktok(i) for i in (1, 2)])
    folder.put("ga4.ndjson", [ga4(i) for i in (1, 2)])
    folder.put("flat.ndjson", [flat(i) for i in (10, 11)])
    planted.write_csv(folder.path / "flat.csv", [flat(i) for i in (12, 13)])
    planted.write_parquet(folder.path / "flat.parquet", [flat(i) for i in (14, 15)])
    folder.put("capture.har", everywhere())
    folder.put("orders.csv", f"order_id,email,time,value,currency\no1,{EMAIL},2026-09-21,10,EUR\n")
    return {p.name for p in folder.path.iterdir()}


def test_identifiers_and_secrets_reach_no_output(folder: Folder, tmp_path: Path) -> None:
    names = put_everything(folder)
    code, said = run(folder.path, tmp_path / "out")
    assert code == 0
    found = evidence_of(said)
    assert {n for n in names if found[n]["kind"] == "refused"} == set()
    assert all(found[n]["records"] for n in names)
    nowhere(said, *EVERYTHING)


def test_damaged_evidence_says_where_and_not_what(folder: Folder, tmp_path: Path) -> None:
    """Errors of every reader name file and line, never content."""
    bad = f'{{"event_name": "{EMAIL}", "fbp": {SECRETS["fbp"]}'
    folder.put("a.ndjson", [row(1), bad, row(2), row(3)])
    folder.put("b.ndjson", [event(1), bad, event(2), {"event_name": EMAIL}, [EMAIL], EMAIL])
    folder.put(
        "c.csv",
        f'side,platform,event_name,event_time\nserver,meta,Lead,{START}\nserver,"{EMAIL}"x,"{PHONE}\n{EMAIL},1\n',
    )
    folder.put("d.csv", f"event_name,event_id\n{EMAIL},{PHONE}\n")
    folder.put("e.json", '{"log": {"entries": ' + bad)
    folder.put("f.json", f'{{"exportFormatVersion": 2, "containerVersion": "{EMAIL}"}}')
    folder.put("g.parquet", b"PAR1" + EMAIL.encode() * 9 + b"PAR1")
    folder.put("h.ndjson", [{"side": EMAIL, "platform": "meta", "event_name": "Lead", "event_time": PHONE}, row(5)])
    code, said = run(folder.path, tmp_path / "out")
    assert code == 0
    nowhere(said, EMAIL, PHONE, SECRETS["fbp"])
    found = evidence_of(said)
    assert "line 2" in found["a.ndjson"]["reason"] + " ".join(found["a.ndjson"]["notes"])


def test_a_broken_configuration_says_where_and_not_what(folder: Folder, tmp_path: Path) -> None:
    folder.put("a.ndjson", [row(1), row(2)])
    for text in (
        f"[site]\nurl = {EMAIL}",
        f'[site]\nurl = "{EMAIL}"',
        f'[columns]\n"{EMAIL}" = "{PHONE}"',
        f'"{EMAIL}" = 1',
    ):
        folder.put("tagparity.toml", text)
        code, said = run(folder.path, tmp_path / "out")
        assert code == 2
        nowhere(said, EMAIL, PHONE)


HOSTILE = [f"{ESC}[31mred{ESC}]0;title\x07", f"{RLO}evil", f"a{LSEP}b\u2029c", "\n::error::owned", "::error file=x::owned",
           "[bold red]x[/bold red]", "\x9b31m", "\u2066x\u2069", "##[error]x"]  # fmt: skip


def hostile(folder: Folder, names: list[str]) -> None:
    rows = [row(i * 100 + n, event_name=name, side=side, platform="meta", destination_id=name, action_source=name, sender=name,
                currency="EUR", url=f"https://{name}.example/") for n, name in enumerate(names) for i in range(40)
            for side in ("browser", "server")]  # fmt: skip
    folder.put("events.ndjson", rows)
    folder.put("requests.ndjson", [request(i, body={"data": [event(i) | {"event_name": n}], "partner_agent": n})
                                   for n in names for i in (1, 2)])  # fmt: skip


def test_control_characters_are_shown_never_sent(folder: Folder, tmp_path: Path) -> None:
    hostile(folder, HOSTILE)
    code, said = run(folder.path, tmp_path / "out")
    assert code == 0
    rows = duckdb.sql(f"SELECT * FROM '{tmp_path / 'out' / 'unmatched.parquet'}'").fetchall()
    said["unmatched.parquet"] = "\n".join(" ".join(map(str, r)) for r in rows)
    for place, text in said.items():
        shown = {c for c in text if not c.isprintable()} - {"\n", " ", "\u00a0", "\u202f"}
        assert (place, shown) == (place, set())
        lines = [line for line in text.splitlines() if line.lstrip().startswith(("::error", "##[error]"))]
        assert (place, lines) == (place, [])
    assert "\\\\u001b" in said["audit.json"]
    assert "[bold red]" in said["stdout"] or "[bold red]" not in str(evidence_of(said))


INJECTIONS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "![x](https://evil.example/p.png)",
              "[x](javascript:alert(1))", "|a|b|\n|-|-|", "{{ 7*7 }}{% raw %}", "https://evil.example/x", "</style><b>",
              "`x`**y**", "# heading"]  # fmt: skip


def test_no_markup_is_made_from_names(folder: Folder, tmp_path: Path) -> None:
    hostile(folder, INJECTIONS)
    code, said = run(folder.path, tmp_path / "out")
    assert code == 0
    html, markdown = said["report.html"], said["SERVER-SIDE-TRACKING-AUDIT.md"]
    for bad in ("<script>alert", "<img src=x", "</style><b>", 'href="javascript:', 'href="https://evil', "49{"):
        assert bad not in html
    for bad in ("<script", "<img", "![x](", "[x](java", "{{ 49", "\n# heading", "(https://evil"):
        assert bad not in markdown
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    assert tables
    assert not any(line.startswith("|a|b|") for line in tables)


@pytest.mark.parametrize("key", ["em", "ph", "external_id", "fbp", "client_ip_address"])
def test_canonical_rows_hold_no_identifier(key: str, folder: Folder) -> None:
    put_everything(folder)
    text = json.dumps(folder.read().rows, default=str)
    nowhere({"rows": text}, SECRETS[key])
    raw = b"".join(p.read_bytes() for p in folder.scratch.rglob("*") if p.is_file() and not p.is_symlink())
    assert SECRETS[key].encode() not in raw


def seen(
    url: str, *, page: str = "https://shop.example/thanks", cookie: str = "", body: str = ""
) -> set[tuple[str, str, str, str]]:
    """(place, what, parameter, shape) of what one request of a capture of shop.example gives away."""
    post = {"postData": {"mimeType": "application/json", "text": body}} if body else {}
    request = {"method": "POST" if body else "GET", "url": url, "headers": [{"name": "Referer", "value": page}], **post}
    headers = [{"name": "Set-Cookie", "value": cookie}] if cookie else []
    first = {"request": {"method": "GET", "url": "https://shop.example/", "headers": []},
             "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html"}}}  # fmt: skip
    entry = {"request": request, "response": {"status": 200, "headers": headers, "content": {"mimeType": "image/gif"}}}
    capture = har.read("a.har", {"log": {"version": "1.2", "entries": [first, entry]}}, list(PLATFORMS.values()))
    found = capture.traffic.leaks
    assert "quxley" not in repr(found).lower()
    return {(x.place, x.what, x.param, x.shape) for x in found}


MAIL, HIDDEN = "jane.quxley@mail.com", "j***@***.com"
META, OWN = (
    "https://www.facebook.com/tr/?id=1234567890&ev=Lead",
    "https://t.shop.example/collect?v=2&tid=G-DEMO123456&en=lead&cid=1.2",
)
PACKED = base64.b64encode(json.dumps({"user": MAIL}).encode()).decode()


@pytest.mark.parametrize(
    ("url", "place", "what", "param", "shape"),
    [
        (f"{META}&cd[note]=Hello {MAIL}!", "payload", "email", "cd[note]", HIDDEN),
        (f"{META}&cd[x]={quote(quote(quote(MAIL, safe=''), safe=''), safe='')}", "payload", "email", "cd[x]", HIDDEN),
        (f"{META}&cd[x]={quote(PACKED, safe='')}", "payload", "email", "cd[x]", HIDDEN),
        (f"{META}&cd[x]=jane.quxley%26%2364%3Bmail.com", "payload", "email", "cd[x]", HIDDEN),
        (f"{META}&cd[form]={quote(json.dumps({'last_name': 'Quxley'}))}", "payload", "name", "cd[form]", "1 word(s) of letters"),
        (f"{META}&cd[first_name]=Quxley", "payload", "name", "cd[first_name]", "1 word(s) of letters"),
        (f"{META}&cd[q]=4111%201111%201111%201111", "payload", "card", "cd[q]", "4***11"),
        (f"{META}&cd[q]=DE89370400440532013000", "payload", "iban", "cd[q]", "DE***"),
        (f"{META}&cd[q]=123-45-6789", "payload", "national_id", "cd[q]", "US SSN"),
        (f"{META}&cd[q]=%2B44%2020%207946%200958", "payload", "phone", "cd[q]", "+44***58"),
        (f"{META}&dl={quote(f'https://shop.example/#/u?m={MAIL}', safe='')}", "url", "email", "dl", HIDDEN),
        (f"{META}&dl={quote('https://shop.example/?reset_token=Ab3dEf6hIj9kLm2n', safe='')}", "url", "secret", "dl", "resettoken parameter"),
        (f"{META}&rl={quote(f'https://shop.example/{MAIL}', safe='')}", "referrer", "email", "rl", HIDDEN),
        (f"{OWN}&dl={quote(f'https://shop.example/?m={MAIL}', safe='')}", "url", "email", "dl", HIDDEN),
        (f"https://chat.example.net/u/{base64.b64encode(MAIL.encode()).decode()}/x", "url", "email", "", HIDDEN),
    ],
)  # fmt: skip
def test_every_kind_in_every_place(url: str, place: str, what: str, param: str, shape: str) -> None:
    assert seen(url) == {(place, what, param, shape)}


def test_bodies_referrers_and_cookies() -> None:
    chat = "https://chat.example.net/x"
    assert seen(chat, body=json.dumps({"a": [{"phone": 4915112345678}]})) == {("payload", "phone", "a.phone", "***78")}
    assert seen(META, page=f"https://shop.example/?m={MAIL}") == {("referrer", "email", "referer", HIDDEN)}
    assert seen("https://shop.example/pixel", cookie=f"last={MAIL}; Path=/") == {("cookie", "email", "last", HIDDEN)}


DIGEST = "2a539d6520266b56c3b0c525b9e6128858baeccb5ee9b694a2906e123c8d6dd3"


@pytest.mark.parametrize("url", [
    f"{META}&ud[em]={DIGEST}&ud[ph]={DIGEST}&ud[fn]={DIGEST}", f"{OWN}&ep.user_data.email={MAIL}&ep.user_data.phone=%2B4915112345678",
    f"{META}&cd[content_name]=Blue Shirt&cd[order_id]=4915112345678&cd[ts]=1790000000123", f"{META}&cd[sku]=4006381333931",
    f"{META}&fbc=fb.1.1790000000000.IwAR0abcdef&fbp=fb.1.1790000000000.1234567890", "https://cdn.example.net/npm/vue@3.4.1/logo@2x.png",
    "https://maps.example.net/x?access_token=pk.abcdefghijklmnopqrstuv", "https://medium.example.net/@jane.quxley",
    f"{META}&dl=https%3A%2F%2Fshop.example%2F%3Fgclid%3DCj0KCQiA_abcDEF123456%26order%3D12", f"{META}&cd[link]=mailto:info@shop.com",
])  # fmt: skip
def test_what_is_no_leak(url: str) -> None:
    assert seen(url) == set()


CAPTURES = sorted((Path(__file__).parents[2] / "shared" / "samples" / "har").glob("*.har"))


@pytest.mark.skipif(not CAPTURES, reason="no real captures here")
def test_real_captures_without_logins_show_no_false_find() -> None:
    """Thousands of parameters of real sites, none of them personal: what the scanner says of them is wrong."""
    entries = 0
    for path in CAPTURES:
        capture = har.read(path.name, json.loads(path.read_text("utf-8-sig")), list(PLATFORMS.values()))
        entries += capture.records
        assert capture.traffic.leaks == (), path.name
    assert entries > 1000
