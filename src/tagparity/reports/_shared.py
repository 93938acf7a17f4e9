"""The view every report renders: outcomes by category, what to fix first, what evidence to get next."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from ..checks import Entry, catalogue
from ..core.audit import Audit
from ..core.check import NEEDS
from ..core.evidence import EvidenceFile
from ..core.outcome import Outcome, Severity, State
from ..core.score import TITLES, CategoryScore
from ._numbers import plural, share, span, whole

STATES = {
    State.FAIL: "Fail",
    State.WARN: "Warn",
    State.ERROR: "Error",
    State.NOT_RUN: "Not run",
    State.PASS: "Pass",
    State.NOT_APPLICABLE: "Not applicable",
}
ORDER = tuple(STATES)
UNSCORED = {"taxonomy": "Event taxonomy"}
_WORK = {
    "sgtm": ("whoever owns the tag containers", "half a day to two days"),
    "capi": ("back-end or integration engineering", "one to three days"),
    "dedup": ("tag containers and back-end together", "half a day to two days"),
    "hit_ratio": ("back-end or integration engineering", "one to five days, the cause decides"),
    "walkthrough": ("whoever owns the tag containers", "half a day to one day"),
    "identity": ("back-end engineering, with the privacy owner", "one to two days"),
    "taxonomy": ("analytics", "one day"),
}


@dataclass(frozen=True, slots=True)
class Fix:
    """An outcome that costs points, and the points of the overall score it is worth."""

    outcome: Outcome
    points: float

    @property
    def worth(self) -> str:
        return f"+{self.points:.1f} points" if self.points >= 0.05 else "no points"

    @property
    def text(self) -> str:
        return self.outcome.findings[0].fix if self.outcome.findings else ""


@dataclass(frozen=True, slots=True)
class Group:
    """One category with its outcomes, worst first."""

    id: str
    title: str
    score: CategoryScore | None
    outcomes: tuple[Outcome, ...]

    def of(self, *states: State) -> list[Outcome]:
        return [o for o in self.outcomes if o.state in states]

    @property
    def troubled(self) -> list[Outcome]:
        return self.of(State.FAIL, State.WARN, State.ERROR)


@dataclass(frozen=True, slots=True)
class Want:
    """Evidence that is missing: which checks it would let run, and how much coverage it would add."""

    text: str
    outcomes: tuple[Outcome, ...]
    coverage: float

    @property
    def gain(self) -> str:
        return f"{plural(len(self.outcomes), 'check')}, {share(self.coverage, 0)} of the score"


def weight(outcome: Outcome) -> float:
    return Severity[outcome.severity.upper()].value


def category_title(category: str) -> str:
    """The category's name in the score block; a new category shows its id."""
    return TITLES.get(category) or UNSCORED.get(category) or category.replace("_", " ")


def work(category: str) -> tuple[str, str]:
    """Who usually mends findings of this category, and how long it usually takes: a guess, and shown as one."""
    return _WORK.get(category, ("analytics", "one day"))


def _rank(outcome: Outcome) -> tuple[int, float, str, str]:
    return (ORDER.index(outcome.state), -weight(outcome), outcome.row, outcome.check)


def grouped(audit: Audit) -> list[Group]:
    """Every category of the score, then those that are only reported; outcomes worst first."""
    seen = [c for c in dict.fromkeys(o.category for o in audit.outcomes) if c not in TITLES]
    return [
        Group(
            c,
            category_title(c),
            audit.score.categories.get(c),
            tuple(sorted((o for o in audit.outcomes if o.category == c), key=_rank)),
        )
        for c in [*TITLES, *seen]
    ]


def _pools(audit: Audit, judged: bool) -> dict[str, float]:
    pool: defaultdict[str, float] = defaultdict(float)
    for outcome in audit.outcomes:
        if outcome.state.judged or (not judged and outcome.state is not State.NOT_APPLICABLE):
            pool[outcome.category] += weight(outcome)
    return pool


