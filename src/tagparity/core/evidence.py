"""What was handed in: one entry per file, refused ones too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Period:
    """First and last event_time in a file, ISO 8601 in UTC."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file of evidence. `path` is relative to EVIDENCE; `reason` says why it, or part of it, was not used."""

    path: str
    kind: str
    sha256: str = ""
    bytes: int = 0
    records: int = 0
    rejected: int = 0
    period: Period | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        return self.kind == "refused"
