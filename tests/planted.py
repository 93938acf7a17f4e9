"""Planted evidence: generated logs with known truths, written in every format a server log or table comes in."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from tagparity.core.audit import Audit
from tagparity.core.measure import Metric
from tagparity.demo.logs import Log, Plan, Row, Wire, split

HEX = frozenset({"sha256_hex", "sha256_hex_upper", "sha256_hex_suffixed"})
ANY_DIGEST = HEX | {"sha256_base64", "sha256_base64url"}
PLAIN = frozenset({"plain"})
META = Wire("meta", "Purchase", "purchase", "123456789012345", odd="purchase", usable={
    "em": HEX, "ph": HEX, "fn": HEX, "external_id": HEX | PLAIN, "fbp": PLAIN, "fbc": PLAIN,
    "client_ip_address": PLAIN, "client_user_agent": PLAIN})  # fmt: skip
TIKTOK = Wire("tiktok", "CompletePayment", "purchase", "CDEMO12345678901234A", same="Purchase", odd="purchase",
              offline="offline", web="web", person="external_id", usable={
    "em": HEX, "ph": HEX, "fn": HEX, "external_id": HEX, "client_ip_address": PLAIN,
    "client_user_agent": PLAIN})  # fmt: skip
GA4 = Wire("ga4", "purchase", "purchase", "G-DEMO123456", person="client_id", usable={
    "em": ANY_DIGEST, "ph": ANY_DIGEST, "client_ip_address": PLAIN, "client_user_agent": PLAIN})  # fmt: skip

EM = {"sha256_hex": 9, "sha256_hex_upper": 2, "sha256_hex_suffixed": 2, "plain": 2, "md5": 1, "sha1": 1, "double": 2,
      "placeholder": 3, "truncated": 1, "wrong_length": 1, "absent": 4, "sha256_base64": 1,
      "sha256_base64url": 1}  # fmt: skip
PH = {"sha256_hex": 6, "plain": 1, "placeholder": 1, "absent": 3}
FORMS = {"em": EM, "ph": PH, "client_user_agent": {"plain": 1}, "client_ip_address": {"plain": 7, "absent": 2}}
PERSON = {"fbp": {"fbp": {"plain": 1}}, "external_id": {"external_id": {"sha256_hex": 1}}}
TYPED = {"em": EM | {"pair": 3, "wrong_type": 1}}
EVERY = {"clean": 190, "edge": 9, "late": 7, "early": 4, "refused_taken": 5, "browser_dup": 8, "browser_refire": 6,
         "server_retry": 5, "server_refire": 4, "outside": 7, "altered_case": 11, "altered_new": 9, "lone_case": 4,
         "browser_no_id": 6, "server_no_id": 8, "renamed_case": 5, "renamed_other": 3, "other_destination": 6,
         "browser_only": 21, "refused": 7, "denied": 6, "server_only": 13, "server_no_keys": 3, "offline": 8, "test": 4,
         "bot": 5}  # fmt: skip


def plan(wire: Wire, without: Iterable[str] = (), **more: Any) -> Plan:
    """Every fate there is, less those a format cannot express."""
    fates = {f: n for f, n in EVERY.items() if f not in set(without)}
    forms = FORMS | PERSON.get(wire.person, {})
    made = Plan(wire, fates, forms)
    extra = more.pop("forms", {})
    return replace(made, forms=forms | extra, **more)


def ga4_row(row: Row) -> Row:
    """GA4 knows a purchase by its transaction id."""
    return {k: v for k, v in row.items() if k != "event_id"} | {"transaction_id": row["event_id"]}


def write_csv(path: Path, rows: list[Row]) -> None:
    names = list(dict.fromkeys(k for r in rows for k in r))
    with path.open("w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, names)
        out.writeheader()
        out.writerows(rows)


def write_lines(path: Path, lines: Iterable[Any]) -> None:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def write_parquet(path: Path, rows: list[Row]) -> None:
    text = path.with_suffix(".tmp")
    write_csv(text, rows)
    duckdb.execute(f"""COPY (SELECT * REPLACE (to_timestamp(CASE WHEN CAST(event_time AS BIGINT) > 100000000000
        THEN CAST(event_time AS BIGINT) // 1000 ELSE CAST(event_time AS BIGINT) END) AS event_time,
        CAST(value AS DOUBLE) AS value)
        FROM read_csv('{text}', all_varchar = true)) TO '{path}' (FORMAT parquet)""")
    text.unlink()


def _present(**values: Any) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v is not None}


def meta_event(row: Row) -> dict[str, Any]:
    keys = ("em", "ph", "fn", "external_id", "client_ip_address", "client_user_agent", "fbp", "fbc")
    return _present(
        event_name=row["event_name"], event_time=row["event_time"], event_id=row["event_id"],
        action_source=row["action_source"], event_source_url=row["url"],
        user_data=_present(**{k: row.get(k) for k in keys}),
        custom_data=_present(value=float(row["value"]), currency=row["currency"], order_id=row.get("order_id")),
    )  # fmt: skip


def _meta_body(rows: list[Row]) -> dict[str, Any]:
    return {"data": [meta_event(r) for r in rows]} | _present(test_event_code=rows[0].get("test_event_code"))


def meta_bare(rows: list[Row]) -> list[Any]:
    return [meta_event(r) for r in rows]


def meta_batches(rows: list[Row]) -> list[Any]:
    """Up to nine events a request; a test code belongs to a whole request."""
    coded = [r for r in rows if r.get("test_event_code")]
    plain = [r for r in rows if not r.get("test_event_code")]
    return [_meta_body(part[i : i + 9]) for part in (plain, coded) for i in range(0, len(part), 9)]


def meta_forms(rows: list[Row]) -> list[Any]:
    lines = []
    for row in rows:
        code = f"&test_event_code={row['test_event_code']}" if row.get("test_event_code") else ""
        lines.append(f"access_token=EAADEMONOTREAL&data={quote(json.dumps([meta_event(row)]))}{code}")
    return lines


def _refused(row: Row) -> bool:
    return row["status"] != "200"


def meta_requests(rows: list[Row]) -> list[Any]:
    return [
        {
            "url": f"https://graph.facebook.com/v21.0/{r['destination_id']}/events?access_token=EAADEMONOTREAL",
            "body": _meta_body([r]) if n % 2 else json.dumps(_meta_body([r])),
            "status": int(r["status"]),
            "response": {"error": {"code": 100}} if _refused(r) else {"events_received": 1},
        }
        for n, r in enumerate(rows)
    ]


def tiktok_requests(rows: list[Row]) -> list[Any]:
    names = {"email": "em", "phone": "ph", "external_id": "external_id", "first_name": "fn", "ip": "client_ip_address",
             "user_agent": "client_user_agent"}  # fmt: skip
    lines = []
    for r in rows:
        event = _present(
            event=r["event_name"], event_id=r["event_id"], event_time=r["event_time"], page={"url": r["url"]},
            user=_present(**{theirs: r.get(ours) for theirs, ours in names.items()}),
            properties=_present(value=float(r["value"]), currency=r["currency"], order_id=r.get("order_id")),
        )  # fmt: skip
        body = _present(event_source=r["action_source"], event_source_id=r["destination_id"], data=[event],
                        test_event_code=r.get("test_event_code"))  # fmt: skip
        lines.append({"url": "https://business-api.tiktok.com/open_api/v1.3/event/track/", "body": body, "status": 200,
                      "response": {"code": 40002 if _refused(r) else 0, "message": "m"}})  # fmt: skip
    return lines


def ga4_requests(rows: list[Row]) -> list[Any]:
    lines = []
    for r in rows:
        r = {"event_id": r.get("transaction_id")} | r
        micros = r["event_time"] * (1000 if r["event_time"] > 10**11 else 10**6)
        user = {("email_address" if r.get("em") and "@" in r["em"] else "sha256_email_address"): r.get("em"),
                "sha256_phone_number": r.get("ph")}  # fmt: skip
        body = _present(
            client_id=r["client_id"] or "-", timestamp_micros=micros, user_data=_present(**user),
            ip_override=r.get("client_ip_address"), user_agent=r.get("client_user_agent"),
            events=[{"name": r["event_name"], "params": _present(
                transaction_id=r["event_id"], value=float(r["value"]), currency=r["currency"])}],
        )  # fmt: skip
        lines.append({"url": f"https://www.google-analytics.com/mp/collect?measurement_id={r['destination_id']}&api_secret=NOTREAL",
                      "body": body, "status": int(r["status"])})  # fmt: skip
    return lines


def write_split(folder: Path, log: Log, server: Callable[[list[Row]], list[Any]], name: str = "server.ndjson") -> Path:
    """The browser side as a table, the server side as a log."""
    sides = dict(split(log.rows))
    write_csv(folder / "browser.csv", sides["browser"])
    write_lines(folder / name, server(sides["server"]))
    return folder


def measured(audit: Audit) -> dict[tuple[str, tuple[tuple[str, str], ...]], tuple[float, float]]:
    """Metrics of an audit in the shape of truths."""
    return {(m.id, tuple(sorted(m.dims.items()))): _counts(m) for m in audit.metrics}


def _counts(metric: Metric) -> tuple[float, float]:
    down = metric.denominator if metric.denominator is not None else metric.value
    return metric.numerator or 0, down or 0
