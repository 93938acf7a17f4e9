"""Tags of other vendors wait for consent.

## When it fails
An advertising or behaviour tag of a vendor other than Google has neither a consent setting ("Require additional
consent"), nor a trigger or exception that reads consent, nor, on the server, the template's own consent option. It
fails where the container shows that consent matters (another tag requires it, or a consent tool is loaded), and warns
otherwise. Google's own tags read consent mode by themselves: "Not set" is normal for them and not a finding.
## Why it matters
Such a tag sends identifiers of visitors who said no. On the server nobody sees it happen: the request never touches
the browser.
## How to fix
Web: in the tag, under Advanced settings > Consent settings, choose "Require additional consent" with `ad_storage`
(and `ad_user_data`), or add an exception trigger. Server: set the tag's consent option to "required", or block it on
`x-ga-gcs`.
## Sources
- official code, 2026-11-23: stape-io/gtm-standards GTMS-2: adStorageConsent is optional by default
- observed, 2026-11-23: 483 GA4 event tags in exports: NOT_SET or absent is the rule for Google tags
- community, 2026-11-23: notes on consent in server containers: only Google's own server tags apply gcs and gcd
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ._gtm import CONSENT, active, count, names, reads_consent, spots, title
from ._samples import ALL_PAGES, export, tag
from ._vendors import vendor

_FIX = {
    "server": "Set the tag's consent option to 'required', or add an exception that reads x-ga-gcs or consent_state.",
    "web": "Under Consent settings choose 'Require additional consent' with ad_storage and ad_user_data.",
}


@check(row="G8", severity=Severity.HIGH, needs=("container",))
def consent_settings_missing(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, tags) for c in containers if (tags := [t for t in active(c) if vendor(t)])]
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No active tag of an advertising vendor other than Google was recognised.")
    asked = any(_asks(c) for c in containers)
    for container, tags in judged:
        triggers = {t.id: t for t in container.triggers}
        free = [t for t in tags if not _waits(triggers, t)]
        if free:
            yield _finding(container, free, asked)


def _asks(container: Container) -> bool:
    """Whether the container shows that consent is asked for: a tag requires it, or a consent tool is loaded."""
    return any(t.consent_status == "NEEDED" or CONSENT.search(f"{t.template} {t.name}") for t in active(container))


def _waits(triggers: dict[str, Entity], tag: Entity) -> bool:
    """Whether anything visible makes the tag wait for consent."""
    if tag.consent_status == "NEEDED" or _has_option(tag):
        return True
    blocked = any(reads_consent(triggers[i]) for i in tag.blocking if i in triggers)
    fired = [triggers.get(i) for i in tag.firing]
    return blocked or (bool(fired) and all(t is not None and reads_consent(t) for t in fired))


def _has_option(tag: Entity) -> bool:
    """Whether the template's own consent field is set: to "required", or to a variable that decides."""
    found = [v for key, v in tag.params.items() if "consent" in key.lower() and isinstance(v, str)]
    return any(v == "required" or "{{" in v for v in found)


def _finding(container: Container, free: list[Entity], asked: bool) -> Finding:
    vendors = ", ".join(dict.fromkeys(vendor(t) for t in free))
    settled = sum(t.consent_status == "NOT_NEEDED" for t in free)
    note = f" Set to 'No additional consent required': {settled}." if settled else ""
    return Finding(
        State.FAIL if asked else State.WARN,
        f"{title(container)}: {count(len(free), 'tag')} for {vendors} not waiting for consent: {names(free)}.{note}",
        spots(container, free, "no consent setting, consent trigger or exception"),
        _FIX["server" if container.side == "server" else "web"],
        Grade.LIKELY,
    )


_PIXEL = "<script>fbq('init', '1234567890'); fbq('track', 'PageView');</script>"
_NEEDED = {
    "consentSettings": {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": [{"value": "ad_storage"}]}}
}
_FREE = tag("1", "Meta pixel", "html", ALL_PAGES, html=_PIXEL)
_WAITING = tag("2", "Meta pixel", "html", ALL_PAGES, more=_NEEDED, html=_PIXEL)
_TOOL = tag("3", "CookieYes", "cvt_KDQSW", "2147479572")
EXAMPLES = (
    Example("the pixel requires consent", {"web.json": export(_WAITING, _TOOL)}, "pass"),
    Example("the pixel waits for nothing, no consent tool in sight", {"web.json": export(_FREE)}, "warn"),
    Example("a consent tool is loaded and the pixel ignores it", {"web.json": export(_FREE, _TOOL)}, "fail"),
    Example("no vendor tags", {"web.json": export(_TOOL)}, "not_applicable"),
)
