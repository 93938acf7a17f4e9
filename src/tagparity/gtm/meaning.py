"""What an entity means apart from its ids: triggers by what they wait for, types by their template, and which active
parts of a container a variable or trigger reaches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from ..core.container import Container, Entity
from ..core.text import outside
from ..pii import scan
from .behaviours import all_behaviours
from .flat import flat
from .references import references, strings

BUILT_IN = {
    "2147479553": "All Pages",
    "2147479572": "Consent Initialization - All Pages",
    "2147479573": "Initialization - All Pages",
    "2147479574": "All Pages (server)",
}
_WORDS = {
    "EQUALS": "equals",
    "CONTAINS": "contains",
    "STARTS_WITH": "starts with",
    "ENDS_WITH": "ends with",
    "MATCH_REGEX": "matches",
    "CSS_SELECTOR": "matches the selector",
    "GREATER": "is over",
    "GREATER_OR_EQUALS": "is at least",
    "LESS": "is under",
    "LESS_OR_EQUALS": "is at most",
}
_EVENT_NAMES = ("{{_event}}", "{{event}}", "{{event name}}")
_NOISE = frozenset({"uniqueTriggerId"})
_MAX_GROUP = 5
_SHOWN = 6
_MAX_STEPS = 10_000
Same = Callable[[str], str]


def kind_of(entity: Entity) -> str:
    """The type, the same for every way of writing a custom template's type id and for a template that moved."""
    return _moved().get(entity.template.lower(), entity.template) or entity.type


@cache
def _moved() -> dict[str, str]:
    """Earlier addresses of known templates -> the address of today."""
    return {alias.lower(): b.id for b in all_behaviours() for alias in b.aliases}


