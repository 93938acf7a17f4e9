"""Markup of a custom HTML tag, split into the scripts it runs and the addresses it asks for."""

from __future__ import annotations

from html.parser import HTMLParser

from ._script_facts import Load

_KINDS = {"script": "script", "img": "image", "iframe": "iframe"}
_CODE = {"", "module", "text/javascript", "application/javascript", "text/gtmscript", "text/ecmascript"}
_MAX_PARTS = 500


class _Split(HTMLParser):
    """Collects code and loads; a script of another type (data, templates, held back by a consent tool) does not run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.code: list[str] = []
        self.loads: list[tuple[str, str, bool]] = []
        self._script: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        self.code += [v for k, v in found.items() if k.startswith("on") and v]
        runs = tag != "script" or found.get("type", "").strip().lower().split(";")[0] in _CODE
        src = found.get("src", "").strip()
        if tag in _KINDS and runs and src and not src.startswith("data:"):
            self.loads.append((_KINDS[tag], src, bool(found.get("integrity"))))
        if tag == "script":
            self._script = [] if runs and not src else None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._close()

    def _close(self) -> None:
        if self._script:
            self.code.append("".join(self._script))
        self._script = None

    def close(self) -> None:
        super().close()
        self._close()


def split(markup: str) -> tuple[list[str], list[tuple[str, str, bool]]]:
    """(code, (kind, url, integrity)) of markup. A script that is never closed counts, as browsers run none of it but
    Tag Manager closes it."""
    parser = _Split()
    try:
        parser.feed(_closed(markup))
        parser.close()
    except (AssertionError, ValueError):  # declarations that html.parser gives up on
        pass
    return parser.code[:_MAX_PARTS], parser.loads[:_MAX_PARTS]


def _closed(markup: str) -> str:
    """`markup` without tags at its end that never close, which html.parser reads over and over."""
    end = markup.rfind(">") + 1
    tail = markup.find("<", end)
    return markup if tail < 0 else markup[:tail]


def load(kind: str, url: str, integrity: bool = False) -> Load:
    return Load(kind, url[:500], host(url), integrity)


def host(url: str) -> str:
    """Host of an absolute address, lower case; empty where it is relative or decided at run time."""
    rest = url.split("//", 1)
    if len(rest) < 2 or rest[0].strip().lower() not in ("", "http:", "https:", "*", "*:", "wss:"):
        return ""
    found = rest[1].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].lower()
    return "" if not found or "*" in found or "{" in found else found
