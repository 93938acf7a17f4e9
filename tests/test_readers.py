"""What the readers make of payload logs and tables, in every shape that people have them in."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any
from urllib.parse import quote, urlencode

import duckdb
import pytest

from conftest import Folder
from tagparity.core.platform import CODE, Form
from tagparity.readers import source

START = 1_790_000_000
HEX = "ab12" * 16
Row = dict[str, Any]
META_URL = "https://graph.facebook.com/v21.0/1234567890/events?access_token=NOTREAL"


def meta(i: int = 0, **more: Any) -> Row:
    event = {"event_name": "Purchase", "event_time": START + i, "event_id": f"e{i}", "action_source": "website",
             "user_data": {"em": [HEX], "client_ip_address": "203.0.113.9"},
             "custom_data": {"value": 10.5, "currency": "eur", "order_id": f"o{i}"}}  # fmt: skip
    return event | more


def table(i: int = 0, **more: Any) -> Row:
    row = {"side": "server", "platform": "meta", "event_name": "Purchase", "event_id": f"e{i}", "event_time": START + i}
    return row | more


def body(*numbers: int) -> Row:
    return {"data": [meta(i) for i in numbers]}


SHAPES: dict[str, tuple[str | Row | list[Any], int]] = {
    "bare events": ([meta(0), meta(1)], 2),
    "one bare event": ([meta(0)], 1),
    "envelopes": ([body(0, 1), body(2)], 3),
    "one document": (body(0, 1), 2),
    "an array": (json.dumps([meta(0), meta(1), meta(2)]), 3),
    "an array of envelopes": (json.dumps([body(0), body(1, 2)], indent=1), 3),
    "an indented document": (json.dumps(body(0, 1), indent=2), 2),
    "documents in a row": (json.dumps(body(0), indent=2) + "\n" + json.dumps(body(1), indent=2), 2),
    "lines that are arrays": ([body(0), json.dumps([meta(1), meta(2)]), body(3)], 4),
    "data as text": ([{"data": json.dumps([meta(0), meta(1)])}, {"data": json.dumps([meta(2)])}], 3),
    "elements as text": ([{"data": [json.dumps(meta(0)), json.dumps(meta(1))]}, body(2)], 3),
    "data as one object": ([{"url": META_URL, "body": {"data": meta(0)}}, body(1)], 2),
    "form bodies": ([f"access_token=NOTREAL&data={quote(json.dumps([meta(i)]))}" for i in (0, 1)], 2),
    "form bodies, plus for space": ([urlencode({"data": json.dumps([meta(0), meta(1)]), "upload_tag": "a b"})], 2),
    "a form body as body": ([{"url": META_URL, "body": urlencode({"data": json.dumps([meta(0)])})}, body(1)], 2),
    "body as text": ([{"url": META_URL, "body": json.dumps(body(0, 1))}, body(2)], 3),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_a_meta_log(name: str, folder: Folder) -> None:
    content, count = SHAPES[name]
    folder.put("log", content)
    reading = folder.read()
    assert (len(reading.rows), reading.files["log"].kind, reading.files["log"].rejected) == (count, "payload_log", 0)
    assert set(reading.column("event")) == {"purchase"}
    assert sorted(reading.column("t_ms")) == [1000 * (START + i) for i in range(count)]
    assert set(reading.column("currency")) == {"EUR"}
    assert set(reading.column("em")) == {CODE[Form.SHA256_HEX]}
    assert len(set(reading.column("id_h"))) == len(set(reading.column("order_h"))) == count


def nest(path: str, value: Any) -> Row:
    head, _, rest = path.partition(".")
    return {head: nest(rest, value) if rest else value}


def merge(*parts: Row) -> Row:
    found: Row = {}
    for part in parts:
        for key, value in part.items():
            both = isinstance(value, dict) and isinstance(found.get(key), dict)
            found[key] = merge(found[key], value) if both else value
    return found


URLS = ("url", "request_url", "RequestUrl", "request.url", "httpRequest.requestUrl")
BODIES = ("body", "request_body", "RequestBody", "payload", "request.body")
STATUSES = ("status", "status_code", "response.status", "ResponseStatusCode")
ANSWERS = ("response", "response_body", "ResponseBody")
REQUESTS = (
    [(u, "body", "status") for u in URLS]
    + [("url", b, "status") for b in BODIES]
    + [("url", "body", s) for s in STATUSES]
)


@pytest.mark.parametrize(("url", "payload", "status"), REQUESTS)
@pytest.mark.parametrize("text", [False, True], ids=["object", "text"])
def test_a_logged_request_by_every_name(url: str, payload: str, status: str, text: bool, folder: Folder) -> None:
    def line(i: int, code: int) -> Row:
        sent = json.dumps(body(i)) if text else body(i)
        return merge(nest(url, META_URL), nest(payload, sent), nest(status, code))

    folder.put("log.ndjson", [line(0, 200), line(1, 400), line(2, 503)])
    reading = folder.read()
    assert reading.column("destination") == ["1234567890"] * 3
    assert reading.column("accepted") == [True, False, False]


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("text", [False, True], ids=["object", "text"])
def test_an_answer_by_every_name(answer: str, text: bool, folder: Folder) -> None:
    said: list[Row] = [{"events_received": 1}, {"error": {"code": 100, "message": "x"}}]
    folder.put("log.ndjson", [{"url": META_URL, "body": body(i), answer: json.dumps(a) if text else a}
                              for i, a in enumerate(said)])  # fmt: skip
    assert folder.read().column("accepted") == [True, False]


def stape(i: int, kind: str, **more: Any) -> Row:
    line = {"Name": "Facebook", "Type": kind, "TraceId": f"t{i}", "EventName": "purchase"}
    if kind == "Request":
        line |= {"RequestMethod": "POST", "RequestUrl": META_URL, "RequestBody": body(i)}
    return line | more


def test_stape_answers_join_their_requests(folder: Folder) -> None:
    folder.put("log.ndjson", [
        stape(0, "Request"), stape(0, "Response", ResponseStatusCode=200, ResponseBody='{"events_received":1}'),
        stape(1, "Response", ResponseStatusCode=400, ResponseBody='{"error":{}}'), stape(1, "Request"),
        stape(2, "Request"), stape(3, "Request"), stape(3, "Response", ResponseStatusCode=500, Name="TikTok"),
        stape(3, "Response", ResponseStatusCode=200),
    ])  # fmt: skip
    reading = folder.read()
    assert reading.column("accepted") == [True, False, True, True]
    assert reading.files["log.ndjson"].rejected == 0


def test_stape_answers_join_across_blocks(folder: Folder) -> None:
    pad = [stape(i, "Request", pad="x" * (1 << 20)) for i in range(10, 20)]
    folder.put("log.ndjson", [stape(0, "Response", ResponseStatusCode=400), stape(1, "Request"), *pad, stape(0, "Request"),
                              stape(1, "Response", ResponseStatusCode=403)])  # fmt: skip
    refused = [row["line"] for row in folder.read().rows if not row["accepted"]]
    assert refused == [2, 13]


def test_ga4_measurement_protocol(folder: Folder) -> None:
    url = "https://www.google-analytics.com/mp/collect?measurement_id=G-DEMO123456&api_secret=NOTREAL"
    sent = {"client_id": "1.2", "timestamp_micros": START * 10**6, "user_data": {"sha256_email_address": [HEX]}, "events": [
        {"name": "purchase", "params": {"transaction_id": "o1", "value": 3, "currency": "EUR"}}, {"name": "page_view"}]}  # fmt: skip
    folder.put("log.ndjson", [{"url": url, "body": sent}, {"url": url, "body": json.dumps(sent)}, sent])
    reading = folder.read()
    assert set(reading.column("platform")) == {"ga4"}
    assert reading.column("event") == ["purchase", "page_view"] * 3
    assert reading.column("destination") == ["G-DEMO123456"] * 4 + ["", ""]
    assert set(reading.column("t_ms")) == {START * 1000}
    assert set(reading.column("em")) == {CODE[Form.SHA256_HEX]}


def test_tiktok_both_generations_and_its_code(folder: Folder) -> None:
    new = {"event_source": "web", "event_source_id": "CDEMO12345678901234A", "data": [
        {"event": "Purchase", "event_time": START, "event_id": "e1", "user": {"email": HEX}}]}  # fmt: skip
    old = {"pixel_code": "CDEMO12345678901234A", "event": "CompletePayment", "event_id": "e2", "timestamp": "2026-09-21T14:13:20Z",
           "context": {"user": {"email": HEX}}}  # fmt: skip
    host = "https://business-api.tiktok.com/open_api"
    folder.put("log.ndjson", [
        {"url": f"{host}/v1.3/event/track/", "body": new, "status": 200, "response": {"code": 0}},
        {"url": f"{host}/v1.3/event/track/", "body": new, "status": 200, "response": {"code": 40002}},
        {"url": f"{host}/v1.2/pixel/track/", "body": old, "status": 200, "response": '{"code": 40001}'}, new])  # fmt: skip
    reading = folder.read()
    assert reading.column("platform") == ["tiktok"] * 4
    assert reading.column("event") == ["purchase"] * 4
    assert reading.column("accepted") == [True, False, False, True]
    assert set(reading.column("destination")) == {"CDEMO12345678901234A"}
    assert set(reading.column("t_ms")) == {START * 1000}


DAMAGE = ['{"event_name": "Purch', "][", "null", "17", '"text"', "<html>", '{"data": [1, 2]}', '{"hello": 1}', "}" * 50]


@pytest.mark.parametrize("bad", DAMAGE)
@pytest.mark.parametrize("kind", ["log", "table"])
def test_a_damaged_line_is_counted_and_keeps_its_neighbours(bad: str, kind: str, folder: Folder) -> None:
    make = meta if kind == "log" else table
    folder.put("a.ndjson", [make(0), make(1), bad, make(2), make(3)])
    reading = folder.read()
    assert reading.column("line") == [1, 2, 4, 5]
    assert reading.files["a.ndjson"].rejected == 1
    assert "line 3" in reading.files["a.ndjson"].reason


def test_damage_inside_a_document_keeps_the_rest(folder: Folder) -> None:
    whole = json.dumps([meta(i) for i in range(6)], indent=1)
    folder.put("cut.json", whole[: int(len(whole) * 0.75)])
    folder.put("hurt.json", whole.replace('"e2"', '"e2', 1))
    reading = folder.read()
    assert reading.files["cut.json"].records == 4
    assert reading.files["hurt.json"].records == 5
    assert all(f.rejected for f in reading.files.values())


def as_csv(rows: list[Row], delimiter: str = ",", **options: Any) -> str:
    text = io.StringIO()
    out = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, **options)
    out.writeheader()
    out.writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_csv_dialects(delimiter: str, end: str, packed: bool, folder: Folder) -> None:
    urls = ["https://shop.example/?a=1,2;3|4\t5", 'say "hi", twice', "line one\nline two", "", "plain"]
    text = as_csv([table(i, url=u, order_id=f"o{i}") for i, u in enumerate(urls)], delimiter, lineterminator=end)
    folder.put("a.csv", gzip.compress(text.encode()) if packed else text)
    reading = folder.read()
    assert (len(reading.rows), reading.files["a.csv"].rejected) == (5, 0)
    assert reading.column("host")[0] == "shop.example"
    assert len(set(reading.column("order_h"))) == 5


def test_damaged_csv_rows_are_counted_and_keep_their_neighbours(folder: Folder) -> None:
    lines = as_csv([table(i) for i in range(6)], lineterminator="\n").splitlines()
    lines[2:2] = [
        "server,meta",
        "server,meta,Purchase,e9,1790000000,too,many,cells",
        "sideways,meta,Purchase,e9,1790000000",
    ]
    folder.put("a.csv", "\n".join(lines) + "\n")
    reading = folder.read()
    assert (len(reading.rows), reading.files["a.csv"].rejected) == (6, 3)
    assert reading.files["a.csv"].reason


def test_csv_names_are_recognised_in_other_words(folder: Folder) -> None:
    folder.put("tagparity.toml", '[columns]\n"Zeit" = "event_time"\n"Wo" = "side"\n')
    folder.put("a.csv", f"Wo;Platform;Event;Zeit;Pixel_ID;egal\nserver;Facebook;Lead;{START};123456;x\n")
    (row,) = folder.read().rows
    assert (row["platform"], row["event"], row["destination"], row["t_ms"]) == (
        "meta",
        "generate_lead",
        "123456",
        START * 1000,
    )


@pytest.mark.parametrize("missing", ["side", "platform", "event_name", "event_time"])
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_missing_column_is_named(missing: str, kind: str, folder: Folder) -> None:
    rows = [{k: v for k, v in table(i, action_source="website").items() if k != missing} for i in range(3)]
    folder.put(f"a.{kind}", as_csv(rows) if kind == "csv" else list(rows))
    (found,) = folder.read().files.values()
    assert found.kind == "refused"
    assert missing in found.reason
    assert "event_id" in found.reason


TIMES = [START, START * 1000, START * 10**6, "2026-09-21T14:13:20Z", "2026-09-21T16:13:20+02:00", "2026-09-21 14:13:20",
         f"{START}.0", "1.79e9", "2026-09-21T14:13:20.000Z"]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "ndjson", "log"])
def test_times_in_every_unit(kind: str, folder: Folder) -> None:
    make = meta if kind == "log" else table
    rows = [make(i, event_time=t) for i, t in enumerate(TIMES)]
    folder.put("a", as_csv(rows) if kind == "csv" else list(rows))
    assert set(folder.read().column("t_ms")) == {START * 1000}


def test_a_time_that_is_none_is_kept_as_an_event_without_time(folder: Folder) -> None:
    folder.put("a.ndjson", [table(0, event_time="soon"), table(1, event_time=None), table(2)])
    reading = folder.read()
    assert reading.column("t_ms") == [None, None, (START + 2) * 1000]
    assert reading.column("time_unit")[:2] == ["invalid", "none"]


def test_parquet_with_real_types(folder: Folder) -> None:
    duckdb.sql(f"""COPY (SELECT 'server' AS side, 'meta' AS platform, 'Purchase' AS event_name, 'e' || i AS event_id,
        TIMESTAMP '2026-09-21 14:13:20' AS event_time, TIMESTAMPTZ '2026-09-21 14:13:21+00' AS received_time,
        CAST(12.50 AS DECIMAL(9, 2)) AS value, ['{HEX}', 'ann@shop.example'] AS em, CAST(NULL AS VARCHAR[]) AS ph,
        CAST(17 AS BIGINT) AS external_id, true AS consent FROM range(3) t(i))
        TO '{folder.path / "events.parquet"}' (FORMAT parquet)""")
    reading = folder.read()
    assert len(reading.rows) == 3
    row = reading.rows[0]
    assert (row["t_ms"], row["received_ms"], row["value"]) == (START * 1000, (START + 1) * 1000, 12.5)
    assert (row["em"], row["ph"], row["external_id"]) == (CODE[Form.SHA256_HEX], 0, CODE[Form.PLAIN])
    assert row["consent"] == "granted"


KEYS: list[tuple[str, Any, Form]] = [
    ("em", HEX, Form.SHA256_HEX), ("em", [HEX, "ann@shop.example"], Form.SHA256_HEX), ("em", [], Form.ABSENT),
    ("em", None, Form.ABSENT), ("em", 17, Form.WRONG_TYPE), ("em", {"a": 1}, Form.WRONG_TYPE), ("em", True, Form.WRONG_TYPE),
    ("em", [None, ""], Form.ABSENT), ("fbp", ["fb.1.1.2"], Form.LIST), ("client_ip_address", ["203.0.113.9"], Form.LIST),
    ("external_id", 4711, Form.PLAIN), ("external_id", [4711, "x"], Form.PLAIN), ("ph", 16505551212, Form.WRONG_TYPE),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value", "form"), KEYS)
@pytest.mark.parametrize("kind", ["log", "table"])
def test_types_of_match_keys(key: str, value: Any, form: Form, kind: str, folder: Folder) -> None:
    rows = [meta(i, user_data={key: value}) if kind == "log" else table(i, **{key: value}) for i in range(2)]
    folder.put("a.ndjson", list(rows))
    assert folder.read().column(key) == [CODE[form]] * 2


@pytest.mark.parametrize(
    "head", ["order_id,time,value,currency", "Order_ID;created_at;total;currency", "order_id\tdate\tamount"]
)
def test_order_ledgers(head: str, folder: Folder) -> None:
    mark = next(d for d in ";\t," if d in head)
    rows = [["o1", "2026-09-21", "10.5", "EUR"], ["o2", "2026-09-22", "7", "EUR"], ["", "2026-09-22", "7", "EUR"]]
    folder.put("orders.csv", "\n".join([head, *(mark.join(r[: head.count(mark) + 1]) for r in rows)]) + "\n")
    (found,) = folder.read().files.values()
    assert (found.kind, found.records, found.rejected) == ("orders", 2, 1)


def quality(name: str) -> Row:
    row = {"event_name": "Purchase", "event_match_quality": {"composite_score": 8.2, "match_key_feedback": [
        {"identifier": "email", "coverage": {"percentage": 91.5}}]},
        "event_coverage": {"percentage": 80, "goal_percentage": 75}}  # fmt: skip
    return row | {name: [{"dedupe_key": "event_id", "browser_events_with_dedupe_key": {"percentage": 99}}]}


@pytest.mark.parametrize("name", ["dedupe_key_feedback", "dedup_key_feedback"])
@pytest.mark.parametrize("wrap", ["web", "data", "body"])
def test_diagnostics_in_both_spellings(name: str, wrap: str, folder: Folder) -> None:
    whole = {"web": [quality(name), {"event_name": "Lead"}, 17]}
    folder.put(
        "quality.json",
        {"web": whole, "data": {"data": [whole]}, "body": {"body": whole}}[wrap] if wrap != "web" else whole,
    )
    reading = folder.read()
    assert (reading.files["quality.json"].kind, reading.files["quality.json"].rejected) == ("diagnostics", 1)
    first = reading.found.quality[0]
    assert (first.event, first.emq, first.coverage, first.goal) == ("Purchase", 8.2, 80, 75)
    assert first.keys == (("email", 91.5),)


@pytest.mark.xfail(strict=True, reason="the engine reads csv.gz itself: a stream cut short refuses the whole file")
def test_a_packed_csv_cut_short_gives_what_came_before(folder: Folder) -> None:
    text = as_csv([table(i, url=f"https://shop.example/{i * 7919**3 % 10**9}") for i in range(3000)])
    folder.put("a.csv.gz", gzip.compress(text.encode())[:-2000])
    assert len(folder.read().rows) > 500


def test_an_open_quote_in_csv_keeps_its_neighbours(folder: Folder) -> None:
    lines = as_csv([table(i) for i in range(5)], lineterminator="\n").splitlines()
    lines.insert(3, f'server,meta,"Purchase,e9,{START}')
    folder.put("a.csv", "\n".join(lines) + "\n")
    assert len(folder.read().rows) == 5


def test_damaged_rows_of_a_ledger_are_counted(folder: Folder) -> None:
    folder.put("orders.csv", "order_id,time,value,currency\no1,2026-09-21,10,EUR\no2\no3,2026-09-21,10,EUR\n")
    (found,) = folder.read().files.values()
    assert (found.records, found.rejected) == (2, 1)


def test_a_packed_csv_that_inflates_without_end_is_refused(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RATIO_FROM", 1 << 20)
    header, line = as_csv([table(0)]).splitlines()
    folder.put("bomb.csv.gz", gzip.compress(f"{header}\n{line}\n".encode() + b"\n" * (12 << 20), 9))
    (found,) = folder.read().files.values()
    assert (found.kind, found.records) == ("refused", 0)
    assert "times its size" in found.reason
