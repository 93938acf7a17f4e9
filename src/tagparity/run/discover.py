"""Finds the files of evidence: everything below what was named, each admitted or refused with its reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from ..core.errors import EvidenceError, UsageError
from ..core.evidence import EvidenceFile
from ..core.text import outside
from ..readers.source import Source, admit

SKIPPED_FOLDERS = {".tagparity", ".git", "__pycache__"}
MAX_FILES = 100_000


def discover(paths: Iterable[Path], excluded: Callable[[str], bool]) -> tuple[list[Source], list[EvidenceFile]]:
    """(sources to read, files refused or left out), in order of path."""
    sources: list[Source] = []
    refused: list[EvidenceFile] = []
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{outside(path)}: no such file or folder")
        root = path if path.is_dir() else path.parent
        for found in _files(path):
            rel = found.relative_to(root).as_posix() if path.is_dir() else found.name
            shown = outside(rel)
            if rel == "tagparity.toml":
                continue
            if excluded(rel):
                refused.append(EvidenceFile(shown, "excluded", reason="left out by exclude in tagparity.toml"))
                continue
            try:
                sources.append(admit(found, root, shown))
            except EvidenceError as error:
                refused.append(EvidenceFile(shown, "refused", reason=error.reason))
    return sources, refused


def _files(path: Path) -> Iterable[Path]:
    if not path.is_dir():
        yield path
        return
    count = 0
    for folder, folders, files in os.walk(path, followlinks=False):
        folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
        links = [f for f in folders if (Path(folder) / f).is_symlink()]
        folders[:] = [f for f in folders if f not in links]
        for name in sorted([*files, *links]):
            count += 1
            if count > MAX_FILES:
                raise UsageError(f"over {MAX_FILES} files of evidence: name the folders that matter")
            yield Path(folder) / name
