"""The one result document. Its JSON Schema in docs/ is generated from these classes."""

from __future__ import annotations

from dataclasses import dataclass

from .change import Change
from .cluster import Cluster
from .evidence import EvidenceFile
from .lineage import Lineage
from .measure import Metric
from .outcome import Outcome
from .score import Score

SCHEMA_VERSION = "1.2"


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One thing found in the stack: a container, a platform with its destinations, a tagging host, a sender."""

    kind: str
    name: str
    detail: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding its owner chose to live with until `expires` (ISO date): shown, never hidden."""

    check: str
    reason: str
    expires: str
    active: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything an audit says. Serialises to `audit.json`, renders without the data it was made from."""

    schema_version: str
    tool_version: str
    catalogue_version: str
    generated_at: str
    evidence: tuple[EvidenceFile, ...]
    inventory: tuple[InventoryItem, ...]
    metrics: tuple[Metric, ...]
    outcomes: tuple[Outcome, ...]
    score: Score
    accepted: tuple[Accepted, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    changes: tuple[Change, ...] = ()
    lineage: Lineage = Lineage()  # noqa: RUF009 - frozen
