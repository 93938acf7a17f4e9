"""No tag is there twice.

## When it fails
Two active tags do the same thing (same type and destination, or all parameters equal) and share the same triggers and
exceptions. It warns when they share only some of their triggers, or differ in their exceptions.
## Why it matters
Both tags fire on the same action, and the platform counts two. Revenue and conversion counts are too high on one
platform, and bidding pays for conversions that did not happen.
## How to fix
Delete one of the two. If both are wanted for different cases, give them triggers that cannot be true together.
## Sources
- observed, 2026-11-23: real container exports: destination parameters per tag type, copies left by imports
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity, Param
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.values import Values
from ._gtm import active, names, spots, title
from ._samples import ALL_PAGES, export, google_tag, tag

# What decides, per tag type, that two tags report the same thing; all other types are compared whole.
_ESSENTIAL = {
    "googtag": ("tagId",),
    "gaawc": ("measurementId",),
    "gaawe": ("eventName", "measurementIdOverride", "measurementId"),
    "awct": ("conversionId", "conversionLabel"),
    "sp": ("conversionId", "conversionLabel"),
    "awud": ("conversionId",),
    "fls": ("advertiserId", "groupTag", "activityTag"),
    "flc": ("advertiserId", "groupTag", "activityTag"),
    "sgtmgaaw": ("measurementId", "eventName"),
    "sgtmadsct": ("conversionId", "conversionLabel"),
    "sgtmadsremarket": ("conversionId",),
    "sgtmfls": ("advertiserId", "groupTag", "activityTag"),
    "gclidw": (),
    "sgtmadscl": (),
}


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def duplicate_tags(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(c.tags for c in containers):
        yield Reason(State.NOT_RUN, "The export holds no tags; export the whole container.")
    for container in containers:
        for group in _alike(container):
            yield from _overlaps(container, group)


def _alike(container: Container) -> list[list[Entity]]:
    """Groups of active tags that report the same thing."""
    values, groups = Values(container), defaultdict(list)
    for one in active(container):
        if one.firing:
            groups[_identity(values, one)].append(one)
    return [group for group in groups.values() if len(group) > 1]


def _identity(values: Values, tag: Entity) -> str:
    """What a tag reports, comparable; a Google Ads tag is one conversion, whatever else it carries."""
    known = _ESSENTIAL.get(tag.type)
    if known is None:
        return json.dumps([tag.type, _bare(tag.params)], sort_keys=True)
    return json.dumps([tag.type, *(values.said(tag.params.get(key)) for key in known)])


def _bare(value: Param) -> object:
    """Parameters without what is empty or switched off, and without differences of white space."""
    if isinstance(value, dict):
        return {k: bare for k, v in value.items() if (bare := _bare(v)) not in (None, "", "false", [], {})}
    if isinstance(value, list):
        return [_bare(v) for v in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _overlaps(container: Container, group: list[Entity]) -> Iterator[Finding]:
    """Tags of a group that share triggers: exact copies first, then partial overlaps."""
    exact: dict[object, list[Entity]] = defaultdict(list)
    for one in group:
        exact[(frozenset(one.firing), frozenset(one.blocking))].append(one)
    for copies in exact.values():
        if len(copies) > 1:
            yield _finding(container, copies, State.FAIL)
    seeds = [copies[0] for copies in exact.values()]
    users = Counter(trigger for t in seeds for trigger in set(t.firing))
    shared = [t for t in seeds if any(users[trigger] > 1 for trigger in t.firing)]
    if shared:
        yield _finding(container, shared, State.WARN)


def _finding(container: Container, tags: list[Entity], state: State) -> Finding:
    how = "the same triggers" if state is State.FAIL else "triggers in common"
    return Finding(
        state,
        f"{len(tags)} tags of {title(container)} report the same thing and have {how}: {names(tags)}.",
        spots(container, tags, f"type {tags[0].template or tags[0].type}"),
        "Delete the copy, or give the tags triggers that cannot be true together.",
        Grade.PROVEN if state is State.FAIL else Grade.LIKELY,
    )


_SALE = tag("1", "Ads purchase", "awct", ALL_PAGES, conversionId="123456789", conversionLabel="abc")
_COPY = tag("2", "Ads purchase (copy)", "awct", ALL_PAGES, conversionId="123456789", conversionLabel="abc")
_WIDER = tag("3", "Ads thank-you", "awct", ALL_PAGES, "7", conversionId="123456789", conversionLabel="abc")
_LEAD = tag("4", "Ads lead", "awct", ALL_PAGES, conversionId="123456789", conversionLabel="xyz")
EXAMPLES = (
    Example("two conversions of one account", {"web.json": export(_SALE, _LEAD)}, "pass"),
    Example("a copy of a conversion tag", {"web.json": export(_SALE, _COPY)}, "fail"),
    Example("two conversion tags share a trigger", {"web.json": export(_SALE, _WIDER)}, "warn"),
    Example("one id, two Google tags", {"web.json": export(google_tag("1", "G-A1"), google_tag("2", "G-A1"))}, "fail"),
)
