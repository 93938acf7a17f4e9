"""What a `{{Variable}}` can be worth, as far as an export tells: constants followed, lookup tables opened."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.container import Container, Entity, Param
from ..core.text import outside
from .references import references, strings

_MAX_VALUES = 50
_MAX_STEPS = 12


class Values:
    """The variables of one container by name, built once: large containers ask for thousands of references."""

    def __init__(self, container: Container) -> None:
        self.by_name = {v.name: v for v in container.variables}

    def variable(self, reference: Param) -> Entity | None:
        """The variable a parameter consists of, when it is one reference and the export holds it."""
        names = references([reference]) if isinstance(reference, str) else []
        return self.by_name.get(outside(names[0])) if names else None

    def resolve(self, value: str) -> tuple[str, ...]:
        """Every text `value` can stand for; empty when part of it is decided at run time or missing."""
        open_, done = [value], []
        for _ in range(_MAX_STEPS):
            nxt: list[str] = []
            for text in open_:
                names = references([text])
                if not names:
                    done.append(text)
                    continue
                found = self.by_name.get(outside(names[0]))
                nxt += [_put(text, names[0], out) for out in (_outputs(found) if found else [])]
            open_ = nxt[:_MAX_VALUES]
        return tuple(dict.fromkeys(done[:_MAX_VALUES]))

    def said(self, value: Param) -> str:
        """One comparable text for a parameter: its value where the export fixes it, else the reference as written."""
        written = value if isinstance(value, str) else ""
        found = self.resolve(written)
        return found[0] if len(found) == 1 else written


def _outputs(found: Entity) -> list[str]:
    """Texts a variable can produce: a constant's value, the right column of a table; nothing for all others."""
    if found.type == "c":
        return [value for _, value in strings(found.params.get("value"))]
    if found.type not in ("smm", "remm"):
        return []
    table = [value for key, value in strings(found.params.get("map")) if key == "value"]
    return [*table, *(value for _, value in strings(found.params.get("defaultValue")))]


def _put(text: str, name: str, value: str) -> str:
    """`text` with its first reference, the one to `name`, replaced."""
    end = text.index("}}", text.index(name)) + 2
    start = text.rindex("{{", 0, end)
    return text[:start] + value + text[end:]


def undefined(container: Container) -> list[str]:
    """Names of variables that are used and that the export does not hold."""
    known = {_fold(v.name) for v in container.variables} | {_fold(b) for b in container.builtins}
    used = references(_texts(container))
    return [n for n in used if not n.startswith("_") and _fold(outside(n)) not in known]


def _fold(name: str) -> str:
    return "".join(name.lower().split())


def _texts(container: Container) -> Iterator[str]:
    groups = (container.tags, container.triggers, container.variables, container.clients, container.transformations)
    for entity in (e for group in groups for e in group):
        yield from (value for _, value in strings(dict(entity.params)))
        yield from (side for _, left, right, _ in entity.conditions for side in (left, right))
