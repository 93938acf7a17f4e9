"""No tag is of a kind that no longer works.

## When it fails
Active tags of Universal Analytics or Optimize, which Google has switched off: they load code and send nothing anybody
keeps. It warns for the GA4 configuration tag (`gaawc`), which still works and was replaced by the Google tag.
## Why it matters
Dead tags cost loading time and hide the living; teams believe numbers come from where none are kept.
## How to fix
Delete Universal Analytics and Optimize tags with their variables. Tag Manager offers to turn a GA4 configuration tag
into a Google tag.
## Sources
- community, 2026-11-25: blogs.perficient.com: Universal Analytics stops on 2023-07-01, 360 on 2023-10-01
- community, 2026-11-25: croud.com, the new Google tag: GA4 configuration tags were turned into it and go on working
- observed, 2026-11-23: type ids of real exports (ua, ga, opt, gaawc)
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers
from ...core.outcome import Finding, Reason, Severity, State
from ._gtm import active, count, names, spots, title
from ._samples import ALL_PAGES, export, tag

DEAD = {"ua": "Universal Analytics", "ga": "classic Analytics", "ua_amp": "Universal Analytics", "opt": "Optimize"}
LEGACY = {"gaawc": "GA4 configuration"}


@check(row="G8", severity=Severity.LOW, needs=("container",))
def sunset_types(containers: Containers) -> Iterator[Finding | Reason]:
    for container in containers:
        dead = [t for t in active(container) if t.type in DEAD]
        legacy = [t for t in active(container) if t.type in LEGACY]
        if dead:
            kinds = ", ".join(dict.fromkeys(DEAD[t.type] for t in dead))
            yield Finding(
                State.FAIL,
                f"{title(container)}: {count(len(dead), 'tag')} of {kinds}, which is switched off: {names(dead)}.",
                spots(container, dead, "a service that no longer exists"),
                "Delete them and the variables only they use.",
            )
        if legacy:
            yield Finding(
                State.WARN,
                f"{title(container)}: {names(legacy)} still uses the GA4 configuration tag the Google tag replaced.",
                spots(container, legacy, "works, and is no longer developed"),
                "Turn it into a Google tag, as Tag Manager offers.",
            )


EXAMPLES = (
    Example(
        "a Google tag", {"web.json": export(tag("1", "Google tag", "googtag", ALL_PAGES, tagId="G-ABC1234567"))}, "pass"
    ),
    Example("a GA4 configuration", {"web.json": export(tag("1", "GA4", "gaawc", ALL_PAGES))}, "warn"),
    Example("Universal Analytics", {"web.json": export(tag("1", "UA", "ua", ALL_PAGES))}, "fail"),
)
