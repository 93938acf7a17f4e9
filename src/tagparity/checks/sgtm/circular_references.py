"""No variable depends on itself.

## When it fails
A variable uses a variable that, in the end, uses the first one again; or tags are set-up tags of each other.
## Why it matters
Tag Manager gives up and puts nothing in place of the value, or fires neither tag.
## How to fix
Break the circle at the variable or set-up tag that the evidence names last.
## Sources
- official code, 2026-11-25: gtm.js: a macro that is being evaluated is not evaluated again
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...core.check import Example, check
from ...core.container import Container, Containers
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.references import references, strings
from ._gtm import active, title
from ._samples import export, params, tag

_MOST = 20


@check(row="G8", severity=Severity.HIGH, needs=("container",))
def circular_references(containers: Containers) -> Iterator[Finding | Reason]:
    for container in containers:
        graphs = (_variables(container), _tags(container))
        for kind, graph in zip(("variable", "tag"), graphs, strict=True):
            for circle in _circles(graph)[:_MOST]:
                found = {e.name: e for e in (*container.variables, *container.tags)}
                spots = tuple(Evidence(container.where(found[n]), "in the circle") for n in circle if n in found)
                way = " > ".join(f"'{n}'" for n in [*circle, circle[0]][:8])
                yield Finding(State.FAIL, f"{title(container)}: {kind} circle {way}.", spots, "Break the circle.")


def _variables(container: Container) -> Mapping[str, list[str]]:
    return {
        v.name: [outside(n) for n in references(text for _, text in strings(dict(v.params)))]
        for v in container.variables
    }


def _tags(container: Container) -> Mapping[str, list[str]]:
    return {t.name: [*t.setup, *t.teardown] for t in active(container)}


def _circles(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """One circle through each node that is in one, without repeating circles; no recursion."""
    state: dict[str, int] = {}
    circles: list[list[str]] = []
    for start in graph:
        if start in state:
            continue
        path, work = [start], [iter(graph[start])]
        state[start] = 1
        while work:
            nxt = next(work[-1], None)
            if nxt is None:
                state[path.pop()] = 2
                work.pop()
            elif state.get(nxt) == 1:
                circles.append(path[path.index(nxt) :])
            elif nxt in graph and nxt not in state:
                state[nxt] = 1
                path.append(nxt)
                work.append(iter(graph[nxt]))
    return circles


def _code(number: str, name: str, uses: str) -> dict[str, object]:
    text = f"function(){{return {{{{{uses}}}}}}}"
    return {"variableId": number, "name": name, "type": "jsm", "parameter": params(javascript=text)}


_TAG = tag("1", "Any", "html", html="<b></b>")
EXAMPLES = (
    Example(
        "a chain", {"web.json": export(_TAG, variable=[_code("1", "a", "b"), _code("2", "b", "Page URL")])}, "pass"
    ),
    Example("a circle", {"web.json": export(_TAG, variable=[_code("1", "a", "b"), _code("2", "b", "a")])}, "fail"),
)
