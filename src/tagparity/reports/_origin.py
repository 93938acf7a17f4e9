"""Where unmatched copies come from, what changed and when, and how the clocks stand: sentences and day charts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..core.audit import Audit
from ..core.change import Change, Event
from ..core.cluster import Cluster
from ..core.measure import Metric
from ._numbers import count, counts, measured, share

MOST = 20
LATE = 0.01  # a smaller share of late copies is not worth a line
NAMES = {"hit_ratio": "ratio of server to browser", "dedup_rate": "deduplication rate",
         "id_presence": "share of copies with an id", "key_presence": "share of copies with the key"}  # fmt: skip
_APART = {-1: "the day before", 0: "the same day", 1: "the day after"}


@dataclass(frozen=True, slots=True)
class Chart:
    """One series with its changes: `days` by date, and a sentence for each change."""

    title: str
    days: tuple[Metric, ...]
    changes: tuple[Change, ...]
    sentences: tuple[str, ...]

    @property
    def span(self) -> tuple[float, float]:
        """Lowest and highest share drawn: the values with their intervals' room, in steps of five points."""
        values = [d.value or 0.0 for d in self.days]
        low, high = int(20 * min(values)) / 20, -int(-20 * max(values) - 1e-9) / 20
        high = high if high >= max(values) else high + 0.05
        return max(0.0, low - 0.05), max(high, low + 0.1)


@dataclass(frozen=True, slots=True)
class SkewRow:
    """Time between the two copies of an action, by platform and event, in ms."""

    platform: str
    event: str
    twins: float
    median: float
    p50: float
    p95: float
    p99: float


def cluster_sentence(c: Cluster) -> str:
    """`purchase, server_id_missing: 98.2 % (1,204 of 1,226) are Safari on /checkout since 2026-06-03, which is ...`."""
    event = f"{c.event}, " if c.event else ""
    whose = f"{c.side} copies" + (f" of {c.event}" if c.event else "")
    return (
        f"{c.platform} {event}{c.cause}: {share(c.share.value)} ({counts(c.share)}) {_shared(c)}, which is "
        f"{share(c.size.value)} ({counts(c.size)}) of all {whose}. {_rate(c.inside)} of the copies there have this "
        f"cause, {_rate(c.outside)} elsewhere."
    )


def _shared(c: Cluster) -> str:
    """`are Safari on /checkout since 2026-06-03`."""
    say = {
        "browser": "{}",
        "page": "on {}",
        "app_version": "of version {}",
        "sender": "sent by {}",
        "hour": "between {}",
    }
    words = [text.format(c.where[dim]) for dim, text in say.items() if dim in c.where]
    if c.since and c.until:
        words.append(f"from {c.since} to {c.until}")
    elif c.since or c.until:
        words.append(f"since {c.since}" if c.since else f"until {c.until}")
    return " ".join(["are" if c.where.keys() - {"hour"} else "came", *words])


def _rate(metric: Metric) -> str:
    return f"{share(metric.value)} (95 % interval {_interval(metric)})"


def _interval(metric: Metric) -> str:
    return f"{100 * (metric.low or 0):.1f} to {100 * (metric.high or 0):.1f}"


def change_sentence(c: Change) -> str:
    """`meta purchase: the deduplication rate falls on 2026-06-03 from 99.9 % (...) to 79.9 % (...); deploy ...`."""
    down = (c.after.value or 0) < (c.before.value or 0)
    if c.kind == "trend":
        return (
            f"{_title(c)} {'drifts down' if down else 'drifts up'} from {c.day} to {c.until}: {measured(c.before)} in "
            f"the first third of the days, {measured(c.after)} in the last."
        )
    near = "".join(f"; {_happened(e, c.day)}" for e in c.near)
    return (
        f"{_title(c)} {'falls' if down else 'rises'} on {c.day} from {measured(c.before)} to {measured(c.after)}{near}."
    )


def _title(c: Change) -> str:
    dims = [f"{c.dims.get('platform', '')} {c.dims.get('event', '')}".strip()]
    dims += [c.dims[k] for k in ("side", "key") if k in c.dims]
    return f"{', '.join(dims)}: {NAMES.get(c.metric, c.metric)}"


