"""A profile: how one library, in one version, writes the identifiers of one platform before it hashes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .steps import Rule, compile_sql, run

LocalRule = Callable[[str], Rule]
HEX_64 = r"^[0-9a-fA-F]{64}\Z"
HEX_64_OR_32 = r"^(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{32})\Z"


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 text, lower-case hex. Halves of a surrogate pair count as U+FFFD, as in JavaScript."""
    return hashlib.sha256(re.sub("[\ud800-\udfff]", "\ufffd", text).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Hashed:
    """Input the library takes for a digest already and does not hash again: `pattern` over the value after `before`,
    which is then sent after `then`."""

    pattern: str
    before: Rule = ()
    then: Rule = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A named normalisation.

    `rules` maps a canonical match key to its steps; `local` maps keys whose steps depend on the country to a function
    of the lower-case ISO 3166-1 alpha-2 code ("" where unknown). Keys in `plain` are sent as text. `already` says which
    input passes as a digest. `level` is official, official code, implementer, community or observed; `date` is the
    day of the version (YYYY-MM-DD, "" where unknown). `also` names other platforms the library serves with these rules.
    """

    id: str
    platform: str
    library: str
    version: str
    date: str
    source: str
    level: str
    rules: Mapping[str, Rule]
    local: Mapping[str, LocalRule] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    already: Hashed | None = None
    also: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """Canonical match keys this profile knows."""
        return frozenset(self.rules) | frozenset(self.local)

    def hashed(self, key: str) -> bool:
        """Whether the platform (the library) hashes this key."""
        return key in self.keys and key not in self.plain

    def normalise(self, key: str, raw: str, country: str = "") -> str | None:
        """The text that is hashed (or sent, for plain keys); None where the value must not be sent or the key is
        unknown. `country` is an ISO 3166-1 alpha-2 code and helps where the value alone does not say. Never raises."""
        rule = self._rule(key, country)
        return None if rule is None else run(rule, raw)

    def answer(self, key: str, raw: str, country: str = "") -> tuple[str | None, str | None]:
        """(normalised text, digest as sent): the digest is None for plain keys and rejected values, and the text
        itself where the library took the value for a digest."""
        text = self.normalise(key, raw, country)
        if text is None or not self.hashed(key):
            return text, None
        return text, text if self.took_for_digest(key, raw) else digest(text)

    def took_for_digest(self, key: str, raw: str) -> bool:
        """Whether the library sends `raw` without hashing it, because it looks hashed."""
        if self.already is None or not self.hashed(key):
            return False
        seen = run(self.already.before, raw)
        return seen is not None and re.search(self.already.pattern, seen, re.ASCII) is not None

    def sql(self, key: str, expr: str, country: str = "") -> str | None:
        """`normalise` as a DuckDB expression over the text expression `expr`; None where Python must do it."""
        rule = self._rule(key, country)
        return None if rule is None else compile_sql(rule, expr)

    def _rule(self, key: str, country: str) -> Rule | None:
        local = self.local.get(key)
        rule = local(_country(country)) if local else self.rules.get(key)
        if rule is None or self.already is None or not self.hashed(key):
            return rule
        return (Checked(self.already.before, self.already.pattern, self.already.then, rule),)


@dataclass(frozen=True, slots=True)
class Checked:
    """`then` over the value after `before` where that matches `pattern`; `other` over the value itself elsewhere."""

    before: Rule
    pattern: str
    then: Rule
    other: Rule

    def text(self, value: str) -> str | None:
        seen = run(self.before, value)
        if seen is not None and re.search(self.pattern, seen, re.ASCII):
            return run(self.then, seen)
        return run(self.other, value)

    def sql(self, expr: str) -> str | None:
        before = compile_sql(self.before, expr)
        taken = None if before is None else compile_sql(self.then, before)
        other = compile_sql(self.other, expr)
        if before is None or taken is None or other is None:
            return None
        pattern = self.pattern.replace(r"\Z", r"\z")
        # A digest holds 32 such characters in a row: the cheap test comes first, and decides nearly always.
        seen = f"regexp_matches({expr}, '[0-9A-Za-z]{{32}}') AND regexp_matches({before}, '{pattern}')"
        return f"CASE WHEN {seen} THEN {taken} ELSE {other} END"


def _country(code: str) -> str:
    code = code.strip().lower()
    return code if re.fullmatch("[a-z]{2}", code) else ""
