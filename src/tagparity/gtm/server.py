"""What a server container makes of a request: the client, the event data, transformations, the fields of its tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..core.container import Container, Entity
from ..core.lineage import Fate, Stability, Step
from ..core.text import outside
from .behaviours import Behaviour, Read, behaviour, holds
from .firing import Firing
from .ids import of_key
from .references import references
from .sources import Source, Sources
from .tables import by_hand, objects, rows
from .web import Sent


@dataclass(frozen=True, slots=True)
class EventData:
    """The event data of one request. `keys`: dotted path -> source; `open` that there may be keys nobody can name, so
    that a missing one is unknown; `client` the step of the client that made it."""

    keys: Mapping[str, Source]
    open: bool
    client: Step
    cookies: frozenset[str] = field(default_factory=frozenset)

    def get(self, path: str) -> Source | None:
        """What stands at a path: itself, or an object it is in, or a part of it."""
        if path in self.keys:
            return self.keys[path]
        inside = next((s for k, s in self.keys.items() if k.startswith(f"{path}.")), None)
        if inside:
            return inside
        outer = next((s for k, s in self.keys.items() if path.startswith(f"{k}.") and s.fate is Fate.UNKNOWN), None)
        return outer


class Server:
    """The receiving side of one server container."""

    def __init__(self, container: Container) -> None:
        self.container, self.firing, self.sources = container, Firing(container), Sources(container)
        self.values = self.sources.values
        self.tags = [t for t in container.tags if not t.paused and self.firing.fires(t)]
        self.known = {id(t): behaviour(container, t) for t in self.tags}
        self.clients = [(c, behaviour(container, c)) for c in container.clients]
        self.partial = any(w in p for p in container.partial for w in ("no clients", "no tags"))
        self.unknown = [t for t in self.tags if self.known[id(t)] is None and t.type.startswith("cvt_")]
        self.writes = frozenset(c for b in self.known.values() if b for c in b.writes)

    def client(self, protocol: str) -> tuple[Entity, Behaviour] | None:
        """The client that takes requests of a protocol, the one of the highest priority."""
        fit = [(c, b) for c, b in self.clients if b and b.protocol == protocol]
        return max(fit, key=lambda pair: pair[0].priority, default=None)

    @property
    def clients_unknown(self) -> bool:
        """Whether a client is there that nothing is known of: it may take anything and make anything."""
        return not self.clients or any(b is None for _, b in self.clients)

    def receive(self, sent: Sent, cookies: frozenset[str]) -> EventData | None:
        """Event data of one event; None where no client takes it."""
        found = self.client(sent.known.protocol)
        if found is None:
            return self.nothing_known() if self.clients_unknown else None
        client, known = found
        step = Step("client", f"client '{client.name}'", self.container.where(client))
        keys: dict[str, Source] = {}
        for produce in known.produces:
            if not holds(produce.when, client) or keys.get(produce.key):
                continue
            source = next((s for i in produce.inputs if (s := self._input(i, sent, cookies))), None)
            if source:
                keys[produce.key] = source.then(step)
        for name, source in sent.wire.items():
            for prefix in known.passes:
                if prefix == "*" or name.startswith(prefix):
                    keys.setdefault(name if prefix == "*" else name[len(prefix) :], source.then(step))
        return EventData(keys, sent.whole, step, cookies)

    def nothing_known(self) -> EventData:
        """Event data of a request whose sender is not in the evidence."""
        return EventData({}, True, Step("client", "a client of this container"))

    @staticmethod
    def _input(text: str, sent: Sent, cookies: frozenset[str]) -> Source | None:
        """What of a request feeds a key of event data."""
        kind, _, name = text.partition(" ")
        if kind == "param":
            if name in sent.wire:
                return sent.wire[name]
            return next((s for k, s in sent.wire.items() if name.endswith(".") and k.startswith(name)), None)
        if kind == "cookie":
            step = Step("request", f"cookie {name}")
            return Source(Fate.SUPPLIED, (step,), Stability.PER_VISITOR, f"k {name}") if name in cookies else None
        words = {"header": f"header {name}", "ip": "address of the visitor", "made": "made by the client"}
        return Source(Fate.SUPPLIED, (Step("request", words.get(kind, text)),), root=text)

    def transformed(self, data: EventData, tag: Entity) -> EventData:
        """Event data as one tag sees it, after the transformations that touch it."""
        keys = dict(data.keys)
        for one in self.container.transformations:
            if not affects(one, tag):
                continue
            step = Step("transformation", f"transformation '{one.name}'", self.container.where(one))
            sure = one.params.get("matchingConditionsEnabled") != "true"
            for key in self._removed(one, keys):
                keys[key] = keys[key].then(step, Fate.LOST if sure else Fate.UNKNOWN)
            for name, value in rows(one, "augmentEventTable", "paramName", "paramValue"):
                written = self.value(value, data).then(step)
                keys[outside(name, 80)] = written if sure else written.then(step, Fate.UNKNOWN)
        return EventData(keys, data.open, data.client, data.cookies)

    @staticmethod
    def _removed(one: Entity, keys: Mapping[str, Source]) -> list[str]:
        if one.type == "tf_exclude_params":
            names = [n for n, _ in rows(one, "excludedParamsTable", "excludedParams", "")]
            return [k for k in keys if any(k == n or k.startswith(f"{n}.") for n in names)]
        if one.type == "tf_allow_params":
            names = [n for n, _ in rows(one, "allowedParamsTable", "allowedParams", "")]
            return [k for k in keys if not any(k == n or k.startswith(f"{n}.") or n.startswith(f"{k}.") for n in names)]
        return []

    def value(self, text: str, data: EventData) -> Source:
        """The source of a parameter of a server tag: event data where a variable reads it, else what it is made of."""
        names = references([text])
        if len(names) != 1 or text.strip() != f"{{{{{names[0]}}}}}":
            own = self.sources.of(text)
            return own if not names else self._mixed(own, names, data)
        variable = self.values.by_name.get(outside(names[0]))
        if variable is None or variable.type not in ("ed", "sgtmk"):
            own = self.sources.of(text)
            dependent = (variable is not None and variable.type in ("smm", "remm")) or own.fate is Fate.UNKNOWN
            return replace(own, fate=Fate.UNKNOWN) if dependent else own
        step = Step("variable", f"{{{{{variable.name}}}}}", self.container.where(variable))
        if variable.type == "sgtmk":
            return self._cookie(str(variable.params.get("name") or ""), data).then(step)
        path = str(variable.params.get("keyPath") or "")
        if variable.params.get("setDefaultValue") == "true" and data.get(path) is None:
            return Source(
                Fate.SUPPLIED, (Step("server_tag", "default value of the variable"), step), Stability.CONSTANT
            )
        return self.key(path, data).then(step)

    def _mixed(self, own: Source, names: list[str], data: EventData) -> Source:
        """Several values in one text: lost or unknown as soon as one of them is."""
        parts = [self.value(f"{{{{{n}}}}}", data) for n in names]
        bad = next((p for p in parts if p.fate is not Fate.SUPPLIED), None)
        return own if bad is None else own.then(Step("variable", "a part of it is missing or not known"), Fate.UNKNOWN)

    def key(self, path: str, data: EventData) -> Source:
        """The source of a key of event data."""
        found = data.get(path)
        if found:
            return found
        kind, why = of_key(path)
        shown = outside(path, 80)
        if data.open:
            return Source(
                Fate.UNKNOWN,
                (Step("request", f"event data '{shown}', if the request brings it"),),
                kind,
                f"ed {path}",
                why,
            )
        return Source(
            Fate.NEVER,
            (data.client, Step("request", f"event data '{shown}', which nothing supplies")),
            kind,
            f"ed {path}",
            why,
        )

    def _cookie(self, name: str, data: EventData) -> Source:
        step = Step("request", f"cookie {outside(name, 60)}")
        known = name in data.cookies
        return Source(Fate.SUPPLIED if known else Fate.UNKNOWN, (step,), Stability.PER_VISITOR, f"k {name}")

    def fields(self, tag: Entity, known: Behaviour, data: EventData, event: str) -> dict[str, tuple[Source, str]]:
        """Field -> (its source, what the vendor calls it) of one server tag for one event."""
        seen = self.transformed(data, tag)
        step = Step("server_tag", f"tag '{tag.name}'", self.container.where(tag))
        found: dict[str, tuple[Source, str]] = {}
        for read in known.reads:
            before = found.get(read.field)
            if before and (before[0].fate is not Fate.NEVER or before[0].why == "empty row"):
                continue
            if read.only and event and event not in read.only:
                continue
            source = self._read(tag, known, read, seen, step)
            if source and not (before and source.fate is Fate.NEVER):
                found[read.field] = (source, read.vendor or (before[1] if before else ""))
        return found

    def _read(self, tag: Entity, known: Behaviour, read: Read, data: EventData, step: Step) -> Source | None:
        hand = by_hand(tag, read, known, self.sources, step)
        if hand is not None:
            if hand.why == "empty row":
                return hand
            mapped = next(v for v in self._mapped(tag, read))
            return replace(self.value(mapped, data).then(step), hand=True)
        if objects(tag, read):
            return Source(Fate.UNKNOWN, (Step("variable", f"object in {objects(tag, read)}"), step))
        if not holds(read.when, tag):
            return None
        tried = [s for p in read.event_data if (s := data.get(p))]
        good = next((s for s in tried if s.fate is Fate.SUPPLIED), None) or next(iter(tried), None)
        if good and good.fate is Fate.SUPPLIED:
            return good.then(step)
        if cookie := next((c for c in read.cookies if c in data.cookies), ""):
            return Source(
                Fate.SUPPLIED, (Step("request", f"cookie {cookie}"), step), Stability.PER_VISITOR, f"k {cookie}"
            )
        if read.headers or read.query:
            text = f"header {read.headers[0]}" if read.headers else f"parameter {read.query[0]} of the page's address"
            return Source(Fate.SUPPLIED, (Step("request", text), step), root=text)
        if read.made:
            return Source(Fate.SUPPLIED, (step,), root=f"made {known.id}", why="made by the template")
        if good:
            return good.then(step)
        return self._missing(read, data, step)

    @staticmethod
    def _missing(read: Read, data: EventData, step: Step) -> Source:
        """Nothing supplies the field: unknown where more may be in the request than its sender's container shows."""
        words = " or ".join(f"'{outside(p, 60)}'" for p in read.event_data[:3])
        text = (
            f"event data {words}"
            if words
            else f"cookie {read.cookies[0]}"
            if read.cookies
            else "a parameter of the tag"
        )
        fate = Fate.UNKNOWN if data.open or (read.cookies and not read.event_data) else Fate.NEVER
        steps = (
            data.client,
            Step("request", f"{text}, {'if the request brings it' if data.open else 'which nothing supplies'}"),
            step,
        )
        return Source(fate, steps, root=f"ed {read.event_data[0]}" if read.event_data else "")

    @staticmethod
    def _mapped(tag: Entity, read: Read) -> Iterator[str]:
        """The text a field is mapped to, known to be there."""
        found = [v for r in read.rows for n, v in rows(tag, r.table, r.name_key, r.value_key) if n in r.names]
        if found:
            yield found[-1]
        yield from (v for p in read.params if isinstance(v := tag.params.get(p), str) and v.strip())


def affects(one: Entity, tag: Entity) -> bool:
    """Whether a transformation works on a tag: named or of a named type, or, turned round, everything else."""
    named = {str(n) for n, _ in rows(one, "affectedTags", "tagReference", "")}
    types = {n for n, _ in rows(one, "affectedTagTypes", "tagType", "")}
    chosen = tag.name in named or tag.type in types
    return not chosen if one.params.get("allTagsExcept", "true") == "true" else chosen
