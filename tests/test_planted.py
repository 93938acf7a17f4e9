"""Planted truths: what the generator did to its actions comes back from the audit, to the last count."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planted as p
from tagparity.demo.logs import Log, Plan, Row, generate
from tagparity.run.audit import audit

COMPARED = {
    "events", "dedup_rate", "id_overlap", "hit_ratio", "hit_ratio_raw", "id_presence", "within_5_minutes", "rejected",
    "name_consistency", "same_side_duplicates", "match_keys_median", "key_presence", "form_share", "cause_share",
    "unexplained_share",
}  # fmt: skip
CONVERSION = {"purchase"}
NO_ANSWER = ("refused", "refused_taken")
Writer = Callable[[Path, Log], object]


def differences(log: Log, folder: Path, metrics: set[str] = COMPARED) -> list[str]:
    """Every count that is not what was planted, in words; empty when all agree."""
    got = p.measured(audit(folder))
    wrong = []
    for (metric, dims), want in sorted(log.truths.items()):
        if metric not in metrics or (metric == "match_keys_median" and dict(dims)["event"] not in CONVERSION):
            continue
        if got.get((metric, dims)) != want:
            wrong.append(f"{metric} {dict(dims)}: planted {want}, measured {got.get((metric, dims))}")
    extra = {
        k for k in got if k[0] in metrics & {"cause_share", "form_share"} and k not in log.truths and _known(k, log)
    }
    return wrong + [f"{m} {dict(d)}: measured {got[m, d]}, never planted" for m, d in sorted(extra)]


def _known(key: tuple[str, tuple[tuple[str, str], ...]], log: Log) -> bool:
    """A form of a key that was planted in other forms, or any cause."""
    dims = {k: v for k, v in key[1] if k != "form"}
    return key[0] == "cause_share" or ("key_presence", tuple(sorted(dims.items()))) in log.truths


def flat_csv(folder: Path, log: Log) -> None:
    p.write_csv(folder / "events.csv", log.rows)


def flat_lines(folder: Path, log: Log) -> None:
    p.write_lines(folder / "events.ndjson", log.rows)


def flat_gz(folder: Path, log: Log) -> None:
    p.write_lines(folder / "events.ndjson.gz", log.rows)


def flat_parquet(folder: Path, log: Log) -> None:
    p.write_parquet(folder / "events.parquet", log.rows)


def server_log(server: Callable[[list[Row]], list[Any]], name: str = "server.ndjson") -> Writer:
    return lambda folder, log: p.write_split(folder, log, server, name)


FN = {"sha256_hex": 3, "list": 1, "absent": 1}
META_TYPED = p.TYPED | {"fbc": {"plain": 4, "sha256_hex": 1, "list": 1, "absent": 2}}
RECEIVED = p.EVERY | {"received_near": 6, "received_far": 5}
FORMATS: dict[str, tuple[Plan, Writer]] = {
    "flat csv": (p.plan(p.META), flat_csv),
    "flat csv with received times": (p.plan(p.META, received=True, fates=RECEIVED), flat_csv),
    "flat csv without orders": (p.plan(p.META, ("browser_refire", "server_refire"), orders=False), flat_csv),
    "flat csv tiktok": (p.plan(p.TIKTOK, fates=p.EVERY | {"alias": 12}), flat_csv),
    "flat ndjson": (p.plan(p.META, forms=META_TYPED), flat_lines),
    "flat ndjson.gz": (p.plan(p.META, seed=2), flat_gz),
    "flat parquet": (p.plan(p.META, seed=3), flat_parquet),
    "meta bare events": (
        p.plan(p.META, (*NO_ANSWER, "test", "other_destination"), forms=META_TYPED),
        server_log(p.meta_bare),
    ),
    "meta batches": (p.plan(p.META, (*NO_ANSWER, "other_destination"), forms=META_TYPED), server_log(p.meta_batches)),
    "meta form bodies": (p.plan(p.META, (*NO_ANSWER, "other_destination")), server_log(p.meta_forms, "server.log")),
    "meta logged requests": (p.plan(p.META, forms=META_TYPED), server_log(p.meta_requests)),
    "meta logged requests gz": (p.plan(p.META, seed=5), server_log(p.meta_requests, "server.ndjson.gz")),
    "tiktok": (
        p.plan(p.TIKTOK, fates=p.EVERY | {"alias": 12}, forms=p.TYPED | {"fn": FN}),
        server_log(p.tiktok_requests),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_planted_truths_come_back(name: str, tmp_path: Path) -> None:
    plan, write = FORMATS[name]
    log = generate(plan)
    write(tmp_path, log)
    # a batch is one request with many events: its requests are counted below
    assert differences(log, tmp_path, COMPARED - {"rejected"} if "batches" in name else COMPARED) == []


def test_requests_are_counted_once_whatever_they_hold(tmp_path: Path) -> None:
    log = generate(p.plan(p.META, (*NO_ANSWER, "renamed_other")))
    batches = p.meta_batches([r for r in log.rows if r["side"] == "server"])
    p.write_lines(tmp_path / "server.ndjson", batches)
    (cell,) = [m for m in audit(tmp_path).metrics if m.id == "rejected"]
    assert (cell.numerator, cell.denominator) == (0, len(batches))


GA4_WITHOUT = ("browser_refire", "server_refire", "renamed_case", "renamed_other", "offline", "test", "server_no_keys",
               "outside")  # GA4 counts a transaction once, however late  # fmt: skip


@pytest.mark.parametrize("form", ["table", "measurement protocol"])
def test_planted_truths_of_ga4(form: str, tmp_path: Path) -> None:
    log = generate(p.plan(p.GA4, GA4_WITHOUT, orders=False))
    log = Log([p.ga4_row(r) for r in log.rows], log.truths)
    if form == "table":
        flat_csv(tmp_path, log)
    else:
        p.write_split(tmp_path, log, p.ga4_requests)
    assert differences(log, tmp_path) == []


def test_a_day_one_side_does_not_cover_is_no_part_of_the_ratio(tmp_path: Path) -> None:
    log = generate(p.plan(p.META, days=3))
    last = max(str(r["event_time"])[:10] for r in log.rows if r["side"] == "browser")
    later = {"side": "browser", "platform": "meta", "event_name": "Purchase", "event_id": "lonely",
             "event_time": int(last) + 5 * 86_400}  # fmt: skip
    flat_csv(tmp_path, Log([*log.rows, later], log.truths))
    assert differences(log, tmp_path, {"hit_ratio", "hit_ratio_raw"}) == []


SMALL = {f: max(1, n // 8) for f, n in p.EVERY.items()}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), cut=st.floats(0, 1), requests=st.booleans())
def test_order_and_splitting_change_nothing(
    seed: int, cut: float, requests: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Rows shuffled, and one log in two files, give the same metrics."""
    log = generate(replace(p.plan(p.META), fates=SMALL, seed=seed))
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    browser = [r for r in log.rows if r["side"] == "browser"]
    server = [r for r in log.rows if r["side"] == "server"]
    make = p.meta_requests if requests else (lambda rows: rows)
    lines = make(server)
    p.write_lines(whole / "server.ndjson", lines)
    p.write_csv(whole / "browser.csv", browser)
    random.Random(seed).shuffle(browser)
    random.Random(seed + 1).shuffle(lines)
    at = round(cut * len(lines))
    for name, part in (("a.ndjson", lines[:at]), ("b.ndjson", lines[at:])):
        p.write_lines(parts / name, part)
    p.write_csv(parts / "browser.csv", browser)
    assert p.measured(audit(whole)) == p.measured(audit(parts))


