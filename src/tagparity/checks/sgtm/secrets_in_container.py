"""The container holds no secrets in clear.

## When it fails
An access token, API secret, developer token, private key or Authorization header stands as text in a web container:
it is then part of the public `gtm.js` that every visitor downloads. It warns for a server container, where the token
is in every export and visible to everyone with read access. The value is never shown.
## Why it matters
With a conversion API token anyone can send invented conversions to your pixel; with a developer or refresh token they
reach the ad account. Bidding follows whatever arrives.
## How to fix
Revoke the token and make a new one. Remove it from web containers altogether: call the API from the server. In server
containers read it from a secret store or environment instead of a constant, restrict read access, and do not pass
exports around.
## Sources
- observed, 2026-11-23: real container exports: literal accessToken, access_token, apiAccessToken, developerToken
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity, Param
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.references import references, strings
from ...gtm.values import Values
from ._gtm import SHOWN, count, title
from ._samples import ALL_PAGES, export, tag

_NAMED = {
    "accesstoken",
    "apiaccesstoken",
    "developertoken",
    "apisecret",
    "authorization",
    "clientsecret",
    "refreshtoken",
    "privatekey",
    "secretkey",
    "bearertoken",
}
# Shapes that are secrets wherever they stand, also inside scripts, URLs and request bodies.
_SHAPES = re.compile(
    r"\bEAA[A-Za-z0-9]{30,}|\bBearer\s+[A-Za-z0-9._~+/-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY|\bsk_live_\w{16,}|"
    r"\bya29\.[\w-]{20,}|\b1//[\w-]{30,}|"
    r"\b(?:access_?token|api_?secret|developer_?token|client_?secret|refresh_?token)[\"']?\s*[=:]\s*[\"']?[\w.+/-]{16,}",
    re.I,
)
_PLACEHOLDER = re.compile(
    r"redact|your|example|placeholder|replace|insert|dummy|change|secret_|todo|x{4,}|\*{3,}|<|\$\{", re.I
)


@check(row="G8", severity=Severity.CRITICAL, needs=("container",))
def secrets_in_container(containers: Containers) -> Iterator[Finding | Reason]:
    if not any((*c.tags, *c.variables, *c.clients, *c.transformations) for c in containers):
        yield Reason(State.NOT_RUN, "The export holds no tags, variables or clients; export the whole container.")
    for container in containers:
        places = tuple(dict.fromkeys(_places(container)))
        if places:
            yield _finding(container, places)


def _places(container: Container) -> Iterator[tuple[str, str]]:
    """(entity, parameter) of every secret in clear, constants included that a secret's parameter refers to."""
    values = Values(container)
    for entity in (*container.tags, *container.clients, *container.variables, *container.transformations):
        for key, value in _pairs(entity.params):
            if _secret(key, value):
                yield container.where(entity), key
            elif source := _constant(values, key, value):
                yield container.where(source), f"constant used as {key}"


def _pairs(params: dict[str, Param]) -> Iterator[tuple[str, str]]:
    """(key, text) of all parameters; rows of a name/value table count under the name they set."""
    stack: list[Param] = [dict(params)]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            name, value = node.get("key") or node.get("name"), node.get("value")
            if isinstance(name, str) and isinstance(value, str):
                yield name, value
            stack += [v for v in node.values() if not isinstance(v, str)]
            yield from ((k, v) for k, v in node.items() if isinstance(v, str))
        elif isinstance(node, list):
            stack += [v for v in node if not isinstance(v, str)]
            yield from (("", v) for v in node if isinstance(v, str))


def _named(key: str) -> bool:
    return re.sub(r"[^a-z]", "", key.lower()) in _NAMED


def _secret(key: str, value: str) -> bool:
    """Whether a text is a secret by its shape, or by the parameter it is in when it is no reference or placeholder."""
    found = _SHAPES.search(value)
    if found and not _PLACEHOLDER.search(found.group()) and "{{" not in found.group():
        return True
    return _named(key) and _literal(value)


def _literal(value: str) -> bool:
    text = (value.split() or [""])[-1]
    return len(text) >= 16 and "{{" not in value and not _PLACEHOLDER.search(value) and len(set(text)) > 5


def _constant(values: Values, key: str, value: str) -> Entity | None:
    """The constant that holds the secret of a parameter named as one."""
    found = values.variable(value) if _named(key) and references([value]) else None
    if found is None or found.type != "c":
        return None
    return found if any(_literal(text) for _, text in strings(found.params.get("value"))) else None


def _finding(container: Container, places: tuple[tuple[str, str], ...]) -> Finding:
    public = container.side != "server"
    who = "every visitor can read them in gtm.js" if public else "everyone with read access or an export can use them"
    shown = [Evidence(where, f"parameter {outside(key, 60)}") for where, key in places[:SHOWN]]
    return Finding(
        State.FAIL if public else State.WARN,
        f"{title(container)} holds secrets in clear in {count(len(places), 'place')}; {who}.",
        tuple(shown),
        "Revoke and renew the tokens; keep them out of web containers and, for the server, in a secret store.",
    )


def _meta_tag(token: str) -> dict[str, object]:
    return tag("1", "Conversions API", "cvt_5TP8W", ALL_PAGES, pixelId="1234567890", accessToken=token)


_MADE_UP = "EAA" + "b1C2d3E4f5" * 4
_HTML = tag(
    "2", "Script", "html", ALL_PAGES, html=f"<script>send('https://api.example/?access_token={_MADE_UP}')</script>"
)
EXAMPLES = (
    Example("the token comes from a variable", {"server.json": export(_meta_tag("{{Token}}"), side="SERVER")}, "pass"),
    Example("a token in a server tag", {"server.json": export(_meta_tag(_MADE_UP), side="SERVER")}, "warn"),
    Example("a token in a script every visitor loads", {"web.json": export(_HTML)}, "fail"),
)
