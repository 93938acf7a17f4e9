"""Pixel and server send to the same destination.

## When it fails
A vendor's browser tags and its server tags name different pixel, dataset or measurement ids, and none in common. Ids
that only a run can tell are not judged.
## Why it matters
Platforms merge the two copies of an action inside one destination only: with two, every sale counts in both, or the one
that ads are optimised for sees half.
## How to fix
Use one id on both sides; keep it in a constant of the same name in each container.
## Sources
- official, 2026-11-25: developers.facebook.com, Conversions API, deduplicate pixel and server events (same pixel)
- observed, 2026-11-25: pairs of containers in public repositories
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.lineage import Flow, Lineage
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ._lineage import place
from ._samples import clean_server, clean_web


@check(row="D1", severity=Severity.HIGH, needs=("web_container", "server_container"))
def destinations_agree(lineage: Lineage) -> Iterator[Finding | Reason]:
    platforms = {f.platform for f in lineage.flows if f.platform != "google_ads"}
    judged = False
    for platform in sorted(platforms):
        browser, server = (_ids(lineage, platform, side) for side in ("browser", "server"))
        if not browser or not server:
            continue
        judged = True
        if not set(browser) & set(server):
            yield Finding(
                State.FAIL,
                f"{platform}: the browser sends to {_listed(browser)}, the server to {_listed(server)}.",
                tuple(
                    Evidence(place(f), f"{f.side}: {f.destination}") for f in [*browser.values(), *server.values()][:20]
                ),
                "Use the same id in both containers.",
                Grade.LIKELY,
            )
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No vendor with ids written out on both sides.")


def _listed(ids: dict[str, Flow]) -> str:
    return ", ".join(sorted(ids)[:8])


def _ids(lineage: Lineage, platform: str, side: str) -> dict[str, Flow]:
    return {
        f.destination: f for f in reversed(lineage.flows) if f.platform == platform and f.side == side and f.destination
    }


EXAMPLES = (
    Example("one dataset", {"web.json": clean_web(), "server.json": clean_server()}, "pass"),
    Example("two datasets", {"web.json": clean_web(), "server.json": clean_server(dataset="999999999999999")}, "fail"),
    Example("only the server", {"web.json": clean_web(pixel=False), "server.json": clean_server()}, "not_applicable"),
)
