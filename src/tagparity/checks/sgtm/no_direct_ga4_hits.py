"""No GA4 hit goes straight from the browser to Google.

## When it fails
Every captured GA4 hit goes to Google's own hosts. It warns when some do while others take the server path.
## Why it matters
The Google tag never falls back from a tagging server to Google by itself. A direct hit beside the server path is a
second tag, a hard-coded snippet or an event with its own address: it counts the visit twice, or misses the server's
cookies and filters and every vendor behind them.
## How to fix
Find the tag that sends the hit: a `gtag.js` snippet in the page's source, an app or plugin of the shop system, a
second container, or a Google tag without `server_container_url`. Remove it or route it too.
## Sources
- official code, 2026-11-23: gtag.js release 63p1: no built-in fallback from a custom host to google-analytics.com
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...core.check import Example, check
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.traffic import Traffic

_FIX = (
    "Find what sends these hits (a gtag.js snippet in the page, a plugin of the shop system, a second container, a "
    "Google tag without server_container_url) and remove or route it."
)


@check(row="G4", severity=Severity.HIGH, needs=("har",))
def no_direct_ga4_hits(traffic: Traffic) -> Iterator[Finding | Reason]:
    hits = [r for r in traffic.requests if r.platform == "ga4" and r.kind == "hit"]
    direct = [r for r in hits if r.route == "direct"]
    if not hits:
        yield Reason(State.NOT_RUN, "The capture holds no GA4 hit; record one of a visit with consent given.")
    elif direct:
        hosts = ", ".join(f"{host} ({n})" for host, n in Counter(r.host for r in direct).most_common(3))
        pages = len({r.page_host for r in direct})
        share = f"All {len(hits)}" if len(direct) == len(hits) else f"{len(direct)} of {len(hits)}"
        yield Finding(
            State.FAIL if len(direct) == len(hits) else State.WARN,
            f"{share} captured GA4 hits go straight to Google: {hosts}{f', from {pages} sites' if pages > 1 else ''}.",
            tuple(Evidence(f"{r.file} entry {r.index}", f"GA4 hit to {r.host}") for r in direct[:20]),
            _FIX,
        )
    else:
        yield Reason(State.PASS, f"None of {len(hits)} captured GA4 hits goes straight to Google.")


def _har(*urls: str) -> dict[str, object]:
    page = "https://www.shop.example/"
    entries = [
        {
            "startedDateTime": f"2026-09-01T10:00:0{i}.000Z",
            "pageref": "page_1",
            "request": {"method": "GET", "url": u, "headers": [{"name": "Referer", "value": page}], "queryString": []},
            "response": {"status": 200, "headers": [], "content": {"mimeType": "text/plain"}},
        }
        for i, u in enumerate((page, *urls))
    ]
    pages = [{"id": "page_1", "title": page, "startedDateTime": "2026-09-01T10:00:00.000Z", "pageTimings": {}}]
    return {
        "log": {"version": "1.2", "creator": {"name": "example", "version": "1"}, "pages": pages, "entries": entries}
    }


_QUERY = "?v=2&tid=G-ABC1234567&en=page_view&_p=1&cid=1.1756720000&_s=1&dl=https%3A%2F%2Fwww.shop.example%2F"
_DIRECT = f"https://region1.google-analytics.com/g/collect{_QUERY}"
_SERVER = f"https://t.shop.example/g/collect{_QUERY}&sst.etld=google.com&richsstsse"
EXAMPLES = (
    Example("every hit takes the server path", {"visit.har": _har(_SERVER)}, "pass"),
    Example("one of two goes straight to Google", {"visit.har": _har(_SERVER, _DIRECT)}, "warn"),
    Example("every hit goes straight to Google", {"visit.har": _har(_DIRECT)}, "fail"),
)
