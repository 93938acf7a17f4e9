"""Every event and every vendor request of the evidence, one row each: what an audit counts, without counting."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from ..checks import catalogue
from ..core.errors import EvidenceError, UsageError
from ..core.evidence import EvidenceFile
from ..tables import engine, listing
from .collect import Collector
from .config import find, load
from .discover import discover
from .scratch import scratch

Progress = Callable[[str], None]


def events(
    evidence: Sequence[str | Path],
    out: BinaryIO,
    *,
    form: str = "ndjson",
    unkeyed: bool = False,
    config: Path | None = None,
    memory: int | None = None,
    temp: Path | None = None,
    progress: Progress = lambda _: None,
) -> tuple[EvidenceFile, ...]:
    """Writes one row per vendor request, and per event in a batch, to `out`; returns the account of the files.

    `form` is one of `listing.FORMATS`. An event id appears as 12 hex digits of a digest keyed for this run; `unkeyed`
    takes the first 12 of its plain SHA-256 instead. Columns: docs/events.md. `memory` and `temp` are those of `audit`.
    Raises UsageError for an unknown form,
    EvidenceError when nothing in the evidence can be used.
    """
    if form not in listing.FORMATS:
        raise UsageError(f"unknown format {form[:20]!r}: choose from {', '.join(listing.FORMATS)}")
    paths = [Path(p) for p in evidence]
    limits = {e.id: bounds for e in catalogue().values() if (bounds := e.check.bounds)}
    settings = load(find(config, paths), set(catalogue()), limits=limits)
    with scratch(temp) as folder, engine.enough(memory):
        sources, refused = discover(paths, settings.excluded)
        con = engine.connect(folder, memory, (s.path for s in sources))
        try:
            collector = Collector(con, folder, settings.columns, "plain" if unkeyed else "keyed", memory=memory)
            found = collector.read_all(sources, progress)
            files = (*found.files, *refused)
            if all(f.kind in ("refused", "excluded", "duplicate") for f in files):
                said = "".join(f"; {f.path}: {f.reason}" for f in files[:10])
                raise EvidenceError("nothing usable in the evidence" + said)
            listing.prepare(con, found.numbered, found.facts()[1].requests)
            part = folder / f"events.{form}"
            listing.write(con, part, form)
            with part.open("rb") as rows:
                shutil.copyfileobj(rows, out, 1 << 20)
            return tuple(sorted(files, key=lambda f: f.path))
        finally:
            con.close()
