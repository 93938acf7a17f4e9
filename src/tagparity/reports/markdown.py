"""SERVER-SIDE-TRACKING-AUDIT.md: the report a client reads."""

from __future__ import annotations

import re

from ..core.audit import Audit
from ._text import Ready, clean, md
from ._view import environment, view


def _prose(text: str) -> Ready:
    """Prose of the catalogue: one paragraph, or the blocks it has. Only code may hold angle brackets."""
    plain = "".join(t if t.startswith("`") else t.replace("<", "&lt;") for t in re.split(r"(`[^`]*`)", text.strip()))
    listed = re.search(r"^[-*|] |\n\s*\n", plain, re.M)
    return Ready("\n\n" + plain if listed else " ".join(plain.split()))


def _code(text: str) -> Ready:
    """A name in a code span, which outside text cannot end."""
    return Ready("`" + re.sub(r"[`|\s]", "'", clean(text)) + "`")


def render(audit: Audit) -> str:
    """The audit as Markdown. Every expression of the template is escaped by `md`, except what is made here."""
    env = environment(autoescape=False, finalize=md)  # Markdown is no HTML: `md` escapes instead
    values = view(audit)
    values["block"] = Ready(values["block"])
    text = env.get_template("report.md.j2").render(values, prose=_prose, code=_code, ready=Ready)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.M)).strip() + "\n"
