"""Browser and server send the same digest for the same person.

## When it fails
Of the actions whose copies carry a hashed key on both sides, under 80 % have the same digest (another algorithm,
another way of writing, hashed twice, or another person). It warns under 95 %.
## Why it matters
Two different digests of one person match at most once. The side that writes the value another way than the platform
matches nobody, and deduplication by person, where the platform has it, fails.
## How to fix
Let one place normalise and hash, and pass its result to both sides. The finding says what the sides do differently
where that is known.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API: external_id and user data alike in all channels
- official code, 2026-11-23: facebook fbevents.js 2.9.138 and the Conversions API tag for GTM: cities differ
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Finding, Reason, Severity, State
from .._rows import both, digest, every, hashed, table
from ..capi._common import enough, evidence, not_enough, share, spans, subject


@check(row="X8", severity=Severity.MEDIUM, needs=("browser_events", "server_events"), limits=Limits.at_least(0.95, 0.8))
def digests_agree_on_both_sides(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = [m for m in metrics.rows if m.id == "digest_agreement"]
    if not cells:
        yield Reason(State.NOT_APPLICABLE, "no action carries a hashed key on both sides")
        return
    good = [m for m in cells if enough(m, metrics.minimum_count)]
    if not good:
        yield not_enough(cells, "actions with the key on both sides", metrics.minimum_count)
        return
    for cell in good:
        state = limits.judge(cell.value or 0.0)
        if state is not State.PASS:
            told = [*_doubled(metrics, cell), *_differences(metrics, cell)]
            why = f"; {'; '.join(told)}" if told else ""
            text = f"{subject(cell)}: {share(cell)} have the same digest on both sides{why}{spans(cell, limits)}"
            fix = f"Normalise and hash {cell.dims['key']} in one place and send that digest from both sides."
            yield Finding(state, text, (evidence(cell),), fix)
    close = min(good, key=lambda m: m.value or 0.0)
    yield Reason(
        State.PASS, f"{subject(close)}: {share(close)} have the same digest on both sides{spans(close, limits)}"
    )


def _doubled(metrics: Metrics, cell: Metric) -> list[str]:
    twice = [m for m in metrics.rows if m.id == "digest_double" and cell.dims.items() <= m.dims.items() and m.numerator]
    return [f"{m.numerator:g} are hashed again by the {m.dims['side']}" for m in twice]


def _differences(metrics: Metrics, cell: Metric) -> list[str]:
    """Explanations of the key at this platform, over all its events."""
    same = {k: cell.dims[k] for k in ("platform", "key")}
    found = [m for m in metrics.rows if m.id == "digest_difference" and same.items() <= m.dims.items()]
    found.sort(key=lambda m: -(m.numerator or 0))
    return [f"{m.dims['cause']} ({m.numerator:g} pairs)" for m in found[:3]]


def _cities(*spellings: str) -> dict[str, object]:
    return {"ct": lambda i: digest(spellings[i % len(spellings)])}


_TWICE = both(web={"em": hashed}, api={"em": lambda i: digest(hashed(i))})
_SPACED = both(web=_cities("newyork", "losangeles"), api=_cities("new york", "los angeles"))
EXAMPLES = (
    Example("the same on both sides", table(both(web={"em": hashed})), "pass"),
    Example("one in ten is another", table(both(web={"em": every(10, digest("x"), hashed)})), "warn"),
    Example("the server hashes again", table(_TWICE), "fail"),
    Example("cities with and without space", table(_SPACED), "fail"),
    Example("the browser sends no key", table(both()), "not_applicable"),
    Example("too few actions", table(both(10, web={"em": hashed})), "not_run"),
)  # fmt: skip
