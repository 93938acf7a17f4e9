"""The consent default is set before the first tag reads it.

## When it fails
Under 95 % of the browser events whose consent was updated had a default before. It warns under 99 %. Google's `gcd`
shows it letter by letter: an update without a default means the default came late, or never.
## Why it matters
Without a default, tags that fire before the banner answers treat consent as given: identifiers are sent of visitors who
refuse a second later.
## How to fix
Call `gtag('consent', 'default', ...)`, or let the consent template fire, on Consent Initialization - All Pages, before
any other tag; banners that load late need `wait_for_update`.
## Sources
- official code, 2026-11-24: gtag.js release 63p1: letters of `gcd`, wasSetLate
- official, 2026-11-24: developers.google.com/tag-platform/security/guides/consent
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import browser, every, table


@measured(
    row="X7",
    severity=Severity.HIGH,
    needs=("browser_events",),
    metric="consent_default",
    limits=Limits.at_least(0.99, 0.95),
    noun="of the events with an updated consent had a default before",
    side="browser",
)
def consent_default_before_update(cell: Metric) -> str:
    return f"Set the consent default on Consent Initialization, before the tag that sends {cell.dims['event']}."


_SET = '{"ad_storage":"granted","default":"denied"}'
_LATE = '{"ad_storage":"granted","default":"unknown"}'
EXAMPLES = (
    Example("default, then update", table([browser(i, consents=_SET) for i in range(40)]), "pass"),
    Example("update without default", table([browser(i, consents=_LATE) for i in range(40)]), "fail"),
    Example("one in forty", table([browser(i, consents=every(40, _LATE, _SET)) for i in range(40)]), "warn"),
    Example("no consent mode", table([browser(i) for i in range(40)]), "not_run"),
)  # fmt: skip
