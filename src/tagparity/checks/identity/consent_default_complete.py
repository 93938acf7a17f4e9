"""A consent default names all four types Google asks for, and denies where consent is needed.

## When it fails
It warns when a consent default names `ad_storage` and neither of `ad_user_data` and `ad_personalization`, or lacks one
of them; and when a template grants advertising storage to everybody, in all regions, before anyone was asked (right
for a site without visitors from the EEA and the UK only). Defaults whose types are decided at run time are not judged.
## Why it matters
Since March 2024 Google uses data of visitors from the EEA for advertising and remarketing only when `ad_user_data` and
`ad_personalization` are granted. A default that grants everything is no consent.
## How to fix
Name all four types in the default, denied in the regions where consent is needed, and let the consent platform update
them.
## Sources
- official, 2026-11-23: developers.google.com/tag-platform/security/guides/consent: the four types, regions
- official code, 2026-11-23: gtag.js release 63p1: seven consent types, defaults by region
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.consent import sets_default
from ...gtm.scripts import read_script
from ..sgtm._gtm import active, names, spots, title
from ..sgtm._samples import export, tag

_NEW = ("ad_user_data", "ad_personalization")


@check(row="X7", severity=Severity.MEDIUM, needs=("web_container",))
def consent_default_complete(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, found) for c in containers.web if (found := [t for t in active(c) if sets_default(c, t)])]
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No tag of the web container is seen to set a consent default.")
    for container, defaults in judged:
        named = set().union(*(_types(container, t) for t in defaults))
        missing = [x for x in _NEW if x not in named]
        if "*" not in named and "ad_storage" in named and missing:
            yield Finding(
                State.WARN,
                f"{title(container)}: the consent default of {names(defaults)} leaves out {' and '.join(missing)}.",
                spots(container, defaults, f"no {', '.join(missing)}"),
                "Name ad_user_data and ad_personalization in the default and in every update.",
                Grade.LIKELY,
            )
        granted = [t for t in defaults if _grants_all(t)]
        if granted and len(granted) == len(defaults):
            yield Finding(
                State.WARN,
                f"{title(container)}: {names(granted)} grants ad_storage in all regions before anyone was asked.",
                spots(container, granted, "ad_storage granted by default in all regions"),
                "Deny by default in the regions where consent is needed. Without visitors from there this is in order.",
                Grade.POSSIBLE,
            )


def _types(container: Container, tag: Entity) -> set[str]:
    """Types a default names; `*` for some that cannot be read."""
    found = {t for what, types in read_script(container, tag).consent if what == "default" for t in types}
    if tag.type.startswith("cvt_"):
        plain = {key for key in tag.params if key == "ad_storage" or key in _NEW}
        found |= plain or {"*"}
    return found


def _grants_all(tag: Entity) -> bool:
    return tag.params.get("ad_storage") == "granted" and tag.params.get("regions") in ("all", None)


def _template(**types: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "customTemplate": [
            {
                "templateId": "24",
                "name": "Consent Mode",
                "galleryReference": {
                    "host": "github.com",
                    "owner": "gtm-templates-simo-ahava",
                    "repository": "consent-mode",
                    "galleryTemplateId": "KJ9XH",
                },
            }
        ]
    }
    return export(tag("3", "Consent", "cvt_KJ9XH", "2147479572", command="default", **types), **known)


def _script(types: str) -> dict[str, object]:
    code = f"<script>gtag('consent', 'default', {{{types}}});</script>"
    return export(tag("3", "Consent default", "html", "2147479572", html=code))


_ALL = "ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied'"
EXAMPLES = (
    Example("all four types", {"web.json": _script(_ALL)}, "pass"),
    Example(
        "two types of the year 2020", {"web.json": _script("ad_storage: 'denied', analytics_storage: 'denied'")}, "warn"
    ),
    Example(
        "everything is granted to everybody",
        {
            "web.json": _template(
                ad_storage="granted", ad_user_data="granted", ad_personalization="granted", regions="all"
            )
        },
        "warn",
    ),
    Example("no default in the container", {"web.json": export()}, "not_applicable"),
)
