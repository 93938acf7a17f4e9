"""The browser sends no user data while consent is denied.

## When it fails
Over 1 % of the browser events whose own consent signal says denied carry user data (email, phone, name, address,
external id), plain or hashed. It warns when any does.
## Why it matters
Consent mode lets tags ping without identifiers after a refusal. User data in such a ping, even hashed, is what the
visitor refused.
## How to fix
Give user data to the tags only after consent: bind the user-provided-data variable to the consent state, and check
hand-written tags and automatic collection in the platforms' settings.
## Sources
- official code, 2026-11-24: gtag.js release 63p1: `gcs` and `gcd` carry the state of every hit
- official, 2026-11-24: support.google.com/google-ads/answer/13695607, behaviour when ad_user_data is denied
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import both, browser, every, hashed, table


@measured(
    row="X7",
    severity=Severity.HIGH,
    needs=("browser_events",),
    metric="denied_identified",
    limits=Limits.at_most(0.0, 0.01),
    noun="of the browser events with denied consent carry user data",
    side="browser",
)
def denied_consent_stays_anonymous_in_browser(cell: Metric) -> str:
    return f"Keep user data out of the {cell.dims['platform']} tags of {cell.dims['event']} until consent is given."


EXAMPLES = (
    Example("bare pings", table([browser(i, consent="denied") for i in range(40)]), "pass"),
    Example("hashed addresses", table([browser(i, consent="denied", em=hashed) for i in range(40)]), "fail"),
    Example("a gcs string says denied", table([browser(i, consent="G100", em=hashed) for i in range(40)]), "fail"),
    Example("one in 200", table([browser(i, consent="denied", em=every(200, hashed)) for i in range(200)]), "warn"),
    Example("granted", table([browser(i, consent="granted", em=hashed) for i in range(40)]), "not_run"),
    Example("consent is not recorded", table(both()), "not_run"),
)  # fmt: skip
