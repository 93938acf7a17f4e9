"""The tagging server runs on the site's own domain.

## When it fails
The tagging host is a third party for the site (`run.app`, `appspot.com`, a hosting vendor's own domain, another
site), or there is none. It warns when the host is a subdomain whose cookies Safari cuts to seven days by its CNAME or
address (`tagparity probe`); without a probe, when they were not seen to last: only configured, not answering, or no
server-set `FPID` cookie of more than seven days in the capture.
## Why it matters
Cookies set by a third party are blocked by Safari, Firefox and most ad blockers; the visitor is new on every visit
and conversions lose their click. On a subdomain Safari still cuts server-set cookies to seven days when its address
or its CNAME leads away from the main site.
## How to fix
Serve the tagging server from a path of the site itself (`https://www.example.com/metrics`, through the CDN), or map a
subdomain to it whose address shares the main site's network. Let the GA4 client of the server container manage the
cookie (`FPID`, "server managed"), and look at Set-Cookie in a capture made with Safari.
## Sources
- official code, 2026-11-23: WebKit NetworkTaskCocoa.mm and IPAddress.cpp: the cap by CNAME, else by address
- community, 2026-11-23: louder.com.au 2023-07 and stape.io on WebKit: 7-day cap by CNAME or address, since Safari 16.4
- observed, 2026-11-23: server container exports: GA4 client cookie FPID with max-age 63072000
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core.check import Example, check
from ...core.container import Containers
from ...core.itp import Verdict, judge
from ...core.outcome import Evidence, Finding, Grade, Reason, Severity, State
from ...core.probe import Probes
from ...core.traffic import Cookie, Request, Site, Traffic
from ...gtm.routing import GOOGLE, routes
from ._hosting import host_of, party, provider, site_of
from ._samples import web

WEEK_S = 7 * 86400
_SERVER_ROUTES = ("sgtm", "gateway", "proxy_legacy", "custom_unknown")
_FIX = (
    "Serve the tagging server from a path of the site, or from a subdomain of it that is mapped to the server, and put "
    "that address into server_container_url."
)
_PROBE = (
    "Check that the subdomain's address shares the main site's network (first half of the IP address) and that no "
    "CNAME leads to another domain; record a HAR file that shows the FPID cookie being set."
)


@dataclass(frozen=True, slots=True)
class _Host:
    """One tagging host with where it was seen; `hits` when a capture shows it."""

    name: str
    party: str
    evidence: tuple[Evidence, ...]
    hits: tuple[Request, ...] = ()


@check(row="G2", severity=Severity.HIGH, needs=())
def first_party_tagging_domain(
    containers: Containers, traffic: Traffic, site: Site, probes: Probes
) -> Iterator[Finding | Reason]:
    hosts = _seen(traffic) or _configured(containers, traffic, site) or _probed(probes)
    if not hosts:
        yield _none(containers, traffic)
    names = {"FPID"} | {str(c.params.get("cookieName") or "FPID") for s in containers.server for c in s.clients}
    for host in hosts:
        yield from _judge(host, [k for k in traffic.cookies if k.name in names], _verdict(host, probes))


def _seen(traffic: Traffic) -> list[_Host]:
    """Hosts that captured GA4 hits went to, other than Google's own."""
    hits = [r for r in traffic.requests if r.platform == "ga4" and r.kind == "hit" and r.route in _SERVER_ROUTES]
    hosts = []
    for name in dict.fromkeys(r.host for r in hits):
        own = tuple(r for r in hits if r.host == name)
        kind = own[0].party or party(name, own[0].page_host)
        proof = tuple(Evidence(f"{r.file} entry {r.index}", f"GA4 hit to {name}") for r in own[:5])
        hosts.append(_Host(name, "third" if provider(name) else kind, proof, own))
    return hosts


def _configured(containers: Containers, traffic: Traffic, site: Site) -> list[_Host]:
    """Hosts that containers or the owner name, compared with the site's host where that is known."""
    page = host_of(site.url) or next((r.page_host for r in traffic.requests if r.page_host), "")
    places = [(host_of(u), c.path) for c in containers for u in c.server_urls]
    places.append((host_of(site.tagging_host), "tagparity.toml [site] tagging_host"))
    found: dict[str, list[Evidence]] = {}
    for name, where in places:
        if name:
            found.setdefault(name, []).append(Evidence(where, f"server address {name}"))
    return [_Host(n, party(n, page), tuple(e)) for n, e in found.items()]


def _probed(probes: Probes) -> list[_Host]:
    """Hosts that were probed, compared with the site they were probed for."""
    return [_Host(p.host, party(p.host, p.site), (Evidence(p.where(), f"probe of {p.host}"),)) for p in probes]


