"""Checks over events at their limits. Their examples run in test_examples.py."""

from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

import pytest

from tagparity.checks import Entry, catalogue
from tagparity.core.container import Containers
from tagparity.core.limits import Limits
from tagparity.core.measure import Metric, Metrics, rate
from tagparity.core.outcome import Outcome, State
from tagparity.core.traffic import Diagnostics, Leak, Request, Site, Traffic
from tagparity.run.config import load
from tagparity.run.judge import Facts, judge_all

OURS = ("capi", "dedup", "hit_ratio", "identity")
ENTRIES = {e.id: e for e in catalogue().values() if e.category in OURS}


def judge(entry: Entry, found: Metrics, rated: Diagnostics = Diagnostics(), traffic: Traffic = Traffic()) -> Outcome:  # noqa: B008
    facts = Facts(Containers(), traffic, found, rated, Site())
    return judge_all([entry], facts, lambda _, limits: limits)[0]


def ratio(server: int, browser: int, **dims: str) -> Metric:
    return rate("hit_ratio", {"platform": "meta", "event": "purchase", **dims}, server, browser)


@pytest.mark.parametrize(
    ("server", "state"), [(100, "pass"), (80, "pass"), (79, "warn"), (50, "warn"), (49, "fail"), (120, "pass")]
)
def test_ratio_at_its_limits(server: int, state: str) -> None:
    found = Metrics((*SIDES, ratio(server, 100, scope="web")))
    assert judge(ENTRIES["server_to_browser_ratio"], found).state == state


SIDES = tuple(
    Metric("events", {"platform": "meta", "event": "purchase", "side": s}, 100, 100) for s in ("browser", "server")
)


def test_a_surplus_of_other_ids_warns() -> None:
    """150 server and 100 browser actions that share no id: the surplus is not proven to be missed by the browser."""
    dims = {"platform": "meta", "event": "purchase"}
    causes = (
        rate("cause_share", {**dims, "side": "server", "cause": "browser_blocked"}, 150, 150),
        rate("cause_share", {**dims, "side": "browser", "cause": "unexplained"}, 100, 100),
    )
    found = Metrics((*SIDES, ratio(150, 100, scope="web"), *causes))
    assert judge(ENTRIES["server_to_browser_ratio"], found).state == "warn"
    assert judge(ENTRIES["server_to_browser_ratio"], Metrics(found.rows[:-1])).state == "pass"


def test_a_step_is_dated() -> None:
    days = [ratio(95 if n < 10 else 70, 100, day=f"2026-11-{n + 1:02}") for n in range(20)]
    outcome = judge(ENTRIES["ratio_by_day"], Metrics((*SIDES, *days)))
    assert outcome.state == "warn"
    assert "steps down on 2026-11-11" in outcome.summary


def test_a_leak_to_a_platform_fails_and_elsewhere_warns() -> None:
    request = Request("a.har", 1, "ads.example", "/tr", "hit")
    for platform, state in (("meta", "fail"), ("", "warn")):
        leak = Leak("a.har", 1, "ads.example", "url", "email", "q", platform)
        assert judge(ENTRIES["no_pii_in_urls"], Metrics(), traffic=Traffic((request,), leaks=(leak,))).state == state
    assert judge(ENTRIES["no_pii_in_urls"], Metrics(), traffic=Traffic((request,))).state == "pass"
    assert judge(ENTRIES["no_pii_in_urls"], Metrics()).state == "not_run"


def test_interval_over_a_limit_is_said() -> None:
    cells = [rate("same_side_duplicates", {"platform": "p", "event": "purchase", "side": "server"}, 1, 40)]
    outcome = judge(ENTRIES["same_side_duplicates"], Metrics(tuple(cells)))
    assert outcome.state is State.WARN
    assert "spans the limit" in outcome.summary
    assert outcome.findings[0].evidence[0].where == "same_side_duplicates platform=p event=purchase side=server"


def test_a_platform_that_counts_every_copy_is_not_asked_for_server_copies() -> None:
    rows = [Metric("events", {"platform": "ga4", "event": "page_view", "side": "browser"}, 100, 100), *SIDES]
    for name in ("server_events_beside_pixel", "major_events_arrive_server_side"):
        assert judge(ENTRIES[name], Metrics(tuple(rows))).state == "pass"


def test_a_check_over_artifacts_sees_limits_exactly_when_it_has_them() -> None:
    for entry in ENTRIES.values():
        if entry.check.judge:
            seen = Limits in get_type_hints(entry.check.judge).values()
            assert seen == (entry.check.limits is not None), entry.id
            assert entry.check.bounds == entry.check.limits


PROFILES = """
[profiles.few]
minimum_count = 5
[profiles.strict.limits.event_id_on_both_sides]
ok = 0.99
warn = 0.96
[profiles.lenient.limits.event_id_on_both_sides]
ok = 0.5
warn = 0.4
[profiles.lenient.limits.denied_consent_sends_no_identifiers]
ok = 0.3
warn = 0.4
"""


def under(profile: str, name: str, rows: tuple[Metric, ...], folder: Path) -> Outcome:
    path = folder / "tagparity.toml"
    path.write_text(PROFILES, "utf-8")
    bounds = {e.id: b for e in catalogue().values() if (b := e.check.bounds)}
    settings = load(path, set(catalogue()), profile=profile, limits=bounds)
    facts = Facts(Containers(), Traffic(), Metrics(rows, settings.minimum_count), Diagnostics(), Site())
    return judge_all([ENTRIES[name]], facts, settings.limits_for)[0]


def ids(with_id: int, of: int) -> tuple[Metric, ...]:
    """Copies of purchase on both sides, of which so many carry an id."""
    dims = [{"platform": "meta", "event": "purchase", "side": s} for s in ("browser", "server")]
    return tuple(m for d in dims for m in (Metric("events", d, of, of), rate("id_presence", d, with_id, of)))


@pytest.mark.parametrize(
    ("profile", "with_id", "of", "state"),
    [
        ("default", 95, 100, "pass"),
        ("strict", 95, 100, "fail"),
        ("default", 60, 100, "fail"),
        ("lenient", 60, 100, "pass"),
        ("default", 6, 10, "not_run"),
        ("few", 6, 10, "fail"),
        ("few", 4, 4, "not_run"),
    ],
)
def test_a_profile_changes_the_outcome(profile: str, with_id: int, of: int, state: str, tmp_path: Path) -> None:
    outcome = under(profile, "event_id_on_both_sides", ids(with_id, of), tmp_path)
    assert outcome.state == state
    if state == "not_run":
        assert outcome.summary.endswith("a verdict needs " + ("5" if profile == "few" else "30"))


def test_what_a_profile_allows_of_denied_consent_passes(tmp_path: Path) -> None:
    dims = {"platform": "meta", "event": "purchase", "side": "server"}
    rows = (
        Metric("events", dims, 50, 50),
        rate("denied_identified", dims, 10, 50),
    )
    name = "denied_consent_sends_no_identifiers"
    assert under("default", name, rows, tmp_path).state == "fail"
    allowed = under("lenient", name, rows, tmp_path)
    assert (allowed.state, "10 of 50" in allowed.summary) == ("pass", True)
