"""What changed, and when: series of days out of the metrics, their shifts and trends, and what happened about then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ..core.change import LEAST_DAYS, Change, Event, Series, tell
from ..core.measure import Metric
from ..core.text import outside
from ..tables import timing
from ..tables.engine import Engine
from ..tables.metrics import CONVERSIONS
from .config import Config
from .series import Version, called, stand

IDS = ("hit_ratio", "dedup_rate", "id_presence", "key_presence")
# Match keys worth a series of their own; the others follow them.
KEYS = ("em", "ph", "external_id", "client_ip_address", "client_user_agent", "fbp", "fbc", "gclid", "ttclid")
MOST_SERIES = 500
MOST_NEAR = 5
Deploy = tuple[Event, tuple[str, ...]]  # what happened, and the platforms it is about; none: all
Whole = Mapping[str, tuple[str, str]]  # platform -> first and last day that no log of a side cuts


def among(
    con: Engine, rows: Sequence[Metric], settings: Config, versions: Iterable[Version]
) -> tuple[tuple[Metric, ...], tuple[Change, ...]]:
    """The metrics with the days of ids, and of those match keys that changed; and every change."""
    daily = [
        replace(m, dims={k: outside(v, 200) for k, v in m.dims.items()}) for m in timing.daily(con, CONVERSIONS, KEYS)
    ]
    whole = {outside(p, 200): days for p, days in timing.whole_days(con).items()}
    happened = [*settings.deploys, *containers(versions)]
    told = find([*rows, *daily], settings.minimum_count, whole, happened)
    ids = [m for m in daily if m.id == "id_presence"]
    return (*rows, *ids, *days_of(told, [m for m in daily if m.id != "id_presence"])), tuple(told)


def find(rows: Iterable[Metric], minimum: int, whole: Whole, happened: Sequence[Deploy] = ()) -> list[Change]:
    """Dated changes of the series among `rows`, in the order of platform, event, day. Days that a log begins or ends in
    are left out; most days of a series need `minimum` of a denominator."""
    told = [c for s in _series(rows, minimum, whole) for c in tell(s, _cuts(s))]
    near = [replace(c, near=_near(c, happened)) for c in told]
    return sorted(near, key=lambda c: (*_place(c.dims), c.day, IDS.index(c.metric), sorted(c.dims.items())))


def days_of(changes: Iterable[Change], rows: Iterable[Metric]) -> list[Metric]:
    """Those of `rows`, metrics by day, whose series has a change."""
    told = {(c.metric, *sorted(c.dims.items())) for c in changes}
    return [m for m in rows if (m.id, *sorted((k, v) for k, v in m.dims.items() if k != "day")) in told]


def containers(versions: Iterable[Version]) -> list[Deploy]:
    """When each version of a container was last edited and what it changed, for those whose export tells the day."""
    return [
        (
            Event(
                "container",
                v.container.edited,
                f"{called(v.container)} last edited ({stand(v.container)})" + (f": {v.changed}" if v.changed else ""),
            ),
            (),
        )
        for v in versions
        if v.container.edited
    ]


def _series(rows: Iterable[Metric], minimum: int, whole: Whole) -> list[Series]:
    """The largest series with enough days, and enough on most of them."""
    days: dict[tuple[object, ...], list[Metric]] = {}
    for m in rows:
        if (
            m.id not in IDS
            or "day" not in m.dims
            or not m.denominator
            or (m.id == "hit_ratio" and "scope" not in m.dims)
        ):
            continue
        first, last = whole.get(m.dims.get("platform", ""), ("", "9999"))
        if first <= m.dims["day"] <= last:
            grain = sorted((k, v) for k, v in m.dims.items() if k != "day")
            days.setdefault((m.id, *grain), []).append(m)
    out = [
        Series(str(id), dict(grain), tuple(sorted(found, key=lambda m: m.dims["day"])))  # type: ignore[arg-type]
        for (id, *grain), found in days.items()
        if len(found) >= LEAST_DAYS and 2 * sum((m.denominator or 0) >= minimum for m in found) > len(found)
    ]
    out.sort(key=lambda s: (-sum(m.denominator or 0 for m in s.days), s.metric, sorted(s.dims.items())))
    return out[:MOST_SERIES]


def _cuts(series: Series) -> list[int]:
    if all(m.numerator == m.denominator for m in series.days):
        return []
    from ._binomial import cuts  # the library takes most of a second to load

    return cuts(series)


def _place(dims: Mapping[str, str]) -> tuple[str, str]:
    return dims.get("platform", ""), dims.get("event", "")


def _near(change: Change, happened: Sequence[Deploy]) -> tuple[Event, ...]:
    """What happened within a day of a shift, the nearest first."""
    if change.kind != "shift":
        return ()
    at, platform = date.fromisoformat(change.day), change.dims.get("platform", "")
    gaps = [
        (abs((date.fromisoformat(event.day) - at).days), event.day, event.kind, event.name, event)
        for event, platforms in happened
        if not platforms or platform in platforms
    ]
    return tuple(g[-1] for g in sorted(gaps, key=lambda g: g[:4])[:MOST_NEAR] if g[0] <= 1)
