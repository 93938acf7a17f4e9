"""What the templates see: the audit, prepared once, with helpers that print numbers the same way everywhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from ..core.audit import Audit
from ..core.outcome import State
from . import _lineage, _numbers, _origin, _shared, _tables
from .terminal import score_block, standing

BUDGET = 1200
METHOD = (
    "Every check ends in one of six states: pass, warn, fail, not applicable, not run (evidence missing) or error. "
    "A crash is never a pass, and missing evidence is never a pass.",
    "A category's score is the points won (pass 1, warn a half, fail 0) weighted by severity (critical 5, high 3, "
    "medium 1.5, low 0.5) over the checks that could be judged. The overall score is the weighted mean of the "
    "categories. Grades: A from 90, B from 75, C from 60, D from 40, F below.",
    "Coverage is the severity weight that could be judged over the weight that applies. The possible range is the "
    "score if everything that was not run failed, and if all of it passed. Under 80 % coverage the grade is "
    "provisional.",
    "Every share is shown with its counts and its 95 % Wilson interval. Below the minimum count there is no verdict.",
    "Points a fix is worth assume that everything else stays as it is. Owner and effort are guesses by category.",
    "Identifiers (e-mail addresses, phone numbers, cookies, click ids, IP addresses) are never written into a report.",
)


def cap(audit: Audit) -> int:
    """Findings listed per check: ten, fewer where very many checks have findings, so that a report stays readable."""
    troubled = sum(1 for o in audit.outcomes if o.findings)
    return max(1, min(10, BUDGET // max(1, troubled)))


def view(audit: Audit) -> dict[str, Any]:
    """Variables of a report template."""
    groups = _shared.grouped(audit)
    return {
        "audit": audit,
        "score": audit.score,
        "block": score_block(audit),
        "standing": standing(audit),
        "sentences": [_shared.headline(audit), _shared.priority(audit), _shared.certainty(audit)],
        "fixes": _shared.fixes(audit),
        "groups": groups,
        "walkthrough": next(g for g in groups if g.id == "walkthrough"),
        "errors": [o for o in audit.outcomes if o.state is State.ERROR],
        "not_run": [o for o in audit.outcomes if o.state is State.NOT_RUN],
        "wants": _shared.wanted(audit),
        "tally": _shared.tally(audit),
        "accepted": {a.check: a for a in audit.accepted},
        "columns": [c[2] for c in _tables.COLUMNS],
        "events": _tables.event_rows(audit),
        "keys": _tables.key_rows(audit),
        "causes": _tables.cause_rows(audit),
        "clusters": [_origin.cluster_sentence(c) for c in audit.clusters[: _origin.MOST]],
        "charts": _origin.charts(audit)[: _origin.MOST],
        "timing": _origin.timing_sentences(audit),
        "skews": _origin.skew_rows(audit),
        "duration": _origin.duration,
        "boards": _lineage.boards(audit),
        "lost": _lineage.lost(audit),
        "routes": _lineage.routes(audit),
        "lineage": _lineage,
        "cap": cap(audit),
        "most_rows": _tables.MOST_ROWS,
        "method": METHOD,
        "State": State,
        "STATES": _shared.STATES,
        **{f.__name__: f for f in (_shared.work, _shared.needs, _shared.section, _shared.page, _shared.category_title)},
        **{
            n: getattr(_numbers, n)
            for n in ("whole", "span", "share", "count", "counts", "interval", "measured", "size")
        },
        "plural": _numbers.plural,
        "moment": _numbers.moment,
    }


environment = partial(
    Environment,
    loader=PackageLoader("tagparity.reports", "templates"),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
