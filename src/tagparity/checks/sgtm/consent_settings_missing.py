"""Tags of other vendors wait for consent.

## When it fails
An advertising or behaviour tag of a vendor other than Google has neither a consent setting ("Require additional
consent"), nor a trigger or exception that reads consent, nor, on the server, the template's own consent option. It
fails where the container shows that consent matters (another tag requires it, or a consent tool is loaded), and warns
otherwise. Google's own tags read consent mode by themselves: "Not set" is normal for them and not a finding. Nor is
"No additional consent required" beside a consent tool, which may block by itself, nor a server tag that only hits of
consenting visitors reach, because the browser's tags wait.
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
from ...gtm.behaviours import behaviour
from ...gtm.consent import WORDS, Gates, is_tool
from ...gtm.routing import GOOGLE, route
from ...gtm.values import Values
from ._gtm import active, count, names, spots, title
from ._samples import ALL_PAGES, clean_server, export, google_tag, tag
from ._vendors import vendor

_DATA_TAG = "stape-io/data-tag"
_FIX = {
    "server": "Set the tag's consent option to 'required', or add an exception that reads x-ga-gcs or consent_state.",
    "web": "Under Consent settings choose 'Require additional consent' with ad_storage and ad_user_data.",
}


@check(row="G8", severity=Severity.HIGH, needs=("container",))
def consent_settings_missing(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [(c, tags) for c in containers if (tags := [t for t in active(c) if _vendor(c, t)])]
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No active tag of an advertising vendor other than Google was recognised.")
    asked = any(_asks(c) for c in containers)
    fed = _only_after_consent(containers)
    for container, tags in judged:
        if fed and container.side == "server":
            continue
        gates = Gates(container)
        tool = any(is_tool(container, t) for t in active(container))
        settled = "NOT_NEEDED" if tool else "-"
        free = [t for t in tags if not gates.waits(t) and t.consent_status != settled]
        if free:
            yield _finding(container, free, asked)


def _vendor(container: Container, tag: Entity) -> str:
    """Who other than Google gets a tag's data; empty for Google and for tags nothing is known about."""
    known = behaviour(container, tag)
    if known is not None and tag.type.startswith("cvt_"):
        return "" if known.vendor.startswith(("Google", "Stape")) else known.vendor  # Stape's store is the owner's own
    return vendor(tag)


def _asks(container: Container) -> bool:
    """Whether the container shows that consent is asked for: a tag requires it, or a consent tool is loaded."""
    return any(
        t.consent_status == "NEEDED" or is_tool(container, t) or WORDS.search(f"{t.template} {t.name}")
        for t in active(container)
    )


def _only_after_consent(containers: Containers) -> bool:
    """Whether every tag that sends to the server waits for consent in the browser: then so does the server."""
    sending = [
        (c, t)
        for c in containers.web
        for values in [Values(c)]
        for t in active(c)
        if (t.type in GOOGLE and route(values, t).written) or t.template == _DATA_TAG
    ]
    gates = {id(c): Gates(c) for c, _ in sending}
    return bool(sending) and all(gates[id(c)].waits(t) for c, t in sending)


def _finding(container: Container, free: list[Entity], asked: bool) -> Finding:
    vendors = ", ".join(dict.fromkeys(_vendor(container, t) for t in free))
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
_SETTLED = tag(
    "2", "Meta pixel", "html", ALL_PAGES, more={"consentSettings": {"consentStatus": "NOT_NEEDED"}}, html=_PIXEL
)
_SERVER = tag("1", "Meta CAPI", "cvt_5TP8W", "20", pixelId="123456789012345", adStorageConsent="optional")
_ROUTED = google_tag("1", "G-ABC1234567", server_container_url="https://t.shop.example") | _NEEDED
EXAMPLES = (
    Example("the pixel requires consent", {"web.json": export(_WAITING, _TOOL)}, "pass"),
    Example("the pixel waits for nothing, no consent tool in sight", {"web.json": export(_FREE)}, "warn"),
    Example("a consent tool is loaded and the pixel ignores it", {"web.json": export(_FREE, _TOOL)}, "fail"),
    Example("the consent tool blocks by itself", {"web.json": export(_SETTLED, _TOOL)}, "pass"),
    Example("the server tag's own option is on", {"server.json": clean_server()}, "pass"),
    Example("it is off", {"server.json": export(_SERVER, side="SERVER")}, "warn"),
    Example(
        "it is off, but only consenting visitors reach it",
        {"web.json": export(_ROUTED), "server.json": export(_SERVER, side="SERVER")},
        "pass",
    ),
    Example("no vendor tags", {"web.json": export(_TOOL)}, "not_applicable"),
)
