"""The metrics of an audit as tables: platform x event, match keys with their forms, causes of unmatched copies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ..core.audit import Audit
from ..core.measure import Metric, rate

COLUMNS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("hit_ratio", {"scope": "web"}, "Server / browser"),
    ("dedup_rate", {}, "Deduplicated"),
    ("within_5_minutes", {}, "Within 5 minutes"),
    ("id_presence", {"side": "browser"}, "Id in browser"),
    ("id_presence", {"side": "server"}, "Id on server"),
    ("match_keys_median", {}, "Match keys, median"),
)
MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class EventRow:
    """One platform and event: a cell per column, None where nothing was measured."""

    platform: str
    event: str
    cells: tuple[Metric | None, ...]

    @property
    def size(self) -> float:
        return max((m.denominator or 0 for m in self.cells if m), default=0)


@dataclass(frozen=True, slots=True)
class PartRow:
    """Shares of one whole: the forms of a match key (with its presence), or the causes of unmatched copies."""

    platform: str
    side: str
    key: str
    parts: tuple[tuple[str, Metric], ...]
    presence: Metric | None = None


def _cells(audit: Audit) -> dict[tuple[str, str], dict[int, Metric]]:
    """Metrics at platform x event by column. A hit ratio without `scope` stands in where there is no website one."""
    found: defaultdict[tuple[str, str], dict[int, Metric]] = defaultdict(dict)
    for metric in audit.metrics:
        dims = dict(metric.dims)
        place = dims.pop("platform", ""), dims.pop("event", "")
        for n, (id, extra, _) in enumerate(COLUMNS):
            if metric.id != id or not all(place):
                continue
            if dims == extra:
                found[place][n] = metric
            elif id == "hit_ratio" and not dims:
                found[place].setdefault(n, metric)
    return found


def event_rows(audit: Audit) -> list[EventRow]:
    """One row per platform and event, platforms by name, the busiest event first."""
    rows = [EventRow(*place, tuple(map(cells.get, range(len(COLUMNS))))) for place, cells in _cells(audit).items()]
    return sorted(rows, key=lambda r: (r.platform, -r.size, r.event))


def _parts(audit: Audit, id: str, whole: tuple[str, ...], part: str) -> dict[tuple[str, ...], dict[str, Metric]]:
    """Shares of `part` added up over events. The whole of an event counts once, whichever parts it has."""
    tops: defaultdict[tuple[str, ...], defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    bottoms: defaultdict[tuple[str, ...], dict[str, float]] = defaultdict(dict)
    for metric in audit.metrics:
        if metric.id != id or set(metric.dims) != {*whole, "event", part} - {""}:
            continue
        place = tuple(metric.dims[d] for d in whole)
        tops[place][metric.dims.get(part, "")] += metric.numerator or 0
        bottoms[place][metric.dims["event"]] = metric.denominator or 0
    return {
        place: {p: rate(id, {}, int(n), int(sum(bottoms[place].values()))) for p, n in parts.items()}
        for place, parts in tops.items()
    }


def _ordered(parts: dict[str, Metric]) -> tuple[tuple[str, Metric], ...]:
    """Commonest first, what is absent last."""
    some = [(name, metric) for name, metric in parts.items() if metric.numerator]
    return tuple(sorted(some, key=lambda p: (p[0] == "absent", -(p[1].value or 0), p[0])))


def key_rows(audit: Audit) -> list[PartRow]:
    """One row per platform, side and match key, with its presence and the forms seen, the commonest first."""
    grain = ("platform", "side", "key")
    presence, forms = _parts(audit, "key_presence", grain, ""), _parts(audit, "form_share", grain, "form")
    return [
        PartRow(platform, side, key, _ordered(forms.get(place, {})), presence.get(place, {}).get(""))
        for place in sorted({*presence, *forms}, key=lambda p: (p[0], p[1] != "server", p[2]))
        for platform, side, key in [place]
    ]


def cause_rows(audit: Audit) -> list[PartRow]:
    """Why copies found no twin on the other side, per platform and side, the commonest cause first."""
    causes = _parts(audit, "cause_share", ("platform", "side"), "cause")
    return [PartRow(platform, side, "", _ordered(parts)) for (platform, side), parts in sorted(causes.items())]
