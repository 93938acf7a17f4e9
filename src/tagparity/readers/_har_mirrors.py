"""Requests that only repeat an event: copies to a second endpoint, retries, redirect hops.

A decoder marks its rows with private keys: rows of one capture and platform with equal `_mirror` are one event; a row
with `_hop_of` repeats an earlier row of its platform with the same text in `_origin`. Of several such rows it is the
nearest earlier one that no other hop of its kind (`_hop`) has taken yet. A request reached by a redirect from a request
of the same platform repeats it too. The first is the event, the others name it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from ..core.platform import RawRow
from ._har_entry import Entry

_PRIVATE = ("_mirror", "_hop_of", "_origin", "_hop")
Place = tuple[int, int]


@dataclass(slots=True)
class _Origin:
    place: Place
    taken: set[str] = field(default_factory=set)


class Mirrors:
    """What was seen so far in one capture."""

    def __init__(self) -> None:
        self._same: dict[tuple[str, str], Place] = {}
        self._origins: defaultdict[tuple[str, str], list[_Origin]] = defaultdict(list)
        self._redirects: dict[tuple[str, str], Place] = {}

    def told(self, entry: Entry, platform: str, rows: list[RawRow]) -> list[RawRow]:
        """The rows without private keys; one that repeats an event says which in `twin_of`, as `entry:place`."""
        reached = self._redirects.get((platform, entry.url)) if rows else None
        told = [self._told(platform, row, (entry.index, n), reached) for n, row in enumerate(rows)]
        if rows and entry.goes_to:
            first = told[0].get("twin_of")
            index, place = str(first).split(":") if first else (entry.index, 0)
            self._redirects[platform, entry.goes_to] = (int(index), int(place))
        return told

    def _told(self, platform: str, row: RawRow, own: Place, reached: Place | None) -> RawRow:
        mirror, hop, origin, kind = (str(row.get(k) or "") for k in _PRIVATE)
        of = reached
        if mirror:
            earlier = self._same.get((platform, mirror))
            of = of or earlier
        if hop:
            of = self._hopped(platform, hop, kind, of)
        if mirror:
            self._same.setdefault((platform, mirror), of or own)
        if of is None and (origin or hop):
            self._origins[platform, origin or hop].append(_Origin(own, {kind} if hop else set()))
        kept = {k: v for k, v in row.items() if k not in _PRIVATE}
        return {**kept, "twin_of": f"{of[0]}:{of[1]}"} if of else kept

    def _hopped(self, platform: str, text: str, kind: str, of: Place | None) -> Place | None:
        """The event a hop stands for, marked as taken for its kind."""
        origins = self._origins[platform, text]
        known = next((o for o in origins if o.place == of), None)
        free = next((o for o in reversed(origins) if kind not in o.taken), None)
        found = known or (free if of is None else None) or (origins[-1] if origins and of is None else None)
        if found is None:
            return of
        found.taken.add(kind)
        return found.place
