"""Every example of every check, as files, through discovery, readers, tables and judging."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagparity.checks import Entry, catalogue
from tagparity.core.check import Example
from tagparity.core.measure import Metrics
from tagparity.core.outcome import Outcome
from tagparity.gtm.lineage import trace
from tagparity.platforms import PLATFORMS
from tagparity.run.collect import Collector
from tagparity.run.config import find, load
from tagparity.run.discover import discover
from tagparity.run.judge import Facts, judge_all
from tagparity.tables import engine, metrics, relations

CASES = [(entry, example) for entry in catalogue().values() for example in entry.examples]


def write(folder: Path, given: dict[str, Any]) -> None:
    """Values of an example: text as it is, a dict as JSON, a list as one JSON value a line."""
    for name, value in given.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(value, list):
            path.write_text("".join(json.dumps(row) + "\n" for row in value), "utf-8")
        else:
            path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")


def judged(entry: Entry, folder: Path, scratch: Path) -> tuple[Outcome, list[str]]:
    """The outcome of one check over a folder, and what was refused of it."""
    limits = {e.id: bounds for e in catalogue().values() if (bounds := e.check.bounds)}
    settings = load(find(None, [folder]), set(catalogue()), limits=limits)
    sources, refused = discover([folder], settings.excluded)
    con = engine.connect(scratch, evidence=[s.path for s in sources])
    try:
        found = Collector(con, scratch, settings.columns).read_all(sources, lambda _: None)
        rows: tuple[Any, ...] = ()
        if con.execute("SELECT count(*) FROM events").fetchone() != (0,):
            relations.build(con, PLATFORMS.values())
            rows = tuple(metrics.measure(con, PLATFORMS.values(), found.known))
    finally:
        con.close()
    containers, traffic, diagnostics, probes = found.facts()
    counted = Metrics(rows, settings.minimum_count)
    facts = Facts(containers, traffic, counted, diagnostics, settings.site, probes, trace(containers))
    bad = [f"{f.path}: {f.reason}" for f in [*found.files, *refused] if f.kind in ("refused", "duplicate")]
    return judge_all([entry], facts, settings.limits_for)[0], bad


@pytest.mark.parametrize(("entry", "example"), CASES, ids=lambda v: v.id if isinstance(v, Entry) else v.title)
def test_example_reaches_its_state(entry: Entry, example: Example, tmp_path: Path) -> None:
    folder, scratch = tmp_path / "evidence", tmp_path / "scratch"
    folder.mkdir()
    scratch.mkdir()
    write(folder, example.given)
    outcome, refused = judged(entry, folder, scratch)
    assert (outcome.state, outcome.summary, refused) == (example.expect, outcome.summary, [])
    assert all(f.message and f.fix and f.evidence for f in outcome.findings)
    assert bool(outcome.missing) == (outcome.state == "not_run")
