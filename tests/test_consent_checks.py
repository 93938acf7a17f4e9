"""Consent, linker and redaction checks on containers: what they must not invent, and what odd shapes do to them."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import pytest

from tagparity.checks import catalogue
from tagparity.checks.sgtm._samples import ALL_PAGES, export, google_tag, params, tag, trigger
from tagparity.core.container import Containers
from tagparity.core.outcome import Finding, Reason, State, worst
from tagparity.gtm.consent import Gates
from tagparity.gtm.google import domains, links_by_itself, stage
from tagparity.gtm.values import Values
from tagparity.readers import gtm

NAMES = (
    "conversion_linker",
    "consent_settings_missing",
    "consent_handled_in_container",
    "consent_default_before_tags",
    "consent_default_complete",
    "consent_types_known",
    "analytics_tag_redacts",
    "enhanced_conversions_have_data",
    "event_names_known",
    "purchase_parameters_complete",
)
SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
INIT, CONSENT_INIT = "2147479573", "2147479572"


def read(*docs: dict[str, Any]) -> Containers:
    return Containers(c for i, d in enumerate(docs) for c in gtm.read(f"{i}.json", d))


def said(name: str, containers: Containers) -> list[Finding | Reason]:
    judge = catalogue()[name].check.judge
    assert judge
    hints = typing.get_type_hints(judge)
    return list(judge(**{k: containers for k, v in hints.items() if v is Containers}))


def findings(name: str, *docs: dict[str, Any]) -> list[Finding]:
    return [f for f in said(name, read(*docs)) if isinstance(f, Finding)]


def test_a_trigger_on_a_variable_of_consent_is_a_gate() -> None:
    condition = {"type": "CONTAINS", "parameter": params(arg0="{{status}}", arg1="G11")}
    asking = {"triggerId": "9", "name": "allowed", "type": "CUSTOM_EVENT", "filter": [condition]}
    status = {"variableId": "1", "name": "status", "type": "ed", "parameter": params(keyPath="x-ga-gcs")}
    meta = tag("1", "Meta CAPI", "cvt_5TP8W", "9", pixelId="1", adStorageConsent="optional")
    doc = export(meta, side="SERVER", trigger=[asking], variable=[status])
    container = read(doc)[0]
    assert Gates(container).waits(container.tags[0])
    assert findings("consent_settings_missing", doc) == []
    status["parameter"] = params(keyPath="client_id")
    assert findings("consent_settings_missing", doc)


def test_a_trigger_group_that_never_ends_is_no_trap() -> None:
    group = {"triggerId": "9", "name": "g", "type": "TRIGGER_GROUP", "parameter": params(triggerIds=[{"value": "9"}])}
    container = read(export(tag("1", "Pixel", "html", "9", html="<p></p>"), trigger=[group]))[0]
    assert not Gates(container).waits(container.tags[0])


def test_moments_of_a_page() -> None:
    container = read(export(tag("1", "a", "html", ALL_PAGES, CONSENT_INIT), tag("2", "b", "html")))[0]
    assert [stage(container, t) for t in container.tags] == [0, 3]


def test_who_links_by_itself() -> None:
    docs = [
        (google_tag("1", "AW-1"), True),
        (google_tag("1", "GT-ABC"), True),
        (google_tag("1", "G-ABC"), False),
        (google_tag("1", "DC-1", conversion_linker="false"), False),
        (google_tag("1", "{{at run time}}"), None),
    ]
    for doc, expected in docs:
        container = read(export(doc))[0]
        assert links_by_itself(Values(container), container.tags[0]) is expected


def test_linker_domains() -> None:
    assert domains(".shop.example, www.pay.example") == {"shop.example", "pay.example"}
    assert domains(None) == frozenset()


def test_google_tags_that_wait_are_not_too_early() -> None:
    code = "<script>gtag('consent','default',{ad_storage:'denied'});</script>"
    needed = {
        "consentSettings": {
            "consentStatus": "NEEDED",
            "consentType": {"type": "LIST", "list": [{"value": "ad_storage"}]},
        }
    }
    default = tag("3", "Default", "html", ALL_PAGES, html=code)
    early = google_tag("1", "G-ABC1234567") | {"firingTriggerId": [INIT]}
    assert findings("consent_default_before_tags", export(early, default))
    assert findings("consent_default_before_tags", export(early | needed, default)) == []


def test_a_default_run_as_setup_tag_comes_first() -> None:
    code = "<script>gtag('consent','default',{ad_storage:'denied'});</script>"
    default = tag("3", "Default", "html", html=code)
    google = google_tag("1", "G-ABC1234567") | {"setupTag": [{"tagName": "Default"}]}
    assert findings("consent_default_before_tags", export(google, default)) == []


def test_paused_tags_are_not_judged() -> None:
    pixel = tag(
        "1", "Pixel", "html", ALL_PAGES, more={"paused": True}, html="<script>fbq('track','purchase');</script>"
    )
    sale = tag("2", "Ads", "awct", "7", more={"paused": True}, conversionId="1")
    doc = export(pixel, sale, trigger=[trigger("7", "purchase")])
    assert [n for n in NAMES if findings(n, doc)] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("odd", [None, "x", 7, [], [None], {"a": [1]}], ids=repr)
def test_odd_shapes_end_in_no_error(name: str, odd: Any) -> None:
    types = ("googtag", "gaawe", "awct", "sgtmgaaw", "html", "cvt_5TP8W", "cvt_5RM3Q", "gclidw")
    keys = ("tagId", "eventSettingsTable", "eventName", "epToExclude", "html", "conversionValue", "objectPropertyList")
    tags = [
        {"tagId": str(i), "name": t, "type": t, "firingTriggerId": ["9"],
         "parameter": [{"key": k, "type": "TEMPLATE", "value": odd} for k in keys]}
        for i, t in enumerate(types)
    ]  # fmt: skip
    for side in ("WEB", "SERVER"):
        worst([f.state for f in said(name, read(export(*tags, side=side)))] or [State.PASS])


def _sample(part: str) -> Containers:
    found = sorted(SAMPLES.glob(f"gtm_*/{part}"))
    if not found:
        pytest.skip("the sample containers are not here")
    return Containers(gtm.read(found[0].name, json.loads(found[0].read_text("utf-8-sig"))))


def test_a_shop_whose_purchase_has_no_items() -> None:
    (finding,) = [
        f for f in said("purchase_parameters_complete", _sample("zlf0308*ga4__GTM.json")) if isinstance(f, Finding)
    ]
    assert "items" in finding.message
    assert "currency" not in finding.message


def test_a_default_that_grants_everything() -> None:
    containers = _sample("nivmalach*Container.json")
    assert [f for f in said("consent_default_before_tags", containers) if isinstance(f, Finding)] == []
    (finding,) = [f for f in said("consent_default_complete", containers) if isinstance(f, Finding)]
    assert "grants ad_storage" in finding.message
