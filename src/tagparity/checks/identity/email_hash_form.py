"""Email addresses arrive in the form the platform can use.

## When it fails
Under 95 % of the present server values of email are in a form the platform can use. It warns under 99 %, and when over
1 % are upper-case hex, which the platforms document in lower case.
## Why it matters
The platform compares digests letter by letter. A value in another form (plain, MD5, cut off, base64 for hex, hashed
twice) matches nobody, and nobody reports it as an error.
## How to fix
Trim and lower-case the address, hash it with SHA-256 and send 64 lower-case hex digits (or the encoding the platform's
own tag uses). The finding names the forms that were seen.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
- official code, 2026-11-23: facebook/capi-param-builder: a suffix of 2 or 8 characters is sent as it is
- official code, 2026-11-23: gtag.js release 63p1: base64url digests
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from .._rows import both, every, hashed, table
from ._forms import WELL_FORMED, well_formed


@check(row="X1", severity=Severity.HIGH, needs=("server_events",), limits=WELL_FORMED)
def email_hash_form(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    yield from well_formed(metrics, limits, ("em",))


def _cut(i: int) -> str:
    return hashed(i)[:50]


EXAMPLES = (
    Example("lower-case SHA-256", table(both()), "pass"),
    Example("with the builder's suffix", table(both(api={"em": lambda i: hashed(i) + ".AQIBAQEA"})), "pass"),
    Example("upper-case hex", table(both(api={"em": lambda i: hashed(i).upper()})), "warn"),
    Example("one in forty is cut off", table(both(api={"em": every(40, _cut, hashed)})), "warn"),
    Example("cut off", table(both(api={"em": _cut})), "fail"),
    Example("no emails at all", table(both(api={"em": None})), "not_applicable"),
    Example("too few emails", table(both(api={"em": every(4, hashed)})), "not_run"),
)
