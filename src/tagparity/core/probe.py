"""What a tagging host answered when it was asked (`tagparity probe`), as checks see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SetCookie:
    """A cookie an answer set, without its value. `max_age_s` None for a session cookie."""

    name: str
    max_age_s: int | None
    http_only: bool = False
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its answer. `what`: health, root, collect, data_client, gateway, preview or script; `status` 0
    and an `error` where none came; `body`: ok, tag script, other tag script, html, empty or other."""

    what: str
    path: str
    status: int = 0
    body: str = ""
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    other_headers: tuple[str, ...] = ()
    cookies: tuple[SetCookie, ...] = ()
    hops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe of one host. `chain` is the name and its CNAMEs, `site_chain` and `site_addresses` those of the site's
    page; `error` says why the name leads nowhere."""

    file: str
    host: str
    at: str
    chain: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    error: str = ""
    site: str = ""
    site_chain: tuple[str, ...] = ()
    site_addresses: tuple[str, ...] = ()
    requests: tuple[Asked, ...] = ()
    page_ids: tuple[str, ...] = ()
    page_scripts: tuple[str, ...] = ()
    tls: Mapping[str, str] = field(default_factory=dict)

    def of(self, what: str) -> list[Asked]:
        return [r for r in self.requests if r.what == what]

    @property
    def healthy(self) -> Asked | None:
        """The health check that a server container answers, if one did."""
        return next((r for r in self.of("health") if r.status == 200 and r.body == "ok"), None)

    @property
    def script(self) -> Asked | None:
        """A tag script served from this host, if one was."""
        return next((r for r in self.of("script") if r.status == 200 and r.body == "tag script"), None)

    def where(self, asked: Asked | None = None) -> str:
        """Evidence pointer."""
        return f"{self.file} {asked.path}" if asked else self.file


class Probes(tuple[Probe, ...]):
    """All probes of an audit, as checks see them."""
