"""`audit.json`: the whole audit, and the JSON Schema of it. Every other report is made from what stands here."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import msgspec

from ..core.audit import SCHEMA_VERSION, Audit

_HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Co", "Cs"}


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if unicodedata.category(char) not in _HIDDEN:
        return char
    units = char.encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def render(audit: Audit) -> str:
    """The audit as JSON: numbers exact, no infinities (null), invisible characters as escapes, order kept."""
    text = msgspec.json.format(msgspec.json.encode(audit), indent=2).decode()
    return re.sub(r"[^\x00-\x7e]", _escape, text) + "\n"


def parse(text: str | bytes) -> Audit:
    """The audit back from its JSON; reports render from it without the data."""
    return msgspec.json.decode(text, type=Audit)


def schema() -> dict[str, Any]:
    """JSON Schema of `audit.json`, generated from the classes."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:tagparity:audit:{SCHEMA_VERSION}",
        "title": "tagparity audit.json",
        **msgspec.json.schema(Audit),
    }
