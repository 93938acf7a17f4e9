"""What a custom HTML tag, an image tag or a custom JavaScript variable does, told by a real parser.

Variables in double braces become names of their own before anything is parsed, since they may stand unquoted
(`fbq('track', {{Event}})`), and are turned back into `{{Name}}` in what is found. Damaged code gives the facts of its
readable parts. Each text is parsed once in a process.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from ..core.container import Container, Entity
from ._script_calls import consent, push, vendor_call
from ._script_data import Reads
from ._script_facts import Call, Load, Push, Script
from ._script_html import load, split
from ._script_js import Code, arguments, restored, source, substituted
from ._script_vendors import GLOBALS, PLATFORMS, vendor_of
from .values import Values

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Call", "Load", "Push", "Script", "platform_of", "read_script", "read_text", "vendors"]

_T = TypeVar("_T")
MAX_TEXT = 200_000
_PARAMETER = {"html": "html", "jsm": "javascript", "img": "url"}
# Code without any of these words has no fact told here.
_WORDS = re.compile(
    r"cookie|Storage|value|\bval\b|eval|Function|set(?:Timeout|Interval)|src|data[lL]ayer|gtag|random|Random|Date|"
    r"performance|uuid|UUID|window|self\b|top\b|import|fetch|sendBeacon|open|ajax|axios|getScript|write|FormData|"
    r"uniqueEventId|fbq|ttq|pintrk|snaptr|lintrk|twq|rdt|uetq|_linkedin|_tfa|obApi|clarity|\bhj\b|\bqp\b|amzn|criteo|"
    r"adroll|klaviyo|_learnq|_hsq|_paq|_gaq|\bga\b"
)
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
_ELEMENTS = {"script": "script", "img": "image", "iframe": "iframe"}
_REQUESTS = {"fetch", "axios", "axios.get", "axios.post", "$.ajax", "$.get", "$.post", "jQuery.ajax", "jQuery.post"}


def read_script(container: Container, entity: Entity) -> Script:
    """Facts of the code in an entity; an empty `Script` for one that holds none. Addresses made of variables that are
    constants of the container are put in."""
    script = script_of(entity)
    if not any(not x.host and "{{" in x.url for x in script.loads):
        return script
    values = Values(container)
    return replace(script, loads=tuple(_settled(values, x) for x in script.loads))


def _settled(values: Values, one: Load) -> Load:
    """A load with the one address its references can stand for."""
    found = values.resolve(one.url) if not one.host and "{{" in one.url else ()
    return load(one.kind, found[0], one.integrity) if len(found) == 1 else one


def script_of(entity: Entity) -> Script:
    """Facts of the code in an entity as it stands, without what the container tells of its variables."""
    key = _PARAMETER.get(entity.type)
    value = entity.params.get(key) if key else None
    return read_text(entity.type, value) if isinstance(value, str) and value else Script()


def vendors(script: Script) -> tuple[str, ...]:
    """Vendors a script loads, calls or asks for anything, in order; Google is none of them."""
    found = [c.vendor for c in script.calls] + [vendor_of(x.host, x.url) for x in script.loads]
    found += [GLOBALS[name] for name in script.page_state if name in GLOBALS]
    return tuple(v for v in dict.fromkeys(found) if v and v != "Google")


def platform_of(vendor: str) -> str:
    """The project's id of a vendor's platform; empty where there is none."""
    return PLATFORMS.get(vendor, "")


@lru_cache(maxsize=4096)
def read_text(kind: str, text: str) -> Script:
    """Facts of a text: `kind` is html, jsm (one function expression) or img (an address)."""
    legal, names = substituted(text[:MAX_TEXT])
    found = _Collect(names)
    if kind == "img":
        found.add("image", legal.strip())
    elif kind == "jsm":
        found.read("tagparity = " + legal)
    else:
        found.markup(legal)
    return found.script(cut=len(text) > MAX_TEXT)


class _Collect:
    """Gathers facts over all pieces of code of one text."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.loads: list[Load] = []
        self.calls: list[Call] = []
        self.pushes: list[Push] = []
        self.consent: list[tuple[str, tuple[str, ...]]] = []
        self.evaluated: list[str] = []
        self.evaluated_references: list[str] = []
        self.calls_variables: list[str] = []
        self.data = Reads()
        self.writes_document = self.damaged = False

    def markup(self, text: str) -> None:
        """Scripts and addresses of markup; text without markup is taken as it is: nothing runs."""
        code, loads = split(text)
        for kind, url, integrity in loads:
            self.add(kind, url, integrity)
        for piece in code:
            self.read(piece)

    def add(self, kind: str, url: str, integrity: bool = False) -> None:
        self.loads.append(load(kind, restored(url, self.names), integrity))

    def read(self, text: str) -> None:
        if not _WORDS.search(text):
            return
        code = Code(text, self.names)
        self.damaged |= code.damaged
        for node in code.nodes("call"):
            self._call(code, node)
        for node in code.nodes("new"):
            self._new(code, node)
        for node in code.nodes("set"):
            self._assignment(code, node)
        self.data.members(code)

    def _call(self, code: Code, call: Node) -> None:
        function = call.child_by_field_name("function")
        path = code.dotted(function)
        args = arguments(call)
        if found := vendor_call(code, path, call):
            self.calls.append(found)
        if path == "gtag" and (asked := consent(code, call)):
            self.consent.append(asked)
        if path.startswith("{{") and path.endswith("}}"):
            self.calls_variables.append(path[2:-2])
        if path.lower().endswith("datalayer.push") and (pushed := push(code, call)):
            self.pushes.append(pushed)
        self._evaluates(code, path, args)
        self._asks(code, path, function, args)
        self.data.call(code, path, call, args)

    def _evaluates(self, code: Code, path: str, args: list[Node]) -> None:
        if not args:
            return
        timer = path in ("setTimeout", "setInterval") and _is_string(code, args[0])
        if path in ("eval", "Function", "execScript") or timer:
            self._evaluated(f"{path} with a text" if timer else path, args)
        if path in ("document.write", "document.writeln"):
            self.writes_document = True
            written = code.value(args[0])
            _, loads = split(written.replace("<\\/", "</"))
            for kind, url, integrity in loads:
                self.add(kind, url, integrity)

    def _evaluated(self, how: str, args: list[Node]) -> None:
        self.evaluated.append(how)
        inside = " ".join(source(a, 20_000) for a in args) if len(self.evaluated) < 50 else ""
        self.evaluated_references += [name[2:-2] for key, name in self.names.items() if key in inside]

    def _asks(self, code: Code, path: str, function: Node | None, args: list[Node]) -> None:
        """Addresses asked for by a call."""
        last = path.rsplit(".", 1)[-1]
        if path in _REQUESTS or path == "navigator.sendBeacon":
            self._request(code, args)
        elif last == "open" and len(args) > 1 and code.value(args[0]).upper() in _METHODS:
            self.add("request", code.value(args[1]))
        elif args and (last == "getScript" or (function is not None and function.type == "import")):
            self.add("script", code.value(args[0]))
        elif last == "setAttribute" and len(args) > 1 and code.value(args[0]).lower() == "src" and function is not None:
            self._source(code, function.child_by_field_name("object"), args[1])

    def _request(self, code: Code, args: list[Node]) -> None:
        found, _ = code.keys(args[0]) if args else ({}, False)
        if args:
            self.add("request", code.value(found["url"]) if "url" in found else code.value(args[0]))

    def _new(self, code: Code, node: Node) -> None:
        made = code.dotted(node.child_by_field_name("constructor"))
        if made == "Function" and arguments(node):
            self._evaluated("new Function", arguments(node))
        self.data.new(made, arguments(node))

    def _assignment(self, code: Code, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        if left.type == "member_expression" and source(left.child_by_field_name("property")) == "src":
            self._source(code, left.child_by_field_name("object"), right)
        self.data.assignment(code, left, right)

    def _source(self, code: Code, element: Node | None, value: Node) -> None:
        """An element's `src` is set: what it is decides what is loaded."""
        url = code.value(value)
        made = code.resolved(element)
        kind = ""
        if made is not None and made.type == "assignment_expression":
            made = code.resolved(made.child_by_field_name("right"))
        if made is not None and made.type == "call_expression":
            args = arguments(made)
            last = code.dotted(made.child_by_field_name("function")).rsplit(".", 1)[-1]
            kind = _ELEMENTS.get(code.value(args[0]).lower(), "") if last == "createElement" and args else ""
        elif made is not None and made.type == "new_expression":
            kind = "image" if code.dotted(made.child_by_field_name("constructor")) == "Image" else ""
        if not kind:
            kind = "script" if url.split("?", 1)[0].endswith(".js") else "element"
        self.add(kind, url)

    def script(self, cut: bool) -> Script:
        data = self.data
        return Script(
            loads=_once(self.loads),
            calls=tuple(self.calls[:500]),
            pushes=tuple(self.pushes[:500]),
            consent=_once(self.consent),
            cookies_read=_once(data.cookies_read),
            cookies_written=_once(data.cookies_written),
            storage_read=_once(data.storage_read),
            storage_written=_once(data.storage_written),
            fields=_once(data.fields),
            personal=data.personal(),
            evaluated=_once(self.evaluated),
            evaluated_references=_once(self.evaluated_references),
            references=tuple(n[2:-2] for n in self.names.values()),
            page_state=_once(data.page_state),
            random=data.random,
            clock=data.clock,
            unique_event_id=data.unique_event_id or "{{gtm.uniqueEventId}}" in self.names.values(),
            calls_variables=_once(self.calls_variables),
            writes_document=self.writes_document,
            damaged=self.damaged,
            cut=cut,
        )


def _once(found: list[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))[:200]


def _is_string(code: Code, node: Node) -> bool:
    """Whether a node is text: a literal, a template or a sum that has one."""
    found = code.resolved(node)
    for _ in range(20):
        if found is None or found.type != "binary_expression":
            break
        right = found.child_by_field_name("right")
        if right is not None and right.type in ("string", "template_string"):
            return True
        found = found.child_by_field_name("left")
    return found is not None and found.type in ("string", "template_string")
