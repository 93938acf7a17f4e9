"""The bookkeeping of a generated log: what every metric must be, known because the log was made that way.

Nothing here looks at a row: numbers follow from what was done to each action when it was made.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median

DAY = 86_400
Dims = tuple[tuple[str, str], ...]
Truths = dict[tuple[str, Dims], tuple[float, float]]


@dataclass
class Copy:
    """One copy of an action as it was made. `forms`: key -> forms of its values; `usable`: match keys that count."""

    side: str
    event: str
    day: str
    id: str
    forms: dict[str, list[str]] = field(default_factory=dict)
    usable: int = 0
    cause: str = ""
    accepted: bool = True
    automated: bool = False


@dataclass
class Deed:
    """One action with its copies and its fate. `near`: first copies within five minutes."""

    event: str
    copies: list[Copy]
    pair: bool = False
    merged: bool = False
    renamed: bool = False
    near: bool = False

    def of(self, side: str) -> list[Copy]:
        return [c for c in self.copies if c.side == side and c.accepted]


class Ledger:
    """Counts numerators and denominators over deeds of one platform."""

    def __init__(self, platform: str, deeds: list[Deed]) -> None:
        self.platform, self.deeds = platform, deeds
        self.copies = [c for d in deeds for c in d.copies]
        self.seen = [c for c in self.copies if c.accepted]
        self.up: Counter[tuple[str, Dims]] = Counter()
        self.down: Counter[tuple[str, Dims]] = Counter()

    def _add(self, metric: str, up: float, down: float, **dims: str) -> None:
        key = (metric, tuple(sorted({"platform": self.platform, **dims}.items())))
        self.up[key] += int(up)
        self.down[key] += int(down)

    def truths(self) -> Truths:
        """(metric, sorted dims) -> (numerator, denominator); a median stands as numerator over its copies."""
        for part in (self._pairs, self._copies, self._ratios, self._overlap, self._causes, self._forms):
            part()
        found: Truths = {k: (self.up[k], n) for k, n in self.down.items() if n}
        return found | self._medians()

    def _pairs(self) -> None:
        for deed in (d for d in self.deeds if d.pair):
            for grain in ({}, {"day": deed.of("browser")[0].day}):
                self._add("dedup_rate", deed.merged, 1, event=deed.event, **grain)
                self._add("within_5_minutes", deed.near, 1, event=deed.event, **grain)
                self._add("name_consistency", not deed.renamed, 1, event=deed.event, **grain)

    def _copies(self) -> None:
        for c in self.copies:
            if c.side == "server":
                self._add("rejected", not c.accepted, 1, event=c.event, side=c.side)
        for c in self.seen:
            self._add("events", 1, 1, event=c.event, side=c.side)
            self._add("events", 1, 1, event=c.event, side=c.side, day=c.day)
            self._add("id_presence", bool(c.id), 1, event=c.event, side=c.side)
        for side in ("browser", "server"):
            for copies in filter(None, (d.of(side) for d in self.deeds)):
                self._add("same_side_duplicates", len(copies) - 1, len(copies), event=copies[0].event, side=side)

    def _ratios(self) -> None:
        sides = defaultdict(set)
        for c in self.seen:
            sides[c.day].add(c.side)
        covered = {day for day, both in sides.items() if len(both) == 2}
        for side in ("browser", "server"):
            for copies in filter(None, (d.of(side) for d in self.deeds)):
                if copies[0].day in covered:
                    self._ratio(copies[0])
        for c in (c for c in self.seen if c.day in covered):
            for grain in ({}, {"day": c.day}):
                self._add("hit_ratio_raw", c.side == "server", c.side == "browser", event=c.event, **grain)

    def _ratio(self, first: Copy) -> None:
        up, down = first.side == "server", first.side == "browser"
        for grain in ({}, {"day": first.day}):
            self._add("hit_ratio", up, down, event=first.event, **grain)
            if not first.automated:
                self._add("hit_ratio", up, down, event=first.event, scope="web", **grain)

    def _overlap(self) -> None:
        theirs = {c.id for c in self.seen if c.side == "server" and c.id}
        for event, mine in {(c.event, c.id) for c in self.seen if c.side == "browser" and c.id}:
            self._add("id_overlap", mine in theirs, 1, event=event)

    def _causes(self) -> None:
        lost = [c for c in self.seen if c.cause]
        totals = Counter((c.event, c.side) for c in lost)
        for (event, side, cause), n in Counter((c.event, c.side, c.cause) for c in lost).items():
            self._add("cause_share", n, totals[event, side], event=event, side=side, cause=cause)
        for c in lost:
            self._add("unexplained_share", c.cause == "unexplained", 1, event=c.event, side=c.side)

    def _forms(self) -> None:
        values: Counter[tuple[str, str, str, str]] = Counter()
        for c in self.seen:
            for key, forms in c.forms.items():
                self._add("key_presence", forms != ["absent"], 1, event=c.event, side=c.side, key=key)
                values.update((c.event, c.side, key, f) for f in forms)
        whole: Counter[tuple[str, str, str]] = Counter()
        for (event, side, key, _), n in values.items():
            whole[event, side, key] += n
        for (event, side, key, form), n in values.items():
            self._add("form_share", n, whole[event, side, key], event=event, side=side, key=key, form=form)

    def _medians(self) -> Truths:
        groups = defaultdict(list)
        for c in self.seen:
            if c.side == "server":
                groups[c.event].append(c.usable)
        return {
            ("match_keys_median", tuple(sorted({"platform": self.platform, "event": e}.items()))): (
                float(median(counts)),
                len(counts),
            )
            for e, counts in groups.items()
        }
