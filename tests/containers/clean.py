"""A shop's pair of containers as it should be: consent first, Google tag through the shop's own server, one event id
per event in both copies, consent required wherever identifiers leave for a vendor, no secret in clear.

Web: six events, each a GA4 event and a Meta pixel with the same event id. Server: the GA4 client feeds GA4 (without ip
and user data), Google Ads (purchase, with its linker) and Meta's Conversions API.
"""

from __future__ import annotations

from .make import (
    ALL_PAGES,
    CONSENT_INIT,
    INIT,
    Json,
    Value,
    condition,
    constant,
    entity,
    event,
    export,
    gallery,
    layer,
    tag,
    variable,
)

WEB, SERVER = "web.json", "server.json"
ADS_CONSENT = ["ad_storage", "ad_user_data"]
CONSENT_TYPES = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
# GA4 event -> (Meta event, trigger of the web container)
EVENTS = {
    "page_view": ("PageView", ALL_PAGES),
    "view_item": ("ViewContent", "21"),
    "add_to_cart": ("AddToCart", "22"),
    "begin_checkout": ("InitiateCheckout", "23"),
    "purchase": ("Purchase", "24"),
    "generate_lead": ("Lead", "25"),
}
SHOP_EVENTS = ("view_item", "add_to_cart", "begin_checkout", "purchase")
_WIDGET = "<script>\n  if (window.greenmillReviews) {\n    window.greenmillReviews.show();\n  }\n</script>"
_CONTENT_IDS = "function() {\n  var items = {{DLV - ecommerce.items}} || [];\n  return items.map(function(item) { return item.item_id; });\n}"
_NUMBER = "function() {\n  var items = {{DLV - ecommerce.items}} || [];\n  return items.reduce(function(sum, item) { return sum + (item.quantity || 1); }, 0);\n}"


_WEB_TEMPLATES = (
    (
        60,
        "Consent Mode (Google + Microsoft + Clarity)",
        "gtm-templates-simo-ahava/consent-mode",
        "2363063bd8cac24c856273b3e2b4714b0b2587a5",
        "",
        "TAG",
    ),
    (
        61,
        "Meta Pixel",
        "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel",
        "08b9bbba509d6f10f6ad2bd39207ed814e96cbbe",
        "5RM3Q",
        "TAG",
    ),
    (
        62,
        "Unique Event ID",
        "stape-io/unique-event-id-variable",
        "76498f16f1954b0286640d19eb6a1ddf2909e183",
        "M63B8",
        "MACRO",
    ),
)
_META: dict[str, Value] = {
    "inheritEventName": "inherit",
    "actionSource": "website",
    "pixelId": "{{Meta pixel id}}",
    "accessToken": "{{Meta access token}}",
    "adStorageConsent": "required",
    "generateFbp": True,
    "useHttpOnlyCookie": False,
    "enableEventEnhancement": False,
    "enableMultipixelSetup": False,
    "useAppSecretProof": False,
    "useOptimisticScenario": False,
    "logType": "no",
    "bigQueryLogType": "no",
}
_ADS: dict[str, Value] = {
    "conversionId": "{{Google Ads conversion id}}",
    "conversionLabel": "{{Google Ads purchase label}}",
    "enableConversionLinker": True,
    "enableEnhancedMatch": True,
    "enableProductReporting": True,
    "productReportingDataSource": "EVENT",
    "enableNewCustomerReporting": False,
    "rdp": False,
}
_CLIENT: dict[str, Value] = {
    "activateDefaultPaths": True,
    "activateGtagSupport": False,
    "cookieManagement": "server",
    "cookieName": "FPID",
    "cookieDomain": "auto",
    "cookiePath": "/",
    "cookieMaxAgeInSec": "63072000",
    "migrateFromJsClientId": True,
}
_STRIPPED: dict[str, Value] = {
    "excludedParamsTable": [{"excludedParams": "ip_override"}, {"excludedParams": "user_data"}],
    "matchingConditionsEnabled": False,
    "allTagsExcept": False,
    "affectedTags": [{"tagReference": "GA4"}],
}


