"""Requests that only repeat an event: copies to a second endpoint, retries, redirect hops.

A decoder marks its rows with private keys: rows of one capture and platform with equal `_mirror` are one event; a row
with `_hop_of` repeats an earlier row of its platform with the same text in `_origin` (or an earlier hop that stood in
for it). A request reached by a redirect from a request of the same platform repeats it too. The first is kept.
"""

from __future__ import annotations

from ..core.platform import RawRow
from ._har_entry import Entry

_PRIVATE = ("_mirror", "_hop_of", "_origin")


class Mirrors:
    """What was seen so far in one capture."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str, str]] = set()
        self._redirects: set[tuple[str, str]] = set()

    def kept(self, entry: Entry, platform: str, rows: list[RawRow]) -> list[RawRow]:
        """The rows that are events of their own, without private keys."""
        redirected = (platform, entry.url) in self._redirects
        if platform and rows and entry.goes_to:
            self._redirects.add((platform, entry.goes_to))
        fresh = [r for r in rows if self._fresh(platform, r) and not redirected]
        return [{k: v for k, v in r.items() if k not in _PRIVATE} for r in fresh]

    def _fresh(self, platform: str, row: RawRow) -> bool:
        mirror, hop, origin = (str(row.get(k) or "") for k in _PRIVATE)
        repeated = (platform, "mirror", mirror) in self._seen or (platform, "origin", hop) in self._seen
        if mirror:
            self._seen.add((platform, "mirror", mirror))
        if origin or hop:
            self._seen.add((platform, "origin", origin or hop))
        return not repeated
