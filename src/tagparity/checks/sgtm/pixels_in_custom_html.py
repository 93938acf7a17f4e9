"""Pixels run from maintained templates, not from custom HTML.

## When it fails
It warns when an active custom HTML tag loads the script of an advertising or behaviour vendor, or calls its functions,
and the gallery or Tag Manager itself has a template for that vendor. What counts is what the code does: a pixel inside
a comment or in a script that does not run is none.
## Why it matters
Custom HTML may read and change everything on the page, Tag Manager cannot limit it by permissions, and nobody updates
it when the vendor changes its script. Such pixels are also where event ids, consent and user data are most often
forgotten, so that conversions count twice or without people to match.
## How to fix
Replace the tag by the vendor's own template from the gallery. Give it the event id, the consent setting and the user
data of the tag it replaces, compare both in preview, then delete the custom HTML.
## Sources
- official, 2026-11-25: support.google.com/tagmanager/answer/9334084: sandboxed templates are safer than custom HTML
- official, 2026-11-25: support.google.com/tagmanager/answer/6107167: templates preferred to custom tags
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...gtm.scripts import platform_of, read_script, vendors
from ._gtm import SHOWN, active, count, names, title
from ._samples import ALL_PAGES, export, tag


@check(row="G8", severity=Severity.LOW, needs=("web_container",))
def pixels_in_custom_html(containers: Containers) -> Iterator[Finding | Reason]:
    if not any(t.type == "html" for c in containers.web for t in active(c)):
        yield Reason(State.NOT_APPLICABLE, "No active custom HTML tag.")
    for container in containers.web:
        read = [(t, vendors(read_script(container, t))) for t in active(container) if t.type == "html"]
        found = [(t, known) for t, v in read if (known := [one for one in v if platform_of(one)])]
        if found:
            who = ", ".join(dict.fromkeys(v for _, known in found for v in known))
            yield Finding(
                State.WARN,
                f"{title(container)}: {count(len(found), 'custom HTML tag')} with a pixel of {who}: "
                f"{names(t for t, _ in found)}.",
                tuple(Evidence(container.where(t), ", ".join(known)) for t, known in found[:SHOWN]),
                "Use the vendor's template from the gallery, with the same event id, consent setting and user data.",
            )


_CODE = "<script>fbq('init', '{{Pixel}}'); fbq('track', {{Event}}, {}, {eventID: {{Event ID}}});</script>"
_HTML = tag("1", "Meta purchase", "html", ALL_PAGES, html=_CODE)
_OLD = tag("2", "Banner", "html", ALL_PAGES, html=f"<!-- {_CODE} --><script>/* fbq('track') */ show();</script>")
_TEMPLATE = tag("3", "Meta purchase", "cvt_KFNBV", ALL_PAGES, pixelId="{{Pixel}}")
EXAMPLES = (
    Example("a pixel that only stands in comments", {"web.json": export(_OLD, _TEMPLATE)}, "pass"),
    Example("fbq in custom HTML", {"web.json": export(_HTML)}, "warn"),
    Example("no custom HTML", {"web.json": export(_TEMPLATE)}, "not_applicable"),
)
