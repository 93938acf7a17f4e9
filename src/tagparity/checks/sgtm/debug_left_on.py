"""Nothing made for debugging is left on.

## When it fails
An active tag logs every request (`logType` set to always), a preview header (`X-Gtm-Server-Preview`) is written into a
tag or script, or a Google tag is set to `debug_mode` for everybody.
## Why it matters
Logging every request costs money and fills logs with personal data. A preview header sends real visitors through a
version nobody published. In debug mode GA4 keeps traffic out of some reports.
## How to fix
Set logging to "debug" (or never), delete the header, and leave debug mode to the preview.
## Sources
- official code, 2026-11-25: stape-io/facebook-tag template.tpl at d47449bd: logType no, debug or always
- observed, 2026-11-23: a preview header hard-coded in a live edge function
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...gtm.references import strings
from ...gtm.routing import GOOGLE, settings
from ...gtm.values import Values
from ._gtm import active, names, title
from ._samples import clean_server, export, google_tag


@check(row="G8", severity=Severity.LOW, needs=("container",))
def debug_left_on(containers: Containers) -> Iterator[Finding | Reason]:
    for container in containers:
        values = Values(container)
        found = [(t, why) for t in active(container) if (why := _why(container, values, t))]
        for why in dict.fromkeys(w for _, w in found):
            tags = [t for t, w in found if w == why]
            yield Finding(
                State.WARN,
                f"{title(container)}: {why} in {names(tags)}.",
                tuple(Evidence(container.where(t), why) for t in tags[:20]),
                "Set logging to debug, delete preview headers, and leave debug mode to the preview.",
            )


def _why(container: Container, values: Values, tag: Entity) -> str:
    if any("x-gtm-server-preview" in text.lower() for _, text in strings(dict(tag.params))):
        return "a preview header is written in"
    if container.side == "server" and tag.params.get("logType") == "always":
        return "every request is logged"
    if tag.type in (*GOOGLE, "gaawe") and settings(values, tag)[0].get("debug_mode") in ("true", "1"):
        return "debug mode is on for everybody"
    return ""


def _logging(kind: str) -> dict[str, object]:
    doc = clean_server()
    doc["containerVersion"]["tag"][0]["parameter"].append({"type": "TEMPLATE", "key": "logType", "value": kind})
    return doc


EXAMPLES = (
    Example("logs in preview alone", {"server.json": _logging("debug")}, "pass"),
    Example("logs everything", {"server.json": _logging("always")}, "warn"),
    Example("debug mode", {"web.json": export(google_tag("1", "G-ABC1234567", debug_mode="true"))}, "warn"),
)
