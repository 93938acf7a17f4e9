"""Published containers: what a site's gtm.js tells of its container, and what damaged or hostile ones do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tagparity import audit
from tagparity.core.container import Container
from tagparity.core.errors import EvidenceError
from tagparity.gtm.firing import Firing
from tagparity.gtm.lineage import trace
from tagparity.readers import published

URL = ["list", ["map", "parameter", "server_container_url", "parameterValue", "https://t.shop.example"]]
IDS = ["list", ["map", "parameter", "event_id", "parameterValue", ["macro", 1]]]
RESOURCE: dict[str, Any] = {
    "version": "42",
    "macros": [
        {"function": "__e"},
        {"function": "__v", "vtp_name": "event_id", "vtp_dataLayerVersion": 2},
        {"function": "__u", "vtp_component": "PATH"},
        {"function": "__cvt_M63B8"},
    ],
    "tags": [
        {"function": "__googtag", "tag_id": 3, "once_per_load": True, "vtp_tagId": "G-ABC1234567", "vtp_configSettingsTable": URL},
        {"function": "__gaawe", "tag_id": 4, "priority": 7, "consent": ["list", "ad_storage"], "vtp_eventName": "purchase",
         "vtp_measurementIdOverride": "G-ABC1234567", "vtp_eventSettingsTable": IDS, "setup_tags": ["list", ["tag", 3, 1]]},
        {"function": "__paused", "tag_id": 5, "vtp_originalTagType": "awct"},
        {"function": "__html", "tag_id": 6, "vtp_html": ["template", "<script>track('", ["escape", ["macro", 1], 7], "')</script>"]},
        {"function": "__cvt_5RM3Q", "tag_id": 7, "vtp_pixelId": "1234567890"},
    ],
    "predicates": [
        {"function": "_eq", "arg0": ["macro", 0], "arg1": "gtm.js"},
        {"function": "_eq", "arg0": ["macro", 0], "arg1": "purchase"},
        {"function": "_re", "arg0": ["macro", 2], "arg1": "^/de", "ignore_case": True},
    ],
    "rules": [
        [["if", 0], ["add", 0, 3]],
        [["if", 1], ["unless", 2], ["add", 1, 4]],
        [["if", 1, 2], ["block", 1]],
    ],
}  # fmt: skip


def script(resource: Any = RESOURCE, more: str = "") -> str:
    data = {"resource": resource, "runtime": [[50, "__x", [46, "a"]]], "blob": {"5": "GTM-SHOP123", "6": "319694"}}
    text = json.dumps(data).replace("<script>", "\\x3cscript\\x3e").replace("'", "\\'")
    return f"// Copyright 2012 Google Inc.\n(function(){{\n\nvar data = {text}{more};\nvar a=function(){{}};}})();"


@pytest.fixture(scope="module")
def container() -> Container:
    return published.read("gtm.js", script())


def test_what_a_script_tells(container: Container) -> None:
    assert (container.origin, container.public_id, container.container_id, container.version) == (
        "published",
        "GTM-SHOP123",
        "319694",
        "42",
    )
    assert [t.type for t in container.tags] == ["googtag", "gaawe", "awct", "html", "cvt_5RM3Q"]
    assert [t.paused for t in container.tags] == [False, False, True, False, False]
    event = container.tags[1]
    assert (event.consent_types, event.priority, event.setup) == (("ad_storage",), 7, ("html 6",))
    assert container.tags[4].template == "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel"
    assert container.partial == (published.NOTE,)


def test_escapes_of_javascript_are_undone(container: Container) -> None:
    assert container.tags[3].params["html"] == "<script>track('{{v event_id #1}}')</script>"


def test_rules_become_triggers(container: Container) -> None:
    firing = Firing(container)
    assert firing.events(container.tags[0]) == {"gtm.js"}
    assert firing.everywhere(container.tags[0])
    assert firing.events(container.tags[1]) == {"purchase"}
    assert firing.matches(container.tags[1], "gtm.js") is False
    condition = next(c for t in container.triggers for c in t.conditions if c[3])
    assert condition == ("MATCH_REGEX", "{{u PATH #2}}", "(?i)^/de", True)
    assert container.tags[1].blocking == ("2",)


def test_routes_and_ids_are_traced(container: Container) -> None:
    lineage = trace([container])
    (route,) = [r for r in lineage.routes if r.event == "purchase" and r.server]
    assert route.to == "t.shop.example"


def test_the_audit_takes_it_as_a_container(tmp_path: Path) -> None:
    (tmp_path / "anything.txt").write_text(script())
    result = audit(tmp_path)
    assert result.evidence[0].kind == "gtm_web"
    assert published.NOTE in result.evidence[0].notes
    assert not [o for o in result.outcomes if o.state.value == "error"]


def test_a_script_of_ga4_settings() -> None:
    tags = [
        {"function": "__ogt_cross_domain", "tag_id": 1, "vtp_rules": ["list", "shop.example"]},
        {"function": "__ccd_em_scroll"},
    ]
    found = published.read(
        "gtag.js", script({"version": "1", "macros": [], "tags": tags, "predicates": [], "rules": []})
    )
    assert [(t.type, t.params.get("rules")) for t in found.tags] == [
        ("ogt_cross_domain", ["shop.example"]),
        ("ccd_em_scroll", None),
    ]


@pytest.mark.parametrize("length", [60, 200, 700, 1200])
def test_a_script_cut_off_is_refused(length: int) -> None:
    with pytest.raises(EvidenceError, match="save"):
        published.read("gtm.js", script()[:length])


DEEP: Any = "x"
for _ in range(500):
    DEEP = ["list", DEEP]
ODD: list[Any] = [
    {"tags": [None, 3, [], {"function": 7}, {"vtp_a": DEEP}, {"function": "__html", "consent": "x", "priority": "y", "setup_tags": 4}]},
    {"tags": [{"function": "__gaawe", "vtp_eventName": ["macro", 99]}], "macros": "x", "rules": [[["add", 5]], 3, [["if", -1, 900]], [[]]]},
    {"tags": [{"function": "__gaawe"}], "macros": [{"function": "__v", "vtp_name": ["macro", 0]}], "rules": [[["if", 0], ["add", 0]]],
     "predicates": [{"function": ["x"], "arg0": ["macro"], "arg1": {"a": 1}}]},
    {"tags": [{"function": "__x", "vtp_t": ["template", ["map", 1, 2, 3], ["escape"], ["zb", 1], True, None, 1.5]}]},
]  # fmt: skip


@pytest.mark.parametrize("resource", ODD)
def test_odd_scripts_are_read_or_refused(resource: Any) -> None:
    try:
        found = published.read("gtm.js", script(resource))
    except EvidenceError:
        return
    trace([found])
    assert all(Firing(found).events(t) is not False for t in found.tags)


def test_names_cannot_end_a_reference() -> None:
    resource = {
        **RESOURCE,
        "macros": [{"function": "__v", "vtp_name": "a}} {{b"}, {"function": "__v", "vtp_name": "jane@shop.example"}],
    }
    found = published.read("gtm.js", script(resource))
    assert not any("}" in v.name or "jane" in v.name for v in found.variables)


@pytest.mark.parametrize(
    "text", ["var data = 3;", "var data = {};", '(function(){ var data = {"a": 1} })()', 'var x = {"resource": 1}']
)
def test_other_scripts_are_none(text: str) -> None:
    assert not published.sniff(text)
