"""The platform rates the match quality of purchase at 8 or more.

## When it fails
The Event Match Quality of the purchase event, as the platform reports it, is under 6.0. It warns from 6.0 to under 8.0.
Other events with a score under 6.0 are named beside it.
## Why it matters
The score says how well the platform can find the person behind a conversion. A sale nobody is found for is not credited
to an ad, is lost for audiences, and teaches bidding nothing.
## How to fix
Send more match keys with the server copy: email and phone from the order, the click id and browser id cookies, the
visitor's own address and user agent, and a stable external id. See the roadmap in the report for what each would add.
## Sources
- official, 2026-02-01: Dataset Quality API, event_match_quality.composite_score from 0 to 10
- community, 2026-11-23: common audit checklists: 8.0 and 6.0 as limits for purchase
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.traffic import Diagnostics, EventQuality
from .._rows import quality


@check(row="C4", severity=Severity.HIGH, needs=("diagnostics",), limits=Limits.at_least(8.0, 6.0))
def match_quality_of_purchase(diagnostics: Diagnostics, limits: Limits) -> Iterator[Finding | Reason]:
    rated = [q for q in diagnostics if q.emq is not None and 0 <= q.emq <= 10]
    sales = [q for q in rated if q.event.lower() == "purchase"]
    weak = "".join(f"; {q.event} has {q.emq:.1f}" for q in rated if q not in sales and (q.emq or 0) < limits.warn)
    if not sales:
        yield Reason(State.NOT_RUN, "the saved response holds no match quality of purchase" + weak)
        return
    for sale in sales:
        yield from _finding(sale, weak, limits)
    yield Reason(State.PASS, f"purchase has a match quality of {min(q.emq or 0 for q in sales):.1f}{weak}")


def _finding(sale: EventQuality, weak: str, limits: Limits) -> Iterator[Finding]:
    state = limits.judge(sale.emq or 0.0)
    if state is not State.PASS:
        absent = ", ".join(f"{name} {part:g} %" for name, part in sale.keys if part < 50)
        keys = f"; seldom sent: {absent}" if absent else ""
        yield Finding(
            state,
            f"{sale.event} has a match quality of {sale.emq:.1f}, it should be at least {limits.ok:.1f}{keys}{weak}.",
            (Evidence(f"{sale.file} {sale.event}", f"composite_score {sale.emq:g}"),),
            "Send more match keys with the server copy of purchase: email, phone, external id, click and browser id.",
        )


EXAMPLES = (
    Example("well matched", quality(Purchase=8.0, AddToCart=5.1), "pass"),
    Example("mediocre", quality(Purchase=7.9), "warn"),
    Example("poorly matched", quality(Purchase=5.9), "fail"),
    Example("purchase is not rated", quality(AddToCart=7.0), "not_run"),
)
