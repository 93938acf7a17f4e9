"""Every order of the ledger is counted once, with its value.

## When it fails
Against the order ledger a platform counts over 5 % of the money too much or too little, order by order, without netting
one against the other. It warns over 2 %, and where only part of what is possible is over a limit: twins may differ in
value, purchases without an order id may be the orders that seem to be missing, orders may lie hours outside the log,
and a platform with several destinations may count an order once in each. Over 2 % of orders counted in another currency
than the ledger's warn, over 5 % fail; currencies are never added up. Test traffic and refused requests are left out.
These limits are this project's, not a vendor's.
## Why it matters
Bids follow the money the platform believes in. An order counted twice and another one lost look right in the total and
teach the algorithm the wrong customers.
## How to fix
Too much: send a purchase once per order id, with the same event id in both copies, and not again when the thank-you
page is reloaded. Too little: find what keeps orders from both sides (payment methods that skip the thank-you page,
consent, refusals). Wrong value: send the amount the ledger holds, tax and shipping treated alike.
## Sources
- observed, 2026-11-24: limits chosen by this project: ledgers differ by rounding, cancellations, hours of midnight
- official, 2026-02-01: developers.facebook.com Conversions API, deduplicate events: a second copy within 48 hours goes
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Evidence, Finding, Reason, Severity, State, worst
from .._rows import START, Row, both, browser, table
from ..capi._common import enough, finding, share

NO_ORDER_IDS = "purchases without order ids: needs order_id or transaction_id in the events"


@check(row="H3", severity=Severity.HIGH, needs=("orders",), limits=Limits.at_most(0.02, 0.05))
def orders_counted_once(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    judged, not_judged = [], []
    for owed in _rows(metrics, "revenue", side="orders"):
        why = _unfit(metrics, owed)
        if why:
            not_judged.append(Reason(State.NOT_RUN, f"{owed.dims['platform']}: {why}"))
            continue
        under, over, *one = (c for id in ("revenue_under", "revenue_over") for c in _rows(metrics, id, **_place(owed)))
        text = _message(metrics, owed, over, under, limits)
        text += _split(over, one)
        judged.append(text)
        states = [_state(cell, limits) for cell in (over, under)]
        if one and states[0] is State.FAIL:
            states[0] = worst([_state(one[0], limits), State.WARN])
        if worst(states) is not State.PASS:
            more = states[0] is not State.PASS and (over.value or 0) >= (under.value or 0)
            proof = tuple(_proof(c) for c in (over, under, *one))
            yield Finding(worst(states), text, proof, _fix(metrics, owed, more))
    for cell in _rows(metrics, "orders_other_currency"):
        if enough(cell, metrics.minimum_count) and limits.judge(cell.value or 0.0) is not State.PASS:
            text = f"{cell.dims['platform']}: {share(cell)} orders counted in another currency than the ledger's"
            yield finding(limits.judge(cell.value or 0.0), cell, text, "Send the currency the order was paid in.")
    if judged:
        yield Reason(State.PASS, "; ".join(judged))
    yield from not_judged
    if not judged and not not_judged:
        yield Reason(State.NOT_RUN, "not enough data: no order of the ledger lies on a day the events cover")


def _rows(metrics: Metrics, id: str, **dims: str) -> list[Metric]:
    return [m for m in metrics.rows if m.id == id and dims.items() <= m.dims.items()]


def _place(cell: Metric) -> dict[str, str]:
    return {k: cell.dims[k] for k in ("platform", "currency")}


def _unfit(metrics: Metrics, owed: Metric) -> str:
    """Why a platform's amounts in one currency get no verdict; empty when they do."""
    platform, minimum = owed.dims["platform"], metrics.minimum_count
    copies = _rows(metrics, "order_id_presence", platform=platform)
    if (owed.denominator or 0) < minimum or not owed.value:
        return f"not enough data: {owed.denominator:g} orders in {owed.dims['currency']}, a verdict needs {minimum}"
    if (n := sum(c.denominator or 0 for c in copies)) < minimum:
        return f"not enough data: {n:g} purchases reported, a verdict needs {minimum}"
    if not any(c.numerator for c in copies):
        return NO_ORDER_IDS
    if any(c.value == 1.0 for c in _rows(metrics, "orders_unknown", platform=platform, side="counted")):
        return "none of the reported order ids is in the ledger: give one whose order ids are written as in the events"
    return ""


def _share(amount: float | None, cell: Metric) -> float:
    return (amount or 0.0) / (cell.denominator or 1.0)


def _state(cell: Metric, limits: Limits) -> State:
    """Fails when even the low end of the range does; warns when that passes and the value does not."""
    least = limits.judge(_share(cell.value if cell.low is None else cell.low, cell))
    if least is State.PASS and limits.judge(_share(cell.value, cell)) is not State.PASS:
        return State.WARN
    return least


