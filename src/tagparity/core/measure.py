"""Measures and the cells they fill: counts from the engine, divided here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt


def wilson(numerator: float, denominator: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson score interval, 95 % by default. Source: Wilson 1927, J. Am. Stat. Assoc. 22(158), read 2026-11-24.

    A ratio over 1 (hit ratio) is no proportion: its bounds come from the same formula on the share
    numerator / (numerator + denominator), carried back to a ratio.
    """
    if denominator <= 0:
        return (0.0, 0.0)
    if numerator > denominator:
        low, high = wilson(numerator, numerator + denominator, z)
        return (low / (1 - low), high / (1 - high) if high < 1 else float("inf"))
    p, n = numerator / denominator, denominator
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (max(0.0, centre - half), min(1.0, centre + half))


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of `metrics` in `audit.json`: a value with its counts and interval at one grain."""

    id: str
    dims: dict[str, str] = field(default_factory=dict)
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def place(self) -> str:
        """The grain in words, for evidence lines: `dedup_rate platform=meta event=purchase`."""
        return " ".join([self.id, *(f"{k}={v}" for k, v in self.dims.items())])


def rate(id: str, dims: dict[str, str], numerator: int, denominator: int) -> Metric:
    """A metric that is a share, with its Wilson interval."""
    low, high = wilson(numerator, denominator)
    return Metric(id, dims, numerator / denominator if denominator else None, numerator, denominator, low, high)


@dataclass(frozen=True)
class Metrics:
    """All metrics of an audit, as checks see them, and the smallest denominator that gets a verdict."""

    rows: tuple[Metric, ...] = ()
    minimum_count: int = 30

    def of(self, id: str, **dims: str) -> list[Metric]:
        """Rows of metric `id` at exactly the grain platform x event plus the dims named here."""
        grain = {"platform", "event", *dims}
        return [
            m
            for m in self.rows
            if m.id == id and set(m.dims) <= grain and all(m.dims.get(k) == v for k, v in dims.items())
        ]
