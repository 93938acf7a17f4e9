"""The small steps a normalisation is made of. Each knows two ways to run: `text` on one Python string, `sql` as a
DuckDB expression over a column. Both give the same answer; None and NULL mean rejected, must not be sent.

Patterns are written once, in the part of the syntax that Python's `re` and RE2 share: explicit character classes, no
look-around, `\\uXXXX` for code points, `\\d` and `\\w` for ASCII only. Never `\\s` (vertical tab) nor `$` (newline at
the end), in which the two differ.

Letter case follows Unicode as Python, JavaScript and Java do. DuckDB 2.0 differs in two places, repaired in `Lower`:
U+0130, and capital sigma at the end of a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

_FLAGS = re.ASCII


class Step(Protocol):
    """One step of a rule."""

    def text(self, value: str) -> str | None:
        """The value after this step, None where it is rejected."""

    def sql(self, expr: str) -> str | None:
        """The same over a DuckDB expression; None where no expression can do it."""


Rule = tuple[Step, ...]


def run(rule: Rule, value: str) -> str | None:
    """`value` after every step of `rule`, None as soon as one rejects it."""
    current: str | None = value
    for step in rule:
        if current is None:
            return None
        current = step.text(current)
    return current


def compile_sql(rule: Rule, expr: str) -> str | None:
    """`rule` as one DuckDB expression over `expr`, None where a step has none."""
    current: str | None = expr
    for step in rule:
        if current is None:
            return None
        current = step.sql(current)
    return current


def literal(text: str) -> str:
    """`text` as a SQL string; control characters are written as `chr(n)`."""
    parts = re.split(r"([\x00-\x1f])", text)
    quoted = [f"chr({ord(p)})" if len(p) == 1 and p < " " else "'" + p.replace("'", "''") + "'" for p in parts if p]
    return "(" + " || ".join(quoted) + ")" if len(quoted) > 1 else (quoted or ["''"])[0]


def re2(pattern: str) -> str:
    """`pattern` as a SQL string for DuckDB."""
    return literal(re.sub(r"\\u([0-9a-fA-F]{4})", r"\\x{\1}", pattern).replace(r"\Z", r"\z"))


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str]:
    """`pattern` for Python."""
    return re.compile(pattern, _FLAGS)


def let(expr: str, body: Callable[[str], str | None]) -> str | None:
    """`body` over `expr`, which is computed once however often the body names it."""
    if re.fullmatch(r"[\w.\"]{1,64}", expr):
        return body(expr)
    taken = [int(n) for n in re.findall(r"\bv(\d{1,4})\b", expr)]
    name = f"v{1 + max(taken, default=0)}"
    inner = body(name)
    return None if inner is None else f"list_transform([{expr}], lambda {name}: {inner})[1]"


# Small sigma has a form of its own at the end of a word; the end is taken simply: a Greek letter before, none after.
_GREEK = r"\u0370-\u03ff\u1f00-\u1fff"
_LAST_SIGMA = re.compile(f"(?<=[{_GREEK}])Σ(?![{_GREEK}])")


def _lower(value: str) -> str:
    if "Σ" in value:
        value = _LAST_SIGMA.sub("ς", value).replace("Σ", "σ")
    return value.lower()


@dataclass(frozen=True, slots=True)
class Lower:
    """Lower case of every letter."""

    def text(self, value: str) -> str | None:
        return _lower(value)

    def sql(self, expr: str) -> str | None:
        sigma = re2(f"([{_GREEK}])Σ([^{_GREEK}]|\\Z)")
        return f"lower(replace(regexp_replace({expr}, {sigma}, '\\1ς\\2', 'g'), 'İ', 'i̇'))"


_UP, _DOWN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class AsciiCase:
    """A to Z in lower (or upper) case, everything else as it is."""

    upper: bool = False

    def text(self, value: str) -> str | None:
        old, new = (_DOWN, _UP) if self.upper else (_UP, _DOWN)
        return value.translate(str.maketrans(old, new))

    def sql(self, expr: str) -> str | None:
        old, new = (_DOWN, _UP) if self.upper else (_UP, _DOWN)
        return f"translate({expr}, '{old}', '{new}')"


@dataclass(frozen=True, slots=True)
class Trim:
    """Both ends freed of the given characters."""

    chars: str

    def text(self, value: str) -> str | None:
        return value.strip(self.chars)

    def sql(self, expr: str) -> str | None:
        # the engine's trim() with a set of characters was measured three times slower
        ends = "[" + "".join(f"\\x{{{ord(char):x}}}" for char in self.chars) + "]+"
        return f"regexp_replace({expr}, '^{ends}|{ends}\\z', '', 'g')"


@dataclass(frozen=True, slots=True)
class Sub:
    """Matches of `pattern` replaced (`\\1` stands for a group); only the first one unless `every`."""

    pattern: str
    by: str = ""
    every: bool = True

    def text(self, value: str) -> str | None:
        return compiled(self.pattern).sub(self.by, value, count=0 if self.every else 1)

    def sql(self, expr: str) -> str | None:
        flag = ", 'g'" if self.every else ""
        return f"regexp_replace({expr}, {re2(self.pattern)}, {literal(self.by)}{flag})"


def remove(chars: str) -> Sub:
    """Characters of a class (as written inside `[...]`) taken out."""
    return Sub(f"[{chars}]+")


def keep(chars: str) -> Sub:
    """Only characters of a class (as written inside `[...]`) kept."""
    return Sub(f"[^{chars}]+")


@dataclass(frozen=True, slots=True)
class Take:
    """Group 1 of the first match of `pattern`; rejected when there is none or it is empty."""

    pattern: str

    def text(self, value: str) -> str | None:
        found = compiled(self.pattern).search(value)
        return (found.group(1) or None) if found else None

    def sql(self, expr: str) -> str | None:
        return f"nullif(regexp_extract({expr}, {re2(self.pattern)}, 1), '')"


@dataclass(frozen=True, slots=True)
class Need:
    """The whole value must match `pattern`, which does not match the empty text; rejected where it does not."""

    pattern: str

    def text(self, value: str) -> str | None:
        return value if compiled(self.pattern).fullmatch(value) else None

    def sql(self, expr: str) -> str | None:
        return let(expr, lambda v: f"CASE WHEN regexp_full_match({v}, {re2(self.pattern)}) THEN {v} END")


@dataclass(frozen=True, slots=True)
class Reject:
    """A value with a match of `pattern` is rejected."""

    pattern: str

    def text(self, value: str) -> str | None:
        return None if compiled(self.pattern).search(value) else value

    def sql(self, expr: str) -> str | None:
        return let(expr, lambda v: f"CASE WHEN NOT regexp_matches({v}, {re2(self.pattern)}) THEN {v} END")


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """The empty value is rejected."""

    def text(self, value: str) -> str | None:
        return value or None

    def sql(self, expr: str) -> str | None:
        return f"nullif({expr}, '')"


@dataclass(frozen=True, slots=True)
class First:
    """The first `count` characters (code points)."""

    count: int

    def text(self, value: str) -> str | None:
        return value[: self.count]

    def sql(self, expr: str) -> str | None:
        return f"substr({expr}, 1, {self.count})"


@dataclass(frozen=True, slots=True)
class Prefix:
    """`front` put before the value."""

    front: str

    def text(self, value: str) -> str | None:
        return self.front + value

    def sql(self, expr: str) -> str | None:
        return f"({literal(self.front)} || {expr})"


@dataclass(frozen=True, slots=True)
class Constant:
    """A fixed text, whatever the value."""

    value: str

    def text(self, value: str) -> str | None:  # noqa: ARG002
        return self.value

    def sql(self, expr: str) -> str | None:
        return f"CASE WHEN {expr} IS NOT NULL THEN {literal(self.value)} END"