def _consent(number: int, name: str, firing: str, command: str, values: dict[str, str]) -> Json:
    given: dict[str, Value] = {
        "command": command,
        "sendDataLayer": False,
        "ads_data_redaction": True,
        "url_passthrough": False,
    }
    given |= {"wait_for_update": "500", "regions": "all"} if command == "default" else {}
    return tag(number, name, "cvt_231846507_60", [firing], **given, **values)


def _ga4(number: int, name: str) -> Json:
    """A GA4 event with an event id of its own; the shop's events take value, currency and items from the data layer."""
    rows = [{"parameter": "event_id", "parameterValue": "{{Event id}}"}]
    if name == "generate_lead":
        rows += [{"parameter": k, "parameterValue": f"{{{{DLV - lead.{k}}}}}"} for k in ("value", "currency")]
    values: dict[str, Value] = {
        "eventName": name,
        "measurementIdOverride": "{{GA4 measurement id}}",
        "eventSettingsTable": rows,
        "userDataVariable": "{{User-provided data}}",
    }
    shop = name in SHOP_EVENTS
    values |= {"sendEcommerceData": True, "getEcommerceDataFrom": "dataLayer"} if shop else {"sendEcommerceData": False}
    return tag(number, f"GA4 - {name}", "gaawe", [EVENTS[name][1]], **values)


def _properties(name: str) -> list[Json]:
    if name in SHOP_EVENTS:
        given = {
            "value": "{{DLV - ecommerce.value}}",
            "currency": "{{DLV - ecommerce.currency}}",
            "content_ids": "{{JS - content ids}}",
            "content_type": "product",
            "num_items": "{{JS - number of items}}",
        }
    elif name == "generate_lead":
        given = {k: f"{{{{DLV - lead.{k}}}}}" for k in ("value", "currency")}
    else:
        given = {}
    return [{"name": k, "value": v} for k, v in given.items()]


def _pixel(number: int, name: str) -> Json:
    meta, trigger = EVENTS[name]
    values: dict[str, Value] = {
        "pixelId": "{{Meta pixel id}}",
        "eventName": "standard",
        "standardEventName": meta,
        "eventId": "{{Event id}}",
        "consent": True,
        "advancedMatching": True,
        "advancedMatchingList": [
            {"name": "em", "value": "{{DLV - user.email}}"},
            {"name": "ph", "value": "{{DLV - user.phone}}"},
        ],
        "objectPropertiesFromVariable": False,
        "enhancedEcommerce": False,
        "disableAutoConfig": True,
        "disablePushState": True,
        "dpoLDU": False,
        "optInMetaCAPI": False,
    }
    values |= {"objectPropertyList": rows} if (rows := _properties(name)) else {}
    return tag(number, f"Meta - {meta}", "cvt_5RM3Q", [trigger], ADS_CONSENT, **values)


def _web_tags() -> list[Json]:
    settings = [{"parameter": "server_container_url", "parameterValue": "{{Server address}}"}]
    settings += [{"parameter": "send_page_view", "parameterValue": "false"}]
    denied = dict.fromkeys(CONSENT_TYPES, "denied") | {"security_storage": "granted"}
    linker: dict[str, Value] = dict.fromkeys(
        ("enableCrossDomain", "enableUrlPassthrough", "enableCookieOverrides"), False
    )
    return [
        _consent(1, "Consent - default", CONSENT_INIT, "default", denied),
        _consent(2, "Consent - update", "20", "update", {t: f"{{{{DLV - consent.{t}}}}}" for t in CONSENT_TYPES}),
        tag(3, "Google tag", "googtag", [INIT], tagId="{{GA4 measurement id}}", configSettingsTable=settings),
        tag(4, "Conversion linker", "gclidw", [INIT], **linker),
        tag(5, "Reviews widget", "html", [ALL_PAGES], html=_WIDGET, supportDocumentWrite=False),
        *(_ga4(10 + n, name) for n, name in enumerate(EVENTS)),
        *(_pixel(30 + n, name) for n, name in enumerate(EVENTS)),
    ]


