"""No cookie holds personal data in plain text.

## When it fails
It warns when an answer in a capture sets a cookie with an email address, phone number, card, account or identity number
in plain text, whoever sets it.
## Why it matters
Every script on the page reads first-party cookies, every request of the site repeats them, and container variables of
the type "1st party cookie" pass them on to tags without anybody seeing the value.
## How to fix
Store an opaque id and keep the person's data on the server; where a tag needs a match key, hand it over in the
`dataLayer` on the page that has it.
## Sources
- official, 2026-11-24: datatracker.ietf.org/doc/rfc6265 (section 8): what a cookie does not protect
- official, 2026-11-24: support.google.com/analytics/answer/6366371: no personal data to Google
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.outcome import Finding, Reason, Severity, State
from ...core.traffic import Traffic
from ._leaks import MAIL, PAGE, findings, har, hit

_FIX = "Replace the {what} in this cookie by an opaque id, and let the old cookie expire."


@check(row="X6", severity=Severity.MEDIUM, needs=("har",))
def no_pii_in_cookies(traffic: Traffic) -> Iterator[Finding | Reason]:
    leaks = [x for x in traffic.leaks if x.place == "cookie"]
    for found in findings(leaks, _FIX):
        yield Finding(State.WARN, found.message, found.evidence, found.fix)
    if not leaks:
        yield Reason(State.PASS, f"none of {len(traffic.cookies)} cookies set holds plain personal data")


EXAMPLES = (
    Example("an opaque id", {"visit.har": har(PAGE, hit(), cookie="sid=4f9a1c; Path=/; HttpOnly")}, "pass"),
    Example("an email in a cookie", {"visit.har": har(PAGE, hit(), cookie=f"last_user={MAIL}; Path=/")}, "warn"),
)
