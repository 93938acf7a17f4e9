"""A server container is deployed.

## When it fails
No server container export was handed in, no captured GA4 hit went through a tagging server, and no tag of the web
container names a server address: there is no server side. It warns when a server is configured or exported but
nothing shows that it answers, or when captured hits to it came back with an error.
## Why it matters
Without a server container every identifier is sent by the browser alone. Ad blockers, Safari's cookie limits and lost
page-leave requests then cut the conversions the bid algorithms learn from, and nothing on your side can filter what
vendors receive.
## How to fix
Create a server container in Tag Manager, deploy its image (Cloud Run, App Engine or a hosting vendor), map a domain
of the site to it, and set `server_container_url` in the Google tag. Open `https://<tagging host>/healthy`: it must
answer `ok`. Then record a HAR file of a visit and run the audit again.
## Sources
- official code, 2026-11-23: gtag.js release 63p1: `server_container_url` turns on server mode, hits carry `sst.` fields
- community, 2026-11-23: square-style and taggingdocs.com notes on `/healthy` of the tagging server image
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Containers
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...core.probe import Probe, Probes
from ...core.traffic import Request, Site, Traffic
from ...gtm.routing import GOOGLE, routes
from ._gtm import title
from ._hosting import host_of, provider
from ._samples import SERVER, web

_FIX = (
    "Deploy a server container on a domain of the site, set server_container_url in the Google tag, and check that "
    "https://<tagging host>/healthy answers ok."
)
_UNCLEAR = ("proxy_legacy", "custom_unknown")
_CAPTURE = "Record a HAR file of a visit to the site (Network > Save all as HAR) and run the audit again."


@check(row="G1", severity=Severity.CRITICAL, needs=())
def server_container_deployed(
    containers: Containers, traffic: Traffic, site: Site, probes: Probes
) -> Iterator[Finding | Reason]:
    hits = [r for r in traffic.requests if r.platform == "ga4" and r.kind == "hit"]
    through = [r for r in hits if r.route == "sgtm"]
    unclear = [r for r in hits if r.route in _UNCLEAR]
    if through:
        yield _answering(through)
    elif probes:
        yield _probed(probes)
    elif containers.server:
        yield _exported(containers, hits)
    elif unclear:
        yield _custom(unclear)
    elif urls := _configured(containers, site):
        yield Finding(
            State.WARN,
            f"A tagging server is configured ({urls[0][0]}), but nothing handed in shows that it answers.",
            tuple(Evidence(where, f"server address {host}") for host, where in urls),
            _CAPTURE,
        )
    else:
        yield _nothing(containers, hits)


def _probed(probes: Probes) -> Finding | Reason:
    """Verdict on probes: a health check or a tag script that was answered is enough."""
    alive = [p for p in probes if p.healthy or p.script]
    if alive:
        said = [w for w, ok in (("its health check", alive[0].healthy), ("a tag script", alive[0].script)) if ok]
        return Reason(State.PASS, f"{alive[0].host} answers: {' and '.join(said)}{_hosted(alive[0])}.")
    asked = [(p, r) for p in probes for r in p.of("health")]
    return Finding(
        State.FAIL,
        f"{', '.join(p.host for p in probes)} was probed and does not answer as a server container does.",
        tuple(Evidence(p.where(r), r.error or f"answered {r.status}, {r.body}") for p, r in asked)
        or tuple(Evidence(p.where(), p.error or "no answer") for p in probes),
        _FIX,
    )


def _hosted(probe: Probe) -> str:
    """Where a host runs, as far as its names and headers tell."""
    names = [n for name in reversed(probe.chain) if (n := provider(name))]
    front = any("google frontend" in r.headers.get("server", "").lower() for r in probe.requests)
    where = names[0] if names else "Google's front end" if front else ""
    return f"; hosted at {where}" if where else ""


def _custom(hits: list[Request]) -> Finding:
    """Hits to a host of the site's own without a server container's marks: a server, or a plain proxy."""
    return Finding(
        State.WARN,
        f"GA4 hits go to {hits[0].host}, but do not carry the marks of a server container: it may be a plain proxy.",
        tuple(_place(r) for r in hits[:10]),
        "Set server_container_url in the Google tag if there is a server container; hand in its export.",
        Grade.POSSIBLE,
    )


def _place(request: Request) -> Evidence:
    return Evidence(f"{request.file} entry {request.index}", f"{request.host} answered {request.status or 'nothing'}")


def _answering(through: list[Request]) -> Finding | Reason:
    """Verdict on hits that went through a server: one that succeeded is enough."""
    good = [r for r in through if 200 <= r.status < 400]
    if good:
        host = good[0].host
        where = f" hosted on {provider(host)}'s own domain" if provider(host) else ""
        return Reason(State.PASS, f"{len(good)} of {len(through)} GA4 hits were answered by {host}{where}.")
    failed = [r for r in through if r.status >= 400]
    return Finding(
        State.FAIL if failed else State.WARN,
        f"None of {len(through)} GA4 hits to the tagging server was answered with success.",
        tuple(_place(r) for r in (failed or through)[:10]),
        "Open https://<tagging host>/healthy; if it does not answer ok, redeploy the server or mend its domain "
        "mapping. If it does, look for an ad blocker or a path that no client of the server container claims.",
        Grade.PROVEN if failed else Grade.LIKELY,
    )


def _exported(containers: Containers, hits: list[Request]) -> Finding | Reason:
    """Verdict on an export: proof that a container exists; whether it is used only a capture can tell."""
    container = containers.server[0]
    if not hits:
        return Reason(State.PASS, f"An export of {title(container)} is at hand; no capture shows whether it answers.")
    return Finding(
        State.WARN,
        f"There is a {title(container)}, but none of {len(hits)} captured GA4 hits shows the marks of one.",
        (Evidence(container.path), *(_place(r) for r in hits[:5])),
        "Set server_container_url in the Google tag and publish the web container. If hits do go to your own host, use "
        "server_container_url instead of transport_url alone.",
        Grade.LIKELY,
    )


def _configured(containers: Containers, site: Site) -> list[tuple[str, str]]:
    """(host, where) of every server address the web containers or the owner name."""
    found = [(h, c.path) for c in containers.web for u in c.server_urls if (h := host_of(u))]
    own = host_of(site.tagging_host)
    return [*dict.fromkeys(found), *([(own, "tagparity.toml [site] tagging_host")] if own else [])]


def _nothing(containers: Containers, hits: list[Request]) -> Finding | Reason:
    """No server anywhere: a failure only where the evidence could have shown one."""
    google = [(c, t, r) for c in containers.web for t, r in routes(c, *GOOGLE)]
    open_ = [(c, t) for c, t, r in google if r.unknown]
    if open_ and not hits:
        return Finding(
            State.WARN,
            "Whether a tagging server is set cannot be told: a Google tag takes its settings or server address from a "
            "variable whose value the export does not show.",
            tuple(Evidence(c.where(t), "server address unknown") for c, t in open_[:20]),
            "Export the whole web container, or add the server container's export or a HAR file.",
            Grade.POSSIBLE,
        )
    if not google and not hits:
        return Reason(
            State.NOT_RUN,
            "Needs a server container export, a web container export with Google tags, or a HAR with GA4 hits.",
        )
    return Finding(
        State.FAIL,
        f"No server container: no GA4 hit goes through a tagging server and no Google tag names one.{_gateway(hits)}",
        (*(_place(r) for r in hits[:5]), *(Evidence(c.where(t), _address(r.written)) for c, t, r in google[:10])),
        _FIX,
    )


def _gateway(hits: list[Request]) -> str:
    return " The Google tag gateway in use is no server container." if any(r.route == "gateway" for r in hits) else ""


def _address(written: bool) -> str:
    return "server address is a placeholder" if written else "no server address"


_PROBE = {
    "tagparity_probe": 1,
    "host": "t.shop.example",
    "requests": [{"what": "health", "path": "/healthy", "status": 200, "body": "ok"}],
}
EXAMPLES = (
    Example("a probe was answered", {"probe.json": _PROBE}, "pass"),
    Example("a probe was not", {"probe.json": _PROBE | {"requests": []}}, "fail"),
    Example("a server container export is at hand", {"server.json": SERVER}, "pass"),
    Example(
        "the web container names a server nobody has seen answer", {"web.json": web("https://t.shop.example")}, "warn"
    ),
    Example("the Google tag names no server", {"web.json": web("")}, "fail"),
)
