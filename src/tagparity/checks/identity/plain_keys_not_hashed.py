"""What must be plain is not hashed.

## When it fails
Over 2 % of the present values of a key the platform reads as it is (the visitor's address and user agent, click ids,
browser ids, at some platforms the city or country) are digests. It warns over 0.5 %.
## Why it matters
The platform parses these values: a hashed address has no place, a hashed click id no click. The match is lost although
every report says the key is present.
## How to fix
Take these keys out of the list of fields the tag or script hashes; send them as the browser had them.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters (do not hash)
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity
from ...core.platform import HASHED, Form, Hashing
from .._rows import both, every, hashed, table
from ._forms import judge_bad, values

# MD5 and SHA-1 are told for addresses and agents alone: an id of a browser may have 32 hex digits.
_DIGESTS = HASHED | {Form.MD5, Form.SHA1}
_FIX = "Send this key as it is: take it out of the fields that are hashed."


@check(row="X6", severity=Severity.HIGH, needs=(), limits=Limits.at_most(0.005, 0.02))
def plain_keys_not_hashed(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [c for c in values(metrics) if c.rule.hashing is Hashing.NEVER]
    yield from judge_bad(
        cells, _DIGESTS, limits, metrics.minimum_count, "hashed although the platform reads them as they are", _FIX
    )


_FEW = every(100, hashed, "203.0.113.9")
EXAMPLES = (
    Example("plain address and user agent", table(both()), "pass"),
    Example("one in a hundred is hashed", table(both(100, api={"client_ip_address": _FEW})), "warn"),
    Example("hashed addresses", table(both(api={"client_ip_address": hashed})), "fail"),
    Example("user agents as MD5", table(both(api={"client_user_agent": lambda i: hashed(i)[:32]})), "fail"),
    Example("too few values", table(both(10)), "not_run"),
)
