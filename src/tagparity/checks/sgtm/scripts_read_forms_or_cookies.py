"""Custom code keeps its hands off form fields.

## When it fails
Active custom HTML reads a password or payment field and hands on or keeps what it found. It warns when custom HTML
reads fields for e-mail, phone, name or address and hands on or keeps them; when a custom JavaScript variable that
active tags use reads such a field; and when custom HTML puts variables with contact data into cookies or storage.
Reading a field to check it, or reading cookies such as `_fbp`, is no finding.
## Why it matters
A value scraped from a form is what somebody typed so far: mistyped, not sent, perhaps not consented to. When the form
changes, the variable throws or is empty, and match quality falls on a day nobody changed the tags. In a cookie or in
browser storage it is readable for every script of the page, and a cookie goes to the server with every request.
## How to fix
Let the site push contact data to the data layer once the form was accepted, and read it there. Keep it for the page
only, or on the server.
## Sources
- community, 2026-11-25: cardinalpath.com, data layer or reading the page: the data layer survives a changed page
- observed, 2026-11-25: web container exports: e-mail and phone read from form fields, kept in cookies and storage
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...core.text import outside
from ...gtm.references import references, strings
from ...gtm.scripts import Script, read_script
from ._gtm import SHOWN, active, count, names, title
from ._samples import ALL_PAGES, Json, export, params, tag

_GRAVE = {"password", "payment"}
_CONTACT = re.compile(r"e-?mail|phone|telefone?|first_?name|last_?name", re.I)
_HARMLESS = re.compile(r"hash|sha256|consent|valid|klaviyo|status", re.I)
_FIX = "Push contact data to the data layer once the form was accepted, and let tags read it there."


@check(row="G6", severity=Severity.MEDIUM, needs=("web_container",))
def scripts_read_forms_or_cookies(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(e.type in ("html", "jsm") for c in containers.web for e in (*active(c), *c.variables)):
        yield Reason(State.NOT_APPLICABLE, "No active custom HTML tag and no custom JavaScript variable.")
    for container in containers.web:
        html = [(t, read_script(container, t)) for t in active(container) if t.type == "html"]
        yield from _tags(container, [(t, s) for t, s in html if s.personal and (s.sends or s.memo)])
        used = _used(container)
        code = [(v, read_script(container, v)) for v in container.variables if v.type == "jsm" and v.name in used]
        if returned := [(v, s) for v, s in code if s.personal]:
            text = f"form fields are read by {count(len(returned), 'variable')} that tags use"
            yield _finding(container, returned, State.WARN, text)
        if kept := [(t, s) for t, s in html if not s.personal and _stored(s)]:
            yield _stores(container, kept)


def _used(container: Container) -> set[str]:
    """Names of variables that active tags use, through other variables too."""
    by_name = {v.name: v for v in container.variables}
    open_ = references(text for t in active(container) for _, text in strings(dict(t.params)))
    seen: set[str] = set()
    while open_:
        name = open_.pop()
        if name not in seen:
            seen.add(name)
            variable = by_name.get(name)
            open_ += references(text for _, text in strings(dict(variable.params))) if variable else []
    return seen


def _stored(script: Script) -> list[str]:
    """Variables with contact data in a script that writes cookies or storage."""
    if not (script.cookies_written or script.storage_written):
        return []
    return [n for n in script.references if _CONTACT.search(n) and not _HARMLESS.search(n)]


def _tags(container: Container, found: list[tuple[Entity, Script]]) -> Iterator[Finding]:
    grave = [(t, s) for t, s in found if _GRAVE & set(s.personal)]
    other = [(t, s) for t, s in found if not _GRAVE & set(s.personal)]
    for part, state in ((grave, State.FAIL), (other, State.WARN)):
        if part:
            yield _finding(container, part, state, f"form fields are read by {count(len(part), 'custom HTML tag')}")


def _finding(container: Container, found: list[tuple[Entity, Script]], state: State, text: str) -> Finding:
    kinds = ", ".join(dict.fromkeys(k for _, s in found for k in s.personal))
    return Finding(
        state,
        f"{title(container)}: {text} ({kinds}): {names(e for e, _ in found)}.",
        tuple(Evidence(container.where(e), _note(s)) for e, s in found[:SHOWN]),
        _FIX,
        Grade.LIKELY,
    )


def _note(script: Script) -> str:
    to = ["vendors"] if script.calls else []
    to += ["the data layer"] if script.pushes else []
    to += ["cookies"] if script.cookies_written else []
    to += ["browser storage"] if script.storage_written else []
    return f"reads {', '.join(script.personal)} of a form" + (f", uses {', '.join(to)}" if to else "")


def _stores(container: Container, kept: list[tuple[Entity, Script]]) -> Finding:
    return Finding(
        State.WARN,
        f"{title(container)}: contact data goes into cookies or browser storage in "
        f"{count(len(kept), 'custom HTML tag')}: {names(t for t, _ in kept)}.",
        tuple(
            Evidence(container.where(t), "variables " + ", ".join(outside(n, 60) for n in _stored(s)[:5]))
            for t, s in kept[:SHOWN]
        ),
        "Keep contact data for the page only, or on the server; a cookie of the site is read by every script.",
        Grade.LIKELY,
    )


def _html(code: str) -> Json:
    return tag("1", "Lead", "html", ALL_PAGES, html=f"<script>{code}</script>")


def _jsm(code: str) -> Json:
    return {"variableId": "9", "name": "Form email", "type": "jsm", "parameter": params(javascript=code)}


_EMAIL = "document.querySelector('input[name=\"email\"]').value"
_CAPI = tag("2", "Data tag", "cvt_TP9DP", ALL_PAGES, email="{{Form email}}")
_COOKIE = "document.cookie = 'contact=' + {{DLV email}} + '; path=/';"
_ASKS = _jsm(f"function() {{ return {_EMAIL}; }}")
EXAMPLES = (
    Example("a field is only checked", {"web.json": export(_html(f"show(/@/.test({_EMAIL}));"))}, "pass"),
    Example("the variable is used by no tag", {"web.json": export(variable=[_ASKS])}, "pass"),
    Example("a field goes to the data layer", {"web.json": export(_html(f"dataLayer.push({{m: {_EMAIL}}});"))}, "warn"),
    Example("a tag uses a variable that reads a form", {"web.json": export(_CAPI, variable=[_ASKS])}, "warn"),
    Example("an e-mail address in a cookie", {"web.json": export(_html(_COOKIE))}, "warn"),
    Example(
        "a password is kept",
        {"web.json": export(_html("localStorage.setItem('p', document.getElementById('password').value);"))},
        "fail",
    ),
    Example("no custom code", {"web.json": export(tag("3", "Ads", "awct", ALL_PAGES))}, "not_applicable"),
)
