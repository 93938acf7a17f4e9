"""The cost of a run of days for the change-point library: loaded only when there is a series to look at."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
import ruptures
from ruptures.base import BaseCost

from ..core.change import SIDE, Series, deviance


class _Binomial(BaseCost):  # type: ignore[misc]
    """Deviance of one rate over days [start, end), over the dispersion."""

    model, min_size = "", SIDE

    def __init__(self, scale: float) -> None:
        self.scale = scale

    def fit(self, signal: Any) -> _Binomial:
        """`signal`: hits and trials by day."""
        self.signal = signal
        self.hits = [0.0, *accumulate(float(k) for k in signal[:, 0])]
        self.trials = [0.0, *accumulate(float(n) for n in signal[:, 1])]
        return self

    def error(self, start: int, end: int) -> float:
        hits, trials = self.hits[end] - self.hits[start], self.trials[end] - self.trials[start]
        return deviance(hits, trials) / self.scale


def cuts(series: Series) -> list[int]:
    """First days of new levels, by PELT (Killick et al. 2012, read 2026-11-25) at the series' own penalty."""
    search = ruptures.Pelt(custom_cost=_Binomial(series.dispersion), min_size=SIDE, jump=1)
    found = search.fit(np.array(series.counts)).predict(pen=series.penalty)
    return [int(n) for n in found[:-1]]
