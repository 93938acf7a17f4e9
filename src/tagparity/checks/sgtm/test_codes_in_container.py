"""No server tag is left in test mode.

## When it fails
An active tag of a conversion API has a test event code written in, or one from a variable that is not known to be empty
outside preview. A constant, or a fixed text, is a failure; a variable of any other kind may decide by debug mode and
is not judged.
## Why it matters
Events with a test code show in the test console and are not used for delivery and attribution: the campaign learns
nothing from them.
## How to fix
Empty the field, or fill it from a lookup on `{{Debug Mode}}`, which is true in preview alone.
## Sources
- official, 2026-11-23: developers.facebook.com, Conversions API, test events: remove test_event_code in production
- official code, 2026-11-25: stape-io/facebook-tag template.tpl at d47449bd: testId is sent as test_event_code
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Reason, Severity, State
from ...gtm.behaviours import behaviour
from ...gtm.references import references
from ...gtm.values import Values
from ._gtm import active, names, spots, title
from ._samples import clean_server

_CODE = re.compile(r"\w{3}")  # a dash or a quotation mark is no code
_NAMED = ("testId", "testEventCode", "test_event_code", "testCode")


@check(row="G8", severity=Severity.HIGH, needs=("server_container",))
def test_codes_in_container(containers: Containers) -> Iterator[Finding | Reason]:
    for container in containers.server:
        values = Values(container)
        testing = [t for t in active(container) if _testing(container, values, t)]
        if testing:
            yield Finding(
                State.FAIL,
                f"{title(container)}: test event code left on in {names(testing)}.",
                spots(container, testing, "test event code is filled"),
                "Empty the field, or fill it from a lookup on {{Debug Mode}}.",
            )


def _testing(container: Container, values: Values, tag: Entity) -> bool:
    return any(_fixed(values, tag.params.get(name)) for name in _parameters(container, tag))


def _parameters(container: Container, tag: Entity) -> list[str]:
    known = behaviour(container, tag)
    return [*(known.test_codes if known else ()), *_NAMED]


def _fixed(values: Values, value: object) -> bool:
    """Whether a parameter holds a text in every run: written in, or from a constant."""
    if not isinstance(value, str):
        return False
    if not references([value]):
        return bool(_CODE.search(value))
    variable = values.variable(value)
    return variable is not None and variable.type == "c" and any(_CODE.search(v) for v in values.resolve(value))


def _with(code: str) -> dict[str, object]:
    doc = clean_server()
    doc["containerVersion"]["tag"][0]["parameter"].append({"type": "TEMPLATE", "key": "testId", "value": code})
    doc["containerVersion"]["variable"] += [
        {"variableId": "9", "name": "test", "type": "c", "parameter": [{"key": "value", "value": "TEST12345"}]}
    ]
    return doc


EXAMPLES = (
    Example("no code", {"server.json": clean_server()}, "pass"),
    Example("a code from a lookup", {"server.json": _with("{{by debug mode}}")}, "pass"),
    Example("a code written in", {"server.json": _with("TEST12345")}, "fail"),
    Example("a code in a constant", {"server.json": _with("{{test}}")}, "fail"),
)
