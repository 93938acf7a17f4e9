"""Every check is a page: four sections, sources with level and date, an example that passes and one that fails."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tagparity.checks import SECTIONS, Entry, catalogue, catalogue_version
from tagparity.core.check import NEEDS
from tagparity.core.outcome import State

ENTRIES = list(catalogue().values())
ROWS = re.compile(r"[GCDHXWT]\d{1,2}")
pytestmark = pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.id)


def test_page_has_its_sections(entry: Entry) -> None:
    assert entry.title
    assert "\n" not in entry.title
    assert [s for s in SECTIONS if not entry.sections.get(s)] == []


def test_every_source_names_level_and_date(entry: Entry) -> None:
    lines = [line for line in entry.sections["Sources"].splitlines() if line.startswith("- ")]
    assert lines
    assert len(entry.sources) == len(lines), "a source line reads '- LEVEL, YYYY-MM-DD: what and where'"
    assert all(date.fromisoformat(read) for _, read, _ in entry.sources)


def test_examples_pass_and_fail(entry: Entry) -> None:
    expected = {example.expect for example in entry.examples}
    assert expected <= {str(s) for s in State}
    assert State.PASS in expected
    assert expected & {State.FAIL, State.WARN}


def test_needs_row_and_weight(entry: Entry) -> None:
    assert set(entry.check.needs) <= set(NEEDS)
    assert ROWS.fullmatch(entry.check.row)
    assert (entry.check.judge is None) != (entry.check.rule is None)
    assert catalogue_version()
