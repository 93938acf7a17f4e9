"""The way of a field from the page to a vendor, on containers made for it and on real pairs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tagparity import audit
from tagparity.checks.sgtm._samples import clean_server, clean_web, params
from tagparity.core.lineage import Fate, Flow, Lineage, Stability
from tagparity.gtm.ids import stability
from tagparity.gtm.lineage import trace
from tagparity.readers import gtm

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


def traced(*docs: dict[str, Any]) -> Lineage:
    return trace([c for i, d in enumerate(docs) for c in gtm.read(f"{i}.json", d)])


def flow(lineage: Lineage, side: str, field: str, platform: str = "meta", event: str = "purchase") -> Flow:
    (found,) = [f for f in lineage.flows if (f.platform, f.side, f.event, f.field) == (platform, side, event, field)]
    return found


def texts(found: Flow) -> list[str]:
    return [s.text for s in found.steps]


ROW = {"name": "em", "value": "{{ed - em}}"}


def test_the_way_of_an_address() -> None:
    found = flow(traced(clean_web(), clean_server(userDataList=[ROW])), "server", "em")
    assert found.fate is Fate.SUPPLIED
    assert found.vendor_field == "user_data.em"
    assert texts(found) == [
        "data layer key 'user.email'",
        "{{dlv - email}}",
        "tag 'GA4 purchase'",
        "parameter ep.user_data.email_address",
        "client 'GA4'",
        "{{ed - em}}",
        "tag 'Meta CAPI'",
    ]


def test_what_is_not_mapped_the_template_finds_by_itself() -> None:
    found = flow(traced(clean_web(), clean_server()), "server", "em")
    assert (found.fate, found.mapped) == (Fate.SUPPLIED, False)


def test_an_empty_row_loses_what_the_template_would_find() -> None:
    found = flow(traced(clean_web(), clean_server(userDataList=[{"name": "em", "value": ""}])), "server", "em")
    assert (found.fate, found.mapped) == (Fate.LOST, True)
    assert "is empty" in texts(found)[-1]


def test_money_comes_from_ecommerce() -> None:
    lineage = traced(clean_web(), clean_server())
    assert flow(lineage, "server", "value").fate is Fate.SUPPLIED
    assert flow(lineage, "server", "order_id").stability is Stability.PER_ORDER


def transformation(kind: str, table: str, column: str, name: str, **more: str) -> dict[str, Any]:
    rows = [{column: name}]
    return {
        "transformation": [
            {"transformationId": "1", "name": "strip", "type": kind, "parameter": params(**{table: rows}, **more)}
        ]
    }


@pytest.mark.parametrize(
    ("more", "fate"),
    [
        (transformation("tf_exclude_params", "excludedParamsTable", "excludedParams", "user_data"), Fate.LOST),
        (transformation("tf_exclude_params", "excludedParamsTable", "excludedParams", "items"), Fate.SUPPLIED),
        (transformation("tf_allow_params", "allowedParamsTable", "allowedParams", "event_id"), Fate.LOST),
        (transformation("tf_allow_params", "allowedParamsTable", "allowedParams", "user_data.email_address"), Fate.SUPPLIED),
        (transformation("tf_exclude_params", "excludedParamsTable", "excludedParams", "user_data", allTagsExcept="false"), Fate.SUPPLIED),
        (transformation("tf_exclude_params", "excludedParamsTable", "excludedParams", "user_data", matchingConditionsEnabled="true"), Fate.UNKNOWN),
    ],
)  # fmt: skip
def test_transformations(more: dict[str, Any], fate: Fate) -> None:
    assert flow(traced(clean_web(), clean_server(more=more)), "server", "em").fate is fate


def test_without_the_page_nothing_is_said_to_be_missing() -> None:
    lineage = traced(clean_server(userDataList=[ROW]))
    assert {f.fate for f in lineage.flows if f.field in ("em", "event_id", "value")} == {Fate.UNKNOWN}
    assert any("No web container" in n for n in lineage.notes)


def test_an_unknown_client_makes_everything_unknown() -> None:
    doc = clean_server(userDataList=[{"name": "em", "value": "{{ed - nowhere}}"}])
    doc["containerVersion"]["client"] = [{"clientId": "1", "name": "Odd", "type": "cvt_1_99"}]
    lineage = traced(clean_web(), doc)
    assert flow(lineage, "server", "em").fate is Fate.UNKNOWN
    assert all(r.taken is None for r in lineage.routes)


def test_a_field_no_client_makes_is_never_there() -> None:
    found = flow(
        traced(clean_web(), clean_server(userDataList=[{"name": "em", "value": "{{ed - nowhere}}"}])), "server", "em"
    )
    assert (found.fate, found.mapped) == (Fate.NEVER, True)


def test_an_unknown_template_is_named_and_not_judged() -> None:
    doc = clean_server()
    doc["containerVersion"]["tag"][0]["type"] = "cvt_1_77"
    lineage = traced(clean_web(), doc)
    assert not [f for f in lineage.flows if f.side == "server"]
    assert any("nothing is known of the templates" in n for n in lineage.notes)


def test_routes_say_who_takes_an_event() -> None:
    (route,) = [r for r in traced(clean_web(pixel=False), clean_server()).routes if r.event == "purchase"]
    assert (route.to, route.server, len(route.taken or ())) == ("t.shop.example", True, 1)


VARIABLES: dict[str, tuple[str, dict[str, str], Stability]] = {
    "constant": ("c", {"value": "42"}, Stability.CONSTANT),
    "random": ("r", {}, Stability.PER_READ),
    "key": ("v", {"name": "event_id"}, Stability.PER_EVENT),
    "counter": ("v", {"name": "gtm.uniqueEventId"}, Stability.COUNTER),
    "order": ("v", {"name": "ecommerce.transaction_id"}, Stability.PER_ORDER),
    "cookie": ("k", {"name": "_ga"}, Stability.PER_VISITOR),
    "code": ("jsm", {"javascript": "function(){return Date.now()}"}, Stability.PER_READ),
    "kept": ("jsm", {"javascript": "function(){window.x = window.x || Math.random(); return window.x}"}, Stability.PER_PAGE),
    "wrapped": ("jsm", {"javascript": "function(){return String({{key}})}"}, Stability.PER_EVENT),
    "other": ("v", {"name": "colour"}, Stability.UNKNOWN),
}  # fmt: skip


def ids() -> dict[str, Any]:
    doc = clean_web()
    doc["containerVersion"]["variable"] = [
        {"variableId": str(n), "name": name, "type": kind, "parameter": params(**given)}
        for n, (name, (kind, given, _)) in enumerate(VARIABLES.items())
    ]
    return doc


@pytest.mark.parametrize("name", VARIABLES)
def test_how_a_source_behaves(name: str) -> None:
    (container,) = gtm.read("web.json", ids())
    assert stability(container, f"{{{{{name}}}}}")[0] is VARIABLES[name][2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fixed", Stability.CONSTANT),
        ("{{key}}-{{random}}", Stability.PER_READ),
        ("{{kept}}_{{counter}}", Stability.PER_EVENT),
        ("order-{{order}}", Stability.PER_ORDER),
        ("{{cookie}}.{{counter}}", Stability.COUNTER),
        ("{{other}}-{{constant}}", Stability.UNKNOWN),
        ("{{missing}}", Stability.UNKNOWN),
    ],
)
def test_several_values_in_one_text(text: str, expected: Stability) -> None:
    (container,) = gtm.read("web.json", ids())
    assert stability(container, text)[0] is expected


def test_a_variable_that_names_itself_ends() -> None:
    doc = clean_web()
    doc["containerVersion"]["variable"].append(
        {
            "variableId": "5",
            "name": "loop",
            "type": "jsm",
            "parameter": params(javascript="function(){return {{loop}}}"),
        }
    )
    doc["containerVersion"]["tag"][1]["parameter"] = params(
        eventName="{{loop}}", eventSettingsTable=[{"parameter": "event_id", "parameterValue": "{{loop}}"}]
    )
    assert traced(doc, clean_server()).routes


def test_a_large_container_is_traced_in_time() -> None:
    doc = clean_web()
    version = doc["containerVersion"]
    version["tag"] += [{**version["tag"][1], "tagId": str(100 + n), "name": f"copy {n}"} for n in range(1500)]
    version["variable"] += [
        {"variableId": str(1000 + n), "name": f"v{n}", "type": "v", "parameter": params(name=f"key{n}")}
        for n in range(2000)
    ]
    started = time.process_time()
    traced(doc, clean_server())
    assert time.process_time() - started < 10  # a guard against growing with the square, not a measurement


def test_the_report_shows_the_ways(tmp_path: Path) -> None:
    (tmp_path / "web.json").write_text(json.dumps(clean_web()))
    (tmp_path / "server.json").write_text(json.dumps(clean_server(userDataList=[{"name": "fbp", "value": ""}])))
    from tagparity.reports import html, markdown

    result = audit(tmp_path)
    text = markdown.render(result)
    assert "### meta, through the server container" in text
    assert "meta purchase fbp" in text
    page = html.render(result)
    assert 'id="lineage"' in page
    assert "lost on the way" in page


PAIRS = {
    "dakiell": ("gtm_web/dakiell__gtm-template__GTM-WEB@f94cc3d2.json", "gtm_server/dakiell__gtm-template__GTM-SERVER@939cca08.json"),
    "kubix": (
        "gtm_web/kyle-williams-kubix__GTM-containers__webGTM_-_Base_GA_DT_KBX.json",
        "gtm_server/kyle-williams-kubix__GTM-containers__sGTM_-_Stape_Gads_GA4_Meta_Event.json",
    ),
}  # fmt: skip


def pair(name: str) -> Lineage:
    paths = [SAMPLES / p for p in PAIRS[name]]
    if not all(p.exists() for p in paths):
        pytest.skip("the shared samples are not here")
    return traced(*(json.loads(p.read_text("utf-8-sig")) for p in paths))


def test_a_real_pair_through_the_ga4_client() -> None:
    lineage = pair("dakiell")
    found = flow(lineage, "server", "em", event="generate_lead")
    assert found.fate is Fate.SUPPLIED
    assert "parameter ep.user_data.email_address" in texts(found)
    browser, server = (flow(lineage, side, "event_id", event="generate_lead") for side in ("browser", "server"))
    assert browser.root == server.root
    assert browser.stability is Stability.PER_EVENT


def test_a_real_pair_through_the_data_client() -> None:
    found = flow(pair("kubix"), "server", "value")
    assert "client 'Data Client'" in texts(found)
    assert texts(found)[0] == "data layer key 'ecommerce.value'"
