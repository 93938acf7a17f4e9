"""Names, address, birth date and gender arrive in the form the platform can use.

## When it fails
Under 95 % of the present server values of a name, city, state, zip code, country, birth date or gender are in a form
the platform can use. It warns under 99 %, and when over 1 % are upper-case hex. Only keys the platform wants hashed are
judged.
## Why it matters
These keys narrow down a match where email and phone are missing. In the wrong form they match nobody, and gender or
birth date sent plain are personal data in a log.
## How to fix
Lower-case and trim, bring to the platform's spelling (two-letter country and state, `YYYYMMDD`, `f` or `m`), hash with
SHA-256 and send 64 lower-case hex digits.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
- official code, 2026-11-23: facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager: db and ge pass through unhashed
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from .._rows import both, digest, every, hashed, table
from ._forms import WELL_FORMED, well_formed

KEYS = ("fn", "ln", "ct", "st", "zp", "country", "db", "ge")


@check(row="X3", severity=Severity.MEDIUM, needs=("server_events",), limits=WELL_FORMED)
def names_and_address_hash_form(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    yield from well_formed(metrics, limits, KEYS, hashed_only=True)


EXAMPLES = (
    Example("lower-case SHA-256", table(both(api={"ln": hashed, "country": digest("de")})), "pass"),
    Example("one gender in forty is plain", table(both(api={"ge": every(40, "f", digest("f"))})), "warn"),
    Example("gender and birth date are plain", table(both(api={"ge": "f", "db": "19970216"})), "fail"),
    Example("none is sent", table(both(api={"fn": None})), "not_applicable"),
)
