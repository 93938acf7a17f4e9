"""Floor 3: the catalogue. One file per check, the folder is its category, the file name its id."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass
from functools import cache

from ..core.check import Check, Example

SECTIONS = ("When it fails", "Why it matters", "How to fix", "Sources")
SOURCE_LINE = re.compile(r"^- (official code|official|community|observed), (\d{4}-\d{2}-\d{2}): (.+)$", re.M)


@dataclass(frozen=True, slots=True)
class Entry:
    """A check with what its file says of it."""

    id: str
    category: str
    title: str
    sections: dict[str, str]
    check: Check
    examples: tuple[Example, ...]

    @property
    def sources(self) -> list[tuple[str, str, str]]:
        """(level, date read, source) of every source line."""
        return SOURCE_LINE.findall(self.sections.get("Sources", ""))


def _entry(category: str, name: str) -> Entry:
    module = importlib.import_module(f"{__name__}.{category}.{name}")
    page = inspect.cleandoc(module.__doc__ or "")
    head, *parts = re.split(r"^## (.+)$", page, flags=re.M)
    sections = {title.strip(): text.strip() for title, text in zip(parts[::2], parts[1::2], strict=True)}
    check = getattr(module, name)
    if not isinstance(check, Check):
        raise TypeError(f"checks/{category}/{name}.py must define a check called {name}")
    return Entry(name, category, head.strip().rstrip("."), sections, check, tuple(module.EXAMPLES))


@cache
def catalogue() -> dict[str, Entry]:
    """Every check by id, in order of category and row."""
    entries = []
    for category in pkgutil.iter_modules(__path__):
        if category.ispkg:
            package = importlib.import_module(f"{__name__}.{category.name}")
            names = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")]
            entries += [_entry(category.name, name) for name in names]
    order = ("sgtm", "capi", "dedup", "hit_ratio", "walkthrough", "identity", "taxonomy")
    entries.sort(key=lambda e: (order.index(e.category), e.check.row, e.id))
    return {e.id: e for e in entries}


@cache
def catalogue_version() -> str:
    """Changes whenever a check, its limits or its weight change: two scores compare only when it is equal."""
    parts = [f"{e.id} {e.check.row} {e.check.severity} {e.check.bounds or ''}" for e in catalogue().values()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
