"""Identifiers are hashed before they leave for the platform.

## When it fails
Over 2 % of the present server values of a key the platform wants hashed (email, phone, names, birth date, gender, and
address parts where the platform hashes them) are plain text. It warns over 0.5 %.
## Why it matters
Plain personal data in the request breaks the platform's terms and, in most countries, the law; it ends up in logs on
the way. Some platforms refuse the value, so the match is lost as well.
## How to fix
Normalise and hash with SHA-256 in the server tag, and find the path that goes around it: usually one form, one payment
method or one app that fills the key itself.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
- community, 2026-11-23: stape-io/facebook-tag#14, #23: diagnostics after plain match keys were sent
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from ...core.platform import Form, Hashing
from .._rows import both, every, hashed, table
from ..identity._forms import judge_bad, values

_FIX = "Hash this key with SHA-256 (after trimming and lower-casing) before the server sends it, on every path."


@check(row="C6", severity=Severity.CRITICAL, needs=("server_events",), limits=Limits.at_most(0.005, 0.02))
def identifiers_hashed_before_sending(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for c in values(metrics, side="server") if c.rule.hashing is Hashing.REQUIRED]
    yield from judge_bad(cells, (Form.PLAIN, Form.WRONG_TYPE), limits, metrics.minimum_count, "sent unhashed", _FIX)


def _plain(n: int) -> dict[str, object]:
    return {"em": every(n, lambda i: f"u{i}@x.example", hashed)}


EXAMPLES = (
    Example("all hashed", table(both()), "pass"),
    Example("one email in a hundred is plain", table(both(100, api=_plain(100))), "warn"),
    Example("one email in ten is plain", table(both(40, api=_plain(10))), "fail"),
    Example("too few values", table(both(10)), "not_run"),
)
