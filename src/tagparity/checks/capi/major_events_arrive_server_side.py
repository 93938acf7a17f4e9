"""The major events of the journey arrive from the server.

## When it fails
None of the major events the browser sends (page view, view item, add to cart, begin checkout, purchase, lead, sign up)
arrives from the server. It warns when some do not. An event counts as arriving from one server copy per twenty browser
copies on; how many are lost is a question of the hit ratio.
## Why it matters
Platforms optimise for the steps before the sale as well, and build audiences from them. A step that only the browser
reports is lost with every visitor who blocks the pixel.
## How to fix
Add the missing events to the trigger of the server tag, or to the list of events the integration forwards.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, gtm-server-side (event map)
- official code, 2026-11-23: facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager template.tpl: GA4 names to events
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.measure import Metrics
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from .._rows import LEAD, both, browser, server, table
from ._common import copies

MAJOR = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "generate_lead", "sign_up")
ARRIVES = 0.05


@check(row="C3", severity=Severity.HIGH, needs=("browser_events", "server_events"))
def major_events_arrive_server_side(metrics: Metrics) -> Iterator[Finding | Reason]:
    judged = {
        platform: {e: s for e in MAJOR if (s := events.get(e, {})).get("browser", 0) >= metrics.minimum_count}
        for platform, events in copies(metrics).items()
    }
    if not any(judged.values()):
        yield Reason(State.NOT_RUN, f"not enough data: no major event has {metrics.minimum_count} browser copies")
    for platform, events in judged.items():
        missing = [e for e, sides in events.items() if sides.get("server", 0) < ARRIVES * sides["browser"]]
        if missing:
            yield _finding(platform, events, missing)
    seen = "; ".join(f"{p}: {', '.join(events)}" for p, events in judged.items() if events)
    yield Reason(State.PASS, f"all major events of the browser come from the server too ({seen})")


def _finding(platform: str, events: dict[str, dict[str, float]], missing: list[str]) -> Finding:
    some = len(missing) < len(events)
    spots = tuple(
        Evidence(
            f"events platform={platform} event={e}",
            f"browser {events[e]['browser']:g}, server {events[e].get('server', 0):g}",
        )
        for e in missing
    )
    return Finding(
        State.WARN if some else State.FAIL,
        f"{platform}: {len(missing)} of {len(events)} major events do not come from the server ({', '.join(missing)})",
        spots,
        f"Let the server send {', '.join(missing)} to {platform} as well.",
    )


_LEADS = [browser(i, event_name=LEAD, event_id=f"l{i}", order_id=None) for i in range(40)]
_REFUNDS = [server(i, event_name="Refund") for i in range(40)]
EXAMPLES = (
    Example("every major event has server copies", table(both()), "pass"),
    Example("leads have none", table([*both(), *_LEADS]), "warn"),
    Example("no major event has", table([r for p in zip(_LEADS, _REFUNDS, strict=True) for r in p]), "fail"),
    Example("too few events", table(both(10)), "not_run"),
)
