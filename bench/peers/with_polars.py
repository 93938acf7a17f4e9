"""The questions in Polars: one lazy plan a step, run by the streaming engine."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from shop import COLUMNS, DAY_MS, EVENTS, FORMS, KEYS, NEAR_MS, PLACEHOLDERS, QUANTILES, WINDOW_MS, Cells, run
from with_duckdb import add_forms

BY = ["platform", "event"]
SIDED = [*BY, "side"]
TIERS = (["platform", "event_id"], ["platform", "event", "order_id"], ["platform", "event", "person"])


def form(key: str) -> pl.Expr:
    """Form of a value, the first that holds."""
    value = pl.col(key)
    out = pl.when(value.is_null()).then(pl.lit("absent")).when(value.is_in(PLACEHOLDERS)).then(pl.lit("placeholder"))
    for name, pattern in FORMS:
        out = out.when(value.str.contains(f"^(?:{pattern})$")).then(pl.lit(name))
    return out.otherwise(pl.lit("plain")).alias("form")


def scan(folder: Path, side: str) -> pl.LazyFrame:
    """Accepted copies of a side."""
    frame = pl.scan_parquet(folder / f"{side}.parquet").select(COLUMNS[side])
    if side == "server":
        frame = frame.filter(pl.col("status").cast(pl.Int64) < 400)
    return frame.with_columns(
        event=pl.col("event_name").replace_strict(EVENTS, default=pl.col("event_name")), side=pl.lit(side)
    )


def load(folder: Path) -> pl.DataFrame:
    """Copies of both sides without the keys."""
    parts = []
    for side in KEYS:
        test = pl.col("test_event_code").is_not_null() if side == "server" else pl.lit(False)
        parts.append(scan(folder, side).select(
            "side", "platform", "destination_id", "event_name", "event", "event_id", "event_time", "order_id",
            pl.col("value").cast(pl.Float64), "currency", person=pl.coalesce("fbp", "external_id"), test=test,
        ))  # fmt: skip
    return pl.concat(parts).collect(engine="streaming").with_row_index("row")


def put(cells: Cells, name: str, frame: pl.DataFrame) -> None:
    """Cells of a frame whose last two columns are numerator and denominator."""
    for *index, up, down in frame.iter_rows():
        cells["|".join([name, *index])] = [int(up), int(down)]


def shares(frame: pl.LazyFrame, by: list[str], up: pl.Expr, down: pl.Expr | None = None) -> pl.DataFrame:
    return (
        frame.group_by(by)
        .agg(up.alias("up"), (pl.len() if down is None else down).alias("down"))
        .collect(engine="streaming")
    )


def pairs(actions: pl.DataFrame) -> pl.DataFrame:
    """Actions of both sides found by id, then by order, then by person."""
    b, s = (actions.filter(pl.col("side") == side).drop("side", "n") for side in ("browser", "server"))
    found = []
    for keys in TIERS:
        joined = b.lazy().join(s.lazy(), on=keys, suffix="_s", coalesce=False, how="inner")
        if "person" in keys:
            near = (pl.col("event_time_s") - pl.col("event_time")).abs() <= NEAR_MS
            joined = joined.filter(near & pl.col("value").eq_missing(pl.col("value_s")))
        both = joined.with_columns(by_id=pl.lit("event_id" in keys)).collect(engine="streaming")
        found.append(both)
        b, s = b.join(both, on="row", how="anti"), s.join(both, left_on="row", right_on="row_s", how="anti")
    same = (pl.col("event_name") == pl.col("event_name_s")) & (pl.col("destination_id") == pl.col("destination_id_s"))
    apart = (pl.col("event_time_s") - pl.col("event_time")).abs()
    return pl.concat(found).with_columns(
        apart=apart, no_id=pl.col("event_id").is_null() | pl.col("event_id_s").is_null(),
        merged=pl.col("by_id") & same & (apart <= WINDOW_MS),
    )  # fmt: skip


def answer(folder: Path) -> Cells:
    cells: Cells = {}
    for side, keys in KEYS.items():
        for key in keys:
            counts = (
                scan(folder, side).with_columns(form(key)).group_by([*BY, "form"]).len().collect(engine="streaming")
            )
            add_forms(cells, side, key, list(counts.iter_rows()))
    copies = load(folder)
    every = copies.lazy()
    put(cells, "events", shares(every, SIDED, pl.len()))
    put(cells, "id_presence", shares(every, SIDED, pl.col("event_id").count()))
    key = pl.coalesce("order_id", "event_id", pl.col("row").cast(pl.String))
    grouped = every.group_by("side", "platform", "destination_id", "event", key.alias("key"))
    firsts = grouped.agg(row=pl.col("row").sort_by("event_time").first(), n=pl.len()).select("row", "n")
    actions = every.join(firsts, on="row").collect(engine="streaming")
    put(cells, "same_side_duplicates", shares(actions.lazy(), SIDED, (pl.col("n") - 1).sum(), pl.col("n").sum()))
    known = every.filter(pl.col("event_id").is_not_null())
    theirs = known.filter(pl.col("side") == "server").select("platform", "event_id", found=pl.lit(1)).unique()
    mine = known.filter(pl.col("side") == "browser").select(*BY, "event_id").unique()
    overlap = mine.join(theirs, on=["platform", "event_id"], how="left")
    put(cells, "id_overlap", shares(overlap, BY, pl.col("found").count()))
    day = (pl.col("event_time") // DAY_MS).alias("day")
    cover = every.group_by("platform", day).agg(sides=pl.col("side").n_unique()).filter(pl.col("sides") == 2)
    for name, frame in (("hit_ratio", actions.lazy()), ("hit_ratio_raw", every)):
        inside = frame.with_columns(day).join(cover, on=["platform", "day"], how="semi")
        server, browser = ((pl.col("side") == side).sum() for side in ("server", "browser"))
        put(cells, name, shares(inside, BY, server, browser))
    twins = pairs(actions)
    of_pairs(cells, twins.lazy())
    sold = every.filter((pl.col("event") == "purchase") & ~pl.col("test"))
    put(cells, "revenue", shares(sold, ["platform", "currency", "side"], (pl.col("value").sum() * 100).round()))
    unmatched(cells, copies, actions, twins)
    return cells


def of_pairs(cells: Cells, twins: pl.LazyFrame) -> None:
    put(cells, "dedup_rate", shares(twins, BY, pl.col("merged").sum()))
    put(cells, "within_5_minutes", shares(twins, BY, (pl.col("apart") <= NEAR_MS).sum()))
    ordered = pl.col("apart").sort()
    picked = {name: ordered.get((pl.len() * q).ceil().cast(pl.Int64) - 1) for name, q in QUANTILES.items()}
    for *index, n, p50, p95, p99 in twins.group_by(BY).agg(n=pl.len(), **picked).collect().iter_rows():
        for name, value in zip(QUANTILES, (p50, p95, p99), strict=True):
            cells["|".join(["skew_ms", *index, name])] = [value, n]
    for name, same in (("value", (pl.col("value") - pl.col("value_s")).abs() < 0.005),
                       ("currency", pl.col("currency") == pl.col("currency_s"))):  # fmt: skip
        both = twins.filter(pl.col(name).is_not_null() & pl.col(f"{name}_s").is_not_null())
        put(cells, f"{name}_agreement", shares(both, BY, same.sum()))


def unmatched(cells: Cells, copies: pl.DataFrame, actions: pl.DataFrame, twins: pl.DataFrame) -> None:
    of_side = [
        twins.select(row=pl.col(name), no_id=pl.col("no_id"), merged=pl.col("merged")) for name in ("row", "row_s")
    ]
    first = actions.select("row", first=pl.lit(True))
    why = (
        pl.when(pl.col("first").is_null()).then(pl.lit("duplicate"))
        .when(pl.col("event_id").is_null() | pl.col("no_id")).then(pl.lit("missing_id"))
        .when(pl.col("merged").is_null()).then(pl.lit("not_found")).otherwise(pl.lit("not_merged"))
    )  # fmt: skip
    lost = (
        copies.lazy().join(pl.concat(of_side).lazy(), on="row", how="left").join(first.lazy(), on="row", how="left")
        .filter(~pl.col("merged").fill_null(False)).with_columns(why=why)
    )  # fmt: skip
    counts = lost.group_by([*SIDED, "why"]).agg(up=pl.len()).with_columns(down=pl.col("up").sum().over(SIDED))
    put(cells, "unmatched", counts.collect(engine="streaming"))


if __name__ == "__main__":
    run(answer)
