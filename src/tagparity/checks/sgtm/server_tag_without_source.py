"""Every server tag is for an event somebody sends.

## When it fails
A server tag of a vendor asks for events that the web container never sends to the server. Judged only when both
containers are whole, and no template of the page is unknown. Events may also come from a backend: it warns.
## Why it matters
The tag looks finished and never fires: the vendor learns nothing of that event from the server.
## How to fix
Send the event from the page or the backend, or mend its name in the trigger: names are compared letter by letter.
## Sources
- official, 2026-11-25: developers.google.com/tag-platform/tag-manager/server-side/send-data
- observed, 2026-11-25: pairs of containers in public repositories
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers
from ...core.lineage import Lineage
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.behaviours import behaviour
from ...gtm.consent import is_tool
from ...gtm.firing import Firing
from ._gtm import active, names, spots
from ._samples import clean_server, clean_web


@check(row="G7", severity=Severity.MEDIUM, needs=("web_container", "server_container"))
def server_tag_without_source(containers: Containers, lineage: Lineage) -> Iterator[Finding | Reason]:
    sent = [r for r in lineage.routes if r.server]
    unsure = any(r.taken is None or r.event == "any event" for r in sent)
    custom = [(c, t) for c in containers.web for t in active(c) if t.type.startswith("cvt_")]
    unknown = any(not behaviour(c, t) and not is_tool(c, t) for c, t in custom)
    if not sent or unsure or unknown or not all(c.whole for c in containers):
        yield Reason(State.NOT_RUN, "What the page sends to the server is not known as a whole.")
        return
    taken = {where for r in sent for where in r.taken or ()}
    for container in containers.server:
        firing = Firing(container)
        idle = [
            t
            for t in active(container)
            if (known := behaviour(container, t))
            and known.vendor
            and container.where(t) not in taken
            and firing.events(t)
        ]
        if idle:
            wanted = sorted({e for t in idle for e in firing.events(t) or ()})
            yield Finding(
                State.WARN,
                f"Server tags for events the page does not send ({', '.join(wanted[:8])}): {names(idle)}.",
                spots(container, idle, "asks for an event, from a client, that no tag of the page sends it"),
                "Send the event to the server, or correct its name in the trigger.",
                Grade.POSSIBLE,
            )


EXAMPLES = (
    Example("the page sends it", {"web.json": clean_web(), "server.json": clean_server()}, "pass"),
    Example("nobody sends it", {"web.json": clean_web(), "server.json": clean_server("order_completed")}, "warn"),
)
