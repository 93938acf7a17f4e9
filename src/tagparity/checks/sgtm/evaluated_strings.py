"""Custom code does not run text as code.

## When it fails
An active custom HTML tag, or a custom JavaScript variable, hands a text that holds a `{{Variable}}` to `eval`, `new
Function` or a timer. It warns when the text that is run holds no variable.
## Why it matters
What comes from the address, a form or the data layer then becomes code: a link with the right parameter runs anything
on the page, and reads what the visitor types. Where the site's content security policy forbids `eval`, the tag stops
and its conversions are missing.
## How to fix
Pass values as values: `JSON.parse` for data, a function instead of a text for timers, `obj[name]` to reach a property
by its name.
## Sources
- official, 2026-11-25: developers.google.com/tag-platform/security/guides/csp: evaluated code and unsafe-eval
- community, 2026-11-25: eslint, rule no-implied-eval; CodeQL js/eval-like-call: timers that are given text
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.scripts import Script, read_script
from ._gtm import SHOWN, active, count, names, title
from ._samples import ALL_PAGES, export, tag


@check(row="G8", severity=Severity.MEDIUM, needs=("web_container",))
def evaluated_strings(containers: Containers) -> Iterator[Finding | Reason]:
    code = [(c, e) for c in containers.web for e in (*active(c), *c.variables) if e.type in ("html", "jsm")]
    if not code:
        yield Reason(State.NOT_APPLICABLE, "No active custom HTML tag and no custom JavaScript variable.")
    for container in containers.web:
        found = [(e, s) for c, e in code if c is container and (s := read_script(c, e)).evaluated]
        filled = [(e, s) for e, s in found if s.evaluated_references]
        plain = [(e, s) for e, s in found if not s.evaluated_references]
        if filled:
            yield _finding(container, filled, State.FAIL, "run text with variables in it as code")
        if plain:
            yield _finding(container, plain, State.WARN, "run text as code")


def _finding(container: Container, found: list[tuple[Entity, Script]], state: State, what: str) -> Finding:
    return Finding(
        state,
        f"{title(container)}: {count(len(found), 'piece')} of custom code {what}: {names(e for e, _ in found)}.",
        tuple(Evidence(container.where(e), _note(s)) for e, s in found[:SHOWN]),
        "Hand values over as values: JSON.parse for data, a function for timers, obj[name] for properties.",
    )


def _note(script: Script) -> str:
    inside = ", ".join(outside(n, 60) for n in script.evaluated_references[:3])
    return ", ".join(script.evaluated) + (f" with {inside}" if inside else "")


def _html(code: str) -> dict[str, object]:
    return tag("1", "Widget", "html", ALL_PAGES, html=f"<script>{code}</script>")


EXAMPLES = (
    Example("a timer with a function", {"web.json": export(_html("setTimeout(() => go('eval(x)'), 9);"))}, "pass"),
    Example("a timer with a text", {"web.json": export(_html("setTimeout('go()', 9);"))}, "warn"),
    Example("a query parameter is run", {"web.json": export(_html("eval('start({{Query start}})');"))}, "fail"),
    Example("no custom code", {"web.json": export(tag("2", "Ads", "awct", ALL_PAGES))}, "not_applicable"),
)  # fmt: skip
