"""Shifts and trends: planted ones are dated, chance reports next to nothing, and what happened about then is named."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from conftest import Folder
from tagparity.core.change import Change, Event, Series, tell
from tagparity.core.container import Container
from tagparity.core.measure import Metric, rate
from tagparity.readers import gtm
from tagparity.run._binomial import cuts
from tagparity.run.changes import containers, days_of, find
from tagparity.run.config import load
from tagparity.run.series import Version

START = date(2026, 5, 1)


def day(n: int) -> str:
    return (START + timedelta(days=n)).isoformat()


def series(rates: list[float], seed: int, size: int = 200, metric: str = "dedup_rate") -> Series:
    """Binomial days whose number of copies follows the week."""
    rng, days = random.Random(seed), []
    for n, p in enumerate(rates):
        copies = round(size * rng.uniform(0.9, 1.1) * (1.0 if n % 7 < 5 else 0.6))
        days.append(rate(metric, {"day": day(n)}, sum(rng.random() < p for _ in range(copies)), copies))
    return Series(metric, {}, tuple(days))


def told(of: Series) -> list[Change]:
    return tell(of, cuts(of))


@pytest.mark.parametrize("length", [8, 14, 30, 60])
def test_chance_reports_next_to_nothing(length: int) -> None:
    """At most 2 % of 200 steady series, over low and high rates and few and many copies."""
    kinds = [(0.99, 60), (0.9, 60), (0.9, 200), (0.7, 200)]
    false = sum(bool(told(series([kinds[n % 4][0]] * length, n, kinds[n % 4][1]))) for n in range(200))
    assert false <= 4


@pytest.mark.parametrize("length", [20, 30])
def test_ten_points_are_dated(length: int) -> None:
    """Within a day in 95 % of 100 series or more, wherever the shift lies."""
    hits = 0
    for n in range(100):
        at = random.Random(n).randrange(3, length - 2)
        found = told(series([0.9] * at + [0.8] * (length - at), n, size=230))
        hits += any(c.kind == "shift" and abs((date.fromisoformat(c.day) - START).days - at) <= 1 for c in found)
    assert hits >= 95


def test_a_shift_says_what_it_saw() -> None:
    of = series([0.95] * 10 + [0.8] * 6 + [0.95] * 8, 3)
    first, second = told(of)
    assert (first.day, first.until, second.day, second.until) == (day(10), day(15), day(16), day(23))
    assert first.before.denominator == sum(int(d.denominator or 0) for d in of.days[:10])
    assert first.after == second.before and (first.after.high or 1) < (first.before.low or 0)


def test_a_slope_is_a_trend() -> None:
    kinds = [[c.kind for c in told(series([0.95 - 0.2 * n / 30 for n in range(30)], seed))] for seed in range(20)]
    assert kinds.count(["trend"]) >= 19
    (trend,) = told(series([0.6 + 0.3 * n / 30 for n in range(30)], 1))
    assert (trend.day, trend.until) == (day(0), day(29)) and (trend.after.value or 0) > (trend.before.value or 0)


@pytest.mark.parametrize("length", [1, 2])
def test_a_bad_day_or_two_is_no_level(length: int) -> None:
    assert told(series([0.95] * 12 + [0.3] * length + [0.95] * 12, 5)) == [] or length == 2


def test_two_points_are_too_few() -> None:
    assert told(series([0.97] * 20 + [0.95] * 20, 2, size=20_000)) == []


def test_days_that_scatter_more_than_counts_explain() -> None:
    """Every day has a rate of its own: that is no shift."""
    false = 0
    for seed in range(50):
        rng = random.Random(seed)
        false += bool(told(series([rng.uniform(0.7, 0.9) for _ in range(30)], seed, size=2000)))
    assert false <= 5


def test_a_ratio_over_one() -> None:
    def ratio(n: int, over: float) -> Metric:
        return rate("hit_ratio", {"day": day(n)}, round(300 * over) + n % 5, 300 + n % 7)

    steady = Series("hit_ratio", {}, tuple(ratio(n, 1.02) for n in range(20)))
    doubled = Series("hit_ratio", {}, tuple(ratio(n, 1.02 if n < 10 else 1.9) for n in range(20)))
    assert told(steady) == []
    assert [c.day for c in told(doubled)] == [day(10)]


def rows(count: int = 20, at: int = 10, each: int = 200, **dims: str) -> list[Metric]:
    grain = {"platform": "meta", "event": "purchase", **dims}
    return [
        rate("dedup_rate", {**grain, "day": day(n)}, int(each * (0.95 if n < at else 0.7)), each) for n in range(count)
    ]


def test_what_happened_about_then_is_named() -> None:
    def event(n: int, name: str, *platforms: str) -> tuple[Event, tuple[str, ...]]:
        return Event("deploy", day(n), name), platforms

    happened = [event(9, "the day before"), event(10, "that day"), event(8, "too early"), event(12, "too late"),
                event(10, "another platform", "ga4"), event(11, "the day after", "meta")]  # fmt: skip
    (change,) = find(rows(), 30, {}, happened)
    assert [e.name for e in change.near] == ["that day", "the day before", "the day after"]


def test_which_series_are_looked_at() -> None:
    assert find(rows(count=7, at=3), 30, {}) == []  # too short
    assert find(rows(each=20), 30, {}) == []  # too few copies a day
    assert len(find(rows(), 30, {})) == 1
    assert find(rows(count=13), 30, {"meta": (day(0), day(10))}) == []  # the log cuts all but one bad day
    assert len(find(rows(count=13), 30, {"meta": (day(0), day(12))})) == 1
    other = [m for m in rows() if m.dims["day"] != day(3)]
    assert days_of(find(rows(), 30, {}), [*other, *rows(side="server")]) == other


def test_a_container_tells_when_it_was_edited() -> None:
    version = {"containerVersionId": "41", "fingerprint": "1780300000000", "container": {"publicId": "GTM-ABC123"},
               "tag": [{"tagId": "1", "name": "a", "type": "html", "fingerprint": "1780479000000"},
                       {"tagId": "2", "name": "b", "type": "html", "fingerprint": "not a time"}]}  # fmt: skip
    (container,) = gtm.read("web.json", {"exportFormatVersion": 2, "containerVersion": version})
    assert container.edited == "2026-06-03"
    assert containers([Version(container), Version(Container("x", "server", "", "", "", ""))]) == [
        (Event("container", "2026-06-03", "GTM-ABC123 last edited (version 41)"), ())
    ]


def test_deploys_of_the_configuration(folder: Folder) -> None:
    path = folder.put("tagparity.toml", '[[deploys]]\nname = "a"\nat = 2026-06-03T00:30:00+02:00\nplatforms = ["Facebook"]\n'
                      '[[deploys]]\nname = "ann@mail.example"\nday = 2026-06-04\n')  # fmt: skip
    assert load(path, set()).deploys == [
        (Event("deploy", "2026-06-02", "a"), ("meta",)),
        (Event("deploy", "2026-06-04", "<email>"), ()),
    ]


def test_the_library_is_loaded_only_for_series() -> None:
    code = "import sys, tagparity.cli, tagparity.run.audit; print([m for m in ('numpy', 'scipy', 'ruptures') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
    )
    assert done.stdout.strip() == "[]"
