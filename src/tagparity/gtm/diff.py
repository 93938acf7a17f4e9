"""What changed in behaviour between two versions of a container.

File order, ids, fingerprints, export time, accounts, folders and notes prove nothing. A trigger is what it waits for, a
reference is the variable behind it, a row is what it sets. What reaches no active tag is told apart from what does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..core.container import Container, Entity
from ..core.text import outside
from .flat import change, flat, public
from .match import KINDS, Pairs, group, pair, same_container
from .meaning import Meaning, Reach, kind_of, turned
from .values import Values

_SEQUENCE = (("setup", "set-up tag"), ("teardown", "clean-up tag"))
_CONSENT = {"": "no additional consent", "NOT_SET": "no additional consent", "NOT_NEEDED": "no additional consent"}
_ONCE = {"": "once per event", "ONCE_PER_EVENT": "once per event"}
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Difference:
    """One entity that behaves otherwise. `change` is added, removed, changed, paused or unpaused; `reaches` names the
    active tags, clients and transformations it has an effect on, empty where the entity itself is one."""

    kind: str
    name: str
    change: str
    details: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class ContainerDiff:
    """Two versions side by side. `changes` alter what is sent; `idle` are differences without effect; `notes` say what
    the comparison cannot know."""

    before: Container
    after: Container
    changes: tuple[Difference, ...] = ()
    idle: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, name after) -> name before

    @property
    def headline(self) -> str:
        """What changed, in one line."""
        return headline(self.changes)


def diff(before: Container, after: Container) -> ContainerDiff:
    """Compares two versions; for two containers entities are matched by type and name."""
    return _Work(before, after).result()


class _Work:
    """Both versions with what is asked of them again and again."""

    def __init__(self, before: Container, after: Container) -> None:
        self.before, self.after = before, after
        self.same = same_container(before, after)
        self.pairs = {k: pair(group(before, k), group(after, k), self.same) for k in KINDS}
        names = _old_names(self.pairs["variable"])
        self.tag_names = {b.name: a.name for a, b in self.pairs["tag"].both}
        self.old = Meaning(before)
        self.new = Meaning(after, lambda name: names.get(outside(name), name))
        self.values = (Values(before), Values(after))
        self.reach = (Reach(before), Reach(after))
        self.moved = {(a.id, b.id) for a, b in self.pairs["trigger"].both if self._moved(a, b)}

    def result(self) -> ContainerDiff:
        told = [d for kind in ("tag", "client", "transformation", "zone") for d in self._ends(kind)]
        told += [*self._triggers(), *self._variables(), *self._templates(), *self._servers()]
        active = [d for d in told if d.change not in ("idle", "idle added", "idle removed")]
        idle = [_awake(d) for d in told if d not in active]
        renamed = {(k, b.name): a.name for k, pairs in self.pairs.items() for a, b in pairs.both if a.name != b.name}
        return ContainerDiff(self.before, self.after, tuple(active), tuple(idle), tuple(self._notes(renamed)), renamed)

    def _moved(self, a: Entity, b: Entity) -> bool:
        return self.old.trigger(a.id) != self.new.trigger(b.id)

    # what sends or handles by itself: tags, clients, transformations, zones

    def _ends(self, kind: str) -> Iterator[Difference]:
        pairs = self.pairs[kind]
        for a in pairs.before:
            yield Difference(kind, a.name, "idle removed" if a.paused else "removed", self._is(a, self.old),
                             where=self.before.where(a))  # fmt: skip
        for b in pairs.after:
            yield Difference(kind, b.name, "idle added" if b.paused else "added", self._is(b, self.new),
                             where=self.after.where(b))  # fmt: skip
        for a, b in pairs.both:
            details = tuple(self._details(a, b))
            if a.paused != b.paused:
                yield Difference(kind, b.name, "paused" if b.paused else "unpaused", details,
                                 where=self.after.where(b))  # fmt: skip
            elif details:
                yield Difference(kind, b.name, "idle" if b.paused else "changed", details, where=self.after.where(b))

    def _is(self, entity: Entity, meaning: Meaning) -> tuple[str, ...]:
        """What a new or removed entity is: its type, its event, its triggers."""
        told = [f"type {outside(kind_of(entity), 100)}"]
        settings = flat(entity.params)
        for name in ("eventName", "eventNameStandard", "standardEventName", "tagId", "pixelId", "conversionId"):
            if name in settings and (text := change(name, None, settings[name])).endswith(")"):
                told.append(text.replace(" added (", ": ", 1)[:-1])
        if entity.kind == "tag":
            fired = [meaning.words(i) for i in entity.firing[:_SHOWN]]
            told.append(f"fires on {'; '.join(fired)}" if fired else "no trigger of its own")
        return tuple(told)

    def _details(self, a: Entity, b: Entity) -> Iterator[str]:
        if kind_of(a) != kind_of(b):
            yield f"type: {outside(kind_of(a), 100)} → {outside(kind_of(b), 100)}"
        yield from self._settings(a, b)
        yield from self._fired(a, b)
        yield from self._conditions(a, b)
        one, two = (_CONSENT.get(x.consent_status, _consent(x)) for x in (a, b))
        if one != two:
            yield f"consent: {one} → {two}"
        one, two = (_ONCE.get(x.once, x.once.lower().replace("_", " ")) for x in (a, b))
        if one != two:
            yield f"firing: {one} → {two}"
        if a.priority != b.priority:
            yield f"priority: {a.priority} → {b.priority}"
        if (a.starts_ms, a.ends_ms) != (b.starts_ms, b.ends_ms):
            yield "schedule changed"
        if a.live_only != b.live_only:
            yield "fires in the live version only" if b.live_only else "fires in preview versions too"
        yield from self._sequence(a, b)

    def _settings(self, a: Entity, b: Entity) -> Iterator[str]:
        """Parameters and formats that differ; a constant written out is the same as the constant."""
        ordered = a.type == "remm"
        one, two = flat(a.params, self.old.rewrite, ordered), flat(b.params, self._params, ordered)
        one |= {f"format {k}": v for k, v in a.formats.items()}
        two |= {f"format {k}": v for k, v in b.formats.items()}
        for name in dict.fromkeys([*one, *two]):
            x, y = one.get(name), two.get(name)
            if x != y and not (x and y and self._equal(x, y)):
                yield change(name, x, y, self._purpose(b) if name == "value" else "")

    def _purpose(self, variable: Entity) -> str:
        """The parameter a constant is for: an id may be shown, whatever the constant is called."""
        fills = self.reach[1].fills.get(variable.name, set()) if variable.type == "c" else set()
        return next((key for key in sorted(fills) if public(key)), "")

    def _params(self, name: str, text: str) -> str:
        """A value of the later version under the names of the earlier one."""
        if name.split("[", 1)[0] in ("measurementId", "tagReference") and text in self.tag_names:
            return self.tag_names[text]
        return self.new.rewrite(name, text)

    def _equal(self, x: str, y: str) -> bool:
        if "{{" not in x and "{{" not in y:
            return False
        one, two = self.values[0].resolve(x), self.values[1].resolve(y)
        return len(one) == 1 and one == two

    def _fired(self, a: Entity, b: Entity) -> Iterator[str]:
        """Triggers that came and went by what they wait for; one that was itself changed is told once, as itself."""
        for attribute, here, gone in (
            ("firing", "fires also on", "fires no longer on"),
            ("blocking", "exception added:", "exception removed:"),
            ("enabling", "enabled also by", "no longer enabled by"),
            ("disabling", "disabled also by", "no longer disabled by"),
        ):
            old, new = self.old.all(getattr(a, attribute)), self.new.all(getattr(b, attribute))
            lost = [i for m in old if m not in new for i in old[m]]
            won = [i for m in new if m not in old for i in new[m]]
            told = {(x, y) for x in lost for y in won if (x, y) in self.moved}
            yield from (f"{gone} {self.old.words(i)}" for i in lost if i not in {x for x, _ in told})
            yield from (f"{here} {self.new.words(i)}" for i in won if i not in {y for _, y in told})

    def _conditions(self, a: Entity, b: Entity) -> Iterator[str]:
        if a.kind == "zone" and a.conditions != b.conditions:
            yield "boundary changed"

    def _sequence(self, a: Entity, b: Entity) -> Iterator[str]:
        for attribute, word in _SEQUENCE:
            old = set(getattr(a, attribute))
            new = {self.tag_names.get(n, n): n for n in getattr(b, attribute)}
            yield from (f"{word} removed: '{n}'" for n in sorted(old - new.keys()))
            yield from (f"{word} added: '{new[n]}'" for n in sorted(new.keys() - old))
        if a.stops != b.stops and a.setup and b.setup:
            yield "a failing set-up tag " + ("now stops it" if b.stops else "no longer stops it")

    # what acts through others: triggers, variables, templates, addresses

    def _triggers(self) -> Iterator[Difference]:
        for a, b in self.pairs["trigger"].both:
            if (a.id, b.id) in self.moved:
                reaches = self._both_reach("trigger", a.id, b.id)
                details = (*turned(a, b, self.new.rewrite), *self._settings(a, b)) or ("settings changed",)
                yield Difference("trigger", b.name, "changed" if reaches else "idle", details, reaches,
                                 self.after.where(b))  # fmt: skip
        for change_, pairs, container in (("removed", 0, self.before), ("added", 1, self.after)):
            for t in (self.pairs["trigger"].before, self.pairs["trigger"].after)[pairs]:
                yield Difference("trigger", t.name, f"idle {change_}", where=container.where(t))

    def _both_reach(self, kind: str, old: str, new: str) -> tuple[str, ...]:
        """What it reached before and reaches now, under the names of now."""
        now = {a.name: b.name for k in ("tag", "client", "transformation") for a, b in self.pairs[k].both}
        return tuple(sorted({*(now.get(n, n) for n in self.reach[0].of(kind, old)), *self.reach[1].of(kind, new)}))

    def _variables(self) -> Iterator[Difference]:
        pairs = self.pairs["variable"]
        for a, b in pairs.both:
            if details := tuple(self._details(a, b)):
                reaches = self.reach[1].of("variable", b.name)
                yield Difference("variable", b.name, "changed" if reaches else "idle", details, reaches,
                                 self.after.where(b))  # fmt: skip
        yield from self._lost(pairs)
        for b in pairs.after:
            yield Difference("variable", b.name, "idle added", (f"type {outside(kind_of(b), 100)}",),
                             where=self.after.where(b))  # fmt: skip

    def _lost(self, pairs: Pairs) -> Iterator[Difference]:
        """Removed variables; one that is still referred to leaves its users without a value."""
        present = {v.name for v in self.after.variables} | set(self.after.builtins)
        for a in pairs.before:
            users = self.reach[1].of("variable", a.name) if a.name not in present else ()
            details = ("still referred to: the reference now gives no value",) if users else ()
            yield Difference("variable", a.name, "removed" if users else "idle removed", details, users,
                             self.before.where(a))  # fmt: skip
        known = {v.name for v in self.before.variables}
        for name in self.before.builtins:
            if name not in present and name not in known and (users := self.reach[1].of("variable", name)):
                told = ("switched off and still referred to: the reference now gives no value",)
                yield Difference("built-in variable", name, "removed", told, users, self.after.path)

    def _templates(self) -> Iterator[Difference]:
        old = {t.identity: t for t in self.before.templates}
        for new in self.after.templates:
            was = old.get(new.identity)
            if was is None:
                continue
            details = []
            if was.version != new.version and (was.version or new.version):
                details.append(f"gallery version {was.version[:8] or 'none'} → {new.version[:8] or 'none'}")
            elif was.program and new.program and was.program != new.program:
                details.append("its code changed")
            if was.modified != new.modified:
                details.append("edited by hand" if new.modified else "no longer edited by hand")
            details += _sets("parameter", was.declared, new.declared) + _sets(
                "permission", was.permissions, new.permissions
            )
            if details:
                users = self._users(new.identity)
                yield Difference("template", new.identity, "changed" if users else "idle", tuple(details), users,
                                 self.after.path)  # fmt: skip

    def _users(self, identity: str) -> tuple[str, ...]:
        """Active entities made from a template, and what its variables reach."""
        names: set[str] = set()
        for kind in ("tag", "client", "transformation"):
            names |= {e.name for e in group(self.after, kind) if e.template == identity and not e.paused}
        for v in self.after.variables:
            if v.template == identity:
                names |= set(self.reach[1].of("variable", v.name))
        return tuple(sorted(names))

    def _servers(self) -> Iterator[Difference]:
        details = _sets("address", self.before.server_urls, self.after.server_urls)
        if details:
            yield Difference("server address", self.after.public_id or self.after.side, "changed", tuple(details),
                             where=self.after.path)  # fmt: skip

    def _notes(self, renamed: dict[tuple[str, str], str]) -> Iterator[str]:
        if not self.same:
            yield "Not versions of one container: entities are matched by type, name and likeness."
        for word, container in (("before", self.before), ("after", self.after)):
            if container.partial:
                yield f"The file {word} is not whole ({', '.join(container.partial)}): what it lacks may look removed."
            if container.origin == "published":
                yield f"The file {word} is a published script: it has no names, folders or paused tags."
        kinds = [k for k, _ in renamed]
        if kinds:
            counts = ", ".join(f"{n} {k}{'s' if n > 1 else ''}" for k in KINDS if (n := kinds.count(k)))
            yield f"Renamed, which changes nothing by itself: {counts}."
        settled = sum(
            {a.consent_status or "NOT_SET", b.consent_status or "NOT_SET"} == {"NOT_SET", "NOT_NEEDED"}
            for a, b in self.pairs["tag"].both
        )
        if settled:
            yield (
                f"Consent setting between 'Not set' and 'No additional consent required' on {settled} "
                f"tag{'s' if settled > 1 else ''}: the tags fire as before."
            )


def _old_names(pairs: Pairs) -> dict[str, str]:
    """Name after -> name before; a new variable under an old name gets a name of its own."""
    taken = {a.name for a, _ in pairs.both} | {a.name for a in pairs.before}
    return {b.name: f"{b.name} (new)" for b in pairs.after if b.name in taken} | {b.name: a.name for a, b in pairs.both}


def _consent(entity: Entity) -> str:
    types = ", ".join(outside(t, 40) for t in sorted(entity.consent_types))
    return f"required ({types})" if types else entity.consent_status.lower()


def _sets(word: str, old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    gone, come = [x for x in old if x not in new], [x for x in new if x not in old]
    told = [f"{word} removed: {outside(x, 80)}" for x in gone[:_SHOWN]]
    return told + [f"{word} added: {outside(x, 80)}" for x in come[:_SHOWN]]


def _awake(difference: Difference) -> Difference:
    word = difference.change.removeprefix("idle").strip() or "changed"
    return Difference(difference.kind, difference.name, word, difference.details, difference.reaches, difference.where)


def headline(changes: tuple[Difference, ...]) -> str:
    """Changes in one line: `tag 'Purchase' changed; 2 tags added: 'A', 'B'`."""
    if not changes:
        return "no change in behaviour"
    groups: dict[tuple[str, str], list[str]] = {}
    for d in changes:
        groups.setdefault((d.kind, d.change), []).append(d.name)
    told = []
    for (kind, how), names in groups.items():
        first = ", ".join(f"'{n}'" for n in names[:2]) + (" ..." if len(names) > 2 else "")
        told.append(
            f"{kind} {first} {how}" if len(names) == 1 else f"{len(names)} {kind}{_plural(kind)} {how}: {first}"
        )
    return "; ".join(told[:4]) + (f"; and {len(told) - 4} more kinds of change" if len(told) > 4 else "")


def _plural(kind: str) -> str:
    return "es" if kind.endswith("s") else "s"
