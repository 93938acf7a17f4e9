"""Generated logs: every planted cause is named, row by row; forms, alterations and disagreements are counted as planted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tagparity import Audit, audit
from tagparity.demo.faults import BROWSER_ONLY, FORMS, PAIRED, RATES, SERVER_ONLY, Faults
from tagparity.demo.generate import Plan, generate, main
from tagparity.demo.recall import Recall, compare

OUTAGE = (30, 31)


@dataclass
class Run:
    """A generated log, what an audit made of it, and how that compares with the truth."""

    truth: dict[str, Any]
    audit: Audit
    found: dict[tuple[str, str], Recall]

    def cells(self, metric: str, *dims: str) -> dict[tuple[str, ...], tuple[float, float]]:
        """(dims ...) -> (numerator, denominator) of the cells with exactly these dims."""
        return {
            tuple(m.dims[d] for d in dims): (m.numerator or 0, m.denominator or 0)
            for m in self.audit.metrics
            if m.id == metric and set(m.dims) == set(dims)
        }


def run(out: Path, plan: Plan, logs: bool = False) -> Run:
    truth = generate(out, plan, logs)
    result = audit(out / ("logs" if logs else "events"), rows=out / "unmatched.parquet")
    rows = compare(out / "truth" / "truth.parquet", out / "unmatched.parquet", logs)
    for r in rows:
        print(f"{r.side:8} {r.cause or '(matched)':20} {r.planted:7} {r.precision:.4f} {r.recall:.4f}")
    return Run(truth, result, {(r.side, r.cause): r for r in rows})


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """60,000 actions, every knob on, as Parquet."""
    return run(tmp_path_factory.mktemp("tables"), Plan(60_000, days=4, faults=Faults(outage=OUTAGE)))


def test_precision_and_recall_of_every_cause_are_one(tables: Run) -> None:
    wrong = {k: (r.precision, r.recall) for k, r in tables.found.items() if not r.precision == r.recall == 1}
    assert wrong == {}
    both = {("browser", b) for b, _ in PAIRED.values()} | {("server", s) for _, s in PAIRED.values()}
    lone = {("browser", c) for c in BROWSER_ONLY.values()} | {("server", c) for c in SERVER_ONLY.values()}
    assert set(tables.found) == both | lone | {("browser", "duplicate"), ("server", "retry"), ("server", "refire")}
    assert min(r.planted for r in tables.found.values()) > 90


def test_cells_of_causes_are_the_truth(tables: Run) -> None:
    dims = ("side", "platform", "event", "cause")
    planted = {tuple(c[d] for d in dims): c["n"] for c in tables.truth["causes"]}
    assert {k: n for k, (n, _) in tables.cells("cause_share", *dims).items()} == planted


def test_forms_are_the_truth(tables: Run) -> None:
    dims = ("platform", "event", "key", "form")
    planted = {tuple(f[d] for d in dims): f["n"] for f in tables.truth["forms"]}
    cells = tables.cells("form_share", "platform", "event", "side", "key", "form")
    got = {(p, e, k, f): n for (p, e, side, k, f), (n, _) in cells.items() if side == "server" and k in FORMS}
    assert got == planted
    assert {form for _, _, key, form in planted if key == "em"} == {*FORMS["em"], "sha256_hex"}


def test_alterations_and_disagreements_are_the_truth(tables: Run) -> None:
    dims = ("platform", "event", "variant")
    planted = {tuple(a[d] for d in dims): a["n"] for a in tables.truth["alterations"]}
    assert {k: n for k, (n, _) in tables.cells("id_alteration", *dims).items()} == planted
    pairs = {(p["platform"], p["event"]): p for p in tables.truth["pairs"]}
    of = {"value_agreement": "value_differs", "currency_agreement": "currency_differs", "within_5_minutes": "late"}
    for metric, fault in of.items():
        cells = tables.cells(metric, "platform", "event")
        valued = metric == "within_5_minutes"
        want = {k: (p["n"] - p[fault], p["n"]) for k, p in pairs.items() if valued or k[1] != "page_view"}
        assert cells == want


def test_the_ledger_holds_what_people_bought(tables: Run) -> None:
    """Every purchase reported is in it but those of bots; each is reported to one platform."""
    bots = {c["platform"]: c["n"] for c in tables.truth["causes"] if (c["cause"], c["event"]) == ("bot", "purchase")}
    unknown = tables.cells("orders_unknown", "platform", "side")
    assert bots and all(
        n == (0 if side == "browser" else bots[p]) for (p, side), (n, _) in unknown.items() if side != "counted"
    )
    coverage = tables.cells("order_coverage", "platform", "side")
    meta, tiktok = (coverage[p, "counted"] for p in ("meta", "tiktok"))
    assert meta[1] == tiktok[1] >= meta[0] + tiktok[0] > 0.95 * meta[1]


def test_logs_of_requests_give_the_same_causes(tmp_path: Path) -> None:
    plan = Plan(15_000, seed=3, days=2, faults=Faults(outage=(20,)))
    found = run(tmp_path, plan, logs=True).found
    assert {k: (r.precision, r.recall) for k, r in found.items()} == dict.fromkeys(found, (1.0, 1.0))
    assert len(found) >= 23


def test_plain_sql_gives_the_same_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written a second time, by other means, over the flat text: the peer of bench/run."""
    monkeypatch.syspath_prepend(Path(__file__).resolve().parents[1] / "bench" / "peers")
    ours, peer = import_module("ours"), import_module("with_duckdb")
    forms = {key: {f: rate for f, rate in shares.items() if f != "double"} for key, shares in FORMS.items()}
    generate(tmp_path, Plan(20_000, seed=9, days=3, faults=Faults(forms=forms, outage=OUTAGE)))
    mine, theirs = ours.cells_of(audit(tmp_path / "events")), peer.answer(tmp_path / "events")
    assert mine == theirs and len(mine) > 400


