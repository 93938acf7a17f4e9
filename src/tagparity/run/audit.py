"""One audit: discover, read, relate, measure, judge, score. A pure function of the evidence and the configuration."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from .. import __version__
from ..checks import catalogue, catalogue_version
from ..core.audit import SCHEMA_VERSION, Audit
from ..core.errors import EvidenceError, UsageError
from ..core.evidence import EvidenceFile
from ..core.measure import Metric, Metrics
from ..core.score import score
from ..core.text import outside
from ..gtm.lineage import trace
from ..platforms import PLATFORMS
from ..tables import clusters, engine, metrics, relations, unmatched
from . import changes
from .collect import Collector
from .config import Config, find, load
from .discover import discover
from .inventory import inventory
from .judge import Facts, judge_all
from .scratch import scratch
from .series import series
from .spark import read, related, session
from .store import Store

Progress = Callable[[str], None]


def audit(
    evidence: str | Path | Sequence[str | Path],
    *,
    config: str | Path | None = None,
    profile: str | None = None,
    known: str | Path | None = None,
    memory: int | None = None,
    temp: str | Path | None = None,
    cache: str | Path | None = None,
    rows: str | Path | None = None,
    spark: str | None = None,
    progress: Progress = lambda _: None,
) -> Audit:
    """Audits files and folders of evidence.

    `config` is a `tagparity.toml`; by default the one in the evidence folder. `known` is a CSV of customers in plain
    text, which proves what digests were made of; it is read here and its values are written nowhere. `memory` is the
    engine's limit in bytes, by default 60 % of the machine's; what does not fit spills to a folder in `temp`, by
    default that of the system. `cache` is a folder that keeps what reading large files gave, so that the next audit
    need not read them again; by default nothing is kept. `rows` is a file (.parquet or .csv) for the rows behind the
    causes, see docs/metrics.md. `spark` is the master (`local[*]`, `spark://host:7077`, ...) of an Apache Spark that
    reads and measures in place of this machine, see docs/scale.md. `progress` is told each step. Raises UsageError for
    a bad configuration, EvidenceError when nothing in the evidence can be used, ResourceError when memory or disk run
    out.
    """
    paths = [Path(p) for p in ([evidence] if isinstance(evidence, str | Path) else evidence)]
    limits = {e.id: bounds for e in catalogue().values() if (bounds := e.check.bounds)}
    settings = load(find(Path(config) if config else None, paths), set(catalogue()), profile=profile, limits=limits)
    if spark and known:
        raise UsageError("--known compares plain values on this machine alone: leave --engine spark out")
    with scratch(Path(temp) if temp else None) as folder, engine.enough(memory):
        store = _store(cache, folder, lasting=bool(spark))
        part = folder / f"unmatched{Path(rows).suffix}" if rows else None
        result = _audit(paths, Path(known) if known else None, part, settings, folder, memory, store, spark, progress)
        if part and rows:
            target = Path(rows)
            target.parent.mkdir(parents=True, exist_ok=True)
            whole = target.with_name(target.name + ".part")
            shutil.copyfile(part, whole)
            whole.replace(target)
        return result


def _audit(
    paths: list[Path],
    people: Path | None,
    unmatched_rows: Path | None,
    settings: Config,
    folder: Path,
    memory: int | None,
    store: Store,
    master: str | None,
    progress: Progress,
) -> Audit:
    sources, refused = discover([*([people] if people else []), *paths], settings.excluded)
    con = engine.connect(folder, memory, (s.path for s in sources), store.root)
    with ExitStack() as stack:
        stack.callback(con.close)
        spark = stack.enter_context(session(master)) if master else None
        if spark:
            progress("reading on Spark")
            read(spark, sources, settings.columns, store, memory, folder.parent)
        collector = Collector(con, folder, settings.columns, store=store, memory=memory)
        found = collector.read_all(sources, progress)
        files = tuple(sorted((_noted(f, bool(spark)) for f in [*found.files, *refused]), key=lambda f: f.path))
        if people and not any(f.path == outside(people.name) and f.kind == "known_customers" for f in found.files):
            reason = next((f.reason for f in files if f.path == outside(people.name)), "")
            raise EvidenceError(f"--known {outside(people.name)}: {reason or 'holds no known customers'}")
        if all(f.kind in ("refused", "excluded", "duplicate") for f in files):
            raise EvidenceError(_nothing(files))
        progress("relating browser and server events")
        work: engine.Engine = related(spark, con, folder, collector.ingest.parts) if spark else con
        relations.build(work, PLATFORMS.values())
        people_known = found.known and not spark
        progress("measuring" + (" and proving digests by known customers" if people_known else ""))
        rows = tuple(_shown(m) for m in metrics.measure(work, PLATFORMS.values(), people_known))
        if unmatched_rows:
            unmatched.write(work, unmatched_rows, found.numbered)
        everything, traffic, diagnostics, probes = found.facts()
        versions = series(everything)
        containers = versions.judged
        rows, changed = changes.among(work, rows, settings, versions.versions)
        way = trace(containers)
        facts = Facts(
            containers, traffic, Metrics(rows, settings.minimum_count), diagnostics, settings.site, probes, way
        )
        progress("judging")
        outcomes = judge_all(catalogue().values(), facts, settings.limits_for)
        return Audit(
            schema_version=SCHEMA_VERSION,
            tool_version=__version__,
            catalogue_version=catalogue_version(),
            generated_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            evidence=versions.noted(files),
            inventory=(*inventory(work, facts), *versions.items()),
            metrics=rows,
            outcomes=tuple(outcomes),
            score=score(outcomes),
            accepted=tuple(settings.accepted(datetime.now(UTC).date())),
            clusters=tuple(clusters.clusters(work)),
            changes=changed,
            lineage=way,
        )


def _store(cache: str | Path | None, folder: Path, lasting: bool) -> Store:
    """The store of a cache; one for this audit alone where there is none, or none that can be used."""
    if cache:
        with suppress(PermissionError, FileExistsError, NotADirectoryError):
            return Store(Path(cache).resolve(), lasting=True)
    return Store(folder / "store", lasting=lasting)


def _noted(file: EvidenceFile, elsewhere: bool) -> EvidenceFile:
    """What another engine leaves undone is said beside the file."""
    if not elsewhere or file.kind != "known_customers":
        return file
    return replace(file, notes=(*file.notes, "not compared with digests: only the engine of this machine does"))


def _shown(metric: Metric) -> Metric:
    """Names from the evidence made safe to show."""
    return replace(metric, dims={k: outside(v, 200) for k, v in metric.dims.items()})


def _nothing(files: Sequence[EvidenceFile]) -> str:
    lines = [f"{f.path}: {f.reason}" for f in files[:20]]
    more = f" and {len(files) - 20} more" if len(files) > 20 else ""
    return "nothing usable in the evidence" + ("; " + "; ".join(lines) + more if lines else ": the folder is empty")
