"""No request gives a password or token away.

## When it fails
A capture shows a password, session or access token, signed token (JWT) or private key in a page address, title or
referrer that an ad platform gets, or in a request to it. It warns when other hosts get it. Only kind, length and place
are shown.
## Why it matters
A link to reset a password or to log in without one works for whoever reads it: page addresses stand in reports,
server logs and the tools of every company on the page. With a conversion API token anybody can invent conversions.
## How to fix
Exchange the token for a session on the first page and redirect to an address without it, before any tag fires. Call
conversion APIs from the server only. Revoke what was exposed.
## Sources
- official, 2026-11-24: cwe.mitre.org/data/definitions/598.html: sensitive query strings in GET requests
- community, 2026-11-24: OWASP ASVS 4.0 8.3.1: sensitive data in body or headers, never in query parameters
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.outcome import Finding, Reason, Severity, State
from ...core.traffic import Traffic
from ._leaks import PAGE, findings, har, hit

_FIX = "Revoke what was shown; exchange it for a session and redirect to an address without it before tags fire."


@check(row="X6", severity=Severity.HIGH, needs=("har",))
def no_secrets_in_requests(traffic: Traffic) -> Iterator[Finding | Reason]:
    leaks = [x for x in traffic.leaks if x.what == "secret"]
    yield from findings(leaks, _FIX)
    if not leaks:
        yield Reason(State.PASS, f"{len(traffic.requests)} captured requests show no passwords or tokens")


_RESET = f"{PAGE}?reset_token=" + "Ab3dEf6hIj9kLm2n"
EXAMPLES = (
    Example("no token", {"visit.har": har(PAGE, hit())}, "pass"),
    Example("the site's own page has it in its address", {"visit.har": har(_RESET, hit())}, "warn"),
    Example("a platform gets the address with the token", {"visit.har": har(PAGE, hit(dl=_RESET))}, "fail"),
)
