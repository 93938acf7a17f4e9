"""The rows of `tagparity events`: every event and every vendor request, what it is, without identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

from ..core.evidence import EvidenceFile
from ..core.platform import FORMS, Kind
from ..core.rows import MATCH_KEYS
from ..core.traffic import Request
from . import shown
from .engine import literal

FORMATS = {
    "ndjson": "FORMAT json",
    "csv": "FORMAT csv, HEADER",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
COLUMNS = (
    "file",
    "sha256",
    "index",
    "sub",
    "platform",
    "class",
    "twin_of",
    "event_name",
    "canonical",
    "destination",
    "side",
    "route",
    "has_value",
    "has_currency",
    "event_id_digest",
    "event_id_origin",
    "identifiers",
    "consent",
)
# what the counts of an audit take beside these
FURTHER = ("time", "accepted", "test", "bot", "offline", "twin_sub", "order_digest", "browser_id_digest", "external_id_digest", "client_id_digest",
           "page", "browser", "app_version")  # fmt: skip


def write(con: duckdb.DuckDBPyConnection, target: Path, form: str) -> None:
    """Writes the rows to `target` as `form`, one of FORMATS; `prepare` comes first."""
    con.execute(f"COPY ({_select(form)}) TO {literal(str(target))} ({FORMATS[form]})")


def prepare(con: duckdb.DuckDBPyConnection, files: Mapping[int, EvidenceFile], requests: Iterable[Request]) -> None:
    """Tables the rows are made of. `source`: files by number; `asked`: requests that carry no event; `shown`: names made safe to show."""
    con.execute("CREATE TABLE source (number INTEGER, file VARCHAR, sha256 VARCHAR, first INTEGER)")
    number = {f.path: i for i, f in files.items()}
    rows = [(i, f.path, f.sha256, 0 if f.kind == "har" else 1) for i, f in files.items()]
    con.executemany("INSERT INTO source VALUES (?, ?, ?, ?)", rows)
    con.execute("CREATE TABLE asked (file INTEGER, line BIGINT, platform VARCHAR, kind VARCHAR)")
    asked = [(number[r.file], r.index, r.platform, r.carries) for r in requests if r.carries]
    for start in range(0, len(asked), 10_000):
        columns = list(zip(*asked[start : start + 10_000], strict=True))
        con.execute("INSERT INTO asked SELECT unnest(?), unnest(?), unnest(?), unnest(?)", [list(c) for c in columns])
    shown.names(con, "name", "event", "destination", "platform", "page")


def _select(form: str) -> str:
    """The rows in the order of the evidence. Objects are JSON in `ndjson`, their text elsewhere."""
    cast = "CAST({} AS JSON)" if form == "ndjson" else "{}"
    names = "[" + ", ".join(literal(f.value) for f in FORMS) + "]"
    forms = ", ".join(f"""CASE WHEN {k} <> 0 THEN '"{k}":"' || {names}[{k} + 1] || '"' END""" for k in MATCH_KEYS)
    identifiers = f"'{{' || concat_ws(',', {forms}) || '}}'"
    digest = "printf('%016x', {})"
    keyed = ", ".join(
        f"CASE WHEN {column} IS NOT NULL THEN {digest.format(column)} END"
        for column in ("order_h", "fbp_h", "ext_h", "client_h")
    )
    event = f"""SELECT e.file AS number, s.file, s.sha256, e.line - s.first AS "index", e.idx AS sub, p.text AS platform,
            CASE WHEN twin_line IS NOT NULL THEN '{Kind.TWIN}' WHEN automatic THEN '{Kind.AUTOMATIC}' ELSE '{Kind.EVENT}' END AS class,
            twin_line AS twin_of, n.text AS event_name, c.text AS canonical, nullif(d.text, '') AS destination, side,
            CASE WHEN route IS NULL THEN NULL WHEN route = 'direct' THEN 'direct' ELSE 'first_party' END AS route,
            has_value, currency IS NOT NULL AS has_currency, id_mark, id_origin, {identifiers} AS identifiers, coalesce(consents,
                CASE WHEN consent <> 'unknown' THEN '{{"stated":"' || consent || '"}}' END, '{{}}') AS consent,
            strftime(make_timestamp(t_ms * 1000), '%Y-%m-%dT%H:%M:%S.%gZ') AS time, accepted, test, bot, offline, twin_idx, {keyed}, g.text, browser, app_version
        FROM every_event e JOIN source s ON s.number = e.file LEFT JOIN shown n ON n.name = e.name
        LEFT JOIN shown c ON c.name = e.event LEFT JOIN shown d ON d.name = e.destination
        LEFT JOIN shown p ON p.name = e.platform LEFT JOIN shown g ON g.name = e.page"""
    nothing = ", ".join(["NULL"] * len(FURTHER))
    request = f"""SELECT a.file, s.file, s.sha256, a.line, 0, a.platform, a.kind, NULL, NULL, NULL, NULL, 'browser', NULL, NULL, NULL, NULL,
            NULL, '{{}}', '{{}}', {nothing} FROM asked a JOIN source s ON s.number = a.file"""
    renamed = ", ".join(f'"{c}"' for c in (*COLUMNS, *FURTHER))
    wanted = [
        cast.format(c) + f" AS {c}" if c in ("identifiers", "consent") else f'"{c}"' for c in (*COLUMNS, *FURTHER)
    ]
    return f"""WITH row_(number, {renamed}) AS ({event} UNION ALL {request})
        SELECT {", ".join(wanted)} FROM row_ ORDER BY number, "index", sub"""
