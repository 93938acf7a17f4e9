"""What the values of match keys look like per platform, event, side and key, beside what the platform wants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from ...core.limits import Limits
from ...core.measure import Metric, Metrics, rate
from ...core.outcome import Evidence, Finding, Grade, Reason, State
from ...core.platform import Form, Hashing, Key
from ...platforms import PLATFORMS
from ..capi._common import enough, finding, interval, not_enough, share, spans, subject

WELL_FORMED = Limits.at_least(0.99, 0.95)
# Forms no stable identifier has, even where the platform takes any text.
_NEVER_AN_ID = frozenset({Form.PLACEHOLDER, Form.DOUBLE, Form.WRONG_TYPE, Form.LIST})
CAUSES = {
    Form.PLAIN: "not hashed: hash with SHA-256 before sending",
    Form.SHA256_HEX: "hashed: send the value as it is",
    Form.SHA256_HEX_UPPER: "upper-case hex: lower-case the digest before sending",
    Form.SHA256_HEX_SUFFIXED: "a library's suffix behind the digest: send the 64 digits alone",
    Form.SHA256_BASE64: "base64 where hex is wanted: encode the digest as hex",
    Form.SHA256_BASE64URL: "base64url where hex is wanted: encode the digest as hex",
    Form.DOUBLE: "hashed twice: pass on what is already hashed as it is",
    Form.MD5: "MD5: hash with SHA-256",
    Form.SHA1: "SHA-1: hash with SHA-256",
    Form.PLACEHOLDER: "a placeholder, masked or empty text: leave the key out when there is no value",
    Form.TRUNCATED: "cut off: widen the column or field to all 64 characters",
    Form.WRONG_LENGTH: "hex of the wrong length: send the 64 digits of the digest alone",
    Form.WRONG_TYPE: "a number, object or true/false: send text",
    Form.LIST: "a list where one value is wanted: send the first one",
}


@dataclass(frozen=True, slots=True)
class Values:
    """The present values of one key in one cell, by form; `rule` is how the platform wants them."""

    dims: dict[str, str]
    forms: dict[Form, int]
    rule: Key

    def rate(self, forms: Collection[Form]) -> Metric:
        """Share of present values in one of these forms."""
        chosen = sum(n for form, n in self.forms.items() if form in forms)
        return rate("form_share", self.dims, chosen, sum(self.forms.values()))


def values(metrics: Metrics, keys: Collection[str] | None = None, side: str | None = None) -> list[Values]:
    """Every cell of `form_share` whose platform has a rule for the key."""
    cells: dict[tuple[str, ...], Values] = {}
    for m in metrics.rows:
        if m.id != "form_share" or set(m.dims) != {"platform", "event", "side", "key", "form"}:
            continue
        platform, key = PLATFORMS.get(m.dims["platform"]), m.dims["key"]
        if not platform or key not in platform.keys or side not in (None, m.dims["side"]):
            continue
        if keys is not None and key not in keys:
            continue
        dims = {k: v for k, v in m.dims.items() if k != "form"}
        cell = cells.setdefault(tuple(dims.values()), Values(dims, {}, platform.keys[key]))
        if (form := Form(m.dims["form"])) is not Form.ABSENT:
            cell.forms[form] = int(m.numerator or 0)
    return list(cells.values())


def breakdown(cell: Values, bad: Iterable[Form]) -> str:
    """`12 not hashed: ...; 3 MD5: ...`, the commonest first."""
    counted = sorted(((cell.forms.get(f, 0), f) for f in bad), reverse=True)
    return "; ".join(f"{n} {CAUSES[f]}" for n, f in counted if n)


def judge_bad(
    cells: list[Values], bad: Collection[Form], limits: Limits, minimum: int, noun: str, fix: str
) -> Iterator[Finding | Reason]:
    """A finding for every cell with too large a share of values in a bad form, naming the forms."""
    measured = [(c, c.rate(bad)) for c in cells if c.forms]
    judged = [(c, m) for c, m in measured if enough(m, minimum)]
    if not judged:
        yield _nothing([m for _, m in measured], minimum)
        return
    for cell, metric in judged:
        state = limits.judge(metric.value or 0.0)
        if state is not State.PASS:
            seen = f" ({breakdown(cell, bad)})" if cell.rule.hashing is not Hashing.NEVER else ""
            text = f"{subject(metric)}: {share(metric)} {noun}{seen}{spans(metric, limits)}"
            yield finding(state, metric, text, fix)
    worst = max((m for _, m in judged), key=lambda m: m.value or 0.0)
    yield Reason(State.PASS, f"{subject(worst)}: {share(worst)} {noun}{spans(worst, limits)}")


def _nothing(metrics: list[Metric], minimum: int) -> Reason:
    if not metrics:
        return Reason(State.NOT_APPLICABLE, "no event carries such a value")
    return not_enough(metrics, "values of such a key", minimum)


def well_formed(
    metrics: Metrics, limits: Limits, keys: Collection[str], hashed_only: bool = False
) -> Iterator[Finding | Reason]:
    """Judges the server copies' values of these keys by the form each platform can use."""
    cells = [c for c in values(metrics, keys, "server") if c.forms and c.rule.hashing is not Hashing.NEVER]
    cells = [c for c in cells if not hashed_only or c.rule.hashing is Hashing.REQUIRED]
    judged = [c for c in cells if sum(c.forms.values()) >= metrics.minimum_count]
    if not judged:
        yield _nothing([c.rate(()) for c in cells], metrics.minimum_count)
        return
    for cell in judged:
        yield from _one(cell, limits)
    worst = min((c.rate(_usable(c)) for c in judged), key=lambda m: m.value or 0.0)
    yield Reason(State.PASS, f"{subject(worst)}: {share(worst)} usable as they are{spans(worst, limits)}")


def _usable(cell: Values) -> frozenset[Form]:
    if cell.rule.hashing is Hashing.REQUIRED:
        return cell.rule.usable
    return frozenset(Form) - _NEVER_AN_ID


def _one(cell: Values, limits: Limits) -> Iterator[Finding]:
    """Unusable forms by the limits; upper-case digests, which no source proves to be folded, warn at most."""
    usable = _usable(cell)
    metric, bad = cell.rate(usable), [f for f in cell.forms if f not in usable]
    state = limits.judge(metric.value or 0.0)
    if state is not State.PASS:
        yield _finding(state, cell, metric, bad, spans(metric, limits))
    elif cell.rule.hashing is Hashing.REQUIRED:
        lower = cell.rate(usable - {Form.SHA256_HEX_UPPER})
        if limits.judge(lower.value or 0.0) is not State.PASS:
            bad = [*bad, Form.SHA256_HEX_UPPER]
            yield _finding(State.WARN, cell, lower, bad, spans(lower, limits), Grade.LIKELY)


def _finding(
    state: State, cell: Values, metric: Metric, bad: list[Form], luck: str, grade: Grade = Grade.PROVEN
) -> Finding:
    causes = breakdown(cell, bad)
    text = f"{subject(metric)}: {share(metric)} in the form the platform wants; {causes}{luck}"
    first = max(bad, key=lambda f: cell.forms.get(f, 0))
    spots = tuple(
        Evidence(replace(metric, dims=cell.dims | {"form": f.value}).place, f"{cell.forms[f]} values")
        for f in bad
        if cell.forms.get(f)
    )
    counted = Evidence(metric.place, f"{metric.numerator:g} of {metric.denominator:g}, {interval(metric)}")
    fix = f"{cell.dims['key']}: {CAUSES[first].partition(': ')[2]}."
    return Finding(state, text, (counted, *spots), fix, grade)
