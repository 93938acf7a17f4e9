"""Steps that choose or look up: one rule or another by what the value looks like, tables, parts of a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .steps import Rule, compile_sql, compiled, let, literal, re2, run


@dataclass(frozen=True, slots=True)
class Either:
    """`then` where the value has a match of `pattern` anywhere, `other` elsewhere."""

    pattern: str
    then: Rule
    other: Rule

    def text(self, value: str) -> str | None:
        return run(self.then if compiled(self.pattern).search(value) else self.other, value)

    def sql(self, expr: str) -> str | None:
        def body(v: str) -> str | None:
            then, other = compile_sql(self.then, v), compile_sql(self.other, v)
            if then is None or other is None:
                return None
            return f"CASE WHEN regexp_matches({v}, {re2(self.pattern)}) THEN {then} ELSE {other} END"

        return let(expr, body)


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The answer of the first rule that does not reject the value."""

    rules: tuple[Rule, ...]

    def text(self, value: str) -> str | None:
        return next((out for rule in self.rules if (out := run(rule, value)) is not None), None)

    def sql(self, expr: str) -> str | None:
        def body(v: str) -> str | None:
            parts = [compile_sql(rule, v) for rule in self.rules]
            return None if None in parts else f"coalesce({', '.join(p for p in parts if p is not None)})"

        return let(expr, body)


def _map(table: Mapping[str, str]) -> str:
    return f"map([{', '.join(literal(k) for k in table)}], [{', '.join(literal(v) for v in table.values())}])"


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """The value's entry in `table`; values that have none go through `other`, and are rejected where it is None."""

    table: Mapping[str, str] = field(repr=False)
    other: Rule | None = ()

    def text(self, value: str) -> str | None:
        if value in self.table:
            return self.table[value]
        return None if self.other is None else run(self.other, value)

    def sql(self, expr: str) -> str | None:
        if self.other is None:
            return f"{_map(self.table)}[{expr}]"

        def body(v: str) -> str | None:
            assert self.other is not None
            other = compile_sql(self.other, v)
            return None if other is None else f"coalesce({_map(self.table)}[{v}], {other})"

        return let(expr, body)


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """The entry of the first key of `table` that the value contains; a value without one is kept."""

    table: Mapping[str, str] = field(repr=False)

    def text(self, value: str) -> str | None:
        return next((code for name, code in self.table.items() if name in value), value)

    def sql(self, expr: str) -> str | None:
        def body(v: str) -> str | None:
            whens = " ".join(f"WHEN contains({v}, {literal(n)}) THEN {literal(c)}" for n, c in self.table.items())
            return f"CASE {whens} ELSE {v} END"

        return let(expr, body)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The value cut at matches of `at`, each word replaced by its entry in `table` where it has one, and put together
    without anything between."""

    at: str
    table: Mapping[str, str] = field(repr=False)

    def text(self, value: str) -> str | None:
        return "".join(self.table.get(word, word) for word in compiled(self.at).split(value))

    def sql(self, expr: str) -> str | None:
        words = f"string_split_regex({expr}, {re2(self.at)})"
        return f"array_to_string(list_transform({words}, lambda w: coalesce({_map(self.table)}[w], w)), '')"


@dataclass(frozen=True, slots=True)
class BeforeAt:
    """`rule` over what stands before the first (or last) @; a value without @ is kept as it is."""

    rule: Rule
    last: bool = False

    def text(self, value: str) -> str | None:
        local, at, domain = value.rpartition("@") if self.last else value.partition("@")
        if not at:
            return value
        changed = run(self.rule, local)
        return None if changed is None else changed + at + domain

    def sql(self, expr: str) -> str | None:
        def body(v: str) -> str | None:
            local = f"regexp_extract({v}, '(?s)^(.*)@', 1)" if self.last else f"split_part({v}, '@', 1)"
            tail = f"'@' || split_part({v}, '@', -1)" if self.last else f"substr({v}, strpos({v}, '@'))"
            changed = compile_sql(self.rule, local)
            return None if changed is None else f"CASE WHEN contains({v}, '@') THEN {changed} || {tail} ELSE {v} END"

        return let(expr, body)
