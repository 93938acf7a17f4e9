"""A Google Ads conversion on both sides carries the order's number.

## When it fails
The same conversion id and label is sent by a web tag and by a server tag, and the order id is missing on one of them:
Google then has nothing to tell the two copies apart by.
## Why it matters
Every sale counts as two conversions, and bids follow.
## How to fix
Send the order id (transaction id) in both, or take one of the two tags out.
## Sources
- official, 2026-11-23: support.google.com/google-ads/answer/6386790: one conversion for each transaction id
- official, 2026-11-25: developers.google.com/tag-platform/tag-manager/server-side/ads-setup
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.lineage import Fate, Lineage
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...gtm.values import Values
from ..sgtm._gtm import active
from ..sgtm._samples import Json, clean_server, clean_web, tag

Spot = tuple[Container, Entity]


@check(row="D1", severity=Severity.HIGH, needs=("web_container", "server_container"))
def ads_label_on_both_sides(containers: Containers, lineage: Lineage) -> Iterator[Finding | Reason]:
    web = {k: v for c in containers.web for k, v in _labels(c, "awct").items()}
    server = {k: v for c in containers.server for k, v in _labels(c, "sgtmadsct").items()}
    both = sorted(set(web) & set(server))
    if not both:
        yield Reason(State.NOT_APPLICABLE, "No conversion label that a web tag and a server tag both send.")
    for key in both:
        (container, one), (other, two) = web[key], server[key]
        lacking = [s for s, ok in (("web", _filled(one)), ("server", _ordered(lineage, other.where(two)))) if not ok]
        if lacking:
            yield Finding(
                State.FAIL,
                f"Conversion {key[0]}/{key[1]} is sent by '{one.name}' and '{two.name}', without the order id on the "
                f"{' and the '.join(lacking)} side: every sale counts twice.",
                (Evidence(container.where(one), "web tag"), Evidence(other.where(two), "server tag")),
                "Send the order id in both, or take one of the two out.",
                Grade.LIKELY,
            )


def _labels(container: Container, kind: str) -> dict[tuple[str, str], Spot]:
    values = Values(container)
    found = {}
    for one in active(container):
        key = tuple(values.said(one.params.get(n)).removeprefix("AW-") for n in ("conversionId", "conversionLabel"))
        if one.type == kind and all(key) and not any("{{" in k for k in key):
            found[key] = (container, one)
    return found  # type: ignore[return-value]


def _filled(tag: Entity) -> bool:
    order = tag.params.get("orderId")
    return isinstance(order, str) and bool(order.strip())


def _ordered(lineage: Lineage, where: str) -> bool:
    """Whether an order id reaches a server tag; unknown counts as yes."""
    flows = [
        f
        for f in lineage.flows
        if f.field == "order_id" and f.platform == "google_ads" and any(s.where == where for s in f.steps)
    ]
    return not flows or any(f.fate in (Fate.SUPPLIED, Fate.UNKNOWN) for f in flows)


def _web(**more: Any) -> Json:
    ads = tag("5", "Ads purchase", "awct", "10", conversionId="123456789", conversionLabel="AbC", **more)
    return clean_web(more=[ads])


def _server() -> Json:
    doc = clean_server()
    doc["containerVersion"]["tag"].append(
        tag("6", "Ads purchase (server)", "sgtmadsct", "20", conversionId="123456789", conversionLabel="AbC")
    )
    return doc


EXAMPLES = (
    Example("both with the order's number", {"web.json": _web(orderId="{{order}}"), "server.json": _server()}, "pass"),
    Example("the web tag without", {"web.json": _web(), "server.json": _server()}, "fail"),
    Example("only on the server", {"web.json": clean_web(), "server.json": _server()}, "not_applicable"),
)
