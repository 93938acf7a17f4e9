"""The way of every event and field from the page to each vendor, as the containers of an audit say it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from ..core.container import Container, Entity
from ..core.lineage import Fate, Flow, Lineage, Route, Stability, Step
from .behaviours import Behaviour
from .server import EventData, Server
from .sources import Source
from .web import ANY, Sent, Web

ROOTED = ("event_id", "order_id", "value", "currency")  # fields whose sources are compared between vendors
MAX_FLOWS, MAX_ROUTES = 5000, 1000


def trace(containers: Iterable[Container]) -> Lineage:
    """Routes and flows of web containers, server containers, and of both together."""
    given = list(containers)
    webs = [Web(c) for c in given if c.side == "web"]
    servers = [Server(c) for c in given if c.side == "server"]
    routes = [r for w in webs for s in w.sent for r in _routes(s, servers)]
    flows: dict[tuple[str, ...], Flow] = {}
    for flow in (f for part in (_browser(webs), _server(webs, servers)) for f in part):
        key = (
            flow.platform,
            flow.destination,
            flow.event,
            flow.side,
            flow.field,
            flow.steps[-1].where if flow.steps else "",
        )
        if len(flows) < MAX_FLOWS:
            flows.setdefault(key, flow)
    return Lineage(tuple(dict.fromkeys(routes))[:MAX_ROUTES], tuple(flows.values()), tuple(_notes(webs, servers)))


def _routes(sent: Sent, servers: list[Server]) -> Iterator[Route]:
    """Where one event goes, and which server tags take it there."""
    if not sent.server and not sent.to:
        yield Route(sent.canonical, sent.where, sent.known.vendor, False)
        return
    taken: tuple[str, ...] | None = None
    if sent.server and servers:
        known = [s for s in servers if not s.partial and not s.clients_unknown]
        if len(known) == len(servers):
            taken = tuple(s.container.where(t) for s in known for t in _takers(s, sent))
    yield Route(sent.canonical, sent.where, sent.to, sent.server, taken)


def _takers(server: Server, sent: Sent) -> list[Entity]:
    """Server tags that may fire on an event, where a client takes it at all."""
    found = server.client(sent.known.protocol)
    if found is None and not server.clients_unknown:
        return []
    if sent.event == ANY:
        return list(server.tags)
    client = found[0].name if found else ""
    return [t for t in server.tags if server.firing.matches(t, sent.event, client) is not False]


def _browser(webs: list[Web]) -> Iterator[Flow]:
    """Fields of hits that go straight to a vendor."""
    for web in webs:
        for sent in web.sent:
            if sent.server or not sent.known.platform:
                continue
            names = {r.field: r.vendor for r in reversed(sent.known.reads)}
            for name, vendor in names.items():
                source = sent.fields.get(name) or Source(Fate.NEVER, why="not mapped")
                if not any(s.where for s in source.steps):
                    source = source.then(Step("tag", "tag of the page", sent.where))
                yield _flow(sent.known, sent.destination, sent.canonical, "browser", name, vendor, source)


def _server(webs: list[Web], servers: list[Server]) -> Iterator[Flow]:
    """Fields of what server tags send."""
    cookies = frozenset(c for w in webs for c in w.cookies)
    for server in servers:
        for tag in server.tags:
            known = server.known[id(tag)]
            if known is None or not known.platform or not known.reads:
                continue
            for event, data in _arriving(webs, server, tag, cookies):
                yield from _fields(server, tag, known, event, data)


def _arriving(webs: list[Web], server: Server, tag: Entity, cookies: frozenset[str]) -> Iterator[tuple[str, EventData]]:
    """(event, event data) of every event that may reach a tag; without a web container, of the events it asks for."""
    if not any(s.server for w in webs for s in w.sent):
        names = server.firing.events(tag)
        yield from ((n, server.nothing_known()) for n in (sorted(names) if names else [ANY]))
        return
    seen = set()
    for web in webs:
        for sent in web.sent:
            if not sent.server or tag not in _takers(server, sent) or (sent.event, sent.where) in seen:
                continue
            seen.add((sent.event, sent.where))
            data = server.receive(sent, cookies)
            if data is not None:
                yield sent.canonical, data if not web.unknown else _opened(data, sent)


def _opened(data: EventData, sent: Sent) -> EventData:
    """Unknown templates of the page add nothing to a GA4 hit, but may put anything into a whole data layer."""
    return EventData(data.keys, data.open or sent.whole, data.client, data.cookies)


def _fields(server: Server, tag: Entity, known: Behaviour, event: str, data: EventData) -> Iterator[Flow]:
    destination = next(
        (str(server.values.said(v)) for n in known.destination if isinstance(v := tag.params.get(n), str)), ""
    )
    for name, (source, vendor) in server.fields(tag, known, data, event).items():
        yield _flow(known, destination, event, "server", name, vendor, source)


def _flow(known: Behaviour, destination: str, event: str, side: str, name: str, vendor: str, source: Source) -> Flow:
    identity = name in ("event_id", "order_id")
    return Flow(
        known.platform,
        destination if "{{" not in destination else "",
        event,
        side,
        name,
        vendor,
        source.fate,
        source.steps,
        source.why if identity or source.fate is not Fate.SUPPLIED else "",
        source.stability if identity and source.fate is not Fate.NEVER else None,
        _digest(source.root) if name in ROOTED else "",
        source.hand,
    )


def _digest(root: str) -> str:
    """A root without what is in it: equal for equal ones."""
    return hashlib.sha256(root.encode("utf-8", "replace")).hexdigest()[:12] if root else ""


def _notes(webs: list[Web], servers: list[Server]) -> Iterator[str]:
    """What could not be followed, in words."""
    parts = [(w.container, w.unknown) for w in webs] + [(s.container, s.unknown) for s in servers]
    for container, unknown in parts:
        if unknown:
            names = ", ".join(f"'{t.template or t.type}'" for t in unknown[:5])
            yield f"{container.path}: nothing is known of the templates {names}: what their tags send is not traced"
        if not container.whole:
            yield f"{container.path} is not the whole container: {'; '.join(container.partial)}"
    for server in servers:
        if client := next((c.name for c, b in server.clients if b is None), ""):
            yield f"{server.container.path}: nothing is known of the client '{client}': what it makes is not traced"
    if servers and not any(s.server for w in webs for s in w.sent):
        yield "No web container sends to this server in the evidence: what requests bring is unknown."


__all__ = ["Stability", "trace"]
