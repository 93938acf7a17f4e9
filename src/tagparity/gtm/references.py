"""Texts and `{{Variable}}` references inside parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..core.container import Param

_REFERENCE = re.compile(r"\{\{([^{}]+)\}\}")


def strings(value: Param) -> Iterator[tuple[str, str]]:
    """(key, text) of every string below a parameter; rows of a list carry no key of their own."""
    stack: list[tuple[str, Param]] = [("", value)]
    while stack:
        key, node = stack.pop()
        if isinstance(node, str):
            yield key, node
        elif isinstance(node, list):
            stack += [(key, v) for v in reversed(node)]
        elif isinstance(node, dict):
            stack += [(k, v) for k, v in reversed(node.items())]


def references(values: Iterable[str]) -> list[str]:
    """Names in double braces, in order, each once."""
    found = (name.strip() for value in values for name in _REFERENCE.findall(value))
    return list(dict.fromkeys(name for name in found if name))
