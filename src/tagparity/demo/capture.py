"""The capture of one journey through the broken shop, and the server's copies of it.

Page view, item and cart arrive on both sides; the checkout has no id in the browser, the purchase another id on the
server and a GA4 hit around it; the lead never reaches the server and its page carries an e-mail address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from ._values import sha
from .logs import START
from .traffic import GA4, NAMES, PIXEL, TIKTOK, hashed_email, meta_request

AGENT = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36"
)
FIRST = START + 2 * 86_400 + 36_000
FBP = "fb.1.1772400000000.4711471147"
PATHS = ("", "item/42", "cart", "checkout", "thank-you", "newsletter?email=demo.visitor%40mail.example")
VALUES = ("", "42.50", "42.50", "42.50", "42.50", "5.00")


@dataclass(frozen=True)
class Step:
    """One of the six steps."""

    n: int

    @property
    def at(self) -> int:
        return FIRST + 60 * self.n

    @property
    def page(self) -> str:
        return f"https://www.shop.example/{PATHS[self.n]}"

    @property
    def id(self) -> str:
        return f"demo.{self.n}.{sha(str(self.n))[:10]}"

    @property
    def ordered(self) -> bool:
        return NAMES["ga4"][self.n] == "purchase"


def _stamp(second: int, ms: int = 0) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms:03d}Z"


def _entry(
    step: Step, ms: int, url: str, mime: str, body: str = "", kind: str = "", cookie: str = ""
) -> dict[str, Any]:
    headers = [{"name": "User-Agent", "value": AGENT}, {"name": "Referer", "value": step.page}]
    request: dict[str, Any] = {"method": "POST" if body else "GET", "url": url, "httpVersion": "h2", "headers": headers,
                               "queryString": [], "cookies": [], "headersSize": -1, "bodySize": len(body)}  # fmt: skip
    if body:
        request["postData"] = {"mimeType": kind, "text": body}
    answered = [{"name": "Set-Cookie", "value": cookie}] if cookie else []
    response = {"status": 200, "statusText": "OK", "httpVersion": "h2", "headers": answered, "cookies": [],
                "content": {"size": 0, "mimeType": mime}, "redirectURL": "", "bodySize": 0}  # fmt: skip
    return {"startedDateTime": _stamp(step.at, ms), "time": 20, "pageref": f"page_{step.n}", "request": request,
            "response": response, "cache": {}, "timings": {"send": 1, "wait": 18, "receive": 1}}  # fmt: skip


def _pixel(step: Step) -> dict[str, Any]:
    """A Meta hit: GET, but a form where the purchase carries much data."""
    fields = {"id": PIXEL, "ev": NAMES["meta"][step.n], "dl": step.page, "rl": "", "if": "false",
              "ts": f"{step.at}500", "sw": "1440", "sh": "900", "v": "2.9.138", "r": "stable",
              "a": "tmSimo-GTM-WebTemplate", "ec": str(step.n), "o": "4126", "fbp": FBP}  # fmt: skip
    if VALUES[step.n]:
        fields |= {"cd[value]": VALUES[step.n], "cd[currency]": "EUR", "cd[content_ids]": '["42"]'}
    if step.n != 3:
        fields["eid"] = step.id
    if step.ordered:
        fields |= {"cd[order_id]": "order-demo-1", "ud[em]": hashed_email("demo.visitor"), "rqm": "formPOST"}
        form = "application/x-www-form-urlencoded"
        return _entry(step, 500, "https://www.facebook.com/tr/", "text/plain", urlencode(fields), form)
    return _entry(step, 500, "https://www.facebook.com/tr/?" + urlencode(fields | {"rqm": "GET"}), "image/gif")


def _ga4(step: Step, host: str, tid: str, routed: bool) -> dict[str, Any]:
    fields = {"v": "2", "tid": tid, "gtm": "45je6320v9700001za200", "_p": f"{step.at}000", "cid": "471147.1772400000",
              "ul": "en-us", "sr": "1440x900", "gcs": "G111", "gcd": "13t3t3t3t5l1", "_s": "1", "sid": "1772400000",
              "sct": "1", "seg": "1", "dl": step.page, "en": NAMES["ga4"][step.n], "tfd": "812"}  # fmt: skip
    if VALUES[step.n]:
        fields |= {"cu": "EUR", "epn.value": VALUES[step.n]}
    if step.ordered:
        fields["ep.transaction_id"] = "order-demo-1"
    tail = "&sst.etld=google.com&sst.gcsub=region1&sst.tft=1&richsstsse" if routed else ""
    cookie = (
        "FPID=demo; Max-Age=63072000; Domain=shop.example; Path=/; Secure; HttpOnly" if routed and not step.n else ""
    )
    return _entry(step, 620, f"https://{host}/g/collect?{urlencode(fields)}{tail}", "text/plain", cookie=cookie)


def _tiktok(step: Step) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event": NAMES["tiktok"][step.n], "event_id": step.id, "message_id": f"messageId-{step.at}-{TIKTOK}",
        "timestamp": _stamp(step.at, 700), "properties": {"currency": "EUR", "value": float(VALUES[step.n] or 0)},
        "context": {"pixel": {"code": TIKTOK}, "page": {"url": step.page}, "user": {"anonymous_id": "demo-ttp"},
                    "userAgent": AGENT},
    }  # fmt: skip
    url = "https://analytics.tiktok.com/api/v2/pixel"
    return _entry(step, 700, url, "text/plain", json.dumps(event), "application/json")


def _step(step: Step) -> list[dict[str, Any]]:
    page = _entry(step, 0, step.page, "text/html; charset=utf-8")
    script = _entry(step, 120, "https://www.googletagmanager.com/gtm.js?id=GTM-DEMOWEB", "application/javascript")
    direct = [_ga4(step, "region1.google-analytics.com", "G-DEMOSHOP99", routed=False)] if step.ordered else []
    return [page, script, _pixel(step), _ga4(step, "metrics.shop.example", GA4, routed=True), *direct, _tiktok(step)]


def journey() -> dict[str, Any]:
    """The HAR file."""
    steps = [Step(n) for n in range(len(PATHS))]
    pages = [{"id": f"page_{s.n}", "title": s.page, "startedDateTime": _stamp(s.at), "pageTimings": {}} for s in steps]
    entries = [entry for s in steps for entry in _step(s)]
    creator = {"name": "tagparity demo", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "pages": pages, "entries": entries}}


def server_requests() -> list[dict[str, Any]]:
    """The server's copies of the journey; the lead has none."""
    return [_copy(Step(n)) for n in range(len(PATHS) - 1)]


def _copy(step: Step) -> dict[str, Any]:
    changed = step.id.upper() if step.ordered else step.id
    row = {"event_name": NAMES["meta"][step.n], "event_time": step.at + 1, "event_id": changed,
           "action_source": "website",
           "url": step.page, "value": VALUES[step.n] or "0", "currency": "EUR", "client_user_agent": AGENT,
           "client_ip_address": "203.0.113.77", "fbp": FBP,
           "order_id": "order-demo-1" if step.ordered else None,
           "em": hashed_email("demo.visitor") if step.ordered else None}  # fmt: skip
    return meta_request(row, _stamp(step.at + 2))
