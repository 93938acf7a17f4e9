"""The temporary folder of one audit: gone when the audit ends, however it ends.

A killed process cannot clean up after itself, so the folder's name carries its machine and process id, and the next
audit on that machine removes what dead ones left. Folders of other machines, on a disk they share, are theirs.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import UsageError

HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
_NAME = re.compile(rf"tagparity-{HOST}-(\d+)-\w+")


@contextmanager
def scratch(parent: Path | None = None) -> Iterator[Path]:
    """A folder only this user can read, in `parent` or where the system keeps temporary files."""
    home = parent or Path(tempfile.gettempdir())
    if not home.is_dir():
        raise UsageError("--temp names no folder: name one on a disk with room for what does not fit in memory")
    _sweep(home)
    folder = Path(tempfile.mkdtemp(prefix=f"tagparity-{HOST}-{os.getpid()}-", dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for left in parent.glob("tagparity-*-*"):
        match = _NAME.fullmatch(left.name)
        try:
            mine = not left.is_symlink() and left.is_dir() and left.stat().st_uid == os.getuid()
        except OSError:
            continue
        if match and mine and not alive(int(match[1])):
            shutil.rmtree(left, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
