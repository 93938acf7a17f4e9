"""JavaScript as a tree with the little that is needed of scopes: what a name stands for where it is used.

Nothing here descends by calling itself: code comes from outside and may be nested as deep as it likes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

_REFERENCE = re.compile(r"\{\{([^{}\n]{1,300})\}\}")
_PLACEHOLDER = re.compile(r"tpref\d{1,6}x")
MAX_NODES = 20_000
_STEPS = 24
_GLOBAL = {"window", "self", "top", "parent", "globalThis"}
_FUNCTIONS = (
    "function_expression",
    "arrow_function",
    "function_declaration",
    "generator_function",
    "method_definition",
)
_KINDS = {
    "call_expression": "call",
    "new_expression": "new",
    "assignment_expression": "set",
    "augmented_assignment_expression": "set",
    "variable_declarator": "var",
    "member_expression": "member",
    "subscript_expression": "member",
    "string": "text",
    "template_string": "text",
    **dict.fromkeys(_FUNCTIONS, "function"),
}
_MAX_DEPTH, _MAX_VISITS = 500, 300_000


@cache
def _parser() -> Parser:
    """Made on first use: start-up of other commands does without."""
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))


def _collected(tree: Tree) -> dict[str, list[Node]]:
    """The nodes facts are read from, in order. What is nested deeper than anybody writes is left out: a query over the
    tree takes time by the square of its depth."""
    found: dict[str, list[Node]] = defaultdict(list)
    cursor, depth = tree.walk(), 0
    for _ in range(_MAX_VISITS):
        node = cursor.node
        if node is not None and (kind := _KINDS.get(node.type)) and len(found[kind]) < MAX_NODES:
            found[kind].append(node)
        if depth < _MAX_DEPTH and cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found
            depth -= 1
    return found


class Code:
    """One parsed text. `names` maps placeholders to what stood there."""

    def __init__(self, text: str, names: dict[str, str]) -> None:
        self._bytes = text.encode("utf-8", "replace")
        tree = _parser().parse(self._bytes)
        self.damaged = tree.root_node.has_error
        self.names = names
        self._found = _collected(tree)
        self._functions = sorted((f.start_byte, f.end_byte) for f in self.nodes("function"))
        self._bound: dict[str, list[tuple[int, int, Node]]] | None = None

    def nodes(self, kind: str) -> list[Node]:
        return self._found.get(kind, [])

    def written(self, node: Node) -> str:
        """The code of a node, references in braces again, on one line."""
        part = self._bytes[node.start_byte : min(node.end_byte, node.start_byte + 400)].decode("utf-8", "replace")
        return self.restored(" ".join(part.split()))[:200]

    def restored(self, text: str) -> str:
        return restored(text, self.names)

    def dotted(self, node: Node | None) -> str:
        """`dataLayer.push` for `window['dataLayer'].push` or `(window.dataLayer = window.dataLayer || []).push`; empty
        for what is no plain path."""
        parts: list[str] = []
        for _ in range(_STEPS):
            if node is None:
                return ""
            if node.type == "member_expression":
                parts.append(_source(node.child_by_field_name("property")))
                node = node.child_by_field_name("object")
            elif node.type == "subscript_expression":
                index = node.child_by_field_name("index")
                parts.append(literal(index) if index is not None and index.type == "string" else "*")
                node = node.child_by_field_name("object")
            elif node.type == "parenthesized_expression":
                node = node.named_children[0] if node.named_children else None
            elif node.type in ("assignment_expression", "binary_expression", "augmented_assignment_expression"):
                node = node.child_by_field_name("left")
            elif node.type in ("identifier", "this"):
                parts.append(self.restored(_source(node)))
                break
            else:
                parts.append("")
                break
        parts.reverse()
        while len(parts) > 1 and parts[0] in _GLOBAL:
            parts = parts[1:]
        return ".".join(parts)

    def calls_through(self, call: Node, path: str) -> bool:
        """Whether a call is a method of what another call gives back: `ttq.instance(id).track(...)`."""
        function = call.child_by_field_name("function")
        inner = function.child_by_field_name("object") if function is not None else None
        made = inner.child_by_field_name("function") if inner is not None and inner.type == "call_expression" else None
        return made is not None and self.dotted(made) == path

    def resolved(self, node: Node | None) -> Node | None:
        """What a node stands for once names with one meaning here are followed."""
        for _ in range(_STEPS):
            if node is None:
                return None
            if node.type == "parenthesized_expression" and node.named_children:
                node = node.named_children[0]
            elif node.type == "identifier" and (value := self._meaning(node)) is not None:
                node = value
            else:
                return node
        return node

    def _meaning(self, use: Node) -> Node | None:
        """The value of the innermost binding of a name around its use; None where there are several or none."""
        if self._bound is None:
            self._bound = self._bindings()
        around = [b for b in self._bound.get(_source(use), [])[:50] if b[0] <= use.start_byte < b[1]]
        if not around:
            return None
        start = max(b[0] for b in around)
        inner = [b[2] for b in around if b[0] == start]
        return inner[0] if len(inner) == 1 and inner[0].start_byte != use.start_byte else None

    def _bindings(self) -> dict[str, list[tuple[int, int, Node]]]:
        """Name -> (start and end of the function it holds in, value)."""
        found: dict[str, list[tuple[int, int, Node]]] = defaultdict(list)
        for kind, key in (("var", "name"), ("set", "left")):
            for node in self.nodes(kind):
                name, value = (
                    node.child_by_field_name(key),
                    node.child_by_field_name("value" if kind == "var" else "right"),
                )
                if name is not None and value is not None and name.type == "identifier":
                    found[_source(name)].append((*self._scope(node.start_byte), value))
        for call in self.nodes("call"):
            function = unwrapped(call.child_by_field_name("function"))
            if function is not None and function.type in _FUNCTIONS:
                for name, value in zip(_parameters(function), arguments(call), strict=False):
                    found[_source(name)].append((function.start_byte, function.end_byte, value))
        return found

    def _scope(self, at: int) -> tuple[int, int]:
        """The innermost function around a place, looked for a bounded way back; the whole text otherwise."""
        i = bisect_right(self._functions, (at, 1 << 60)) - 1
        for k in range(i, max(-1, i - 200), -1):
            if self._functions[k][1] > at:
                return self._functions[k]
        return 0, 1 << 60

    def value(self, node: Node | None) -> str:
        """The text an expression gives, with `*` for parts decided at run time: `https://*/x.js`."""
        out: list[str] = []
        stack: list[Node | None] = [node]
        for _ in range(200):
            if not stack:
                break
            one = self.resolved(stack.pop())
            if one is None:
                out.append("*")
            elif one.type == "string":
                out.append(self.restored(literal(one)))
            elif one.type == "template_string":
                out.append(self.restored(_template(one)))
            elif one.type == "number":
                out.append(_source(one))
            elif one.type == "identifier" and _source(one) in self.names:
                out.append(self.names[_source(one)])
            elif one.type == "binary_expression" and _operator(one) == "+":
                stack += [one.child_by_field_name("right"), one.child_by_field_name("left")]
            elif one.type == "ternary_expression":
                stack.append(one.child_by_field_name("consequence"))
            elif one.type == "assignment_expression":
                stack.append(one.child_by_field_name("right"))
            else:
                out.append("*")
        return re.sub(r"\*{2,}", "*", "".join(out))

    def said(self, node: Node | None) -> str:
        """A value as text where it is fixed or one reference, else the code as written."""
        found = self.value(node)
        return found if "*" not in found or node is None else self.written(node)

    def keys(self, node: Node | None) -> tuple[dict[str, Node], bool]:
        """(key -> value of an object literal, whether it may have others)."""
        node = self.resolved(node)
        if node is None or node.type in ("null", "undefined", "string", "number", "template_string", "true", "false"):
            return {}, False
        if node.type != "object":
            return {}, True
        found, opaque = {}, False
        for child in node.named_children[:300]:
            key = child.child_by_field_name("key") if child.type == "pair" else child
            value = child.child_by_field_name("value")
            if child.type == "pair" and key is not None and value is not None:
                opaque |= key.type == "computed_property_name"
                found[self.restored(literal(key) if key.type == "string" else _source(key))[:100]] = value
            elif child.type == "shorthand_property_identifier":
                found[_source(child)] = child
            elif child.type not in ("comment", "method_definition"):
                opaque = True
        return found, opaque


def _source(node: Node | None, limit: int = 2_000) -> str:
    """The code of a node; empty for one longer than `limit`, so that nested code is not copied over and over."""
    if node is None or node.end_byte - node.start_byte > limit:
        return ""
    return (node.text or b"").decode("utf-8", "replace")


source = _source


def restored(text: str, names: dict[str, str]) -> str:
    """`text` with placeholders turned back into `{{Name}}`."""
    return _PLACEHOLDER.sub(lambda m: names.get(m.group(), m.group()), text) if "tpref" in text else text


def substituted(text: str) -> tuple[str, dict[str, str]]:
    """`text` with every `{{Name}}` replaced by a name of its own, legal wherever code, text or an address stands; and
    what each stood for."""
    names: dict[str, str] = {}
    seen: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        name = "{{" + found.group(1).strip() + "}}"
        placeholder = seen.setdefault(name, f"tpref{len(seen)}x")
        names[placeholder] = name
        return placeholder

    return _REFERENCE.sub(put, text), names


def literal(node: Node) -> str:
    """What a string literal says, simple escapes undone."""
    inside = _source(node, 100_000)[1:-1]
    return inside.replace("\\/", "/").replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n")


def _template(node: Node) -> str:
    parts = [_source(c) if c.type != "template_substitution" else _inner(c) for c in node.named_children]
    return "".join(parts)


def _inner(substitution: Node) -> str:
    text = _source(substitution)[2:-1].strip()
    return text if text.startswith("tpref") and text.isalnum() else "*"


def _operator(node: Node) -> str:
    return _source(node.child_by_field_name("operator"))


def unwrapped(node: Node | None) -> Node | None:
    """A node without the parentheses around it."""
    for _ in range(_STEPS):
        if node is None or node.type != "parenthesized_expression" or not node.named_children:
            return node
        node = node.named_children[0]
    return node


def arguments(call: Node) -> list[Node]:
    found = call.child_by_field_name("arguments")
    if found is None or found.type != "arguments":
        return []
    return [n for n in found.named_children[:50] if n.type != "comment"]


def _parameters(function: Node) -> Iterator[Node]:
    found = function.child_by_field_name("parameters")
    yield from (n for n in (found.named_children[:50] if found is not None else ()) if n.type == "identifier")
