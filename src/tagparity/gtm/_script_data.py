"""What parsed JavaScript reads and keeps: cookies, storage, form fields, chance and clock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ._script_js import Code, arguments, literal, source, unwrapped

if TYPE_CHECKING:
    from tree_sitter import Node

_FINDERS = {
    "querySelector", "querySelectorAll", "getElementById", "getElementsByName", "getElementsByClassName",
    "getElementsByTagName", "namedItem", "closest",
}  # fmt: skip
_TARGETS = {"target", "currentTarget", "srcElement"}
_STORES = {"localStorage", "sessionStorage"}
_STORE_METHODS = {"getItem", "setItem", "removeItem", "clear", "key", "length"}
_OWN_GLOBALS = {"dataLayer"}
_FIELD = re.compile(r"\b(?:input|select|textarea)\b\s*[\[#.:]|\[\s*(?:name|type|id|autocomplete)\s*[*^$~|]?=", re.I)
_ATTRIBUTE = re.compile(r"\[\s*(?:name|type|id|class|autocomplete|placeholder)\s*[*^$~|]?=", re.I)
# What a field holds, by its selector without the names of attributes.
_PERSONAL = {
    "email": re.compile(r"e-?mail|correo", re.I),
    "phone": re.compile(r"phone|telefon|teléfono|mobile|celular|whatsapp|(?<![a-z])tel(?![a-z])", re.I),
    "name": re.compile(
        r"(?:first|last|sur|full|given|family)[_\s-]?name|"
        r"(?<![a-z_-])(?:name|nome|nombre|vorname|nachname)(?![a-z_-])",
        re.I,
    ),
    "password": re.compile(r"passw|(?<![a-z])pwd(?![a-z])", re.I),
    "address": re.compile(r"(?<![a-z])(?:street|address|postal|zip|postcode|cep)(?![a-z])", re.I),
    "payment": re.compile(r"card[_-]?num|cvv|cvc|iban", re.I),
}
_COOKIE_GET = re.compile(r"(?:get|read)_?cookie|^cookies?\.get$", re.I)
_COOKIE_SET = re.compile(r"(?:set|write|create)_?cookie|^cookies?\.set$", re.I)


class Reads:
    """Collects over all pieces of one text."""

    def __init__(self) -> None:
        self.cookies_read: list[str] = []
        self.cookies_written: list[str] = []
        self.storage_read: list[str] = []
        self.storage_written: list[str] = []
        self.fields: list[str] = []
        self.page_state: list[str] = []
        self.random = self.clock = self.unique_event_id = False
        self._selectors: list[str] = []
        self._written: set[tuple[int, int]] = set()

    def call(self, code: Code, path: str, call: Node, args: list[Node]) -> None:
        head, _, last = path.rpartition(".")
        first = code.value(args[0])[:100] if args else "*"
        if path == "Math.random" or last in ("randomUUID", "getRandomValues") or "uuid" in last.lower():
            self.random = True
        if path in ("Date.now", "performance.now", "Date"):
            self.clock = True
        if head in _STORES:
            if last == "setItem":
                self.storage_written.append(first)
            elif last == "getItem":
                self.storage_read.append(first)
        if args and (_COOKIE_GET.search(path)):
            self.cookies_read.append(first)
        elif len(args) > 1 and _COOKIE_SET.search(path):
            self.cookies_written.append(first)
        if last == "val" and not args:
            self._jquery(code, call)

    def _jquery(self, code: Code, call: Node) -> None:
        function = call.child_by_field_name("function")
        found = code.resolved(function.child_by_field_name("object")) if function is not None else None
        if found is not None and found.type == "call_expression":
            args = arguments(found)
            if code.dotted(found.child_by_field_name("function")) in ("$", "jQuery") and args:
                self.fields.append(code.value(args[0])[:200])

    def new(self, made: str, args: list[Node]) -> None:
        if made == "Date" and not args:
            self.clock = True
        elif made == "FormData":
            self.fields.append("*")

    def assignment(self, code: Code, left: Node, right: Node) -> None:
        path = code.dotted(left)
        self._written.add((left.start_byte, left.end_byte))
        head, _, last = path.partition(".")
        if path == "document.cookie":
            name = code.value(right).split("=", 1)[0].strip()
            self.cookies_written.append(name[:100] if name and "*" not in name else "*")
        elif head in _STORES and last:
            self.storage_written.append(last[:100])
        elif _is_global(left, path) and head not in _OWN_GLOBALS and not _queue(right):
            self.page_state.append(path[:100])

    def members(self, code: Code) -> None:
        """Properties that are read; the places written to are known by now."""
        for node in code.nodes("member"):
            if (node.start_byte, node.end_byte) in self._written:
                continue
            last = source(node.child_by_field_name("property"))
            if last == "value":
                self._value(code, node)
            elif last == "cookie" and code.dotted(node) == "document.cookie":
                self.cookies_read.append("*")
            elif last == "uniqueEventId":
                self.unique_event_id = True
            elif last not in _STORE_METHODS:
                self._stored(code, node)
        for node in code.nodes("text"):
            text = literal(node)
            if text == "gtm.uniqueEventId":
                self.unique_event_id = True
            elif len(text) < 400 and _FIELD.search(text):
                self._selectors.append(text)
        self._written.clear()

    def _stored(self, code: Code, node: Node) -> None:
        if "Storage" not in source(node.child_by_field_name("object"))[:40]:
            return
        head, _, last = code.dotted(node).partition(".")
        if head in _STORES and last and "." not in last:
            self.storage_read.append(last[:100])

    def _value(self, code: Code, node: Node) -> None:
        """`.value` of an element: one that was looked up in the page, or the target of an event."""
        element = code.resolved(node.child_by_field_name("object"))
        for _ in range(6):
            if element is None or element.type != "subscript_expression":
                break
            element = code.resolved(element.child_by_field_name("object"))
        element = unwrapped(element)
        if element is None:
            return
        path = code.dotted(element)
        if element.type == "call_expression":
            last = code.dotted(element.child_by_field_name("function")).rsplit(".", 1)[-1]
            args = arguments(element)
            if last in _FINDERS and args:
                self.fields.append(code.value(args[0])[:200])
        elif element.type == "member_expression":
            if path.rsplit(".", 1)[-1] in _TARGETS:
                self.fields.append("*")
            elif path.startswith("document.forms") or ".elements." in path:
                self.fields.append(path[:200])

    def personal(self) -> tuple[str, ...]:
        """Kinds of personal data among the fields read; for a field found at run time, by the selectors in the code."""
        seen = [f for f in self.fields if f != "*"] + (self._selectors if "*" in self.fields else [])
        plain = [_ATTRIBUTE.sub("[", s) for s in seen]
        return tuple(kind for kind, mark in _PERSONAL.items() if any(mark.search(s) for s in plain))


def _queue(value: Node) -> bool:
    """Whether a value is a vendor's waiting queue, `window.q || []`, which keeps nothing of its own."""
    right = value.child_by_field_name("right")
    return right is not None and right.type == "array" and not right.named_children


def _is_global(left: Node, path: str) -> bool:
    """Whether an assignment leaves something on the page: `window.x = ...`, `google_tag_data.x = ...`."""
    if left.type not in ("member_expression", "subscript_expression"):
        return False
    text = source(left)[:60]
    return text.startswith(("window.", "window[", "self.", "top.", "globalThis.")) or path.startswith("google_tag_")
