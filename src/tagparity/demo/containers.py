"""The two containers of the broken shop, hand-written in the form Tag Manager exports."""

from __future__ import annotations

import json
from typing import Any

from .traffic import GA4, PIXEL, TOKEN

Json = dict[str, Any]
ALL_PAGES = "2147479553"
SERVER_URL = "https://metrics.shop.example"
PIXEL_TEMPLATE = "facebookarchive/GoogleTagManager-WebTemplate-For-FacebookPixel"
CAPI_TEMPLATE = "facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager"


def _params(**values: str | list[Json]) -> list[Json]:
    """Parameters of an entity; a list of flat dicts becomes a table."""
    return [
        {"type": "LIST", "key": k, "list": [{"type": "MAP", "map": _params(**row)} for row in v]}
        if isinstance(v, list)
        else {"type": "BOOLEAN" if v in ("true", "false") else "TEMPLATE", "key": k, "value": v}
        for k, v in values.items()
    ]


def _tag(number: int, name: str, kind: str, fires: str = "", paused: bool = False, **values: Any) -> Json:
    tag: Json = {"tagId": str(number), "name": name, "type": kind, "parameter": _params(**values),
                 "tagFiringOption": "ONCE_PER_EVENT", "consentSettings": {"consentStatus": "NOT_SET"}}  # fmt: skip
    return tag | ({"firingTriggerId": [fires]} if fires else {}) | ({"paused": True} if paused else {})


def _trigger(number: int, event: str) -> Json:
    condition = {"type": "EQUALS", "parameter": _params(arg0="{{_event}}", arg1=event)}
    return {
        "triggerId": str(number),
        "name": f"event {event}",
        "type": "CUSTOM_EVENT",
        "customEventFilter": [condition],
    }


def _layer(number: int, name: str, path: str) -> Json:
    return {"variableId": str(number), "name": name, "type": "v", "parameter": _params(dataLayerVersion="2", name=path)}


def _template(number: str, name: str, repository: str, side: str) -> Json:
    owner, _, repo = repository.partition("/")
    said = json.dumps({"type": "TAG", "id": "cvt_temp_public_id", "displayName": name, "containerContexts": [side]})
    gallery = {"host": "github.com", "owner": owner, "repository": repo, "version": "0" * 40}
    return {"templateId": number, "name": name, "galleryReference": gallery, "templateData": f"___INFO___\n\n{said}\n"}


def _export(side: str, public_id: str, number: str, name: str, **entities: list[Json]) -> Json:
    container = {"path": f"accounts/1001/containers/{number}", "accountId": "1001", "containerId": number, "name": name,
                 "publicId": public_id, "usageContext": [side]}  # fmt: skip
    if side == "SERVER":
        container["taggingServerUrls"] = [SERVER_URL]
    owned = {k: [{"accountId": "1001", "containerId": number, **e} for e in v] for k, v in entities.items()}
    version = {"accountId": "1001", "containerId": number, "containerVersionId": "42", "container": container, **owned}
    return {"exportFormatVersion": 2, "exportTime": "2026-03-04 09:12:31", "containerVersion": version}


def _pixel(number: int, event: str, fires: str, *, with_id: bool, paused: bool = False) -> Json:
    values: Json = {"pixelId": PIXEL, "eventName": "standard", "standardEventName": event, "disableAutoConfig": "false"}
    if with_id:
        values["eventId"] = "{{event id}}"
    return _tag(number, f"Meta {event}", "cvt_700001_90", fires, paused, **values)


def web() -> Json:
    """Web container: one event tag goes around the server, some Meta tags carry no event id, no conversion linker."""
    route = [{"parameter": "server_container_url", "parameterValue": SERVER_URL}]
    tags = [
        _tag(1, "Google tag", "googtag", "2147479573", tagId=GA4, configSettingsTable=route),
        _tag(2, "GA4 view_item", "gaawe", "11", eventName="view_item", measurementIdOverride=GA4),
        _tag(3, "GA4 add_to_cart", "gaawe", "12", eventName="add_to_cart", measurementIdOverride=GA4),
        _tag(4, "GA4 purchase", "gaawe", "14", eventName="purchase", measurementIdOverride="G-DEMOSHOP99"),
        _pixel(5, "PageView", ALL_PAGES, with_id=True),
        _pixel(6, "ViewContent", "11", with_id=True),
        _pixel(7, "AddToCart", "12", with_id=False),
        _pixel(8, "InitiateCheckout", "13", with_id=False),
        _pixel(9, "Purchase", "14", with_id=True),
        _pixel(10, "Purchase", "15", with_id=True, paused=True),
        _pixel(16, "Lead", "", with_id=True),
        _tag(17, "Ads purchase", "awct", "14", conversionId="900900900", conversionLabel="demoLabel",
             orderId="{{order id of another name}}"),
        _tag(18, "GA4 view_item copy", "gaawe", "11", eventName="view_item", measurementIdOverride=GA4),
    ]  # fmt: skip
    names = ("view_item", "add_to_cart", "begin_checkout", "purchase", "generate_lead", "old_campaign")
    return _export(
        "WEB", "GTM-DEMOWEB", "700001", "shop.example web",
        tag=tags,
        trigger=[_trigger(11 + n, event) for n, event in enumerate(names)],
        variable=[_layer(1, "event id", "event_id"), _layer(2, "order value", "ecommerce.value"),
                  _layer(3, "transaction id", "ecommerce.transaction_id")],
        customTemplate=[_template("90", "Facebook Pixel", PIXEL_TEMPLATE, "WEB")],
        builtInVariable=[{"type": "EVENT", "name": "Event"}, {"type": "PAGE_URL", "name": "Page URL"}],
    )  # fmt: skip


def server() -> Json:
    """Server container: GA4 client, Meta tag with its token in the open and the test code left on."""
    client = {"clientId": "1", "name": "GA4", "type": "gaaw_client", "parameter": _params(
        activateGtagSupport="true", activateDefaultPaths="true", cookieManagement="js")}  # fmt: skip
    meta: Json = {"pixelId": PIXEL, "apiAccessToken": TOKEN, "testEventCode": "TEST00042", "actionSource": "website",
            "extendCookies": "false"}  # fmt: skip
    return _export(
        "SERVER", "GTM-DEMOSRV", "700002", "shop.example server",
        client=[client],
        tag=[_tag(1, "Meta CAPI", "cvt_700002_91", "20", **meta),
             _tag(2, "GA4", "sgtmgaaw", "20", redactVisitorIp="false"),
             _tag(3, "Meta CAPI lead", "cvt_700002_91", "21", paused=True, **meta)],
        trigger=[{"triggerId": "20", "name": "all of GA4", "type": "ALWAYS", "filter": [
                     {"type": "EQUALS", "parameter": _params(arg0="{{Client Name}}", arg1="GA4")}]},
                 _trigger(21, "generate_lead"), _trigger(22, "nobody_uses_this")],
        customTemplate=[_template("91", "Conversions API Tag", CAPI_TEMPLATE, "SERVER")],
        builtInVariable=[{"type": "CLIENT_NAME", "name": "Client Name"}, {"type": "EVENT_NAME", "name": "Event Name"}],
    )  # fmt: skip
