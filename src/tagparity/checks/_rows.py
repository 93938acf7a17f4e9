"""Small generated event tables and requests for the EXAMPLES of checks over events."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
START = 1_790_000_000
DAY = 86_400
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
PLATFORM, PURCHASE, LEAD, ENDPOINT = "meta", "Purchase", "Lead", "https://graph.facebook.com/v24.0/1234567890/events"


def digest(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


def hashed(i: int) -> str:
    """The digest of somebody's email address."""
    return digest(f"u{i}@x.example")


def every(n: int, value: Any, other: Any = None) -> Callable[[int], Any]:
    """`value` in every n-th row, `other` (a value or a function of the number) in the rest."""
    return lambda i: (value(i) if callable(value) else value) if i % n == 0 else other(i) if callable(other) else other


def _filled(row: Row, i: int, more: Row) -> Row:
    """Overrides applied; functions are called with the row's number, None takes a column out."""
    found = {k: v(i) if callable(v) else v for k, v in (row | more).items()}
    return {k: v for k, v in found.items() if v is not None}


def browser(i: int, **more: Any) -> Row:
    """One browser purchase as a row of an event table."""
    row = {
        "side": "browser", "platform": PLATFORM, "event_name": PURCHASE, "event_id": f"e{i}", "order_id": f"o{i}",
        "event_time": START + i * 60, "value": 10 + i % 50, "currency": "EUR", "url": "https://shop.example/thanks",
        "fbp": f"fb.1.{START}000.{1_000_000 + i}",
    }  # fmt: skip
    return _filled(row, i, more)


def server(i: int, **more: Any) -> Row:
    """Its server copy, two seconds later, with seven usable match keys."""
    row = browser(i) | {
        "side": "server", "event_time": START + i * 60 + 2, "action_source": "website", "em": hashed(i),
        "ph": digest(f"4917000{i:05}"), "fn": digest(f"first{i}"), "external_id": digest(f"c{i}"),
        "client_ip_address": f"203.0.113.{i % 250}", "client_user_agent": AGENT,
    }  # fmt: skip
    return _filled(row, i, more)


def both(count: int = 40, *, web: Row | None = None, api: Row | None = None, first: int = 0) -> list[Row]:
    """Pairs of copies, one after the other; `web` and `api` override columns of each side."""
    numbers = range(first, first + count)
    return [row for i in numbers for row in (browser(i, **(web or {})), server(i, **(api or {})))]


def table(rows: list[Row]) -> dict[str, Any]:
    """`given` of an example: one event table."""
    return {"events.jsonl": rows}


def request(i: int, envelope: Row | None = None, **more: Any) -> Row:
    """One logged conversion-API request with one purchase."""
    event = {
        "event_name": PURCHASE, "event_id": f"e{i}", "event_time": START + i * 60, "action_source": "website",
        "event_source_url": "https://shop.example/thanks",
        "user_data": {"em": [hashed(i)], "client_ip_address": "203.0.113.9", "client_user_agent": AGENT},
        "custom_data": {"value": 10.5, "currency": "EUR", "order_id": f"o{i}"},
    }  # fmt: skip
    body = {"data": [_filled(event, i, more)], **_filled({}, i, envelope or {})}
    return {"url": ENDPOINT, "received_time": START + i * 60 + 1, "body": body}


def log(count: int = 40, envelope: Row | None = None, **more: Any) -> dict[str, Any]:
    """`given` of an example: a log of conversion-API requests."""
    return {"requests.jsonl": [request(i, envelope, **more) for i in range(count)]}


def quality(**scores: float) -> dict[str, Any]:
    """`given` of an example: a saved match-quality response."""
    web = [{"event_name": name, "event_match_quality": {"composite_score": score}} for name, score in scores.items()]
    return {"quality.json": {"web": web}}
