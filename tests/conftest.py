"""Helpers for tests that go through real files: evidence written, read into canonical rows, and tried by the checks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tagparity.checks import catalogue
from tagparity.core.evidence import EvidenceFile
from tagparity.run.collect import Collected, Collector
from tagparity.run.config import find, load
from tagparity.run.discover import discover
from tagparity.tables import engine

Row = dict[str, Any]


@dataclass
class Reading:
    """What the readers made of a folder: files by path, canonical rows as dicts, artifacts."""

    files: dict[str, EvidenceFile]
    rows: list[Row]
    found: Collected

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


class Folder:
    """A folder of evidence. `put` writes text or bytes as they are, a dict as JSON, a list as one value a line."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.path, self.scratch = path, scratch

    def put(self, name: str, content: str | bytes | Row | list[Any]) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        elif isinstance(content, str):
            target.write_bytes(content.encode("utf-8", "surrogatepass"))
        elif isinstance(content, list):
            target.write_text("".join((c if isinstance(c, str) else json.dumps(c)) + "\n" for c in content), "utf-8")
        else:
            target.write_text(json.dumps(content), "utf-8")
        return target

    def read(self) -> Reading:
        """Every file through discovery, recognition and ingest."""
        settings = load(find(None, [self.path]), set(catalogue()))
        sources, refused = discover([self.path], settings.excluded)
        self.scratch.mkdir(exist_ok=True)
        con = engine.connect(self.scratch, evidence=[s.path for s in sources])
        try:
            found = Collector(con, self.scratch, settings.columns).read_all(sources, lambda _: None)
            result = con.execute("SELECT * FROM events ORDER BY file, line, idx")
            names = [column[0] for column in result.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        finally:
            con.close()
        return Reading({f.path: f for f in [*found.files, *refused]}, rows, found)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or fills the cache of whoever runs it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty folder of evidence."""
    path = tmp_path / "evidence"
    path.mkdir()
    return Folder(path, tmp_path / "scratch")
