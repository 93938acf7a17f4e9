"""Shifts and trends in a metric by day: which of the candidate days are told, and what they are told with.

A day's rate counts by its denominator. A ratio over 1 (hit ratio) is judged on its share, numerator / (numerator +
denominator). Where days scatter more than their counts explain, evidence weighs less by that much (dispersion).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from statistics import median

from .measure import Metric, rate

LEAST_DAYS = 8  # of a series
SIDE = 3  # days on each side of a shift
POINTS = 0.03
_MEDIAN_CHI2 = 0.4549364  # median of a squared standard normal
_STRAY = 2.3  # what a median of n such squares strays by, over the median, times the root of n


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may have caused a change. `kind`: `deploy` or `container`; `day`: ISO date in UTC."""

    kind: str
    day: str
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a metric by day. `kind`: `shift` (`day` is the first of the new level) or `trend` (`day` is the first
    day of the series); `until` is the last day of the level or trend. `before` and `after` are the days on each side of
    a shift up to the next, the first and last third of a trend. `near`: what happened the day before, that day or the
    day after, the nearest first."""

    metric: str
    dims: dict[str, str]
    kind: str
    day: str
    until: str
    before: Metric
    after: Metric
    near: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Days of one metric at one grain, in order, each with a denominator over 0. `dims` without the day."""

    metric: str
    dims: dict[str, str]
    days: tuple[Metric, ...]

    @property
    def counts(self) -> list[tuple[float, float]]:
        """(hits, trials) by day."""
        pairs = [(d.numerator or 0.0, d.denominator or 0.0) for d in self.days]
        over = any(k > n for k, n in pairs)
        return [(k, k + n) if over else (k, n) for k, n in pairs]

    @property
    def dispersion(self) -> float:
        """Variance from day to day over that of counts alone, by the median of neighbours, which a shift hardly moves;
        less what the median of so few strays by."""
        pairs = self.counts
        squares = [_square(a, b) for a, b in pairwise(pairs)]
        least = 0.25 if any((d.numerator or 0) > (d.denominator or 0) for d in self.days) else 1.0
        return max(least, median(squares) / _MEDIAN_CHI2 - _STRAY / sqrt(len(squares)))

    @property
    def penalty(self) -> float:
        """Price of a shift in twice the log likelihood, after BIC: a day and a level each cost the log of the days."""
        return 4 * log(len(self.days))