def _verdict(host: _Host, probes: Probes) -> tuple[Verdict, Evidence] | None:
    """What Safari does to the cookies of a host, by its newest probe; None where no probe tells."""
    own = [p for p in probes if p.host == host.name and p.site and not p.error]
    if not own:
        return None
    newest = max(own, key=lambda p: p.at)
    said = judge(newest.chain, newest.addresses, newest.site_chain, newest.site_addresses, site_of)
    return (said, Evidence(newest.where(), said.why)) if said.state != "unknown" else None


def _none(containers: Containers, traffic: Traffic) -> Finding | Reason:
    """No tagging host named anywhere: a failure only where Google tags or hits show that there should be one."""
    hits = [r for r in traffic.requests if r.platform == "ga4" and r.kind == "hit"]
    tags = [(c, t) for c in containers.web for t, r in routes(c, *GOOGLE) if not r.unknown]
    if not hits and (not tags or containers.server):
        return Reason(
            State.NOT_RUN,
            "No tagging host is named; add a web container, a HAR with GA4 hits, or [site] tagging_host.",
        )
    return Finding(
        State.FAIL,
        "No tagging host: GA4 hits go to Google's own domains.",
        (
            *(Evidence(f"{r.file} entry {r.index}", r.host) for r in hits[:5]),
            *(Evidence(c.where(t)) for c, t in tags[:10]),
        ),
        _FIX,
    )


def _judge(host: _Host, cookies: list[Cookie], probed: tuple[Verdict, Evidence] | None) -> Iterator[Finding]:
    if host.party == "third":
        owner = f"{provider(host.name)}'s own domain" if provider(host.name) else "another site's domain"
        yield Finding(
            State.FAIL, f"The tagging host {host.name} is on {owner}: a third party for visitors.", host.evidence, _FIX
        )
    elif host.hits and not any(200 <= r.status < 400 for r in host.hits):
        yield Finding(
            State.WARN,
            f"None of {len(host.hits)} GA4 hits to {host.name} was answered with success.",
            host.evidence,
            f"Open https://{host.name}/healthy; if it does not answer ok, mend the server or domain.",
        )
    elif host.party != "same_origin" and probed:
        verdict, proof = probed
        if verdict.state != "uncapped":
            some = " for some visitors" if verdict.state == "depends" else ""
            yield Finding(
                State.WARN,
                f"Safari cuts cookies of {host.name} to seven days{some}: {verdict.why}.",
                (*host.evidence, proof),
                _PROBE,
            )
    elif host.party != "same_origin":
        yield from _subdomain(host, [k for k in cookies if site_of(k.host.lstrip(".")) == site_of(host.name)])


def _subdomain(host: _Host, cookies: list[Cookie]) -> Iterator[Finding]:
    """A subdomain passes only when its server was seen to set a cookie that outlives Safari's week."""
    kept = [k for k in cookies if k.set_by == "http" and (k.max_age_s or 0) > WEEK_S]
    if host.hits and kept:
        return
    capped = [k for k in cookies if k.set_by == "http"]
    if not host.hits:
        why = "is configured, but no capture shows it at work: its cookies may be capped at seven days"
    elif capped:
        why = "sets its cookie for seven days or less"
    else:
        why = "was not seen to set a lasting FPID cookie: visitors may be known for seven days only in Safari"
    spots = tuple(Evidence(f"{k.file} entry {k.index}", f"cookie {k.name}") for k in capped[:5])
    message = f"The tagging host {host.name} {why}."
    yield Finding(State.WARN, message, (*host.evidence, *spots), _PROBE, Grade.PROVEN if capped else Grade.POSSIBLE)


def _probe(address: str, *cname: str) -> dict[str, object]:
    names = {"host": {"chain": ["t.shop.example", *cname], "addresses": [address]},
             "site": {"chain": ["www.shop.example"], "addresses": ["203.0.113.7"]}}  # fmt: skip
    return {"tagparity_probe": 1, "host": "t.shop.example", "site": "www.shop.example", "dns": names}


EXAMPLES = (
    Example(
        "a path of the site itself",
        {
            "web.json": web("https://www.shop.example/metrics"),
            "tagparity.toml": '[site]\nurl = "https://www.shop.example/"\n',
        },
        "pass",
    ),
    Example("a subdomain beside the site", {"probe.json": _probe("203.0.200.9")}, "pass"),
    Example("a subdomain elsewhere", {"probe.json": _probe("198.51.100.9")}, "warn"),
    Example("a subdomain with a vendor's CNAME", {"probe.json": _probe("203.0.113.9", "x.stape.io")}, "warn"),
    Example("a subdomain that is only configured", {"web.json": web("https://t.shop.example")}, "warn"),
    Example("the host Cloud Run gave it", {"web.json": web("https://sgtm-abc123-ew.a.run.app")}, "fail"),
    Example("no tagging host", {"web.json": web("")}, "fail"),
)
