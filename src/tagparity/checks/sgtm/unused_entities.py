"""What nothing uses is gone.

## When it fails
Variables, triggers and custom templates that no active tag, client or transformation needs, directly or through others.
Judged only in whole containers. A container with a few of them passes.
## Why it matters
Each of them is read in every review, travels to every visitor in a web container, and hides what matters.
## How to fix
Delete them; earlier versions of the container keep them.
## Sources
- observed, 2026-11-25: containers in public repositories
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...gtm.meaning import Reach
from ._gtm import active, count, names, spots, title
from ._samples import export, params, tag, trigger

FEW = 5


@check(row="G8", severity=Severity.LOW, needs=("container",))
def unused_entities(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [c for c in containers if active(c) and c.whole and c.origin != "published"]
    if not judged:
        yield Reason(State.NOT_RUN, "No whole container with active tags.")
    for container in judged:
        idle = _idle(container)
        templates = _templates(container)
        if len(idle) + len(templates) > FEW:
            numbers = {k: len([e for e in idle if e.kind == k]) for k in ("variable", "trigger")}
            parts = [count(n, k) for k, n in {**numbers, "template": len(templates)}.items() if n]
            more = tuple(Evidence(f"{container.path} template '{t}'", "no entity uses it") for t in templates[:5])
            yield Finding(
                State.WARN,
                f"{title(container)}: nothing active uses {', '.join(parts)}{_among(idle)}.",
                (*spots(container, idle, "nothing active uses it"), *more),
                "Delete them: earlier versions keep them.",
            )


def _among(idle: list[Entity]) -> str:
    return f"; among them {names(idle, 4)}" if idle else ""


def _idle(container: Container) -> list[Entity]:
    reach = Reach(container)
    variables = [v for v in container.variables if not reach.of("variable", v.name)]
    return variables + [t for t in container.triggers if not reach.of("trigger", t.id)]


def _templates(container: Container) -> list[str]:
    used = {e.type for g in (container.tags, container.variables, container.clients) for e in g}
    used |= {e.template for g in (container.tags, container.variables, container.clients) for e in g if e.template}
    return [t.name or t.identity for t in container.templates if not (used & {*t.types, t.identity})]


_TAG = tag("1", "GA4 purchase", "gaawe", "10", eventName="purchase")
_IDLE = [
    {"variableId": str(n), "name": f"old {n}", "type": "v", "parameter": params(name=f"k{n}")} for n in range(FEW + 1)
]
EXAMPLES = (
    Example("all is used", {"web.json": export(_TAG, trigger=[trigger("10", "purchase")])}, "pass"),
    Example("old variables", {"web.json": export(_TAG, trigger=[trigger("10", "purchase")], variable=_IDLE)}, "warn"),
    Example("no tags", {"web.json": export(variable=_IDLE)}, "not_run"),
)
