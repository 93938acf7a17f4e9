"""Event logs of any size with known faults, and the truth about every row.

    python -m tagparity.demo.generate OUT --events 1000000 [--seed 7] [--days 30] [--duplicate 0.02] ...

Writes `OUT/events` for an audit: `browser.parquet`, `server.parquet` (flat event tables), `orders.csv`; and apart from
it `OUT/truth`: `truth.parquet`, one row per event with its place and cause, and `truth.json`, the same counted. With
`--logs` also `OUT/logs`: the same events as `browser.csv` and as logs of the platforms' requests. Synthetic: no value
belongs to anybody. Same numbers, same log.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from ..tables.engine import literal
from . import _generate
from ._generate import Plan
from .faults import FORMS, RATES, Faults

__all__ = ["Plan", "generate", "main"]
PARQUET = "(FORMAT parquet, COMPRESSION zstd)"


def generate(out: Path, plan: Plan, logs: bool = False, memory: str = "4GB") -> dict[str, Any]:
    """Writes a log and its truth below `out`; returns what `truth.json` holds. `memory`: limit of the engine."""
    events, truth, lines = (out / name for name in ("events", "truth", "logs"))
    for folder in (events, truth, *([lines] if logs else [])):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tagparity-generate-") as scratch:
        con = duckdb.connect(str(Path(scratch) / "log.duckdb"))
        con.execute(f"SET memory_limit = {literal(memory)}; SET preserve_insertion_order = true; SET TimeZone = 'UTC'")
        for statement in _generate.tables(plan):
            con.execute(statement)
        _copy(con, _generate.browser(plan), events / "browser.parquet", PARQUET)
        _copy(con, _generate.server(plan), events / "server.parquet", PARQUET)
        _copy(con, _generate.orders(plan), events / "orders.csv", "(FORMAT csv, HEADER)")
        _copy(con, _generate.TRUTH, truth / "truth.parquet", PARQUET)
        if logs:
            _copy(con, _generate.orders(plan), lines / "orders.csv", "(FORMAT csv, HEADER)")
            _copy(con, _generate.browser(plan), lines / "browser.csv", "(FORMAT csv, HEADER)")
            for platform in plan.platforms:
                requests = _generate.requests(plan, platform)
                _copy(con, requests, lines / f"server_{platform}.ndjson", "(FORMAT json)")
        counted = _generate.counted(con)
        con.close()
    (truth / "truth.json").write_text(json.dumps(counted, indent=1) + "\n", "utf-8")
    return counted


def _copy(con: duckdb.DuckDBPyConnection, query: str, target: Path, how: str) -> None:
    con.execute(f"COPY ({query}) TO {literal(str(target))} {how}")


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tagparity.demo.generate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--events", type=int, default=100_000, help="actions; about as many events a side")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--platform", action="append", choices=sorted(_generate.SHOPS), help="default: all of them")
    parser.add_argument("--anonymous", type=float, default=0.0, help="share of visitors without any browser or user id")
    parser.add_argument("--skew", type=int, default=0, metavar="SECONDS", help="the server's clock is ahead")
    parser.add_argument("--outage", type=int, action="append", default=[], metavar="HOUR", help="hour since the start")
    parser.add_argument("--form", action="append", default=[], metavar="KEY:FORM=RATE", help="such as em:md5=0.1")
    parser.add_argument("--logs", action="store_true", help="also as CSV and as logs of requests")
    for fault, rate in RATES.items():
        parser.add_argument(f"--{fault.replace('_', '-')}", type=float, default=rate, metavar="RATE")
    args = parser.parse_args(argv)
    forms = {key: dict(shares) for key, shares in FORMS.items()}
    for text in args.form:
        place, _, rate = text.partition("=")
        key, _, form = place.partition(":")
        forms.setdefault(key, {})[form] = float(rate)
    try:
        faults = Faults({f: getattr(args, f) for f in RATES}, forms, tuple(args.outage), args.anonymous, args.skew)
        plan = Plan(args.events, args.seed, args.days, tuple(args.platform or _generate.SHOPS), faults)
    except ValueError as error:
        parser.error(str(error))
    counted = generate(args.out, plan, args.logs)
    print(f"{counted['rows']['browser']} browser and {counted['rows']['server']} server events in {args.out}")


if __name__ == "__main__":
    main()
