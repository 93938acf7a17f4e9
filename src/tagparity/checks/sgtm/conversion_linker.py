"""A conversion linker runs on every page before the ads tags.

## When it fails
A container has Google Ads or Floodlight tags and nothing links: no active Conversion Linker and no Google tag that does
it by itself (one with an AW-, DC- or GT- id links unless it is told `conversion_linker: false`); or a server container
has Ads or Floodlight tags without the server Conversion Linker. It warns when the linker does not fire on all pages,
fires later than the ads tags, waits for a consent the ads tags do not wait for, is switched off in an ads tag, or
writes its cookies under a prefix the ads tags do not read. AMP containers are not judged.
## Why it matters
The linker keeps the click id (gclid, gbraid, wbraid) of the landing page until the conversion. Without it the
conversion cannot be credited to the click, and bidding learns from a part of the sales only.
## How to fix
Add the tag "Conversion Linker" on the trigger "All Pages" (or "Initialization - All Pages") in the web container, and
the server "Conversion Linker" on all events of the GA4 client in the server container. Leave consent to the tag: it
reads consent mode by itself.
## Sources
- official code, 2026-11-23: gtag.js release 63p1: Google tags link clicks themselves unless conversion_linker=false
- official code, 2026-11-25: compiled Conversion Linker in a published gtm.js: its cookie prefix, its own priority
- observed, 2026-11-23: real exports: gclidw, sgtmadscl beside awct, sp, sgtmadsct and sgtmadsremarket
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.consent import Gates
from ...gtm.firing import Firing
from ...gtm.google import ADS, links_by_itself, stage
from ...gtm.values import Values
from ._gtm import active, count, everywhere, names, spots, title
from ._samples import ALL_PAGES, export, google_tag, tag, trigger

_LINKERS = {"web": ("gclidw",), "server": ("sgtmadscl",)}
_FIX = "Add an active Conversion Linker tag that fires on all pages (web) or on all events of the GA4 client (server)."


@check(row="G5", severity=Severity.HIGH, needs=("container",))
def conversion_linker(containers: Containers) -> Iterator[Finding | Reason]:
    ads = [(c, side, found) for c in containers for side in ADS if c.side == side and (found := _ads(c, side))]
    if not ads:
        yield Reason(State.NOT_APPLICABLE, "No container holds an active Google Ads or Floodlight tag.")
    for container, side, tags in ads:
        yield from _findings(container, side, tags)


def _ads(container: Container, side: str) -> list[Entity]:
    return [t for t in active(container) if t.type in ADS[side]]


def _findings(container: Container, side: str, ads: list[Entity]) -> Iterator[Finding]:
    linkers = [t for t in container.tags if t.type in _LINKERS[side]]
    live = [t for t in linkers if not t.paused]
    values = Values(container)
    google = [links_by_itself(values, t) for t in active(container) if t.type == "googtag"]
    if not live and True not in google:
        yield _absent(container, ads, linkers, None in google)
    elif live and True not in google:
        yield from _badly(container, side, live, ads)
    yield from _settings(container, values, live, ads)


def _badly(container: Container, side: str, live: list[Entity], ads: list[Entity]) -> Iterator[Finding]:
    """Linkers that are there and come too late, too rarely, or wait for what the ads tags do not wait for."""
    gates, firing = Gates(container), Firing(container)
    if not any(firing.everywhere(t) or everywhere(container, t) or _on_pages(firing, t) for t in live):
        yield Finding(
            State.WARN,
            f"The Conversion Linker of {title(container)} does not fire on every page or event: {names(live)}.",
            spots(container, live, "fires on its own trigger only"),
            _FIX,
            Grade.LIKELY,
        )
    elif side == "web" and (early := [t for t in ads if stage(container, t) < min(stage(container, x) for x in live)]):
        yield Finding(
            State.WARN,
            f"{title(container)}: {names(early)} can fire before the Conversion Linker has kept the click id.",
            (*spots(container, live, "fires later"), *spots(container, early, "fires earlier")),
            "Fire the Conversion Linker on Initialization - All Pages or give it the earlier trigger.",
            Grade.LIKELY,
        )
    blocked = [t for t in live if gates.waits(t)]
    if len(blocked) == len(live) and (free := [t for t in ads if not gates.waits(t)]):
        yield Finding(
            State.WARN,
            f"{title(container)}: the Conversion Linker waits for consent, {count(len(free), 'ads tag')} "
            f"{'does' if len(free) == 1 else 'do'} not: {names(free)}. "
            "A consent given after the landing page comes too late for its click id.",
            (*spots(container, blocked, "waits for consent"), *spots(container, free, "does not")),
            "Take the extra consent off the Conversion Linker (it reads consent mode by itself), or gate all alike.",
            Grade.LIKELY,
        )


def _on_pages(firing: Firing, linker: Entity) -> bool:
    """A server linker that fires on page views is as good as one on every event."""
    if firing.container.side != "server":
        return False
    return firing.matches(linker, "page_view") is not False


def _settings(container: Container, values: Values, live: list[Entity], ads: list[Entity]) -> Iterator[Finding]:
    off = [t for t in ads if t.params.get("enableConversionLinker") == "false"]
    if off:
        yield Finding(
            State.WARN,
            f"{names(off)} in {title(container)}: conversion linking is switched off in the tag.",
            spots(container, off, "enableConversionLinker is false"),
            "Switch on 'Enable linking on all page URLs' (conversion linking) in these tags.",
        )
    own = {_prefix(values, t, "cookiePrefix") for t in live if t.params.get("enableCookieOverrides") == "true"}
    own -= {""}
    other = [t for t in ads if (p := _prefix(values, t, "conversionCookiePrefix")) and p not in own]
    if container.side == "web" and len(own) == 1 and len(live) == 1 and other:
        yield Finding(
            State.WARN,
            f"{title(container)}: the Conversion Linker writes its cookies under a prefix of its own, which "
            f"{names(other)} do not read.",
            (*spots(container, live, "cookiePrefix"), *spots(container, other, "conversionCookiePrefix")),
            "Use one cookie prefix in the Conversion Linker and all ads tags, best the default _gcl.",
            Grade.LIKELY,
        )


def _prefix(values: Values, tag: Entity, key: str) -> str:
    """A cookie prefix where the export fixes it."""
    text = values.said(tag.params.get(key))
    return "" if "{{" in text else text


def _absent(container: Container, ads: list[Entity], linkers: list[Entity], unknown: bool) -> Finding:
    """A Google tag whose id the export does not tell may link by itself: then the finding is less sure."""
    other = unknown or any(t.type in ("googtag", "gaawc") for t in active(container))
    how = "its Conversion Linker is paused" if linkers else "there is no Conversion Linker"
    return Finding(
        State.WARN if other else State.FAIL,
        f"{title(container)}: click ids are needed by {count(len(ads), 'ads tag')}, but {how}.",
        (*spots(container, linkers, "paused"), *spots(container, ads, "needs the click id")),
        _FIX,
        Grade.POSSIBLE if unknown else Grade.LIKELY if other else Grade.PROVEN,
    )


_SALE = tag("2", "Ads purchase", "awct", "7", conversionId="123456789", conversionLabel="abc")
_LINKER = tag("3", "Conversion Linker", "gclidw", ALL_PAGES)
_LATE = tag("3", "Conversion Linker", "gclidw", "7")
_NEEDED = {
    "consentSettings": {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": [{"value": "ad_storage"}]}}
}
_BLOCKED = tag("3", "Conversion Linker", "gclidw", ALL_PAGES, more=_NEEDED)
_AT_ONCE = tag("4", "Ads remarketing", "sp", "2147479573", conversionId="123456789")
_PREFIX = tag("3", "Conversion Linker", "gclidw", ALL_PAGES, enableCookieOverrides="true", cookiePrefix="_shop")
_READS = tag("5", "Ads lead", "awct", "7", conversionId="1", conversionLabel="x", conversionCookiePrefix="_gcl")
_OFF = google_tag("1", "AW-123456789", conversion_linker="false")
_PURCHASE = [trigger("7", "purchase")]
EXAMPLES = (
    Example("a linker on all pages", {"web.json": export(_SALE, _LINKER, trigger=_PURCHASE)}, "pass"),
    Example("the Google tag has an Ads id", {"web.json": export(_SALE, google_tag("1", "AW-123456789"))}, "pass"),
    Example("it has one and is told not to link", {"web.json": export(_SALE, _OFF, trigger=_PURCHASE)}, "warn"),
    Example("the linker fires with the purchase", {"web.json": export(_SALE, _LATE, trigger=_PURCHASE)}, "warn"),
    Example("an ads tag fires before it", {"web.json": export(_AT_ONCE, _LINKER)}, "warn"),
    Example("the linker waits for consent", {"web.json": export(_SALE, _BLOCKED, trigger=_PURCHASE)}, "warn"),
    Example("another cookie prefix", {"web.json": export(_READS, _PREFIX, trigger=_PURCHASE)}, "warn"),
    Example("no linker", {"web.json": export(_SALE, trigger=_PURCHASE)}, "fail"),
    Example("no ads tags", {"web.json": export(google_tag("1", "G-ABC1234567"))}, "not_applicable"),
)
