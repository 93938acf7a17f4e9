"""A conversion linker runs on every page before the ads tags.

## When it fails
A web container has Google Ads or Floodlight tags but no active Conversion Linker and no Google tag with an Ads id; or
a server container has Ads tags but no active server Conversion Linker. It warns when the linker does not fire on all
pages, or when an ads tag has the linker switched off.
## Why it matters
The linker keeps the click id (gclid, gbraid, wbraid) of the landing page until the conversion. Without it the
conversion cannot be credited to the click, and bidding learns from a part of the sales only.
## How to fix
Add the tag "Conversion Linker" on the trigger "All Pages" (or "Initialization - All Pages") in the web container, and
the server "Conversion Linker" on all events of the GA4 client in the server container.
## Sources
- official code, 2026-11-23: gtag.js release 63p1: Google tags link clicks themselves unless conversion_linker=false
- observed, 2026-11-23: real exports: gclidw, sgtmadscl beside awct, sp, sgtmadsct and sgtmadsremarket
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...gtm.values import Values
from ._gtm import active, count, everywhere, names, spots, title
from ._samples import ALL_PAGES, export, google_tag, tag, trigger

_ADS = {
    "web": {"awct", "sp", "flc", "fls", "awud", "awcc"},
    "server": {"sgtmadsct", "sgtmadsremarket", "sgtmfls", "sgtmflc"},
}
_LINKERS = {"web": ("gclidw", "gclidw_amp"), "server": ("sgtmadscl",)}
_FIX = "Add an active Conversion Linker tag that fires on all pages (web) or on all events of the GA4 client (server)."


@check(row="G5", severity=Severity.HIGH, needs=("container",))
def conversion_linker(containers: Containers) -> Iterator[Finding | Reason]:
    ads = [(c, side, found) for c in containers for side in _ADS if c.side == side and (found := _ads(c, side))]
    if not ads:
        yield Reason(State.NOT_APPLICABLE, "No container holds an active Google Ads or Floodlight tag.")
    for container, side, tags in ads:
        yield from _findings(container, side, tags)


def _ads(container: Container, side: str) -> list[Entity]:
    return [t for t in active(container) if t.type in _ADS[side]]


def _findings(container: Container, side: str, ads: list[Entity]) -> Iterator[Finding]:
    linkers = [t for t in container.tags if t.type in _LINKERS[side]]
    live = [t for t in linkers if not t.paused]
    if not live and not _ads_google_tag(container):
        yield _absent(container, ads, linkers)
    elif live and not any(everywhere(container, t) for t in live):
        yield Finding(
            State.WARN,
            f"The Conversion Linker of {title(container)} does not fire on every page or event: {names(live)}.",
            spots(container, live, "fires on its own trigger only"),
            _FIX,
            Grade.LIKELY,
        )
    off = [t for t in ads if t.params.get("enableConversionLinker") == "false"]
    if off:
        yield Finding(
            State.WARN,
            f"{names(off)} in {title(container)}: conversion linking is switched off in the tag.",
            spots(container, off, "enableConversionLinker is false"),
            "Switch on 'Enable linking on all page URLs' (conversion linking) in these tags.",
        )


def _ads_google_tag(container: Container) -> bool:
    """Whether a Google tag with an Ads or Floodlight id does the linking itself."""
    values = Values(container)
    ids = [values.said(t.params.get("tagId")) for t in active(container) if t.type == "googtag"]
    return any(i.startswith(("AW-", "DC-")) for i in ids)


def _absent(container: Container, ads: list[Entity], linkers: list[Entity]) -> Finding:
    """A container whose Google tag has a GA4 or unknown id may still link clicks: then the finding is less sure."""
    other = any(t.type == "googtag" for t in active(container))
    how = "its Conversion Linker is paused" if linkers else "there is no Conversion Linker"
    return Finding(
        State.WARN if other else State.FAIL,
        f"{title(container)}: click ids are needed by {count(len(ads), 'ads tag')}, but {how}.",
        (*spots(container, linkers, "paused"), *spots(container, ads, "needs the click id")),
        _FIX,
        Grade.LIKELY if other else Grade.PROVEN,
    )


_SALE = tag("2", "Ads purchase", "awct", "7", conversionId="123456789", conversionLabel="abc")
_LINKER = tag("3", "Conversion Linker", "gclidw", ALL_PAGES)
_LATE = tag("3", "Conversion Linker", "gclidw", "7")
_PURCHASE = [trigger("7", "purchase")]
EXAMPLES = (
    Example("a linker on all pages", {"web.json": export(_SALE, _LINKER, trigger=_PURCHASE)}, "pass"),
    Example("the Google tag has an Ads id", {"web.json": export(_SALE, google_tag("1", "AW-123456789"))}, "pass"),
    Example("the linker fires with the purchase", {"web.json": export(_SALE, _LATE, trigger=_PURCHASE)}, "warn"),
    Example("no linker", {"web.json": export(_SALE, trigger=_PURCHASE)}, "fail"),
    Example("no ads tags", {"web.json": export(google_tag("1", "G-ABC1234567"))}, "not_applicable"),
)
