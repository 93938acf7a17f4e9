"""What a request to a vendor is when it carries no event: told by the platforms' own lists, else `other`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from ..core.platform import Kind, Platform
from ._har_entry import Entry

_URL_CAP = 4096


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


class Kinds:
    """The platforms' lists, ready to search; hosts are looked up once."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self.platforms = {p.id: p for p in platforms}
        self._owners: dict[str, tuple[str, ...]] = {}

    def told(self, entry: Entry, claimed: str) -> tuple[str, Kind | None]:
        """(platform, kind) of a request without an event; `claimed` is the platform whose decoder recognises it.

        A body that was sent and not kept makes the request unreadable, unless it is known to carry no event.
        """
        text = entry.url.split("://", 1)[-1][:_URL_CAP]
        owners = self._owner(entry.hit.host)
        for name in dict.fromkeys((*((claimed,) if claimed else ()), *owners)):
            for kind, pattern in self.platforms[name].kinds:
                if _compiled(pattern).search(text):
                    return name, kind
        name = claimed or next(iter(owners), "")
        if not name:
            return "", None
        preflight = entry.hit.method == "OPTIONS"
        return name, Kind.UNREADABLE if entry.lost_body and not preflight else Kind.OTHER

    def _owner(self, host: str) -> tuple[str, ...]:
        if host not in self._owners:
            self._owners[host] = tuple(
                p.id for p in self.platforms.values() if p.hosts and _compiled(p.hosts).search(host)
            )
        return self._owners[host]