def _square(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Squared difference of two rates over its variance."""
    p = (a[0] + b[0] + 0.5) / (a[1] + b[1] + 1)
    return float((a[0] / a[1] - b[0] / b[1]) ** 2 / (p * (1 - p) * (1 / a[1] + 1 / b[1])))


def deviance(hits: float, trials: float) -> float:
    """Minus twice the log likelihood of one rate."""
    return -2 * sum(x * log(x / trials) for x in (hits, trials - hits) if x > 0)


def tell(series: Series, cuts: Sequence[int]) -> list[Change]:
    """The shifts among `cuts` (positions of first days) that hold, or the trend that fits better than they do."""
    kept = _held(series, sorted(cuts))
    scale, price = series.dispersion, series.penalty
    steps = (_flat(series) - _stepped(series, kept)) / scale - price * len(kept)
    slope = (_flat(series) - _sloped(series)) / scale - price
    if slope > max(steps, 0.0) and (trend := _trend(series)):
        return [trend]
    return [_shift(series, kept, n) for n in range(len(kept))]


def _held(series: Series, cuts: list[int]) -> list[int]:
    """Cuts whose two sides differ; the weakest goes first, which makes longer sides for its neighbours."""
    while cuts:
        gaps = [(_gap(*_sides(series, cuts, n)), -n) for n in range(len(cuts))]
        weakest, place = min(gaps)
        if weakest >= POINTS:
            break
        cuts = [c for n, c in enumerate(cuts) if n != -place]
    return cuts


def _sides(series: Series, cuts: Sequence[int], n: int) -> tuple[Sequence[Metric], Sequence[Metric]]:
    bounds = [0, *cuts, len(series.days)]
    return series.days[bounds[n] : bounds[n + 1]], series.days[bounds[n + 1] : bounds[n + 2]]


def _gap(before: Sequence[Metric], after: Sequence[Metric]) -> float:
    """How far two runs of days lie apart, by their counts and by their middle days: one bad day makes no level. 0 where
    a run is short or the intervals meet."""
    one, two = pooled(before), pooled(after)
    if min(len(before), len(after)) < SIDE or not apart(one, two):
        return 0.0
    middles = median(d.value or 0.0 for d in before) - median(d.value or 0.0 for d in after)
    means = (one.value or 0.0) - (two.value or 0.0)
    return min(abs(middles), abs(means)) if middles * means > 0 else 0.0


def pooled(days: Sequence[Metric]) -> Metric:
    """Several days as one, with the interval of their sums."""
    hits, trials = (int(sum(n or 0 for n in counts)) for counts in zip(*((d.numerator, d.denominator) for d in days)))  # noqa: B905
    return rate(days[0].id, {}, hits, trials)


def apart(one: Metric, two: Metric) -> bool:
    """Whether two intervals do not meet."""
    return (one.high or 0.0) < (two.low or 0.0) or (two.high or 0.0) < (one.low or 0.0)


def _shift(series: Series, cuts: Sequence[int], n: int) -> Change:
    before, after = _sides(series, cuts, n)
    day, until = after[0].dims["day"], after[-1].dims["day"]
    return Change(series.metric, series.dims, "shift", day, until, pooled(before), pooled(after))


def _trend(series: Series) -> Change | None:
    third = max(SIDE, len(series.days) // 3)
    first, last = series.days[:third], series.days[-third:]
    if _gap(first, last) < POINTS:
        return None
    day, until = series.days[0].dims["day"], series.days[-1].dims["day"]
    return Change(series.metric, series.dims, "trend", day, until, pooled(first), pooled(last))


def _flat(series: Series) -> float:
    return _stepped(series, ())


def _stepped(series: Series, cuts: Sequence[int]) -> float:
    """Deviance of one rate between each two cuts."""
    bounds, counts = [0, *cuts, len(series.days)], series.counts
    parts = [counts[a:b] for a, b in pairwise(bounds)]
    return sum(deviance(sum(k for k, _ in part), sum(n for _, n in part)) for part in parts)


def _sloped(series: Series) -> float:
    """Deviance of a straight line in log odds, by Newton's method."""
    counts = series.counts
    middle = (len(counts) - 1) / 2
    places = [(n - middle) / max(middle, 1.0) for n in range(len(counts))]
    odds = (sum(k for k, _ in counts) + 0.5) / (sum(n - k for k, n in counts) + 0.5)
    level, slope = log(odds), 0.0
    for _ in range(25):
        rates = [_logistic(level + slope * x) for x in places]
        rest = [k - n * p for (k, n), p in zip(counts, rates, strict=True)]
        weights = [n * p * (1 - p) + 1e-9 for (_, n), p in zip(counts, rates, strict=True)]
        a, b, c = (sum(w * x**e for w, x in zip(weights, places, strict=True)) for e in (0, 1, 2))
        g, h = sum(rest), sum(r * x for r, x in zip(rest, places, strict=True))
        whole = a * c - b * b
        if whole <= 0:
            break
        step = ((c * g - b * h) / whole, (a * h - b * g) / whole)
        level, slope = level + step[0], slope + step[1]
        if max(map(abs, step)) < 1e-8:
            break
    rates = [_logistic(level + slope * x) for x in places]
    return -2 * sum(k * log(p) + (n - k) * log(1 - p) for (k, n), p in zip(counts, rates, strict=True))


def _logistic(x: float) -> float:
    return min(max(1 / (1 + exp(-min(max(x, -30.0), 30.0))), 1e-12), 1 - 1e-12)
