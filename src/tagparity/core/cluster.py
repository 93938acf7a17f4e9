"""What unmatched copies of one cause have in common: the narrowest place, browser, release and time that holds them.

Found by counts alone: `find` is given, for every combination of conditions and every day, how many copies there are and
how many of them are unmatched for this cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

from .measure import Metric, rate, wilson

COVERED = 0.9  # share of the unmatched copies that must lie inside
LIFT = 2.0  # how much larger their share is than that of all copies
LEAST = 30  # unmatched copies of a cause that are looked at, and copies before a day for "since"
MOST = 3  # conditions, a span of days counts as one
Days = Mapping[int | None, tuple[int, int]]  # day since 1970 (None: undated) -> (unmatched, copies)
Cells = Mapping[int, Days]  # bit n set: condition n holds


@dataclass(frozen=True, slots=True)
class Cluster:
    """Unmatched copies of one cause that share `where` (page, browser, app_version, sender, hour) and a span of days.

    `event` is empty where several are meant. `since`, `until`: ISO days, empty where the span is open. `share`: of the
    cause's unmatched copies, those inside; `size`: of all copies of the side (and event), those inside; `inside` and
    `outside`: of the copies there, those unmatched for this cause.
    """

    platform: str
    side: str
    event: str
    cause: str
    where: dict[str, str]
    since: str
    until: str
    share: Metric
    size: Metric
    inside: Metric
    outside: Metric


@dataclass(frozen=True, slots=True)
class Found:
    """Conditions by number, first and last day (None: open), and the unmatched and all copies inside."""

    conditions: tuple[int, ...]
    first: int | None
    last: int | None
    lost: int
    copies: int

    @property
    def count(self) -> int:
        return len(self.conditions) + (self.first is not None or self.last is not None)


def find(cells: Cells, width: int) -> Found | None:
    """The conjunction of up to `MOST` of `width` conditions and a span of days that tells the unmatched copies best: by
    likelihood, less a price for every condition. None where none covers `COVERED` of them with a lift of `LIFT` and
    intervals apart."""
    lost, copies = _sum(cells.values())
    if lost < LEAST:
        return None
    kept = [
        (_gain(f, lost, copies) - 2 * f.count * log(copies), f)
        for f in _candidates(cells, width, lost, copies)
        if f.count and holds(f.lost, f.copies, lost, copies)
    ]
    best = max(kept, key=lambda c: (round(c[0], 6), -c[1].count, [-n for n in c[1].conditions]), default=None)
    return best[1] if best else None


def holds(inside: int, size: int, lost: int, copies: int) -> bool:
    """Whether a part of `size` copies, `inside` of them unmatched, is a cluster among `lost` unmatched of `copies`."""
    if inside < COVERED * lost or size >= copies or not size or inside * copies < LIFT * lost * size:
        return False
    return wilson(inside, size)[0] > wilson(lost - inside, copies - size)[1]


def metrics(inside: int, size: int, lost: int, copies: int) -> tuple[Metric, Metric, Metric, Metric]:
    """`share`, `size`, `inside` and `outside` of a cluster."""
    return (
        rate("cluster_share", {}, inside, lost),
        rate("cluster_size", {}, size, copies),
        rate("cluster_inside", {}, inside, size),
        rate("cluster_outside", {}, lost - inside, copies - size),
    )


def _candidates(cells: Cells, width: int, lost: int, copies: int) -> Iterator[Found]:
    for many in range(min(MOST, width) + 1):
        for chosen in combinations(range(width), many):
            mask = sum(1 << n for n in chosen)
            days = _added(d for bits, d in cells.items() if bits & mask == mask)
            whole = Found(chosen, None, None, *_sum([days]))
            if whole.lost < COVERED * lost:
                continue
            yield whole
            if many < MOST:
                yield _spanned(whole, days, lost, copies)


def _spanned(whole: Found, days: Days, lost: int, copies: int) -> Found:
    """`whole` within the span of days that tells most, undated copies outside of it. A day is a bound where enough
    copies lie beyond it; the first day is looked for before the last."""
    dated = sorted(d for d in days if d is not None)
    found = _bounded(whole, days, dated, False, lost, copies)
    kept = [d for d in dated if found.first is None or d >= found.first]
    return _bounded(found, days, kept, True, lost, copies)


def _bounded(whole: Found, days: Days, dated: Sequence[int], last: bool, lost: int, copies: int) -> Found:
    """`whole` from the best day on, or up to it (`last`); as it is where no bound is worth its price."""
    inside, size = (sum(days[d][i] for d in dated) for i in (0, 1))
    every, found, best = size, whole, _gain(whole, lost, copies) + 2 * log(copies)
    for day in reversed(dated) if last else dated:
        gain = _gain(Found(whole.conditions, None, None, inside, size), lost, copies)
        if every - size >= LEAST and inside >= COVERED * lost and gain > best:
            first, end = (whole.first, day) if last else (day, None)
            found, best = Found(whole.conditions, first, end, inside, size), gain
        inside, size = inside - days[day][0], size - days[day][1]
    return found


def _added(parts: Iterable[Days]) -> dict[int | None, tuple[int, int]]:
    out: dict[int | None, tuple[int, int]] = {}
    for part in parts:
        for day, (lost, copies) in part.items():
            one = out.get(day, (0, 0))
            out[day] = (one[0] + lost, one[1] + copies)
    return out


def _sum(parts: Iterable[Days]) -> tuple[int, int]:
    counts = [c for days in parts for c in days.values()]
    return sum(c[0] for c in counts), sum(c[1] for c in counts)


def _gain(f: Found, lost: int, copies: int) -> float:
    """Twice the log likelihood that two rates, inside and outside, give over one."""
    out = (lost - f.lost, copies - f.copies)
    return 2 * (_likelihood(f.lost, f.copies) + _likelihood(*out) - _likelihood(lost, copies))


def _likelihood(k: int, n: int) -> float:
    return sum(x * log(x / n) for x in (k, n - k) if x > 0)
