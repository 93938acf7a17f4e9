"""What somebody who wrote the audit by hand would know of the logs: names of events, forms of identifiers, and the
questions all engines answer. Answers are cells: "metric|dims" -> [numerator, denominator].
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

Cells = dict[str, list[int]]
WINDOW_MS, NEAR_MS, DAY_MS = 48 * 3_600_000, 300_000, 86_400_000
QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
EVENTS = {
    "PageView": "page_view", "Pageview": "page_view", "page_view": "page_view", "ViewContent": "view_item",
    "view_item": "view_item", "AddToCart": "add_to_cart", "add_to_cart": "add_to_cart",
    "InitiateCheckout": "begin_checkout", "begin_checkout": "begin_checkout", "Purchase": "purchase",
    "CompletePayment": "purchase", "purchase": "purchase",
}  # fmt: skip
PLACEHOLDERS = (
    "undefined",
    "eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c",  # SHA-256 of "undefined"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # SHA-256 of ""
)
FORMS = (
    ("sha256_hex", r"[0-9a-f]{64}"),
    ("sha256_hex_upper", r"[0-9A-Fa-f]{64}"),
    ("sha256_hex_suffixed", r"[0-9a-fA-F]{64}\.([A-Za-z0-9_-]{2}|[A-Za-z0-9_-]{8})"),
    ("md5", r"[0-9a-fA-F]{32}"),
    ("sha1", r"[0-9a-fA-F]{40}"),
    ("sha256_base64", r"[A-Za-z0-9+/]{43}="),
    ("wrong_length", r"[0-9a-fA-F]{65,}|([0-9a-fA-F]{2}){8,}[0-9a-fA-F]"),
    ("truncated", r"([0-9a-fA-F]{2}){8,}"),
)  # the first that holds; a telephone number is shorter than 16 digits
KEYS = {"browser": ("em", "external_id"), "server": ("em", "ph", "external_id")}
COLUMNS = {
    side: ["platform", "destination_id", "event_name", "event_id", "event_time", "order_id", "value", "currency",
           "external_id", "fbp", "em", *(["ph", "status", "test_event_code"] if side == "server" else [])]
    for side in KEYS
}  # fmt: skip


def run(answer: Callable[[Path], Cells]) -> None:
    """`SCRIPT FOLDER OUT`: answers about FOLDER to OUT, as JSON."""
    cells = answer(Path(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(cells, sort_keys=True), "utf-8")
