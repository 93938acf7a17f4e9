"""Visitors who denied consent are not reported with identifiers.

## When it fails
Over 1 % of the actions whose visitor denied consent are reported by the server with an identifier, hashed or not. It
warns when any is. Denied is what the server's copy says, or the browser's copy of the same action, joined by its id.
## Why it matters
A hash of an email is personal data. Sending it after a refusal breaks the law in most of Europe and the platforms' own
consent rules, whatever the browser's banner says.
## How to fix
Pass the consent state to the server with each event and let server tags read it before they send; where it is denied,
send nothing, or only what the platform takes without identifiers.
## Sources
- community, 2026-11-23: Facebook-Pixel-for-Wordpress#50, facebook-for-woocommerce#2748: consent ignored
- official code, 2026-11-23: stape-io/facebook-tag template.tpl: adStorageConsent and x-ga-gcs are read
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import both, browser, every, table


@measured(
    row="X7",
    severity=Severity.HIGH,
    needs=("server_events",),
    metric="denied_identified",
    limits=Limits.at_most(0.0, 0.01),
    noun="of the actions with denied consent are reported by the server with identifiers",
    side="server",
)
def denied_consent_sends_no_identifiers(cell: Metric) -> str:
    return (
        f"Let the server read the consent state before it sends {cell.dims['event']}, and drop identifiers when denied."
    )


_NO = {"em": None, "ph": None, "fn": None, "external_id": None, "fbp": None}
_KEPT = [browser(i, consent="denied") for i in range(100, 140)]
_DENIED = {"consent": "denied"}
_ASKED = both(web={"consent": "granted"})
EXAMPLES = (
    Example("denied visitors stay in the browser", table([*_ASKED[:9], *_KEPT, *_ASKED[9:]]), "pass"),
    Example("the server reports them all the same", table([*_ASKED, *both(web=_DENIED, first=100)]), "fail"),
    Example("reported without identifiers", table([*_ASKED, *both(web=_DENIED, api=_NO, first=100)]), "pass"),
    Example("only the server's copies say so", table(both(api=_DENIED)), "fail"),
    Example("consent is not recorded", table(both()), "not_run"),
    Example("one in a hundred slips through", table([*both(110, web={"consent": every(110, "denied", "granted")}),
            *[browser(i, consent="denied") for i in range(200, 320)]]), "warn"),
)  # fmt: skip
