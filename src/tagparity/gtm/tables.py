"""Parameter tables of tags, and the fields a behaviour reads out of an entity's own parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.container import Entity
from ..core.lineage import Fate, Step
from ..core.text import outside
from .behaviours import Behaviour, Read
from .sources import Source, Sources


@dataclass(frozen=True, slots=True)
class Mapped:
    """What an entity maps by hand to a field: where it is written, and what stands there."""

    place: str
    value: str


def rows(entity: Entity, table: str, name_key: str, value_key: str) -> Iterator[tuple[str, str]]:
    """(name, value) of a parameter table; a value that is no text is written as its kind."""
    found = entity.params.get(table)
    for row in found if isinstance(found, list) else []:
        if isinstance(row, dict) and isinstance(name := row.get(name_key), str) and name:
            value = row.get(value_key)
            yield name, value if isinstance(value, str) else ""


def mapped(entity: Entity, read: Read) -> Mapped | None:
    """The last row or filled parameter that maps a field; None where nothing maps it. A row may be empty."""
    found: Mapped | None = None
    for row in read.rows:
        for name, value in rows(entity, row.table, row.name_key, row.value_key):
            if name in row.names:
                found = Mapped(f"row '{outside(name, 60)}' of {row.table}", value)
    if found:
        return found
    for name in read.params:
        given = entity.params.get(name)
        if isinstance(given, str) and given.strip():
            return Mapped(f"parameter {name}", given)
    return None


def by_hand(entity: Entity, read: Read, known: Behaviour, sources: Sources, step: Step) -> Source | None:
    """The source of a field that an entity maps by hand; None where it is left to the template. An empty row is what
    the template makes of it: nothing, or the loss of what it would have found by itself."""
    one = mapped(entity, read)
    if one is None:
        return None
    if one.value.strip():
        return replace(sources.of(one.value).then(step), hand=True)
    if known.empty_row == "skips":
        return None
    lost = Step(step.kind, f"{one.place} is empty: it overrides what the template finds by itself", step.where)
    fate = Fate.LOST if known.empty_row == "overrides" else Fate.UNKNOWN
    return Source(fate, (lost,), why="empty row", hand=True)


def objects(entity: Entity, read: Read) -> str:
    """The parameter that holds an object which may bring a field, where one is filled."""
    return next((n for n in read.objects if isinstance(v := entity.params.get(n), str) and "{{" in v), "")