def _amount(cell: Metric, word: str, limits: Limits) -> str:
    text = f"{cell.value or 0:,.2f} {word} ({100 * _share(cell.value, cell):.1f} %"
    if cell.low is not None and cell.high is not None:
        low, high = _share(cell.low, cell), _share(cell.high, cell)
        text += f"; possible {100 * low:.1f} to {100 * high:.1f} %"
        spanned = [b for b in (limits.ok, limits.warn) if low < b < high]
        text += f", which spans the limit of {100 * spanned[0]:g} %" if spanned else ""
    return text + ")"


def _message(metrics: Metrics, owed: Metric, over: Metric, under: Metric, limits: Limits) -> str:
    platform, currency = owed.dims["platform"], owed.dims["currency"]
    unit = "amounts without currency" if currency == "none" else currency
    text = f"{platform}: {_amount(over, 'over', limits)} and {_amount(under, 'under', limits)}"
    text += f" the ledger's {owed.value or 0:,.2f} {unit}"
    for id, words, missing in (
        ("orders_repeated", "orders counted more than once", False),
        ("order_coverage", "orders missing", True),
        ("orders_unknown", "reported orders unknown to the ledger", False),
    ):
        for cell in _counted(metrics, id, platform):
            n = (cell.denominator or 0) - (cell.numerator or 0) if missing else cell.numerator or 0
            text += f"; {n:g} of {cell.denominator:g} {words}" if n else ""
    return text


def _split(over: Metric, one: list[Metric]) -> str:
    """What of the surplus stands in a single destination, where the platform has several and it differs."""
    if not one or one[0].value == over.value:
        return ""
    return f"; {one[0].value or 0:,.2f} over in the destination that counts most"


def _counted(metrics: Metrics, id: str, platform: str) -> list[Metric]:
    return [m for m in _rows(metrics, id, platform=platform) if m.dims.get("side", "counted") == "counted"]


def _proof(cell: Metric) -> Evidence:
    return Evidence(cell.place, f"{cell.numerator or 0:,.2f} of {cell.denominator or 0:,.2f} {cell.dims['currency']}")


def _fix(metrics: Metrics, owed: Metric, more: bool) -> str:
    """The remedy of what weighs most: counted twice or unknown where there is too much, missing where too little."""
    platform = owed.dims["platform"]
    if more and any(c.numerator for c in _counted(metrics, "orders_repeated", platform)):
        return f"Send each order to {platform} once: the same event id in both copies, and no second send on reload."
    if more and any(c.numerator for c in _counted(metrics, "orders_unknown", platform)):
        return f"Find out where purchases of {platform} that are no orders come from: tests, cancelled or made-up ids."
    if not more and any((c.value or 0) < 1 for c in _counted(metrics, "order_coverage", platform)):
        return f"Find what keeps orders from {platform}: payments that skip the thank-you page, consent, refusals."
    return f"Send {platform} the amount the ledger holds, tax, shipping and discounts treated alike."


def ledger(count: int = 40, *, first: int = 0) -> str:
    """An order ledger that agrees with the generated purchases."""
    rows = (f"o{i},{START + i * 60},{10 + i % 50},EUR\n" for i in range(first, first + count))
    return "order_id,time,value,currency\n" + "".join(rows)


def _given(rows: list[Row], text: str) -> dict[str, Any]:
    return {**table(rows), "orders.csv": text}


def _both(count: int = 40, **more: Any) -> list[Row]:
    return both(count, web=more, api=more)


_RELOADED = [browser(i, event_id=f"again{i}") for i in range(10)]
_NET = {"value": lambda i: round((10 + i % 50) * 0.8, 2)}
_BEFORE = "".join(ledger(20).splitlines(keepends=True)[1:])
_EARLY = {"event_time": lambda i: START + i * 60 - 2}
EXAMPLES = (
    Example("every order once", _given(both(), ledger()), "pass"),
    Example("twins differ, the copy that is kept is right", _given(both(api=_NET), ledger()), "pass"),
    Example("twins differ, the copy that is kept is wrong", _given(both(api=_NET | _EARLY), ledger()), "warn"),
    Example("three per cent too much", _given(_both(value=lambda i: (10 + i % 50) * 1.03), ledger()), "warn"),
    Example("two pixels", _given([*_both(destination_id="1"), *_both(destination_id="2")], ledger()), "warn"),
    Example("a reloaded thank-you page", _given([*both(), *_RELOADED], ledger()), "fail"),
    Example("a third of the orders is missing", _given(both(), ledger(60)), "fail"),
    Example("orders the ledger does not know", _given(both(60), ledger()), "fail"),
    Example("another currency", _given(_both(currency="USD"), ledger()), "fail"),
    Example("orders before the log begins", _given(both(first=300), ledger(first=300) + _BEFORE), "warn"),
    Example("no ledger", table(both()), "not_run"),
    Example("too few orders", _given(both(20), ledger(20)), "not_run"),
    Example("no order ids", _given(_both(order_id=None), ledger()), "not_run"),
    Example("ids written otherwise", _given(_both(order_id=lambda i: f"web-{i}"), ledger()), "not_run"),
)
