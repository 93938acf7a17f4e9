"""Outside text on its way to any output: made visible, short, and free of identifiers."""

from __future__ import annotations

import re
import unicodedata

_FILE_ENDINGS = "json|ndjson|jsonl|har|csv|tsv|gz|parquet|txt|log|html|js|toml|zip|png"
_EMAIL = re.compile(
    r"[^\s@<>\"'/=&?:;,()|*]+(?:@|%(?:25){0,2}40)[^\s@<>\"'/=&?:;,()|*]+"
    r"\.(?!(?:" + _FILE_ENDINGS + r")(?![A-Za-z]))[A-Za-z]{2,}"
)
_LONG_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{32,}(?![0-9A-Za-z])")
_TOKEN = re.compile(r"\bEA[A-Za-z0-9]{30,}|\bey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*")
_PHONE = re.compile(r"(?<![\w.])\+\d[\d ()./-]{7,18}\d(?!\w)")
_ESCAPED_CATEGORIES = {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}


def visible(text: str, limit: int = 200) -> str:
    """`text` with control, bidirectional and line-separator characters shown as escapes, cut at `limit`."""
    if text.isascii() and text.isprintable():  # nearly all text: nothing to show in another way
        return text if len(text) <= limit else text[:limit] + "…"
    shown = "".join(
        c if unicodedata.category(c) not in _ESCAPED_CATEGORIES else f"\\u{ord(c):04x}" for c in text[: limit + 1]
    )
    return shown if len(text) <= limit else shown[:limit] + "…"


def masked(text: str) -> str:
    """`text` with e-mail addresses, phone numbers, tokens and long digests replaced by what they were."""
    # each pattern is tried only where a character or length it cannot do without is there
    if "@" in text or "%" in text:
        text = _EMAIL.sub("<email>", text)
    if "EA" in text or "ey" in text:
        text = _TOKEN.sub("<token>", text)
    if len(text) >= 32:
        text = _LONG_HEX.sub("<digest>", text)
    return _PHONE.sub("<phone>", text) if "+" in text else text


def outside(text: object, limit: int = 200) -> str:
    """What every name, URL, title or id from a file passes through before it enters a finding or document."""
    return visible(masked(str(text)), limit)
