"""Saved responses of Meta's Dataset Quality API (`GET /dataset_quality`, edge `web`).

Both spellings of the dedup list are accepted; any part may be absent.
Source: Dataset Quality API, official, 2026-09-12.
"""

from __future__ import annotations

from typing import Any

from ..core.text import outside
from ..core.traffic import EventQuality

MAX_EVENTS = 10_000


def _web(doc: object) -> list[Any] | None:
    if isinstance(doc, dict):
        for key in ("web", "data", "dataset_quality", "body", "response"):
            value = doc.get(key)
            if key == "web" and isinstance(value, list):
                return value
            found = _web(value) if isinstance(value, dict) else None
            if isinstance(value, list) and value:
                found = value if _is_quality(value[0]) else _web(value[0])
            if found is not None:
                return found
    return None


def _is_quality(row: object) -> bool:
    return (
        isinstance(row, dict)
        and "event_name" in row
        and ("event_match_quality" in row or "event_coverage" in row or "data_freshness" in row)
    )


def sniff(doc: object) -> bool:
    rows = _web(doc)
    return bool(rows) and any(_is_quality(r) for r in rows or [])


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _at(row: object, *path: str) -> object:
    for step in path:
        row = row.get(step) if isinstance(row, dict) else None
    return row


def _keys(row: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    feedback = _at(row, "event_match_quality", "match_key_feedback")
    pairs = [(_at(k, "identifier"), _number(_at(k, "coverage", "percentage"))) for k in feedback or []] if isinstance(
        feedback, list) else []  # fmt: skip
    return tuple((outside(name, 40), share) for name, share in pairs if isinstance(name, str) and share is not None)


def read(path: str, doc: object) -> tuple[list[EventQuality], int]:
    """Events of one response and the number of entries that could not be read."""
    rows = (_web(doc) or [])[:MAX_EVENTS]
    good = [r for r in rows if isinstance(r, dict) and isinstance(r.get("event_name"), str)]
    out = [
        EventQuality(
            file=path,
            event=outside(r["event_name"], 100),
            emq=_number(_at(r, "event_match_quality", "composite_score")),
            coverage=_number(_at(r, "event_coverage", "percentage")),
            goal=_number(_at(r, "event_coverage", "goal_percentage")),
            freshness=outside(_at(r, "data_freshness", "upload_frequency") or "", 40),
            keys=_keys(r),
        )
        for r in good
    ]
    return out, len(rows) - len(good)
