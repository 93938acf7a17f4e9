"""Thresholds as data. A check names its own once; a profile may override them by check id."""

from __future__ import annotations

from dataclasses import dataclass

from .measure import Metric
from .outcome import State


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a rate. `at_least(0.9, 0.7)`: pass from 0.9, warn from 0.7, fail below; `at_most(0.005, 0.02)`:
    pass up to 0.005, warn up to 0.02, fail above."""

    ok: float
    warn: float
    rising: bool

    @classmethod
    def at_least(cls, ok: float, warn: float) -> Limits:
        return cls(ok, warn, True)

    @classmethod
    def at_most(cls, ok: float, warn: float) -> Limits:
        return cls(ok, warn, False)

    def judge(self, value: float) -> State:
        """The state of a value; both bounds belong to the better side."""
        sign = 1 if self.rising else -1
        if sign * value >= sign * self.ok:
            return State.PASS
        return State.WARN if sign * value >= sign * self.warn else State.FAIL

    def spanned(self, cell: Metric) -> float | None:
        """The bound that lies strictly inside the cell's interval, when one does: the verdict could be luck."""
        if cell.low is None or cell.high is None:
            return None
        return next((b for b in (self.ok, self.warn) if cell.low < b < cell.high), None)
