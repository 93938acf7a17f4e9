"""Time between the copies, late events, clocks that are off, and the days of ids and match keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from planted import write_csv
from tagparity import audit
from tagparity.core.audit import Audit
from tagparity.core.measure import Metric
from tagparity.reports._origin import duration, timing_sentences
from tagparity.reports.markdown import render

FIRST = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _audit(folder: Path, skews: list[float], days: int = 2, **more: Any) -> Audit:
    """`skews`: seconds of the server's time after the browser's, of one purchase each, every day."""
    rows = []
    for day in range(days):
        for n, skew in enumerate(skews):
            at = FIRST + timedelta(days=day, seconds=30 * n)
            base = {
                "platform": "meta",
                "event_name": "Purchase",
                "event_id": f"e{day}-{n}",
                "received_time": "",
                "sender": "",
            }
            rows.append({**base, "side": "browser", "event_time": at.isoformat()})
            extra = {k: v(at, n) for k, v in more.items()}
            rows.append({**base, "side": "server", "event_time": (at + timedelta(seconds=skew)).isoformat(), **extra})
    folder.mkdir(exist_ok=True)
    write_csv(folder / "events.csv", rows)
    return audit(folder)


def of(told: Audit, id: str, **dims: str) -> list[Metric]:
    return [m for m in told.metrics if m.id == id and dims.items() <= m.dims.items()]


def test_quantiles_are_those_of_the_twins(tmp_path: Path) -> None:
    """100 twins a day, -1, 2, 3 ... 100 seconds apart."""
    told = _audit(tmp_path / "e", [-1.0, *map(float, range(2, 101))])
    found = {m.dims["quantile"]: (m.value, m.denominator) for m in of(told, "skew_ms")}
    assert found == {"p50": (50_000, 200), "p95": (95_000, 200), "p99": (99_000, 200), "median": (50_000, 200)}
    assert of(told, "clock_drift") == []
    assert "| meta | purchase | 200 | 50.0 s | 50.0 s | 95.0 s | 99.0 s |" in render(told)


@pytest.mark.parametrize(
    ("skew", "variant", "words"),
    [
        (
            90.0,
            "offset",
            "server times are 90.0 s ahead of browser times in 100.0 % (120 of 120) of the twins: a clock is off.",
        ),
        (
            -7200.0,
            "time_zone",
            "2.0 h behind browser times in 100.0 % (120 of 120) of the twins: a whole number of hours",
        ),
    ],
)
def test_a_steady_offset_is_a_clock(skew: float, variant: str, words: str, tmp_path: Path) -> None:
    told = _audit(tmp_path / "e", [skew + n % 5 for n in range(60)], sender=lambda *_: "gtmss")
    (drift,) = of(told, "clock_drift")
    assert drift.dims == {"platform": "meta", "sender": "gtmss", "variant": variant}
    assert (drift.value, drift.numerator, drift.denominator) == (1000 * (skew + 2), 120, 120) or variant == "offset"
    assert abs((drift.value or 0) - 1000 * skew) <= 5000
    days = of(told, "clock_skew_ms", sender="gtmss")
    assert [m.dims["day"] for m in days] == ["2026-05-01", "2026-05-02"] and {m.denominator for m in days} == {60}
    (sentence,) = [s for s in timing_sentences(told) if "clock" in s or "hours" in s]
    assert sentence.startswith("meta, sent by gtmss: ") and words.partition("s ahead")[2] in sentence


def test_half_of_the_twins_make_no_clock(tmp_path: Path) -> None:
    told = _audit(tmp_path / "e", [3600.0 * (n % 2) for n in range(60)])
    assert of(told, "clock_drift") == []


def test_late_events(tmp_path: Path) -> None:
    """Every fourth server copy is received two hours after it happened; one has no time of receipt."""

    def received(at: datetime, n: int) -> str:
        return "" if n == 1 else (at + timedelta(hours=2 if n % 4 == 0 else 0, seconds=9)).isoformat()

    told = _audit(tmp_path / "e", [1.0] * 40, received_time=received)
    (late,) = of(told, "late_share", side="server")
    assert (late.numerator, late.denominator) == (20, 78) and of(told, "late_share", side="browser") == []
    assert any("meta purchase, server: 25.6 % (20 of 78" in s for s in timing_sentences(told))


def test_ids_by_day_and_keys_that_changed(tmp_path: Path) -> None:
    def email(at: datetime, _: int) -> str:
        return "a" * 64 if at.day <= 10 else ""

    told = _audit(tmp_path / "e", [1.0] * 40, days=20, em=email, fbp=lambda at, n: f"fb.1.1790000000000.{n}")
    assert len(of(told, "id_presence", side="server")) == 21
    keys = of(told, "key_presence", key="em", side="server")
    assert len([m for m in keys if "day" in m.dims]) == 20
    assert [m for m in of(told, "key_presence", key="fbp") if "day" in m.dims] == []
    assert [(c.metric, c.dims["key"], c.day) for c in told.changes] == [("key_presence", "em", "2026-05-11")]


def test_few_days_make_no_series(tmp_path: Path) -> None:
    told = _audit(tmp_path / "e", [1.0] * 40, days=7)
    assert [m for m in of(told, "id_presence") if "day" in m.dims] == [] and told.changes == ()


def test_durations_in_words() -> None:
    shown = [duration(ms) for ms in (0, 250, -4100, 119_000, 720_000, 10_800_000, 432_000_000)]
    assert shown == ["0 ms", "250 ms", "-4.1 s", "119.0 s", "12 min", "3.0 h", "5.0 days"]
