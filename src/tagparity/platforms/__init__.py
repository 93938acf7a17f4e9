"""Floor 1: one file per ad platform, one PLATFORM value each. Nothing else in the project names a platform."""

from __future__ import annotations

import importlib
import pkgutil
import re

from ..core.platform import Platform
from ._wire import BODY_CAP, Params, body_params, json_value, pairs

__all__ = ["BODY_CAP", "PLATFORMS", "Params", "body_params", "by_alias", "json_value", "pairs"]


def _collect() -> dict[str, Platform]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    found = [importlib.import_module(f"{__name__}.{name}").PLATFORM for name in names]
    return {p.id: p for p in found}


def _fold(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name[:100]).casefold()


PLATFORMS: dict[str, Platform] = _collect()
_BY_ALIAS = {_fold(n): p for p in PLATFORMS.values() for n in (p.id, p.title, *p.aliases)}


def by_alias(name: str) -> Platform | None:
    """The platform people call `name`; case, spaces, underscores and hyphens do not matter."""
    return _BY_ALIAS.get(_fold(name))
