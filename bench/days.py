"""One more day on top of thirty: what the cache saves.

    python bench/days.py [--days 30] [--lines 20000] [--work FOLDER]

Writes a Conversions API log a day and one table of browser events a day, audits them without a cache, fills a cache,
adds a day and audits again. The peer is the tool itself without its cache, on the same files in the same run; both must
count the same. Each audit is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

START = 1_780_272_000  # 2026-06-01T00:00:00Z
URL = "https://graph.facebook.com/v23.0/123456789012345/events"


def write_day(folder: Path, day: int, lines: int) -> None:
    """A day of server requests, and nine in ten of them in the browser."""
    with (
        (folder / f"capi-{day:02}.ndjson").open("w") as server,
        (folder / f"web-{day:02}.csv").open("w") as browser,
    ):
        browser.write("side,platform,event_name,event_time,event_id,value,currency,fbp,page_url\n")
        for i in range(lines):
            at, fbp = START + day * 86400 + i * 86400 // lines, f"fb.1.{START}000.{day}{i}"
            event = {
                "event_name": "Purchase", "event_time": at, "event_id": f"e{day}-{i}", "action_source": "website",
                "event_source_url": f"https://shop.example/checkout/{i % 50}?step=2",
                "user_data": {"em": [f"{(day * lines + i) * 7919:064x}"], "ph": [f"{i:064x}"], "fbp": fbp,
                              "external_id": [f"{i * 31:064x}"], "client_ip_address": f"192.0.2.{i % 250}",
                              "client_user_agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"},
                "custom_data": {"value": i % 90 + 0.5, "currency": "EUR", "order_id": f"o{day}-{i}"},
            }  # fmt: skip
            server.write(json.dumps({"url": URL, "status": 200, "body": {"data": [event]}}) + "\n")
            if i % 10:
                browser.write(
                    f"browser,meta,Purchase,{at},e{day}-{i},{i % 90 + 0.5},EUR,{fbp},https://shop.example/thanks\n"
                )


def audited(folder: Path, out: Path, *more: str) -> tuple[float, float]:
    """(wall seconds, CPU seconds) of one audit."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "tagparity", "audit", str(folder), "-o", str(out), "-q", "--format", "json", *more]
    pid = os.posix_spawn(sys.executable, command, os.environ)
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit("an audit failed")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime


def same(a: Path, b: Path) -> bool:
    one, other = (json.loads((p / "audit.json").read_text("utf-8"))["metrics"] for p in (a, b))
    return bool(one == other)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--work", type=Path)
    args = parser.parse_args()
    work = args.work or Path(tempfile.mkdtemp())
    try:
        evidence, cache = work / "evidence", str(work / "cache")
        evidence.mkdir(parents=True)
        for day in range(args.days):
            write_day(evidence, day, args.lines)
        audited(evidence, work / "filled", "--cache", cache)
        write_day(evidence, args.days, args.lines)
        whole = audited(evidence, work / "whole", "--no-cache")
        more = audited(evidence, work / "more", "--cache", cache)
        again = audited(evidence, work / "again", "--cache", cache)
        print(f"{args.days} days and one more, {args.lines} requests a day and nine tenths of them in the browser")
        print("| audit | wall s | CPU s | of the whole, wall | CPU |\n|---|---|---|---|---|")
        for name, (wall, cpu) in (("all, no cache", whole), ("one more day", more), ("nothing new", again)):
            print(f"| {name} | {wall:.1f} | {cpu:.1f} | {wall / whole[0]:.1%} | {cpu / whole[1]:.1%} |")
        equal = same(work / "whole", work / "more") and same(work / "whole", work / "again")
        print(f"metrics: {'identical' if equal else 'DIFFERENT'}")
        if not equal:
            raise SystemExit(1)
    finally:
        if not args.work:
            shutil.rmtree(work)


if __name__ == "__main__":
    main()
