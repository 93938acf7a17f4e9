"""No key carries the digest of another field.

## When it fails
Over 2 % of the hashed values of a key are proven, by known customers, to be the digest of another of their fields. It
warns over 0.5 %.
## Why it matters
A digest of the phone number under `em` is well formed and matches nobody. Nothing but the plain value shows it.
## How to fix
Correct the mapping of the named field in the tag or script: swapped variables, or a list in the wrong order.
## Sources
- observed, 2026-11-24: pixel captures of 2023: automatic matching hashed a hidden form field under `st`
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity, State
from .._rows import both, digest, every, hashed, table
from ..capi._common import evidence, share, spans, subject
from ._known import enough, proofs


@check(row="X5", severity=Severity.HIGH, needs=("server_events",), limits=Limits.at_most(0.005, 0.02))
def no_hash_of_another_field(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    cells = proofs(metrics)
    stop = list(enough(cells, metrics.minimum_count))
    yield from stop
    rates = []
    for cell in [] if stop else cells:
        total = sum(cell.ways.values())
        wrong = sorted((w for w in cell.ways if w[1] == "wrong_field"), key=lambda w: -cell.ways[w])
        metric = cell.rate(sum(cell.ways[w] for w in wrong), total)
        if total < metrics.minimum_count:
            continue
        rates.append(metric)
        state = limits.judge(metric.value or 0.0)
        if state is not State.PASS:
            fields = ", ".join(f"{cell.ways[w]} of {w[0]}" for w in wrong)
            text = f"{subject(metric)}: {share(metric)} are digests of another field ({fields}){spans(metric, limits)}"
            fix = f"Map {cell.dims['key']} to its own field: it carries {wrong[0][0]}."
            yield Finding(state, text, (evidence(metric), *cell.evidence(wrong)), fix)
    if rates:
        worst = max(rates, key=lambda m: m.value or 0.0)
        yield Reason(State.PASS, f"{subject(worst)}: {share(worst)} are digests of another field{spans(worst, limits)}")


_CRM = "email,phone,customer id\n" + "".join(f"u{i}@x.example,+4917000{i:05},c{i}\n" for i in range(120))


def _swapped(i: int) -> str:
    return digest(f"4917000{i:05}")


_FEW = both(100, api={"em": every(100, _swapped, hashed)})
EXAMPLES = (
    Example("every field its own", table(both()) | {"customers.csv": _CRM}, "pass"),
    Example("one in a hundred is the phone number", table(_FEW) | {"customers.csv": _CRM}, "warn"),
    Example("phone numbers under em", table(both(api={"em": _swapped})) | {"customers.csv": _CRM}, "fail"),
    Example("no known customers", table(both()), "not_run"),
)  # fmt: skip
