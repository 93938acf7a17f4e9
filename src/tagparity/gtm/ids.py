"""How a value behaves that is to be the id of an event: the same in every copy of one action, and in no other action's.

That two copies use the same variable is neither needed nor enough: a variable that makes a new value each time it is
read gives two ids, and two variables may read one key of the data layer.
"""

from __future__ import annotations

import re

from ..core.container import Container, Entity
from ..core.lineage import Stability
from ..core.text import outside
from .behaviours import behaviour
from .references import references
from .values import Values

_DEPTH = 8
_ORDER = re.compile(r"(?:transaction|order|purchase|invoice|checkout)[_. -]?(?:id|number|no|nr|ref)?$|^oid$", re.I)
_EVENT_ID = re.compile(
    r"event[_. -]?(?:id|uuid|key)$|(?:^|[_. ])(?:eid|uuid|guid|dedup\w*)$|unique[_. -]?id$|message[_. -]?id$", re.I
)
_PERSON = re.compile(r"(?:user|customer|client|visitor|member|external|contact)[_. -]?(?:id|uuid|key|hash)?$", re.I)
_RANDOM = re.compile(r"Math\.random|randomUUID|getRandomValues|uuid(?:v4)?\s*\(", re.I)
_CLOCK = re.compile(r"Date\.now|new\s+Date|performance\.now|getTime\s*\(|\+\s*new\s+Date")
_KEPT = re.compile(
    r"window\s*(?:\.|\[)[\w.\[\]'\"$]+\s*(?:=(?!=)|\|\|=)|(?:local|session)Storage\.setItem|document\.cookie\s*="
)
_COUNTER = "gtm.uniqueEventId"
_BUILT_IN = {
    "random number": Stability.PER_READ,
    "page url": Stability.PER_PAGE,
    "page path": Stability.PER_PAGE,
    "page hostname": Stability.CONSTANT,
    "referrer": Stability.PER_PAGE,
    "container id": Stability.CONSTANT,
    "container version": Stability.CONSTANT,
    "environment name": Stability.CONSTANT,
}
_TYPES = {
    "c": (Stability.CONSTANT, "a constant"),
    "r": (Stability.PER_READ, "a random number, new each time it is read"),
    "k": (Stability.PER_VISITOR, "a cookie"),
    "cid": (Stability.CONSTANT, "the container's id"),
    "ctv": (Stability.CONSTANT, "the container's version"),
    "f": (Stability.PER_PAGE, "the referrer"),
    "u": (Stability.PER_PAGE, "a part of the page's address"),
}
Known = tuple[Stability, str]
UNKNOWN: Known = (Stability.UNKNOWN, "how it comes about cannot be told")


def stability(container: Container, value: str, values: Values | None = None) -> Known:
    """How the text of a parameter behaves over the copies of an action, and why, in words. `values`: the container's
    variables where they are at hand."""
    return _of_text(container, values or Values(container), value, 0)


def _of_text(container: Container, values: Values, value: str, depth: int) -> Known:
    names = references([value])
    if not names:
        return (Stability.CONSTANT, "a fixed text") if value.strip() else UNKNOWN
    if depth > _DEPTH:
        return UNKNOWN
    return _together([_of_name(container, values, name, depth) for name in names])


def _of_name(container: Container, values: Values, name: str, depth: int) -> Known:
    found = values.by_name.get(outside(name))
    if found is None:
        if name == _COUNTER:
            return Stability.COUNTER, "Tag Manager's counter of events, which starts again on each page"
        built_in = _BUILT_IN.get(" ".join(name.lower().split()))
        return (built_in, f"the built-in variable {outside(name)}") if built_in else UNKNOWN
    known = behaviour(container, found)
    if known and known.stability and found.type.startswith("cvt_"):
        return Stability(known.stability), f"the template {known.title}"
    if found.type in ("v", "ed"):
        return of_key(_text(found, "name") or _text(found, "keyPath"))
    if found.type == "jsm":
        return _of_code(container, values, _text(found, "javascript"), depth)
    if found.type == "u" and _text(found, "component").upper() == "QUERY":
        return of_key(_text(found, "queryKey"))
    if found.type in ("smm", "remm"):
        return (
            _of_text(container, values, _text(found, "input"), depth + 1)
            if references([_text(found, "input")])
            else UNKNOWN
        )
    return _TYPES.get(found.type, UNKNOWN)


def _text(entity: Entity, key: str) -> str:
    value = entity.params.get(key)
    return value if isinstance(value, str) else ""


def of_key(key: str) -> Known:
    """A key the page fills, judged by what the field calls it; the page may of course do otherwise."""
    last = key.rsplit(".", 1)[-1]
    if key == _COUNTER:
        return Stability.COUNTER, "Tag Manager's counter of events, which starts again on each page"
    if _EVENT_ID.search(key):
        return Stability.PER_EVENT, f"'{outside(key, 60)}' of the page, given with the event"
    if _ORDER.search(last) or _ORDER.search(key) or (last == "id" and "actionField" in key):
        return Stability.PER_ORDER, f"'{outside(key, 60)}' of the page, one for an order"
    if _PERSON.search(last):
        return Stability.PER_VISITOR, f"'{outside(key, 60)}' of the page, one for a person"
    return Stability.UNKNOWN, f"'{outside(key, 60)}' of the page"


def _of_code(container: Container, values: Values, code: str, depth: int) -> Known:
    """A variable made of JavaScript: what it draws on. One that keeps its value is the same for the whole page."""
    made = bool(_RANDOM.search(code)) or bool(_CLOCK.search(code))
    if made and _KEPT.search(code):
        return Stability.PER_PAGE, "custom JavaScript that makes a value once and keeps it"
    if made:
        return Stability.PER_READ, "custom JavaScript that makes a new value each time it is read"
    if _COUNTER in code and not references([code]):
        return Stability.COUNTER, "custom JavaScript around Tag Manager's counter of events"
    names = references([code])
    if not names or depth > _DEPTH:
        return UNKNOWN
    return _together([_of_name(container, values, name, depth + 1) for name in names])


def _together(parts: list[Known]) -> Known:
    """Several values in one text. What is new on each read spoils all; otherwise the finest part decides."""
    kinds = {kind for kind, _ in parts}
    for kind in (Stability.PER_READ, Stability.PER_EVENT):
        if kind in kinds:
            return next(p for p in parts if p[0] is kind)
    if {Stability.PER_PAGE, Stability.COUNTER} <= kinds:
        return Stability.PER_EVENT, "an id of the page with the counter of its events"
    if Stability.UNKNOWN in kinds:
        return next(p for p in parts if p[0] is Stability.UNKNOWN)
    for kind in (Stability.PER_ORDER, Stability.COUNTER, Stability.PER_PAGE, Stability.PER_VISITOR):
        if kind in kinds:
            return next(p for p in parts if p[0] is kind)
    return parts[0]
