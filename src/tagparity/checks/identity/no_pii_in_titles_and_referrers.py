"""No page title or referrer shows personal data in plain text.

## When it fails
A capture shows an email address, phone number, name, card, account or identity number in the page title or the referrer
of a request to an ad platform. It warns when only other hosts get it.
## Why it matters
Titles and referrers go along with every hit without anybody asking for them: greetings ("Welcome, Jane") and the
address of the page before end up in reports that many people read and nobody deletes from.
## How to fix
Keep names and addresses out of page titles, or set the title field of the tags by hand; send
`Referrer-Policy: strict-origin-when-cross-origin`; strip query parameters from `page_referrer` in the server container.
## Sources
- official, 2026-11-24: support.google.com/analytics/answer/6366371: titles must be free of personal data
- official, 2026-11-24: w3c.github.io/webappsec-referrer-policy: what each policy sends
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.outcome import Finding, Reason, Severity, State
from ...core.traffic import Traffic
from ._leaks import MAIL, PAGE, findings, har, hit

_FIX = "Keep the {what} out of page titles and of the addresses of pages, and cut the referrer to its origin."


@check(row="X6", severity=Severity.HIGH, needs=("har",))
def no_pii_in_titles_and_referrers(traffic: Traffic) -> Iterator[Finding | Reason]:
    leaks = [x for x in traffic.leaks if x.place in ("title", "referrer") and x.what != "secret"]
    yield from findings(leaks, _FIX)
    if not leaks:
        yield Reason(State.PASS, f"titles and referrers of {len(traffic.requests)} requests show no personal data")


EXAMPLES = (
    Example("clean title and referrer", {"visit.har": har(PAGE, hit(dt="Thank you", dr=PAGE))}, "pass"),
    Example("an email in the title", {"visit.har": har(PAGE, hit(dt=f"Welcome {MAIL}"))}, "fail"),
    Example("an email in the referrer", {"visit.har": har(PAGE, hit(dr=f"{PAGE}?mail={MAIL}"))}, "fail"),
)
