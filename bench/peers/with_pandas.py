"""The questions in pandas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shop import COLUMNS, DAY_MS, EVENTS, FORMS, KEYS, NEAR_MS, PLACEHOLDERS, QUANTILES, WINDOW_MS, Cells, run
from with_duckdb import add_forms

BY = ["platform", "event"]
SIDED = [*BY, "side"]


def form(values: pd.Series) -> np.ndarray:
    """Form of every value, the first that holds."""
    out = np.full(len(values), "plain", dtype=object)
    missing = values.isna().to_numpy()
    junk = values.isin(PLACEHOLDERS).to_numpy()
    out[junk], out[missing] = "placeholder", "absent"
    todo = ~(missing | junk)
    for name, pattern in FORMS:
        left = np.flatnonzero(todo)
        hit = left[values.iloc[left].str.fullmatch(pattern).to_numpy(dtype=bool)]
        out[hit], todo[hit] = name, False
    return out


def load(folder: Path) -> tuple[pd.DataFrame, Cells]:
    """Accepted copies of both sides without the keys, whose forms are counted on the way."""
    cells: Cells = {}
    parts = []
    for side, keys in KEYS.items():
        frame = pd.read_parquet(folder / f"{side}.parquet", columns=COLUMNS[side], dtype_backend="pyarrow")
        if side == "server":
            frame = frame[frame["status"].astype("int64") < 400]
        frame["event"] = frame["event_name"].map(EVENTS).astype("category")
        for key in keys:
            found = frame.assign(form=form(frame[key])).groupby([*BY, "form"], observed=True).size()
            add_forms(cells, side, key, [(*index, int(n)) for index, n in found.items()])
        frame["person"] = frame["fbp"].fillna(frame["external_id"])
        frame["test"] = frame["test_event_code"].notna() if side == "server" else False
        frame["value"] = frame["value"].astype("float64")
        frame["event_time"] = frame["event_time"].astype("int64")
        frame["event"] = frame["event"].astype("string[pyarrow]")
        drop = [c for c in ("em", "ph", "external_id", "fbp", "status", "test_event_code") if c in frame]
        parts.append(frame.drop(columns=drop).assign(side=side))
    return pd.concat(parts, ignore_index=True), cells


def put(cells: Cells, name: str, up: pd.Series, down: pd.Series) -> None:
    """Cells of two series with one index."""
    up = up.reindex(down.index, fill_value=0)
    for index, n in down.items():
        cells["|".join([name, *index])] = [int(up[index]), int(n)]


def pairs(actions: pd.DataFrame) -> pd.DataFrame:
    """Actions of both sides found by id, then by order, then by person."""
    b, s = (actions[actions["side"] == side].reset_index(names="row") for side in ("browser", "server"))
    found = []
    for keys in (["platform", "event_id"], ["platform", "event", "order_id"], ["platform", "event", "person"]):
        left, right = (frame.dropna(subset=keys) for frame in (b, s))
        both = left.merge(right, on=keys, suffixes=("_b", "_s"))
        for key in keys:
            both[f"{key}_b"] = both[f"{key}_s"] = both[key]
        if "person" in keys:
            near = (both["event_time_s"] - both["event_time_b"]).abs() <= NEAR_MS
            same = (both["value_b"] == both["value_s"]) | (both["value_b"].isna() & both["value_s"].isna())
            both = both[near & same]
        both["by_id"] = "event_id" in keys
        found.append(both[[c for c in both.columns if c.endswith(("_b", "_s", "by_id"))]])
        b, s = b[~b["row"].isin(both["row_b"])], s[~s["row"].isin(both["row_s"])]
    out = pd.concat(found, ignore_index=True)
    out["platform"], out["event"] = out["platform_b"], out["event_b"]
    out["apart"] = (out["event_time_s"] - out["event_time_b"]).abs()
    out["no_id"] = out["event_id_b"].isna() | out["event_id_s"].isna()
    same = (out["event_name_b"] == out["event_name_s"]) & (out["destination_id_b"] == out["destination_id_s"])
    out["merged"] = out["by_id"] & same & (out["apart"] <= WINDOW_MS)
    return out


def answer(folder: Path) -> Cells:
    copies, cells = load(folder)
    sizes = copies.groupby(SIDED).size()
    put(cells, "events", sizes, sizes)
    put(cells, "id_presence", copies.groupby(SIDED)["event_id"].count(), sizes)
    key = copies["order_id"].fillna(copies["event_id"])
    key = key.where(key.notna(), copies.index.astype("string[pyarrow]"))
    grouped = copies.assign(key=key).sort_values("event_time", kind="stable")
    first = ~grouped.duplicated(["side", "platform", "destination_id", "event", "key"])
    actions = grouped[first].drop(columns="key").sort_index()
    put(cells, "same_side_duplicates", sizes - actions.groupby(SIDED).size(), sizes)
    mine = copies[copies["side"] == "browser"][[*BY, "event_id"]].dropna().drop_duplicates()
    theirs = copies[copies["side"] == "server"][["platform", "event_id"]].dropna().drop_duplicates()
    put(
        cells, "id_overlap", mine.merge(theirs, on=["platform", "event_id"]).groupby(BY).size(), mine.groupby(BY).size()
    )
    ratios(cells, copies, actions)
    twins = pairs(actions)
    of_pairs(cells, twins)
    sold = copies[(copies["event"] == "purchase") & ~copies["test"]].groupby(["platform", "currency", "side"])["value"]
    put(cells, "revenue", (sold.sum() * 100).round(), sold.size())
    unmatched(cells, copies, actions, twins)
    return cells


def ratios(cells: Cells, copies: pd.DataFrame, actions: pd.DataFrame) -> None:
    day = copies["event_time"] // DAY_MS
    sides = copies.assign(day=day).groupby(["platform", "day"])["side"].nunique()
    covered = sides[sides == 2].index
    for name, frame in (("hit_ratio", actions), ("hit_ratio_raw", copies)):
        inside = pd.MultiIndex.from_arrays([frame["platform"], frame["event_time"] // DAY_MS]).isin(covered)
        counts = frame[inside].groupby(SIDED).size().unstack()
        put(cells, name, counts["server"], counts["browser"])


def of_pairs(cells: Cells, twins: pd.DataFrame) -> None:
    both = twins.groupby(BY)
    put(cells, "dedup_rate", both["merged"].sum(), both.size())
    put(cells, "within_5_minutes", (twins["apart"] <= NEAR_MS).groupby([twins[k] for k in BY]).sum(), both.size())
    for index, apart in both["apart"]:
        for name, q in QUANTILES.items():
            value = np.quantile(apart.to_numpy(), q, method="inverted_cdf")
            cells["|".join(["skew_ms", *index, name])] = [int(value), len(apart)]
    valued = twins[twins["value_b"].notna() & twins["value_s"].notna()]
    same = ((valued["value_b"] - valued["value_s"]).abs() < 0.005).groupby([valued[k] for k in BY]).sum()
    put(cells, "value_agreement", same, valued.groupby(BY).size())
    named = twins[twins["currency_b"].notna() & twins["currency_s"].notna()]
    same = (named["currency_b"] == named["currency_s"]).groupby([named[k] for k in BY]).sum()
    put(cells, "currency_agreement", same, named.groupby(BY).size())


def unmatched(cells: Cells, copies: pd.DataFrame, actions: pd.DataFrame, twins: pd.DataFrame) -> None:
    why = np.full(len(copies), "not_found", dtype=object)
    rows = np.concatenate([twins["row_b"].to_numpy(), twins["row_s"].to_numpy()])
    no_id, merged = (np.tile(twins[c].to_numpy(dtype=bool), 2) for c in ("no_id", "merged"))
    why[rows] = np.where(no_id, "missing_id", np.where(merged, "", "not_merged"))
    why[copies["event_id"].isna().to_numpy()] = "missing_id"
    further = np.ones(len(copies), dtype=bool)
    further[actions.index] = False
    why[further] = "duplicate"
    lost = copies[SIDED].assign(why=why)[why != ""]
    counts = lost.groupby([*SIDED, "why"]).size()
    total = lost.groupby(SIDED).size()
    for index, n in counts.items():
        cells["|".join(["unmatched", *index])] = [int(n), int(total[index[:3]])]


if __name__ == "__main__":
    run(answer)
