"""What becomes of each field between the page and a vendor, as the containers say it: data for reports and checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a field. `unknown` where a template or a part of the export is not known: never a finding."""

    SUPPLIED = "supplied"
    LOST = "lost"
    NEVER = "never"
    UNKNOWN = "unknown"


class Stability(StrEnum):
    """How a value behaves over the copies of one action, which decides whether it can be a shared event id."""

    PER_EVENT = "per_event"  # one value for one event, however often it is read
    PER_READ = "per_read"  # a new value each time it is read
    PER_PAGE = "per_page"  # one value for all events of a page
    PER_VISITOR = "per_visitor"
    COUNTER = "counter"  # starts again on each page
    CONSTANT = "constant"
    PER_ORDER = "per_order"  # a transaction id
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a field's way. `kind` is page, variable, tag, request, client, transformation, server_tag or
    vendor; `where` the evidence pointer (`web.json tag 12 'GA4 purchase'`), empty for the page and the vendor."""

    kind: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """The way of one field of one event to one destination of one platform. `side` is `browser` (pixel, straight to
    the vendor) or `server` (through the server container). `field` is the project's name (`event_id`, `value`, `em`,
    `fbp`, `consent` ...), `vendor_field` what the vendor calls it. A lost field's last step is where it is
    lost. Of ids, `stability` tells how the value behaves, and `root` is the same for two that come from one place;
    `mapped` says that somebody mapped the field, rather than the template."""

    platform: str
    destination: str
    event: str
    side: str
    field: str
    vendor_field: str
    fate: Fate
    steps: tuple[Step, ...] = ()
    note: str = ""
    stability: Stability | None = None
    root: str = ""
    mapped: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """Where one event of the web container goes. `to` is a server host, a vendor's title, or empty where the export
    does not tell; `taken` the server tags that take it (evidence pointers), None where no server container is known."""

    event: str
    tag: str
    to: str
    server: bool
    taken: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Everything containers say about the way of events and fields."""

    routes: tuple[Route, ...] = ()
    flows: tuple[Flow, ...] = ()
    notes: tuple[str, ...] = ()
