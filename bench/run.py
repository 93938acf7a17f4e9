"""A whole audit against the same questions written by hand in pandas, Polars, plain SQL and a loop in Python.

    bench/run [--events 1000000] [--work FOLDER] [--repeat 1] [--engine NAME ...] [--memory-mib N]

Makes a generated log once (kept in --work), reads it once with this tool, then runs each engine in a process of its own
and compares all answers cell by cell: they must be the same, or it ends with exit code 1. The loop in Python runs on a
sample and its time is multiplied; it is compared with plain SQL on that sample. Synthetic data, seed 7.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

from tagparity.demo.faults import FORMS, Faults
from tagparity.demo.generate import Plan, generate

PEERS = Path(__file__).resolve().parent / "peers"
ENGINES = {"tagparity": "ours", "DuckDB, plain SQL": "with_duckdb", "Polars": "with_polars", "pandas": "with_pandas",
           "Python, orjson": "with_python"}  # fmt: skip
LOOP, SAMPLE = "Python, orjson", 200_000
OUTAGE = (100, 101, 102)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall and CPU, peak resident memory in MB."""

    wall: float
    cpu: float
    rss: float

    def times(self, factor: float) -> Cost:
        return Cost(self.wall * factor, self.cpu * factor, self.rss * factor)


def timed(script: str, *args: str | Path) -> Cost:
    """Runs a script of `peers/` and waits for it. Ends the benchmark where it fails."""
    started = perf_counter()
    process = subprocess.Popen([sys.executable, str(PEERS / f"{script}.py"), *map(str, args)])  # noqa: S603
    _, status, usage = os.wait4(process.pid, 0)
    wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{script} ended with {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000)


def made(folder: Path, actions: int) -> Path:
    """A log of this many actions, made unless it is there. No `double`: only the tool can prove one."""
    if not (folder / "truth" / "truth.json").exists():
        forms = {key: {f: rate for f, rate in shares.items() if f != "double"} for key, shares in FORMS.items()}
        generate(folder, Plan(actions, faults=Faults(forms=forms, outage=OUTAGE)))
    return folder


def lines_of(folder: Path) -> Path:
    """The sides of a log as JSON lines in its folder."""
    for side in ("browser", "server"):
        target, table = folder / f"{side}.ndjson", folder / "events" / f"{side}.parquet"
        if not target.exists():
            duckdb.execute(f"COPY (FROM '{table}') TO '{target}' (FORMAT json)")
    return folder


def differing(mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    return [
        f"{cell}: {mine.get(cell)} and {theirs.get(cell)}"
        for cell in sorted(set(mine) | set(theirs))
        if mine.get(cell) != theirs.get(cell)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, help="folder for data and cache, kept (default: temporary)")
    parser.add_argument("--repeat", type=int, default=1, help="runs of each; the least of each figure counts")
    parser.add_argument("--engine", action="append", choices=list(ENGINES), help="besides tagparity; default: all")
    parser.add_argument("--memory-mib", type=int, help="limit of the tool's engine")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tagparity-bench-") as temporary:
        sys.exit(bench(args, args.work or Path(temporary)))


def bench(args: argparse.Namespace, work: Path) -> int:
    folder = made(work / str(args.events), args.events)
    few = min(SAMPLE, args.events)
    chosen = ["tagparity", *(args.engine or list(ENGINES)[1:])]
    own = [work / "cache", *([str(args.memory_mib << 20)] if args.memory_mib else [])]
    first = timed("ours", folder / "events", work / "first.json", *own)
    costs, wrong = {}, []
    for name in dict.fromkeys(chosen):
        out = work / f"{ENGINES[name]}.json"
        where = lines_of(made(work / str(few), few)) if name == LOOP else folder / "events"
        runs = [timed(ENGINES[name], where, out, *(own if name == "tagparity" else [])) for _ in range(args.repeat)]
        costs[name] = Cost(*(min(getattr(r, field) for r in runs) for field in ("wall", "cpu", "rss")))
        base = work / "ours.json"
        if name == LOOP:
            base = work / "sample.json"
            timed("with_duckdb", work / str(few) / "events", base)
            costs[name] = costs[name].times(args.events / few)
        mine, theirs = (json.loads(path.read_text("utf-8")) for path in (base, out))
        wrong += [f"{name}: {text}" for text in differing(mine, theirs)]
    report(costs, first, args.events, few, json.loads((folder / "truth" / "truth.json").read_text("utf-8"))["rows"])
    cells = len(json.loads((work / "ours.json").read_text("utf-8")))
    print(f"answers: {'identical' if not wrong else f'{len(wrong)} differ'}, {cells} cells")
    print("\n".join(wrong[:50]))
    return int(bool(wrong))


def report(costs: dict[str, Cost], first: Cost, events: int, few: int, rows: dict[str, int]) -> None:
    print(f"\n{rows['browser']:,} browser and {rows['server']:,} server events\n")
    print("| engine | wall s | CPU s | peak RSS MB | wall, times ours | CPU, times ours |\n|---|---|---|---|---|---|")
    mine = costs["tagparity"]
    for name, c in costs.items():
        marked = f"{name} (projected from {few:,})" if name == LOOP and few < events else name
        ratios = f"{c.wall / mine.wall:.1f} | {c.cpu / mine.cpu:.1f}"
        print(f"| {marked} | {c.wall:.1f} | {c.cpu:.1f} | {c.rss:.0f} | {ratios} |")
    print("\ntagparity runs its whole audit (all metrics and checks), of which the others answer a part.")
    print(
        f"Its first run, which reads the log unless the cache has it: {first.wall:.1f} s wall, {first.cpu:.1f} s CPU."
    )


if __name__ == "__main__":
    main()
