"""One fault per container check: what it damages in the clean pair, and which object the finding must name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from . import make
from .clean import SERVER, WEB
from .make import Json

Pair = dict[str, Json]


@dataclass(frozen=True)
class Fault:
    """`damage` changes a copy of the pair so that `check` warns or fails and names `names`; `also` are checks whose
    outcome must change with it, each with the reason."""

    check: str
    names: str
    damage: Callable[[Pair], None]
    also: dict[str, str] = field(default_factory=dict)
    title: str = ""

    def __str__(self) -> str:
        return f"{self.check}: {self.title or self.damage.__name__.strip('_')}"


FAULTS: list[Fault] = []
TOKEN = "EAA" + "b1C2d3E4f5" * 5


def fault(
    check: str, names: str, title: str = "", **also: str
) -> Callable[[Callable[[Pair], None]], Callable[[Pair], None]]:
    """Registers a damage under the check that must see it."""

    def kept(damage: Callable[[Pair], None]) -> Callable[[Pair], None]:
        FAULTS.append(Fault(check, names, damage, also, title))
        return damage

    return kept


def rows(pair: Pair, file: str, kind: str) -> list[Json]:
    found: list[Json] = pair[file]["containerVersion"].setdefault(kind, [])
    return found


def web(pair: Pair, name: str, kind: str = "tag") -> Json:
    return make.found(pair[WEB], kind, name)


def server(pair: Pair, name: str, kind: str = "tag") -> Json:
    return make.found(pair[SERVER], kind, name)


@fault("google_tags_routed_to_server", "Google tag - campaign")
def _second_google_tag_goes_straight(pair: Pair) -> None:
    row = make.tag(97, "Google tag - campaign", "googtag", [make.INIT], tagId="G-8R4NWL2C6D")
    rows(pair, WEB, "tag").append(row)


@fault("conversion_linker", "Google Ads - purchase")
def _server_linker_gone(pair: Pair) -> None:
    rows(pair, SERVER, "tag").remove(server(pair, "Conversion linker"))


@fault("consent_settings_missing", "Meta CAPI")
def _capi_ignores_consent(pair: Pair) -> None:
    make.put(server(pair, "Meta CAPI"), "adStorageConsent", "optional")


@fault("duplicate_tags", "Meta - Purchase (copy)")
def _copy_of_a_pixel(pair: Pair) -> None:
    rows(pair, WEB, "tag").append(web(pair, "Meta - Purchase") | {"tagId": "98", "name": "Meta - Purchase (copy)"})


@fault("orphaned_tags", "Meta - Lead")
def _tag_without_trigger(pair: Pair) -> None:
    del web(pair, "Meta - Lead")["firingTriggerId"]


@fault("paused_tags", "Meta - Lead")
def _tag_left_paused(pair: Pair) -> None:
    web(pair, "Meta - Lead")["paused"] = True


@fault("pii_in_container", "Test customer")
def _address_in_a_constant(pair: Pair) -> None:
    rows(pair, WEB, "variable").append(make.constant(99, "Test customer", "jane.doe@mail.test"))


@fault("secrets_in_container", "Meta CAPI")
def _token_in_clear(pair: Pair) -> None:
    make.put(server(pair, "Meta CAPI"), "accessToken", TOKEN)


def html(pair: Pair, name: str, code: str) -> None:
    """A custom HTML tag on all pages, waiting for consent."""
    row = make.tag(97, name, "html", [make.ALL_PAGES], ["ad_storage"], html=f"<script>{code}</script>")
    rows(pair, WEB, "tag").append(row)


@fault("destinations_agree", "Meta CAPI")
def _another_dataset_on_the_server(pair: Pair) -> None:
    make.put(server(pair, "Meta pixel id", "variable"), "value", "1193847205561829")


@fault("events_nobody_takes", "GA4 - view_cart")
def _event_no_server_tag_takes(pair: Pair) -> None:
    row = make.copied(web(pair, "GA4 - view_item")) | {
        "tagId": "97",
        "name": "GA4 - view_cart",
        "firingTriggerId": ["29"],
    }
    make.put(row, "eventName", "view_cart")
    rows(pair, WEB, "tag").append(row)
    rows(pair, WEB, "trigger").append(make.event(29, "view_cart"))
    for name in ("GA4", "Conversion linker"):
        server(pair, name)["firingTriggerId"] = ["21"]


@fault("field_lost_on_the_way", "Meta CAPI")
def _empty_row_erases_fbp(pair: Pair) -> None:
    make.put(server(pair, "Meta CAPI"), "userDataList", [{"name": "fbp", "value": ""}])


@fault("server_tag_without_source", "Meta CAPI - quiz")
def _server_tag_for_an_event_nobody_sends(pair: Pair) -> None:
    own = make.condition("EQUALS", "{{Client Name}}", "GA4")
    rows(pair, SERVER, "trigger").append(make.event(29, "quiz_done", own))
    row = make.copied(server(pair, "Meta CAPI")) | {
        "tagId": "97",
        "name": "Meta CAPI - quiz",
        "firingTriggerId": ["29"],
    }
    rows(pair, SERVER, "tag").append(row)


@fault("evaluated_strings", "Widget")
def _text_run_as_code(pair: Pair) -> None:
    html(pair, "Widget", "eval('start(' + {{Referrer}} + ')');")


@fault("pixels_in_custom_html", "Meta by hand")
def _pixel_in_custom_html(pair: Pair) -> None:
    html(pair, "Meta by hand", "fbq('track', 'Contact', {}, {eventID: {{Event id}}});")


@fault("unversioned_scripts", "Library")
def _script_without_a_version(pair: Pair) -> None:
    html(
        pair,
        "Library",
        "var s = document.createElement('script'); s.src = 'https://cdn.jsdelivr.net/npm/lib@latest/a.js'; document.head.appendChild(s);",
    )


@fault("event_id_behaves", "Meta - Lead")
def _constant_as_event_id(pair: Pair) -> None:
    make.put(web(pair, "Meta - Lead"), "eventId", "lead")
    make.cell(web(pair, "GA4 - generate_lead"), "eventSettingsTable", "event_id", "lead")


@fault("event_ids_from_one_source", "Meta - Lead")
def _pixel_takes_its_id_from_elsewhere(pair: Pair) -> None:
    rows(pair, WEB, "variable").append(make.layer(98, "form.submission"))
    make.put(web(pair, "Meta - Lead"), "eventId", "{{DLV - form.submission}}")


@fault("pixel_without_event_id", "Meta - Lead")
def _pixel_without_an_id(pair: Pair) -> None:
    make.drop(web(pair, "Meta - Lead"), "eventId")


@fault("setup_tags_that_track", "GA4 - generate_lead")
def _set_up_tag_that_tracks(pair: Pair) -> None:
    web(pair, "Meta - Lead")["setupTag"] = [{"tagName": "GA4 - generate_lead"}]


@fault("scripts_read_forms_or_cookies", "Newsletter")
def _script_sends_a_form_field(pair: Pair) -> None:
    html(
        pair,
        "Newsletter",
        "var m = document.querySelector('input[type=email]').value; navigator.sendBeacon('/news', m);",
    )


@fault("circular_references", "Loop A")
def _variables_in_a_circle(pair: Pair) -> None:
    for number, (one, other) in enumerate((("A", "B"), ("B", "A")), 95):
        code = f"function() {{ return {{{{Loop {other}}}}}; }}"
        rows(pair, WEB, "variable").append(make.variable(number, f"Loop {one}", "jsm", javascript=code))


@fault("sunset_types", "Old analytics")
def _universal_analytics(pair: Pair) -> None:
    row = make.tag(97, "Old analytics", "ua", [make.ALL_PAGES], trackType="TRACK_PAGEVIEW", trackingId="UA-48210573-1")
    rows(pair, WEB, "tag").append(row)


@fault("tags_that_never_fire", "Google Ads - purchase")
def _trigger_asks_for_a_renamed_client(pair: Pair) -> None:
    server(pair, "Event - purchase", "trigger")["filter"] = [make.condition("EQUALS", "{{Client Name}}", "GA4 client")]


@fault(
    "undefined_variables",
    "Meta - Lead",
)
def _variable_that_is_not_there(pair: Pair) -> None:
    make.cell(web(pair, "Meta - Lead"), "objectPropertyList", "value", "{{DLV - lead.worth}}", "name", "value")


@fault("unused_entities", "old.0")
def _variables_nothing_uses(pair: Pair) -> None:
    rows(pair, WEB, "variable").extend(make.layer(200 + n, f"old.{n}") for n in range(12))


@fault("debug_left_on", "Meta CAPI")
def _every_request_logged(pair: Pair) -> None:
    make.put(server(pair, "Meta CAPI"), "logType", "always")


@fault("placeholder_values", "Google Ads - purchase")
def _conversion_id_of_a_guide(pair: Pair) -> None:
    make.put(server(pair, "Google Ads conversion id", "variable"), "value", "YOUR_CONVERSION_ID")


@fault("test_codes_in_container", "Meta CAPI")
def _test_code_written_in(pair: Pair) -> None:
    make.put(server(pair, "Meta CAPI"), "testId", "TEST48213")


@fault("template_defects", "Meta CAPI")
def _template_of_2023(pair: Pair) -> None:
    template = server(pair, "Facebook Conversion API", "customTemplate")
    template["galleryReference"]["version"] = "eddabe8e81fef2235bcdd9c5d38e2a2a714ec681"


@fault(
    "ads_label_on_both_sides",
    "Google Ads - purchase (web)",
    purchase_parameters_complete="without the order id the purchase is not complete either",
)
def _conversion_from_the_page_as_well(pair: Pair) -> None:
    row = make.tag(97, "Google Ads - purchase (web)", "awct", ["24"], ["ad_storage"], conversionId="10482957361",
                   conversionLabel="kT4xCPbW9r8ZEPH-mo0B", conversionValue="{{DLV - ecommerce.value}}",
                   currencyCode="{{DLV - ecommerce.currency}}", enableConversionLinker=True)  # fmt: skip
    rows(pair, WEB, "tag").append(row)


@fault("analytics_tag_redacts", "GA4")
def _address_passed_to_analytics(pair: Pair) -> None:
    make.put(server(pair, "GA4"), "redactVisitorIp", False)
    stripped = server(pair, "GA4 without ip and user data", "transformation")
    make.put(stripped, "excludedParamsTable", [{"excludedParams": "user_data"}])


@fault("consent_default_complete", "Consent - default")
def _default_of_before_2024(pair: Pair) -> None:
    for name in ("ad_user_data", "ad_personalization"):
        make.drop(web(pair, "Consent - default"), name)


@fault("consent_default_before_tags", "Google tag")
def _default_on_all_pages(pair: Pair) -> None:
    web(pair, "Consent - default")["firingTriggerId"] = [make.ALL_PAGES]


@fault(
    "consent_handled_in_container",
    "Google tag",
    consent_settings_missing="the pixels no longer wait for consent",
    consent_default_before_tags="no default is set any more",
    consent_default_complete="no default is set any more",
    consent_types_known="no tag names a type of consent any more",
    unused_entities="the variables of the consent update are left over",
)
def _consent_left_out(pair: Pair) -> None:
    for name in ("Consent - default", "Consent - update"):
        rows(pair, WEB, "tag").remove(web(pair, name))
    for row in rows(pair, WEB, "tag"):
        row["consentSettings"] = {"consentStatus": "NOT_SET"}


@fault("event_names_known", "GA4 - add_to_cart")
def _name_of_another_spelling(pair: Pair) -> None:
    make.put(web(pair, "GA4 - add_to_cart"), "eventName", "addToCart")


@fault("purchase_parameters_complete", "Meta - Purchase")
def _purchase_without_currency(pair: Pair) -> None:
    make.cell(web(pair, "Meta - Purchase"), "objectPropertyList", "currency", None, "name", "value")


@fault("consent_types_known", "Meta - Lead")
def _consent_type_misspelt(pair: Pair) -> None:
    for one in web(pair, "Meta - Lead")["consentSettings"]["consentType"]["list"]:
        one["value"] = one["value"].replace("ad_user_data", "ad_user_date")


@fault("enhanced_conversions_have_data", "User-provided data")
def _nothing_in_the_user_data(pair: Pair) -> None:
    for name in ("email", "phone_number"):
        make.drop(web(pair, "User-provided data", "variable"), name)
