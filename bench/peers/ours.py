"""This tool: a whole audit of the same folder, with the cache of an earlier one, reduced to the others' questions.

ours.py FOLDER OUT CACHE [MEMORY]
"""

from __future__ import annotations

import sys
from pathlib import Path

from shop import KEYS, Cells, run

from tagparity import Audit, audit

DIMS = {
    **dict.fromkeys(("events", "id_presence", "same_side_duplicates"), ("platform", "event", "side")),
    **dict.fromkeys(("id_overlap", "hit_ratio", "hit_ratio_raw", "dedup_rate", "within_5_minutes", "value_agreement",
                     "currency_agreement"), ("platform", "event")),
    "skew_ms": ("platform", "event", "quantile"),
    "revenue": ("platform", "currency", "side"),
    "key_presence": ("platform", "event", "side", "key"),
    "form_share": ("platform", "event", "side", "key", "form"),
    "cause_share": ("platform", "event", "side", "cause"),
}  # fmt: skip
WHY = {
    **dict.fromkeys(("browser_id_missing", "server_id_missing"), "missing_id"),
    **dict.fromkeys(("duplicate", "retry", "refire"), "duplicate"),
    **dict.fromkeys(("id_altered", "event_renamed", "other_destination", "outside_window"), "not_merged"),
}


def cells_of(result: Audit) -> Cells:
    """The questions' cells among the metrics of an audit."""
    cells: Cells = {}
    for m in result.metrics:
        dims = DIMS.get(m.id, ())
        if set(m.dims) != set(dims) or not dims:
            continue
        values = [m.dims[d] for d in dims]
        up, down = m.numerator or 0, int(m.numerator or 0) if m.id == "events" else int(m.denominator or 0)
        if m.dims.get("quantile") == "median":
            continue
        if m.id == "cause_share":
            name = "|".join(["unmatched", *values[:3], WHY.get(values[3], "not_found")])
            cells[name] = [cells.get(name, [0])[0] + int(up), down]
        elif m.id == "revenue":
            if values[2] in KEYS:
                cells["|".join([m.id, *values])] = [round(up * 100), down]
        elif "key" not in m.dims or m.dims["key"] in KEYS[m.dims["side"]]:
            cells["|".join([m.id, *values])] = [int(up), down]
    return cells


def answer(folder: Path) -> Cells:
    memory = int(sys.argv[4]) if len(sys.argv) > 4 else None
    return cells_of(audit(folder, cache=sys.argv[3], memory=memory))


if __name__ == "__main__":
    run(answer)
