"""Several versions of one container: the newest is judged, the older ones are its history.

The newest is the version whose newest part was saved last (fingerprints, in ms); then the higher version number, then
the later export. A part of a container, and a published script beside an export, is judged only where nothing better
of that container is at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ..core.audit import InventoryItem
from ..core.container import Container, Containers
from ..core.evidence import EvidenceFile
from ..gtm.diff import diff
from ..gtm.match import same_container
from ..readers.gtm import built_in

_MOST_COMPARED = 60  # versions of one container


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a container. `judged_by` is the path of the version that is judged in its place, empty for the
    judged one; `why` says why it is not; `changed` what it does otherwise than the version before, in one line."""

    container: Container
    judged_by: str = ""
    why: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Every container of an audit, the versions of one after another in order of time."""

    versions: tuple[Version, ...] = ()

    @property
    def judged(self) -> Containers:
        """The containers checks are run on: one per container, in the order they were read."""
        return Containers(v.container for v in self.versions if not v.judged_by)

    @property
    def history(self) -> tuple[Version, ...]:
        return tuple(v for v in self.versions if v.judged_by)

    def items(self) -> tuple[InventoryItem, ...]:
        """The history as it stands in the inventory, and what the judged versions changed."""
        return tuple(_item(v) for v in self.versions if v.judged_by or v.changed)

    def noted(self, files: Iterable[EvidenceFile]) -> tuple[EvidenceFile, ...]:
        """Evidence entries; those of versions that are not judged say so."""
        said: dict[str, list[str]] = {}
        for v in self.history:
            said.setdefault(v.container.path, []).append(f"{v.why} of {called(v.container)}: history, not judged")
        return tuple(replace(f, notes=(*f.notes, *said[f.path])) if f.path in said else f for f in files)


def series(found: Iterable[Container]) -> Series:
    """Sorts containers into versions and says which one is judged."""
    containers = list(found)
    place = {id(c): n for n, c in enumerate(containers)}
    groups = sorted(_groups(containers), key=lambda g: min(place[id(c)] for c in g))
    return Series(tuple(v for group in groups for v in _versions(group)))


def _groups(containers: list[Container]) -> list[list[Container]]:
    """Containers by what they are versions of."""
    groups: list[list[Container]] = []
    known: dict[tuple[str, str], list[list[Container]]] = {}
    for c in containers:
        keys = [(c.side, i) for i in {c.public_id, c.container_id} if i]
        near = [g for key in keys for g in known.get(key, ())]
        home = next((g for g in near if same_container(g[0], c)), None)
        if home is None:
            home = []
            groups.append(home)
        home.append(c)
        for key in keys:
            if all(g is not home for g in known.setdefault(key, [])):
                known[key].append(home)
    return groups


def _versions(group: list[Container]) -> list[Version]:
    ordered = sorted(group, key=moment)
    best = max(ordered, key=lambda c: (_rank(c), moment(c)))
    return [
        Version(
            c,
            "" if c is best else best.path,
            "" if c is best else _why(c, best),
            _changed(ordered, n) if len(ordered) <= _MOST_COMPARED else "",
        )
        for n, c in enumerate(ordered)
    ]


def _changed(ordered: list[Container], n: int) -> str:
    """What a version changed against the last one before it that can be compared."""
    here = ordered[n]
    earlier = [c for c in ordered[:n] if _rank(c) == 2]
    return diff(earlier[-1], here).headline if earlier and _rank(here) == 2 else ""


def moment(container: Container) -> tuple[int, int, str, str]:
    """When a version was made: the newest save in ms, the version number, the time of the export. Where no part tells
    when it was saved, the export does."""
    groups = (container.tags, container.triggers, container.variables, container.clients, container.transformations)
    saved = max((e.edited_ms for group in groups for e in group), default=0)
    ms = saved or _ms(container.edited) or _ms(container.exported)
    number = int(container.version) if container.version.isascii() and container.version.isdigit() else 0
    return ms, min(number, 10**9), container.exported, container.path


def _ms(text: str) -> int:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def _rank(container: Container) -> int:
    """2 for a whole export, 1 for a part of one, 0 for a published script, which has no names and no paused tags."""
    if container.origin == "published":
        return 0
    present = {t.id for t in container.triggers}
    lost = any(not built_in(i) and i not in present for t in container.tags for i in t.firing)
    clientless = container.side == "server" and not container.clients
    return 1 if not container.tags or clientless or (lost and not present) else 2


def _why(container: Container, best: Container) -> str:
    if _rank(container) == _rank(best):
        return "older version"
    return ("published script", "part", "older version")[_rank(container)]


def called(container: Container) -> str:
    return container.public_id or container.name or f"the {container.side} container"


def stand(container: Container) -> str:
    """Which version it is: its number, or the workspace it was exported from."""
    return "workspace" if container.version in ("", "0") else f"version {container.version}"


def _item(version: Version) -> InventoryItem:
    c = version.container
    when = f"last edited {c.edited}" if c.edited else f"exported {c.exported or 'at an unknown time'}"
    told = f"{stand(c)}, {when}"
    told += f"; {version.why}: history, {version.judged_by} is judged" if version.judged_by else "; judged"
    told += f"; against the version before: {version.changed}" if version.changed else ""
    return InventoryItem("container version", called(c), told, c.path)
