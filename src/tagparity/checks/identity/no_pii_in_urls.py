"""No page address shows personal data in plain text.

## When it fails
A capture shows an email address, phone number, name, card, account or identity number in plain text in the path, query
or fragment of a page address that an ad platform gets, however often it is encoded; or over 0.1 % of the page addresses
in event tables and request logs show any. It warns when any does, and for addresses that other hosts get,
the site's own included.
## Why it matters
Addresses are copied into every log, analytics account and referrer on the way, where no deletion request reaches them.
Ad platforms forbid it and shut down accounts or drop the events.
## How to fix
Send forms by POST, take email and phone out of redirects, confirmation links and search boxes, and strip query
parameters in the server container before any tag reads the page address.
## Sources
- official, 2026-11-23: support.google.com/analytics/answer/6366371: no personal data to Google
- official, 2026-11-24: support.google.com/analytics/answer/6366371: path and parameters must be free of it
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Finding, Reason, Severity, State
from ...core.traffic import Traffic
from .._rows import both, every, table
from ..capi._common import enough, judge_cells
from ._leaks import PAGE, findings, har, hit


@check(row="X6", severity=Severity.CRITICAL, needs=(), limits=Limits.at_least(1.0, 0.999))
def no_pii_in_urls(metrics: Metrics, traffic: Traffic, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for side in ("browser", "server") for c in metrics.of("url_without_email", side=side)]
    found = list(findings((x for x in traffic.leaks if x.place == "url" and x.what != "secret"), _LEAK_FIX))
    yield from found
    if any(enough(c, metrics.minimum_count) for c in cells) or not traffic.requests:
        yield from judge_cells(
            cells, limits, metrics.minimum_count, "of the page addresses are free of personal data", _fix
        )
    elif not found:
        yield Reason(State.PASS, f"the addresses in {len(traffic.requests)} captured requests show no personal data")


def _fix(cell: Metric) -> str:
    return f"Take personal data out of the page address sent with {cell.dims['event']}: strip query parameters."


_LEAK_FIX = (
    "Take the {what} out of the page's address (POST instead of GET, an opaque id instead of the value), and strip the "
    "parameter in the server container."
)
_CLEAN, _DIRTY = "https://shop.example/thanks?order=12", "https://shop.example/thanks?mail=jane%40x.example"
EXAMPLES = (
    Example("clean addresses", table(both(web={"url": _CLEAN})), "pass"),
    Example("one address in two thousand", table(both(2000, web={"url": every(2000, _DIRTY, _CLEAN)})), "warn"),
    Example("an email in the thank-you page's address", table(both(web={"url": _DIRTY})), "fail"),
    Example("a capture of a clean page", {"visit.har": har(PAGE, hit())}, "pass"),
    Example("an email, encoded twice", {"visit.har": har(PAGE, hit(dl=f"{PAGE}?m=jane%2540x.example"))}, "fail"),
    Example("no addresses", table(both(web={"url": None}, api={"url": None})), "not_run"),
)
