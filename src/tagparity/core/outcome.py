"""What a check can say: six states, four severities, and findings that cannot exist without evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class State(StrEnum):
    """The six outcomes. A crash is `error`, never a pass; missing evidence is `not_run`, never a pass."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"
    ERROR = "error"

    @property
    def judged(self) -> bool:
        return self in _POINTS

    @property
    def points(self) -> float:
        return _POINTS[self]


_POINTS = {State.PASS: 1.0, State.WARN: 0.5, State.FAIL: 0.0}
_RANK = {State.FAIL: 0, State.WARN: 1, State.PASS: 2}


def worst(states: list[State]) -> State:
    """The worst judged state; pass for an empty list."""
    return min((s for s in states if s.judged), key=lambda s: _RANK[s], default=State.PASS)


class Severity(Enum):
    """Weight of a check inside its category."""

    CRITICAL = 5.0
    HIGH = 3.0
    MEDIUM = 1.5
    LOW = 0.5

    @property
    def label(self) -> str:
        return self.name.lower()


class Grade(StrEnum):
    """How sure a finding is: counted or read off the evidence, follows from it, or a hint."""

    PROVEN = "proven"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the proof of a finding lies: a file with its place, or a metric with its counts."""

    where: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (state warn or fail), with proof and remedy."""

    state: State
    message: str
    evidence: tuple[Evidence, ...]
    fix: str
    grade: Grade = Grade.PROVEN

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a finding without evidence cannot be built")
        if self.state not in (State.WARN, State.FAIL):
            raise ValueError(f"a finding warns or fails, it cannot be {self.state}")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a check ends otherwise than by findings: `not_applicable`, `not_run` (say what is missing), or a `pass`
    that deserves a sentence."""

    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one check, as it stands in `audit.json`."""

    check: str
    row: str
    category: str
    severity: str
    state: State
    title: str
    summary: str
    findings: tuple[Finding, ...] = ()
    needs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
