"""No id, address or token is still a placeholder.

## When it fails
An active tag's id, server address or token is what a guide or a template wrote in its place: `YOUR_PIXEL_ID`,
`G-XXXXXXXXXX`, `1234567890`, `https://sgtm.example.com`, "pixel id". Constants are followed.
## Why it matters
The tag fires and its hits go nowhere, or to a stranger's account.
## How to fix
Put the real value in, best in one constant that all tags share.
## Sources
- observed, 2026-11-25: placeholders in containers of public repositories
- official, 2026-11-23: formats of ids: G-, AW-, DC-, GTM-, Meta pixel ids of 15 or 16 digits
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...gtm.behaviours import behaviour
from ...gtm.references import references
from ...gtm.values import Values
from ._gtm import active, count, names, title
from ._samples import ALL_PAGES, export, google_tag, tag

_WORDS = re.compile(
    r"\b(?:your|my|insert|enter|replace|change|add|put|seu|sua|tu|ihre?)[\s_-]*(?:[a-z]+[\s_-]*){0,3}(?:id|token|key|url|pixel|"
    r"domain|container|here)\b|placeholder|(?:value|id|token|key|url)[\s_-]here|x{4,}|\byour_|_here\b|dominio_do_cliente|lorem|"
    r"\bto[\s_-]?do\b|<[a-z _-]+>|\$\{[a-z_]+\}|%%[a-z_]+%%",
    re.I,
)
_EXAMPLE_HOST = re.compile(r"//(?:[\w-]+\.)*(?:example\.(?:com|org|net)|(?:your|my)[\w-]*\.[a-z]+)(?=[/:?]|$)", re.I)
_RUN = re.compile(r"(?:0{5,}|1{6,}|9{6,}|0?123456(?:7(?:8(?:9(?:0(?:1(?:2(?:3(?:4(?:5(?:6)?)?)?)?)?)?)?)?)?)?)")


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def placeholder_values(containers: Containers) -> Iterator[Finding | Reason]:
    for container in containers:
        values = Values(container)
        found = [(t, p) for t in active(container) for p in _parameters(container, t) if _placeholder(values, t, p)]
        if found:
            tags = list({id(t): t for t, _ in found}.values())
            yield Finding(
                State.WARN,
                f"{title(container)}: {count(len(tags), 'tag')} with placeholders for ids or addresses: {names(tags)}.",
                tuple(Evidence(container.where(t), f"parameter {p} is a placeholder") for t, p in found[:20]),
                "Put the real values in.",
            )


def _parameters(container: Container, tag: Entity) -> list[str]:
    known = behaviour(container, tag)
    named = [*known.destination, *known.server_urls, *known.secrets] if known else []
    return [*named, *(k for k in ("serverContainerUrl", "gtm_server_domain", "accessToken") if k not in named)]


def _placeholder(values: Values, tag: Entity, name: str) -> bool:
    value = tag.params.get(name)
    if not isinstance(value, str) or not value.strip():
        return False
    texts = values.resolve(value) if references([value]) else (value,)
    return any(placeholder(t) for t in texts)


def placeholder(text: str) -> bool:
    """Whether a text stands where a real id, address or token should."""
    bare = re.sub(r"^(?:G|GT|AW|DC|GTM|UA)-", "", text.strip())
    return bool(_WORDS.search(text[:300]) or _EXAMPLE_HOST.search(text[:300]) or _RUN.fullmatch(bare))


EXAMPLES = (
    Example("a real id", {"web.json": export(google_tag("1", "G-ABC1234567"))}, "pass"),
    Example("an id nobody filled in", {"web.json": export(google_tag("1", "G-XXXXXXXXXX"))}, "warn"),
    Example(
        "a guide's words",
        {"web.json": export(tag("1", "Ads", "awct", ALL_PAGES, conversionId="YOUR_ID"))},
        "warn",
    ),
)
