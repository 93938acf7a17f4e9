"""The score: points by severity inside a category, categories by weight, always with coverage and range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .outcome import Outcome, Severity, State

WEIGHTS = {"sgtm": 0.20, "capi": 0.25, "dedup": 0.15, "hit_ratio": 0.15, "walkthrough": 0.10, "identity": 0.15}
TITLES = {
    "sgtm": "sGTM Pipeline",
    "capi": "CAPI / CAPI Gateway",
    "dedup": "Deduplication",
    "hit_ratio": "Server-Side Hit Ratio",
    "walkthrough": "Pixel Debug (6 events)",
    "identity": "Hash Quality / PII Handling",
}
GRADES = ((90, "A"), (75, "B"), (60, "C"), (40, "D"), (0, "F"))
PROVISIONAL_BELOW = 0.80


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """Score of one category, 0 to 100; None when nothing in it could be judged."""

    score: float | None
    weight: float
    coverage: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Score:
    """The verdict: overall 0 to 100 or None (nothing judged), with what was judged and what it could still become."""

    overall: float | None
    grade: str
    provisional: bool
    coverage: float
    low: float
    high: float
    categories: dict[str, CategoryScore]


def grade_of(score: float | None) -> str:
    """Letter of a score; a dash when nothing was judged."""
    return "-" if score is None else next(letter for floor, letter in GRADES if score >= floor)


def _weights(outcomes: Iterable[Outcome]) -> tuple[float, float]:
    """(severity weight applicable, severity weight judged)."""
    weights = [(Severity[o.severity.upper()].value, o.state) for o in outcomes if o.state is not State.NOT_APPLICABLE]
    return sum(w for w, _ in weights), sum(w for w, state in weights if state.judged)


def _category(outcomes: list[Outcome], weight: float) -> CategoryScore:
    whole, seen = _weights(outcomes)
    won = sum(o.state.points * Severity[o.severity.upper()].value for o in outcomes if o.state.judged)
    if not whole:
        return CategoryScore(None, weight, 0.0, 0.0, 100.0)
    return CategoryScore(
        100 * won / seen if seen else None, weight, seen / whole, 100 * won / whole, 100 * (won + whole - seen) / whole
    )


def score(outcomes: Iterable[Outcome]) -> Score:
    """Score of a set of outcomes. `not_run` and `error` lower the coverage, never the score.

    A category in which nothing applies (or of which the catalogue holds no check) weighs nothing. The range is the
    score with everything not judged failing, and passing.
    """
    rows = list(outcomes)
    categories = {c: _category([o for o in rows if o.category == c], w) for c, w in WEIGHTS.items()}
    judged = [c for c in categories.values() if c.score is not None]
    applicable = [categories[c] for c in categories if _weights(o for o in rows if o.category == c)[0]]
    overall = _mean([(c.score, c.weight) for c in judged if c.score is not None])
    whole, seen = _weights(o for o in rows if o.category in WEIGHTS)
    coverage = seen / whole if whole else 0.0
    low, high = (_mean([(value, c.weight) for c, value in pairs]) for pairs in _bounds(applicable))
    return Score(
        overall,
        grade_of(overall),
        coverage < PROVISIONAL_BELOW,
        coverage,
        low if low is not None else 0.0,
        high if high is not None else 100.0,
        categories,
    )


def _bounds(
    categories: list[CategoryScore],
) -> tuple[list[tuple[CategoryScore, float]], list[tuple[CategoryScore, float]]]:
    return [(c, c.low) for c in categories], [(c, c.high) for c in categories]


def _mean(pairs: list[tuple[float, float]]) -> float | None:
    """Weighted mean of (value, weight); None of nothing."""
    weight = sum(w for _, w in pairs)
    return sum(v * w for v, w in pairs) / weight if weight else None