def test_without_ids_of_people_some_faults_leave_no_trace(tmp_path: Path) -> None:
    """A copy without event id, order or person cannot be told from a lost one: what is named then is what the evidence
    shows. Other causes do not suffer."""
    rates = dict.fromkeys(RATES, 0.0) | {"browser_id_missing": 0.1, "id_other": 0.1, "id_case": 0.1, "unexplained": 0.1}
    found = run(tmp_path, Plan(8_000, seed=5, days=2, faults=Faults(rates, {}, anonymous=1.0))).found
    assert found["browser", "browser_id_missing"].recall == 1
    missing, altered = found["server", "browser_id_missing"], found["browser", "id_altered"]
    assert missing.precision == 1 and missing.recall < 0.2  # purchases, which the order joins
    assert altered.precision == 1 and 0.5 < altered.recall < 0.65  # changes of case, and purchases
    assert found["server", "browser_blocked"].planted == 0 and found["server", "browser_blocked"].named > 0
    assert found["browser", "unexplained"].recall == 1 and found["browser", ""].recall == 1


def test_a_clock_that_is_an_hour_ahead_is_told(tmp_path: Path) -> None:
    faults = Faults(dict.fromkeys(RATES, 0.0), {}, skew_s=3600)
    found = run(tmp_path, Plan(6_000, days=2, platforms=("meta",), faults=faults))
    assert found.cells("clock_drift", "platform", "variant").keys() == {("meta", "time_zone")}
    assert {k: r.recall for k, r in found.found.items()} == {("browser", ""): 1, ("server", ""): 1}


def test_same_numbers_same_log(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, Plan(500, seed=seed, days=1))
    rows = {
        name: [
            duckdb.sql(f"SELECT * FROM '{tmp_path / name}/events/{side}.parquet'").fetchall()
            for side in ("browser", "server")
        ]
        for name in "abc"
    }
    assert rows["a"] == rows["b"] != rows["c"]
    assert (tmp_path / "a/truth/truth.json").read_text() == (tmp_path / "b/truth/truth.json").read_text()


@pytest.mark.parametrize("events", [1, 3, 1001])
def test_counts_in_the_truth_are_those_of_the_tables(events: int, tmp_path: Path) -> None:
    rows = generate(tmp_path, Plan(events, days=1, platforms=("meta",)))["rows"]
    for side, n in rows.items():
        path = tmp_path / "events" / f"{side}.parquet"
        assert duckdb.sql(f"SELECT count(*), count(*) FILTER (WHERE platform = 'meta') FROM '{path}'").fetchall() == [
            (n, n)
        ]
    assert abs(sum(rows.values()) - 1.9 * events) <= max(2, 0.05 * events)


def test_rates_of_the_command_line_reach_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = [text for fault in RATES for text in (f"--{fault.replace('_', '-')}", "0")]
    main([str(tmp_path), "--events", "2000", "--days", "2", *nothing, "--unexplained", "0.5", "--form", "em:md5=0.6",
          "--outage", "5", "--platform", "tiktok"])  # fmt: skip
    truth = json.loads((tmp_path / "truth" / "truth.json").read_text())
    causes = {
        c: sum(row["n"] for row in truth["causes"] if row["cause"] == c) for c in ("unexplained", "server_outage")
    }
    assert {row["cause"] for row in truth["causes"]} == set(causes)
    assert 900 < causes["unexplained"] < 1100 and 30 < causes["server_outage"] < 60
    md5 = sum(row["n"] for row in truth["forms"] if (row["key"], row["form"]) == ("em", "md5"))
    assert 0.55 < md5 / truth["rows"]["server"] < 0.65
    assert capsys.readouterr().out.startswith(
        f"{truth['rows']['browser']} browser and {truth['rows']['server']} server events"
    )


@pytest.mark.parametrize("bad", [["--unexplained", "1.5"], ["--bot", "-1"], ["--form", "em:nothing=0.1"], ["--form", "xx:md5=0.1"],
                                 ["--outage", "0"], ["--outage", "23"], ["--events", "0"]])  # fmt: skip
def test_numbers_that_make_no_log_are_refused(bad: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        main([str(tmp_path / "out"), "--days", "1", *bad])
    assert stop.value.code == 2 and not (tmp_path / "out").exists()
