"""What checks of lineage share: flows put together by the tag that sends them, and their ways in words."""

from __future__ import annotations

from collections.abc import Iterable

from ...core.lineage import Fate, Flow
from ...core.outcome import Evidence

SHOWN = 12


def way(flow: Flow) -> str:
    """The stations of a field in one line."""
    return " > ".join(s.text for s in flow.steps)


def place(flow: Flow) -> str:
    """The tag that sends a flow: the last station that has a place."""
    return next((s.where for s in reversed(flow.steps) if s.where), "")


def by_tag(flows: Iterable[Flow]) -> dict[str, list[Flow]]:
    """Flows by the tag that sends them, each field once."""
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        own = found.setdefault(place(flow), [])
        if all(f.field != flow.field for f in own):
            own.append(flow)
    return found


def proof(flows: Iterable[Flow]) -> tuple[Evidence, ...]:
    """Evidence: each field's way, pointing at the tag."""
    return tuple(Evidence(place(f), f"{f.event} {f.field}: {way(f)}") for f in list(flows)[:SHOWN])


def fields(flows: Iterable[Flow]) -> str:
    """Names of fields for a message."""
    return ", ".join(dict.fromkeys(f.field for f in flows))


def arriving(flow: Flow) -> bool:
    return flow.fate is Fate.SUPPLIED
