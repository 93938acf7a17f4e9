"""Lineage for readers: a board per platform (fields down, events across) and the way of what does not arrive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..core.audit import Audit
from ..core.lineage import Fate, Flow, Route

MOST_EVENTS, MOST_LOST, MOST_ROUTES = 12, 40, 60
MARKS = {Fate.SUPPLIED: "✓", Fate.LOST: "✕", Fate.NEVER: "–", Fate.UNKNOWN: "?"}
WORDS = {Fate.SUPPLIED: "supplied", Fate.LOST: "lost on the way", Fate.NEVER: "never supplied", Fate.UNKNOWN: "unknown"}
SIDES = {"server": "through the server container", "browser": "straight from the browser"}
_ORDER = (
    *("event_id", "event_name", "event_time", "order_id", "value", "currency", "contents", "content_ids"),
    *("content_type", "num_items", "em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id"),
    *("user_id", "fbp", "fbc", "gclid", "gbraid", "wbraid", "client_ip_address", "client_user_agent", "client_id"),
    *("session_id", "consent", "action_source", "page_location", "page_referrer"),
)
_EVENTS = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "generate_lead", "sign_up")
_WORST = (Fate.LOST, Fate.NEVER, Fate.UNKNOWN, Fate.SUPPLIED)


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a board: what becomes of it by event (None: the event has no such field)."""

    field: str
    vendor_field: str
    fates: tuple[Fate | None, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One platform and side: its events, its fields, and one whole way as an example."""

    platform: str
    side: str
    events: tuple[str, ...]
    more_events: int
    rows: tuple[Row, ...]
    example: Flow | None

    @property
    def title(self) -> str:
        return f"{self.platform}, {SIDES[self.side]}"


def _rank(name: str, order: tuple[str, ...]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


def boards(audit: Audit) -> list[Board]:
    """One board for every platform and side, in order of their names."""
    groups: dict[tuple[str, str], list[Flow]] = {}
    for flow in audit.lineage.flows:
        groups.setdefault((flow.platform, flow.side), []).append(flow)
    return [
        _board(platform, side, flows)
        for (platform, side), flows in sorted(groups.items(), key=lambda g: (g[0][0], g[0][1] != "server"))
    ]


def _board(platform: str, side: str, flows: list[Flow]) -> Board:
    events = sorted({f.event for f in flows}, key=lambda e: _rank(e, _EVENTS))
    shown = tuple(events[:MOST_EVENTS])
    cells: dict[tuple[str, str], list[Fate]] = {}
    vendor: dict[str, str] = {}
    for flow in flows:
        cells.setdefault((flow.field, flow.event), []).append(flow.fate)
        vendor[flow.field] = vendor.get(flow.field) or flow.vendor_field
    rows = tuple(
        Row(name, vendor[name], tuple(_worst(cells.get((name, e), ())) for e in shown))
        for name in sorted(vendor, key=lambda n: _rank(n, _ORDER))
    )
    return Board(platform, side, shown, len(events) - len(shown), rows, _example(flows))


def _worst(fates: Iterable[Fate]) -> Fate | None:
    found = set(fates)
    return next((f for f in _WORST if f in found), None)


def _example(flows: list[Flow]) -> Flow | None:
    """The longest way that arrives, of a conversion's key where there is one: how the pipeline is meant to work."""
    arriving = [f for f in flows if f.fate is Fate.SUPPLIED and len(f.steps) > 2]
    return max(
        arriving,
        key=lambda f: (f.field in ("em", "event_id"), f.event in ("purchase", "generate_lead"), len(f.steps)),
        default=None,
    )


def lost(audit: Audit) -> list[Flow]:
    """Fields somebody mapped that do not arrive, and ids and money that are not there, worst first; each once."""
    wanted = [f for f in audit.lineage.flows if f.fate is Fate.LOST or (f.fate is Fate.NEVER and f.mapped)]
    seen: dict[tuple[str, str, str, tuple[str, ...]], Flow] = {}
    for flow in wanted:
        seen.setdefault((flow.platform, flow.side, flow.field, tuple(s.where for s in flow.steps)), flow)
    return sorted(seen.values(), key=lambda f: (f.fate is not Fate.LOST, f.platform, _rank(f.field, _ORDER), f.event))[
        :MOST_LOST
    ]


def routes(audit: Audit) -> list[Route]:
    """Where events go, by event."""
    return sorted(audit.lineage.routes, key=lambda r: (_rank(r.event, _EVENTS), r.tag))[:MOST_ROUTES]


def destination(route: Route) -> str:
    """Where a route leads, in words."""
    if route.server:
        return f"server container {route.to}".strip() if route.to else "server container (address decided at run time)"
    return f"straight to {route.to}" if route.to else "cannot be told"


def takers(route: Route) -> str:
    """Who takes an event on the server, in words."""
    if not route.server:
        return ""
    if route.taken is None:
        return "unknown"
    return f"{len(route.taken)} server tags" if len(route.taken) != 1 else "1 server tag"


def way(flow: Flow) -> str:
    """The stations of a field in one line."""
    return " → ".join(s.text for s in flow.steps)


def sender(route: Route) -> str:
    """The tag that sends an event, without its file."""
    return route.tag[max(route.tag.find(" tag ") + 1, 0) :]