def _web_variables() -> list[Json]:
    keys = ["ecommerce.value", "ecommerce.currency", "ecommerce.items", "user.email", "user.phone", "lead.value"]
    keys += ["lead.currency", *(f"consent.{t}" for t in CONSENT_TYPES)]
    person = {"email": "{{DLV - user.email}}", "phone_number": "{{DLV - user.phone}}"}
    return [
        constant(50, "GA4 measurement id", "G-7Q2MZK4T1P"),
        constant(51, "Server address", "https://sst.greenmill.example"),
        constant(52, "Meta pixel id", "1038472956103847"),
        variable(53, "Event id", "cvt_M63B8"),
        variable(54, "User-provided data", "awec", mode="MANUAL", **person),
        variable(55, "JS - content ids", "jsm", javascript=_CONTENT_IDS),
        variable(56, "JS - number of items", "jsm", javascript=_NUMBER),
        *(layer(70 + n, key) for n, key in enumerate(keys)),
    ]


def web() -> Json:
    """The web container."""
    triggers = [event(20, "consent_update"), *(event(int(t), n) for n, (_, t) in EVENTS.items() if t != ALL_PAGES)]
    names = ("Page URL", "Page Hostname", "Page Path", "Referrer", "Event")
    return export(
        "WEB",
        {"containerId": "231846507", "publicId": "GTM-K7QWMZ4", "name": "greenmill web"},
        tag=_web_tags(),
        trigger=triggers,
        variable=_web_variables(),
        customTemplate=[gallery(*t, "WEB") for t in _WEB_TEMPLATES],
        builtInVariable=[{"type": n.upper().replace(" ", "_"), "name": n} for n in names],
    )


def server() -> Json:
    """The server container."""
    own = condition("EQUALS", "{{Client Name}}", "GA4")
    names = f"^({'|'.join(EVENTS)})$"
    triggers = [
        {
            "triggerId": "20",
            "name": "All events of GA4",
            "type": "ALWAYS",
            "fingerprint": "1790000000020",
            "filter": [own],
        },
        event(21, names, own, operator="MATCH_REGEX", title="Journey events"),
        event(22, "purchase", own),
    ]
    tags = [
        tag(
            1,
            "GA4",
            "sgtmgaaw",
            ["20"],
            redactVisitorIp=True,
            epToIncludeDropdown="all",
            epToExclude=[{"fieldName": "event_id"}],
            upToIncludeDropdown="all",
        ),
        tag(2, "Conversion linker", "sgtmadscl", ["20"], enableLinkerParams=False, enableCookieOverrides=False),
        tag(3, "Google Ads - purchase", "sgtmadsct", ["22"], **_ADS),
        tag(4, "Meta CAPI", "cvt_5TP8W", ["21"], **_META),
    ]
    variables = [
        constant(50, "Meta pixel id", "1038472956103847"),
        constant(51, "Google Ads conversion id", "10482957361"),
        constant(52, "Google Ads purchase label", "kT4xCPbW9r8ZEPH-mo0B"),
        variable(53, "Meta access token", "rh", headerName="x-meta-capi-token"),
    ]
    templates = [
        gallery(
            60,
            "Facebook Conversion API",
            "stape-io/facebook-tag",
            "d47449bd784fd94517c69344eafda86755036008",
            "5TP8W",
            "TAG",
            "SERVER",
        )
    ]
    container = {
        "containerId": "231846612",
        "publicId": "GTM-N5PRTX9",
        "name": "greenmill server",
        "taggingServerUrls": ["https://sst.greenmill.example"],
    }
    built_in = [{"type": "CLIENT_NAME", "name": "Client Name"}, {"type": "EVENT_NAME", "name": "Event Name"}]
    return export("SERVER", container, tag=tags, trigger=triggers, variable=variables, customTemplate=templates, builtInVariable=built_in,
                  client=[entity("client", 80, "GA4", "gaaw_client", _CLIENT, priority=1)],
                  transformation=[entity("transformation", 90, "GA4 without ip and user data", "tf_exclude_params", _STRIPPED)])  # fmt: skip


def pair() -> dict[str, Json]:
    """Both, by file name."""
    return {WEB: web(), SERVER: server()}
