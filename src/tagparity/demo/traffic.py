"""Tables and request logs of the broken shop, made from generated logs, one plan per platform and event."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ._values import person, sha
from .logs import START, Plan, Row, Wire, generate

PIXEL, TIKTOK, GA4 = "900100200300400", "CDEMOSHOP1234567890A", "G-DEMOSHOP01"
TOKEN = "EAADEMO" + "NOTREAL" * 6
LOST_DAY = (START + 86_400, START + 2 * 86_400)
NAMES = {
    "meta": ("PageView", "ViewContent", "AddToCart", "InitiateCheckout", "Purchase", "Lead"),
    "tiktok": ("Pageview", "ViewContent", "AddToCart", "InitiateCheckout", "CompletePayment", "SubmitForm"),
    "ga4": ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "generate_lead"),
}
EVENTS = NAMES["ga4"]
PURCHASES = {"clean": 175, "late": 9, "browser_refire": 24, "server_retry": 8, "altered_case": 62, "altered_new": 32,
             "server_no_id": 22, "browser_no_id": 14, "outside": 8, "browser_only": 18, "refused": 6, "denied": 5,
             "server_only": 12, "offline": 9, "test": 8, "bot": 4}  # fmt: skip
FATES: dict[str, dict[str, int]] = {
    "page_view": {"clean": 420, "browser_no_id": 60, "browser_only": 60, "server_only": 20},
    "view_item": {"clean": 260, "browser_only": 40, "server_only": 10},
    "add_to_cart": {"clean": 150, "browser_no_id": 40, "browser_only": 20},
    "begin_checkout": {"clean": 40, "browser_no_id": 80, "browser_only": 15},
    "purchase": PURCHASES,
    "generate_lead": {"clean": 22, "browser_only": 78},
}
EM = {"sha256_hex": 20, "sha256_hex_upper": 4, "plain": 2, "double": 3, "placeholder": 3, "absent": 4}
FORMS: dict[str, Mapping[str, int]] = {
    "em": EM, "ph": {"sha256_hex": 3, "absent": 4}, "client_user_agent": {"plain": 1},
    "client_ip_address": {"plain": 1}, "fbp": {"plain": 1}, "fbc": {"plain": 1, "absent": 4},
}  # fmt: skip
LIGHT: dict[str, Mapping[str, int]] = {k: FORMS[k] for k in ("client_user_agent", "client_ip_address", "fbp")}
TIKTOK_FORMS: dict[str, Mapping[str, int]] = {
    "em": {"sha256_hex": 5, "absent": 2}, "external_id": {"sha256_hex": 1}, "client_user_agent": {"plain": 1}
}  # fmt: skip


@dataclass
class Events:
    """Rows of the shop by where they end up."""

    browser: list[Row] = field(default_factory=list)
    meta: list[Row] = field(default_factory=list)
    tiktok: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)


def make() -> Events:
    """All rows of the shop."""
    made = Events()
    for n, event in enumerate(EVENTS):
        money = event in ("purchase", "begin_checkout", "add_to_cart")
        _take(made, _plan("meta", n, FATES[event], FORMS if money or event == "generate_lead" else LIGHT))
        _take(made, _plan("tiktok", n, _third(FATES[event]), TIKTOK_FORMS))
        _take(made, _plan("ga4", n, {"browser_only": sum(FATES[event].values()) // 3}, {}))
    made.browser.sort(key=lambda r: (str(r["event_time"]), r["platform"], str(r["event_id"])))
    made.orders = _orders(made)
    return made


def _third(fates: dict[str, int]) -> dict[str, int]:
    """TikTok sees fewer people, and its integration is the better one."""
    kept = ("clean", "late", "altered_case", "browser_only", "server_only", "browser_refire")
    return {f: n // 3 if f == "clean" else n // 6 for f, n in fates.items() if f in kept}


def _plan(platform: str, n: int, fates: dict[str, int], forms: Mapping[str, Mapping[str, int]]) -> Plan:
    event = EVENTS[n]
    destination = {"meta": PIXEL, "tiktok": TIKTOK, "ga4": GA4}[platform]
    person = {"meta": "fbp", "tiktok": "external_id", "ga4": "client_id"}[platform]
    web = "web" if platform == "tiktok" else "website"
    wire = Wire(platform, NAMES[platform][n], event, destination, person=person, web=web)
    return Plan(wire, fates, forms, days=3, seed=11 + n, orders=event == "purchase")


def _take(made: Events, plan: Plan) -> None:
    """Sorts rows into the evidence; on the second day half of the server's copies get lost."""
    for number, row in enumerate(generate(plan).rows):
        row["url"] = f"https://www.shop.example/{plan.wire.event.replace('_', '-')}"
        seconds = row["event_time"] / (1000 if row["event_time"] > 10**11 else 1)
        if row["side"] == "browser":
            made.browser.append(_browser(row, int(seconds)))
        elif not (LOST_DAY[0] <= seconds < LOST_DAY[1] and number % 5 < 3):
            (made.meta if plan.wire.platform == "meta" else made.tiktok).append(row)


