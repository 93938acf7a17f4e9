"""The embedded engine: one DuckDB per audit, closed to everything but its own scratch folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

DEFAULT_MEMORY = 1 << 30


def machine_memory() -> int:
    """Bytes of RAM, or 4 GiB where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 4 << 30


def connect(scratch: Path, memory: int | None = None, evidence: Iterable[Path] = ()) -> duckdb.DuckDBPyConnection:
    """An engine that can read and write below `scratch`, read the files in `evidence`, and nothing else.

    `memory` in bytes; by default 1 GiB or a third of the machine's, whichever is less. More than that spills to
    `scratch`. Evidence reaches it as blocks of text or through links made inside `scratch`, so that no file name of
    the evidence is ever interpreted by the engine.
    """
    limit = memory or min(DEFAULT_MEMORY, machine_memory() // 3)
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
        ("allowed_directories", [str(scratch)]),
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
