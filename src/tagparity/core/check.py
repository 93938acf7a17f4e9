"""The two shapes of check, and no third: `@measured` over metric cells, `@check` over artifacts.

The file name is the id, the docstring the published page, EXAMPLES run as tests. A check is given only what its
parameters' types declare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .limits import Limits
from .measure import Metric
from .outcome import Finding, Reason, Severity

Judge = Callable[..., Iterator[Finding | Reason]]
Fix = Callable[[Metric], str]
Choose = Callable[[Metric], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A judgement over the cells of one metric: which cells, which limits, what the number is and how to mend it."""

    metric: str
    limits: Limits
    noun: str
    fix: Fix
    dims: dict[str, str] = field(default_factory=dict)
    where: Choose | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a decorator leaves in its module; the catalogue adds id, category and page from the file."""

    row: str
    severity: Severity
    needs: tuple[str, ...]
    judge: Judge | None = None
    rule: Rule | None = None
    limits: Limits | None = None

    @property
    def bounds(self) -> Limits | None:
        """The check's own limits, whichever shape it has; what a profile may override."""
        return self.rule.limits if self.rule else self.limits


def check(
    *, row: str, severity: Severity, needs: tuple[str, ...], limits: Limits | None = None
) -> Callable[[Judge], Check]:
    """A check over artifacts. `needs` names evidence (see `NEEDS`); when one is absent the check is `not_run`.

    The decorated function yields findings, or one `Reason`; yielding nothing is a pass. Its parameters are annotated
    with what it sees: `Containers`, `Traffic`, `Metrics`, `Diagnostics`, `Probes` or `Site`; one annotated `Limits`
    gets `limits` as the profile in use sets them.
    """
    return lambda judge: Check(row, severity, needs, judge=judge, limits=limits)


def measured(
    *,
    row: str,
    severity: Severity,
    needs: tuple[str, ...],
    metric: str,
    limits: Limits,
    noun: str,
    where: Choose | None = None,
    **dims: str,
) -> Callable[[Fix], Check]:
    """A check over every cell of one metric at platform x event (plus `dims`).

    `noun` completes "61.0 % ..."; the decorated function says in one sentence how a cell that misses its limits is
    mended. Cells whose denominator is under the minimum count are never judged.
    """
    return lambda fix: Check(row, severity, needs, rule=Rule(metric, limits, noun, fix, dict(dims), where))


NEEDS = {
    "web_container": "a web GTM container export (Tag Manager > Admin > Export container)",
    "server_container": "a server GTM container export (Tag Manager > Admin > Export container)",
    "container": "a GTM container export, web or server (Tag Manager > Admin > Export container)",
    "browser_events": "browser events: a HAR file of the journey, or a table with side=browser",
    "server_events": "server events: a log of conversion-API requests, or a table with side=server",
    "har": "a HAR file (browser developer tools > Network > Save all as HAR)",
    "orders": "an order ledger (CSV with order_id, time, value, currency) beside the events",
    "diagnostics": "a saved response of Meta's Dataset Quality API (fields event_match_quality, event_coverage)",
    "probe": "a probe of the tagging host (tagparity probe HOST --site URL -o FOLDER)",
    "site": "the [site] section of tagparity.toml (url, tagging_host)",
}


@dataclass(frozen=True, slots=True)
class Example:
    """Files of evidence and the state the check must reach on them. Values: text as it is, a dict as JSON, a list of
    dicts as one JSON object a line."""

    title: str
    given: dict[str, Any]
    expect: str
