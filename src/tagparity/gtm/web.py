"""What the tags of a web container send: for each event of each tag where it goes, and what supplies each parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..core.container import Container, Entity
from ..core.lineage import Fate, Stability, Step
from ..core.text import outside
from ..platforms import PLATFORMS
from .behaviours import Behaviour, Read, behaviour, holds
from .consent import is_tool
from .firing import Firing
from .ids import of_key
from .references import references
from .routing import GOOGLE, Route, host, route, settings
from .sources import Source, Sources
from .tables import by_hand, objects, rows

_AWEC = {
    "email": "user_data.email_address",
    "phone_number": "user_data.phone_number",
    "first_name": "user_data.address.first_name",
    "last_name": "user_data.address.last_name",
    "street": "user_data.address.street",
    "city": "user_data.address.city",
    "region": "user_data.address.region",
    "postal_code": "user_data.address.postal_code",
    "country": "user_data.address.country",
}
ANY = "any event"  # where the name of an event cannot be told


@dataclass(frozen=True, slots=True)
class Sent:
    """One event of one tag as it leaves the page. `wire`: parameter as sent -> its source; `fields`: the project's name
    of a field -> its source. `to` is the server's host, empty for a hit straight to the vendor; `server` that it goes
    to a server container; `whole` that every key of the data layer goes along."""

    tag: Entity
    where: str
    known: Behaviour
    event: str
    canonical: str
    destination: str
    to: str = ""
    server: bool = False
    whole: bool = False
    wire: Mapping[str, Source] = field(default_factory=dict)
    fields: Mapping[str, Source] = field(default_factory=dict)


class Web:
    """The sending side of one web container."""

    def __init__(self, container: Container) -> None:
        self.container, self.firing, self.sources = container, Firing(container), Sources(container)
        self.values = self.sources.values
        self.tags = [t for t in container.tags if not t.paused and self.firing.fires(t)]
        self.known = {id(t): behaviour(container, t) for t in self.tags}
        self.google = [t for t in self.tags if t.type in GOOGLE]
        self.cookies = frozenset(c for b in self.known.values() if b for c in (*b.writes, *_pixel_cookies(b)))
        self.sent = [s for t in self.tags for s in self._sent(t)]
        self.unknown = [
            t
            for t in self.tags
            if self.known[id(t)] is None and t.type.startswith("cvt_") and not is_tool(container, t)
        ]

    def _sent(self, tag: Entity) -> Iterator[Sent]:
        known = self.known[id(tag)]
        if known is None or known.kind != "tag" or not (known.vendor or known.server_urls):
            return
        base = self._google_tag(tag) if tag.type == "gaawe" else None
        to, server = self._route(tag, base)
        for event in self._events(tag, known):
            fields, wire = self._fields(tag, known, event, base)
            names = PLATFORMS[known.platform].names if known.platform in PLATFORMS else {}
            destination = next((d for n in known.destination if (d := self._text(tag, n))), "")
            yield Sent(
                tag,
                self.container.where(tag),
                known,
                event,
                names.get(event, event) if known.protocol not in ("ga4", "data") else event,
                destination,
                to,
                server,
                known.whole_data_layer is not None and holds(known.whole_data_layer, tag),
                wire,
                fields,
            )

    def _text(self, tag: Entity, name: str) -> str:
        """The value of a parameter where the export fixes it, else its reference."""
        value = tag.params.get(name)
        return outside(self.values.said(value), 80) if isinstance(value, str) else ""

    def _google_tag(self, tag: Entity) -> Entity | None:
        """The Google tag an event tag belongs to: of the same id, or the only one where an id is not written out."""
        wanted = self._text(tag, "measurementIdOverride") or self._text(tag, "measurementId")
        for google in self.google:
            own = self._text(google, "tagId") or self._text(google, "measurementId")
            if wanted in (own, google.name):
                return google
        undecided = not wanted or references([wanted]) or any(references([self._text(g, "tagId")]) for g in self.google)
        return self.google[0] if len(self.google) == 1 and undecided else None

    def _route(self, tag: Entity, base: Entity | None) -> tuple[str, bool]:
        """(host, whether it is a server container's) of a tag's hits; an address only a run can tell has no host."""
        found = route(self.values, tag)
        if not found.written and base is not None:
            found = route(self.values, base)
        return _host(found), found.written and found.first_party

    def _events(self, tag: Entity, known: Behaviour) -> list[str]:
        """Names of the events a tag sends, as far as its container tells."""
        if tag.type in GOOGLE:
            if self._text(tag, "tagId").startswith(("AW-", "DC-")):
                return []  # an ads tag's page view counts for nothing
            merged, _ = settings(self.values, tag)
            sends = merged.get("send_page_view", tag.params.get("sendPageView", "true"))
            return [] if sends == "false" else ["page_view"]
        if known.event is None:
            names = self.firing.events(tag)
            return sorted(names) if names else [ANY]
        for name in known.event.params:
            value = tag.params.get(name)
            if isinstance(value, str) and value.strip():
                return self._expanded(tag, value)
        inherits = known.event.inherit is not None and holds(known.event.inherit, tag)
        names = self.firing.events(tag) if inherits else None
        return sorted({known.event.map.get(n, n) for n in names}) if names else [ANY]

    def _expanded(self, tag: Entity, value: str) -> list[str]:
        if not references([value]):
            return [outside(value, 60)]
        if value.strip() in self.firing.event_names:
            names = self.firing.events(tag)
            return sorted(outside(n, 60) for n in names) if names else [ANY]
        found = self.values.resolve(value)
        return [outside(v, 60) for v in found] or [ANY]

    def _fields(
        self, tag: Entity, known: Behaviour, event: str, base: Entity | None
    ) -> tuple[dict[str, Source], dict[str, Source]]:
        step = Step("tag", f"tag '{tag.name}'", self.container.where(tag))
        fields: dict[str, Source] = {}
        wire: dict[str, Source] = {}
        given = self._given(tag, base, step)
        for read in known.reads:
            if read.field in fields and fields[read.field].fate is not Fate.NEVER:
                continue
            if read.only and event not in read.only and event != ANY:
                continue
            source = self._read(tag, known, read, given, step)
            if source:
                fields[read.field] = source
                if read.vendor:
                    wire[read.vendor] = source.then(Step("request", f"parameter {read.vendor}"))
        for name, source in given.items():
            wire.setdefault(f"ep.{name}", source.then(Step("request", f"parameter ep.{name}")))
        for free in known.free_rows if not given else []:
            for name, value in rows(tag, free.table, free.name_key, free.value_key):
                sent = f"{free.prefix}{outside(name, 80)}"
                wire.setdefault(sent, self.sources.of(value).then(step).then(Step("request", f"parameter {sent}")))
        return fields, wire

    def _read(
        self, tag: Entity, known: Behaviour, read: Read, given: Mapping[str, Source], step: Step
    ) -> Source | None:
        """The source of one field of a web tag."""
        names = [n for row in read.rows for n in row.names]
        found = (
            next((given[n] for n in names if n in given), None)
            if given
            else by_hand(tag, read, known, self.sources, step)
        )
        if found:
            return found
        if not holds(read.when, tag):
            return None
        if read.data_layer:
            key = read.data_layer[0]
            kind, why = of_key(key)
            shown = " or ".join(f"'{k}'" for k in read.data_layer[:3])
            if known.whole_data_layer is not None:  # whatever lies there goes along: what that is only the page knows
                perhaps = Step("page", f"data layer key {shown}, if the page pushes it")
                return Source(Fate.UNKNOWN, (perhaps, step), kind, f"v {key}", why)
            return Source(Fate.SUPPLIED, (Step("page", f"data layer key {shown}"), step), kind, f"v {key}", why)
        if name := objects(tag, read):
            return Source(Fate.UNKNOWN, (Step("page", f"object in {name}"), step))
        if read.cookies:
            cookie = read.cookies[0]
            return Source(Fate.SUPPLIED, (Step("page", f"cookie {cookie}"), step), Stability.PER_VISITOR, f"k {cookie}")
        return (
            Source(Fate.SUPPLIED, (step,), root=f"made {known.id}", why="made by the template") if read.made else None
        )

    def _given(self, tag: Entity, base: Entity | None, step: Step) -> dict[str, Source]:
        """Parameters of a GA4 hit by name: settings of the Google tag first, those of the event tag over them."""
        if tag.type not in (*GOOGLE, "gaawe"):
            return {}
        found: dict[str, Source] = {}
        for one in (base, tag):
            if one is None:
                continue
            own = step if one is tag else Step("tag", f"Google tag '{one.name}'", self.container.where(one))
            merged, _ = settings(self.values, one)
            merged |= dict(rows(one, "eventParameters", "name", "value"))
            for name, value in merged.items():
                if name in ("server_container_url", "transport_url", "first_party_collection", "send_page_view"):
                    continue
                source = self._setting(name, value, own, one is not tag)
                found |= self._user_data(value, own) if name == "user_data" else {outside(name, 80): source}
            variable = one.params.get("userDataVariable")
            found |= self._user_data(variable, own) if isinstance(variable, str) else {}
        return found

    def _setting(self, name: str, value: str, step: Step, once: bool) -> Source:
        """A row of settings. Those of the Google tag are worked out once, when it fires, for the whole page."""
        if not value.strip():
            text = f"row '{outside(name, 60)}' is empty: it overrides what was there"
            return Source(Fate.LOST, (Step("tag", text, step.where),), why="empty row")
        found = self.sources.of(value).then(step)
        finest = found.stability in (Stability.PER_EVENT, Stability.PER_READ, Stability.COUNTER)
        if once and finest:
            return Source(found.fate, found.steps, Stability.PER_PAGE, found.root, "set in the Google tag: once a page")
        return found

    def _user_data(self, value: str, step: Step) -> dict[str, Source]:
        """The parts of a user-provided data variable, as parameters of the hit."""
        variable = self.values.variable(value)
        if variable is None or variable.type != "awec":
            return {"user_data": Source(Fate.UNKNOWN, (Step("page", "user data"), step))} if value.strip() else {}
        at = Step("variable", f"{{{{{variable.name}}}}}", self.container.where(variable))
        if str(variable.params.get("mode") or "MANUAL").upper() != "MANUAL":
            found = Source(Fate.UNKNOWN, (Step("page", "user data collected by code or by itself"), at, step))
            return dict.fromkeys(_AWEC.values(), found)
        parts = {k: v for k in _AWEC if isinstance(v := variable.params.get(k), str) and v.strip()}
        return {_AWEC[k]: self.sources.of(v).then(at).then(step) for k, v in parts.items()}


def _host(found: Route) -> str:
    return next((h for u in found.urls if (h := host(u))), "")


def _pixel_cookies(known: Behaviour) -> tuple[str, ...]:
    """Cookies the vendor's own script sets beside a web tag."""
    if known.side == "server" or known.platform not in PLATFORMS:
        return ()
    return tuple(m.name for m in PLATFORMS[known.platform].cookies)
