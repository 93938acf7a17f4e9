"""Runs the catalogue over the facts: every check gets what its parameters declare, and ends in one of six states."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from ..checks import Entry
from ..core.check import NEEDS, Rule
from ..core.container import Containers
from ..core.limits import Limits
from ..core.lineage import Lineage
from ..core.measure import Metric, Metrics
from ..core.outcome import Evidence, Finding, Outcome, Reason, State, worst
from ..core.probe import Probes
from ..core.traffic import Diagnostics, Site, Traffic

MAX_FINDINGS = 2000
LimitsFor = Callable[[str, Limits], Limits]


@dataclass(frozen=True)
class Facts:
    """Everything a check may be given, by type."""

    containers: Containers
    traffic: Traffic
    metrics: Metrics
    diagnostics: Diagnostics
    site: Site
    probes: Probes = field(default_factory=Probes)
    lineage: Lineage = field(default_factory=Lineage)

    def given(self, kind: type) -> Any:
        """The value of a declared type."""
        known: dict[type, Any] = {
            Containers: self.containers,
            Traffic: self.traffic,
            Metrics: self.metrics,
            Diagnostics: self.diagnostics,
            Site: self.site,
            Probes: self.probes,
            Lineage: self.lineage,
        }
        return known[kind]

    def has(self, need: str) -> bool:
        """Whether a kind of evidence named in `NEEDS` was handed in."""
        sides = {m.dims.get("side") for m in self.metrics.rows if m.id == "events"}
        present = {
            "web_container": bool(self.containers.web),
            "server_container": bool(self.containers.server),
            "container": bool(self.containers),
            "browser_events": "browser" in sides,
            "server_events": "server" in sides,
            "har": bool(self.traffic.requests),
            "orders": any(m.id == "order_coverage" or m.dims.get("side") == "orders" for m in self.metrics.rows),
            "diagnostics": bool(self.diagnostics),
            "probe": bool(self.probes),
            "site": bool(self.site.url or self.site.tagging_host),
        }
        return present[need]


def judge_all(entries: Iterable[Entry], facts: Facts, limits_for: LimitsFor) -> list[Outcome]:
    """One outcome per check, in catalogue order."""
    return [_judge(entry, facts, limits_for) for entry in entries]


def _judge(entry: Entry, facts: Facts, limits_for: LimitsFor) -> Outcome:
    missing = [n for n in entry.check.needs if not facts.has(n)]
    if missing:
        text = "not judged: " + "; ".join(f"needs {NEEDS[n]}" for n in missing)
        return _outcome(entry, State.NOT_RUN, text, (), tuple(NEEDS[n] for n in missing))
    try:
        if entry.check.rule:
            return _measured(entry, entry.check.rule, facts, limits_for(entry.id, entry.check.rule.limits))
        return _over_artifacts(entry, facts, limits_for)
    except Exception as error:  # a crash is its own outcome: it neither passes nor ends the audit
        return _outcome(
            entry, State.ERROR, f"the check itself failed ({type(error).__name__}): please report it", (), ()
        )


def _outcome(
    entry: Entry, state: State, summary: str, findings: tuple[Finding, ...], missing: tuple[str, ...]
) -> Outcome:
    return Outcome(
        check=entry.id,
        row=entry.check.row,
        category=entry.category,
        severity=entry.check.severity.label,
        state=state,
        title=entry.title,
        summary=summary,
        findings=findings,
        needs=entry.check.needs,
        missing=missing,
    )


def _over_artifacts(entry: Entry, facts: Facts, limits_for: LimitsFor) -> Outcome:
    judge, limits = entry.check.judge, entry.check.limits
    assert judge is not None
    hints = get_type_hints(judge)
    kinds = [hints[name] for name in inspect.signature(judge).parameters]
    own = limits_for(entry.id, limits) if limits else None
    arguments = [own if kind is Limits and own else facts.given(kind) for kind in kinds]
    results = list(judge(*arguments))
    findings = tuple(r for r in results if isinstance(r, Finding))
    reasons = [r for r in results if isinstance(r, Reason)]
    if not findings and reasons:
        missing = (reasons[0].text,) if reasons[0].state is State.NOT_RUN else ()
        return _outcome(entry, reasons[0].state, reasons[0].text, (), missing)
    state = worst([f.state for f in findings])
    return _outcome(entry, state, _summary(findings), findings[:MAX_FINDINGS], ())


def _summary(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "no objection"
    first = min(findings, key=lambda f: f.state is not State.FAIL)
    return first.message + (f" (and {len(findings) - 1} more)" if len(findings) > 1 else "")


def share(cell: Metric) -> str:
    """A cell in words: `61.0 % (61 of 100)`, or the bare value where it is no share."""
    if cell.value is None:
        return "no value"
    if cell.low is None:
        return f"{cell.value:g}"
    return f"{100 * cell.value:.1f} % ({cell.numerator:g} of {cell.denominator:g})"


def _subject(cell: Metric) -> str:
    names = [cell.dims[k] for k in ("platform", "event", "side", "key") if k in cell.dims]
    return " ".join(names)


def _bound(rule: Rule, limits: Limits, bound: float) -> str:
    word = "at least" if limits.rising else "at most"
    return f"{word} {bound:g}" if rule.metric.endswith("_median") else f"{word} {100 * bound:g} %"


def _message(cell: Metric, rule: Rule, limits: Limits) -> str:
    text = f"{_subject(cell)}: {share(cell)} {rule.noun}; should be {_bound(rule, limits, limits.ok)}"
    spanned = limits.spanned(cell)
    if spanned is not None and cell.low is not None and cell.high is not None:
        interval = f"{100 * cell.low:.1f} to {100 * cell.high:.1f} %"
        text += f"; the 95 % interval {interval} spans the limit of {100 * spanned:g} %"
    return text


def _measured(entry: Entry, rule: Rule, facts: Facts, limits: Limits) -> Outcome:
    cells = [
        c
        for c in facts.metrics.of(rule.metric, **rule.dims)
        if c.value is not None and (not rule.where or rule.where(c))
    ]
    enough = [c for c in cells if (c.denominator or 0) >= facts.metrics.minimum_count]
    if not enough:
        most = max((c.denominator or 0 for c in cells), default=0)
        text = f"not enough data: {most:g} of the {facts.metrics.minimum_count} observations a verdict needs"
        return _outcome(entry, State.NOT_RUN, text, (), (text,))
    findings = []
    for cell in enough:
        state = limits.judge(cell.value or 0.0)
        if state is not State.PASS:
            findings.append(
                Finding(state, _message(cell, rule, limits), (Evidence(cell.place, _counts(cell)),), rule.fix(cell))
            )
    if findings:
        findings.sort(key=lambda f: f.state is not State.FAIL)
        return _outcome(
            entry, worst([f.state for f in findings]), _summary(tuple(findings)), tuple(findings[:MAX_FINDINGS]), ()
        )
    close = min(enough, key=lambda c: (c.value or 0) * (1 if limits.rising else -1))
    text = f"{_subject(close)}: {share(close)} {rule.noun}"
    if limits.spanned(close) is not None:
        text += f"; the interval spans the limit of {_bound(rule, limits, limits.spanned(close) or 0)}"
    return _outcome(entry, State.PASS, text, (), ())


def _counts(cell: Metric) -> str:
    if cell.low is None or cell.high is None:
        return f"median over {cell.denominator:g} copies"
    return f"{cell.numerator:g} of {cell.denominator:g}, 95 % interval {100 * cell.low:.1f} to {100 * cell.high:.1f} %"
