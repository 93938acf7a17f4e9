"""Conditions of triggers, decided as far as an export tells: true, false, or None where a page or request decides.

Patterns come from outside: they are only ever tried on short event and client names, never on long text, and one that
is long or nested enough to be slow is not tried at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Condition = tuple[str, str, str, bool]

MAX_PATTERN, MAX_SUBJECT = 500, 100
_SLOW = re.compile(r"\)[+*{]|\\[1-9]")  # a group that repeats, or a look back at one
_REPEATS = re.compile(r"(?<!\\)[+*{]")
MAX_REPEATS = 3  # each may cost as many steps as the subject has characters
_PLAIN = re.compile(r"[A-Za-z0-9_. :/-]+")
_ANY = {".*", ".+", "^.*$", "^.+$", "", "^.*", ".*$", "(.*)", "(.*?)"}


def holds(operator: str, subject: str, wanted: str) -> bool | None:
    """Whether a condition holds for a known subject and a known operand, without its negation."""
    if len(subject) > MAX_SUBJECT:
        return None
    simple = {
        "EQUALS": subject == wanted,
        "CONTAINS": wanted in subject,
        "STARTS_WITH": subject.startswith(wanted),
        "ENDS_WITH": subject.endswith(wanted),
    }
    if operator in simple:
        return simple[operator]
    return _matches(wanted, subject) if operator in ("MATCH_REGEX", "MATCHES_REGEX") else None


def _matches(pattern: str, subject: str) -> bool | None:
    """Whether a pattern is found in a name, as Tag Manager looks for it: anywhere."""
    if pattern in _ANY:
        return True
    if len(pattern) > MAX_PATTERN or _SLOW.search(pattern) or len(_REPEATS.findall(pattern)) > MAX_REPEATS:
        return None
    try:
        return re.search(pattern, subject) is not None
    except (re.error, RecursionError, OverflowError):
        return None  # what Python cannot read, JavaScript or RE2 may


def words(pattern: str) -> frozenset[str] | None:
    """The names a pattern stands for when it merely lists some: `^(a|b)$`, `a|b`. None for all others. An unanchored
    list also finds longer names; the names listed are what its author means."""
    body = pattern.removeprefix("(?i)").removeprefix("^").removesuffix("$")
    if body.startswith("(?:"):
        body = "(" + body[3:]
    if body.startswith("(") and body.endswith(")") and body.count("(") == 1:
        body = body[1:-1]
    parts = [p.removeprefix("^").removesuffix("$").replace("\\.", ".").replace("\\_", "_") for p in body.split("|")]
    return frozenset(parts) if parts and all(_PLAIN.fullmatch(p) for p in parts) else None


def contradiction(conditions: Iterable[Condition]) -> str:
    """Why these conditions can never hold together, in words; empty where they may."""
    equal: dict[str, str] = {}
    given = [c for c in conditions if "{{" not in c[2]]
    for operator, left, right, negated in given:
        if operator == "EQUALS" and not negated and equal.setdefault(left, right) != right:
            return f"{left} must equal two different values"
    for operator, left, right, negated in given:
        if left in equal and "{{" in left:
            truth = holds(operator, equal[left], right)
            if truth is not None and truth == negated:
                return f"two conditions on {left} exclude each other"
    return ""
