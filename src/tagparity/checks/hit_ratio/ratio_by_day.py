"""The ratio of server to browser actions holds day by day.

## When it fails
On three days, or on the last two, the server reports under 60 % of the browser's purchases or leads. It warns for one
such day, and when the ratio steps or drifts up or down by 20 points or more (from eight days on): a drift is a slope
that fits the days better than a step does, first against last third. Days with fewer than 30 browser actions are not
judged.
## Why it matters
The average over a month hides the release that broke the server tag last Tuesday. Each such day is lost for good:
platforms accept late events for a few days only.
## How to fix
Compare the named day with releases of the site, versions of both containers, consent changes and the server's errors;
then replay the lost events while the platform still accepts them.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, server-event (7 days)
- community, 2026-11-23: common audit checklists: 60 % as the limit of a single day
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from ...core.change import Change, Series, tell
from ...core.check import Example, check
from ...core.measure import Metric, Metrics, rate
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from .._rows import table
from ..capi._common import enough, evidence, not_enough, share
from ._judged import days, judged

LOW, STEP = 0.60, 0.20
SHORTEST, SERIES = 3, 8
MANY, LATEST = 3, 2


@check(row="H2", severity=Severity.HIGH, needs=("browser_events", "server_events"))
def ratio_by_day(metrics: Metrics) -> Iterator[Finding | Reason]:
    series, minimum = _series(metrics), metrics.minimum_count
    usable = {name: [c for c in found if enough(c, minimum)] for name, found in series.items()}
    count = sum(len(found) for found in usable.values())
    if not count:
        every = [c for found in series.values() for c in found]
        yield not_enough(every, "browser purchases or leads on one day", minimum)
    for name, found in usable.items():
        yield from _low(name, found)
        yield from _step(name, found)
    yield Reason(State.PASS, f"none of {count} days falls under {100 * LOW:g} %, and no step or drift was found")


def _series(metrics: Metrics) -> dict[str, list[Metric]]:
    """Cells by day of each platform and event, in order."""
    out: dict[str, list[Metric]] = {}
    for m in metrics.rows:
        if m.id == "hit_ratio" and set(m.dims) == {"platform", "event", "day"} and judged(m):
            out.setdefault(f"{m.dims['platform']} {m.dims['event']}", []).append(m)
    return {name: sorted(found, key=lambda c: c.dims["day"]) for name, found in out.items()}


def _low(name: str, cells: list[Metric]) -> Iterator[Finding]:
    low = [c for c in cells if (c.value or 0.0) < LOW]
    if not low:
        return
    latest = len(cells) >= LATEST and all(c in low for c in cells[-LATEST:])
    named = ", ".join(f"{c.dims['day']} {share(c)}" for c in low[:10])
    more = f" and {len(low) - 10} more" if len(low) > 10 else ""
    yield Finding(
        State.FAIL if len(low) >= MANY or latest else State.WARN,
        f"{name}: under {100 * LOW:g} % on {len(low)} of {len(cells)} days: {named}{more}.",
        tuple(evidence(c) for c in low[:20]),
        f"Look for an outage, a release or a container version on {low[0].dims['day']}, and replay what was lost.",
    )


def _step(name: str, cells: list[Metric]) -> Iterator[Finding]:
    if len(cells) < SERIES:
        return
    cut = min(range(SHORTEST, len(cells) - SHORTEST + 1), key=lambda k: _spread(cells[:k]) + _spread(cells[k:]))
    change = next(iter(tell(Series(cells[0].id, {}, tuple(cells)), [cut])), None)
    if change and change.kind == "trend":
        yield from _trend(name, change)
        return
    before, after = cells[:cut], cells[cut:]
    one, two = _middle(before), _middle(after)
    if abs(two - one) < STEP or not _apart(_pooled(before), _pooled(after)):
        return
    day = after[0].dims["day"]
    yield Finding(
        State.WARN,
        f"{name}: the ratio steps {'down' if two < one else 'up'} on {day}, "
        f"from {100 * one:.0f} % to {100 * two:.0f} % (medians of {len(before)} and {len(after)} days).",
        tuple(Evidence(_pooled(part).place, share(_pooled(part))) for part in (before, after)),
        f"Compare releases, container versions and consent settings of {day} with the day before.",
    )


def _trend(name: str, change: Change) -> Iterator[Finding]:
    one, two = change.before.value or 0.0, change.after.value or 0.0
    if abs(two - one) < STEP:
        return
    yield Finding(
        State.WARN,
        f"{name}: the ratio drifts {'down' if two < one else 'up'} from {change.day} to {change.until}, "
        f"from {100 * one:.0f} % to {100 * two:.0f} % (first and last third of the days).",
        tuple(Evidence(part.place, share(part)) for part in (change.before, change.after)),
        f"Look for what spreads bit by bit since {change.day}: an app version, a browser, a banner, a full queue.",
    )


def _middle(cells: list[Metric]) -> float:
    return median(c.value or 0.0 for c in cells)


def _spread(cells: list[Metric]) -> float:
    """How far days lie from their median: smallest where a series is cut at its step."""
    centre = _middle(cells)
    return sum(abs((c.value or 0.0) - centre) for c in cells)


def _pooled(cells: list[Metric]) -> Metric:
    dims = cells[0].dims | {"day": f"{cells[0].dims['day']}..{cells[-1].dims['day']}"}
    done, of = (int(sum(n or 0 for n in counts)) for counts in zip(*((c.numerator, c.denominator) for c in cells)))  # noqa: B905
    return rate(cells[0].id, dims, done, of)


def _apart(one: Metric, two: Metric) -> bool:
    return (one.high or 0) < (two.low or 0) or (two.high or 0) < (one.low or 0)


EXAMPLES = (
    Example("steady", table(days(*[0.95] * 9)), "pass"),
    Example("one bad day", table(days(1, 1, 0.5, 1)), "warn"),
    Example("a step after day five", table(days(*[1] * 5, *[0.7] * 5)), "warn"),
    Example("a slide over twelve days", table(days(*[1 - 0.03 * n for n in range(12)], each=100)), "warn"),
    Example("the last two days are bad", table(days(1, 1, 0.5, 0.5)), "fail"),
    Example("too few actions a day", table(days(1, 1, each=20)), "not_run"),
)
