"""Reads every file of evidence into artifacts and canonical rows, and keeps account of what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ..core.container import Container, Containers
from ..core.errors import EvidenceError
from ..core.evidence import EvidenceFile, Period
from ..core.probe import Probe, Probes
from ..core.traffic import Diagnostics, EventQuality, Traffic
from ..platforms import PLATFORMS
from ..readers import diagnostics, gtm, har, probe, published
from ..readers.sniff import Recognised, recognise
from ..readers.source import Source
from ..tables import engine, known
from ..tables.flatfile import csv_relation, drop_numbered, numbered, order_rows, parquet_relation
from ..tables.ingest import Ingest, blocks_of
from .store import LARGE, Store

Progress = Callable[[str], None]
PARTS = ("payload_log", "event_table")  # what large files of these kinds gave is kept


@dataclass
class Collected:
    """What reading gave: one entry per file, the artifacts, and the orders counted."""

    files: list[EvidenceFile] = field(default_factory=list)
    numbered: dict[int, EvidenceFile] = field(default_factory=dict)  # by the number rows carry as `file`
    containers: list[Container] = field(default_factory=list)
    traffic: list[Traffic] = field(default_factory=list)
    quality: list[EventQuality] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    known: bool = False

    def facts(self) -> tuple[Containers, Traffic, Diagnostics, Probes]:
        merged = Traffic(
            requests=tuple(r for t in self.traffic for r in t.requests),
            cookies=tuple(c for t in self.traffic for c in t.cookies),
            leaks=tuple(x for t in self.traffic for x in t.leaks),
            click_ids=tuple(c for t in self.traffic for c in t.click_ids),
            notes={k: v for t in self.traffic for k, v in t.notes.items()},
        )
        return Containers(self.containers), merged, Diagnostics(self.quality), Probes(self.probes)


class Collector:
    """Reads sources one after the other; a file that fails is an entry with its reason, never the end."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        scratch: Path,
        columns: dict[str, str],
        marks: str = "",
        store: Store | None = None,
        memory: int | None = None,
    ) -> None:
        """`store` keeps the rows of large files, by default for this audit alone; `memory` is the engine's limit, for
        messages."""
        self.con, self.scratch, self.columns, self.marks, self.memory = con, scratch, columns, marks, memory
        self.store = store or Store(scratch / "store", lasting=False)
        self.ingest = Ingest(con, scratch, PLATFORMS.values(), marks, self.store.salt)
        self.out = Collected()
        self.seen: dict[str, str] = {}

    def read_all(self, sources: list[Source], progress: Progress) -> Collected:
        """Every source in turn. Raises ResourceError where memory or disk do not suffice."""
        inside: list[EvidenceFile] = []  # files with a part of their own, in the order of the parts
        numbered: dict[int, EvidenceFile] = {}
        for number, source in enumerate(sources, len(sources)):
            progress(source.rel)
            entry, part = self._one(number, source)
            if part:
                self.ingest.add(part)
                inside.append(entry)
            else:
                numbered[number] = entry
        self.ingest.finish()
        self.store.tidy()
        self.out.numbered = {**dict(enumerate(inside)), **numbered}
        self.out.files = list(self.out.numbered.values())
        return self.out

    def _one(self, number: int, source: Source) -> tuple[EvidenceFile, Path | None]:
        """The account of a file, and the part its rows are in where they have one of their own."""
        entry = EvidenceFile(source.rel, "refused", bytes=source.size)
        try:
            with engine.enough(self.memory):
                entry = replace(entry, sha256=self.store.digest(source))
                if source.sha256 in self.seen and source.size:
                    same = f"same content as {self.seen[source.sha256]}: counted once"
                    return replace(entry, kind="duplicate", reason=same), None
                return self._kept(source, entry) or self._fresh(number, source, entry)
        except EvidenceError as error:
            reason = error.reason
        except duckdb.Error as error:
            reason = f"cannot be read by the engine ({type(error).__name__}): damaged, or not what it looks like"
        except (OSError, ValueError, RecursionError) as error:
            reason = f"cannot be read ({type(error).__name__})"
        self.ingest.forget(number)
        return replace(entry, kind="refused", reason=reason), None

    def _kept(self, source: Source, entry: EvidenceFile) -> tuple[EvidenceFile, Path] | None:
        """A file an earlier audit has read."""
        if not self.store.lasting or source.size < LARGE:
            return None
        found = self.store.kept(self.con, self._key(source))
        if not found:
            return None
        self.seen[source.sha256] = source.rel
        part, account = found
        return replace(account, path=entry.path, sha256=entry.sha256, bytes=entry.bytes), part

    def _fresh(self, number: int, source: Source, entry: EvidenceFile) -> tuple[EvidenceFile, Path | None]:
        """A file read now; the rows of a large log or table become a part."""
        found = recognise(source, self.columns)
        self.seen[source.sha256] = source.rel
        if source.size < LARGE or found.kind not in PARTS:
            return self._read(number, source, found, entry), None
        self.ingest.apart()
        before = source.path.stat()
        done = self._read(number, source, found, entry)
        if done.refused:
            return done, None
        key = self._key(source)
        with self.store.fresh(key, replace(done, path="", sha256="")) as folder:
            self.ingest.part(number, folder)
        after = source.path.stat()
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return done, self.store.place(key)
        return done, self.store.withdraw(key)  # it grew while it was read: the next audit reads it again

    def _key(self, source: Source) -> str:
        return self.store.key(source, self.columns, self.marks)

    def _read(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        work: dict[str, Callable[[int, Source, Recognised, EvidenceFile], EvidenceFile]] = {
            "gtm": self._gtm,
            "har": self._har,
            "probe": self._probe,
            "diagnostics": self._diagnostics,
            "payload_log": self._payload_log,
            "event_table": self._event_table,
            "orders": self._orders,
            "known_customers": self._known,
        }
        return work[found.kind](number, source, found, entry)

    def _gtm(self, _: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        if found.how == "published":
            containers = [published.read(source.rel, source.text())]
        else:
            containers = gtm.read(source.rel, found.doc)
        self.out.containers += containers
        side = containers[0].side if containers else "unknown"
        count = sum(len(c.tags) + len(c.triggers) + len(c.variables) + len(c.clients) for c in containers)
        return replace(entry, kind=f"gtm_{side}", records=count, notes=tuple(p for c in containers for p in c.partial))

    def _har(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        capture = har.read(source.rel, found.doc, list(PLATFORMS.values()))
        self.ingest.rows(number, capture.rows)
        self.out.traffic.append(capture.traffic)
        done = replace(entry, kind="har", records=capture.records, rejected=capture.rejected, notes=capture.notes)
        return replace(done, period=self._period(number))

    def _probe(self, _: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        read = probe.read(source.rel, found.doc)
        self.out.probes.append(read)
        return replace(entry, kind="probe", records=len(read.requests))

    def _diagnostics(self, _: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        rows, bad = diagnostics.read(source.rel, found.doc)
        self.out.quality += rows
        return replace(entry, kind="diagnostics", records=len(rows), rejected=bad)

    def _payload_log(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        self.ingest.payload_log(number, blocks_of(found.lines) if found.lines else source.blocks())
        return self._counted(number, source, found, replace(entry, kind="payload_log"))

    def _event_table(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        if found.how == "parquet":
            relation, mapping = parquet_relation(self.con, self.scratch, source, self.columns)
            self.ingest.flat_relation(number, relation, mapping)
            drop_numbered(self.con)
        elif found.how == "csv":
            assert found.table
            _inflate_once(source)
            self._csv(number, source, found, quoted=True)
            if self.ingest.open_quotes(number):
                before = self.ingest.forget(number)
                self._csv(number, source, found, quoted=False)
                if self._value("SELECT count(*) FROM events WHERE file = ?", number) < before:
                    self.ingest.forget(number)
                    self._csv(number, source, found, quoted=True)
        else:
            assert found.table
            self.ingest.flat_lines(
                number, blocks_of(found.lines) if found.lines else source.blocks(), found.table.mapping
            )
        return self._counted(number, source, found, replace(entry, kind="event_table"))

    def _csv(self, number: int, source: Source, found: Recognised, quoted: bool) -> None:
        assert found.table
        relation = csv_relation(self.con, self.scratch, source, found, quoted)
        self.ingest.flat_relation(number, numbered(self.con, relation), found.table.mapping, header=1)
        drop_numbered(self.con)
        self.ingest.csv_rejects(number)
        if not quoted:
            self.con.execute("INSERT INTO reject SELECT ?, n, 'damaged CSV row (open quote)' FROM open_quote", [number])

    def _orders(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        good, bad = order_rows(self.con, self.scratch, number, source, found)
        self.ingest.csv_rejects(number)
        bad += self._value("SELECT count(*) FROM reject WHERE file = ?", number)
        return replace(entry, kind="orders", records=good, rejected=bad)

    def _known(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        """Known customers, as plain text in the engine until they have proven what they can."""
        assert found.table
        _inflate_once(source)
        good, bad = known.load(self.con, csv_relation(self.con, self.scratch, source, found), found.table.mapping)
        self.ingest.csv_rejects(number)
        if self.ingest.open_quotes(number):
            self.ingest.forget(number)
            bare = csv_relation(self.con, self.scratch, source, found, quoted=False)
            good, bad = known.load(self.con, bare, found.table.mapping)
            self.con.execute("INSERT INTO reject SELECT ?, n, 'open quote' FROM open_quote", [number])
        bad += self._value("SELECT count(*) FROM reject WHERE file = ?", number)
        self.out.known = self.out.known or bool(good)
        if not good:
            raise EvidenceError("known customers without a single value")
        return replace(entry, kind="known_customers", records=good, rejected=bad)

    def _counted(self, number: int, source: Source, found: Recognised, entry: EvidenceFile) -> EvidenceFile:
        """Counts of a log or table, with the reasons of its rejects; refused when nothing in it could be used."""
        good = self._value("SELECT count(*) FROM events WHERE file = ?", number)
        rows = self.con.execute(
            "SELECT reason, count(*), min(line) FROM reject WHERE file = ? GROUP BY reason ORDER BY 2 DESC", [number]
        ).fetchall()
        reasons = [(r, n, first) for r, n, first in rows]
        reasons += [(reason, n, line) for (reason, line), n in Counter((r, ln) for ln, r in source.rejects).items()]
        if found.damaged:
            reasons.append(("damaged stretch of JSON stepped over", found.damaged, 0))
        rejected = sum(n for _, n, _ in reasons)
        notes = tuple(
            f"{n} x {reason}" + (f" (first at line {first})" if first else "") for reason, n, first in reasons[:10]
        )
        if source.damage:
            notes += (source.damage,)
        timeless = self._value("SELECT count(*) FROM events WHERE file = ? AND t_ms IS NULL", number)
        if timeless:
            notes += (f"{timeless} x event without a time that can be read: in the totals, on no day",)
        if not good:
            return replace(entry, kind="refused", rejected=rejected, notes=notes, reason=_nothing(reasons))
        return replace(entry, records=good, rejected=rejected, notes=notes, period=self._period(number),
                       reason=f"{rejected} rejected: {notes[0]}" if rejected else source.damage)  # fmt: skip

    def _period(self, number: int) -> Period | None:
        low, high = self.con.execute("SELECT min(t_ms), max(t_ms) FROM events WHERE file = ?", [number]).fetchone() or (
            None,
            None,
        )
        return Period(_iso(low), _iso(high)) if low is not None and high is not None else None

    def _value(self, sql: str, *args: Any) -> int:
        row = self.con.execute(sql, list(args)).fetchone()
        return int(row[0]) if row else 0


def _inflate_once(source: Source) -> None:
    """Holds a packed table to the limits on inflated size before the engine, which has none, reads it."""
    if source.gzipped:
        for _ in source.chunks():
            pass


def _nothing(reasons: list[tuple[str, int, int]]) -> str:
    if not reasons:
        return "holds no event"
    reason, count, first = max(reasons, key=lambda r: r[1])
    return f"no usable event: {count} x {reason}" + (f" (first at line {first})" if first else "")


def _iso(ms: int) -> str:
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return ""
