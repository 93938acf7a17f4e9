"""`--known`: customers from a file of their own, or from the evidence; what cannot be used ends in one line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conftest import Folder
from tagparity import audit
from tagparity.cli import main

START = 1_790_000_000
PEOPLE = [f"Buyer{i}@Example.com" for i in range(40)]


def rows() -> list[dict[str, Any]]:
    made = []
    for i, address in enumerate(PEOPLE):
        row = {
            "side": "browser",
            "platform": "meta",
            "event_name": "Purchase",
            "event_id": f"e{i}",
            "event_time": START + i,
        }
        written = address if i % 2 else address.lower()
        made += [row, row | {"side": "server", "em": hashlib.sha256(written.encode()).hexdigest()}]
    return made


@pytest.fixture
def evidence(folder: Folder) -> Path:
    folder.put("events.jsonl", rows())
    return folder.path


def run(evidence: Path, known: Path, out: Path) -> Result:
    return CliRunner().invoke(main, ["audit", str(evidence), "--known", str(known), "-o", str(out), "-q"])


def crm(path: Path, people: list[str]) -> Path:
    path.write_text("name,email\n" + "".join(f"x,{p}\n" for p in people))
    return path


def shares(path: Path) -> dict[tuple[str, str], float]:
    found = json.loads((path / "audit.json").read_text())
    return {(m["dims"].get("profile", ""), m["dims"]["variant"]): m["numerator"] for m in found["metrics"]
            if m["id"] == "known_share"}  # fmt: skip


def test_digests_are_proven_and_nothing_is_shown(evidence: Path, tmp_path: Path) -> None:
    result = run(evidence, crm(tmp_path / "crm.csv", PEOPLE), tmp_path / "out")
    assert result.exit_code == 0, result.output
    found = shares(tmp_path / "out")
    assert found["meta/docs", "exact"] == 20 and sum(n for (_, v), n in found.items() if v == "raw") == 20
    for path in (tmp_path / "out").iterdir():
        assert not any(p.lower().encode() in path.read_bytes().lower() for p in PEOPLE)


def test_files_of_customers_add_up(evidence: Path, tmp_path: Path) -> None:
    crm(evidence / "more.csv", PEOPLE[20:])
    assert run(evidence, crm(tmp_path / "crm.csv", PEOPLE[:20]), tmp_path / "out").exit_code == 0
    assert sum(n for (_, v), n in shares(tmp_path / "out").items() if v != "none") == 40


def test_an_open_quote_costs_one_row(evidence: Path, tmp_path: Path) -> None:
    known = crm(tmp_path / "crm.csv", [f'"{PEOPLE[0]}', *PEOPLE[1:]])
    result = audit(evidence, known=known)
    (entry,) = [f for f in result.evidence if f.kind == "known_customers"]
    assert (entry.records, entry.rejected) == (39, 1)


@pytest.mark.parametrize("content", ["hello", "name,email\n", "email_sha256,phone_hash\nx,y\n", ""])
def test_what_holds_no_customers_ends_in_one_line(content: str, evidence: Path, tmp_path: Path) -> None:
    crm(evidence / "more.csv", PEOPLE)
    known = tmp_path / "crm.csv"
    known.write_text(content)
    result = run(evidence, known, tmp_path / "out")
    assert result.exit_code == 2 and not (tmp_path / "out").exists()
    assert result.stderr.startswith("tagparity: --known crm.csv: ") and result.stderr.count("\n") == 1
