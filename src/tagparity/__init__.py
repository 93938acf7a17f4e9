"""tagparity: audits the server-side measurement pipeline behind paid media.

import tagparity
result = tagparity.audit("evidence/")
print(result.score.overall, result.score.grade)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .core.audit import Audit
    from .core.errors import EvidenceError, ResourceError, TagparityError, UsageError
    from .run.audit import audit

__all__ = ["Audit", "EvidenceError", "ResourceError", "TagparityError", "UsageError", "__version__", "audit"]

_HOMES = {
    "audit": ".run.audit",
    "Audit": ".core.audit",
    "EvidenceError": ".core.errors",
    "ResourceError": ".core.errors",
    "TagparityError": ".core.errors",
    "UsageError": ".core.errors",
}


def __getattr__(name: str) -> Any:
    """Loads the public names on first use, so that `import tagparity` and `tagparity --help` stay quick."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name], __name__), name)
    raise AttributeError(name)
