"""Floor 5: one file per format, each `render(audit) -> str`; `FORMATS` maps a format to its file name and renderer."""

from __future__ import annotations

from collections.abc import Callable

from ..core.audit import Audit
from .html import render as _html
from .json_ import render as _json
from .markdown import render as _markdown

FORMATS: dict[str, tuple[str, Callable[[Audit], str]]] = {
    "md": ("SERVER-SIDE-TRACKING-AUDIT.md", _markdown),
    "html": ("report.html", _html),
    "json": ("audit.json", _json),
}