class Meaning:
    """The triggers of one container as comparable texts. `same` gives a variable's name in the other version."""

    def __init__(self, container: Container, same: Same = lambda name: name) -> None:
        self.container, self.same = container, same
        self.triggers = {t.id: t for t in container.triggers}
        self.types = {e.type: kind_of(e) for e in _all(container) if e.type.startswith("cvt_")}

    def rewrite(self, _: str, text: str) -> str:
        """A value with its references under the other version's names, and type ids as templates."""
        if text in self.types:
            return self.types[text]
        for name in references([text]) if "{{" in text else ():
            other = self.same(name)
            if other != name:
                text = re.sub(r"\{\{\s*" + re.escape(name) + r"\s*\}\}", lambda _m, o=other: f"{{{{{o}}}}}", text)  # type: ignore[misc]
        return text

    def trigger(self, id: str, depth: int = 0) -> str:
        """What a trigger waits for, as one text that is equal for equal triggers."""
        found = self.triggers.get(id)
        if found is None:
            return f"built-in {id}" if id in BUILT_IN else f"missing {id}"
        conditions = sorted(json.dumps([self.rewrite("", str(part)) for part in c]) for c in found.conditions)
        settings = {k: v for k, v in flat(found.params, self.rewrite).items() if k.split("[")[0] not in _NOISE}
        if found.type == "TRIGGER_GROUP" and depth < _MAX_GROUP:
            settings = {"group": json.dumps(sorted(self.trigger(i, depth + 1) for i in members(found)))}
        return json.dumps([found.type, conditions, sorted(settings.items())])

    def all(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """Meanings of several triggers, each with the ids it was met under."""
        found: dict[str, list[str]] = {}
        for id in ids:
            found.setdefault(self.trigger(id), []).append(id)
        return found

    def words(self, id: str) -> str:
        """A trigger for people: its name and what it waits for."""
        found = self.triggers.get(id)
        if found is None:
            return f"'{BUILT_IN[id]}'" if id in BUILT_IN else "a trigger that is not in the file"
        return f"'{found.name}' ({sense(found)})"


def members(group: Entity) -> list[str]:
    """Ids of the triggers in a trigger group."""
    return [text for key, text in strings(dict(group.params)) if text.isdigit() and key not in _NOISE]


def sense(trigger: Entity) -> str:
    """What a trigger waits for, in words; values that could be a person are left out."""
    kind = _kind(trigger)
    own = [c for c in trigger.conditions if c[1].lower() in _EVENT_NAMES and not c[3]]
    if trigger.type == "CUSTOM_EVENT" and len(own) == 1 and own[0][0] == "EQUALS":
        kind = f"event {_value(own[0][2])}"
        rest = [c for c in trigger.conditions if c is not own[0]]
    else:
        rest = list(trigger.conditions)
    told = [_condition(*c) for c in rest[:4]] + ([f"{len(rest) - 4} more conditions"] if len(rest) > 4 else [])
    return kind + (f" where {' and '.join(told)}" if told else "")


def turned(a: Entity, b: Entity, rewrite: Callable[[str, str], str]) -> tuple[str, ...]:
    """How a trigger changed: its type, and the conditions that came and went."""
    told = [f"waits for {_kind(a)} → {_kind(b)}"] if a.type != b.type else []
    new = [(op, rewrite("", left), rewrite("", right), no) for op, left, right, no in b.conditions]
    gone, come = [c for c in a.conditions if c not in new], [c for c in new if c not in a.conditions]
    if len(gone) == len(come) == 1 and gone[0][1] == come[0][1]:
        one, two = _around(gone[0][2], come[0][2])
        heads = [f"{outside(c[1], 60)} {_operator(c[0], c[3])}" for c in (gone[0], come[0])]
        second = f"{heads[1]} {_value(two)}" if heads[0] != heads[1] else _value(two)
        return (*told, f"{heads[0]} {_value(one)} → {second}")
    told += [f"condition removed: {_condition(*c)}" for c in gone[:_SHOWN]]
    return (*told, *(f"condition added: {_condition(*c)}" for c in come[:_SHOWN]))


def _around(one: str, two: str) -> tuple[str, str]:
    """Two long texts from a little before where they begin to differ."""
    start = next((n for n, (x, y) in enumerate(zip(one, two, strict=False)) if x != y), min(len(one), len(two)))
    if max(len(one), len(two)) <= 60 or start < 40:
        return one, two
    return f"…{one[start - 20 :]}", f"…{two[start - 20 :]}"


def _kind(trigger: Entity) -> str:
    return trigger.type.lower().replace("_", " ") or "another trigger"


def _operator(operator: str, negated: bool) -> str:
    return ("not " if negated else "") + _WORDS.get(operator, operator.lower().replace("_", " "))


def _condition(operator: str, left: str, right: str, negated: bool) -> str:
    return f"{outside(left, 60)} {_operator(operator, negated)} {_value(right)}"


def _value(text: str) -> str:
    return "(not shown)" if scan("", text) else f"“{outside(text, 60)}”"


def _all(container: Container) -> Iterator[Entity]:
    for group in (container.tags, container.variables, container.clients, container.transformations):
        yield from group


class Reach:
    """Which active tags, clients and transformations a variable or trigger reaches, through others too."""

    def __init__(self, container: Container) -> None:
        self.used_by: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self.ends: dict[tuple[str, str], str] = {}
        self.fills: dict[str, set[str]] = {}  # variable -> parameters that consist of it
        for entity in (*_all(container), *container.triggers):
            self._note(entity)

    def _note(self, entity: Entity) -> None:
        if entity.kind == "tag" and entity.paused:
            return
        me = (entity.kind, entity.name if entity.kind == "variable" else entity.id)
        if entity.kind not in ("variable", "trigger"):
            self.ends[me] = entity.name
        keyed = list(strings(dict(entity.params)))
        for key, text in keyed:
            if text.startswith("{{") and text.endswith("}}") and len(names := references([text])) == 1:
                self.fills.setdefault(outside(names[0]), set()).add(key)
        texts = [t for _, t in keyed]
        texts += [side for _, left, right, _ in entity.conditions for side in (left, right)]
        for name in references(texts):
            self.used_by.setdefault(("variable", outside(name)), set()).add(me)
        linked = [*entity.firing, *entity.blocking, *entity.enabling, *entity.disabling]
        for id in [*linked, *(members(entity) if entity.type == "TRIGGER_GROUP" else ())]:
            self.used_by.setdefault(("trigger", id), set()).add(me)

    def of(self, kind: str, key: str) -> tuple[str, ...]:
        """Names of what a variable (by name) or trigger (by id) reaches, in order."""
        seen: set[tuple[str, str]] = set()
        open_ = [(kind, key)]
        while open_ and len(seen) < _MAX_STEPS:
            for user in self.used_by.get(open_.pop(), ()):
                if user not in seen:
                    seen.add(user)
                    open_.append(user)
        return tuple(sorted(dict.fromkeys(self.ends[s] for s in seen if s in self.ends)))
