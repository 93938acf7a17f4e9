"""Parameters side by side: every setting of an entity under a name of its own, and which values may be shown.

Rows of a settings table are named after what they set (`eventSettingsTable[event_id]`), so that their order proves
nothing. A switch that is off, an empty field and a field that is not there are the same thing to Tag Manager.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import lru_cache

from ..core.container import Param
from ..core.text import outside
from ..pii import scan
from .references import references
from .routing import host

Rewrite = Callable[[str, str], str]

_NAMING = ("parameter", "name", "key", "fieldName", "paramName", "fieldToSet", "cookieName", "tagReference")
_ON_UNLESS_OFF = frozenset({"sendPageView"})  # a missing value means "on": "off" is a setting of its own
_MAX_DEPTH = 20
_MAX_LINES = 2000
_MOST_CELLS = 250_000
_CODE = re.compile(r"\n|<script|function\s*\(|=>", re.I)
_VENDOR_ID = re.compile(r"(?:G|GT|AW|DC|UA|GTM|MC)-[A-Z0-9-]{2,20}")
_ID_KEY = re.compile(
    r"(?:pixel|tag|conversion|measurement|advertiser|dataset|account|partner|container|stream|merchant)_?ids?$|"
    r"conversionlabel$|grouptag$|activitytag$|^name$",
    re.I,
)
_ID = re.compile(r"[\w-]{1,32}")
_EVENT_KEY = re.compile(r"event_?name(?:standard|custom)?$|^event$|standardeventname$|customeventname$", re.I)
_EVENT = re.compile(r"[A-Za-z][\w .:-]{0,40}")
_NUMBER = re.compile(r"-?\d{1,6}(?:\.\d{1,4})?")
_WORD = re.compile(r"[A-Za-z][A-Za-z_]{0,30}")
_PRIVATE = re.compile(
    r"token|secret|passw|pwd|auth|key$|credential|email|mail|phone|first|last|full|street|city|zip|postal|birth|gender|"
    r"external|user|customer|test|header|body|value$|\]",
    re.I,
)
_OPEN_TABLE = re.compile(r"(?:SettingsTable|fieldsToSet)\[(?!.*(?:mail|phone|name|user|token|secret|key))", re.I)
_PATH = re.compile(r"(?:/[\w.~-]{0,24}){1,6}")


def flat(params: dict[str, Param], rewrite: Rewrite = lambda _, text: text, ordered: bool = False) -> dict[str, str]:
    """Every setting by name. `rewrite` is given (name, text) of each value; with `ordered` the order of rows counts."""
    out: dict[str, str] = {}
    for key, value in params.items():
        if _off(value) and not (key in _ON_UNLESS_OFF and value == "false"):
            continue
        _add(out, key, value, rewrite, ordered, 0)
    return out


def _off(value: Param) -> bool:
    return value in (None, "", "false") or value == [] or value == {}


def _add(out: dict[str, str], name: str, value: Param, rewrite: Rewrite, ordered: bool, depth: int) -> None:
    if depth > _MAX_DEPTH or value is None:
        return
    if isinstance(value, str):
        _put(out, name, rewrite(name, tidy(value)))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _add(out, f"{name}.{outside(key, 60)}", inner, rewrite, ordered, depth + 1)
    else:
        _rows(out, name, value, rewrite, ordered, depth)


def _rows(out: dict[str, str], name: str, rows: list[Param], rewrite: Rewrite, ordered: bool, depth: int) -> None:
    """Rows by what they set; rows and entries without a name by what they hold."""
    labels: list[str] = []
    for row in rows:
        if isinstance(row, dict) and (column := _naming(row)):
            label = f"{name}[{_label(rewrite(column, str(row[column])))}]"
            labels.append(label)
            rest = {k: v for k, v in row.items() if k != column}
            if len(rest) == 1:
                _add(out, label, next(iter(rest.values())) or "", rewrite, ordered, depth + 1)
            else:
                _put(out, label, "" if not rest else _canonical(rest, rewrite))
        elif row is not None and not isinstance(row, str):
            _put(out, f"{name}[row]", _canonical(row, rewrite))
    if entries := [rewrite(name, tidy(row)) for row in rows if isinstance(row, str)]:
        _put(out, f"{name}[]", json.dumps(entries if ordered else sorted(entries)))
    if ordered and len(labels) > 1:
        _put(out, f"{name} (order of rows)", " | ".join(labels))


def _naming(row: dict[str, Param]) -> str:
    """The column that says what a row sets."""
    return next((k for k in _NAMING if isinstance(row.get(k), str) and row[k]), "")


def _canonical(value: Param, rewrite: Rewrite) -> str:
    if isinstance(value, str):
        return rewrite("", tidy(value))
    if isinstance(value, list):
        return json.dumps([_canonical(v, rewrite) for v in value])
    if isinstance(value, dict):
        return json.dumps({k: _canonical(v, rewrite) for k, v in value.items() if not _off(v)}, sort_keys=True)
    return ""


def _put(out: dict[str, str], name: str, value: str) -> None:
    """A second row of the same name gets a number; equal rows without a name are counted by it."""
    free, number = name, 2
    while free in out and number < 500:
        free, number = f"{name} #{number}", number + 1
    out[free] = value


@lru_cache(maxsize=50_000)
def _label(text: str) -> str:
    """What a row is called: keys of a lookup table can be anything, a person's address too."""
    shown = outside(text, 60)
    return "<personal data>" if scan("", text) else shown


