"""Every server event names a valid action source.

## When it fails
Under 98 % of the server copies carry an action source the platform knows. It warns under 99.5 %.
## Why it matters
The action source says where the conversion happened and decides how the platform may use it. A missing or unknown value
gets the event, or the whole request it travels in, refused.
## How to fix
Set the action source to one of the platform's own words (for a web shop `website` or `web`), in lower case, and set
another one only for events that come from a shop, a call or a CRM.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, server-event (action_source)
- official code, 2026-11-23: facebook/facebook-python-business-sdk serverside/action_source.py: the values
- official code, 2026-11-23: tiktok/tiktok-business-api-sdk: event_source is web, app, offline or crm
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from ...platforms import PLATFORMS
from .._rows import every, log


@measured(
    row="C7",
    severity=Severity.MEDIUM,
    needs=("server_events",),
    metric="action_source_valid",
    limits=Limits.at_least(0.995, 0.98),
    noun="with an action source the platform knows",
    side="server",
)
def action_source_valid(cell: Metric) -> str:
    known = PLATFORMS.get(cell.dims["platform"])
    words = ", ".join(known.server.action_sources) if known and known.server else "the platform's own words"
    return f"Set the action source of {cell.dims['event']} to one of: {words}."


EXAMPLES = (
    Example("all from the website", log(), "pass"),
    Example("one in a hundred is missing", log(100, action_source=every(100, None, "website")), "warn"),
    Example("a word the platform does not know", log(action_source="WEB"), "fail"),
    Example("too few copies", log(10), "not_run"),
)