def _browser(row: Row, seconds: int) -> Row:
    """A browser row as the shop's event table has it."""
    row["event_time"] = _iso(seconds)
    if row["platform"] == "ga4":
        row["transaction_id"], row["event_id"] = row.get("order_id"), None
    keys = ("side", "platform", "destination_id", "event_name", "event_id", "event_time", "order_id", "transaction_id",
            "client_id", "value", "currency", "url", "consent", "fbp", "fbc", "em", "external_id")  # fmt: skip
    return {k: row.get(k) for k in keys}


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _orders(made: Events) -> list[Row]:
    """The ledger: every order Meta's two sides know of, and some nobody saw."""
    seen = {r["order_id"]: r for r in [*made.browser, *made.meta] if r.get("order_id") and r["platform"] == "meta"}
    rows = [
        {"order_id": k, "time": _iso(START + 3600 + n * 600), "value": r["value"], "currency": r["currency"]}
        for n, (k, r) in enumerate(sorted(seen.items()))
    ]
    unseen = [
        {"order_id": f"order-9{n:05d}", "time": _iso(START + n * 5000), "value": "25.00", "currency": "EUR"}
        for n in range(20)
    ]
    return rows + unseen


def customers(count: int = 1200) -> list[Row]:
    """What the shop's customer system holds of the people in the events, as they typed it."""
    people = [person(i) for i in range(count)]
    return [
        {
            "customer_id": p["external_id"],
            "email": p["em"].capitalize(),
            "phone": f"+{p['ph'][:2]} {p['ph'][2:5]} {p['ph'][5:]}",
            "first_name": p["fn"].capitalize(),
            "last_name": p["ln"].capitalize(),
        }
        for p in people
    ]


def table(rows: list[Row]) -> str:
    """CSV text of rows; None is an empty cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _present(values: Row) -> Row:
    return {k: v for k, v in values.items() if v is not None}


def _received(row: Row) -> str:
    return _iso(int(row["event_time"] / (1000 if row["event_time"] > 10**11 else 1)) + 1)


def meta_requests(rows: list[Row]) -> list[Row]:
    """Conversions API requests as a proxy logs them."""
    return [meta_request(r, _received(r), row_status=int(r["status"])) for r in rows]


def meta_request(row: Row, at: str, row_status: int = 200) -> Row:
    """One logged request with one event."""
    event = _present({"event_name": row["event_name"], "event_time": row["event_time"], "event_id": row["event_id"],
                      "action_source": row["action_source"], "event_source_url": row["url"]})  # fmt: skip
    keys = ("em", "ph", "client_ip_address", "client_user_agent", "fbp", "fbc")
    event["user_data"] = _present({k: row.get(k) for k in keys})
    event["custom_data"] = _present(
        {"value": float(row["value"]), "currency": row["currency"], "order_id": row.get("order_id")}
    )
    good = row_status < 400
    return {
        "timestamp": at,
        "url": f"https://graph.facebook.com/v21.0/{PIXEL}/events?access_token={TOKEN}",
        "method": "POST",
        "body": _present({"data": [event], "test_event_code": row.get("test_event_code")}),
        "status": row_status,
        "response": {"events_received": 1} if good else {"error": {"code": 100, "message": "Invalid parameter"}},
    }  # fmt: skip


def tiktok_requests(rows: list[Row]) -> list[Row]:
    """Events API requests as a proxy logs them."""
    return [_tiktok_request(r) for r in rows]


def _tiktok_request(row: Row) -> Row:
    user = {"email": row.get("em"), "external_id": row.get("external_id"), "user_agent": row.get("client_user_agent")}
    properties = {"value": float(row["value"]), "currency": row["currency"], "order_id": row.get("order_id")}
    event = _present({"event": row["event_name"], "event_id": row["event_id"], "event_time": row["event_time"],
                      "user": _present(user), "properties": _present(properties),
                      "page": {"url": row["url"]}})  # fmt: skip
    return {
        "timestamp": _received(row),
        "url": "https://business-api.tiktok.com/open_api/v1.3/event/track/",
        "body": {"event_source": "web", "event_source_id": TIKTOK, "data": [event]},
        "status": 200,
        "response": {"code": 0, "message": "OK"},
    }


def quality() -> Row:
    """A saved response of Meta's Dataset Quality API."""

    def event(name: str, emq: float, email: float, coverage: float) -> Row:
        keys = [("email", email), ("phone", email / 2), ("user_agent", 100.0), ("ip_address", 100.0)]
        feedback = [{"identifier": k, "coverage": {"percentage": v}} for k, v in keys]
        return {
            "event_name": name,
            "event_match_quality": {"composite_score": emq, "match_key_feedback": feedback},
            "event_coverage": {"percentage": coverage, "goal_percentage": 75.0},
            "data_freshness": {"upload_frequency": "real_time"},
        }

    rows: list[Any] = [
        event("Purchase", 5.8, 71.4, 88.0),
        event("PageView", 4.1, 3.0, 85.2),
        event("Lead", 5.1, 40.0, 22.0),
    ]
    return {"web": rows}


def hashed_email(name: str) -> str:
    """Digest of an address of the shop."""
    return sha(f"{name}@mail.example")