def tidy(text: str) -> str:
    """Text without what a text area changes by itself: line endings, white space at line ends, empty lines."""
    if "\n" not in text and "\r" not in text:
        return text.strip()
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def shown(name: str, value: str) -> str | None:
    """A value as it may be shown, or None: references, switches, vendors' ids, event names, hosts, small numbers and
    plain words of settings; never what could be a person or a token."""
    text = value.strip()
    if len(text) > 200 or scan(name.rsplit("[", 1)[-1].rstrip("]"), text):
        return None
    if re.sub(r"\{\{[^{}]{1,200}\}\}", "", text).strip(" ,;|/+-_") == "" and references([text]):
        return outside(text, 120)
    last = re.sub(r"[\]\s].*$", "", name.rsplit("[", 1)[-1].rsplit(".", 1)[-1])
    if text in ("true", "false") or _VENDOR_ID.fullmatch(text) or _NUMBER.fullmatch(text):
        return text
    if _ID_KEY.search(last) and _ID.fullmatch(text):
        return outside(text, 40)
    if _EVENT_KEY.search(last) and _EVENT.fullmatch(text):
        return text
    return _address(text) or _word(name, last, text)


def _word(name: str, last: str, text: str) -> str | None:
    open_ = bool(_OPEN_TABLE.search(name)) or not _PRIVATE.search(name if "[" in name else last)
    return text if open_ and _WORD.fullmatch(text) else None


def _address(text: str) -> str | None:
    """Scheme, host and a plain path; queries and user names stay out."""
    if "@" in text or not host(text) or not re.match(r"https?://|//|[\w-]+(?:\.[\w-]+)+(?:/|$)", text, re.I):
        return None
    rest = text.split("//", 1)[-1].split("?", 1)[0].split("#", 1)[0]
    path = rest[rest.index("/") :] if "/" in rest else ""
    scheme = text.split("//", 1)[0] + "//" if "//" in text else ""
    return outside(f"{scheme}{host(text)}{path if _PATH.fullmatch(path) else '/...' if path else ''}", 120)


def public(key: str) -> bool:
    """Whether a parameter holds a vendor's id or an event name."""
    return bool(_ID_KEY.search(key) or _EVENT_KEY.search(key)) and key != "name"


def change(name: str, before: str | None, after: str | None, purpose: str = "") -> str:
    """One setting that differs, in words, with its values where they may be shown; `purpose` is the parameter that a
    constant's value is for."""
    if before is None or after is None:
        word, value = ("added", after) if before is None else ("removed", before)
        seen = shown(purpose or name, value or "") if value else None
        return f"{name} {word}" + (f" ({seen})" if seen else "")
    if name.endswith("[]"):
        return f"{name}: {_entries(name, before, after)}"
    if _CODE.search(before) or _CODE.search(after):
        return f"{name}: {_script(before, after)}"
    one, two = shown(purpose or name, before), shown(purpose or name, after)
    if one is not None and two is not None and one != two:
        return f"{name}: {one or 'empty'} → {two or 'empty'}"
    hidden = [seen if seen is not None else "(not shown)" for seen in (one, two)]
    return f"{name}: changed" if one == two or hidden[0] == hidden[1] else f"{name}: {hidden[0]} → {hidden[1]}"


def _entries(name: str, before: str, after: str) -> str:
    """Entries of a list that came and went, by name where they may be shown."""
    one, two = (Counter(json.loads(text)) for text in (before, after))
    told = []
    for word, rest in (("added", two - one), ("removed", one - two)):
        seen = [s for text in rest if (s := shown(name[:-2], text)) is not None][:4]
        told += [f"{rest.total()} {word}" + (f" ({', '.join(seen)})" if seen else "")] if rest else []
    return ", ".join(told) or "another order"


def _script(before: str, after: str) -> str:
    """How much of a script changed, and the hosts and references that came and went."""
    one, two = before.splitlines()[:_MAX_LINES], after.splitlines()[:_MAX_LINES]
    told = "script changed"
    if len(one) * len(two) < _MOST_CELLS:
        same = sum(b.size for b in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks())
        told += f", {len(two) - same} lines new and {len(one) - same} gone"
    for word, here, there in (("now names", after, before), ("no longer names", before, after)):
        fresh = [n for n in _named(here) if n not in _named(there)]
        told += f"; {word} {', '.join(fresh[:4])}" if fresh else ""
    return told


def _named(text: str) -> list[str]:
    """Hosts and references a script names."""
    found = re.findall(r"//([a-z0-9][a-z0-9.-]{2,100}\.[a-z]{2,20})(?=[/\"'?:]|$)", text, re.I)
    braced = ["{{" + outside(r, 60) + "}}" for r in references([text])]
    return list(dict.fromkeys([*(f.lower() for f in found), *braced]))
