"""The rows behind the causes: every copy its platform would not merge, where it stands and where its twin does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.evidence import EvidenceFile
from . import shown
from .engine import Engine, literal

COLUMNS = ("file", "line", "index", "side", "platform", "event", "cause", "twin_file", "twin_line", "twin_index")
_FORMATS = {".parquet": "FORMAT parquet, COMPRESSION zstd", ".csv": "FORMAT csv, HEADER"}


def write(con: Engine, target: Path, files: Mapping[int, EvidenceFile]) -> None:
    """Writes `unmatched` to `target` (.parquet or .csv), in order of the evidence. No identifiers: places and causes.

    `files` by the number rows carry. The twin is the pair found by any key; its columns are empty where none was.
    """
    shown.names(con, "platform", "event")
    con.execute("CREATE OR REPLACE TEMP TABLE evidence_file (number INTEGER, path VARCHAR)")
    con.executemany("INSERT INTO evidence_file VALUES (?, ?)", [(n, f.path) for n, f in files.items()])
    con.execute(f"""COPY (
        WITH place AS (
            SELECT t.b AS a, r.file AS twin_file, r.line AS twin_line, r.idx AS twin_idx FROM found t JOIN rest r ON r.a = t.s AND r.nth = 1
            UNION ALL SELECT t.s, r.file, r.line, r.idx FROM found t JOIN rest r ON r.a = t.b AND r.nth = 1
            UNION ALL SELECT CASE WHEN e.side = 'browser' THEN t.s ELSE t.b END, e.file, e.line, e.idx
            FROM twin t JOIN accepted_copy e ON e.m = t.b WHERE t.even AND NOT t.merged)
        SELECT f.path AS file, u.line, u.idx AS "index", u.side, n.text AS platform, v.text AS event, u.cause,
            g.path AS twin_file, p.twin_line, p.twin_idx AS twin_index
        FROM unmatched u JOIN evidence_file f ON f.number = u.file
        LEFT JOIN shown n ON n.name = u.platform LEFT JOIN shown v ON v.name = u.event
        LEFT JOIN place p ON p.a = u.a
        LEFT JOIN evidence_file g ON g.number = p.twin_file
        ORDER BY u.file, u.line, u.idx, u.side
    ) TO {literal(str(target))} ({_FORMATS[target.suffix]})""")
