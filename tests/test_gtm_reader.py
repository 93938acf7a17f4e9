"""The GTM reader: every form an export comes in, and hostile ones."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tagparity.checks.sgtm._samples import export, google_tag, params, tag, trigger
from tagparity.core.container import Container
from tagparity.core.errors import EvidenceError
from tagparity.gtm.values import Values
from tagparity.readers import gtm
from tagparity.readers._gtm_shape import MAX_DEPTH, MAX_OBJECTS, enum

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
INFO = (
    '___INFO___\n\n{"displayName": "My CAPI", "id": "cvt_temp_public_id", "containerContexts": ["SERVER"]}\n\n'
    "___NOTES___"
)


def one(doc: dict[str, Any]) -> Container:
    assert gtm.sniff(doc)
    [container] = gtm.read("web.json", doc)
    return container


def test_an_export_as_tag_manager_writes_it() -> None:
    more = {
        "tagFiringOption": "ONCE_PER_EVENT",
        "priority": {"type": "INTEGER", "value": "5"},
        "paused": True,
        "blockingTriggerId": ["8"],
        "setupTag": [{"tagName": "Prepare"}],
        "consentSettings": {
            "consentStatus": "NEEDED",
            "consentType": {"type": "LIST", "list": [{"type": "TEMPLATE", "value": "ad_storage"}]},
        },
    }
    tag_doc = tag("1", "Sale", "awct", "7", more=more, conversionId="123")
    found = one(export(tag_doc, trigger=[trigger("7", "purchase")]))
    [sale], [purchase] = found.tags, found.triggers
    assert (found.side, found.public_id, found.exported) == ("web", "GTM-WEB123", "2026-09-01 10:00:00")
    assert (sale.firing, sale.blocking, sale.once, sale.priority, sale.paused) == (
        ("7",),
        ("8",),
        "ONCE_PER_EVENT",
        5,
        True,
    )
    assert (sale.consent_status, sale.consent_types, sale.setup) == ("NEEDED", ("ad_storage",), ("Prepare",))
    assert sale.params == {"conversionId": "123"}
    assert (purchase.type, purchase.event) == ("CUSTOM_EVENT", "purchase")
    assert purchase.conditions == (("EQUALS", "{{_event}}", "purchase", False),)
    assert found.where(sale) == "web.json tag 1 'Sale'"


def test_an_api_dump_has_no_envelope_and_other_spellings() -> None:
    found = one(
        {
            "containerId": "42",
            "containerVersionId": "3",
            "container": {"publicId": "GTM-ABC1234", "usageContext": ["server"]},
            "tag": [
                {"tagId": 7, "name": "Sale", "type": "sgtmadsct", "tagFiringOption": "oncePerEvent", "parameter": None}
            ],
            "trigger": [{"triggerId": 9, "type": "domReady", "name": "Ready"}],
            "client": [{"clientId": "1", "type": "gaaw_client", "priority": 3}],
        }
    )
    assert (found.side, found.version, found.container_id) == ("server", "3", "42")
    assert (found.tags[0].id, found.tags[0].once) == ("7", "ONCE_PER_EVENT")
    assert (found.triggers[0].type, found.triggers[0].event) == ("DOM_READY", "gtm.dom")
    assert found.clients[0].priority == 3


def test_format_1_3_has_rules_and_macros() -> None:
    found = one(
        {
            "exportFormatVersion": 1.3,
            "containerVersion": {
                "container": {"publicId": "GTM-OLD1234", "usageContext": "web", "enabledBuiltInVariable": ["pageUrl"]},
                "tag": [{"tagId": "1", "name": "UA", "type": "ua", "firingRuleId": ["5"]}],
                "rule": [
                    {
                        "ruleId": "5",
                        "name": "Thanks",
                        "condition": [{"type": "equals", "parameter": params(arg0="{{event}}", arg1="gtm.js")}],
                    }
                ],
                "macro": [{"macroId": "2", "name": "url", "type": "u"}],
            },
        }
    )
    assert found.tags[0].firing == ("5",)
    assert (found.triggers[0].id, found.triggers[0].event) == ("5", "gtm.js")
    assert (found.variables[0].kind, found.variables[0].id) == ("variable", "2")
    assert found.builtins == ("Page URL",)


@pytest.mark.parametrize(
    ("version", "side"),
    [
        ({"tag": [{"tagId": "1", "type": "sgtmgaaw"}]}, "server"),
        ({"client": [{"clientId": "1", "type": "gaaw_client"}]}, "server"),
        ({"tag": [{"tagId": "1", "type": "ua_amp"}]}, "amp"),
        ({"tag": [{"tagId": "1", "type": "html"}]}, "web"),
        ({"container": {"usageContext": ["ANDROID_SDK_5"]}, "tag": [{"tagId": "1", "type": "html"}]}, "androidsdk5"),
    ],
)
def test_the_side_is_told_by_what_only_one_side_holds(version: dict[str, Any], side: str) -> None:
    assert one({"containerVersion": version}).side == side


def test_custom_types_are_resolved_to_their_template() -> None:
    gallery = {"owner": "stape-io", "repository": "facebook-tag", "galleryTemplateId": "5TP8W"}
    templates: list[dict[str, Any]] = [
        {"templateId": "10", "name": "Facebook", "galleryReference": gallery},
        {"templateId": "11", "containerId": "42", "name": "hand-imported", "templateData": INFO},
    ]
    tags = [
        tag(str(i), str(i), t) for i, t in enumerate(["cvt_5TP8W", "cvt_42_10", "cvt_42_11", "cvt_99_11", "cvt_ZZZZZ"])
    ]
    doc = export(*tags, customTemplate=templates)
    doc["containerVersion"]["containerId"] = "42"
    found = one(doc)
    assert [t.template for t in found.tags] == ["stape-io/facebook-tag"] * 2 + ["My CAPI"] * 2 + [""]
    assert "1 custom template not included" in found.partial


def test_what_makes_an_export_partial_is_said() -> None:
    found = one(export(tag("1", "Sale", "html", "77", html="{{Gone}} {{Page URL}} {{_event}}"), side="SERVER"))
    assert set(found.partial) == {"no clients", "1 trigger that is used but not included", "2 undefined variables"}


def test_the_server_address_is_followed_through_variables() -> None:
    host = {"variableId": "1", "name": "host", "type": "c", "parameter": params(value="t.shop.example")}
    url = {"variableId": "2", "name": "url", "type": "c", "parameter": params(value="https://{{host}}")}
    rows = [{"parameter": "server_container_url", "parameterValue": "{{url}}"}]
    shared = {"variableId": "3", "name": "settings", "type": "gtcs", "parameter": params(configSettingsTable=rows)}
    googtag = tag("1", "Google tag", "googtag", tagId="G-A1", configSettingsVariable="{{settings}}")
    assert one(export(googtag, variable=[host, url, shared])).server_urls == ("https://t.shop.example",)


def test_variables_that_refer_to_themselves_end() -> None:
    loop = {"variableId": "1", "name": "a", "type": "c", "parameter": params(value="{{a}}{{a}}")}
    table = {
        "variableId": "2",
        "name": "t",
        "type": "smm",
        "parameter": params(map=[{"key": "x", "value": "1"}], defaultValue="2"),
    }
    values = Values(one(export(google_tag("1", "G-A1"), variable=[loop, table])))
    assert values.resolve("{{a}}") == ()
    assert set(values.resolve("{{t}}")) == {"1", "2"}


def test_names_leave_the_reader_masked_and_visible() -> None:
    found = one(export(tag("1", "jane.doe@shop.example \x1b[31m", "html")))
    assert "@" not in found.tags[0].name
    assert "\x1b" not in found.tags[0].name


@pytest.mark.parametrize(
    "doc",
    [
        None,
        [],
        {},
        {"log": {"entries": []}},
        {"data": [{"event_name": "Purchase"}]},
        {"tag": "x", "type": "y"},
        {"containerVersion": 3},
        {"events": [{"name": "purchase", "params": {}}]},
    ],
)
def test_other_documents_are_not_taken_for_containers(doc: object) -> None:
    assert not gtm.sniff(doc)


def test_too_deep_and_too_large_is_one_clear_error() -> None:
    deep: list[Any] = []
    for _ in range(MAX_DEPTH + 10):
        deep = [deep]
    with pytest.raises(EvidenceError, match="nested deeper"):
        gtm.read("web.json", export(tag("1", "Sale", "html"), folder=deep))
    with pytest.raises(EvidenceError, match="more than"):
        gtm.read("web.json", export(tag("1", "Sale", "html"), folder=[{}] * (MAX_OBJECTS + 1)))
    with pytest.raises(EvidenceError, match="containerVersion"):
        gtm.read("web.json", {"exportFormatVersion": 2})


def test_a_large_container_is_read_in_seconds() -> None:
    variables = [{"variableId": str(i), "name": f"v{i}", "type": "c"} for i in range(20_000)]
    tags = [google_tag(str(i), f"G-{i}", server_container_url=f"{{{{v{i}}}}}") for i in range(10_000)]
    began = time.monotonic()
    assert len(one(export(*tags, variable=variables)).tags) == 10_000
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("written", "folded"), [("oncePerEvent", "ONCE_PER_EVENT"), ("pageview", "PAGEVIEW"), (None, "")]
)
def test_enums_fold(written: object, folded: str) -> None:
    assert enum(written) == folded


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield node, key
        yield from _places(value)


@pytest.mark.parametrize("seed", range(200))
def test_any_value_may_have_the_wrong_type(seed: int) -> None:
    """Five random places of a good export get a value of another type; reading must not raise."""
    choose = random.Random(seed)
    table = [{"parameter": "server_container_url", "parameterValue": "{{x}}"}]
    more = {
        "consentSettings": {"consentStatus": "NEEDED", "consentType": {"list": [{"value": "a"}]}},
        "setupTag": [{"tagName": "a"}],
    }
    doc = copy.deepcopy(
        export(
            tag("1", "Google tag", "googtag", "7", more=more, tagId="G-A1", configSettingsTable=table),
            trigger=[trigger("7", "x")],
            variable=[{"variableId": "1", "name": "x", "type": "c", "parameter": params(value="https://t.example")}],
            customTemplate=[
                {"templateId": "1", "templateData": INFO, "galleryReference": {"owner": "a", "repository": "b"}}
            ],
        )
    )
    for _ in range(5):
        node, key = choose.choice(list(_places(doc["containerVersion"])))
        node[key] = choose.choice([None, 7, 1.5, True, "text", [], {}, [[1]], [None], {"a": {"b": 1}}, [{"key": 3}]])
    if gtm.sniff(doc):
        assert gtm.read("web.json", doc)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the project")
def test_real_exports_are_read() -> None:
    for path in sorted(SAMPLES.glob("gtm_*/*.json")):
        container = one(json.loads(path.read_text("utf-8-sig")))
        assert container.side == path.parent.name.removeprefix("gtm_")
        assert container.tags or "no tags" in container.partial
        assert not [t.name for t in container.tags if t.type.startswith("cvt_") and not t.template]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="no samples beside the project")
def test_no_other_sample_is_taken_for_a_container() -> None:
    for path in (p for folder in ("payloads", "har", "walks") for p in sorted((SAMPLES / folder).iterdir())):
        try:
            doc = json.loads(path.read_text("utf-8-sig"))
        except ValueError:
            continue
        assert not gtm.sniff(doc), path.name
