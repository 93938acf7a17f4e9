"""Two container files, or two folders of them, side by side: what changed in behaviour, and which findings of the
container checks came and went."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_type_hints

from ..checks import Entry, catalogue
from ..core.container import Container, Containers, Entity
from ..core.errors import EvidenceError
from ..core.evidence import EvidenceFile
from ..core.limits import Limits
from ..core.lineage import Lineage
from ..core.measure import Metrics
from ..core.outcome import Finding, Outcome, State
from ..core.traffic import Diagnostics, Site, Traffic
from ..gtm.diff import ContainerDiff, diff
from ..gtm.lineage import trace
from ..gtm.match import KINDS, group, same_container
from ..readers import gtm
from ..readers.sniff import recognise
from .discover import discover
from .judge import Facts, judge_all
from .series import called, series

_CONTAINER_NEEDS = {"container", "web_container", "server_container"}
_READS = {Containers, Lineage}
_MINIMUM = 30  # of rows, which containers have none of
_CUTS = (10, 12, 20, 21)  # how many pieces of evidence checks show of many
_MORE = re.compile(r"and (\d{1,7}) more")
Found = list[tuple[Finding, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that came or went. `change` is appeared, went, grew or shrank (the same finding at other entities);
    `entities` are the ones by which it differs."""

    check: str
    title: str
    change: str
    state: State
    message: str
    entities: tuple[str, ...] = ()
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything `tagparity diff` says. `only_before` and `only_after` are containers without a counterpart; `refused`
    files that could not be read; `failed` checks that ended in an error."""

    diffs: tuple[ContainerDiff, ...]
    findings: tuple[Told, ...] = ()
    only_before: tuple[Container, ...] = ()
    only_after: tuple[Container, ...] = ()
    refused: tuple[EvidenceFile, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.only_before or self.only_after or any(d.changes for d in self.diffs))


def compare(before: Path, after: Path) -> Comparison:
    """Reads and compares. Raises UsageError for paths that do not exist, EvidenceError when one holds no container."""
    old, refused = load(before)
    new, more = load(after)
    pairs = _paired(old, new)
    diffs = tuple(diff(a, b) for a, b in pairs)
    lonely = [[c for c in side if all(c is not p[n] for p in pairs)] for n, side in enumerate((old, new))]
    outcomes = [judge(_labelled(diffs, n, lonely[n])) for n in (0, 1)]
    failed = sorted({o.check for side in outcomes for o in side if o.state is State.ERROR})
    told = tuple(_findings(outcomes[0], outcomes[1], diffs))
    return Comparison(diffs, told, tuple(lonely[0]), tuple(lonely[1]), (*refused, *more), tuple(failed))


def load(path: Path) -> tuple[list[Container], list[EvidenceFile]]:
    """The newest version of every container in a file or folder; files of other kinds are left alone in a folder."""
    sources, refused = discover([path], lambda _: False)
    found: list[Container] = []
    for source in sources:
        try:
            seen = recognise(source, {})
            if seen.kind == "gtm":
                found += gtm.read(source.rel, seen.doc)
            elif not path.is_dir():
                raise EvidenceError("no container: give an export of Tag Manager (Admin > Export container)")
        except EvidenceError as error:
            refused.append(EvidenceFile(source.rel, "refused", reason=error.reason))
        except (OSError, ValueError, RecursionError) as error:
            reason = f"cannot be read ({type(error).__name__})"
            refused.append(EvidenceFile(source.rel, "refused", reason=reason))
    if not found:
        why = f"{refused[0].path}: {refused[0].reason}" if refused else "no container export in it"
        raise EvidenceError(f"nothing to compare; {why}")
    return list(series(found).judged), refused


def _paired(old: list[Container], new: list[Container]) -> list[tuple[Container, Container]]:
    """Containers by their ids, then by side and name, then by side where one is left on each."""
    pairs: list[tuple[Container, Container]] = []
    left, right = list(old), list(new)

    def take(a: Container, b: Container) -> None:
        pairs.append((a, b))
        left[:] = [c for c in left if c is not a]
        right[:] = [c for c in right if c is not b]

    for same in (same_container, lambda a, b: a.side == b.side and bool(a.name) and a.name == b.name):
        for a in list(left):
            if found := next((b for b in right if same(a, b)), None):
                take(a, found)
    for side in dict.fromkeys(c.side for c in old):
        ones, twos = [c for c in left if c.side == side], [c for c in right if c.side == side]
        if len(ones) == len(twos) == 1:
            take(ones[0], twos[0])
    return pairs


def _labelled(diffs: tuple[ContainerDiff, ...], n: int, lonely: list[Container]) -> Containers:
    """One side's containers with the counterpart's name in place of the path, and entities in the order of the names
    they had before: what findings point at, and which of many they show, then depends on neither file's order."""
    paired = []
    for d in diffs:
        own = (d.before, d.after)[n]
        by_name = {k: _ordered(d, k, n) for k in KINDS}
        paired.append(
            replace(
                own,
                path=_label(d),
                tags=by_name["tag"],
                triggers=by_name["trigger"],
                variables=by_name["variable"],
                clients=by_name["client"],
                transformations=by_name["transformation"],
                zones=by_name["zone"],
            )
        )
    return Containers([*paired, *lonely])


