"""Numbers in words: how every report prints a score, a share and its interval."""

from __future__ import annotations

from math import floor, isfinite

from ..core.measure import Metric
from ..core.score import CategoryScore, Score, grade_of


def whole(score: float | None) -> str:
    """A score as a whole number. Rounding never lifts it into a better grade than it has: 89.7 reads 89."""
    if score is None:
        return "--"
    near = round(score)
    return str(near if grade_of(near) == grade_of(score) else floor(score))


def span(score: Score | CategoryScore) -> str:
    """The possible range, widened to whole numbers so that it always holds the exact one."""
    low, high = floor(score.low + 1e-9), -floor(-score.high + 1e-9)
    return f"{low}" if low == high else f"{low} to {high}"


def share(value: float | None, digits: int = 1) -> str:
    """A fraction as a percentage, with the space the SI asks for."""
    return "–" if value is None or not isfinite(value) else f"{100 * value:.{digits}f} %"


def count(value: float | None) -> str:
    """A count with thousands separated; a fraction keeps two digits."""
    if value is None or not isfinite(value):
        return "–"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def counts(metric: Metric) -> str:
    """`358 of 400`, or nothing when the metric carries no counts."""
    if metric.numerator is None or metric.denominator is None:
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
    """`89.5 % (358 of 400, 95 % interval 86.1 to 92.2)`; a metric that is no share prints its value."""
    if not counts(metric):
        return count(metric.value)
    notes = [counts(metric)]
    if interval(metric):
        notes.append(f"95 % interval {interval(metric)}")
    return f"{share(metric.value)} ({', '.join(notes)})"


def size(bytes: int) -> str:
    """A file size for people."""
    value = float(bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            break
        value /= 1000
    else:
        unit = "TB"
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def plural(number: int, noun: str) -> str:
    """`1 check`, `1,204 checks`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
