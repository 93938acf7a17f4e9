"""Clusters: what unmatched copies have in common, found by counts, told in one sentence."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from planted import write_csv
from tagparity import audit
from tagparity.core.audit import Audit
from tagparity.core.cluster import Cells, find, holds
from tagparity.reports._origin import change_sentence, cluster_sentence
from tagparity.reports.markdown import render

FIRST = datetime(2026, 5, 24, tzinfo=UTC)
_KIT = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
SAFARI = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {_KIT}"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"


def days(*counts: tuple[int, int]) -> dict[int | None, tuple[int, int]]:
    return dict(enumerate(counts))


def test_one_condition_is_found_and_no_more() -> None:
    """Bit 0 tells all; bit 1 says the same of nearly all copies; bit 2 is what most copies are."""
    cells: Cells = {0b111: days((95, 100)), 0b110: days((2, 300)), 0b100: days((1, 500)), 0b000: days((2, 100))}
    found = find(cells, 3)
    assert found and (found.conditions, found.first, found.last) == ((0,), None, None)
    assert (found.lost, found.copies) == (95, 100)


def test_a_span_of_days_is_found() -> None:
    quiet, loud = [(0, 100)] * 5, [(60, 100)] * 5
    since = find({0: days(*quiet, *loud)}, 0)
    assert since and (since.first, since.last, since.lost, since.copies) == (5, None, 300, 500)
    until = find({0: days(*loud, *quiet)}, 0)
    assert until and (until.first, until.last) == (None, 4)
    between = find({0: days(*quiet, *loud, *quiet)}, 0)
    assert between and (between.first, between.last) == (5, 9)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({1: days((29, 40)), 0: days((0, 900))}, "too few"),
        ({1: days((80, 100)), 0: days((20, 900))}, "not nearly all"),
        ({1: days((95, 600)), 0: days((5, 400))}, "hardly less than all copies"),
        ({1: days((100, 1000))}, "everything"),
        ({}, "nothing"),
    ],
)
def test_what_is_no_cluster(cells: Cells, why: str) -> None:
    assert find(cells, 1) is None, why


def test_intervals_must_part() -> None:
    assert holds(95, 200, 100, 1000)
    assert not holds(9, 20, 10, 41)


def _shop(folder: Path, broken: Any, seed: int = 7) -> Path:
    """Twenty days of purchases; `broken(day, agent, page, hour, version)`: the server loses the id."""
    rng, rows = random.Random(seed), []
    for day in range(20):
        for n in range(100 + 40 * (day % 7 < 5)):
            name, at = f"{day}-{n}", FIRST + timedelta(days=day, seconds=rng.uniform(60, 86_300))
            agent = rng.choices([SAFARI, CHROME, FIREFOX], [30, 55, 15])[0]
            page = rng.choices(["/checkout", "/express/pay"], [70, 30])[0]
            version = "2.0" if rng.random() < day / 20 else "1.9"
            base = {"platform": "meta", "event_name": "Purchase", "order_id": f"o{name}", "value": "10.00", "currency": "EUR",
                    "url": f"https://shop.example{page}?order={name}", "client_user_agent": agent,
                    "app_version": version}  # fmt: skip
            lost = broken(day, agent, page, at.hour, version) or rng.random() < 0.001
            rows.append({**base, "side": "browser", "event_id": f"e{name}", "event_time": at.isoformat()})
            if rng.random() < 0.98:
                sent = at + timedelta(seconds=rng.uniform(0.2, 8))
                rows.append(
                    {**base, "side": "server", "event_id": "" if lost else f"e{name}", "event_time": sent.isoformat()}
                )
    folder.mkdir(exist_ok=True)
    write_csv(folder / "events.csv", rows)
    return folder


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    folder = _shop(
        tmp_path_factory.mktemp("shop"),
        lambda day, agent, page, *_: agent == SAFARI and page == "/checkout" and day >= 10,
    )
    (folder / "tagparity.toml").write_text(
        '[[deploys]]\nname = "checkout v2"\nat = 2026-06-03T01:00:00+02:00\n[[deploys]]\nname = "feed"\nday = 2026-06-03\nplatforms = ["ga4"]\n'
    )
    return audit(folder)


def test_the_sentence_stands_in_the_report(told: Audit) -> None:
    cluster = told.clusters[0]
    assert (cluster.cause, cluster.event, cluster.since, cluster.until) == (
        "server_id_missing",
        "purchase",
        "2026-06-03",
        "",
    )
    assert cluster.where == {"page": "/checkout", "browser": "Safari"}
    assert cluster.share.denominator == cluster.inside.numerator + cluster.outside.numerator  # type: ignore[operator]
    text = render(told)
    head = "meta purchase, server_id_missing: "
    assert "## Where it comes from" in text and f"- {head}" in text
    assert (
        "are Safari on /checkout since 2026-06-03, which is " in text and "of all browser copies of purchase." in text
    )
    assert {c.side for c in told.clusters} == {"browser", "server"}


def test_the_shift_is_dated_and_laid_beside_the_deploy(told: Audit) -> None:
    shifts = {c.metric: c for c in told.changes}
    assert set(shifts) == {"dedup_rate", "id_presence"} and {c.kind for c in told.changes} == {"shift"}
    assert shifts["dedup_rate"].day == shifts["id_presence"].day == "2026-06-03"
    assert [e.name for e in shifts["dedup_rate"].near] == ["checkout v2"]
    assert change_sentence(shifts["dedup_rate"]).endswith("; deploy “checkout v2” the day before.")
    assert "## What changed, and when" in render(told)


def test_the_same_evidence_gives_the_same_clusters(told: Audit, tmp_path: Path) -> None:
    again = audit(
        _shop(tmp_path / "again", lambda day, agent, page, *_: agent == SAFARI and page == "/checkout" and day >= 10)
    )
    assert again.clusters == told.clusters


def test_a_release_rolled_out_bit_by_bit(tmp_path: Path) -> None:
    rolled = audit(
        _shop(tmp_path / "rolled", lambda day, agent, page, hour, version: version == "2.0" and agent == CHROME)
    )
    assert {tuple(c.where.items()) for c in rolled.clusters} == {(("browser", "Chrome"), ("app_version", "2.0"))}
    assert "are Chrome of version 2.0, which is" in cluster_sentence(rolled.clusters[0])


def test_hours_of_the_day(tmp_path: Path) -> None:
    night = audit(_shop(tmp_path / "night", lambda day, agent, page, hour, _: hour in (23, 0, 1)))
    assert {tuple(c.where.items()) for c in night.clusters} == {(("hour", "23:00 and 02:00 UTC"),)}
    assert "came between 23:00 and 02:00 UTC" in cluster_sentence(night.clusters[0])


def test_faults_everywhere_are_no_cluster(tmp_path: Path) -> None:
    rng = random.Random(1)
    spread = audit(_shop(tmp_path / "spread", lambda *_: rng.random() < 0.2))
    assert [c for c in spread.clusters if c.cause == "server_id_missing"] == [] and spread.changes == ()
