"""The embedded engine: one DuckDB per audit, closed to everything but its own scratch folder."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import duckdb

from ..core.errors import ResourceError, UsageError

SHARE = 0.6  # of the machine's memory, unless told otherwise
LEAST = 64 << 20  # under this the engine cannot hold a block of lines
_UNITS = {"": 0, "b": 0, "k": 10, "m": 20, "g": 30, "t": 40}
_CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def machine_memory() -> int:
    """Bytes of RAM this process may use: the machine's or its container's, or 4 GiB where neither says."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        total = 4 << 30
    for name in _CGROUPS:
        with suppress(OSError, ValueError):
            total = min(total, int(Path(name).read_text("ascii")))
    return total


def memory_of(text: str) -> int:
    """Bytes meant by `4GB`, `512 MiB` (units are powers of 1024) or `60%` of the machine's. Raises UsageError."""
    match = re.fullmatch(r"\s*([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*(%|[kmgt]?i?b?)\s*", text.lower())
    if not match:
        raise UsageError("--memory: not a size: write it as 4GB, 512MiB or 60%")
    number = float(match[1])
    size = int(machine_memory() * number / 100) if match[2] == "%" else int(number * (1 << _UNITS[match[2][:1]]))
    if size < LEAST:
        raise UsageError(f"--memory: {size >> 20} MiB is too little: allow {LEAST >> 20} MiB or more")
    return size


@contextmanager
def enough(memory: int | None = None) -> Iterator[None]:
    """Turns what the engine and the system say of memory or disk that ran out into a ResourceError of one line."""
    try:
        yield
    except duckdb.Error as error:  # a write that fails may surface as an error of its transaction
        said = str(error).lower()
        if "max_temp_directory_size" in said or any(os.strerror(code).lower() in said for code in _FULL):
            raise ResourceError(_NO_SPACE) from None
        if isinstance(error, duckdb.OutOfMemoryException):
            limit = (memory or int(machine_memory() * SHARE)) >> 20
            raise ResourceError(f"the memory limit of {limit} MiB does not suffice: allow more with --memory") from None
        raise
    except MemoryError:
        raise ResourceError("out of memory: free some, or allow the engine less with --memory") from None
    except OSError as error:
        if error.errno in _FULL:
            raise ResourceError(_NO_SPACE) from None
        raise


_NO_SPACE = "no space left for temporary files, the cache or the results: free some, or name another disk with --temp, --cache or -o"


class Rows(Protocol):
    """What a query gave."""

    @property
    def description(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def fetchone(self) -> Any: ...


class Engine(Protocol):
    """What relations and measures ask of an engine: the embedded one has it, others are made to."""

    def execute(self, query: str, parameters: Any = ..., /) -> Rows: ...
    def executemany(self, query: str, parameters: Any, /) -> Any: ...


_CHUNK = 10_000


def append(con: Engine, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds rows made in Python to a table."""
    own = getattr(con, "append_rows", None)  # an engine elsewhere has its own way
    if own:
        own(table, rows)
        return
    for start in range(0, len(rows), _CHUNK):
        columns = [list(column) for column in zip(*rows[start : start + _CHUNK], strict=True)]
        con.execute(f"INSERT INTO {table} SELECT {', '.join('unnest(?)' for _ in columns)}", columns)


def local(con: Engine) -> duckdb.DuckDBPyConnection:
    """The embedded engine, or the one that stands by an engine elsewhere."""
    if isinstance(con, duckdb.DuckDBPyConnection):
        return con
    found = con.local  # type: ignore[attr-defined]
    assert isinstance(found, duckdb.DuckDBPyConnection)
    return found


def bring(con: Engine, table: str) -> duckdb.DuckDBPyConnection:
    """The embedded engine, with the rows of `table`, which it has empty where the rows are elsewhere."""
    if not isinstance(con, duckdb.DuckDBPyConnection):
        con.bring(table)  # type: ignore[attr-defined]
    return local(con)


def connect(
    scratch: Path, memory: int | None = None, evidence: Iterable[Path] = (), store: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An engine that can read and write below `scratch` and `store`, read the files in `evidence`, and nothing else.

    `memory` in bytes; by default `SHARE` of the machine's. More than that spills to `scratch`. Evidence reaches it as blocks of text or through links made inside `scratch`, so that no file name of
    the evidence is ever interpreted by the engine.
    """
    limit = memory or int(machine_memory() * SHARE)
    con = duckdb.connect(str(scratch / "audit.duckdb"))
    for name, value in (
        ("memory_limit", f"{limit // (1 << 20)}MiB"),
        ("temp_directory", str(scratch / "spill")),
        ("temp_file_encryption", "true"),  # raw values of a block may spill: never in the clear
        # The engine writes encrypted only with OpenSSL, an extension that is not loaded, or when told that its own
        # cipher will do: for files that live as long as the process, under a key made for it, it does.
        ("force_mbedtls_unsafe", "true"),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allowed_directories", [str(scratch), *([str(store)] if store else [])]),
        ("allowed_paths", [str(path.resolve()) for path in evidence]),
        ("enable_external_access", "false"),
        ("TimeZone", "UTC"),
        ("preserve_insertion_order", "false"),
        ("enable_progress_bar", "false"),
    ):
        rendered = "[" + ", ".join(map(literal, value)) + "]" if isinstance(value, list) else f"'{_quoted(value)}'"
        con.execute(f"SET {name} = {rendered}")
    con.execute("SET lock_configuration = true")
    return con


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def literal(text: str) -> str:
    """`text` as an SQL string literal. For names of this package only; outside text goes in as a parameter."""
    return f"'{_quoted(text)}'"
