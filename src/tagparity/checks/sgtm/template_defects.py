"""No tag is of a template version with a known defect.

## When it fails
An active tag, client or variable uses a gallery template in a version, and with settings, for which a defect is known:
each finding says what happens and names the public change or thread. Versions nobody here knows, templates that were
changed by hand and templates imported from a file are not judged.
## Why it matters
The defect has been found and mended by others; the container still has it, because gallery templates are not updated by
themselves.
## How to fix
Tag Manager > Templates > the template > Update, read what changed, and test in preview before publishing.
## Sources
- official code, 2026-11-25: the template repositories' own history; each defect names its change
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity, Template
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...gtm.behaviours import Behaviour, Defect, affects, all_behaviours, behaviour, holds
from ._gtm import active, names, title
from ._samples import Json, custom, export, tag


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def template_defects(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(t.version and not t.modified for c in containers for t in c.templates):
        yield Reason(State.NOT_RUN, "No gallery template with a version that was not changed by hand.")
    for container in containers:
        found: dict[tuple[str, str], tuple[Behaviour, Defect, list[Entity]]] = {}
        for entity in (*active(container), *container.clients, *container.variables):
            for known, defect in _defects(container, entity):
                found.setdefault((known.id, defect.id), (known, defect, []))[2].append(entity)
        for known, defect, entities in found.values():
            yield Finding(
                State.WARN,
                f"{title(container)}: {known.title}, {names(entities)}: {' '.join(defect.text.split())}",
                tuple(Evidence(container.where(e), f"{defect.id}: {defect.url}") for e in entities[:20]),
                " ".join(defect.fix.split()),
                Grade.LIKELY,
            )


def _defects(container: Container, entity: Entity) -> Iterator[tuple[Behaviour, Defect]]:
    known, template = behaviour(container, entity), _template(container, entity)
    if known is None or template is None or not template.version or template.modified:
        return
    for defect in known.defects:
        if affects(known, defect, template.version) and holds(defect.when, entity):
            yield known, defect


def _template(container: Container, entity: Entity) -> Template | None:
    return next((t for t in container.templates if entity.type in t.types), None)


def _sample(version: str) -> Json:
    """A Data Tag of one version that sends the whole data layer."""
    template = custom("7", "stape-io/data-tag", "MBTSV")
    template["galleryReference"]["version"] = version
    one = tag("1", "Data tag", "cvt_MBTSV", gtm_server_domain="https://t.shop.example", add_data_layer="true")
    return export(one, customTemplate=[template])


def _versions() -> tuple[str, str]:
    """A version with a defect that the newest has not, and the newest."""
    known = next(b for b in all_behaviours() if b.id == "stape-io/data-tag")
    return known.versions[-1].commit, known.versions[0].commit


_OLD, _NEW = _versions()
EXAMPLES = (
    Example("the newest version", {"web.json": _sample(_NEW)}, "pass"),
    Example("a version that reads the data layer late", {"web.json": _sample(_OLD)}, "warn"),
    Example("no version", {"web.json": export(tag("1", "Data tag", "cvt_MBTSV"))}, "not_run"),
)