def _ordered(d: ContainerDiff, kind: str, n: int) -> tuple[Entity, ...]:
    found = group((d.before, d.after)[n], kind)
    return tuple(sorted(found, key=lambda e: (_name(d, e, n), e.id)))


def _label(d: ContainerDiff) -> str:
    return f"{d.after.side} container {called(d.after)}"


def _name(d: ContainerDiff, entity: Entity, n: int) -> str:
    """What an entity was called before."""
    return d.renamed.get((entity.kind, entity.name), entity.name) if n else entity.name


def container_checks() -> list[Entry]:
    """Checks that judge containers alone: they are given containers or their lineage and need no other evidence."""
    return [e for e in catalogue().values() if _reads_containers(e) and set(e.check.needs) <= _CONTAINER_NEEDS]


def _reads_containers(entry: Entry) -> bool:
    judge_ = entry.check.judge
    if judge_ is None:
        return False
    hints = get_type_hints(judge_)
    return bool({hints[name] for name in inspect.signature(judge_).parameters} & _READS)


def judge(containers: Containers) -> list[Outcome]:
    """Runs the container checks, with no other evidence beside the containers."""
    way = trace(containers)
    facts = Facts(containers, Traffic(), Metrics((), _MINIMUM), Diagnostics(()), Site(), lineage=way)

    def own(_: str, limits: Limits) -> Limits:
        return limits

    return judge_all(container_checks(), facts, own)


def _findings(old: Iterable[Outcome], new: Iterable[Outcome], diffs: Iterable[ContainerDiff]) -> Iterable[Told]:
    """Findings that came, went, or point at more or fewer entities."""
    names = _names(diffs)
    before = {o.check: o for o in old}
    for outcome in new:
        was = before[outcome.check]
        one = [(f, _spots(f, names)) for f in was.findings]
        two = [(f, _spots(f, names)) for f in outcome.findings]
        seen_old = {s for _, spots in one for s in spots}
        seen_new = {s for _, spots in two for s in spots}
        same = {f.message for f, _ in one} & {f.message for f, _ in two}
        one = [p for p in one if p[0].message not in same]
        two = [p for p in two if p[0].message not in same]
        if one and two and any(_cut(f) for f, _ in (*one, *two)):
            yield from _counted(outcome, one, two)
        else:
            yield from _turned(outcome, two, seen_old, ("appeared", "grew"))
            yield from _turned(outcome, one, seen_new, ("went", "shrank"))


def _cut(finding: Finding) -> bool:
    """Whether a finding shows a part of what it points at only."""
    return len(finding.evidence) in _CUTS or any(_MORE.fullmatch(e.note) for e in finding.evidence)


def _counted(outcome: Outcome, one: Found, two: Found) -> Iterable[Told]:
    """Findings too long to be compared entity by entity, by how many they point at."""
    before, after = (
        sum(len(f.evidence) + sum(int(m[1]) - 1 for e in f.evidence if (m := _MORE.fullmatch(e.note))) for f, _ in side)
        for side in (one, two)
    )
    if before != after:
        finding = two[0][0]
        word = "grew" if after > before else "shrank"
        yield Told(outcome.check, outcome.title, word, finding.state, finding.message, (), finding.fix)


def _turned(outcome: Outcome, found: Found, there: set[str], words: tuple[str, str]) -> Iterable[Told]:
    for finding, spots in found:
        fresh = {s: label for s, label in spots.items() if s not in there}
        if fresh:
            word = words[0] if len(fresh) == len(spots) else words[1]
            entities = tuple(dict.fromkeys(fresh.values()))
            yield Told(outcome.check, outcome.title, word, finding.state, finding.message, entities, finding.fix)


def _names(diffs: Iterable[ContainerDiff]) -> dict[str, tuple[str, str]]:
    """Evidence pointer of every entity of both versions -> (the same text for both, how it is called)."""
    out: dict[str, tuple[str, str]] = {}
    for d in diffs:
        for n, container in enumerate((d.before, d.after)):
            named = replace(container, path=_label(d))
            for kind in KINDS:
                for e in group(container, kind):
                    out[named.where(e)] = (f"{_label(d)} {kind} {_name(d, e, n)}", f"{kind} '{e.name}'")
    return out


def _spots(finding: Finding, names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Places a finding points at: comparable text -> how it is called. Its note tells apart what is wrong there."""
    out = {}
    for e in finding.evidence:
        key, label = names.get(e.where, (e.where, e.where))
        out[f"{finding.state} {key} {re.sub(r'[0-9]+', '#', e.note)}"] = label
    return out
