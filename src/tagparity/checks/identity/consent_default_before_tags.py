"""Consent defaults are set before any Google tag can fire.

## When it fails
The tag that sets the consent default (a consent-mode template, or `gtag('consent', 'default', ...)` in custom HTML)
fires after a Google tag that does not wait for consent, or at the same moment without a higher priority. A Google tag
that runs it as its setup tag is in order.
## Why it matters
A Google tag that fires before the default knows of no consent: it writes cookies and sends identifiers as if everything
were granted. The update that follows cannot take them back.
## How to fix
Put the tag that sets the default on the built-in trigger "Consent Initialization - All Pages", which comes before all
others. Or set the default in the page, above the container's snippet.
## Sources
- official, 2026-11-23: support.google.com/tagmanager/answer/10718549: Consent Initialization fires before all others
- official code, 2026-11-23: gtag.js release 63p1: `wasSetLate` when a tag has read consent before the default came
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.consent import Gates, sets_default
from ...gtm.google import LATER, MEASURING, stage
from ..sgtm._gtm import active, count, names, spots, title
from ..sgtm._samples import ALL_PAGES, export, google_tag, tag

_MOMENTS = ("Consent Initialization", "Initialization", "page view", "a later event")


@check(row="X7", severity=Severity.HIGH, needs=("web_container",))
def consent_default_before_tags(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, found) for c in containers.web if (found := [t for t in active(c) if sets_default(c, t)])]
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No tag of the web container is seen to set a consent default.")
    for container, defaults in judged:
        first = min(defaults, key=lambda t: (stage(container, t), -t.priority))
        early = _early(container, first, {d.name for d in defaults})
        if early:
            yield _finding(container, first, early)


def _early(container: Container, default: Entity, own: set[str]) -> list[Entity]:
    """Google tags that can fire before the default, or beside it in no certain order."""
    at = stage(container, default)
    gates = Gates(container)
    google = [t for t in active(container) if t.type in MEASURING and t.name not in own and not own & set(t.setup)]
    return [t for t in google if _before(container, t, default, at) and not gates.waits(t)]


def _before(container: Container, tag: Entity, default: Entity, at: int) -> bool:
    when = stage(container, tag)
    if when == LATER or not tag.firing:
        return False  # two later events: their order is the page's
    return when < at or (when == at and tag.priority >= default.priority)


def _finding(container: Container, default: Entity, early: list[Entity]) -> Finding:
    moment = _MOMENTS[stage(container, default)]
    return Finding(
        State.FAIL,
        f"{title(container)}: the consent default of '{default.name}' is set on {moment}; "
        f"{count(len(early), 'Google tag')} can fire before it: {names(early)}.",
        (*spots(container, [default], f"sets the default on {moment}"), *spots(container, early, "can fire earlier")),
        "Move the tag that sets the default to the trigger Consent Initialization - All Pages.",
        Grade.LIKELY,
    )


_SCRIPT = "<script>gtag('consent', 'default', {ad_storage: 'denied', analytics_storage: 'denied'});</script>"
_FIRST = tag("3", "Consent default", "html", "2147479572", html=_SCRIPT)
_BESIDE = tag("3", "Consent default", "html", ALL_PAGES, html=_SCRIPT)
_RANKED = tag("3", "Consent default", "html", ALL_PAGES, more={"priority": {"value": "100"}}, html=_SCRIPT)
_GOOGLE = google_tag("1", "G-ABC1234567")
EXAMPLES = (
    Example("the default comes first", {"web.json": export(_GOOGLE, _FIRST)}, "pass"),
    Example("it has the higher priority", {"web.json": export(_GOOGLE, _RANKED)}, "pass"),
    Example("both on All Pages", {"web.json": export(_GOOGLE, _BESIDE)}, "fail"),
    Example("no default in the container", {"web.json": export(_GOOGLE)}, "not_applicable"),
)
