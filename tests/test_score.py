"""The score: its arithmetic, its bounds, and the interval behind every rate."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagparity.core.limits import Limits
from tagparity.core.measure import rate, wilson
from tagparity.core.outcome import Evidence, Finding, Outcome, Severity, State, worst
from tagparity.core.score import WEIGHTS, grade_of, score

JUDGED = (State.PASS, State.WARN, State.FAIL)
OUTCOMES = st.lists(
    st.builds(
        lambda category, severity, state: outcome(category, severity, state),
        st.sampled_from([*WEIGHTS, "taxonomy"]), st.sampled_from(list(Severity)), st.sampled_from(list(State)),
    ),
    max_size=25,
)  # fmt: skip


def outcome(category: str, severity: Severity, state: State) -> Outcome:
    return Outcome("some_check", "D2", category, severity.label, state, "title", "summary")


def whole(state: State = State.PASS) -> list[Outcome]:
    return [outcome(c, Severity.HIGH, state) for c in WEIGHTS]


def test_weights_are_the_briefs() -> None:
    assert WEIGHTS == {
        "sgtm": 0.20,
        "capi": 0.25,
        "dedup": 0.15,
        "hit_ratio": 0.15,
        "walkthrough": 0.10,
        "identity": 0.15,
    }
    assert isclose(sum(WEIGHTS.values()), 1)
    assert {s.label: s.value for s in Severity} == {"critical": 5, "high": 3, "medium": 1.5, "low": 0.5}


@pytest.mark.parametrize(
    ("value", "grade"),
    [(100, "A"), (90, "A"), (89.99, "B"), (75, "B"), (74.99, "C"), (60, "C"), (59.99, "D"), (40, "D"), (39.99, "F"),
     (0, "F"), (None, "-")],
)  # fmt: skip
def test_grades_at_their_limits(value: float | None, grade: str) -> None:
    assert grade_of(value) == grade


def test_category_is_weighed_by_severity() -> None:
    rows = [outcome("dedup", Severity.CRITICAL, State.PASS), outcome("dedup", Severity.HIGH, State.WARN),
            outcome("dedup", Severity.MEDIUM, State.FAIL), outcome("dedup", Severity.LOW, State.NOT_RUN)]  # fmt: skip
    found = score(rows).categories["dedup"]
    assert found.score == pytest.approx(100 * 6.5 / 9.5)
    assert found.coverage == pytest.approx(9.5 / 10)
    assert (found.low, found.high) == (pytest.approx(65), pytest.approx(70))


def test_overall_is_the_weighted_mean() -> None:
    rows = [*whole(State.FAIL)[:-1], outcome("identity", Severity.LOW, State.PASS)]
    assert score(rows).overall == pytest.approx(15)
    assert score(whole()).overall == pytest.approx(100)


def test_nothing_judged_is_no_score() -> None:
    for rows in ([], whole(State.NOT_RUN), whole(State.ERROR), whole(State.NOT_APPLICABLE)):
        found = score(rows)
        assert (found.overall, found.grade, found.coverage, found.provisional) == (None, "-", 0, True)
        assert found.low <= found.high


def test_not_applicable_takes_no_weight() -> None:
    rows = [*whole(), outcome("dedup", Severity.CRITICAL, State.NOT_APPLICABLE)]
    assert score(rows) == score(whole())


def test_error_and_not_run_cost_coverage_alone() -> None:
    for state in (State.ERROR, State.NOT_RUN):
        found = score([*whole(), outcome("dedup", Severity.HIGH, state)])
        assert found.overall == pytest.approx(100)
        assert found.coverage == pytest.approx(18 / 21)
        assert not found.provisional
        assert found.low == pytest.approx(92.5)


def test_provisional_under_four_fifths() -> None:
    unseen = outcome("capi", Severity.HIGH, State.NOT_RUN)
    assert not score([*whole(), unseen]).provisional
    assert score([*whole(), unseen, unseen]).provisional


@given(OUTCOMES)
def test_numbers_stay_in_their_ranges(rows: list[Outcome]) -> None:
    found = score(rows)
    for part in (*found.categories.values(), found):
        assert 0 <= part.coverage <= 1 + 1e-9
        assert -1e-9 <= part.low <= part.high + 1e-9 <= 100 + 2e-9
    for category in found.categories.values():
        assert category.score is None or category.low - 1e-9 <= category.score <= category.high + 1e-9
    assert (found.overall is None) == (not any(o.state.judged and o.category in WEIGHTS for o in rows))
    if isclose(found.coverage, 1) and found.overall is not None:
        assert isclose(found.low, found.overall, abs_tol=1e-6)
        assert isclose(found.high, found.overall, abs_tol=1e-6)


@given(OUTCOMES, st.integers(0, 24))
def test_an_outcome_made_better_never_lowers_the_score(rows: list[Outcome], at: int) -> None:
    bad = [i for i, o in enumerate(rows) if o.state in (State.FAIL, State.WARN)]
    if not bad:
        return
    i = bad[at % len(bad)]
    better = State.WARN if rows[i].state is State.FAIL else State.PASS
    mended = [*rows[:i], outcome(rows[i].category, Severity[rows[i].severity.upper()], better), *rows[i + 1 :]]
    before, after = score(rows), score(mended)
    assert (after.overall or 0) >= (before.overall or 0) - 1e-9
    assert after.low >= before.low - 1e-9
    assert after.high >= before.high - 1e-9
    assert after.coverage == before.coverage


@given(OUTCOMES, st.sampled_from(JUDGED))
def test_judging_what_was_not_run_stays_inside_the_range(rows: list[Outcome], verdict: State) -> None:
    open_states = (State.NOT_RUN, State.ERROR)
    judged = [outcome(o.category, Severity[o.severity.upper()], verdict) if o.state in open_states else o for o in rows]
    before, after = score(rows), score(judged)
    for name, category in after.categories.items():
        if category.score is not None:
            assert before.categories[name].low - 1e-9 <= category.score <= before.categories[name].high + 1e-9


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (1, 1, 0.2065, 1.0),
     (81, 263, 0.2553, 0.3662), (90, 100, 0.8256, 0.9448), (0, 0, 0.0, 0.0)],
)  # fmt: skip
def test_wilson_against_published_values(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 10**7), st.data())
def test_wilson_holds_its_share(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson(k, n)
    assert 0 <= low <= k / n + 1e-9
    assert k / n - 1e-9 <= high <= 1
    mirrored = wilson(n - k, n)
    assert isclose(low, 1 - mirrored[1], abs_tol=1e-9)
    assert isclose(high, 1 - mirrored[0], abs_tol=1e-9)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_ratio_over_one_lies_in_its_interval(k: int, n: int) -> None:
    cell = rate("hit_ratio", {}, k, n)
    assert cell.value is not None and cell.low is not None and cell.high is not None
    assert cell.low - 1e-9 <= cell.value <= cell.high + 1e-9


@given(st.floats(0, 2), st.floats(0, 1), st.floats(0, 1))
def test_limits_never_judge_a_better_value_worse(value: float, a: float, b: float) -> None:
    order = [State.FAIL, State.WARN, State.PASS]
    rising, falling = Limits.at_least(max(a, b), min(a, b)), Limits.at_most(min(a, b), max(a, b))
    assert order.index(rising.judge(value)) <= order.index(rising.judge(value + 0.1))
    assert order.index(falling.judge(value)) >= order.index(falling.judge(value + 0.1))
    assert rising.judge(max(a, b)) is falling.judge(min(a, b)) is State.PASS


def test_a_finding_needs_proof_and_a_verdict() -> None:
    with pytest.raises(ValueError, match="without evidence"):
        Finding(State.FAIL, "m", (), "f")
    with pytest.raises(ValueError, match="warns or fails"):
        Finding(State.PASS, "m", (Evidence("x"),), "f")


def test_worst_state() -> None:
    assert worst([]) is State.PASS
    assert worst([State.PASS, State.WARN]) is State.WARN
    assert worst([State.WARN, State.FAIL, State.PASS]) is State.FAIL
