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