def fixes(audit: Audit) -> list[Fix]:
    """Warnings and failures by what mending them adds to the overall score; unscored ones later, accepted ones last."""
    pools = _pools(audit, judged=True)
    known = sum(c.weight for c in audit.score.categories.values() if c.score is not None)

    def points(o: Outcome) -> float:
        category = audit.score.categories.get(o.category)
        if category is None or category.score is None or not known:
            return 0.0
        return 100 * (1 - o.state.points) * weight(o) / pools[o.category] * category.weight / known

    costly = [Fix(o, points(o)) for o in audit.outcomes if o.state in (State.WARN, State.FAIL)]
    accepted = {a.check for a in audit.accepted if a.active}
    return sorted(costly, key=lambda f: (f.outcome.check in accepted, -f.points, *_rank(f.outcome)))


def wanted(audit: Audit) -> list[Want]:
    """Missing evidence by the coverage it would add. A check that lacks two things is counted under both."""
    pools = _pools(audit, judged=False)
    total = sum(c.weight for c in audit.score.categories.values()) or 1.0

    def worth(o: Outcome) -> float:
        category = audit.score.categories.get(o.category)
        return weight(o) / pools[o.category] * category.weight / total if category else 0.0

    lacking: dict[str, list[Outcome]] = {}
    for outcome in audit.outcomes:
        if outcome.state is State.NOT_RUN:
            for need in outcome.missing:
                lacking.setdefault(NEEDS.get(need, need), []).append(outcome)
    wants = [Want(text, tuple(rows), sum(map(worth, rows))) for text, rows in lacking.items()]
    return sorted(wants, key=lambda w: (-w.coverage, -len(w.outcomes), w.text))


def tally(audit: Audit) -> dict[str, int]:
    """How many checks ended in each state, in the order of `STATES`."""
    found = Counter(o.state for o in audit.outcomes)
    return {label: found[state] for state, label in STATES.items()}


def page(check: str) -> Entry | None:
    """The check's own page; None for an audit made with another catalogue."""
    return catalogue().get(check)


def section(check: str, title: str) -> str:
    """One section of the check's page, joined to plain paragraphs; empty when unknown."""
    entry = page(check)
    return entry.sections.get(title, "") if entry else ""


def needs(outcome: Outcome) -> str:
    """The evidence a check reads, in few words: `browser events and server events`."""
    return " and ".join(n.replace("_", " ") for n in outcome.needs)


def read_files(audit: Audit) -> tuple[list[EvidenceFile], list[EvidenceFile]]:
    """Files that were read, and those refused."""
    return [f for f in audit.evidence if not f.refused], [f for f in audit.evidence if f.refused]


def headline(audit: Audit) -> str:
    """First of the plain sentences: the verdict with its counts."""
    score, found = audit.score, tally(audit)
    judged = found["Pass"] + found["Warn"] + found["Fail"]
    if score.overall is None:
        return "Nothing could be judged with the evidence handed in, so there is no score."
    return (
        f"The pipeline scores {whole(score.overall)} of 100, grade {score.grade}: of {plural(judged, 'check')} "
        f"that could be judged, {found['Pass']} passed, {found['Warn']} warned and {found['Fail']} failed."
    )


def priority(audit: Audit) -> str:
    """Second sentence: where most points are."""
    todo = fixes(audit)
    if not todo:
        return "No check that could be judged found anything to mend."
    first = todo[0]
    where = category_title(first.outcome.category)
    return f"Start with “{first.outcome.title}” ({where}): mending it alone is worth {first.worth.lstrip('+')}."


def certainty(audit: Audit) -> str:
    """Third sentence: coverage, range, and whether the grade is provisional."""
    score = audit.score
    text = f"{share(score.coverage, 0)} of the applicable weight could be judged; "
    text += f"whatever the rest shows, the score lies within {span(score)}."
    return text + (" Until more evidence is in, the grade is provisional." if score.provisional else "")
