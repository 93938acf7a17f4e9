"""No tag is left paused.

## When it fails
It warns when a container holds paused tags, and fails when every tag of a container is paused.
## Why it matters
A paused tag looks like measurement in the tag list and measures nothing. Campaigns keep bidding on conversions that
have stopped arriving, and nobody is told.
## How to fix
Decide for each tag: delete it when it was replaced, resume and publish it when it is still wanted.
## Sources
- observed, 2026-11-23: real container exports: field paused of tags
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers
from ...core.outcome import Finding, Reason, Severity, State
from ._gtm import count, names, spots, title
from ._samples import ALL_PAGES, export, tag


@check(row="G8", severity=Severity.LOW, needs=("container",))
def paused_tags(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(c.tags for c in containers):
        yield Reason(State.NOT_RUN, "The export holds no tags; export the whole container.")
    for container in containers:
        paused = [t for t in container.tags if t.paused]
        if paused:
            everything = len(paused) == len(container.tags)
            yield Finding(
                State.FAIL if everything else State.WARN,
                f"{title(container)}: {len(paused)} of {count(len(container.tags), 'tag')} paused: {names(paused)}.",
                spots(container, paused, "paused"),
                "Delete the tags that were replaced; resume and publish those still wanted.",
            )


_LIVE = tag("1", "Purchase", "awct", ALL_PAGES, conversionId="123456789")
_PAUSED = tag("2", "Old purchase", "awct", ALL_PAGES, more={"paused": True}, conversionId="123456780")
EXAMPLES = (
    Example("no tag is paused", {"web.json": export(_LIVE)}, "pass"),
    Example("one tag is paused", {"web.json": export(_LIVE, _PAUSED)}, "warn"),
    Example("nothing runs", {"web.json": export(_PAUSED)}, "fail"),
)
