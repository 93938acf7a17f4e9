"""Where a web tag sends its hits: the server address of a Google tag or data tag, through its settings variables."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ..core.container import Container, Entity, Param
from .values import Values

GOOGLE = ("googtag", "gaawc")
_TABLES = (("configSettingsVariable", "configSettingsTable"), ("eventSettingsVariable", "eventSettingsTable"))


@dataclass(frozen=True, slots=True)
class Route:
    """Server address of one tag. `written` says that an address is set at all, `urls` what it can be.

    `placeholder`: the export fixes the address and it is no host. `unknown`: the address is decided at run time, or
    the settings variable that may hold it is not in the export. `first_party`: server mode is on, beside another host.
    """

    written: bool = False
    urls: tuple[str, ...] = ()
    first_party: bool = True
    placeholder: bool = False
    unknown: bool = False


def _table(rows: Param) -> dict[str, str]:
    """A settings table as dict; GTM has written its two columns under different names over the years."""
    found = [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    pairs = [(r.get("parameter") or r.get("name"), r.get("parameterValue") or r.get("value")) for r in found]
    return {k: v for k, v in pairs if isinstance(k, str) and isinstance(v, str)}


def settings(values: Values, tag: Entity) -> tuple[dict[str, str], bool]:
    """Settings of a Google tag in the order Tag Manager merges them (later wins), and whether a part is missing."""
    merged, missing = _table(tag.params.get("fieldsToSet")), False
    for by_variable, by_table in _TABLES:
        if reference := tag.params.get(by_variable):
            found = values.variable(reference)
            missing = missing or found is None
            merged |= _table(found.params.get(by_table)) if found else {}
        merged |= _table(tag.params.get(by_table))
    return merged, missing


def _written(values: Values, tag: Entity) -> tuple[str, bool, bool]:
    """(address as written, whether it turns server mode on, whether settings are missing from the export)."""
    merged, missing = settings(values, tag)
    legacy = tag.params.get("serverContainerUrl") if tag.params.get("enableSendToServerContainer") == "true" else None
    data_tag = tag.params.get("gtm_server_domain")
    server = merged.get("server_container_url") or next((v for v in (legacy, data_tag) if isinstance(v, str)), "")
    whole = bool(server) or merged.get("first_party_collection", "").lower() == "true"
    return server or merged.get("transport_url", ""), whole, missing


def route(values: Values, tag: Entity) -> Route:
    """Where the hits of one tag go."""
    written, whole, missing = _written(values, tag)
    if not written:
        return Route(unknown=missing)
    texts = values.resolve(written)
    urls = tuple(u for u in texts if host(u))
    return Route(True, urls, whole, placeholder=bool(texts) and not urls, unknown=not texts)


def routes(container: Container, *types: str) -> list[tuple[Entity, Route]]:
    """Active tags of some types, each with its route."""
    values = Values(container)
    return [(t, route(values, t)) for t in container.tags if not t.paused and t.type in types]


def host(url: str) -> str:
    """Host of an address, with or without scheme; empty for placeholders such as YOUR_SERVER_URL."""
    try:
        found = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return found if "." in found and " " not in found and "{" not in found else ""


def server_urls(container: Container) -> tuple[str, ...]:
    """Every server address the active tags of a web container can use."""
    values = Values(container)
    found = [url for tag in container.tags if not tag.paused for url in route(values, tag).urls]
    return tuple(dict.fromkeys(found))
