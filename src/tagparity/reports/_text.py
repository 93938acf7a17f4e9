"""Outside text on its way into Markdown and HTML, and the catalogue's own prose, which is trusted."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from ..core.text import masked, visible

LIMIT = 1200
_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKER = re.compile(r"^([-+=#!:]|\d{1,9}(?=[.)](?:\s|$)))")
_LINK = re.compile(r"(?i)\b(https?|ftps?|mailto|xmpp|tel|javascript|data)(?=:)|\b(www)(?=\.)")


class Ready(str):
    """Markdown made here, not to be escaped again."""

    __slots__ = ()


def clean(value: object) -> str:
    """Outside text with identifiers masked and control characters visible: the second line behind the checks' own."""
    return visible(masked(str(value)), LIMIT)


def md(value: object) -> str:
    """Outside text as literal Markdown on one line: no link, image, HTML, table break, list or heading comes of it."""
    if isinstance(value, Ready):
        return str(value)
    text = " ".join(clean(value).split())
    text = _SPECIAL.sub(lambda m: "\\" + m[0], text)
    text = re.sub(r"[&<>]", lambda m: _HTML[m[0]], text)
    text = _LINK.sub(lambda m: m[0] + "\\", text)
    return _MARKER.sub(lambda m: "\\" + m[0] if not m[0].isdigit() else m[0] + "\\", text)


def shown(value: object) -> object:
    """What every expression of the HTML templates passes through before it is escaped."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else clean(value)


def _inline(text: str) -> str:
    html = str(escape(" ".join(text.split())))
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", html)
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", html)


def prose(text: str) -> Markup:
    """The Markdown a check's docstring uses (paragraphs, lists, tables as text, code, bold) as HTML."""
    blocks = []
    for block in re.split(r"\n\s*\n|\n(?=[-*] )", text.strip()):
        if re.match(r"[-*] ", block):
            blocks.append(f"<li>{_inline(block[2:])}</li>")
        elif block.strip():
            blocks.append(f"<p>{_inline(block)}</p>")
    html = "".join(blocks)
    return Markup(re.sub(r"(?:<li>.*?</li>)+", lambda m: f"<ul>{m[0]}</ul>", html))  # noqa: S704 - escaped above