def test_a_long_chain_of_ids_and_orders_is_one_action(tmp_path: Path) -> None:
    p.write_lines(tmp_path / "chain.ndjson", [
        {"side": side, "platform": "meta", "event_name": "Purchase", "event_id": f"i{(n + 1) // 2}",
         "order_id": f"o{n // 2}", "event_time": 1_772_323_600 + n}
        for side, many in (("browser", 12), ("server", 1)) for n in range(many)
    ])  # fmt: skip
    got = {(m.id, tuple(sorted(m.dims.items()))): (m.numerator, m.denominator) for m in audit(tmp_path).metrics}
    where = (("event", "purchase"), ("platform", "meta"))
    assert got["hit_ratio", where] == (1, 1)
    assert got["same_side_duplicates", (*where, ("side", "browser"))] == (11, 12)


def test_a_double_is_proven_copy_by_copy(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"someone@shop.example").hexdigest()
    twice = hashlib.sha256(digest.encode()).hexdigest()
    values = [("browser", digest), ("server", twice), ("server", "someone@shop.example")]
    p.write_lines(tmp_path / "retry.ndjson", [
        {"side": side, "platform": "meta", "event_name": "Purchase", "event_id": "x", "event_time": 1_772_323_600 + n,
         "em": value} for n, (side, value) in enumerate(values)
    ])  # fmt: skip
    shares = {
        m.dims["form"]: (m.numerator, m.denominator)
        for m in audit(tmp_path).metrics
        if m.id == "form_share" and m.dims["side"] == "server" and m.dims["key"] == "em"
    }
    assert shares == {"double": (1, 2), "plain": (1, 2)}
