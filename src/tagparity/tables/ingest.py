"""Evidence into the engine: blocks of log lines, flat tables and decoded browser hits, all to the same narrow rows."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import duckdb

from ..core.platform import Key, Platform, RawRow
from ..core.rows import FIELDS, MATCH_KEYS, RAW_COLUMNS
from . import parts
from .canonical import block_sql, setup, several_sql, store_sql
from .engine import literal
from .payloads import MAX_LINE, claim_sql, docs_sql, lines_sql, rows_sql, shapes

Block = tuple[int, str]


class Ingest:
    """Writes canonical rows of every file into one engine. Blocks are read in parallel, one cursor a worker.

    `marks` asks for a short digest of each event's id: `keyed` for one that says nothing outside this run, `plain` for
    the first 12 hex digits of its SHA-256, empty for none. `salt` is the key of the digests, by default one of its own.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        scratch: Path,
        platforms: Iterable[Platform],
        marks: str = "",
        salt: str = "",
    ) -> None:
        self.con, self.scratch = con, scratch
        self.platforms = list(platforms)
        servers = [p for p in self.platforms if p.servers]
        self.parts: list[Path] = []
        self.shapes, self.claim = shapes(servers), claim_sql(servers)
        for statement in setup(self.platforms, salt or secrets.token_hex(16), marks):
            con.execute(statement)
        con.execute("CREATE TABLE answered AS FROM answer")

    def payload_log(self, file: int, blocks: Iterable[Block]) -> None:
        """Lines of requests or events to rows. `blocks`: (number of the first line, text of whole lines)."""
        self._parallel(self._payload_block, file, blocks)

    def flat_lines(self, file: int, blocks: Iterable[Block], mapping: dict[str, str]) -> None:
        """A flat table as one JSON object a line. `mapping`: raw column -> column name in the file."""
        self._parallel(lambda con, f, b: self._flat_block(con, f, b, mapping), file, blocks)

    def flat_relation(self, file: int, relation: str, mapping: dict[str, str], header: int = 0) -> None:
        """A flat table the engine reads itself, in stretches of rows that fit its memory. `relation`: FROM item over a
        link in the scratch folder, all columns text, and `n`, the number of a row from 0 on; `header`: lines before
        the first row."""
        columns = {name: '"' + column.replace('"', '""') + '"' for name, column in mapping.items()}
        keys = [k for k in MATCH_KEYS if k in columns]
        lists = ", ".join(f"coalesce(bool_or({columns[k]} LIKE '[%'), false)" for k in keys)
        total, *found = self.con.execute(
            f"SELECT coalesce(max(n) + 1, 0){', ' if lists else ''}{lists} FROM {relation}"
        ).fetchone() or (0,)
        texts = frozenset(k for k, some in zip(keys, found, strict=True) if not some)
        wanted = ", ".join(_flat_column(name, columns.get(name), name in texts) for name in RAW_COLUMNS)
        for start in range(0, total, _STRETCH):
            raw = f"""SELECT {file} AS file, n + {header + 1} AS line, 0 AS idx, NULL AS trace, false AS refused, {wanted}
                FROM {relation} WHERE n BETWEEN {start} AND {start + _STRETCH - 1}"""
            self._store(self.con, raw, file, mapping, texts=texts)

    def rows(self, file: int, rows: list[RawRow]) -> None:
        """Rows decoded from browser hits, already in memory."""
        text = "\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in rows)
        used = {name for row in rows for name in row}
        mapping = {name: name for name in RAW_COLUMNS if name in used}
        if rows:
            self._flat_block(self.con, file, (1, text), mapping, place=True)

    def csv_rejects(self, file: int) -> None:
        """Keeps the rows the CSV reader stepped over: number and reason, never content."""
        con = self.con
        if con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchone() != (0,):
            con.execute(f"""INSERT INTO reject SELECT DISTINCT {file}, line, 'damaged CSV row (' || lower(CAST(error_type AS VARCHAR)) || ')'
                FROM reject_errors""")

    def open_quotes(self, file: int) -> bool:
        """Whether the CSV reader met a quote that never closes: what it swallowed is not among the rejects."""
        sql = "SELECT count(*) FROM reject WHERE file = ? AND reason LIKE '%quote%'"
        return self.con.execute(sql, [file]).fetchone() != (0,)

    def forget(self, file: int) -> int:
        """Takes the rows of a file out again; returns how many events that were."""
        count = self.con.execute("SELECT count(*) FROM events WHERE file = ?", [file]).fetchone() or (0,)
        for table in ("events", "extra", "reject"):
            self.con.execute(f"DELETE FROM {table} WHERE file = ?", [file])
        return int(count[0])

    def apart(self) -> None:
        """Lays aside what other files answered: a part holds what its own file says, whatever lies beside it."""
        self.con.execute("INSERT INTO answered SELECT * FROM answer; DELETE FROM answer")

    def part(self, file: int, folder: Path) -> None:
        """Moves the rows of a file read after `apart` into a folder; `finish` joins it when `add` names it."""
        parts.write(self.con, file, folder)

    def add(self, folder: Path) -> None:
        """Takes a part in; its number among the parts is the number of its file from now on."""
        self.parts.append(folder)

    def finish(self) -> None:
        """Applies answers that came in lines of their own, and leaves two views over canonical Parquet: `events`,
        and `every_event` with the requests that only repeat one."""
        parts.join(self.con, self.parts, self.scratch)

    def _parallel(self, work: object, file: int, blocks: Iterable[Block]) -> None:
        workers = max(1, min(4, os.cpu_count() or 1, self._limit() // _A_BLOCK))
        with ThreadPoolExecutor(workers) as pool:
            running: set[Future[None]] = set()
            for block in blocks:
                if len(running) >= workers:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                running.add(pool.submit(self._with_cursor, work, file, block))
            for future in running:
                future.result()

    def _limit(self) -> int:
        """Bytes the engine may use."""
        text = str((self.con.execute("SELECT current_setting('memory_limit')").fetchone() or ("0 bytes",))[0])
        number, unit = text.split(" ", 1)
        return int(float(number) * 1024 ** ("KMGT".find(unit[0]) + 1))

    def _with_cursor(self, work: object, file: int, block: Block) -> None:
        con = self.con.cursor()
        try:
            work(con, file, block)  # type: ignore[operator]
        finally:
            con.close()

    def _payload_block(self, con: duckdb.DuckDBPyConnection, file: int, block: Block) -> None:
        start, text = block
        con.execute(f"CREATE OR REPLACE TEMP TABLE wrapped AS WITH {lines_sql()} SELECT * FROM wrapped", [text, start])
        con.execute("""INSERT INTO answer SELECT digest(trace), coalesce(try_cast(status AS INTEGER) >= 400, false) OR
            coalesce(CASE WHEN json_valid(answer->>'$') THEN try_cast(json_extract_string(answer->>'$', '$.code') AS BIGINT) <> 0 END, false)
            FROM wrapped WHERE kind = 'Response' AND trace IS NOT NULL""")
        con.execute(f"""CREATE OR REPLACE TEMP TABLE claimed AS WITH {docs_sql().lstrip()}
            SELECT *, CASE WHEN doc IS NOT NULL THEN {self.claim} END AS claim FROM docs""")
        con.execute(f"""CREATE OR REPLACE TEMP TABLE unread AS SELECT n, CASE WHEN long THEN 'line longer than {MAX_LINE >> 20} MiB'
            WHEN NOT is_json AND line NOT LIKE '%data=%' THEN 'not valid JSON' ELSE 'no event of a platform known here' END AS reason
            FROM wrapped WHERE coalesce(kind, '') NOT IN ('Response', 'Message')""")
        con.execute("DROP TABLE wrapped")  # the lines are the most of a block: gone before the most is made of them
        con.execute("CREATE OR REPLACE TEMP TABLE taken (line BIGINT)")
        for (claim,) in con.execute("SELECT DISTINCT claim FROM claimed WHERE claim IS NOT NULL").fetchall():
            platform, shape = self.shapes[claim]
            raw = f"SELECT {file} AS file, * FROM ({rows_sql(claim, platform, shape)})"
            keys = _mentioned(platform.keys, text)
            self._store(con, raw, file, [*keys, "custom"], shape.time_unit, [platform])
            con.execute("INSERT INTO taken SELECT line FROM canon")
        con.execute(f"""INSERT INTO reject SELECT {file}, n, reason FROM unread WHERE n NOT IN (SELECT line FROM taken)
            AND n NOT IN (SELECT line FROM reject WHERE file = {file} AND line >= {start})""")
        for table in ("unread", "claimed", "taken"):
            con.execute(f"DROP TABLE {table}")

    def _flat_block(
        self, con: duckdb.DuckDBPyConnection, file: int, block: Block, mapping: dict[str, str], place: bool = False
    ) -> None:
        start, text = block
        # a column no line of the block names costs nothing; an escape may spell a name in another way
        used = {} if "\\u" in text else {c: n for c, n in mapping.items() if _spelled(n) in text}
        mapping = used or mapping
        names = list(mapping.values())
        paths = "[" + ", ".join("?" for _ in names) + "]"
        wanted = [_json_path(n) for n in names]
        at = {column: i + 1 for i, column in enumerate(mapping)}
        columns = []
        for name in RAW_COLUMNS:
            array = "k" if name in MATCH_KEYS else "f"
            null = "CAST(NULL AS JSON)" if name in MATCH_KEYS else "CAST(NULL AS VARCHAR)"
            columns.append(f"{f'{array}[{at[name]}]' if name in at else null} AS {name}")
        where = (
            "CAST(line->>'$.line' AS BIGINT) AS line, CAST(line->>'$.index' AS INTEGER) AS idx"
            if place
            else "n AS line, 0 AS idx"
        )
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE flat AS WITH b AS (SELECT string_split(?, chr(10)) AS l),
            lines AS (SELECT unnest(l) AS line, generate_subscripts(l, 1) + ? - 1 AS n FROM b),
            good AS (SELECT n, line, length(line) <= {MAX_LINE} AND json_valid(line) AND json_type(
                CASE WHEN json_valid(line) THEN line END) = 'OBJECT' AS ok, length(line) > {MAX_LINE} AS long FROM lines WHERE trim(line, chr(13) || ' ') <> '')
            SELECT n, ok, long, CASE WHEN ok THEN json_extract_string(line, {paths}) END AS f,
                CASE WHEN ok THEN json_extract(line, {paths}) END AS k, CASE WHEN ok THEN line END AS line FROM good""",
            [text, start, *wanted, *wanted],
        )
        raw = f"""SELECT {file} AS file, {where}, CAST(NULL AS VARCHAR) AS trace, false AS refused, {", ".join(columns)}
            FROM flat WHERE ok"""
        self._store(con, raw, file, mapping)
        con.execute(
            f"INSERT INTO reject SELECT {file}, n, CASE WHEN long THEN 'line longer than {MAX_LINE >> 20} MiB' ELSE 'not a JSON object' END FROM flat WHERE NOT coalesce(ok, false)"
        )
        con.execute("DROP TABLE flat")

    def _store(
        self,
        con: duckdb.DuckDBPyConnection,
        raw: str,
        file: int,
        keys: Collection[str],
        unit: str = "",
        platforms: list[Platform] | None = None,
        texts: frozenset[str] = frozenset(),
    ) -> None:
        """Raw rows to `canon`, wrong ones to `reject`, the rest to `events`. `keys`: columns `raw` may have values in;
        `unit`: that of times in a platform's own payload; `platforms`: those the rows may be of, all by default;
        `texts`: match keys that are text and hold no list."""
        con.execute(block_sql(raw, platforms or self.platforms, unit, frozenset(keys), texts))
        con.execute(f"INSERT INTO reject SELECT {file}, line, {_WRONG} FROM canon WHERE {_WRONG} IS NOT NULL")
        con.execute(f"DELETE FROM canon WHERE {_WRONG} IS NOT NULL")
        events, extra = store_sql(frozenset(keys), texts)
        con.execute(events)
        if extra and con.execute(several_sql(frozenset(keys) - texts)).fetchone():
            con.execute(extra)


_STRETCH = 8 * 122_880  # rows of a flat table taken at once: whole row groups of the engine
_A_BLOCK = 128 << 20  # what the engine holds of a block at most: its text, the split lines, their bodies, and the rows


_WRONG = """CASE WHEN coalesce(trim(event), '') = '' THEN 'event without a name'
    WHEN coalesce(side, '') NOT IN ('browser', 'server') THEN 'side is neither browser nor server'
    WHEN coalesce(platform, '') = '' THEN 'no platform' END"""


def _flat_column(name: str, column: str | None, text: bool) -> str:
    """A column of a table the engine reads: text, or JSON for match keys that may hold lists."""
    if column is None:
        return f"CAST(NULL AS {'JSON' if name in MATCH_KEYS else 'VARCHAR'}) AS {name}"
    if text or name in FIELDS:
        return f"{column} AS {name}"
    return f"CASE WHEN {column} LIKE '[%' AND json_valid({column}) THEN CAST({column} AS JSON) ELSE to_json({column}) END AS {name}"


def _mentioned(keys: Mapping[str, Key], text: str) -> list[str]:
    """The keys a block may hold: all names of one of their paths stand in it as JSON strings, plain, in text inside JSON, or
    percent-encoded; all keys where an escape may hide names. Each way is one more look through the block."""
    if "\\u" in text:
        return list(keys)
    ways = ['"%s"', *(way for sign, way in (('\\"', '"%s\\'), ("%22", "22%s%%")) if sign in text)]
    words = {w for key in keys.values() for path in key.paths for w in _WORD.findall(path)}
    found = {w for w in words if any(way % w in text for way in ways)}
    return [k for k, key in keys.items() if any(found.issuperset(_WORD.findall(path)) for path in key.paths)]


_WORD = re.compile(r"[A-Za-z_]\w*")


def _spelled(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _json_path(name: str) -> str:
    return '$."' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def link(scratch: Path, source: Path, suffix: str) -> str:
    """A link to `source` under a name of ours, as an SQL literal: the engine never sees the evidence's own names."""
    target = scratch / f"in-{secrets.token_hex(8)}{suffix}"
    if "\\" in str(source):  # the engine would read a backslash as a separator: a second name for the same file
        os.link(source.resolve(), target)
    else:
        target.symlink_to(source.resolve())
    return literal(str(target))


def blocks_of(lines: Iterable[str], size: int = 1000) -> Iterator[Block]:
    """Lines already in memory as blocks."""
    batch: list[str] = []
    start = 1
    for number, line in enumerate(lines, 1):
        batch.append(line)
        if len(batch) >= size:
            yield start, "\n".join(batch)
            batch, start = [], number + 1
    if batch:
        yield start, "\n".join(batch)
