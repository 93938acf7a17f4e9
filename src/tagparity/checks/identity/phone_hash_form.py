"""Phone numbers arrive in the form the platform can use.

## When it fails
Under 95 % of the present server values of phone are in a form the platform can use. It warns under 99 %, and when over
1 % are upper-case hex. Whether the number under the digest was written as the platform wants (with or without `+`)
shows only against known plain values.
## Why it matters
A number that is plain, hashed with another algorithm, cut off or hashed twice matches nobody, and nobody reports it.
## How to fix
Write the number with its country code as the platform wants it, hash it with SHA-256 and send 64 lower-case hex digits.
Digits only at some platforms, `+` and digits at others: one hash does not serve both.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
- community, 2026-11-23: stape-io/facebook-tag#62: hashes made for another platform keep the plus sign
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from .._rows import both, every, hashed, table
from ._forms import WELL_FORMED, well_formed


@check(row="X2", severity=Severity.HIGH, needs=("server_events",), limits=WELL_FORMED)
def phone_hash_form(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    yield from well_formed(metrics, limits, ("ph",))


def _md5(i: int) -> str:
    return hashlib.md5(f"4917000{i:05}".encode(), usedforsecurity=False).hexdigest()


EXAMPLES = (
    Example("lower-case SHA-256", table(both()), "pass"),
    Example("one in forty is MD5", table(both(api={"ph": every(40, _md5, hashed)})), "warn"),
    Example("MD5", table(both(api={"ph": _md5})), "fail"),
    Example("plain", table(both(api={"ph": lambda i: f"4917000{i:05}"})), "fail"),
    Example("no phone numbers", table(both(api={"ph": None})), "not_applicable"),
)
