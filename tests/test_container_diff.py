"""Versions of containers: what a diff tells, what it leaves alone, and which version of a series is judged."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from containers import clean, make
from containers.make import Json, disguised
from tagparity.cli import main
from tagparity.core.container import Container
from tagparity.gtm.diff import ContainerDiff, diff
from tagparity.gtm.flat import change, flat, shown
from tagparity.readers import gtm
from tagparity.reports import container_diff
from tagparity.run.versions import Comparison, compare

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
TOKEN = "EAA" + "b1C2d3E4f5" * 5


def read(doc: Json, path: str = "web.json") -> Container:
    return gtm.read(path, doc)[0]


def between(before: Json, after: Json) -> ContainerDiff:
    return diff(read(before), read(after))


def told(found: ContainerDiff) -> dict[tuple[str, str, str], tuple[str, ...]]:
    return {(d.kind, d.name, d.change): d.details for d in found.changes}


@pytest.mark.parametrize("doc", [clean.web(), clean.server()], ids=["web", "server"])
def test_order_ids_times_folders_and_notes_prove_nothing(doc: Json) -> None:
    found = between(doc, disguised(doc))
    assert (found.changes, found.idle, found.notes) == ((), (), ())
    assert found.headline == "no change in behaviour"


def test_rows_of_settings_and_conditions_in_another_order() -> None:
    after = clean.server()
    for row in after["containerVersion"]["trigger"]:
        row["filter"].reverse()
    pixel = clean.web()
    table = next(
        p for p in make.found(pixel, "tag", "Meta - Purchase")["parameter"] if p["key"] == "objectPropertyList"
    )
    table["list"].reverse()
    assert between(clean.server(), after).changes == between(clean.web(), pixel).changes == ()


def test_a_switch_that_is_off_and_one_that_is_missing_are_the_same() -> None:
    after = clean.web()
    make.drop(make.found(after, "tag", "Conversion linker"), "enableCrossDomain")
    make.put(make.found(after, "tag", "Conversion linker"), "linkerDomains", None)
    make.found(after, "tag", "Google tag")["consentSettings"] = {"consentStatus": "NOT_SET"}
    found = between(clean.web(), after)
    assert found.changes == ()
    assert found.notes == (
        "Consent setting between 'Not set' and 'No additional consent required' on 1 tag: the tags fire as before.",
    )


def test_what_happened_to_tags() -> None:
    after = clean.web()
    rows = after["containerVersion"]["tag"]
    purchase, cart = make.found(after, "tag", "Meta - Purchase"), make.found(after, "tag", "GA4 - add_to_cart")
    purchase["paused"] = True
    make.cell(cart, "eventSettingsTable", "event_id", None)
    make.put(cart, "eventName", "addToCart")
    cart |= {"firingTriggerId": ["24"], "tagFiringOption": "UNLIMITED", "priority": {"type": "INTEGER", "value": "5"}}
    lead = make.found(after, "tag", "Meta - Lead")
    lead |= {
        "consentSettings": {"consentStatus": "NOT_NEEDED"},
        "setupTag": [{"tagName": "Google tag"}],
        "blockingTriggerId": ["21"],
    }
    rows.remove(make.found(after, "tag", "Conversion linker"))
    rows.append(
        make.tag(99, "Uncharted pixel", "img", [make.ALL_PAGES], url="https://px.vendor.example/i?id={{Event id}}")
    )
    assert told(between(clean.web(), after)) == {
        ("tag", "Conversion linker", "removed"): ("type gclidw", "fires on 'Initialization - All Pages'"),
        ("tag", "Uncharted pixel", "added"): ("type img", "fires on 'All Pages'"),
        ("tag", "Meta - Purchase", "paused"): (),
        ("tag", "GA4 - add_to_cart", "changed"): (
            "eventName: add_to_cart → addToCart",
            "eventSettingsTable[event_id] removed ({{Event id}})",
            "fires no longer on 'Event - add_to_cart' (event “add_to_cart”)",
            "fires also on 'Event - purchase' (event “purchase”)",
            "firing: once per event → unlimited",
            "priority: 0 → 5",
        ),
        ("tag", "Meta - Lead", "changed"): (
            "exception added: 'Event - view_item' (event “view_item”)",
            "consent: required (ad_storage, ad_user_data) → no additional consent",
            "set-up tag added: 'Google tag'",
        ),
    }  # fmt: skip


def test_paused_tags_have_no_effect() -> None:
    before = clean.web()
    make.found(before, "tag", "Meta - Lead")["paused"] = True
    after = make.copied(before)
    make.put(make.found(after, "tag", "Meta - Lead"), "standardEventName", "Contact")
    found = between(before, after)
    assert found.changes == () and [(d.name, d.change) for d in found.idle] == [("Meta - Lead", "changed")]


def test_a_variable_is_told_once_with_the_tags_it_reaches() -> None:
    after = clean.web()
    make.put(make.found(after, "variable", "GA4 measurement id"), "value", "G-0THER12345")
    make.put(make.found(after, "variable", "DLV - user.phone"), "name", "user.tel")
    (measurement, phone) = between(clean.web(), after).changes
    assert measurement.details == ("value: G-7Q2MZK4T1P → G-0THER12345",)
    assert measurement.reaches == ("GA4 - add_to_cart", "GA4 - begin_checkout", "GA4 - generate_lead", "GA4 - page_view",
                                   "GA4 - purchase", "GA4 - view_item", "Google tag")  # fmt: skip
    assert phone.name == "DLV - user.phone" and len(phone.reaches) == 12  # through the user-provided data, too


def test_a_trigger_is_told_once_with_the_tags_it_fires() -> None:
    after = clean.server()
    trigger = make.found(after, "trigger", "Journey events")
    trigger["filter"] = [make.condition("EQUALS", "{{Client Name}}", "Data Client")]
    (found,) = between(clean.server(), after).changes
    assert (found.kind, found.name, found.reaches) == ("trigger", "Journey events", ("Meta CAPI",))
    assert found.details == ("{{Client Name}} equals “GA4” → “Data Client”",)


def test_a_trigger_that_is_exchanged_for_an_equal_one() -> None:
    after = clean.web()
    after["containerVersion"]["trigger"].append(make.event(88, "purchase", title="Sale"))
    for row in after["containerVersion"]["tag"]:
        row["firingTriggerId"] = ["88" if i == "24" else i for i in row["firingTriggerId"]]
    found = between(clean.web(), after)
    assert found.changes == () and [(d.kind, d.name, d.change) for d in found.idle] == [("trigger", "Sale", "added")]


def test_renamed_entities_are_the_same_entities() -> None:
    text = json.dumps(clean.web())
    after = json.loads(text.replace("Event id", "One id per event").replace("Meta - Purchase", "710 - Meta - Purchase"))
    found = between(clean.web(), after)
    assert found.changes == ()
    assert found.notes == ("Renamed, which changes nothing by itself: 1 tag, 1 variable.",)


def test_a_variable_that_went_while_it_is_still_referred_to() -> None:
    after = clean.web()
    after["containerVersion"]["variable"].remove(make.found(after, "variable", "DLV - lead.value"))
    (found,) = between(clean.web(), after).changes
    assert (found.name, found.change, found.reaches) == (
        "DLV - lead.value",
        "removed",
        ("GA4 - generate_lead", "Meta - Lead"),
    )
    assert found.details == ("still referred to: the reference now gives no value",)


def test_a_constant_written_out_is_the_same() -> None:
    after = clean.web()
    make.put(make.found(after, "tag", "Google tag"), "tagId", "G-7Q2MZK4T1P")
    assert between(clean.web(), after).changes == ()


def test_clients_transformations_and_server_addresses() -> None:
    after = clean.server()
    make.put(make.found(after, "client", "GA4"), "cookieManagement", "js")
    after["containerVersion"]["transformation"] = []
    after["containerVersion"]["container"]["taggingServerUrls"] = ["https://other.greenmill.example"]
    assert told(between(clean.server(), after)) == {
        ("client", "GA4", "changed"): ("cookieManagement: server → js",),
        ("transformation", "GA4 without ip and user data", "removed"): ("type tf_exclude_params",),
        ("server address", "GTM-N5PRTX9", "changed"): (
            "address removed: https://sst.greenmill.example",
            "address added: https://other.greenmill.example",
        ),
    }


def test_scripts_tell_what_they_name_and_not_what_they_hold() -> None:
    before, after = clean.web(), clean.web()
    for doc, script in ((before, "<script>\nvar a = 1;\n</script>"), (after, f"<script>\nvar a = '{TOKEN}';\nload('https://cdn.vendor.example/p.js');\n</script>")):  # fmt: skip
        doc["containerVersion"]["tag"].append(make.tag(99, "Script", "html", [make.ALL_PAGES], html=script))
    (found,) = between(before, after).changes
    assert found.details == ("html: script changed, 2 lines new and 1 gone; now names cdn.vendor.example",)
    after = make.copied(before)
    make.put(make.found(after, "tag", "Script"), "html", "<script>  \r\nvar a = 1;\r\n\r\n</script>\r\n")
    assert between(before, after).changes == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accessToken", TOKEN),
        ("apiKey", "hunter"),
        ("userDataList[em]", "jane.doe@mail.test"),
        ("userDataList[fn]", "Jane"),
        ("value", "jane"),
        ("map[x]", "jane"),
        ("headers[Authorization]", "Bearer abcdefghijklmnopqrstuvwxyz"),
        ("requestBody", "person=1"),
        ("phone_number", "+4915112345678"),
        ("url", "https://user:password@host.example/"),
        ("testId", "TEST12345"),
    ],
)  # fmt: skip
def test_values_that_are_never_shown(name: str, value: str) -> None:
    assert shown(name, value) is None
    assert value not in change(name, value, "other") + change(name, None, value) + change(name, "{{A}}", value)


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("eventName", "add_to_cart", "add_to_cart"),
        ("measurementId", "G-ABC1234567", "G-ABC1234567"),
        ("pixelId", "1038472956103847", "1038472956103847"),
        ("accessToken", "{{Token}}", "{{Token}}"),
        ("enableX", "true", "true"),
        ("server_container_url", "https://sst.shop.example/metrics?key=1", "https://sst.shop.example/metrics"),
        ("cookieManagement", "server", "server"),
        ("configSettingsTable[cookie_domain]", "auto", "auto"),
        ("priority", "10", "10"),
    ],
)
def test_values_that_may_be_shown(name: str, value: str, seen: str) -> None:
    assert shown(name, value) == seen


def test_regular_expression_tables_are_read_in_order_and_other_tables_are_not() -> None:
    rows = [{"key": "a.*", "value": "1"}, {"key": "ab", "value": "2"}]
    one, two = flat({"map": rows}), flat({"map": rows[::-1]})  # type: ignore[dict-item]
    assert one == two
    assert flat({"map": rows}, ordered=True) != flat({"map": rows[::-1]}, ordered=True)  # type: ignore[dict-item]


def test_templates() -> None:
    before, after = clean.server(), clean.server()
    make.found(after, "customTemplate", "Facebook Conversion API")["galleryReference"]["version"] = "e" * 40
    (found,) = between(before, after).changes
    assert (found.kind, found.reaches) == ("template", ("Meta CAPI",))
    assert found.details == ("gallery version d47449bd → eeeeeeee",)
    docs = [clean.server(), clean.server()]
    for doc, code in zip(docs, ("return 1;", "return 2;"), strict=True):
        make.found(doc, "customTemplate", "Facebook Conversion API")["templateData"] += (
            f"\n\n___SANDBOXED_JS_FOR_SERVER___\n\n{code}\n\n\n___TESTS___\n\nscenarios: []\n"
        )
    (found,) = between(*docs).changes
    assert found.details == ("its code changed",)


def test_lists_of_plain_entries() -> None:
    one, two = (flat({"keys": rows})["keys[]"] for rows in (["abc123", "true"], ["true", "d4e5f6", "{{A}}"]))
    assert change("keys[]", one, two) == "keys[]: 2 added ({{A}}), 1 removed"
    assert change("keys[]", one, flat({"keys": ["true", "abc123"]}, ordered=True)["keys[]"]) == "keys[]: another order"


def test_odd_shapes_do_not_stop_a_diff() -> None:
    rng = random.Random(7)
    for seed in range(40):
        doc = disguised(clean.server(), seed)
        rows = [r for k in ("tag", "trigger", "variable", "client") for r in doc["containerVersion"][k]]
        for row in rng.sample(rows, 6):
            key = rng.choice([k for k in row if k != "name"])
            row[key] = rng.choice([None, 7, [], {}, [None], {"a": [1]}, "x", True, [[["y"]]]])
        assert container_diff.text(Comparison((between(clean.server(), doc),)))


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, args)])


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Folders before and after: the pair, and the pair with a token in the web container and a paused server tag."""
    before, after = tmp_path / "before", tmp_path / "after"
    for path, pair in ((before, clean.pair()), (after, clean.pair())):
        path.mkdir()
        if path is after:
            pair[clean.WEB]["containerVersion"]["variable"].append(make.constant(99, "Key", TOKEN))
            make.put(make.found(pair[clean.WEB], "tag", "Meta - Lead"), "agentToken", TOKEN)
            make.found(pair[clean.SERVER], "tag", "Meta CAPI")["paused"] = True
        for name, doc in pair.items():
            (path / f"{path.name}-{name}").write_text(json.dumps(doc))
    return before, after


