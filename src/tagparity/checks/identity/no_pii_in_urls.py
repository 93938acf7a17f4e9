"""No URL, referrer, page title or payload shows personal data in plain text.

## When it fails
A capture shows an email address, phone number or the like in plain text in a request to an ad platform, or over 0.1 %
of the page addresses in event tables and request logs hold an email address. It warns when any does, and for plain
data in requests to other hosts, the site's own included.
## Why it matters
Addresses are copied into every log, analytics account and referrer on the way, where no deletion request reaches them.
Ad platforms forbid it and shut down accounts or drop the events.
## How to fix
Send forms by POST, take email and phone out of redirects, confirmation links and search boxes, and strip query
parameters in the server container before any tag reads the page address.
## Sources
- official, 2026-11-23: support.google.com/analytics/answer/6366371: no personal data to Google
- observed, 2026-11-23: captures of shops: user data passed as plain parameters to a tagging server
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.traffic import Leak, Traffic
from .._rows import both, every, table
from ..capi._common import enough, judge_cells


@check(row="X6", severity=Severity.CRITICAL, needs=(), limits=Limits.at_least(1.0, 0.999))
def no_pii_in_urls(metrics: Metrics, traffic: Traffic, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for side in ("browser", "server") for c in metrics.of("url_without_email", side=side)]
    ordered = sorted(traffic.leaks, key=_group)
    for _, leaks in groupby(ordered, key=_group):
        yield _finding(list(leaks))
    if any(enough(c, metrics.minimum_count) for c in cells) or not traffic.requests:
        yield from judge_cells(
            cells, limits, metrics.minimum_count, "of the page addresses are free of email addresses", _fix
        )
    elif not ordered:
        yield Reason(State.PASS, f"{len(traffic.requests)} captured requests show no plain personal data")


def _group(leak: Leak) -> tuple[str, str, str, str, str]:
    return leak.platform, leak.host, leak.place, leak.what, leak.param


def _finding(leaks: list[Leak]) -> Finding:
    first = leaks[0]
    param = f" (parameter {first.param})" if first.param else ""
    return Finding(
        State.FAIL if first.platform else State.WARN,
        f"{first.what} in plain text in the {first.place}{param} of {len(leaks)} requests to {first.host}.",
        tuple(Evidence(f"{x.file} entry {x.index}", f"{x.what} in {x.place}") for x in leaks[:20]),
        f"Keep {first.what} out of the {first.place}, or hash it where the platform takes it as a match key.",
    )


def _fix(cell: Metric) -> str:
    return f"Take the email address out of the page address sent with {cell.dims['event']}: strip query parameters."


_CLEAN, _DIRTY = "https://shop.example/thanks?order=12", "https://shop.example/thanks?mail=jane%40x.example"
EXAMPLES = (
    Example("clean addresses", table(both(web={"url": _CLEAN})), "pass"),
    Example("one address in two thousand", table(both(2000, web={"url": every(2000, _DIRTY, _CLEAN)})), "warn"),
    Example("an email in the thank-you page's address", table(both(web={"url": _DIRTY})), "fail"),
    Example("no addresses", table(both(web={"url": None}, api={"url": None})), "not_run"),
)
