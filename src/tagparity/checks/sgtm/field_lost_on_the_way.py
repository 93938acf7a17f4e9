"""Every field a server tag maps arrives.

## When it fails
A server tag maps a field that cannot arrive: an empty row overrides what the template would have found by itself, a
transformation takes it out before the tag reads it, or it is read from event data that no client of the container makes
of what the web container sends. It warns where the field is simply never supplied, and fails where something that was
there is lost. Personal data that a transformation keeps from an analytics tag is no loss. Templates nothing is known
of, partial exports and requests whose sender is not in the evidence give no finding.
## Why it matters
The tag fires, the vendor accepts the event, and nobody sees that the identifier or the value is missing. Match quality
and bidding pay for it.
## How to fix
Follow the way in the evidence to its last station: take the empty row out, exempt the tag from the transformation, or
add the parameter to the tag of the page that sends the event.
## Sources
- official code, 2026-11-25: stape-io/facebook-tag template.tpl at d47449bd: rows overwrite, also empty ones
- official, 2026-11-25: developers.google.com/tag-platform/tag-manager/server-side/transformations
- official, 2026-11-25: developers.google.com/tag-platform/tag-manager/server-side/common-event-data
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers
from ...core.lineage import Fate, Flow, Lineage
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ._lineage import by_tag, fields, proof
from ._samples import clean_server, clean_web

_FIX = (
    "Follow the way in the evidence to where it ends, and supply the field there or take the row that empties it out."
)


@check(row="G7", severity=Severity.HIGH, needs=("server_container",))
def field_lost_on_the_way(containers: Containers, lineage: Lineage) -> Iterator[Finding | Reason]:
    server = [f for f in lineage.flows if f.side == "server"]
    if not server:
        yield Reason(
            State.NOT_RUN, f"No server tag whose template is known could be followed. {_open(containers)}".strip()
        )
        return
    for where, flows in by_tag(f for f in server if f.fate is Fate.LOST and not _kept_back(f)).items():
        text = f"{_name(where)}: {fields(flows)} lost on the way."
        yield Finding(State.FAIL, text, proof(flows), _FIX, Grade.LIKELY)
    for where, flows in by_tag(f for f in server if f.fate is Fate.NEVER and f.mapped).items():
        text = f"{_name(where)}: {fields(flows)} mapped from what nothing supplies."
        yield Finding(State.WARN, text, proof(flows), _FIX, Grade.LIKELY)


def _kept_back(flow: Flow) -> bool:
    """Whether a transformation keeps a person's data, which nobody mapped, from an analytics tag: its purpose."""
    dropped = any(s.kind == "transformation" for s in flow.steps[-2:])
    return flow.platform == "ga4" and flow.field in _PERSON and dropped and not flow.mapped


def _name(where: str) -> str:
    return where[max(where.find(" tag ") + 1, 0) :] or "A server tag"


def _open(containers: Containers) -> str:
    partial = [c.path for c in containers.server if c.partial]
    return f"Not the whole container: {', '.join(partial[:3])}." if partial else ""


_PERSON = {"em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id", "user_id"} | {
    "client_ip_address",
    "client_user_agent",
}
_ROWS = [{"name": "em", "value": "{{ed - em}}"}]
_EMPTY = [{"name": "fbp", "value": ""}]
_NOWHERE = [{"name": "em", "value": "{{ed - nowhere}}"}]
EXAMPLES = (
    Example("the address arrives", {"web.json": clean_web(), "server.json": clean_server(userDataList=_ROWS)}, "pass"),
    Example(
        "an empty row erases fbp", {"web.json": clean_web(), "server.json": clean_server(userDataList=_EMPTY)}, "fail"
    ),
    Example(
        "a row reads event data nothing supplies",
        {"web.json": clean_web(), "server.json": clean_server(userDataList=_NOWHERE)},
        "warn",
    ),
)