def test_folders_are_matched_and_findings_come_and_go(two: tuple[Path, Path]) -> None:
    found = compare(*two)
    assert [(d.before.side, d.after.path) for d in found.diffs] == [
        ("server", "after-server.json"),
        ("web", "after-web.json"),
    ]
    assert {(t.check, t.change) for t in found.findings} >= {("secrets_in_container", "appeared")}
    (secret,) = [t for t in found.findings if t.check == "secrets_in_container"]
    assert set(secret.entities) == {"tag 'Meta - Lead'", "variable 'Key'"}
    back = {(t.check, t.change) for t in compare(*two[::-1]).findings}
    assert ("secrets_in_container", "went") in back


def test_findings_do_not_depend_on_order_or_ids(two: tuple[Path, Path], tmp_path: Path) -> None:
    after = tmp_path / "again"
    after.mkdir()
    for path in two[1].iterdir():
        (after / path.name).write_text(json.dumps(disguised(json.loads(path.read_text()))))
    found = compare(two[1], after)
    assert (found.changed, found.findings, found.failed) == (False, (), ())


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_every_format_says_it_and_no_value(two: tuple[Path, Path], form: str) -> None:
    result = run(*two, "--format", form)
    assert result.exit_code == 0
    for words in ("Meta CAPI", "paused", "secrets_in_container", "agentToken added", "GTM-K7QWMZ4"):
        assert words.replace("_", "") in result.output.replace("_", "").replace("\\", "")
    assert TOKEN not in result.output and "b1C2d3E4f5" not in result.output
    if form == "json":
        doc = json.loads(result.output)
        assert doc["changed"] is True and [c["before"]["side"] for c in doc["containers"]] == ["server", "web"]


