"""What a capture shows beside its events: requests to tagging hosts, cookies set, scripts loaded."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a capture that matters for routing. No query, no body, no cookie values.

    `kind`: `hit` (a platform event), `companion`, `script` (gtm.js, gtag.js), `service_worker`; `route` for GA4 hits:
    `direct`, `sgtm`, `gateway`, `proxy_legacy`, `custom_unknown`; `party`: `same_origin`, `same_site`, `third`;
    `carries`: what a request to a vendor without an event is (`core.platform.Kind`), empty for one with events.
    """

    file: str
    index: int
    host: str
    path: str
    kind: str
    platform: str = ""
    route: str = ""
    party: str = ""
    page_host: str = ""
    status: int = 0
    at_ms: int = 0
    carries: str = ""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as set, without its value. `max_age_s` None for a session cookie."""

    file: str
    index: int
    name: str
    host: str
    set_by: str
    max_age_s: int | None
    http_only: bool


@dataclass(frozen=True, slots=True)
class Leak:
    """Plain personal data or a secret seen where none belongs; the value itself is never kept. `place`: `url`,
    `referrer`, `title`, `payload`, `cookie`; `what`: `email`, `phone`, `name`, `card`, `iban`, `national_id`, `secret`;
    `shape` identifies nobody (`+1***12`); `length` in characters; `inside`: where in the parameter (`query email`)."""

    file: str
    index: int
    host: str
    place: str
    what: str
    param: str = ""
    platform: str = ""
    shape: str = ""
    length: int = 0
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Traffic:
    """All captures of an audit, as checks see them."""

    requests: tuple[Request, ...] = ()
    cookies: tuple[Cookie, ...] = ()
    leaks: tuple[Leak, ...] = ()
    click_ids: tuple[tuple[str, str, int], ...] = ()  # (name, file, index) of landing pages that carried one
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventQuality:
    """One event of a saved Dataset Quality API response: EMQ 0 to 10, percentages 0 to 100, None where absent."""

    file: str
    event: str
    emq: float | None
    coverage: float | None = None
    goal: float | None = None
    freshness: str = ""
    keys: tuple[tuple[str, float], ...] = ()


class Diagnostics(tuple[EventQuality, ...]):
    """All platform diagnostics of an audit, as checks see them."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the owner says of the site in `tagparity.toml`; empty where nothing was said."""

    url: str = ""
    tagging_host: str = ""
    destinations: dict[str, tuple[str, ...]] = field(default_factory=dict)
