"""No request to another company carries personal data in plain text.

## When it fails
A capture shows an email address, phone number, name, card, account or identity number in plain text in a parameter or
body of a browser request to an ad platform: custom parameters, item fields, event names' parameters, JSON inside
parameters, encoded or not. It warns for other companies' hosts. User data sent to the site's own tagging host is
expected and not reported; digests are not plain text.
## Why it matters
The platform either drops the event, or keeps what you had no right to hand over. Free-text fields (search terms, form
messages, error texts) are where it gets in unnoticed.
## How to fix
Hash match keys as the platform asks and send them in its own match-key fields only. Remove form contents and search
terms from custom parameters, or filter them in the server container.
## Sources
- official, 2026-11-24: support.google.com/analytics/answer/6366371: user input must be cleaned before it is sent
- observed, 2026-11-23: captures of shops: user data passed as plain parameters
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.outcome import Finding, Reason, Severity, State
from ...core.traffic import Traffic
from ._leaks import MAIL, PAGE, findings, har, hit

_FIX = "Remove the {what} from this parameter, or hash it and send it in the field the platform has for it."


@check(row="X6", severity=Severity.CRITICAL, needs=("har",))
def no_pii_in_payloads(traffic: Traffic) -> Iterator[Finding | Reason]:
    leaks = [x for x in traffic.leaks if x.place == "payload" and x.what != "secret"]
    yield from findings(leaks, _FIX)
    if not leaks:
        yield Reason(State.PASS, f"{len(traffic.requests)} captured requests carry no plain personal data")


_DIGEST = "2a539d6520266b56c3b0c525b9e6128858baeccb5ee9b694a2906e123c8d6dd3"
EXAMPLES = (
    Example("a hashed match key", {"visit.har": har(PAGE, hit(**{"ep.em": _DIGEST}))}, "pass"),
    Example("an email in a custom parameter", {"visit.har": har(PAGE, hit(**{"ep.form_value": MAIL}))}, "fail"),
    Example("a phone number in JSON", {"visit.har": har(PAGE, hit(**{"ep.form": '{"phone": "+4930901820"}'}))}, "fail"),
    Example("a chat service gets an email", {"visit.har": har(PAGE, hit(), f"https://chat.example.net/x?user={MAIL}")},
            "warn"),
)  # fmt: skip
