"""JSON documents as people save them: with a BOM, wrapped in a callback or an assignment, in pieces, or damaged."""

from __future__ import annotations

import json
import re
from typing import Any

_START = re.compile(r"[\[{]")
_LEADING = 4096
_DECODER = json.JSONDecoder()


def load(text: str) -> Any:
    """The first JSON value of `text`, whatever stands around it; None when there is none."""
    match = _START.search(text[:_LEADING])
    if not match:
        return None
    try:
        return _DECODER.raw_decode(text, match.start())[0]
    except (ValueError, RecursionError):
        return None


def pieces(text: str) -> tuple[list[Any], int]:
    """Objects of an array or of documents in a row, and the number of damaged stretches stepped over."""
    found: list[Any] = []
    damaged, at = 0, 0
    while True:
        start = text.find("{", at)
        if start < 0:
            return found, damaged
        try:
            value, at = _DECODER.raw_decode(text, start)
            found.append(value)
        except (ValueError, RecursionError):
            damaged += 1
            step = re.compile(r"\}\s*,\s*\{|\n\s*\{").search(text, start + 1)
            if not step:
                return found, damaged
            at = step.end() - 1
