"""The order ledger joined with both sides: planted orders, amounts and days come back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

import tagparity
from conftest import Folder, Row
from tagparity.core.measure import Metric

START = 1_790_035_200  # 2026-09-22, midnight UTC
DAY = 86_400


def copy(side: str, i: int, **more: Any) -> Row:
    """One Meta purchase of order i, worth 10; the server's copy is two seconds later."""
    row = {
        "side": side, "platform": "meta", "event_name": "Purchase", "event_id": f"e{i}", "order_id": f"o{i}",
        "event_time": START + 3600 + 60 * i + (2 if side == "server" else 0), "value": 10, "currency": "EUR",
    }  # fmt: skip
    return {k: v for k, v in (row | more).items() if v is not None}


def pair(i: int, web: Row | None = None, api: Row | None = None, **more: Any) -> list[Row]:
    return [copy("browser", i, **(more | (web or {}))), copy("server", i, **(more | (api or {})))]


def line(i: int, value: object = 10, currency: str = "EUR", day: int = 0) -> str:
    return f"o{i},{START + 3600 + 60 * i + day * DAY},{value},{currency}\n"


class Result:
    """Metrics of an audit, looked up by id and dims."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.cells = {(m.id, frozenset(m.dims.items())): m for m in metrics}

    def cell(self, id: str, **dims: str) -> Metric | None:
        return self.cells.get((id, frozenset({"platform": "meta", **dims}.items())))

    def counts(self, id: str, **dims: str) -> tuple[float | None, float | None]:
        found = self.cell(id, **dims)
        assert found, (id, dims)
        return found.numerator, found.denominator

    def money(self, id: str, currency: str = "EUR", **dims: str) -> tuple[float | None, ...]:
        """(value, low, high)"""
        found = self.cell(id, currency=currency, **dims)
        assert found, (id, currency, dims)
        return found.value, found.low, found.high


Audit = Callable[..., Result]


@pytest.fixture
def audit(folder: Folder) -> Audit:
    """Writes an event table and ledgers, and measures them."""

    def run(rows: list[Row], *ledgers: list[str], head: str = "order_id,time,value,currency") -> Result:
        folder.put("events.jsonl", list(rows))
        for n, lines in enumerate(ledgers):
            folder.put(f"orders{n}.csv", head + "\n" + "".join(lines))
        return Result(tagparity.audit(folder.path).metrics)

    return run


def test_without_a_ledger_only_what_is_reported_and_counted(audit: Audit) -> None:
    result = audit([*pair(1), *pair(2), copy("browser", 3), copy("server", 4, value=7.5)])
    assert result.money("revenue", side="browser") == (30, None, None)
    assert result.money("revenue", side="server") == (27.5, None, None)
    assert result.money("revenue", side="counted") == (37.5, None, None)
    assert {id for id, _ in result.cells if "order" in id or id.startswith("revenue")} == {"revenue"}


def test_missing_orders(audit: Audit) -> None:
    rows = [row for i in range(6) for row in pair(i)] + [copy("browser", 6), copy("server", 7)]
    result = audit(rows, [line(i) for i in range(10)])
    assert result.counts("order_coverage", side="browser") == (7, 10)
    assert result.counts("order_coverage", side="server") == (7, 10)
    assert result.counts("order_coverage", side="counted") == (8, 10)
    assert result.counts("orders_unknown", side="counted") == (0, 8)
    assert result.counts("revenue", currency="EUR", side="orders") == (100, 10)
    assert result.counts("revenue_under", currency="EUR") == (20, 100)
    assert result.counts("revenue_over", currency="EUR") == (0, 100)


def test_doubled_orders_and_lost_ones_are_not_netted(audit: Audit) -> None:
    rows = [row for i in range(4) for row in pair(i)]
    rows.append(copy("browser", 0, event_id="reload", event_time=START + 9000))  # same order, new id: counts again
    rows.append(copy("browser", 1, event_time=START + 9000))  # same order and id: part of the merged action
    rows += pair(4, api={"event_id": "other"})  # both copies of one order, never merged
    result = audit(rows, [line(i) for i in range(7)])
    assert result.counts("revenue", currency="EUR", side="counted") == (70, 7)
    assert result.counts("revenue_over", currency="EUR") == (20, 70)
    assert result.counts("revenue_under", currency="EUR") == (20, 70)
    assert result.counts("orders_repeated") == (2, 5)


def test_wrong_value_on_both_sides_is_exact_and_on_one_a_range(audit: Audit) -> None:
    rows = [*pair(0, value=12), *pair(1, value=7), *pair(2, api={"value": 6}), *pair(3, web={"value": 15}), *pair(4)]
    rows += pair(5, web={"event_time": START + 9002}, api={"event_time": START + 9000, "value": 9})  # server first
    result = audit(rows, [line(i) for i in range(6)])
    assert result.money("revenue", side="counted") == (63, 54, 64)
    assert result.money("revenue_over") == (2 + 5, 2, 2 + 5)
    assert result.money("revenue_under") == (3 + 1, 3, 3 + 4 + 1)


def test_cents_add_up_exactly(audit: Audit) -> None:
    rows = [row for i in range(300) for row in pair(i, value=0.1)]
    result = audit(rows, [line(i, "0.10") for i in range(300)])
    assert result.money("revenue", side="counted") == (30.0, None, None)
    assert result.money("revenue", side="orders") == (30.0, None, None)
    assert result.money("revenue_over") == result.money("revenue_under") == (0, None, None)


def test_unknown_orders_count_over_inside_the_days_of_the_ledger(audit: Audit) -> None:
    later = START + 5 * DAY
    rows = [row for i in range(5) for row in pair(i)] + pair(90, event_time=later, value=99) + [copy("server", 8)]
    result = audit(rows, [line(i) for i in range(4)])
    assert result.counts("orders_unknown", side="browser") == (1, 5)
    assert result.counts("orders_unknown", side="server") == (2, 6)
    assert result.counts("orders_unknown", side="counted") == (2, 6)
    assert result.counts("revenue_over", currency="EUR") == (20, 40)
    assert result.counts("orders_repeated") == (0, 4)


def test_refunds_are_no_sale_and_no_unknown_order(audit: Audit) -> None:
    refund = copy("server", 1, event_name="Refund", event_id="r1")
    result = audit([*pair(0), *pair(1), *pair(2), refund], [line(0), line(1), line(1, -10), line(2, -10)])
    assert result.counts("revenue", currency="EUR", side="orders") == (20, 2)
    assert result.counts("orders_unknown", side="counted") == (0, 3)
    assert result.counts("revenue_over", currency="EUR") == (0, 20)
    assert result.counts("revenue_under", currency="EUR") == (0, 20)


def test_two_currencies_are_never_added_up(audit: Audit) -> None:
    rows = [*pair(0), *pair(1, currency="USD"), *pair(2, currency="USD"), *pair(3, web={"currency": "USD"})]
    result = audit(rows, [line(0), line(1, 10, "USD"), line(2), line(3)])
    assert result.money("revenue", side="orders") == (30, None, None)
    assert result.money("revenue", "USD", side="orders") == (10, None, None)
    assert result.money("revenue", side="counted") == (10, 10, 20)
    assert result.money("revenue", "USD", side="counted") == (30, 20, 30)
    assert result.money("revenue_under") == (20, 10, 20)
    assert result.money("revenue_over", "USD") == (20, 10, 20)
    assert result.counts("orders_other_currency") == (2, 4)


def test_amounts_without_currency_take_the_only_one(audit: Audit) -> None:
    result = audit([*pair(0, currency=None), *pair(1, currency="eur")], [line(0), line(1, 10, "")])
    assert result.money("revenue", side="orders") == (20, None, None)
    assert result.money("revenue_over") == result.money("revenue_under") == (0, None, None)


def test_orders_outside_covered_days_are_not_missed(audit: Audit) -> None:
    rows = [*pair(0), *pair(1), copy("browser", 2, event_time=START + DAY + 7200)]
    result = audit(rows, [line(0), line(1), line(2, day=1), line(3, day=1), line(4, day=2), line(5, day=-1)])
    assert result.counts("order_coverage", side="browser") == (3, 4)
    assert result.counts("order_coverage", side="server") == (2, 2)
    assert result.counts("order_coverage", side="counted") == (2, 2)
    assert result.counts("revenue", currency="EUR", side="orders") == (20, 2)
    assert result.counts("revenue_under", currency="EUR") == (0, 20)


def test_orders_hours_outside_the_log_may_be_missed_by_nobody(audit: Audit) -> None:
    rows = [*pair(600), *pair(601), *pair(602)]
    result = audit(rows, [line(i) for i in (100, 539, 541, 600, 601, 602, 661, 663)])
    assert result.counts("order_coverage", side="counted") == (3, 8)
    assert result.money("revenue_under") == (50, 20, 50)


def test_tests_refusals_and_other_events_take_no_part(audit: Audit) -> None:
    rows = [*pair(0), copy("server", 1, test_event_code="TEST1"), copy("server", 2, status="400")]
    rows.append(copy("browser", 3, event_name="InitiateCheckout"))
    result = audit(rows, [line(i) for i in range(4)])
    assert result.counts("order_coverage", side="counted") == (1, 4)
    assert result.counts("revenue_under", currency="EUR") == (30, 40)
    assert result.money("revenue", side="server") == (10, None, None)


def test_purchases_of_unknown_order_may_be_the_missing_ones(audit: Audit) -> None:
    rows = [*pair(0), *pair(1, web={"order_id": None}), *pair(2, order_id=None), copy("server", 3, order_id=None)]
    result = audit(rows, [line(i) for i in range(5)])
    assert result.counts("order_id_presence", side="browser") == (2, 3)
    assert result.counts("order_id_presence", side="server") == (2, 4)
    assert result.money("revenue_under") == (30, 10, 30)


def test_a_ledger_read_twice_counts_once_and_lines_of_an_order_add_up(audit: Audit) -> None:
    one = [line(0, 4), line(0, 6), line(1)]
    result = audit([*pair(0), *pair(1), *pair(2)], one, [*one, line(2)])
    assert result.counts("revenue", currency="EUR", side="orders") == (30, 3)
    assert result.counts("revenue_over", currency="EUR") == (0, 30)


def test_decimal_commas(audit: Audit) -> None:
    rows = [*pair(0, value=12.5), *pair(1, value=1250), *pair(2, value=1250.5)]
    lines = [line(0, '"12,5"'), line(1, '"1,250"'), line(2, '"1.250,50"')]
    result = audit(rows, lines)
    assert result.money("revenue", side="orders") == (2513, None, None)
    assert result.money("revenue_over") == result.money("revenue_under") == (0, None, None)


def test_a_ledger_without_times_or_readable_amounts(audit: Audit) -> None:
    result = audit(
        [*pair(0), *pair(1), *pair(2)], ["o0,10,EUR\n", "o1,none,EUR\n", "o9,10,EUR\n"], head="order_id,value,currency"
    )
    assert result.cell("order_coverage", side="counted") is None
    assert result.counts("orders_unknown", side="counted") == (1, 3)
    assert result.counts("revenue_over", currency="EUR") == (10, 10)
    assert result.counts("revenue_under", currency="EUR") == (0, 10)


def test_each_destination_counts_for_itself(audit: Audit) -> None:
    rows = [row for i in range(3) for d in ("11", "22") for row in pair(i, destination_id=d)]
    rows.append(copy("browser", 0, event_id="again", destination_id="11", event_time=START + 9000))
    result = audit(rows, [line(i) for i in range(3)])
    assert result.counts("revenue_over", currency="EUR") == (40, 30)
    assert result.counts("revenue_over", currency="EUR", scope="destination") == (10, 30)


def test_the_order_of_evidence_changes_nothing(audit: Audit) -> None:
    rows = [row for i in range(40) for row in pair(i, value=i + 0.37, api={"value": i + 0.11 * (i % 3)})]
    lines = [line(i, i + 0.37) for i in range(45)]
    first, again = audit(rows, lines), audit(rows[::-1], lines[::-1])
    names = ("order", "revenue")
    assert {k: v for k, v in first.cells.items() if k[0].startswith(names)} == {
        k: v for k, v in again.cells.items() if k[0].startswith(names)
    }
