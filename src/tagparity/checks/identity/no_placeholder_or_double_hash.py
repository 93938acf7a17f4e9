"""No match key holds a placeholder or a value hashed twice.

## When it fails
Over 2 % of the present values of a key, on either side, are a placeholder (empty, `undefined`, `null`, masked, a sample
from a manual, or the hash of one) or are proven to be hashed twice. It warns over 0.5 %.
## Why it matters
All visitors with a placeholder look like one person, so the platform may merge strangers and match none of them. A
value hashed twice matches nobody. Both count as present in every quality score.
## How to fix
Leave a key out when there is no value. Hash at one place only: either in the page or in the server tag, and let the tag
pass on what is already 64 hex digits.
## Sources
- community, 2026-11-23: segmentio/action-destinations#2022, #3720: values hashed twice
- official code, 2026-11-23: facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager: an empty string is hashed
- official, 2026-02-01: developers.facebook.com Conversions API: sample values seen in production
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from ...core.platform import Form, Hashing
from .._rows import both, digest, every, hashed, table
from ._forms import judge_bad, values

_FIX = "Leave the key out when there is no value, and hash it at one place only, in the page or on the server."


@check(row="X5", severity=Severity.HIGH, needs=(), limits=Limits.at_most(0.005, 0.02))
def no_placeholder_or_double_hash(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for c in values(metrics) if c.rule.hashing is not Hashing.NEVER]
    yield from judge_bad(
        cells, (Form.PLACEHOLDER, Form.DOUBLE), limits, metrics.minimum_count, "placeholders or hashed twice", _FIX
    )


_TWICE = both(web={"em": hashed}, api={"em": lambda i: digest(hashed(i))})
EXAMPLES = (
    Example("real values", table(both()), "pass"),
    Example("one in a hundred is undefined", table(both(100, api={"em": every(100, "undefined", hashed)})), "warn"),
    Example("the hash of an empty text", table(both(api={"em": every(2, digest(""), hashed)})), "fail"),
    Example("the server hashes the browser's hash", table(_TWICE), "fail"),
    Example("too few values", table(both(10)), "not_run"),
)
