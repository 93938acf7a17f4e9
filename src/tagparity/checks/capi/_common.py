"""What checks over metric cells share: the minimum count, counts in words, and findings from limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...core.limits import Limits
from ...core.measure import Metric, Metrics
from ...core.outcome import Evidence, Finding, Grade, Reason, State
from ...platforms import PLATFORMS

Cell = tuple[str, str]


def enough(cell: Metric, minimum: int) -> bool:
    return cell.value is not None and (cell.denominator or 0) >= minimum


def not_enough(cells: Iterable[Metric], what: str, minimum: int) -> Reason:
    """The reason of a check that has too little to judge; `what` names the observations."""
    most = max((c.denominator or 0 for c in cells), default=0)
    return Reason(State.NOT_RUN, f"not enough data: {most:g} {what}, a verdict needs {minimum}")


def subject(cell: Metric) -> str:
    """`meta purchase server em`: what a message is about."""
    return " ".join(cell.dims[k] for k in ("platform", "event", "side", "key", "day") if k in cell.dims)


def share(cell: Metric) -> str:
    """`61.0 % (61 of 100)`."""
    return f"{100 * (cell.value or 0):.1f} % ({cell.numerator:g} of {cell.denominator:g})"


def interval(cell: Metric) -> str:
    low, high = cell.low, cell.high
    return "" if low is None or high is None else f"95 % interval {100 * low:.1f} to {100 * high:.1f} %"


def spans(cell: Metric, limits: Limits) -> str:
    """A clause for messages: empty, or that the interval holds a limit and the verdict could be luck."""
    bound = limits.spanned(cell)
    return "" if bound is None else f"; the {interval(cell)} spans the limit of {100 * bound:g} %"


def evidence(cell: Metric) -> Evidence:
    return Evidence(cell.place, f"{cell.numerator:g} of {cell.denominator:g}, {interval(cell)}".rstrip(", "))


def finding(state: State, cell: Metric, message: str, fix: str, grade: Grade = Grade.PROVEN) -> Finding:
    return Finding(state, message, (evidence(cell),), fix, grade)


def judge_cells(
    cells: Iterable[Metric], limits: Limits, minimum: int, noun: str, fix: Callable[[Metric], str]
) -> Iterator[Finding | Reason]:
    """A finding for every cell that misses its limits; `noun` completes "61.0 % (61 of 100) ..."."""
    cells = list(cells)
    good = [c for c in cells if enough(c, minimum)]
    if not good:
        yield not_enough(cells, "observations", minimum)
        return
    for cell in good:
        state = limits.judge(cell.value or 0.0)
        if state is not State.PASS:
            text = f"{subject(cell)}: {share(cell)} {noun}{spans(cell, limits)}"
            yield finding(state, cell, text, fix(cell))
    close = min(good, key=lambda c: (c.value or 0) * (1 if limits.rising else -1))
    yield Reason(State.PASS, f"{subject(close)}: {share(close)} {noun}{spans(close, limits)}")


def keyed(platform: str, event: str) -> bool:
    """Whether the platform has a dedup key for this event; platforms nobody knows are taken to have one."""
    known = PLATFORMS.get(platform)
    return known is None or not known.keyless or event in known.id_columns


def keyed_cell(cell: Metric) -> bool:
    return keyed(cell.dims["platform"], cell.dims["event"])


def standard(cell: Metric) -> bool:
    """Whether the event is one the platform names itself, not one of the owner's."""
    known = PLATFORMS.get(cell.dims["platform"])
    return known is None or cell.dims["event"] in known.names.values()


def copies(metrics: Metrics) -> dict[str, dict[str, dict[str, float]]]:
    """platform -> event -> side -> copies, where both sides are to be expected.

    Left out: platforms without a server interface known here, and events without a dedup key on platforms that count
    every copy (a browser hit is then the only copy there should be).
    """
    out: dict[str, dict[str, dict[str, float]]] = {}
    for side in ("browser", "server"):
        for cell in metrics.of("events", side=side):
            if keyed_cell(cell):
                events = out.setdefault(cell.dims["platform"], {})
                events.setdefault(cell.dims["event"], {})[side] = cell.value or 0
    return {p: events for p, events in out.items() if _two_sided(p, events)}


def _two_sided(platform: str, events: dict[str, dict[str, float]]) -> bool:
    known = PLATFORMS.get(platform)
    if known is None or any(sides.get("server") for sides in events.values()):
        return True
    return known.server is not None and not known.keyless


def total(events: dict[str, dict[str, float]], side: str) -> float:
    return sum(sides.get(side, 0) for sides in events.values())
