"""Purchases carry value, currency, order id and contents.

## When it fails
It warns when a web tag sends a purchase to GA4 without `value`, `currency`, `transaction_id` or `items`, sends any GA4
event with `value` but without `currency`, sends a purchase to Meta's pixel without value or currency, or when a Google
Ads conversion tag has a value without currency, or fires on the event purchase without transaction id. Tags that take
e-commerce data from the data layer, or settings from a variable that is not in the export, are not judged.
## Why it matters
Without currency a value counts as nothing in revenue. Without an order id a reloaded thank-you page counts twice, and
without contents catalogue ads learn nothing.
## How to fix
Add the parameters to the tag from the data layer, or let it take e-commerce data from there.
## Sources
- official, 2026-11-23: developers.google.com/analytics/devguides/collection/ga4/reference/events: purchase
- official, 2026-11-23: developers.facebook.com/docs/meta-pixel/reference: Purchase requires value and currency
- official, 2026-11-23: support.google.com/google-ads/answer/6386790: transaction ids
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...gtm.behaviours import behaviour
from ...gtm.firing import Firing
from ...gtm.google import told
from ...gtm.routing import GOOGLE
from ...gtm.scripts import read_script
from ...gtm.values import Values
from ..sgtm._gtm import SHOWN, active, title
from ..sgtm._samples import ALL_PAGES, clean_web, export, table, tag, trigger

_GA4 = ("value", "currency", "transaction_id", "items")
_META = ("value", "currency")
_PIXEL = "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel"
_CURRENCY = "a value without currency"


@check(row="T2", severity=Severity.MEDIUM, needs=("web_container",))
def purchase_parameters_complete(containers: Containers) -> Iterator[Finding | Reason]:
    judged = 0
    for container in containers.web:
        found = [(t, lacks) for t in active(container) if (lacks := _lacks(container, t)) is not None]
        judged += len(found)
        causes: dict[tuple[str, ...], list[Entity]] = {}
        for one, lacks in found:
            causes.setdefault(lacks, []).append(one)
        for lacks, tags in causes.items():
            if lacks:
                yield _finding(container, lacks, tags)
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No web tag's purchase or value can be judged by the container alone.")


def _lacks(container: Container, one: Entity) -> tuple[str, ...] | None:
    """What an event or conversion tag lacks; None where it has nothing of the kind or it cannot be told."""
    values = Values(container)
    known = behaviour(container, one)
    if one.type == "gaawe":
        return _ga4(container, values, one)
    if one.type == "awct":
        return _ads(container, one)
    if known is not None and known.id == _PIXEL:
        return _pixel(values, one)
    calls = [c for c in read_script(container, one).calls if c.vendor == "Meta" and c.event == "Purchase" and c.tracks]
    if calls and not any(c.opaque for c in calls):
        return tuple(k for k in _META if any(k not in c.keys for c in calls))
    return None


def _ga4(container: Container, values: Values, one: Entity) -> tuple[str, ...] | None:
    """GA4: rows of the tag and of the container's Google tags, which go with every event."""
    sent, missing = told(values, one)
    if missing or one.params.get("sendEcommerceData") == "true" or "ecommerce" in sent:
        return None
    for other in active(container):
        if other.type in GOOGLE:
            more, open_ = told(values, other)
            sent = more | sent
            if open_:
                return None
    if values.resolve(name if isinstance(name := one.params.get("eventName"), str) else "") == ("purchase",):
        return tuple(k for k in _GA4 if not sent.get(k))
    if "value" not in sent:
        return None
    return () if sent.get("currency") else (_CURRENCY,)


def _ads(container: Container, one: Entity) -> tuple[str, ...]:
    value, currency = one.params.get("conversionValue"), one.params.get("currencyCode")
    lacks = [_CURRENCY] if value and value != "0" and not currency else []
    if Firing(container).events(one) == frozenset({"purchase"}) and not one.params.get("orderId"):
        lacks.append("transaction id")
    return tuple(lacks)


def _pixel(values: Values, one: Entity) -> tuple[str, ...] | None:
    """Meta's template: its own rows, unless it takes an object or e-commerce data from the page."""
    standard = one.params.get("eventName") == "standard" and one.params.get("standardEventName")
    if not isinstance(standard, str) or values.said(standard) != "Purchase":
        return None
    if "true" in (one.params.get("objectPropertiesFromVariable"), one.params.get("enhancedEcommerce")):
        return None
    rows = one.params.get("objectPropertyList")
    sent = {r.get("name") for r in rows if isinstance(r, dict) and r.get("value")} if isinstance(rows, list) else set()
    return tuple(k for k in _META if k not in sent)


def _finding(container: Container, lacks: tuple[str, ...], tags: list[Entity]) -> Finding:
    what = ", ".join(lacks)
    verb = "has" if lacks == (_CURRENCY,) else "lacks"
    shown = ", ".join(f"'{t.name}'" for t in tags[:5]) + (f" and {len(tags) - 5} more" if len(tags) > 5 else "")
    return Finding(
        State.WARN,
        f"{title(container)}: {shown} {verb} {what}.",
        tuple(Evidence(container.where(t), f"{verb} {what}") for t in tags[:SHOWN]),
        "Fill these parameters from the data layer.",
        Grade.LIKELY,
    )


def _sale(**rows: str) -> dict[str, object]:
    return export(tag("1", "GA4 purchase", "gaawe", ALL_PAGES, eventName="purchase", eventSettingsTable=table(**rows)))


_FULL = {"value": "{{v}}", "currency": "EUR", "transaction_id": "{{id}}", "items": "{{items}}"}
_ADS = tag(
    "2", "Ads sale", "awct", "7", conversionId="1", conversionLabel="x", conversionValue="{{v}}", currencyCode="EUR"
)
_HTML = tag("3", "Pixel", "html", ALL_PAGES, html="<script>fbq('track', 'Purchase', {value: 1});</script>")
EXAMPLES = (
    Example("all four", {"web.json": _sale(**_FULL)}, "pass"),
    Example("no order id", {"web.json": _sale(**(_FULL | {"transaction_id": ""}))}, "warn"),
    Example("Ads without transaction id", {"web.json": export(_ADS, trigger=[trigger("7", "purchase")])}, "warn"),
    Example("the pixel without currency", {"web.json": export(_HTML)}, "warn"),
    Example("e-commerce data from the data layer", {"web.json": clean_web(pixel=False)}, "not_applicable"),
)
