"""What a file is, decided by its content. Names and endings are not looked at."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from ..core.errors import EvidenceError
from ..core.rows import LOG_BODIES
from . import diagnostics, document, flat, gtm, har, known, probe, published
from .source import HEAD, Source

_FORM = re.compile(r"(?:^|&)data=(?:%5B|%7B|\[|\{)", re.M)
_MAGIC = (
    (b"PK\x03\x04", "a zip archive: unpack it first"),
    (b"SQLite format 3", "a SQLite database: export it as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"\xff\xfe", "UTF-16 text: save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text: save it as UTF-8"),
    (b"BZh", "bzip2: unpack it or use gzip"),
    (b"(\xb5/\xfd", "zstandard: unpack it or use gzip"),
    (b"\xfd7zXZ", "xz: unpack it or use gzip"),
)
NOT_KNOWN = (
    "not recognised: no container export, HAR, request log, event table, order ledger, diagnostics response or known "
    "customers"
)
_WRAPPERS = (*{name.split(".")[0]: None for name in LOG_BODIES}, "TraceId")
_SHAPES = (
    "user_data",
    "data",
    "events",
    "elements",
    "conversions",
    "user",
    "userData",
    "context",
    "identifiers",
    "matchKeys",
)


@dataclass
class Recognised:
    """`kind`: gtm, har, probe, diagnostics, payload_log, event_table, orders, known_customers. `how`: document (parsed
    in `doc`), lines, csv or parquet; `table` for tables; `lines` in memory when the file was a document; `damaged`:
    stretches stepped over."""

    kind: str
    how: str
    doc: Any = None
    table: flat.Table | None = None
    lines: list[str] = field(default_factory=list)
    delimiter: str = ","
    width: int = 0
    damaged: int = 0


def recognise(source: Source, own_columns: dict[str, str]) -> Recognised:
    """The kind of a file, or EvidenceError saying why it is refused."""
    head = source.head()
    if not head.strip():
        raise EvidenceError("empty file" if not source.damage else source.damage)
    if head[:4] == b"PAR1":
        return Recognised("event_table", "parquet")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise EvidenceError(what)
    text = head.decode("utf-8-sig", "replace")
    if text[:4096].count("\x00") * 20 > len(text[:4096]):
        raise EvidenceError("binary data: " + NOT_KNOWN)
    if published.sniff(text):
        return Recognised("gtm", "published")
    if re.match(r"\s*(?:[\w.$ =]{0,200}\(?\s*)?[\[{]", text):
        found = _json(source, text, own_columns)
        if found:
            return found
    if _FORM.search(text):
        return Recognised("payload_log", "lines")
    return _csv(text, own_columns)


def _objects(text: str, whole: bool) -> list[dict[str, Any]]:
    """Objects of the first lines, when the file is one JSON object a line."""
    lines = [line for line in text.split("\n") if line.strip()]
    lines = (lines if whole else lines[:-1])[:50]
    parsed = []
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            parsed.append(value)
    return parsed if len(lines) > 1 and len(parsed) * 2 >= len(lines) else []


def _json(source: Source, text: str, own: dict[str, str]) -> Recognised | None:
    rows = _objects(text, whole=len(text.encode()) < HEAD)
    if rows:
        return _rows(rows, own, "lines")
    full = source.text()
    doc = document.load(full)
    if gtm.sniff(doc):
        return Recognised("gtm", "document", doc)
    if har.sniff(doc):
        return Recognised("har", "document", doc)
    if probe.sniff(doc):
        return Recognised("probe", "document", doc)
    if diagnostics.sniff(doc):
        return Recognised("diagnostics", "document", doc)
    damaged = 0
    items: list[Any]
    if isinstance(doc, dict):
        items, damaged = document.pieces(full)
    elif isinstance(doc, list):
        items = doc
    else:
        items, damaged = document.pieces(full)
    if not items:
        return None
    good = [i for i in items if isinstance(i, dict)]
    if not good:
        return None
    found = _rows(good[:50], own, "memory")
    found.lines = [json.dumps(i, ensure_ascii=False) for i in items]
    found.damaged = damaged
    return found


def _holds(value: object) -> bool:
    """Whether a value is an object or a list, as JSON or as text of it."""
    return isinstance(value, dict | list) or (isinstance(value, str) and value.lstrip()[:1] in ("{", "["))


def _rows(rows: list[dict[str, Any]], own: dict[str, str], how: str) -> Recognised:
    """Event table or request log, by the keys of the first rows."""
    names = list(dict.fromkeys(k for r in rows for k in r))
    nested = any(_holds(r.get(k)) for r in rows for k in _SHAPES) or any(w in r for r in rows for w in _WRAPPERS)
    flat_like = any("side" in r or own.get("side") in r for r in rows)
    if not nested or flat_like:
        table = flat.recognise(names, own)
        if table:
            return Recognised(table.kind, how, table=flat.completed(table, own))
    if any("event_params" in r or "event_timestamp" in r for r in rows):
        raise EvidenceError("GA4 export rows (nested event_params): not read by this version; give a flat event table")
    if nested or "event_name" in names:
        return Recognised("payload_log", how)
    raise EvidenceError("JSON, but " + NOT_KNOWN)


def _csv(text: str, own: dict[str, str]) -> Recognised:
    line = next((ln for ln in text.split("\n") if ln.strip()), "").rstrip("\r")
    delimiter, names = flat.columns_of(line)
    if len(names) < 2:
        raise EvidenceError(NOT_KNOWN)
    table = flat.recognise(names, own)
    people = known.recognise(names) if table is None else None
    if people:
        columns = {key: f"c{position}" for key, position in people.items()}
        table = flat.Table("known_customers", columns)
        return Recognised("known_customers", "csv", table=table, delimiter=delimiter, width=len(names))
    if table is None:
        raise EvidenceError(
            f"a table of {len(names)} columns that is neither an event table (side, platform, "
            "event_name, event_time) nor an "
            "order ledger (order_id, time, value, currency) nor known customers "
            "(email, phone ...): map its columns under [columns] in tagparity.toml"
        )
    index = {name: f"c{i}" for i, name in reversed(list(enumerate(names)))}
    mapped = flat.Table(table.kind, {ours: index[theirs] for ours, theirs in table.mapping.items()})
    return Recognised(table.kind, "csv", table=mapped, delimiter=delimiter, width=len(names))
