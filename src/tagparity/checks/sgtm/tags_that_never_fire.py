"""Every active tag can fire.

## When it fails
An active tag provably never fires: the conditions of its triggers contradict each other, a trigger asks for a client
the server container does not have, its exceptions block every event it fires on, or its schedule was over when the
container was exported. What a page or a request decides is left open.
## Why it matters
The tag looks finished in every review, and the vendor never hears of the event.
## How to fix
Correct the condition, the client's name or the exception named in the finding, or delete the tag.
## Sources
- community, 2026-11-25: tagmanifest.com, why a trigger does not fire: all conditions of a trigger must hold
- community, 2026-11-25: lunametrics.com, trigger exceptions: an exception that matches keeps the tag from firing
- observed, 2026-11-23: renamed clients in server containers (trigger asks for "GA4", the client is "GA4 Client")
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...gtm.firing import Firing
from ._gtm import active, names, title
from ._samples import Json, export, params, tag, trigger


@check(row="G8", severity=Severity.HIGH, needs=("container",))
def tags_that_never_fire(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(active(c) for c in containers):
        yield Reason(State.NOT_RUN, "The export holds no active tag; export the whole container.")
    for container in containers:
        firing = Firing(container)
        causes: dict[str, list[Entity]] = {}
        for one in active(container):
            if why := firing.why_never(one):
                causes.setdefault(why, []).append(one)
        for why, tags in causes.items():
            yield Finding(
                State.FAIL,
                f"{title(container)}: {names(tags)} never fires: {why}.",
                tuple(Evidence(container.where(t), why) for t in tags[:20]),
                "Correct the condition, the client's name or the exception, or delete the tag.",
            )


def _twice() -> Json:
    """A trigger that waits for two events at once."""
    found = trigger("10", "purchase")
    both = [found["customEventFilter"][0], {"type": "EQUALS", "parameter": params(arg0="{{_event}}", arg1="lead")}]
    return found | {"customEventFilter": both}


_TAG = tag("1", "GA4 purchase", "gaawe", "10", eventName="purchase")
EXAMPLES = (
    Example("it waits for one event", {"web.json": export(_TAG, trigger=[trigger("10", "purchase")])}, "pass"),
    Example("it waits for two events at once", {"web.json": export(_TAG, trigger=[_twice()])}, "fail"),
)
