"""Published containers: the script a site loads (`gtm.js`, `gtag/js`) holds the container as data, without its names.

Read are `resource` (macros, tags, predicates, rules) and a few entries of `blob`. Nothing of the script is run;
programs of templates (`runtime`) are not looked at. The format is documented nowhere: observed in scripts of 2023 to
2026 (2026-11-23).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ..core.container import Container, Entity, Param
from ..core.errors import EvidenceError
from ..core.text import outside
from ._gtm_entities import EVENTS
from ._gtm_shape import guard, text
from ._gtm_templates import GALLERY

MOST = 20_000_000  # characters of a script
MAX_DEPTH = 40
NOTE = "a published script: it holds no names, folders, notes or unused parts"
_START = re.compile(r"\bvar\s+data\s*=\s*\{")
_OPERATORS = {
    "_eq": "EQUALS", "_cn": "CONTAINS", "_sw": "STARTS_WITH", "_ew": "ENDS_WITH", "_re": "MATCH_REGEX",
    "_css": "CSS_SELECTOR", "_gt": "GREATER", "_ge": "GREATER_OR_EQUALS", "_lt": "LESS", "_le": "LESS_OR_EQUALS",
    "_um": "URL_MATCHES",
}  # fmt: skip
_TYPED = {event: kind for kind, event in EVENTS.items()}
_KEYS = ("name", "keyPath", "component", "value", "varType")
Json = dict[str, object]


def sniff(head: str) -> bool:
    """Whether the beginning of a file is a published container."""
    found = _START.search(head)
    return found is not None and '"resource"' in head[found.start() : found.start() + 2000]


def read(path: str, script: str) -> Container:
    """The container in a script. Raises EvidenceError where its data is cut off or damaged."""
    data = _data(script[:MOST])
    resource, blob = data.get("resource"), data.get("blob")
    if not isinstance(resource, dict) or not isinstance(resource.get("tags"), list):
        raise EvidenceError("a published tag script without its container data: save the whole script again")
    guard(resource)
    reader = _Reader(path, resource)
    known = blob if isinstance(blob, dict) else {}
    return Container(
        path,
        "web",
        outside(text(known.get("5")) or _id(script)),
        outside(text(known.get("6"))),
        outside(text(resource.get("version")) or text(known.get("1"))),
        "",
        tags=reader.tags,
        triggers=reader.triggers,
        variables=reader.variables,
        partial=(NOTE,),
        origin="published",
    )


def _id(script: str) -> str:
    """The one container the script names, where `blob` does not tell: older scripts only carry it in their code."""
    found = set(re.findall(r"\bGTM-[A-Z0-9]{4,9}\b", script))
    return found.pop() if len(found) == 1 else ""


def _data(script: str) -> Json:
    """The object after `var data =`: JSON but for the escapes of JavaScript in its texts."""
    start = _START.search(script)
    if start is None:
        raise EvidenceError("no container data in this script: save gtm.js as the site loads it")
    try:
        found = json.JSONDecoder(strict=False).raw_decode(_as_json(script[start.end() - 1 :]))[0]
    except (ValueError, RecursionError):
        raise EvidenceError(
            "the container data of this script is damaged or cut off: save the whole script again"
        ) from None
    return found if isinstance(found, dict) else {}


def _as_json(script: str) -> str:
    """The object at the beginning of `script`, with `\\xHH` and `\\'` in its texts written as JSON writes them."""
    made, depth, at = [], 0, 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]', script, re.S):
        piece = token.group()
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif "\\" in piece:
            made.append(script[at : token.start()])
            made.append(_ESCAPE.sub(_escape, piece))
            at = token.end()
        if depth == 0:
            return "".join((*made, script[at : token.end()]))
    raise ValueError("no end")


_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.S)


def _escape(found: re.Match[str]) -> str:
    what = found[1]
    if what[0] == "x" and len(what) == 3:
        return f"\\u00{what[1:]}"
    return found.group() if what in '"\\/bfnrtu' else what if what != "\n" else ""


class _Reader:
    """The parts of `resource` as entities. Macros are named by what they read, tags by their type and number."""

    def __init__(self, path: str, resource: Json) -> None:
        self.path = path
        macros, tags, predicates = (_list(resource.get(k)) for k in ("macros", "tags", "predicates"))
        self.names = [_macro_name(i, m) for i, m in enumerate(macros)]
        self.tag_names = [_tag_name(i, t) for i, t in enumerate(tags)]
        self.variables = tuple(self._variable(i, m) for i, m in enumerate(macros) if _type(m) != "e")
        self.firing: dict[int, list[str]] = {}
        self.blocking: dict[int, list[str]] = {}
        self.triggers = tuple(
            self._trigger(str(i), rule, predicates) for i, rule in enumerate(_rules(resource.get("rules")))
        )
        self.tags = tuple(self._tag(i, t) for i, t in enumerate(tags))

    def value(self, node: object, depth: int = 0) -> Param:
        """A value of the script as a parameter; what it is made of stays a reference."""
        if depth > MAX_DEPTH:
            return None
        if not isinstance(node, list):
            return text(node) if not isinstance(node, dict) and node is not None else None
        head, rest = (node[0] if node else ""), node[1:]
        if head == "macro":
            return f"{{{{{self._name(rest)}}}}}"
        if head == "tag":
            at = rest[0] if rest and isinstance(rest[0], int) else -1
            return self.tag_names[at] if 0 <= at < len(self.tag_names) else ""
        if head == "list":
            return [self.value(v, depth + 1) for v in rest]
        if head == "map":
            return {text(k): self.value(v, depth + 1) for k, v in zip(rest[::2], rest[1::2], strict=False)}
        if head == "escape":
            return self.value(rest[0], depth + 1) if rest else ""
        if head == "template":
            return "".join(v for part in rest if isinstance(v := self.value(part, depth + 1), str))
        return None

    def _name(self, rest: list[object]) -> str:
        at = rest[0] if rest and isinstance(rest[0], int) else -1
        return self.names[at] if 0 <= at < len(self.names) else "unknown"

    def _params(self, node: Json) -> dict[str, Param]:
        return {outside(k[4:], 80): self.value(v) for k, v in node.items() if k.startswith("vtp_")}

    def _variable(self, number: int, node: Json) -> Entity:
        kind = _type(node)
        return Entity("variable", str(number), self.names[number], kind, GALLERY.get(kind[4:], ""), self._params(node))

    def _tag(self, number: int, node: Json) -> Entity:
        kind, paused = _type(node), _type(node) == "paused"
        if paused:
            kind = outside(text(node.get("vtp_originalTagType")).removeprefix("__"))
        consent = self.value(node.get("consent"))
        types = tuple(c for c in consent if isinstance(c, str)) if isinstance(consent, list) else ()
        once = next((k.upper() for k in ("once_per_event", "once_per_load", "unlimited") if node.get(k)), "")
        return Entity(
            "tag",
            outside(text(node.get("tag_id")) or str(number)),
            self.tag_names[number],
            kind,
            GALLERY.get(kind[4:], "") if kind.startswith("cvt_") else "",
            self._params(node),
            paused=paused,
            firing=tuple(self.firing.get(number, ())),
            blocking=tuple(self.blocking.get(number, ())),
            once=once,
            priority=node["priority"] if type(node.get("priority")) is int else 0,  # type: ignore[arg-type]
            consent_status="NEEDED" if types else "",
            consent_types=types,
            setup=self._helpers(node.get("setup_tags")),
            teardown=self._helpers(node.get("teardown_tags")),
        )

    def _helpers(self, node: object) -> tuple[str, ...]:
        found = self.value(node)
        return tuple(n for n in found if isinstance(n, str) and n) if isinstance(found, list) else ()

    def _trigger(self, number: str, rule: list[list[object]], predicates: list[Json]) -> Entity:
        """One rule. The event it waits for gives its type, as in an export; conditions of `unless` are negated."""
        conditions: list[tuple[str, str, str, bool]] = []
        for part in rule:
            head, indexes = (part[0] if part else ""), [i for i in part[1:] if type(i) is int]
            if head in ("if", "unless"):
                found = [self._condition(predicates[i], head == "unless") for i in indexes if 0 <= i < len(predicates)]
                conditions += found
            for i in indexes if head in ("add", "block") else ():
                (self.firing if head == "add" else self.blocking).setdefault(i, []).append(number)
        event = next((r for op, left, r, no in conditions if left == "{{_event}}" and op == "EQUALS" and not no), "")
        kind = _TYPED.get(event, "CUSTOM_EVENT")
        if kind != "CUSTOM_EVENT":
            conditions = [c for c in conditions if c != ("EQUALS", "{{_event}}", event, False)]
        name = f"rule {number}" + (f" ({outside(event, 60)})" if event else "")
        return Entity("trigger", number, name, kind, conditions=tuple(conditions), event=outside(event))

    def _condition(self, node: Json, negated: bool) -> tuple[str, str, str, bool]:
        function = text(node.get("function"))
        left, right = self.value(node.get("arg0")), self.value(node.get("arg1"))
        shown = right if isinstance(right, str) else ""
        if function == "_re" and node.get("ignore_case") is True:
            shown = f"(?i){shown}"
        operator = _OPERATORS.get(function, function.strip("_").upper())
        return (operator, left if isinstance(left, str) else "", shown, negated)


def _list(node: object) -> list[Json]:
    return [v if isinstance(v, dict) else {} for v in node] if isinstance(node, list) else []


def _rules(node: object) -> Iterator[list[list[object]]]:
    for rule in node if isinstance(node, list) else ():
        yield [part for part in rule if isinstance(part, list)] if isinstance(rule, list) else []


def _type(node: Json) -> str:
    return outside(text(node.get("function")).removeprefix("__"), 80)


def _macro_name(number: int, node: Json) -> str:
    """`{{_event}}` for the event's name; otherwise the type, what it reads where that is fixed, and its number."""
    kind = _type(node)
    if kind == "e":
        return "_event"
    reads = next((v for k in _KEYS if isinstance(v := node.get(f"vtp_{k}"), str) and kind != "c"), "")
    return (
        outside(f"{kind} {reads} #{number}" if reads else f"{kind} #{number}", 100).replace("{", "(").replace("}", ")")
    )


def _tag_name(number: int, node: Json) -> str:
    kind = _type(node)
    if kind == "paused":
        kind = outside(text(node.get("vtp_originalTagType")).removeprefix("__"), 80)
    return f"{kind} {outside(text(node.get('tag_id')) or str(number), 20)}"
