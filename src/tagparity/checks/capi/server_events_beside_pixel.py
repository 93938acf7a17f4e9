"""Server events run beside the pixel on every platform in use.

## When it fails
A platform has browser events and no accepted server event. It warns when the platform has server events, but not for
every conversion event the browser sends. Platforms that count each copy for itself are judged only on events they have
a key for.
## Why it matters
Blockers, browser limits and lost connections take a part of the browser's events. Without a server copy the platform
never learns of those sales, reports too few, and bids on the visitors whose browsers block least.
## How to fix
Connect the platform's conversion API: a tag in the server container, the platform's gateway or the shop system's own
integration. Send every conversion event the pixel sends, with the pixel's event id.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, best-practices (send what the pixel sends)
- official code, 2026-11-23: tiktok/gtm-template-eapi: server events beside the pixel with the same event id
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.measure import Metrics
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...tables.metrics import CONVERSIONS
from .._rows import LEAD, both, browser, server, table
from ._common import copies, total

Events = dict[str, dict[str, float]]


@check(row="C1", severity=Severity.CRITICAL, needs=("browser_events", "server_events"))
def server_events_beside_pixel(metrics: Metrics) -> Iterator[Finding | Reason]:
    found, minimum = copies(metrics), metrics.minimum_count
    judged = {p: e for p, e in found.items() if total(e, "browser") >= minimum}
    if not judged:
        most = max((total(e, "browser") for e in found.values()), default=0)
        yield Reason(State.NOT_RUN, f"not enough data: {most:g} browser events of a platform, {minimum} are needed")
    for platform, events in judged.items():
        yield from _findings(platform, events, minimum)
    if judged:
        yield Reason(State.PASS, f"both sides report to {', '.join(judged)}")


def _findings(platform: str, events: Events, minimum: int) -> Iterator[Finding]:
    seen, sent = total(events, "browser"), total(events, "server")
    if not sent:
        yield Finding(
            State.FAIL,
            f"{platform}: pixel only, {seen:g} browser events and no server event.",
            (Evidence(f"events platform={platform}", f"browser {seen:g}, server 0"),),
            f"Send {platform}'s conversion events from the server too, with the pixel's event ids.",
            Grade.LIKELY,
        )
        return
    missing = [e for e in CONVERSIONS if _browser_only(events.get(e, {}), minimum)]
    if missing:
        yield Finding(
            State.WARN,
            f"{platform}: {', '.join(missing)} come from the browser only, although the server sends {sent:g} events.",
            tuple(_spot(platform, e, events[e]) for e in missing),
            f"Add {', '.join(missing)} to what the server sends to {platform}.",
        )


def _browser_only(sides: dict[str, float], minimum: int) -> bool:
    return sides.get("browser", 0) >= minimum and not sides.get("server")


def _spot(platform: str, event: str, sides: dict[str, float]) -> Evidence:
    return Evidence(f"events platform={platform} event={event}", f"browser {sides['browser']:g}, server 0")


_LEADS = [browser(i, event_name=LEAD, event_id=f"l{i}", order_id=None) for i in range(40)]
_OTHER = [server(i, platform="other ads", event_name="purchase") for i in range(40)]
EXAMPLES = (
    Example("both sides", table(both()), "pass"),
    Example("leads come from the browser only", table([*both(), *_LEADS]), "warn"),
    Example("pixel only", table([r for p in zip(_OTHER, _LEADS, strict=True) for r in p]), "fail"),
    Example("too few events", table(both(10)), "not_run"),
    Example("no server evidence", table(_LEADS), "not_run"),
)
