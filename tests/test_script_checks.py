"""Checks over custom code: one finding per cause, nothing on paused tags, nothing on what is right."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tagparity.checks.sgtm._samples import ALL_PAGES, export, params, tag
from tagparity.core.container import Containers
from tagparity.core.outcome import Finding
from tagparity.readers import gtm

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples" / "gtm_web"
CHECKS = (
    "sgtm.pixels_in_custom_html",
    "sgtm.unversioned_scripts",
    "sgtm.evaluated_strings",
    "sgtm.scripts_read_forms_or_cookies",
    "sgtm.setup_tags_that_track",
    "dedup.pixel_without_event_id",
)
BAD = (
    "fbq('track', 'Lead', {}); eval('{{Q}}'); localStorage.setItem('m', document.getElementById('email').value);"
    "$.getScript('https://unpkg.com/lib');"
)


def findings(id: str, *docs: dict[str, Any]) -> list[Finding]:
    check = getattr(import_module(f"tagparity.checks.{id}"), id.rsplit(".", 1)[-1])
    containers = Containers(c for i, doc in enumerate(docs) for c in gtm.read(f"{i}.json", doc))
    return [f for f in check.judge(containers) if isinstance(f, Finding)]


def page(*, paused: bool, number: str = "1") -> dict[str, Any]:
    more = {"paused": True} if paused else {}
    return tag(number, f"Code {number}", "html", ALL_PAGES, more=more, html=f"<script>{BAD}</script>")


SERVER = export(tag("5", "Meta CAPI", "cvt_5TP8W", "9", pixelId="1234567890"), side="SERVER")


@pytest.mark.parametrize("id", [c for c in CHECKS if "setup" not in c])
def test_one_finding_lists_all_tags_and_paused_ones_are_left_alone(id: str) -> None:
    [found] = findings(id, export(page(paused=False), page(paused=False, number="2")), SERVER)
    assert [e.where.split(" ", 1)[1] for e in found.evidence] == ["tag 1 'Code 1'", "tag 2 'Code 2'"]
    assert findings(id, export(page(paused=True)), SERVER) == []


def test_values_never_reach_a_finding() -> None:
    code = "document.cookie = 'k=EAAsecretvalue'; eval('token-4711'); dataLayer.push({a: $('#email-4711').val()});"
    doc = export(tag("1", "Code", "html", ALL_PAGES, html=f"<script>{code}</script>"), variable=[])
    said = repr([f for id in CHECKS for f in findings(id, doc, SERVER)])
    assert "4711" not in said
    assert "EAAsecret" not in said


def test_a_paused_main_tag_has_no_sequence() -> None:
    lead = tag("2", "Lead", "gaawe", eventName="generate_lead")
    sequence = {"teardownTag": [{"tagName": "Lead"}]}
    assert findings("sgtm.setup_tags_that_track", export(tag("1", "Ads", "awct", "7", more=sequence), lead))
    assert not findings(
        "sgtm.setup_tags_that_track", export(tag("1", "Ads", "awct", "7", more=sequence | {"paused": True}), lead)
    )


def test_another_platforms_pixel_needs_no_id_for_this_server() -> None:
    pixel = tag("1", "Pin", "html", ALL_PAGES, html="<script>pintrk('track', 'checkout', {value: 1});</script>")
    assert findings("dedup.pixel_without_event_id", export(pixel), SERVER) == []


def test_a_variable_used_through_another_one() -> None:
    form = "function() { return document.querySelector('#email').value; }"
    variables = [
        {"variableId": "1", "name": "A", "type": "jsm", "parameter": params(javascript=form)},
        {"variableId": "2", "name": "B", "type": "jsm", "parameter": params(javascript="function(){return {{A}};}")},
    ]
    using = tag("1", "Data tag", "cvt_TP9DP", ALL_PAGES, email="{{B}}")
    [found] = findings("sgtm.scripts_read_forms_or_cookies", export(using, variable=variables))
    assert "'A'" in found.message


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs real containers")
def test_findings_on_real_containers() -> None:
    """Each was read against its file on 2026-11-25."""
    said = {}
    for path in sorted(SAMPLES.glob("*.json")):
        doc = json.loads(path.read_text(encoding="utf-8"))
        said[path.stem] = [id for id in CHECKS for _ in findings(id, doc)]
    forms = "sgtm.scripts_read_forms_or_cookies"
    assert {k: v for k, v in said.items() if v} == {
        "dakiell__gtm-template__GTM-WEB@f94cc3d2": [forms],
        "guilhermemarketing__gui-marketing-skills__GTM-Web_Modelo_Leads_2025_guimarketing": [forms, forms],
        "kyle-williams-kubix__GTM-containers__webGTM_-_Base_GA_DT_KBX": [forms],
        "kyle-williams-kubix__GTM-containers__webGTM_-_Base_GA_DT_KBX@6383730d": [forms],
    }
