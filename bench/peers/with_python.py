"""The questions as a loop over lines of JSON, read with orjson: `browser.ndjson` and `server.ndjson` in the folder."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from shop import DAY_MS, EVENTS, FORMS, KEYS, NEAR_MS, PLACEHOLDERS, QUANTILES, WINDOW_MS, Cells, run
from with_duckdb import add_forms

Row = dict[str, Any]
PATTERNS = [(name, re.compile(pattern)) for name, pattern in FORMS]


def form(value: str | None) -> str:
    if value is None:
        return "absent"
    if value in PLACEHOLDERS:
        return "placeholder"
    return next((name for name, pattern in PATTERNS if pattern.fullmatch(value)), "plain")


def load(folder: Path, cells: Cells) -> list[Row]:
    """Accepted copies of both sides; forms are counted on the way."""
    copies = []
    for side, keys in KEYS.items():
        forms: dict[str, Counter[tuple[str, str, str]]] = {key: Counter() for key in keys}
        with (folder / f"{side}.ndjson").open("rb") as lines:
            for line in lines:
                row = orjson.loads(line)
                if side == "server" and int(row["status"]) >= 400:
                    continue
                row["event"] = EVENTS.get(row["event_name"], row["event_name"])
                for key in keys:
                    forms[key][row["platform"], row["event"], form(row[key])] += 1
                row["side"], row["person"] = side, row["fbp"] or row["external_id"]
                copies.append(row)
        for key, counts in forms.items():
            add_forms(cells, side, key, [(*index, n) for index, n in counts.items()])
    return copies


def put(cells: Cells, name: str, up: Counter[Any], down: Counter[Any]) -> None:
    for index, n in down.items():
        cells["|".join([name, *index])] = [up[index], n]


def sided(rows: Iterable[Row]) -> Counter[Any]:
    return Counter((r["platform"], r["event"], r["side"]) for r in rows)


def acted(copies: list[Row]) -> list[Row]:
    """The first copy of each action; the others get it as `of`."""
    first: dict[Any, Row] = {}
    for row in sorted(copies, key=lambda r: r["event_time"]):
        own = row["order_id"] or row["event_id"] or id(row)
        row["of"] = first.setdefault((row["side"], row["platform"], row["destination_id"], row["event"], own), row)
    return list(first.values())


def pair(actions: list[Row]) -> list[tuple[Row, Row]]:
    """Actions of both sides found by id, then by order, then by person; each learns its twin."""
    found = []
    for keys in (("platform", "event_id"), ("platform", "event", "order_id"), ("platform", "event", "person")):
        there = defaultdict(list)
        for s in actions:
            if s["side"] == "server" and "twin" not in s and s[keys[-1]] is not None:
                there[tuple(s[k] for k in keys)].append(s)
        for b in actions:
            if b["side"] != "browser" or "twin" in b or b[keys[-1]] is None:
                continue
            for s in there.get(tuple(b[k] for k in keys), ()):
                apart = abs(s["event_time"] - b["event_time"])
                if "twin" in s or (keys[-1] == "person" and (apart > NEAR_MS or s["value"] != b["value"])):
                    continue
                same = s["event_name"] == b["event_name"] and s["destination_id"] == b["destination_id"]
                b["twin"], s["twin"] = s, b
                b["merged"] = s["merged"] = keys[-1] == "event_id" and same and apart <= WINDOW_MS
                found.append((b, s))
                break
    return found


def answer(folder: Path) -> Cells:
    cells: Cells = {}
    copies = load(folder, cells)
    sizes = sided(copies)
    put(cells, "events", sizes, sizes)
    put(cells, "id_presence", sided(r for r in copies if r["event_id"]), sizes)
    actions = acted(copies)
    put(cells, "same_side_duplicates", sizes - sided(actions), sizes)
    theirs = {(r["platform"], r["event_id"]) for r in copies if r["side"] == "server" and r["event_id"]}
    mine = {(r["platform"], r["event"], r["event_id"]) for r in copies if r["side"] == "browser" and r["event_id"]}
    put(
        cells,
        "id_overlap",
        Counter((p, e) for p, e, i in mine if (p, i) in theirs),
        Counter((p, e) for p, e, _ in mine),
    )
    days = defaultdict(set)
    for r in copies:
        days[r["platform"], r["event_time"] // DAY_MS].add(r["side"])
    for name, rows in (("hit_ratio", actions), ("hit_ratio_raw", copies)):
        counts = sided(r for r in rows if len(days[r["platform"], r["event_time"] // DAY_MS]) == 2)
        server, browser = (Counter({k[:2]: n for k, n in counts.items() if k[2] == s}) for s in ("server", "browser"))
        put(cells, name, server, browser)
    of_pairs(cells, pair(actions))
    money: defaultdict[Any, list[float]] = defaultdict(list)
    for r in copies:
        if r["event"] == "purchase" and not r.get("test_event_code"):
            money[r["platform"], r["currency"], r["side"]].append(r["value"])
    for index, amounts in money.items():
        cells["|".join(["revenue", *index])] = [round(math.fsum(amounts) * 100), len(amounts)]
    unmatched(cells, copies)
    return cells


def of_pairs(cells: Cells, twins: list[tuple[Row, Row]]) -> None:
    counts: defaultdict[str, tuple[Counter[Any], Counter[Any]]] = defaultdict(lambda: (Counter(), Counter()))
    skew = defaultdict(list)
    for b, s in twins:
        index, apart = (b["platform"], b["event"]), abs(s["event_time"] - b["event_time"])
        skew[index].append(apart)
        told = [("dedup_rate", b["merged"]), ("within_5_minutes", apart <= NEAR_MS)]
        if b["value"] is not None and s["value"] is not None:
            told.append(("value_agreement", abs(b["value"] - s["value"]) < 0.005))
        if b["currency"] is not None and s["currency"] is not None:
            told.append(("currency_agreement", b["currency"] == s["currency"]))
        for name, holds in told:
            counts[name][0][index] += holds
            counts[name][1][index] += 1
    for name, (up, down) in counts.items():
        put(cells, name, up, down)
    for index, values in skew.items():
        values.sort()
        for name, q in QUANTILES.items():
            cells["|".join(["skew_ms", *index, name])] = [values[math.ceil(len(values) * q) - 1], len(values)]


def unmatched(cells: Cells, copies: list[Row]) -> None:
    lost: Counter[Any] = Counter()
    for r in copies:
        twin = r.get("twin")
        if r["of"] is not r:
            why = "duplicate"
        elif r["event_id"] is None or (twin and twin["event_id"] is None):
            why = "missing_id"
        elif twin is None:
            why = "not_found"
        elif r["merged"]:
            continue
        else:
            why = "not_merged"
        lost[r["platform"], r["event"], r["side"], why] += 1
    total: Counter[Any] = Counter()
    for index, n in lost.items():
        total[index[:3]] += n
    for index, n in lost.items():
        cells["|".join(["unmatched", *index])] = [n, total[index[:3]]]


if __name__ == "__main__":
    run(answer)
