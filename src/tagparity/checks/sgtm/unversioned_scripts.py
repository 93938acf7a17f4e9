"""Scripts from public file hosts are pinned.

## When it fails
An active custom HTML tag or custom JavaScript variable loads a script over plain http, or straight out of a code
repository or paste (`raw.githubusercontent.com`, `gist`) without a commit. It warns when a script comes from a public
package host (jsDelivr, unpkg, esm.sh, Statically) without a full version and without an `integrity` digest. The loaders
of vendors (`fbevents.js`, `gtag/js`) have no versions by design and are no finding; nor are scripts of the site.
## Why it matters
Whoever publishes the next version of that package runs code on every page, checkout included. A release that breaks
takes the measurement with it, on a day nobody changed anything. Over http the script is blocked, or anybody on the way
may replace it.
## How to fix
Name the full version (`@4.2.1`, or a commit) and add `integrity` and `crossorigin`, or serve the file from the site.
## Sources
- community, 2026-11-25: video-dev/hls.js#4715: `latest` of a package host brings breaking versions without notice
- community, 2026-11-25: valine.js.org/en/cdn.html: an address without version serves each release at once
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.scripts import Load, read_script
from ._gtm import SHOWN, active, count, title
from ._samples import ALL_PAGES, export, tag

_PACKAGES = {
    "cdn.jsdelivr.net",
    "fastly.jsdelivr.net",
    "unpkg.com",
    "esm.sh",
    "cdn.skypack.dev",
    "cdn.statically.io",
    "esm.run",
    "jspm.dev",
}
_RAW = {
    "raw.githubusercontent.com",
    "raw.github.com",
    "gist.githubusercontent.com",
    "raw.githack.com",
    "rawgit.com",
    "pastebin.com",
    "gitcdn.xyz",
}
_PINNED = re.compile(r"@v?\d+\.\d+\.\d+|@[0-9a-f]{7,40}(?![\w.])|/[0-9a-f]{40}/|/v?\d+\.\d+\.\d+[\w.-]*/", re.I)
_OWN = re.compile(r"^(?:localhost|127\.|10\.|192\.168\.)")


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def unversioned_scripts(containers: Containers) -> Iterator[Finding | Reason]:
    read = [(c, e, read_script(c, e)) for c in containers for e in (*active(c), *c.variables) if e.type in _KINDS]
    if not read:
        yield Reason(State.NOT_APPLICABLE, "No active custom HTML tag and no custom JavaScript variable.")
    for container in containers:
        found = [(e, x, p) for c, e, s in read if c is container for x in s.loads if (p := _problem(x))]
        for state in (State.FAIL, State.WARN):
            if part := [(e, x, p) for e, x, p in found if _STATE[p] is state]:
                yield _finding(container, part, state)


_KINDS = ("html", "jsm")
_HTTP, _CODE, _OPEN = "over plain http", "from a code repository without a commit", "without a full version"
_STATE = {_HTTP: State.FAIL, _CODE: State.FAIL, _OPEN: State.WARN}


def _problem(load: Load) -> str:
    """What is wrong with a script's address; empty when nothing is."""
    if load.kind != "script" or not load.host or _OWN.match(load.host):
        return ""
    if load.url.lower().startswith("http:"):
        return _HTTP
    path = load.url.split("//", 1)[-1].split("?", 1)[0]
    if load.integrity or _PINNED.search(path) or "{{" in path or "*" in path:
        return ""
    if load.host in _RAW:
        return _CODE
    return _OPEN if load.host in _PACKAGES else ""


def _finding(container: Container, found: list[tuple[Entity, Load, str]], state: State) -> Finding:
    hosts = ", ".join(dict.fromkeys(outside(x.host, 60) for _, x, _ in found))
    how = " or ".join(dict.fromkeys(p for _, _, p in found))
    return Finding(
        state,
        f"{title(container)}: {count(len(found), 'script')} loaded {how}, from {hosts}.",
        tuple(Evidence(container.where(e), f"script of {outside(x.host, 60)} {p}") for e, x, p in found[:SHOWN]),
        "Name a full version or commit with an integrity digest, or serve the file from the site over https.",
    )


def _loads(number: str, url: str, more: str = "") -> dict[str, object]:
    return tag(number, "Library", "html", ALL_PAGES, html=f'<script src="{url}"{more}></script>')


_PIXEL = "<script>!function(d,s,u){var e=d.createElement(s);e.src=u;d.body.appendChild(e)}(document,'script',"
_LOADER = tag(
    "1", "Pixel", "html", ALL_PAGES, html=_PIXEL + "'https://connect.facebook.net/en_US/fbevents.js')</script>"
)
_LATEST = tag(
    "2", "Library", "html", ALL_PAGES, html=_PIXEL + "'https://cdn.jsdelivr.net/npm/lib@latest/a.js')</script>"
)
_PIN = _loads("3", "https://cdn.jsdelivr.net/npm/lib@4.2.1/a.js")
_DIGEST = _loads("4", "https://unpkg.com/lib", ' integrity="sha384-abc" crossorigin')
_BRANCH = _loads("5", "https://raw.githubusercontent.com/a/b/main/x.js")
EXAMPLES = (
    Example("a vendor's loader, a version and a digest", {"web.json": export(_LOADER, _PIN, _DIGEST)}, "pass"),
    Example("the latest of a package", {"web.json": export(_LATEST)}, "warn"),
    Example("a branch of a repository", {"web.json": export(_BRANCH)}, "fail"),
    Example("plain http", {"web.json": export(_loads("6", "http://cdn.shop.example/x.js"))}, "fail"),
    Example("no script", {"web.json": export(tag("7", "Ads", "awct", ALL_PAGES))}, "not_applicable"),
)  # fmt: skip
