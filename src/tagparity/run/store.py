"""Where canonical rows of large files are kept: for one audit, or in a cache that spares the next one the reading.

An entry is a folder named by what it was made of: the file's SHA-256, the mapping of columns and the code that read
it. It is written beside its place and renamed into it, so that an entry is whole or not there. No name of a file of
evidence and no raw value stands in it; its digests are keyed with the store's own key, which only its owner can read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import duckdb
import msgspec

from ..core.evidence import EvidenceFile
from ..readers.source import Source
from ..tables import parts
from .scratch import HOST, alive

LARGE = 1 << 18  # bytes on disk; smaller files are read again each time
KEEP_DAYS = 30
MAX_BYTES = 32 << 30
_SETTLED_S = 2  # a file changed later than this before it was hashed may change again within the same tick
_READ_BY = ("core", "platforms", "hashing", "pii", "readers", "tables")  # the code that makes an entry what it is


def default_folder() -> Path:
    """`$XDG_CACHE_HOME/tagparity`, by default `~/.cache/tagparity`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "tagparity"


class Store:
    """Entries of one key. `lasting`: they stay when the audit ends."""

    def __init__(self, folder: Path, lasting: bool) -> None:
        """Raises OSError where the folder cannot be made or belongs to somebody else."""
        self.root, self.lasting = folder, lasting
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            raise PermissionError("the cache folder is a link or belongs to another user")
        self.salt = _key(folder / "key") if lasting else secrets.token_hex(16)
        self.folder = folder / hashlib.sha256(self.salt.encode()).hexdigest()[:16]
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _sweep(self.folder)

    def digest(self, source: Source) -> str:
        """SHA-256 of a file's bytes; of a large one that has not changed since, the one known then."""
        if not self.lasting or source.size < LARGE:
            return source.digest()
        before = source.path.stat()
        seen = f"{source.path.resolve()}|{before.st_size}|{before.st_mtime_ns}|{before.st_ctime_ns}|{before.st_ino}"
        note = self.folder / f"stat-{hashlib.sha256(f'{self.salt}{seen}'.encode()).hexdigest()[:32]}"
        with suppress(OSError):
            known = note.read_text("ascii")
            if re.fullmatch("[0-9a-f]{64}", known):
                os.utime(note)
                source.sha256 = known
                return known
        source.digest()
        if time.time() - max(before.st_mtime, before.st_ctime) > _SETTLED_S:
            with suppress(OSError):
                _whole(note, source.sha256)
        return source.sha256

    def key(self, source: Source, columns: dict[str, str], marks: str) -> str:
        """Name of the entry of a file whose digest is known."""
        made_of = json.dumps([source.sha256, sorted(columns.items()), marks, _code(), duckdb.__version__])
        return hashlib.sha256(made_of.encode()).hexdigest()

    def kept(self, con: duckdb.DuckDBPyConnection, key: str) -> tuple[Path, EvidenceFile] | None:
        """The part under a key and its account of the file (without name); None where there is none, or a damaged one,
        which is removed."""
        entry = self.folder / key
        try:
            account = msgspec.json.decode((entry / "entry.json").read_bytes(), type=EvidenceFile)
            if parts.rows(con, entry) == account.records:
                os.utime(entry)
                return entry, account
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, duckdb.Error):
            pass
        shutil.rmtree(entry, ignore_errors=True)
        return None

    @contextmanager
    def fresh(self, key: str, account: EvidenceFile) -> Iterator[Path]:
        """A folder to write a part into, which becomes the entry at the end; what fails leaves nothing behind."""
        folder = self.folder / f"new-{HOST}-{os.getpid()}-{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
            (folder / "entry.json").write_bytes(msgspec.json.encode(account))
            for file in folder.iterdir():
                with file.open("rb") as f:
                    os.fsync(f.fileno())
            try:
                folder.rename(self.place(key))
            except OSError:
                if not self.place(key).exists():  # another audit was quicker: its entry says the same
                    raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def place(self, key: str) -> Path:
        """The folder of an entry."""
        return self.folder / key

    def withdraw(self, key: str) -> Path:
        """Takes an entry out of its place, for this audit alone."""
        folder = self.folder / f"new-{HOST}-{os.getpid()}-{secrets.token_hex(6)}"
        self.place(key).rename(folder)
        return folder

    def tidy(self) -> None:
        """Removes entries not used for long, then the longest unused over the limit on size."""
        if not self.lasting:
            return
        found = [p for p in self.root.glob("*/*") if p.is_dir() or p.name.startswith("stat-")]
        aged = sorted(((_used(p), _bytes(p), p) for p in found), reverse=True)
        total, oldest = 0, time.time() - KEEP_DAYS * 86400
        for used, size, path in aged:
            total += size
            if used < oldest or total > MAX_BYTES:
                remove(path)


def kept(folder: Path) -> tuple[int, int]:
    """(entries, bytes) of a cache."""
    entries = [p for p in folder.glob("*/*") if (p / "entry.json").is_file()]
    return len(entries), sum(_bytes(p) for p in entries)


def clear(folder: Path) -> tuple[int, int]:
    """Removes every entry of a cache, and its key; returns what was there. Other files in the folder stay."""
    was = kept(folder)
    for own in folder.glob("*"):
        if re.fullmatch("[0-9a-f]{16}|key(-.*)?", own.name):
            remove(own)
    return was


def remove(path: Path) -> None:
    """Takes a file or a folder away, whatever comes."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _used(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _bytes(path: Path) -> int:
    with suppress(OSError):
        return sum(p.stat().st_size for p in path.iterdir()) if path.is_dir() else path.stat().st_size
    return 0


def _key(path: Path) -> str:
    """The store's key, made on first use; two audits that make it at once get the same one."""
    for _ in range(3):
        with suppress(FileNotFoundError):
            found = path.read_text("ascii").strip()
            if re.fullmatch("[0-9a-f]{32}", found):
                return found
            path.unlink()
        own = path.with_name(f"key-{os.getpid()}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(secrets.token_hex(16))
            f.flush()
            os.fsync(f.fileno())
        with suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    raise PermissionError("the cache folder cannot keep a key")


def _whole(path: Path, text: str) -> None:
    part = path.with_name(f"new-{HOST}-{os.getpid()}-{secrets.token_hex(6)}")
    part.write_text(text, "ascii")
    part.replace(path)


def _sweep(folder: Path) -> None:
    """Removes what killed processes of this machine left half-written."""
    for left in folder.glob(f"new-{HOST}-*-*"):
        pid = left.name.split("-")[2]
        if pid.isdigit() and not alive(int(pid)):
            remove(left)


@lru_cache(maxsize=1)
def _code() -> str:
    """Digest of the code that reads evidence: an entry of another version is not the same."""
    made = hashlib.sha256()
    root = files(__package__.rpartition(".")[0])
    for name in _READ_BY:
        folder = Path(str(root.joinpath(name)))
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.sql"), *folder.rglob("*.json")]):
            made.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return made.hexdigest()
