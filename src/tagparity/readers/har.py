"""Network captures in HAR form (1.1, 1.2, of any program) to raw rows and traffic.

Rows of platforms' decoders may carry private keys that only the whole capture can settle, see `_har_mirrors`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..core.platform import Kind, Platform, RawRow
from ..core.text import outside
from ..core.traffic import Cookie, Leak, Request, Traffic
from ._har_entry import BrokenEntry, Entry, mapping, parse, scalar, string
from ._har_kinds import Kinds
from ._har_leaks import leaks
from ._har_mirrors import Mirrors
from ._har_traffic import click_ids, cookies, host_of, party, request, script_kind

MAX_ENTRIES = 200_000


@dataclass(frozen=True, slots=True)
class Capture:
    """What one capture gave: raw rows with `line` (entry) and `index` (n-th event of it), those that repeat an event
    included (`twin_of`), traffic and its account."""

    rows: list[RawRow]
    traffic: Traffic
    records: int
    rejected: int
    notes: tuple[str, ...] = ()

    @property
    def events(self) -> list[RawRow]:
        """The rows that repeat no other."""
        return [r for r in self.rows if "twin_of" not in r]


@dataclass(slots=True)
class _Reading:
    """One pass over the entries."""

    file: str
    platforms: tuple[Platform, ...]
    kinds: Kinds
    site: str = ""
    mirrors: Mirrors = field(default_factory=Mirrors)
    rows: list[RawRow] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    cookies: list[Cookie] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)
    landed: set[str] = field(default_factory=set)
    clicks: dict[tuple[str, str], int] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    repeats: int = 0

    def take(self, entry: Entry) -> None:
        platform, rows = self._decode(entry)
        hinted = next((r["_kind"] for r in rows if "_kind" in r), None)
        rows = [r for r in rows if "_kind" not in r]
        page_host = host_of(entry.page) or host_of(entry.referer) or self.site
        told = self.mirrors.told(entry, platform, rows)
        self.rows += told
        repeats = sum("twin_of" in r for r in told)
        self.repeats += repeats
        kind = None
        if not rows:
            platform, kind = (platform, Kind(str(hinted))) if hinted else self.kinds.told(entry, platform)
        if platform or script_kind(entry):
            use = script_kind(entry) or ("hit" if len(told) > repeats else "companion")
            route = str(rows[0].get("route", "")) if rows else ""
            self.requests.append(request(self.file, entry, use, platform, route, page_host, kind))
        if kind is Kind.UNREADABLE:
            self.lost[platform] += 1
        self.cookies += cookies(self.file, entry)
        self.leaks += leaks(self.file, entry, platform, party(entry.hit.host, page_host) == "third")
        self._landing(entry, page_host)

    def _landing(self, entry: Entry, page_host: str) -> None:
        """Click ids of the pages of the site; a frame of somebody else is no landing page."""
        own = entry.document and party(entry.hit.host, page_host) != "third"
        for url in {entry.page, entry.url if own else ""} - self.landed:
            self.landed.add(url)
            for name in click_ids(url):
                self.clicks.setdefault((name, url), entry.index)

    def _decode(self, entry: Entry) -> tuple[str, list[RawRow]]:
        """The platform that recognises the entry, and its rows; a platform that finds an event goes before one that
        finds none."""
        claimed = ""
        for platform in self.platforms if entry.hit.method != "OPTIONS" else ():
            rows = platform.decode(entry.hit) if platform.decode else None
            if rows:
                return platform.id, [_placed(r, entry, n) for n, r in enumerate(rows)]
            if rows is not None:
                claimed = claimed or platform.id
        return claimed, []

    def notes(self) -> list[str]:
        said = [
            f"{n} request(s) to {platform} with an unreadable body (a length but no text): their events are unknown,"
            " not missing"
            for platform, n in sorted(self.lost.items())
        ]
        if self.repeats:
            said.append(f"{self.repeats} request(s) only repeat an event (copies, retries, redirects): counted once")
        return said


def _placed(row: RawRow, entry: Entry, n: int) -> RawRow:
    status = {"status": str(entry.hit.status)} if entry.hit.status >= 100 else {}
    return {**row, **status, "line": entry.index, "index": n}


def sniff(doc: object) -> bool:
    """Whether a parsed document is a HAR: `log.entries` is a list."""
    return isinstance(mapping(mapping(doc).get("log")).get("entries"), list)


def read(path: str, doc: Mapping[str, object], platforms: Iterable[Platform]) -> Capture:
    """Every event and every request that matters of one capture; broken entries are counted, never fatal."""
    log = mapping(doc.get("log"))
    listed = log.get("entries")
    raw = listed if isinstance(listed, list) else []
    pages = _pages(log)
    entries, rejected = [], 0
    for index, item in enumerate(raw[:MAX_ENTRIES]):
        try:
            entries.append(parse(item, index, pages))
        except BrokenEntry:
            rejected += 1
    site = _site(entries)
    known = tuple(platforms)
    reading = _Reading(path, known, Kinds(known), site)
    for entry in entries:
        reading.take(entry)
    over = len(raw) - MAX_ENTRIES
    notes = reading.notes() + ([f"only the first {MAX_ENTRIES} entries were read"] if over > 0 else [])
    traffic = Traffic(
        requests=tuple(reading.requests),
        cookies=tuple(reading.cookies),
        leaks=tuple(reading.leaks),
        click_ids=tuple((name, path, index) for (name, _), index in reading.clicks.items()),
        notes={"site_host": outside(site, 120)} if site else {},
    )
    return Capture(reading.rows, traffic, len(entries), rejected + max(0, over), tuple(notes))


def _pages(log: Mapping[str, object]) -> dict[str, str]:
    """Page reference to page URL, where the title is one (browsers write the URL there, some programs a caption)."""
    listed = log.get("pages")
    pages = [mapping(p) for p in listed[:10_000]] if isinstance(listed, list) else []
    return {scalar(p.get("id")): string(p.get("title")) for p in pages if string(p.get("title")).startswith("http")}


def _site(entries: list[Entry]) -> str:
    """Host of the site: that of most page titles, else of the first document."""
    titled = Counter(host for e in entries if (host := host_of(e.page)))
    if titled:
        return titled.most_common(1)[0][0]
    return next((e.hit.host for e in entries if e.document and e.hit.status < 300), "")