def _happened(event: Event, day: str) -> str:
    kind = "deploy " if event.kind == "deploy" else ""
    return (
        f"{kind}“{event.name}” {_APART.get((date.fromisoformat(event.day) - date.fromisoformat(day)).days, event.day)}"
    )


def charts(audit: Audit) -> list[Chart]:
    """One chart per series that changed, the largest change first."""
    days: dict[tuple[object, ...], list[Metric]] = {}
    for m in audit.metrics:
        if "day" in m.dims:
            days.setdefault((m.id, *_grain(m.dims)), []).append(m)
    told: dict[tuple[object, ...], list[Change]] = {}
    for c in audit.changes:
        told.setdefault((c.metric, *_grain(c.dims)), []).append(c)
    out = []
    for place, changes in told.items():
        found = sorted(days.get(place, ()), key=lambda m: m.dims["day"])
        sentences = tuple(change_sentence(c) for c in changes)
        out.append(Chart(_title(changes[0]), tuple(found), tuple(changes), sentences))
    return sorted(out, key=lambda c: (-max(_size(x) for x in c.changes), c.title))


def _grain(dims: dict[str, str]) -> list[tuple[str, str]]:
    return sorted((k, v) for k, v in dims.items() if k != "day")


def _size(c: Change) -> float:
    return abs((c.after.value or 0) - (c.before.value or 0))


def skew_rows(audit: Audit) -> list[SkewRow]:
    """Where twins were found, most twins first within a platform."""
    found: dict[tuple[str, str], dict[str, Metric]] = {}
    for m in audit.metrics:
        if m.id == "skew_ms":
            found.setdefault((m.dims["platform"], m.dims["event"]), {})[m.dims["quantile"]] = m
    rows = [
        SkewRow(p, e, of["p50"].denominator or 0, *(of[q].value or 0.0 for q in ("median", "p50", "p95", "p99")))
        for (p, e), of in found.items()
    ]
    return sorted(rows, key=lambda r: (r.platform, -r.twins, r.event))


def duration(ms: float) -> str:
    """`250 ms`, `4.1 s`, `12 min`, `3.0 h`, `2.1 days`; a sign is kept."""
    size = abs(ms)
    for most, unit, digits, name in ((1000, 1, 0, "ms"), (120_000, 1000, 1, "s"), (7_200_000, 60_000, 0, "min"),
                                     (172_800_000, 3_600_000, 1, "h")):  # fmt: skip
        if size < most:
            return f"{ms / unit:.{digits}f} {name}"
    return f"{ms / 86_400_000:.1f} days"


def timing_sentences(audit: Audit) -> list[str]:
    """Clocks that are off, then events that came late, the largest share first."""
    return [*_drifts(audit.metrics), *_late(audit.metrics)]


def _drifts(metrics: Iterable[Metric]) -> list[str]:
    out = []
    for m in metrics:
        if m.id != "clock_drift":
            continue
        who = m.dims["platform"] + (f", sent by {m.dims['sender']}" if "sender" in m.dims else "")
        ahead = "ahead of" if (m.value or 0) > 0 else "behind"
        near = share((m.numerator or 0) / (m.denominator or 1))
        why = (
            "a whole number of hours, so a time zone is wrong" if m.dims["variant"] == "time_zone" else "a clock is off"
        )
        out.append(
            f"{who}: server times are {duration(abs(m.value or 0))} {ahead} browser times in {near} "
            f"({count(m.numerator)} of {count(m.denominator)}) of the twins: {why}."
        )
    return out


def _late(metrics: Iterable[Metric]) -> list[str]:
    late = [m for m in metrics if m.id == "late_share" and (m.value or 0) >= LATE and (m.denominator or 0) >= 30]
    late.sort(key=lambda m: (-(m.value or 0), sorted(m.dims.items())))
    return [
        f"{m.dims['platform']} {m.dims['event']}, {m.dims['side']}: {measured(m)} of the copies were received over an "
        "hour after the event."
        for m in late[:MOST]
    ]
