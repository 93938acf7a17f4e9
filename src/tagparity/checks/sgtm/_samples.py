"""Small hand-written containers for the EXAMPLES of container checks."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
ALL_PAGES = "2147479553"


def params(**values: str | list[Json]) -> list[Json]:
    """Parameters as an export writes them; a list of flat dicts becomes a table."""
    return [
        _table(k, v) if isinstance(v, list) else {"type": "TEMPLATE", "key": k, "value": v} for k, v in values.items()
    ]


def _table(key: str, rows: list[Json]) -> Json:
    maps = [
        {"type": "MAP", "map": [{"type": "TEMPLATE", "key": k, "value": v} for k, v in row.items()]} for row in rows
    ]
    return {"type": "LIST", "key": key, "list": maps}


def tag(
    number: str, name: str, type_id: str, *firing: str, more: Json | None = None, **values: str | list[Json]
) -> Json:
    """One tag; `more` holds fields beside its parameters."""
    found = {"tagId": number, "name": name, "type": type_id, "parameter": params(**values)}
    return found | ({"firingTriggerId": list(firing)} if firing else {}) | (more or {})


def export(*tags: Json, side: str = "WEB", **entities: list[Json]) -> Json:
    """An export of one container."""
    container = {"publicId": f"GTM-{side}123"[:11], "usageContext": [side]}
    version = {"container": container, "tag": list(tags), **entities}
    return {"exportFormatVersion": 2, "exportTime": "2026-09-01 10:00:00", "containerVersion": version}


def google_tag(number: str, tag_id: str, **settings: str) -> Json:
    """A Google tag with configuration settings."""
    rows = [{"parameter": k, "parameterValue": v} for k, v in settings.items()]
    return tag(number, f"Google tag {number}", "googtag", ALL_PAGES, tagId=tag_id, configSettingsTable=rows)


def web(url: str) -> Json:
    """A web container whose one Google tag names `url` as its server, or none."""
    return export(google_tag("1", "G-ABC1234567", **({"server_container_url": url} if url else {})))


def trigger(number: str, event: str) -> Json:
    """A custom event trigger."""
    condition = {"type": "EQUALS", "parameter": params(arg0="{{_event}}", arg1=event)}
    return {"triggerId": number, "name": event, "type": "CUSTOM_EVENT", "customEventFilter": [condition]}


SERVER = export(side="SERVER", client=[{"clientId": "1", "name": "GA4", "type": "gaaw_client"}])


def custom(number: str, repository: str, gallery: str) -> Json:
    """A gallery template without its program."""
    owner, name = repository.split("/")
    reference = {"host": "github.com", "owner": owner, "repository": name, "galleryTemplateId": gallery}
    return {"templateId": number, "name": name, "galleryReference": reference}


def table(**rows: str) -> list[Json]:
    """Rows of a settings table."""
    return [{"parameter": k.replace("__", "."), "parameterValue": v} for k, v in rows.items()]


_ROUTED = {"server_container_url": "https://t.shop.example", "send_page_view": "false"}
DATASET = "123456789012345"
_CLIENT = params(activateDefaultPaths="true", cookieManagement="server")
_EMAIL = params(keyPath="user_data.email_address")


def clean_web(
    event_id: str = "{{event id}}",
    pixel: bool = True,
    more: list[Json] | None = None,
    wide: dict[str, str] | None = None,
    **rows: str,
) -> Json:
    """A page that sends `purchase` to a server with id, money and address, and to Meta's pixel with the same id.
    `more`: further tags; `rows`: further rows of the purchase."""
    own = {"event_id": event_id} if event_id else {}
    settings = table(**own, user_data__email_address="{{dlv - email}}", **rows)
    purchase = tag(
        "2", "GA4 purchase", "gaawe", "10", eventName="purchase", measurementIdOverride="G-ABC1234567",
        sendEcommerceData="true", getEcommerceDataFrom="dataLayer", eventSettingsTable=settings,
    )  # fmt: skip
    meta = tag(
        "3", "Meta purchase", "cvt_5RM3Q", "10", pixelId=DATASET, eventName="standard", standardEventName="Purchase",
        eventId=event_id, advancedMatchingList=[{"name": "em", "value": "{{dlv - email}}"}],
    )  # fmt: skip
    return export(
        google_tag("1", "G-ABC1234567", **(_ROUTED | (wide or {}))),
        purchase,
        *([meta] if pixel else []),
        *(more or []),
        trigger=[trigger("10", "purchase")],
        variable=[
            {"variableId": "1", "name": "event id", "type": "cvt_M63B8"},
            {"variableId": "2", "name": "dlv - email", "type": "v", "parameter": params(name="user.email")},
        ],
        customTemplate=[custom("7", "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel", "5RM3Q"),
                        custom("8", "stape-io/unique-event-id-variable", "M63B8")],
    )  # fmt: skip


def clean_server(event: str = "purchase", dataset: str = DATASET, more: Json | None = None, **tables: Any) -> Json:
    """A server container whose Meta tag takes one event; `tables` are parameter tables of that tag."""
    meta = tag(
        "1", "Meta CAPI", "cvt_5TP8W", "20", pixelId=dataset, inheritEventName="inherit", adStorageConsent="required",
        actionSource="website", accessToken="{{token}}", **tables,
    )  # fmt: skip
    condition = {"type": "EQUALS", "parameter": params(arg0="{{Event Name}}", arg1=event)}
    return export(
        meta,
        side="SERVER",
        client=[{"clientId": "1", "name": "GA4", "type": "gaaw_client", "parameter": _CLIENT}],
        trigger=[{"triggerId": "20", "name": event, "type": "CUSTOM_EVENT", "customEventFilter": [condition]}],
        variable=[
            {"variableId": "1", "name": "ed - em", "type": "ed", "parameter": _EMAIL},
            {"variableId": "2", "name": "ed - nowhere", "type": "ed", "parameter": params(keyPath="crm.mail")},
            {"variableId": "3", "name": "token", "type": "rh", "parameter": params(headerName="x-token")},
        ],
        customTemplate=[custom("7", "stape-io/facebook-tag", "5TP8W")],
        builtInVariable=[{"type": "EVENT_NAME", "name": "Event Name"}],
        **(more or {}),
    )  # fmt: skip
