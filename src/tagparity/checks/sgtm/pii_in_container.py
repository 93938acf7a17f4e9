"""The container holds no personal data.

## When it fails
A constant, a lookup table, a tag parameter, a trigger's condition or a script of a web container holds somebody's
email address, phone, card, account or identity number: it is then part of the public `gtm.js` that every visitor
downloads. It warns for a server container and where the value is a part of a longer script, which may be the shop's own
contact.
## Why it matters
Test values left in a tag are sent with the events of real visitors: all of them become the same person, and matching,
audiences and consent records go wrong. In a web container the person is published as well.
## How to fix
Take the values out. Test with the preview mode and a test event code, with data from the page; name internal visitors
by a parameter your own systems set, never by a list of addresses.
## Sources
- observed, 2026-11-24: real container exports: lists of employees' addresses, test persons as match keys
- official, 2026-11-24: support.google.com/analytics/answer/6366371: no personal data to Google
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.references import strings
from ...pii import Sighting, scan
from ._gtm import SHOWN, count, title
from ._samples import ALL_PAGES, export, params, tag, trigger

_SEEN = frozenset({"email", "phone", "card", "iban", "national_id"})
_SAMPLE = re.compile(r"@(?:example\.(?:com|org|net)|domain\.com|company\.com|email\.com|test\.com)\b", re.I)
_REFERENCE = re.compile(r"\{\{[^{}]{1,200}\}\}")
_SHORT, _LEAST = 60, 6
Place = tuple[str, str, Sighting, bool]


@check(row="G8", severity=Severity.HIGH, needs=("container",))
def pii_in_container(containers: Containers) -> Iterator[Finding | Reason]:
    entities = 0
    for container in containers:
        found = list(_places(container))
        entities += len(_entities(container))
        for alone in (True, False):
            places = [p for p in found if p[3] is alone]
            if places:
                yield _finding(container, places, alone)
    if not entities:
        yield Reason(State.NOT_RUN, "The export holds no tags, variables or clients; export the whole container.")
    else:
        yield Reason(State.PASS, f"none of {count(entities, 'tag, variable or client')} holds personal data")


def _entities(container: Container) -> tuple[Entity, ...]:
    return (*container.tags, *container.variables, *container.clients, *container.transformations)


def _values(entity: Entity) -> Iterator[tuple[str, str]]:
    """(parameter, text) of an entity, what a trigger compares with included."""
    yield from dict.fromkeys(strings(dict(entity.params)))
    yield from (("condition", right) for _, _, right, _ in entity.conditions)


def _places(container: Container) -> Iterator[Place]:
    """(entity, parameter, sighting, whether it is the whole value)."""
    for entity in (*_entities(container), *container.triggers):
        for key, value in _values(entity):
            text = _SAMPLE.sub("", _REFERENCE.sub("", value)) if len(value) > _SHORT else _REFERENCE.sub("", value)
            if len(text) < _LEAST or text.isalpha():  # most values: a reference, a word, a short number
                continue
            alone = len(value.strip()) <= _SHORT
            for seen in scan("" if key == "value" else key, text):
                if seen.what in _SEEN:
                    yield container.where(entity), key, seen, alone


def _finding(container: Container, places: list[Place], alone: bool) -> Finding:
    public = container.side != "server"
    kinds = ", ".join(sorted({seen.what for _, _, seen, _ in places}))
    where = "as a value" if alone else "inside a script or longer text"
    shown = [
        Evidence(place, f"{seen.what} in parameter {outside(key, 60)}: {seen.shape}, {seen.length} characters")
        for place, key, seen, _ in places[:SHOWN]
    ]
    return Finding(
        State.FAIL if public and alone else State.WARN,
        f"{title(container)} holds personal data ({kinds}) {where} in {count(len(places), 'place')}"
        + ("; every visitor can read it in gtm.js." if public else "; everyone with an export can read it."),
        tuple(shown),
        "Take the values out of the container and read them from the page or the event instead.",
    )


def _constant(value: str) -> dict[str, object]:
    return {"variableId": "1", "name": "Test customer", "type": "c", "parameter": params(value=value)}


_TAG = tag("1", "Conversions API", "cvt_5TP8W", ALL_PAGES, pixelId="1234567890", userEmail="{{Email}}")
_SCRIPT = "<script>chat.start({operator: 'jane.doe@mail.example', language: 'en', tab: 1})</script>"
_HTML = tag("2", "Chat", "html", ALL_PAGES, html=_SCRIPT)
_PERSON = _constant("jane.doe@mail.example")
EXAMPLES = (
    Example("the address comes from a variable", {"server.json": export(_TAG, side="SERVER")}, "pass"),
    Example("an address inside a script", {"web.json": export(_HTML)}, "warn"),
    Example("a constant of a server", {"server.json": export(_TAG, side="SERVER", variable=[_PERSON])}, "warn"),
    Example("an address in a trigger", {"web.json": export(trigger=[trigger("3", "jane.doe@mail.example")])}, "fail"),
    Example("a constant in a web container", {"web.json": export(variable=[_PERSON])}, "fail"),
)
