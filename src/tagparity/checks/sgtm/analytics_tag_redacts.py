"""The server's GA4 tag leaves out what Google Analytics does not need.

## When it fails
It warns when an active GA4 tag of the server container passes the visitor's IP address on (its option "Redact visitor
IP address" is off and no transformation takes `ip_override` away), and when the web container sends parameters named
for personal data (email, phone, names, address) that the GA4 tag hands on as event parameters: not among those it
excludes, and not taken away by a transformation. Google's own `user_data` is user-provided data and not a finding.
## Why it matters
Google forbids personal data in event parameters, and a property that holds some can be deleted. The server container is
the one place where both can be taken out for all pages at once.
## How to fix
Switch on "Redact visitor IP address" in the GA4 tag, and exclude the parameters there or by a transformation "Exclude
parameters". Tags of vendors that match by IP address keep it.
## Sources
- official, 2026-11-23: developers.google.com/tag-platform/tag-manager/server-side/send-data: redacting, excluding
- official, 2026-11-23: support.google.com/analytics/answer/6366371: no personal data to Google
- observed, 2026-11-23: real exports: redactVisitorIp, epToExclude (column fieldName), epToIncludeDropdown
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...core.text import outside
from ...gtm.google import told
from ...gtm.references import strings
from ...gtm.server import affects
from ...gtm.values import Values
from ._gtm import active, names, spots, title
from ._samples import ALL_PAGES, SERVER, clean_web, export, params, tag

_PERSONAL = re.compile(
    r"^(?:(?:user|customer|billing|shipping|lead|form|client)[_-]?)?(?:e?[_-]?mail(?:[_-]?address)?|phone(?:[_-]?number)?|"
    r"first[_-]?name|last[_-]?name|full[_-]?name|street|date[_-]?of[_-]?birth|birth[_-]?date|telephone)$",
    re.I,
)
_GA4 = ("googtag", "gaawc", "gaawe")


@check(row="G6", severity=Severity.MEDIUM, needs=("server_container",))
def analytics_tag_redacts(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, tags) for c in containers.server if (tags := [t for t in active(c) if t.type == "sgtmgaaw"])]
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "The server container holds no active GA4 tag.")
    personal = _personal(containers)
    for container, tags in judged:
        yield from _address(container, tags)
        yield from _passed(container, tags, personal)


def _address(container: Container, tags: list[Entity]) -> Iterator[Finding]:
    open_ = [t for t in tags if not _redacts(t) and not _taken(container, t, "ip_override")]
    if open_:
        yield Finding(
            State.WARN,
            f"{title(container)}: {names(open_)} passes the visitor's IP address on to Google Analytics.",
            spots(container, open_, "redactVisitorIp is off, no transformation takes ip_override away"),
            "Switch on 'Redact visitor IP address' in the GA4 tag.",
        )


def _redacts(tag: Entity) -> bool:
    value = tag.params.get("redactVisitorIp")
    return isinstance(value, str) and (value == "true" or "{{" in value)


def _passed(
    container: Container, tags: list[Entity], personal: dict[str, tuple[Container, Entity]]
) -> Iterator[Finding]:
    for one in tags:
        if one.params.get("epToIncludeDropdown") not in (None, "all"):
            continue
        excluded = {v for _, v in strings(one.params.get("epToExclude"))}
        left = [k for k in personal if k not in excluded and not _taken(container, one, k)]
        if left:
            shown = [
                Evidence(c.where(t), f"sends parameter {outside(k, 60)}") for k in left[:10] for c, t in [personal[k]]
            ]
            yield Finding(
                State.WARN,
                f"{title(container)}: '{one.name}' hands on event parameters named for personal data: "
                f"{', '.join(outside(k, 60) for k in left[:5])}.",
                (*spots(container, [one], "passes all event parameters"), *shown),
                "Exclude these parameters in the GA4 tag, or do not send them as event parameters.",
                Grade.LIKELY,
            )


def _personal(containers: Containers) -> dict[str, tuple[Container, Entity]]:
    """Parameters of the web container's GA4 tags whose name says that they hold personal data."""
    found: dict[str, tuple[Container, Entity]] = {}
    for container in containers.web:
        values = Values(container)
        for one in active(container):
            for key in told(values, one)[0] if one.type in _GA4 else ():
                if _PERSONAL.match(key[:60]):
                    found.setdefault(key, (container, one))
    return found


def _taken(container: Container, tag: Entity, key: str) -> bool:
    """Whether a transformation takes a key away before this tag sees it, or only lets others through."""
    for found in container.transformations:
        if found.paused or not affects(found, tag):
            continue
        listed = {v for _, v in strings(found.params.get("excludedParamsTable"))}
        allowed = {v for _, v in strings(found.params.get("allowedParamsTable"))}
        if (found.type == "tf_exclude_params" and key in listed) or (
            found.type == "tf_allow_params" and allowed and key not in allowed
        ):
            return True
        changed = found.params.get("augmentEventTable") if found.type == "tf_augment_event" else None
        if any(k == "paramName" and v == key for k, v in strings(changed)):
            return True
    return False


def _server(**values: Any) -> dict[str, Any]:
    return export(tag("1", "GA4", "sgtmgaaw", ALL_PAGES, epToIncludeDropdown="all", **values), side="SERVER")


_WITHOUT = {
    "transformation": [
        {
            "transformationId": "5",
            "name": "No address",
            "type": "tf_exclude_params",
            "parameter": params(allTagsExcept="true", excludedParamsTable=[{"excludedParams": "ip_override"}]),
        }
    ]
}
_OPEN = tag("1", "GA4", "sgtmgaaw", ALL_PAGES, redactVisitorIp="false")
EXAMPLES = (
    Example("the address is redacted", {"server.json": _server(redactVisitorIp="true")}, "pass"),
    Example("a transformation takes it away", {"server.json": export(_OPEN, side="SERVER", **_WITHOUT)}, "pass"),
    Example("it is passed on", {"server.json": _server(redactVisitorIp="false")}, "warn"),
    Example(
        "an address as event parameter",
        {"web.json": clean_web(email="{{dlv - email}}"), "server.json": _server(redactVisitorIp="true")},
        "warn",
    ),
    Example(
        "which the tag excludes",
        {
            "web.json": clean_web(email="{{dlv - email}}"),
            "server.json": _server(redactVisitorIp="true", epToExclude=[{"fieldName": "email"}]),
        },
        "pass",
    ),
    Example("no GA4 tag", {"server.json": SERVER}, "not_applicable"),
)
