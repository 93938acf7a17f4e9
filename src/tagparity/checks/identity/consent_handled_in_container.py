"""The web container deals with consent.

## When it fails
A web container measures or advertises (Google tags, pixels), and nothing in it shows that consent is dealt with: no
consent tool or consent command, no tag with "Require additional consent", no trigger or exception about consent, no
template option. It only warns: a consent platform may stand on the page itself, or block the container as a whole.
Where consent is dealt with, the check tells which way: Basic (Google's tags wait) or Advanced (they fire and send
cookieless pings). "Not set" on Google tags is normal and no finding.
## Why it matters
Without consent mode Google's tags take silence for a yes, and other vendors' tags never ask. In the EEA and the UK
Google drops advertising data that carries no consent.
## How to fix
Load the consent platform's template on the trigger "Consent Initialization - All Pages", let it set the defaults, and
gate other vendors' tags on `ad_storage`. If consent is handled outside the container, check it with a HAR file.
## Sources
- official, 2026-11-23: developers.google.com/tag-platform/security/guides/consent: default and update, basic, advanced
- observed, 2026-11-23: 483 GA4 event tags in exports: NOT_SET or absent is the rule for Google tags
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.consent import Gates, is_tool
from ...gtm.google import MEASURING, stage
from ..sgtm._gtm import active, count, spots, title
from ..sgtm._samples import ALL_PAGES, export, google_tag, tag
from ..sgtm._vendors import vendor


@check(row="X7", severity=Severity.MEDIUM, needs=("web_container",))
def consent_handled_in_container(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, tags) for c in containers.web if (tags := [t for t in active(c) if _measures(t)])]
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No active tag of the web container is known to measure or advertise.")
        return
    told = [(c, tags, _signs(c)) for c, tags in judged]
    blind = [c for c, _, signs in told if not signs and _unreadable(c)]
    for container, tags, signs in told:
        if not signs and container not in blind:
            yield _finding(container, tags)
    if blind and len(blind) == len(told):
        yield Reason(State.NOT_RUN, "A published container names no templates; export it from Tag Manager.")
    elif all(signs for _, _, signs in told):
        yield Reason(State.PASS, "; ".join(f"{title(c)}: {_mode(c)}" for c, _, _ in told))


def _measures(tag: Entity) -> bool:
    return tag.type in MEASURING or bool(vendor(tag))


def _signs(container: Container) -> bool:
    """Whether anything shows that consent is dealt with; a tag on Consent Initialization is there for nothing else."""
    gates = Gates(container)
    return any(
        is_tool(container, t) or gates.waits(t) or t.consent_status == "NOT_NEEDED" or stage(container, t) == 0
        for t in active(container)
    )


def _unreadable(container: Container) -> bool:
    """A published script tells no template of its custom tags: any of them may be the consent tool."""
    return container.origin == "published" and any(t.type.startswith("cvt_") for t in active(container))


def _mode(container: Container) -> str:
    """Basic or Advanced, by what Google's tags wait for."""
    gates = Gates(container)
    google = [t for t in active(container) if t.type in MEASURING]
    waiting = [t for t in google if gates.waits(t)]
    if not google:
        return "consent is dealt with; it holds no Google tags"
    if len(waiting) == len(google):
        return f"Basic: all {count(len(google), 'Google tag')} wait for consent"
    if not waiting:
        return "Advanced, or a platform that blocks from outside: no Google tag waits in the container"
    return f"mixed: {len(waiting)} of {count(len(google), 'Google tag')} wait for consent"


def _finding(container: Container, tags: list[Entity]) -> Finding:
    return Finding(
        State.WARN,
        f"{title(container)}: {count(len(tags), 'measuring or advertising tag')} and nothing in the container deals "
        "with consent. A consent platform may stand outside it.",
        spots(container, tags, "no consent setting, trigger or tool in sight"),
        "Set consent defaults on Consent Initialization, or check in a HAR file that hits carry gcs and gcd.",
        Grade.POSSIBLE,
    )


_GOOGLE = google_tag("1", "G-ABC1234567")
_TOOL = tag("3", "CookieYes", "cvt_KDQSW", "2147479572")
EXAMPLES = (
    Example("a consent tool is loaded first", {"web.json": export(_GOOGLE, _TOOL)}, "pass"),
    Example("nothing about consent", {"web.json": export(_GOOGLE)}, "warn"),
    Example(
        "a tag that measures nothing",
        {"web.json": export(tag("4", "Note", "html", ALL_PAGES, html="<p>Hello</p>"))},
        "not_applicable",
    ),
)
