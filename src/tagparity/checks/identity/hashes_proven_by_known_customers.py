"""Digests of known customers are those the platform would compute.

## When it fails
Of the digests that a known customer's value explains, under 95 % of a platform, side and key are written as the
platform's documentation says (for email addresses also as its own libraries write them). It warns under 99 %. Digests
of people who are not among the known customers are left out, and so is external_id, for which any stable text does.
## Why it matters
Well-formed digests can still match nobody: a telephone number without its country code, a city with its space, or a
name in capitals gives another digest, and nothing in the platform's reports says so.
## How to fix
The finding names the library whose way of writing gives the digest. Normalise as the platform's documentation says
before hashing, or let the platform's own tag hash the plain value.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
- official code, 2026-11-23: gtag.js release 63p1 and facebook fbevents.js 2.9.138: what the tags hash
- community, 2026-11-23: stape-io/facebook-tag#62: hashes made for another platform keep the plus sign
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metrics
from ...core.outcome import Finding, Reason, Severity, State
from .._rows import both, digest, every, hashed, table
from ..capi._common import evidence, share, spans, subject
from ._forms import WELL_FORMED
from ._known import Proof, enough, proofs, wanted, way


@check(row="X8", severity=Severity.HIGH, needs=("server_events",), limits=WELL_FORMED)
def hashes_proven_by_known_customers(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    found = proofs(metrics)
    cells = [c for c in found if c.dims["key"] != "external_id" and wanted(c.dims["platform"], c.dims["key"])]
    if found and not cells:
        yield Reason(State.NOT_APPLICABLE, "no platform here wants one of the hashed keys hashed")
        return
    stop = list(enough(cells, metrics.minimum_count))
    yield from stop
    judged = [] if stop else [c for c in cells if c.explained >= metrics.minimum_count]
    rates = []
    for cell in judged:
        good = wanted(cell.dims["platform"], cell.dims["key"])
        right = sum(n for (profile, variant), n in cell.ways.items() if variant == "exact" and profile in good)
        metric = cell.rate(right, cell.explained)
        rates.append(metric)
        state = limits.judge(metric.value or 0.0)
        if state is not State.PASS:
            bad = _bad(cell, good)
            text = "; ".join(f"{cell.ways[w]} {way(*w)}" for w in bad[:5])
            message = (
                f"{subject(metric)}: {share(metric)} are digests the platform can match; {text}{spans(metric, limits)}"
            )
            platform, key = cell.dims["platform"], cell.dims["key"]
            fix = f"Write {key} as the documentation of {platform} says, then hash it once with SHA-256."
            yield Finding(state, message, (evidence(metric), *cell.evidence(bad[:5])), fix)
    if rates:
        worst = min(rates, key=lambda m: m.value or 0.0)
        yield Reason(
            State.PASS, f"{subject(worst)}: {share(worst)} are digests the platform can match{spans(worst, limits)}"
        )


def _bad(cell: Proof, good: frozenset[str]) -> list[tuple[str, str]]:
    """The ways that match nobody, commonest first."""
    bad = [w for w in cell.ways if w[1] != "none" and not (w[1] == "exact" and w[0] in good)]
    return sorted(bad, key=lambda w: -cell.ways[w])


_CRM = "email,phone\n" + "".join(f"U{i}@x.example,+1 650 555 {i:04}\n" for i in range(120))


def _plus(i: int) -> str:
    return digest(f"+1650555{i:04}")


def _digits(i: int) -> str:
    return digest(f"1650555{i:04}")


_TWICE = both(api={"em": lambda i: digest(hashed(i))})
_FEW = both(100, api={"em": None, "ph": every(40, _plus, _digits)})
EXAMPLES = (
    Example("as documented", table(both(api={"ph": _digits})) | {"customers.csv": _CRM}, "pass"),
    Example("one number in forty keeps its plus sign", table(_FEW) | {"customers.csv": _CRM}, "warn"),
    Example("numbers keep their plus sign", table(both(api={"ph": _plus})) | {"customers.csv": _CRM}, "fail"),
    Example("addresses are hashed twice", table(_TWICE) | {"customers.csv": _CRM}, "fail"),
    Example("no known customers", table(both()), "not_run"),
)  # fmt: skip
