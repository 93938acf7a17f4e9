"""Which entity of one version is which of the other: by id inside one container, by type and name between two, and by
what it does where both were changed. Ids that an import renumbered prove nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..core.container import Container, Entity
from .flat import flat
from .meaning import kind_of

KINDS = ("tag", "trigger", "variable", "client", "transformation", "zone")
_MOST_LEFT = 300  # entities of a kind that are compared by likeness
_ALIKE = 0.75
_SAME_ID = 0.3
_SAME_SETTINGS = 0.8
_VERSIONS = 0.5
_PLACEHOLDER = re.compile(r"%%|X{4,}|0{5,}|1{6,}|ABCDEF|123456", re.I)
Key = Callable[[Entity], Hashable]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Entities of one kind: those in both versions, and those in one."""

    both: tuple[tuple[Entity, Entity], ...]
    before: tuple[Entity, ...]
    after: tuple[Entity, ...]


def same_container(a: Container, b: Container) -> bool:
    """Whether two files are versions of one container: by their ids, or, where an id is a placeholder, by what is in
    them."""
    if (a.side == "server") != (b.side == "server"):
        return False
    ids = [(x, y) for x, y in ((a.public_id, b.public_id), (a.container_id, b.container_id)) if x and y]
    real = [(x, y) for x, y in ids if not _PLACEHOLDER.search(x) and not _PLACEHOLDER.search(y)]
    if real:
        return all(x == y for x, y in real)
    return any(x == y for x, y in ids) and _shared(a, b) >= _VERSIONS


def _shared(a: Container, b: Container) -> float:
    """Share of the smaller one's tags, triggers and variables that the other holds by type and name."""
    one, two = ({(e.kind, kind_of(e), e.name) for k in KINDS[:3] for e in group(c, k)} for c in (a, b))
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def group(container: Container, kind: str) -> tuple[Entity, ...]:
    """The entities of a kind."""
    found: dict[str, tuple[Entity, ...]] = {
        "tag": container.tags,
        "trigger": container.triggers,
        "variable": container.variables,
        "client": container.clients,
        "transformation": container.transformations,
        "zone": container.zones,
    }
    return found[kind]


def pair(before: Sequence[Entity], after: Sequence[Entity], same: bool) -> Pairs:
    """Pairs up the entities of one kind. `same`: both versions are of one container, whose ids mean something."""
    steps: list[Key] = [lambda e: (e.id, e.name)] if same else []
    steps += [lambda e: (kind_of(e), e.name), lambda e: e.name]
    both: list[tuple[Entity, Entity]] = []
    left, right = list(before), list(after)
    for n in range(len(steps) + 1):
        found = _unique(left, right, steps[n]) if n < len(steps) else _likest(left, right, same)
        both += found
        gone = {id(e) for one in found for e in one}
        left, right = [e for e in left if id(e) not in gone], [e for e in right if id(e) not in gone]
    place = {id(e): n for n, e in enumerate(after)}
    return Pairs(tuple(sorted(both, key=lambda p: place[id(p[1])])), tuple(left), tuple(right))


def _unique(left: Sequence[Entity], right: Sequence[Entity], key: Key) -> list[tuple[Entity, Entity]]:
    """Pairs of entities with one key, in turn where several have it."""
    there: dict[Hashable, list[Entity]] = defaultdict(list)
    for e in right:
        there[key(e)].append(e)
    return [(e, there[key(e)].pop(0)) for e in left if there[key(e)]]


def _likest(left: Sequence[Entity], right: Sequence[Entity], same: bool) -> list[tuple[Entity, Entity]]:
    """Renamed entities of one type, the likest first; in one container an equal id speaks for it."""
    if not left or not right or max(len(left), len(right)) > _MOST_LEFT:
        return []
    scores = [
        (likeness, n, m)
        for n, a in enumerate(left)
        for m, b in enumerate(right)
        if kind_of(a) == kind_of(b) and (likeness := _alike(a, b) + _SAME_ID * (same and a.id == b.id)) >= _ALIKE
    ]
    found, used = [], (set[int](), set[int]())
    for _, n, m in sorted(scores, key=lambda s: (-s[0], s[1], s[2])):
        if n not in used[0] and m not in used[1]:
            found.append((left[n], right[m]))
            used[0].add(n)
            used[1].add(m)
    return found


def _alike(a: Entity, b: Entity) -> float:
    """0 to 1: shared settings and conditions, and how near the names are."""
    one, two = set(flat(a.params).items()), set(flat(b.params).items())
    one |= {("condition", str(c)) for c in a.conditions}
    two |= {("condition", str(c)) for c in b.conditions}
    shared = len(one & two) / len(one | two) if one != two else 1.0
    inside = a.name and b.name and (a.name in b.name or b.name in a.name)
    near = 1.0 if inside else SequenceMatcher(None, a.name[:80], b.name[:80], autojunk=False).ratio()
    return max((shared + near) / 2, _SAME_SETTINGS * (one == two))