def test_exit_codes(two: tuple[Path, Path], tmp_path: Path) -> None:
    before, after = two
    assert run(before, before).exit_code == run(before, before, "--fail-on", "change").exit_code == 0
    assert run(before, after).exit_code == 0
    assert run(before, after, "--fail-on", "change").exit_code == 1
    assert run(before, after, "--fail-on", "fail").exit_code == run(before, after, "--fail-on", "warn").exit_code == 1
    assert run(after, before, "--fail-on", "warn").exit_code == 0
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "orders.csv").write_text("order_id,time,value,currency\n1,2026-01-01,2,EUR\n")
    for bad in ([before, tmp_path / "gone"], [before, empty], [before, tmp_path / "orders.csv"], [before]):
        assert run(*bad).exit_code == 2
    assert run(before, after, "-o", after / "x.txt").exit_code == 2


def test_the_output_file(two: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "diff.md"
    result = run(*two, "--format", "markdown", "-o", target)
    assert (result.exit_code, result.output) == (0, "")
    assert target.read_text().startswith("# Containers compared\n")
    assert not list(tmp_path.glob("*.part"))


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    after = clean.web()
    name = "\x1b[31m<script>alert(1)</script> | [x](http://evil.example) jane@mail.test\u202e"
    after["containerVersion"]["tag"].append(make.tag(99, name, "html", [make.ALL_PAGES], html="<b>1</b>"))
    for path, doc in (("a.json", clean.web()), ("b.json", after)):
        (tmp_path / path).write_text(json.dumps(doc))
    for form in ("text", "markdown", "json"):
        out = run(tmp_path / "a.json", tmp_path / "b.json", "--format", form).output
        assert "\x1b" not in out and "\u202e" not in out and "jane@" not in out
        assert form != "markdown" or not re.search(r"(?<!\\)\[x\]|<script>|http:/", out)


PAIRS = {
    "kubix exported again": ("gtm_server/kyle-williams-kubix__GTM-containers__sGTM_-_Stape_Gads_GA4_Meta_Event@1c5b9423.json",
                             "gtm_server/kyle-williams-kubix__GTM-containers__sGTM_-_Stape_Gads_GA4_Meta_Event@32b31c9c.json",
                             "no change in behaviour"),
    "arubyo": ("gtm_web/arubyo__shopify-gtm__GTM-5CF54HF_workspace6@f0f228fa.json",
               "gtm_web/arubyo__shopify-gtm__GTM-5CF54HF_workspace6@87691598.json",
               "tag 'GA4 Configuration Tag' changed; variable 'UA Const' changed"),
    "phoebe": ("gtm_server/google-marketing-solutions__gps-phoebe__phoebe_demo_server_container@41b479f4.json",
               "gtm_server/google-marketing-solutions__gps-phoebe__phoebe_demo_server_container.json",
               "variable 'VertexAI Prediction' changed; template 'VertexAI Prediction' changed"),
    "dakiell": ("gtm_server/dakiell__gtm-template__GTM-SERVER@939cca08.json",
                "gtm_server/dakiell__gtm-template__GTM-SERVER.json",
                "2 tags removed: '01 | Facebook Conversion API - Lead', '03 | Facebook Conversion API - Contact'"),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_real_versions(pair: str) -> None:
    one, two, expected = PAIRS[pair]
    if not (SAMPLES / one).is_file():
        pytest.skip("samples are not here")
    found = diff(*(read(json.loads((SAMPLES / p).read_text("utf-8-sig")), p) for p in (one, two)))
    assert found.headline == expected
