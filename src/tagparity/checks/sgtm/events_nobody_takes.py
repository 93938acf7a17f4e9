"""Every event sent to the server is taken by a server tag.

## When it fails
The web container sends an event to the server container, and no tag there fires on it: either no client takes the
request, or no trigger asks for that event. Judged only when both containers are whole and every client is known.
## Why it matters
The request costs money and the event reaches no vendor. Mostly it is a renamed event, or a tag that was never built.
## How to fix
Add the event to the trigger of the server tags that should have it, or stop sending it to the server.
## Sources
- official, 2026-11-25: developers.google.com/tag-platform/tag-manager/server-side/send-data
- observed, 2026-11-25: pairs of containers in public repositories
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.lineage import Lineage
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ._samples import clean_server, clean_web


@check(row="G7", severity=Severity.MEDIUM, needs=("web_container", "server_container"))
def events_nobody_takes(lineage: Lineage) -> Iterator[Finding | Reason]:
    judged = [r for r in lineage.routes if r.server and r.taken is not None]
    if not judged:
        yield Reason(State.NOT_RUN, "No event could be followed from the web container into the server container.")
        return
    idle = [r for r in judged if not r.taken and r.event != "any event"]
    if idle:
        names = ", ".join(dict.fromkeys(r.event for r in idle))
        yield Finding(
            State.WARN,
            f"Sent to the server, taken by no tag there: {names}.",
            tuple(Evidence(r.tag, f"{r.event}: no server tag fires") for r in idle[:20]),
            "Add the event to a trigger of the server container, or stop sending it there.",
            Grade.LIKELY,
        )


EXAMPLES = (
    Example("the server tag asks for what is sent", {"web.json": clean_web(), "server.json": clean_server()}, "pass"),
    Example(
        "the trigger asks for another event",
        {"web.json": clean_web(), "server.json": clean_server("order_completed")},
        "warn",
    ),
)
