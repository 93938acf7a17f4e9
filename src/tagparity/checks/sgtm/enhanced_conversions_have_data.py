"""Enhanced conversions have user data to send.

## When it fails
A Google Ads conversion tag has enhanced conversions switched on and names no variable; or a user-provided-data variable
in manual mode has no field filled, or in code mode no data source. It warns. Variables that collect by themselves
(automatic mode), and containers without enhanced conversions, are no finding.
## Why it matters
Google Ads then shows enhanced conversions as set up and gets nothing to match with: conversions of visitors without a
click id stay lost.
## How to fix
Create a User-Provided Data variable with at least the email address, read from the data layer, and choose it in the
conversion tag.
## Sources
- official, 2026-11-23: support.google.com/google-ads/answer/13258081: user-provided data in Tag Manager
- official code, 2026-11-25: compiled conversion tag in a published gtm.js: cssProvidedEnhancedConversionValue
- observed, 2026-11-23: real exports: awec with mode MANUAL, AUTO or CODE
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Reason, Severity, State
from ...gtm.references import references, strings
from ._gtm import active, names, spots, title
from ._samples import export, params, tag

_FIELDS = (
    "email", "phone_number", "first_name", "last_name", "street", "city", "region", "postal_code", "country",
)  # fmt: skip
_SOURCES = ("cssProvidedEnhancedConversionValue", "enhancedConversionObject", "userDataVariable")


@check(row="C5", severity=Severity.MEDIUM, needs=("web_container",))
def enhanced_conversions_have_data(containers: Containers) -> Iterator[Finding | Reason]:
    judged = 0
    for container in containers.web:
        on = [t for t in active(container) if t.type == "awct" and t.params.get("enableEnhancedConversion") == "true"]
        variables = [v for v in _used(container) if v.type == "awec"]
        judged += len(on) + len(variables)
        bare = [t for t in on if not any(t.params.get(key) for key in _SOURCES) and not _automatic(t)]
        if bare:
            yield Finding(
                State.WARN,
                f"{title(container)}: {names(bare)} has enhanced conversions switched on and no user data.",
                spots(container, bare, "enableEnhancedConversion without a variable"),
                "Choose a User-Provided Data variable in the tag.",
            )
        empty = [v for v in variables if _empty(v)]
        if empty:
            yield Finding(
                State.WARN,
                f"{title(container)}: {names(empty)} holds no user data.",
                spots(container, empty, "no field of the user-provided data is filled"),
                "Fill at least the email address, or choose a data source.",
            )
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No enhanced conversions and no user-provided data in the web container.")


def _automatic(tag: Entity) -> bool:
    """Whether the tag collects the data by itself."""
    return any("auto" in key.lower() and v == "true" for key, v in tag.params.items() if "nhanced" in key)


def _used(container: Container) -> list[Entity]:
    """Variables that an active tag or another variable refers to."""
    entities = (*active(container), *container.variables)
    used = set(references(text for e in entities for _, text in strings(dict(e.params))))
    return [v for v in container.variables if v.name in used]


def _empty(variable: Entity) -> bool:
    mode = variable.params.get("mode")
    if mode == "MANUAL":
        return not any(
            text for key, text in strings(dict(variable.params)) if key.split(".")[-1] in _FIELDS or key == "value"
        )
    return mode == "CODE" and not variable.params.get("dataSource")


def _sale(**values: Any) -> dict[str, Any]:
    return tag("1", "Ads sale", "awct", "7", conversionId="1", conversionLabel="x", **values)


def _data(**values: str) -> list[dict[str, object]]:
    return [{"variableId": "1", "name": "User data", "type": "awec", "parameter": params(**values)}]


_ON = {"enableEnhancedConversion": "true", "cssProvidedEnhancedConversionValue": "{{User data}}"}
EXAMPLES = (
    Example(
        "the variable has an email address",
        {"web.json": export(_sale(**_ON), variable=_data(mode="MANUAL", email="{{mail}}"))},
        "pass",
    ),
    Example("automatic collection", {"web.json": export(_sale(**_ON), variable=_data(mode="AUTO"))}, "pass"),
    Example("no variable", {"web.json": export(_sale(enableEnhancedConversion="true"))}, "warn"),
    Example("an empty variable", {"web.json": export(_sale(**_ON), variable=_data(mode="MANUAL", email=""))}, "warn"),
    Example("not in use", {"web.json": export(_sale(enableEnhancedConversion="false"))}, "not_applicable"),
)
