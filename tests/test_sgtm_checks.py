"""The server-pipeline checks, judged directly on containers and captured requests."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import pytest

from tagparity.checks import catalogue
from tagparity.checks.sgtm._hosting import party, provider, site_of
from tagparity.checks.sgtm._samples import ALL_PAGES, SERVER, export, google_tag, params, tag, trigger, web
from tagparity.core.check import Check
from tagparity.core.container import Containers
from tagparity.core.outcome import Finding, Reason, State, worst
from tagparity.core.probe import Probes
from tagparity.core.traffic import Cookie, Request, Site, Traffic
from tagparity.readers import gtm

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
NAMES = (
    "server_container_deployed",
    "first_party_tagging_domain",
    "google_tags_routed_to_server",
    "no_direct_ga4_hits",
    "conversion_linker",
    "paused_tags",
    "orphaned_tags",
    "duplicate_tags",
    "consent_settings_missing",
    "secrets_in_container",
)
TOKEN = "EAA" + "b1C2d3E4f5" * 5


def said(name: str, *docs: dict[str, Any], hits: tuple[Request, ...] = (), **more: Any) -> list[Finding | Reason]:
    """What a check yields for containers, requests, cookies and a site."""
    check: Check = catalogue()[name].check
    assert check.judge
    containers = Containers(c for i, d in enumerate(docs) for c in gtm.read(f"{i}.json", d))
    traffic = Traffic(requests=hits, cookies=more.get("cookies", ()))
    known = {Containers: containers, Traffic: traffic, Site: more.get("site", Site()), Probes: Probes()}
    hints = typing.get_type_hints(check.judge)
    return list(check.judge(**{k: known[v] for k, v in hints.items() if k != "return"}))


def state(name: str, *docs: dict[str, Any], **more: Any) -> State:
    found = said(name, *docs, **more)
    reasons = [f.state for f in found if isinstance(f, Reason)]
    return reasons[0] if reasons else worst([f.state for f in found])


def hit(host: str, route: str, status: int = 200, party: str = "same_site") -> Request:
    return Request("visit.har", 3, host, "/g/collect", "hit", "ga4", route, party, "www.shop.example", status)


OWN = "t.shop.example"


def test_a_server_is_deployed_when_hits_to_it_are_answered() -> None:
    assert state("server_container_deployed", hits=(hit(OWN, "sgtm"),)) is State.PASS
    assert state("server_container_deployed", hits=(hit(OWN, "sgtm", 502),)) is State.FAIL
    assert state("server_container_deployed", hits=(hit(OWN, "sgtm", 0),)) is State.WARN
    assert state("server_container_deployed", hits=(hit(OWN, "custom_unknown"),)) is State.WARN
    assert state("server_container_deployed", hits=(hit("www.shop.example", "gateway"),)) is State.FAIL
    assert state("server_container_deployed") is State.NOT_RUN


def test_an_exported_server_that_no_hit_reaches_is_not_proven() -> None:
    assert state("server_container_deployed", SERVER) is State.PASS
    assert (
        state("server_container_deployed", SERVER, hits=(hit("region1.google-analytics.com", "direct"),)) is State.WARN
    )


def test_an_address_decided_at_run_time_is_no_failure() -> None:
    runtime = [{"variableId": "1", "name": "url", "type": "jsm", "parameter": params(javascript="function(){}")}]
    doc = export(google_tag("1", "G-A1", server_container_url="{{url}}"), variable=runtime)
    assert state("server_container_deployed", doc) is State.WARN
    assert state("google_tags_routed_to_server", doc) is State.PASS


def test_the_tagging_domain() -> None:
    cookie = Cookie("visit.har", 3, "FPID", ".shop.example", "http", 63072000, True)
    short = Cookie("visit.har", 3, "FPID", ".shop.example", "http", 604800, True)
    own = (hit(OWN, "sgtm"),)
    name = "first_party_tagging_domain"
    assert state(name, hits=own, cookies=(cookie,)) is State.PASS
    assert state(name, hits=own, cookies=(short,)) is State.WARN
    assert state(name, hits=own) is State.WARN
    assert state(name, hits=(hit(OWN, "sgtm", 404),), cookies=(cookie,)) is State.WARN
    assert state(name, hits=(hit("www.shop.example", "gateway", party="same_origin"),)) is State.PASS
    assert state(name, hits=(hit("sgtm-1.a.run.app", "sgtm", party="third"),)) is State.FAIL
    assert state(name, web("https://t.other.example"), site=Site(url="https://www.shop.example")) is State.FAIL
    assert state(name, site=Site(tagging_host="t.shop.example")) is State.WARN
    assert state(name) is State.NOT_RUN


@pytest.mark.parametrize(
    ("host", "page", "expected"),
    [
        ("www.shop.co.uk", "www.shop.co.uk", "same_origin"),
        ("t.shop.co.uk", "www.shop.co.uk", "same_site"),
        ("t.other.co.uk", "www.shop.co.uk", "third"),
        ("x.euo.stape.net", "", "third"),
        ("t.shop.co.uk", "", ""),
    ],
)
def test_party_follows_the_registrable_domain(host: str, page: str, expected: str) -> None:
    assert party(host, page) == expected


def test_a_domain_that_only_ends_like_a_provider_is_none() -> None:
    assert provider("notrun.app") == ""
    assert provider("a.run.app") == "Cloud Run"
    assert site_of("T.Shop.Example") == "shop.example"


def test_routing_of_google_tags() -> None:
    name = "google_tags_routed_to_server"
    routed = google_tag("1", "G-A1", server_container_url="https://t.shop.example")
    own_id = tag("2", "Other property", "gaawe", ALL_PAGES, eventName="purchase", measurementIdOverride="G-B2")
    same_id = tag("2", "Same property", "gaawe", ALL_PAGES, eventName="purchase", measurementIdOverride="G-A1")
    assert state(name, export(routed, same_id)) is State.PASS
    assert state(name, export(routed, own_id)) is State.WARN
    assert state(name, export(routed, google_tag("3", "AW-123456789"))) is State.PASS
    assert state(name, export(google_tag("3", "AW-123456789"))) is State.NOT_APPLICABLE
    assert (
        state(name, export(tag("1", "G", "googtag", tagId="G-A1", configSettingsVariable="{{gone}}"))) is State.NOT_RUN
    )


def test_an_event_that_routes_itself_is_partial_routing() -> None:
    rows = [{"parameter": "server_container_url", "parameterValue": "https://t.shop.example"}]
    event = tag("2", "Sale", "gaawe", ALL_PAGES, measurementIdOverride="G-A1", eventSettingsTable=rows)
    assert state("google_tags_routed_to_server", export(google_tag("1", "G-A1"), event)) is State.WARN


def test_the_legacy_configuration_tag_routes_too() -> None:
    legacy = tag(
        "1", "Config", "gaawc", enableSendToServerContainer="true", serverContainerUrl="https://t.shop.example"
    )
    assert state("google_tags_routed_to_server", export(legacy)) is State.PASS


def test_direct_hits() -> None:
    direct = hit("www.google-analytics.com", "direct")
    assert state("no_direct_ga4_hits", hits=(hit(OWN, "sgtm"),)) is State.PASS
    assert state("no_direct_ga4_hits", hits=(hit(OWN, "sgtm"), direct)) is State.WARN
    assert state("no_direct_ga4_hits", hits=(direct,)) is State.FAIL
    assert state("no_direct_ga4_hits") is State.NOT_RUN


def test_the_server_linker_runs_for_every_event_of_a_client() -> None:
    condition = {"type": "CONTAINS", "parameter": params(arg0="{{Client Name}}", arg1="GA4")}
    client = {"triggerId": "5", "type": "ALWAYS", "name": "GA4", "filter": [condition]}
    ads = tag("1", "Ads", "sgtmadsct", "5", conversionId="123456789")
    linker = tag("2", "Linker", "sgtmadscl", "5")
    sale = tag("2", "Linker", "sgtmadscl", "6")
    triggers = [client, trigger("6", "purchase")]
    assert state("conversion_linker", export(ads, linker, side="SERVER", trigger=triggers)) is State.PASS
    assert state("conversion_linker", export(ads, sale, side="SERVER", trigger=triggers)) is State.WARN
    assert state("conversion_linker", export(ads, side="SERVER", trigger=triggers)) is State.FAIL


def test_a_paused_linker_is_no_linker() -> None:
    ads = tag("1", "Ads", "awct", ALL_PAGES, conversionId="123456789")
    linker = tag("2", "Linker", "gclidw", ALL_PAGES, more={"paused": True})
    [finding] = said("conversion_linker", export(ads, linker))
    assert isinstance(finding, Finding)
    assert (finding.state, "paused" in finding.message) == (State.FAIL, True)


def test_orphans() -> None:
    lost = tag("1", "Lost", "html", "99", html="x")
    half = tag("2", "Half", "html", "7", "99", html="x")
    good = tag("3", "Good", "html", "7", html="y")
    triggers = [trigger("7", "purchase")]
    assert state("orphaned_tags", export(lost, good, trigger=triggers)) is State.FAIL
    assert state("orphaned_tags", export(half, good, trigger=triggers)) is State.WARN
    assert state("orphaned_tags", export(lost, good)) is State.NOT_RUN


def test_duplicates_follow_constants_and_ignore_paused_tags() -> None:
    constant = [{"variableId": "1", "name": "id", "type": "c", "parameter": params(value="G-A1")}]
    a = tag("1", "A", "gaawe", ALL_PAGES, eventName="purchase", measurementIdOverride="{{id}}")
    b = tag("2", "B", "gaawe", ALL_PAGES, eventName="purchase", measurementIdOverride="G-A1")
    off = tag("3", "C", "gaawe", ALL_PAGES, eventName="purchase", measurementIdOverride="G-A1", more={"paused": True})
    assert state("duplicate_tags", export(a, b, variable=constant)) is State.FAIL
    assert state("duplicate_tags", export(a, off, variable=constant)) is State.PASS


def test_tags_kept_apart_by_exceptions_are_no_certain_duplicates() -> None:
    apart = {"blockingTriggerId": ["8"]}
    a = tag("1", "A", "html", ALL_PAGES, html="x()")
    b = tag("2", "B", "html", ALL_PAGES, html=" x() ", more=apart)
    assert state("duplicate_tags", export(a, b)) is State.WARN


def test_consent_is_seen_in_exceptions_triggers_and_template_options() -> None:
    name, tool = "consent_settings_missing", tag("9", "CookieYes CMP", "cvt_KDQSW", "2147479572")
    triggers = [trigger("7", "cookie_consent_marketing"), trigger("8", "purchase")]

    def meta(*firing: str, more: dict[str, Any] | None = None, **values: str) -> State:
        return state(name, export(tag("1", "Meta", "cvt_5TP8W", *firing, more=more, **values), tool, trigger=triggers))

    assert meta("8") is State.FAIL
    assert meta("7") is State.PASS
    assert meta("7", "8") is State.FAIL
    assert meta("8", more={"blockingTriggerId": ["7"]}) is State.PASS
    assert meta("8", adStorageConsent="required") is State.PASS
    assert meta("8", adStorageConsent="optional") is State.FAIL
    assert meta("8", consent="{{marketing allowed}}") is State.PASS


@pytest.mark.parametrize(
    "broken",
    [
        tag("1", "A", "cvt_5TP8W", ALL_PAGES, accessToken=TOKEN),
        tag("1", "A", "html", ALL_PAGES, html=f"fetch('https://g.example/?access_token={TOKEN}')"),
        tag(
            "1",
            "A",
            "http_request",
            ALL_PAGES,
            headers=[{"key": "Authorization", "value": "Bearer abcDEF123456ghiJKL7890"}],
        ),
        tag("1", "A", "http_request", ALL_PAGES, requestBody='{"api_secret": "Ab3dEf6hIj9kLm2nOp5q"}'),
        tag("1", f"A {TOKEN}", "html", ALL_PAGES, developerToken="q1W2e3R4t5Y6u7I8o9P0"),
    ],
)
def test_secrets_are_found_and_never_shown(broken: dict[str, Any]) -> None:
    [finding] = said("secrets_in_container", export(broken))
    assert isinstance(finding, Finding)
    assert finding.state is State.FAIL
    for secret in (TOKEN, "abcDEF123456ghiJKL7890", "Ab3dEf6hIj9kLm2nOp5q", "q1W2e3R4t5Y6u7I8o9P0"):
        assert secret[:12] not in repr(finding)


def test_a_secret_in_a_constant_is_found_once() -> None:
    constant = [{"variableId": "1", "name": "token", "type": "c", "parameter": params(value="q1W2e3R4t5Y6u7I8o9P0")}]
    tags = [tag(str(i), f"Meta {i}", "cvt_5TP8W", ALL_PAGES, accessToken="{{token}}") for i in range(3)]
    [finding] = said("secrets_in_container", export(*tags, side="SERVER", variable=constant))
    assert isinstance(finding, Finding)
    assert finding.state is State.WARN
    assert [e.where for e in finding.evidence] == ["0.json variable 1 'token'"]


@pytest.mark.parametrize(
    "value", ["{{token}}", "YOUR_ACCESS_TOKEN_HERE", "REDACTED_SECRET_VALUE", "xxxxxxxxxxxxxxxxxxxx", ""]
)
def test_references_and_placeholders_are_no_secrets(value: str) -> None:
    assert state("secrets_in_container", export(tag("1", "A", "cvt_5TP8W", ALL_PAGES, accessToken=value))) is State.PASS


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the project")
@pytest.mark.parametrize("name", NAMES)
def test_real_exports_are_judged(name: str) -> None:
    for path in sorted(SAMPLES.glob("gtm_*/*.json")):
        for found in said(name, json.loads(path.read_text("utf-8-sig"))):
            assert isinstance(found, Finding | Reason)
