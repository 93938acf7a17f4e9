"""Flat event tables and order ledgers: columns recognised by name, whatever carries them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from ..core.errors import EvidenceError
from ..core.rows import RAW_COLUMNS

REQUIRED = ("side", "platform", "event_name", "event_time")
ORDER_TIME = ("time", "order_time", "created_at", "event_time", "date", "timestamp", "order_date", "ordered_at")
ORDER_VALUE = ("value", "total", "order_value", "amount", "revenue", "total_price")
DELIMITERS = (",", ";", "\t", "|")
_HEADER = re.compile(r"[A-Za-z_][A-Za-z0-9_ .\-/()]{0,60}")
_ALIASES = {"destination": "destination_id", "pixel_id": "destination_id", "dataset_id": "destination_id",
            "event": "event_name", "page_url": "url", "event_source_url": "url",
            "release": "app_version", "site_version": "app_version"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """A recognised table. `kind` is `event_table` or `orders`; `mapping`: our column -> index or name in the file."""

    kind: str
    mapping: dict[str, str]


def columns_of(line: str) -> tuple[str, list[str]]:
    """(delimiter, column names) of a header line."""
    delimiter = max(DELIMITERS, key=line.count)
    try:
        return delimiter, next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
    except csv.Error:
        return delimiter, []


def _mapped(names: list[str], own: dict[str, str]) -> dict[str, str]:
    """Our column -> name in the file; the file's own words first, then `[columns]` of tagparity.toml."""
    found: dict[str, str] = {}
    for name in names:
        ours = own.get(name) or (name.strip().lower() if name.strip().lower() in RAW_COLUMNS else None)
        if ours and ours not in found:
            found[ours] = name
    for name in names:
        alias = _ALIASES.get(name.strip().lower())
        if alias and alias not in found:
            found[alias] = name
    return found


def recognise(names: list[str], own: dict[str, str]) -> Table | None:
    """The table these columns make; None when they are not ours at all.

    Raises EvidenceError, naming what was found, when it is an event table that lacks a required column.
    """
    mapping = _mapped(names, own)
    if "order_id" in mapping and "event_name" not in mapping and "side" not in mapping:
        orders = _orders(names, mapping)
        if orders:
            return orders
    signs = sum(c in mapping for c in ("side", "event_name", "event_id", "event_time", "action_source"))
    if signs < 2:
        return None
    missing = [c for c in REQUIRED if c not in mapping]
    if missing:
        raise EvidenceError(
            f"event table without {', '.join(missing)}: add the column or name it under [columns] in tagparity.toml "
            f"(found {_found(names, mapping)})"
        )
    return Table("event_table", mapping)


def completed(table: Table, own: dict[str, str]) -> Table:
    """The mapping of a table of JSON lines, with every column known here: a line further down may carry it first."""
    later = {ours: theirs for theirs, ours in own.items()} | {c: c for c in RAW_COLUMNS if c not in own.values()}
    return Table(table.kind, {**later, **table.mapping}) if table.kind == "event_table" else table


def _orders(names: list[str], mapping: dict[str, str]) -> Table | None:
    lower = {n.strip().lower(): n for n in names}
    found = {"order_id": mapping["order_id"]}
    for ours, theirs in (("time", ORDER_TIME), ("value", ORDER_VALUE), ("currency", ("currency",))):
        name = next((lower[t] for t in theirs if t in lower), None)
        if name is not None:
            found[ours] = name
    return Table("orders", found) if len(found) >= 3 else None


def _found(names: list[str], mapping: dict[str, str]) -> str:
    """What the header holds, without showing what may be a row of data in its place."""
    known = sorted(mapping)
    if known and all(_HEADER.fullmatch(n.strip()) for n in names):
        shown = ", ".join(n.strip() for n in names[:30])
        return f"columns {shown}" + (" ..." if len(names) > 30 else "")
    return f"{len(names)} columns, recognised: {', '.join(known) or 'none'}; names not shown, they may be data"
