"""Consent types that tags require can be granted.

## When it fails
A tag requires a consent type that is none of Tag Manager's seven and looks like one of them misspelt
(`ad_user_date`, `analytics-storage`). Types of your own making are legal and not judged. It warns.
## Why it matters
Nobody ever grants a misspelt type: the tag waits for ever, for all visitors.
## How to fix
Correct the type under Consent settings of the tag: ad_storage, analytics_storage, ad_user_data, ad_personalization,
functionality_storage, personalization_storage, security_storage.
## Sources
- official, 2026-11-23: developers.google.com/tag-platform/security/concepts/consent-mode: the consent types
- official code, 2026-11-23: gtag.js release 63p1: the seven types
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from ...core.check import Example, check
from ...core.container import Containers
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...core.text import outside
from ...gtm.consent import TYPES
from ._gtm import active, names, spots, title
from ._samples import ALL_PAGES, export, google_tag, tag


@check(row="G8", severity=Severity.HIGH, needs=("container",))
def consent_types_known(containers: Containers) -> Iterator[Finding | Reason]:
    asking = [(c, t) for c in containers for t in active(c) if t.consent_status == "NEEDED" and t.consent_types]
    if not asking:
        yield Reason(State.NOT_APPLICABLE, "No active tag requires additional consent.")
    for container in containers:
        for wrong in sorted({x for c, t in asking if c is container for x in t.consent_types if _meant(x)}):
            tags = [t for c, t in asking if c is container and wrong in t.consent_types]
            yield Finding(
                State.WARN,
                f"{title(container)}: {names(tags)} requires '{outside(wrong, 40)}', which nothing grants; "
                f"{_meant(wrong)} is meant.",
                spots(container, tags, f"requires {outside(wrong, 40)}"),
                f"Require {_meant(wrong)} instead.",
                Grade.LIKELY,
            )


def _meant(written: str) -> str:
    """The consent type a misspelt one stands for; empty for right ones, variables and types of one's own."""
    if written in TYPES or "{{" in written or len(written) > 40:
        return ""
    found = get_close_matches(written.lower().replace("-", "_"), TYPES, 1, 0.86)
    return found[0] if found else ""


def _needs(*types: str) -> dict[str, object]:
    rows = [{"type": "TEMPLATE", "value": t} for t in types]
    more = {"consentSettings": {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": rows}}}
    return export(tag("1", "Pixel", "html", ALL_PAGES, more=more, html="<p></p>"))


EXAMPLES = (
    Example("types that exist", {"web.json": _needs("ad_storage", "ad_user_data")}, "pass"),
    Example("a type of one's own", {"web.json": _needs("marketing")}, "pass"),
    Example("a misspelt type", {"web.json": _needs("ad_user_date")}, "warn"),
    Example("no tag requires consent", {"web.json": export(google_tag("1", "G-ABC1234567"))}, "not_applicable"),
)
