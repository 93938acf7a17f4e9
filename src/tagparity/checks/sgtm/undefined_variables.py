"""Every variable that is used exists.

## When it fails
An active tag, a trigger or a variable it depends on uses `{{a variable}}` the container does not have. Tag Manager puts
nothing in its place. Exports in which many are missing are parts of a container: they are not judged.
## Why it matters
The value is empty: a purchase without a value, a pixel without an id, a trigger that never matches.
## How to fix
Create the variable, enable the built-in one, or correct the name: it is compared letter by letter.
## Sources
- community, 2026-11-25: pixellogicteam.com, tags, triggers and variables: a tag resolves its variables when it fires
- observed, 2026-11-25: exports of parts of containers lack dozens of variables
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.references import references, strings
from ...gtm.values import undefined
from ._gtm import active, count, title
from ._samples import ALL_PAGES, export, tag

_MANY = 12  # from here on an export is taken for a part of a container


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def undefined_variables(containers: Containers) -> Iterator[Finding | Reason]:
    partial = []
    for container in containers:
        missing = undefined(container)
        if len(missing) >= _MANY and len(missing) > len(container.variables) / 4:
            partial.append(container.path)
            continue
        users = {name: found for name in missing if (found := _users(container, name))}
        if users:
            yield _finding(container, users)
    if partial and len(partial) == len(containers):
        yield Reason(State.NOT_RUN, f"Only parts of containers: {', '.join(partial)}. Export the whole container.")


def _users(container: Container, name: str) -> list[Entity]:
    """Active tags, and triggers, clients, variables and transformations that use a variable."""
    groups = (active(container), container.triggers, container.variables, container.clients, container.transformations)
    return [e for group in groups for e in group if name in references(_texts(e))]


def _texts(entity: Entity) -> Iterator[str]:
    yield from (value for _, value in strings(dict(entity.params)))
    yield from (side for _, left, right, _ in entity.conditions for side in (left, right))


def _finding(container: Container, users: dict[str, list[Entity]]) -> Finding:
    names = ", ".join(f"{{{{{outside(n, 60)}}}}}" for n in list(users)[:8])
    spots = [
        Evidence(container.where(e), f"uses {{{{{outside(n, 60)}}}}}") for n, found in users.items() for e in found[:5]
    ]
    return Finding(
        State.WARN,
        f"{title(container)} uses {count(len(users), 'variable')} it does not have: {names}.",
        tuple(spots[:20]),
        "Create the variable, enable the built-in one, or correct the name.",
    )


_VARIABLE = [{"variableId": "1", "name": "value", "type": "v", "parameter": []}]
_TAG = tag("1", "Ads purchase", "awct", ALL_PAGES, conversionValue="{{value}}")
EXAMPLES = (
    Example("it is there", {"web.json": export(_TAG, variable=_VARIABLE)}, "pass"),
    Example("it is not there", {"web.json": export(_TAG)}, "warn"),
)
