"""Precision and recall of every cause on a generated log.

    python bench/causes.py [--events 60000] [--seed 7] [--days 5] [--anonymous 0] [--logs]

`--logs` reads the browser's side as CSV and the server's as logs of requests to each platform, otherwise both as
Parquet. With `--anonymous`, a share of visitors without any browser or user id, some faults leave no trace.
Ends with exit code 1 when a row has another cause than the one that was planted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tagparity import audit
from tagparity.demo.faults import Faults
from tagparity.demo.generate import Plan, generate
from tagparity.demo.recall import compare


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--anonymous", type=float, default=0.0)
    parser.add_argument("--logs", action="store_true")
    args = parser.parse_args()
    outage = tuple(hour for hour in (30, 31) if hour < 24 * args.days - 1)
    plan = Plan(args.events, args.seed, args.days, faults=Faults(outage=outage, anonymous=args.anonymous))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        rows = generate(out, plan, args.logs)["rows"]
        audit(out / ("logs" if args.logs else "events"), rows=out / "unmatched.parquet")
        found = compare(out / "truth" / "truth.parquet", out / "unmatched.parquet", args.logs)
    print(f"{rows['browser']} browser and {rows['server']} server events, {args.days} days, seed {args.seed}\n")
    print("| side | cause | planted | named | precision | recall |\n|---|---|---|---|---|---|")
    for r in found:
        print(f"| {r.side} | {r.cause or '(matched)'} | {r.planted} | {r.named} | {r.precision:.4f} | {r.recall:.4f} |")
    sys.exit(any(r.right != r.planted or r.right != r.named for r in found))


if __name__ == "__main__":
    main()
