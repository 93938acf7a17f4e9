"""Reading GTM JSON whatever shape it has: every accessor answers with the type it promises, never with an exception."""

from __future__ import annotations

import json
import re

from ..core.container import Param
from ..core.errors import EvidenceError

MAX_OBJECTS = 200_000
MAX_DEPTH = 64

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Spellings met in hand-made files, folded to the one Tag Manager writes.
_ALIASES = {"PAGE_VIEW": "PAGEVIEW", "INITIALIZATION": "INIT", "CONSENT_INITIALIZATION": "CONSENT_INIT"}


def guard(doc: object) -> None:
    """Refuse a document too large or too deep, without recursion: hostile files must not exhaust the stack."""
    count, level = 0, [doc]
    for _ in range(MAX_DEPTH):
        nested = [v for v in level if isinstance(v, (dict, list))]
        count += len(nested)
        if count > MAX_OBJECTS:
            raise EvidenceError(
                f"GTM container with more than {MAX_OBJECTS:,} objects (limit): export it again, or split it"
            )
        if not nested:
            return
        level = [v for n in nested for v in (n.values() if isinstance(n, dict) else n)]
    raise EvidenceError(
        f"GTM container nested deeper than {MAX_DEPTH} levels (limit): export it again from Tag Manager > Admin"
    )


def dictionary(value: object) -> dict[str, object]:
    """`value` when it is an object; the first object of a list; otherwise an empty one."""
    if isinstance(value, list):
        value = next((v for v in value if isinstance(v, dict)), None)
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """A scalar as text, booleans as GTM writes them; empty for null, lists and objects."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def first(row: dict[str, object], *keys: str) -> str:
    """The first of `keys` that holds a scalar."""
    return next((found for key in keys if (found := text(row.get(key)))), "")


def items(value: object) -> list[object]:
    """`value` as a list: a list itself, an object's values when keyed by id, one scalar or object wrapped."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and all(isinstance(v, dict) for v in value.values()):
        return list(value.values())
    return [] if value is None else [value]


def rows(source: dict[str, object], *keys: str) -> list[dict[str, object]]:
    """All objects under the first of `keys` that has any."""
    for key in keys:
        found = [v for v in items(source.get(key)) if isinstance(v, dict)]
        if found:
            return found
    return []


def texts(value: object) -> tuple[str, ...]:
    """Scalars of a list, or a single scalar, as text."""
    return tuple(found for v in items(value) if (found := text(v)))


def enum(value: object) -> str:
    """`oncePerEvent`, `ONCE_PER_EVENT` and `once-per-event` in the one spelling `ONCE_PER_EVENT`."""
    folded = _HUMP.sub("_", text(value)).replace("-", "_").replace(" ", "_").upper()
    return _ALIASES.get(folded, folded)


def params(value: object, depth: int = 0) -> dict[str, Param]:
    """A parameter list (or, in hand-made files, a plain object) as plain values by key."""
    if isinstance(value, dict) and not ({"key", "type"} & set(value)):
        return {str(k): plain(v, depth + 1) for k, v in value.items()}
    keyed = [v for v in items(value) if isinstance(v, dict) and text(v.get("key"))]
    return {text(p["key"]): param(p, depth + 1) for p in keyed}


def param(node: dict[str, object], depth: int = 0) -> Param:
    """One node of the parameter tree."""
    if depth > MAX_DEPTH:
        return None
    if "list" in node:
        return [param(v, depth + 1) if isinstance(v, dict) else text(v) for v in items(node["list"])]
    if "map" in node:
        return params(node["map"], depth + 1)
    value = node.get("value")
    return plain(value, depth + 1) if isinstance(value, (dict, list)) else (None if value is None else text(value))


def plain(value: object, depth: int = 0) -> Param:
    """A JSON value that is no parameter tree; a parameter node inside it is still read as one."""
    if depth > MAX_DEPTH or value is None:
        return None
    if isinstance(value, list):
        return [plain(v, depth + 1) for v in value]
    if isinstance(value, dict):
        if "type" in value and ({"value", "list", "map"} & set(value)):
            return param(value, depth + 1)
        return {str(k): plain(v, depth + 1) for k, v in value.items()}
    return text(value)


def section(template: dict[str, object], name: str) -> object:
    """A JSON section of a custom template (`INFO`, `TEMPLATE_PARAMETERS` ...); None when missing or damaged."""
    parts = text(template.get("templateData")).split(f"___{name}___", 1)
    if len(parts) < 2:
        return None
    try:
        found: object = json.JSONDecoder().raw_decode(parts[1].lstrip())[0]
    except (ValueError, RecursionError):
        return None
    return found


def info(template: dict[str, object]) -> dict[str, object]:
    """The ___INFO___ section of a custom template; empty when damaged."""
    return dictionary(section(template, "INFO"))
