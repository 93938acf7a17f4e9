"""`tagparity events`: one row per vendor request and event, from which the counts of an audit can be taken again."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from tagparity.cli import main
from tagparity.demo import write_shop
from tagparity.run.audit import audit
from tagparity.tables.listing import COLUMNS, FURTHER

META = "https://www.facebook.com/tr/?id=1234567890&ev=Purchase&eid=o-1&ts=1795447800691&ec=1&cd[value]=9.5&cd[currency]=EUR"
TRIGGER = META.replace("/tr/", "/privacy_sandbox/pixel/register/trigger/") + "&rqm=FGET"
GA = "https://t.shop.example.com/g/collect?v=2&tid=G-ABC1234567&_p=1&cid=1.2&gcs=G101&gcd=13q3t3q3q5l1"
BATCH = "en=page_view\r\nen=scroll&_eu=AEAAAAI"
ADDRESS = "jane.roe@example.com"


def entry(url: str, **request: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-11-23T15:30:00.691Z",
        "request": {"method": "GET", "url": url, "headers": [], **request},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "image/gif"}},
    }


def har(*entries: dict[str, Any]) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}})


def capi(i: int, **event: Any) -> str:
    body = {"data": [{"event_name": "Purchase", "event_time": 1795447800 + i, "event_id": f"o-{i}",
                      "action_source": "website", "user_data": {"em": [ADDRESS], "ph": "415 555 0123"}, **event}]}  # fmt: skip
    return json.dumps({"url": "https://graph.facebook.com/v24.0/1234567890/events", "body": body})


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["events", *map(str, args)])


def rows(*args: object) -> list[dict[str, Any]]:
    result = run(*args)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lost = {"method": "POST", "headers": [{"name": "Content-Length", "value": "412"}]}
    capture = har(
        entry("https://shop.example.com/"),
        entry(META),
        entry(TRIGGER),
        entry(GA, method="POST", postData={"mimeType": "text/plain", "text": BATCH}),
        entry("https://analytics.tiktok.com/api/v2/pixel", **lost),
        entry("https://connect.facebook.net/en_US/fbevents.js"),
    )
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "walk.har").write_text(capture)
    (evidence / "capi.jsonl").write_text("\n".join([capi(1), "{broken", capi(2, event_name=f"Order of {ADDRESS}")]))
    return evidence


def test_a_row_per_request_and_per_event_of_a_batch(folder: Path) -> None:
    found = [(r["file"], r["index"], r["sub"], r["platform"], r["class"], r["twin_of"]) for r in rows(folder)]
    assert found == [
        ("capi.jsonl", 0, 0, "meta", "event", None),
        ("capi.jsonl", 2, 0, "meta", "event", None),
        ("walk.har", 1, 0, "meta", "event", None),
        ("walk.har", 2, 0, "meta", "twin", 1),
        ("walk.har", 3, 0, "ga4", "event", None),
        ("walk.har", 3, 1, "ga4", "automatic", None),
        ("walk.har", 4, 0, "tiktok", "unreadable", None),
        ("walk.har", 5, 0, "meta", "loader", None),
    ]


def test_what_a_row_says(folder: Path) -> None:
    found = {(r["file"], r["index"], r["sub"]): r for r in rows(folder, "--unkeyed")}
    event = found["walk.har", 1, 0]
    assert list(event) == [*COLUMNS, *FURTHER]
    assert event["sha256"] == hashlib.sha256((folder / "walk.har").read_bytes()).hexdigest()
    assert event["event_id_digest"] == hashlib.sha256(b"o-1").hexdigest()[:12]
    said = ("event_name", "canonical", "destination", "side", "route", "has_value", "has_currency", "event_id_origin")
    assert [event[k] for k in said] == ["Purchase", "purchase", "1234567890", "browser", "direct", True, True, "site"]
    page = found["walk.har", 3, 0]
    assert (page["route"], page["has_value"], page["event_id_digest"]) == ("first_party", False, None)
    assert page["consent"]["ad_storage"] == "denied" and page["consent"]["analytics_storage"] == "granted"
    server = found["capi.jsonl", 0, 0]
    assert server["identifiers"] == {"em": "plain", "ph": "plain"}
    assert (server["side"], server["route"], server["event_id_digest"]) == ("server", None, event["event_id_digest"])


def test_digests_are_keyed_for_one_run_unless_asked(folder: Path) -> None:
    first, second = ([r["event_id_digest"] for r in rows(folder)] for _ in range(2))
    assert first != second and [d is None for d in first] == [d is None for d in second]
    assert first[0] == first[2], "one id is one digest within a run"
    plain = rows(folder, "--unkeyed")
    assert [r["event_id_digest"] for r in plain] == [r["event_id_digest"] for r in rows(folder, "--unkeyed")]


@pytest.mark.parametrize("form", ["ndjson", "csv", "parquet"])
def test_every_format_holds_the_same_and_no_identifier(folder: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"rows.{form}"
    result = run(folder, "--format", form, "--unkeyed", "-o", out)
    assert result.exit_code == 0 and ADDRESS.encode() not in out.read_bytes()
    if form == "csv":
        with out.open(newline="") as file:
            found = [(r["file"], int(r["index"]), json.loads(r["identifiers"])) for r in csv.DictReader(file)]
    elif form == "parquet":
        table = duckdb.sql(f"SELECT file, \"index\", identifiers FROM '{out}'").fetchall()
        found = [(f, i, json.loads(keys)) for f, i, keys in table]
    else:
        found = [(r["file"], r["index"], r["identifiers"]) for r in map(json.loads, out.read_text().splitlines())]
    assert found == [(r["file"], r["index"], r["identifiers"]) for r in rows(folder)]


def test_what_cannot_be_used_is_said_and_ends_in_two(folder: Path, tmp_path: Path) -> None:
    (folder / "notes.txt").write_text("nothing")
    assert "notes.txt" in run(folder).stderr
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "notes.txt").write_text("nothing")
    result = run(alone)
    assert (result.exit_code, result.stdout) == (2, "") and "nothing usable" in result.stderr
    inside = run(folder, "-o", folder / "rows.ndjson")
    assert inside.exit_code == 2 and "into the evidence" in inside.stderr


def test_the_counts_of_an_audit_come_back(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    found = rows(tmp_path / "shop")
    counts: Counter[tuple[str, str, str]] = Counter()
    ids: Counter[tuple[str, str, str]] = Counter()
    for r in found:
        if r["class"] in ("event", "automatic") and r["accepted"]:
            counts[r["platform"], r["canonical"], r["side"]] += 1
            ids[r["platform"], r["canonical"], r["side"]] += r["event_id_digest"] is not None
    metrics = audit(tmp_path / "shop").metrics
    plain = {"platform", "event", "side"}
    events = {tuple(m.dims.values()): m.value for m in metrics if m.id == "events" and set(m.dims) == plain}
    present = {tuple(m.dims.values()): m.numerator for m in metrics if m.id == "id_presence" and set(m.dims) == plain}
    assert len(counts) > 5 and dict(counts) == events
    assert {k: n for k, n in ids.items() if k in present} == present


def test_names_that_are_personal_data_are_masked(tmp_path: Path) -> None:
    row = {"side": "server", "platform": ADDRESS, "event_name": ADDRESS, "event_time": 1795447800, "destination_id": ADDRESS,
           "consents": json.dumps({ADDRESS: "granted"}), "route": ADDRESS, "currency": ADDRESS, "event_id": ADDRESS}  # fmt: skip
    (tmp_path / "events.jsonl").write_text("\n".join([json.dumps(row)] * 2))
    result = run(tmp_path, "--unkeyed")
    (first, _) = [json.loads(line) for line in result.stdout.splitlines()]
    assert (first["event_name"], first["platform"], first["consent"]) == ("<email>", "<email>", {})
    assert not any(part in result.output for part in (ADDRESS, "jane.roe", "example.com"))
