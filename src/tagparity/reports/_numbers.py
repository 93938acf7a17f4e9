"""Numbers in words: how every report prints a score, a share and its interval."""

from __future__ import annotations

from math import floor, isfinite

from ..core.measure import Metric
from ..core.score import CategoryScore, Score, grade_of

_UNITS = ("B", "kB", "MB", "GB", "TB")


def whole(score: float | None) -> str:
    """A score as a whole number. Rounding never lifts it into a better grade than it has: 89.7 reads 89."""
    if score is None:
        return "--"
    near = round(score)
    return str(near if grade_of(near) == grade_of(score) else floor(score))


def span(score: Score | CategoryScore) -> str:
    """The possible range, widened to whole numbers so that it always holds the exact one."""
    if score.high - score.low < 0.05:
        return f"{score.low:.0f}"
    low, high = floor(score.low + 1e-9), -floor(-score.high + 1e-9)
    return f"{low} to {high}"


def share(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage, with the space the SI asks for."""
    return "–" if value is None or not isfinite(value) else f"{100 * value:.{digits}f} %"


def count(value: float | None) -> str:
    """A count with thousands separated; a fraction keeps two digits."""
    if value is None or not isfinite(value):
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def counts(metric: Metric) -> str:
    """`358 of 400`, or nothing when the metric is no share."""
    if metric.numerator is None or metric.denominator is None or metric.low is None:
        return ""
    return f"{count(metric.numerator)} of {count(metric.denominator)}"


def interval(metric: Metric) -> str:
    """`86.1 to 92.2`; an interval without an upper end says so."""
    if metric.low is None or not isfinite(metric.low):
        return ""
    if metric.high is None or not isfinite(metric.high):
        return f"from {100 * metric.low:.1f}"
    return f"{100 * metric.low:.1f} to {100 * metric.high:.1f}"


def measured(metric: Metric) -> str:
    """`89.5 % (358 of 400, 95 % interval 86.1 to 92.2)`; a value that is no share (a median) prints as it is."""
    if not counts(metric):
        return count(metric.value) + (f" (over {count(metric.denominator)})" if metric.denominator else "")
    notes = [counts(metric)]
    if interval(metric):
        notes.append(f"95 % interval {interval(metric)}")
    return f"{share(metric.value)} ({', '.join(notes)})"


def size(bytes: int) -> str:
    """A file size for people."""
    value, unit = float(bytes), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.{0 if unit == 0 or value >= 100 else 1}f} {_UNITS[unit]}"


def moment(iso: str) -> str:
    """`2026-11-01 00:03` of an ISO 8601 time."""
    return iso[:16].replace("T", " ")


def plural(number: int, noun: str) -> str:
    """`1 check`, `1,204 checks`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
