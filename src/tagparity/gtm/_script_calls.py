"""Calls of vendors' functions and pushes to the data layer in parsed JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._script_facts import Call, Push
from ._script_js import Code, arguments, source
from ._script_vendors import FUNCTIONS, ID_KEYS, OBJECTS, QUEUES, TRACKS

if TYPE_CHECKING:
    from tree_sitter import Node

_TTQ = {"track", "page", "load", "identify"}
_SINGLE = {"trackSingle", "trackSingleCustom"}  # the pixel comes before the event


def vendor_call(code: Code, path: str, call: Node) -> Call | None:
    """The call as a vendor reads it; None when `path` is no vendor's function."""
    args = arguments(call)
    head, _, tail = path.partition(".")
    if path in FUNCTIONS and args:
        return _plain(code, FUNCTIONS[path], path, args)
    if tail == "push" and head in QUEUES and args:
        return _queued(code, QUEUES[head], path, args)
    last = path.rsplit(".", 1)[-1]
    if path == ".track" and code.calls_through(call, "ttq.instance"):
        head, tail = "ttq", "track"
    if head in OBJECTS and tail and (head != "ttq" or last in _TTQ) and last != "push":
        return _method(code, OBJECTS[head], head, last, args)
    return None


def _plain(code: Code, vendor: str, function: str, args: list[Node]) -> Call:
    method = code.said(args[0])
    if function == "lintrk":
        return _built(code, vendor, function, method, "", args[1:], _text_of(code, args[1:2], "conversion_id"))
    single = method in _SINGLE
    names, rest = (args[2:3], args[3:]) if single else (args[1:2], args[2:])
    event = code.said(names[0]) if names and _is_text(code, names[0]) else ""
    if names and not event:
        rest = [*names, *rest]
    target = code.said(args[1]) if single and len(args) > 1 else ""
    if not _tracks(method):
        target, event = event, ""
    return _built(code, vendor, function, method, event, rest, target)


def _queued(code: Code, vendor: str, path: str, args: list[Node]) -> Call:
    """`uetq.push('event', 'purchase', {...})`, `_learnq.push(['track', ...])` or `_tfa.push({notify: 'event'})`."""
    first = code.resolved(args[0])
    if first is not None and first.type == "array":
        args = [n for n in first.named_children[:50] if n.type != "comment"]
    if args and _is_text(code, args[0]):
        return _plain(code, vendor, path, args)
    found, _ = code.keys(args[0]) if args else ({}, False)
    method = next((code.said(found[k]) for k in ("notify", "event", "ea") if k in found), "")
    event = next((code.said(found[k]) for k in ("name", "ea", "event") if k in found), "")
    return _built(code, vendor, path, "event" if method else "push", event, args, "")


def _method(code: Code, vendor: str, head: str, method: str, args: list[Node]) -> Call:
    event = code.said(args[0]) if args and _is_text(code, args[0]) else ""
    rest = args[1:] if event else args
    target = ""
    if not _tracks(method):
        target, event = event, ""
    elif method == "page":
        event, rest = "page", args
    return _built(code, vendor, head, method, event, rest, target)


def _built(code: Code, vendor: str, function: str, method: str, event: str, rest: list[Node], target: str) -> Call:
    keys: dict[str, Node] = {}
    opaque = False
    for node in rest[:4]:
        found, unread = code.keys(node)
        keys |= found
        opaque |= unread
    wanted = ID_KEYS.get(vendor, ())
    event_id = next((code.said(keys[k]) for k in wanted if k in keys), "")
    shown = tuple(list(keys)[:60])
    return Call(vendor, function, method[:60], event[:200], shown, event_id, target[:100], opaque, _tracks(method))


def _tracks(method: str) -> bool:
    return method in TRACKS


def _text_of(code: Code, nodes: list[Node], key: str) -> str:
    found, _ = code.keys(nodes[0]) if nodes else ({}, False)
    return code.said(found[key]) if key in found else ""


def _is_text(code: Code, node: Node) -> bool:
    """Whether an argument can be a name: anything but an object, array or function."""
    found = code.resolved(node)
    return found is not None and found.type not in ("object", "array", "function_expression", "arrow_function", "null")


def push(code: Code, call: Node) -> Push | None:
    """A push to the data layer; None for gtag's own `dataLayer.push(arguments)`."""
    args = arguments(call)
    if not args or source(args[0]) == "arguments":
        return None
    found, opaque = code.keys(args[0])
    event = code.said(found["event"])[:200] if "event" in found else ""
    return Push(event, tuple(list(found)[:60]), opaque)


def consent(code: Code, call: Node) -> tuple[str, tuple[str, ...]] | None:
    """`gtag('consent', 'default', {...})`: what it is and which types it names."""
    args = arguments(call)
    if len(args) < 2 or code.value(args[0]) != "consent":
        return None
    found, opaque = code.keys(args[2]) if len(args) > 2 else ({}, True)
    return code.said(args[1])[:40], (*tuple(found)[:20], *(("*",) if opaque else ()))
