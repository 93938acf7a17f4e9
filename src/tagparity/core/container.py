"""A GTM container as typed values, whatever spelling it was exported in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Param = str | list["Param"] | dict[str, "Param"] | None


@dataclass(frozen=True, slots=True)
class Entity:
    """A tag, trigger, variable, client or transformation.

    `type` is the GTM type id (`gaawe`, `cvt_...`); `template` the gallery identity or display name of a custom
    template (`stape-io/facebook-tag`), empty for built-in types. `params` are resolved to plain str/list/dict;
    `{{Variable}}` references stay as written. `conditions` are (operator, left, right, negated). `enabling` and
    `disabling` are the triggers of a variable; `starts_ms` and `ends_ms` a tag's schedule (0: none); `formats` what a
    variable does to its value (`convertUndefinedToValue` ...); `stops` says that a failing setup tag stops this one;
    `edited_ms` is when Tag Manager saved it (0: not told).
    """

    kind: str
    id: str
    name: str
    type: str
    template: str = ""
    params: dict[str, Param] = field(default_factory=dict)
    paused: bool = False
    firing: tuple[str, ...] = ()
    blocking: tuple[str, ...] = ()
    once: str = ""
    priority: int = 0
    consent_status: str = ""
    consent_types: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    teardown: tuple[str, ...] = ()
    conditions: tuple[tuple[str, str, str, bool], ...] = ()
    event: str = ""
    folder: str = ""
    enabling: tuple[str, ...] = ()
    disabling: tuple[str, ...] = ()
    starts_ms: int = 0
    ends_ms: int = 0
    live_only: bool = False
    stops: bool = False
    formats: dict[str, str] = field(default_factory=dict)
    edited_ms: int = 0


@dataclass(frozen=True, slots=True)
class Template:
    """A custom template of a container. `identity` is `owner/repository` of the gallery, else its display name; `types`
    every type id an entity may carry for it; `version` the gallery commit (40 hex digits) or empty; `declared` the
    names of its parameters, `permissions` what it may do (`read_event_data`, `inject_script` ...), both empty where
    the export holds no program; `program` is a short digest of its code, to tell versions apart."""

    id: str
    name: str
    identity: str
    types: tuple[str, ...] = ()
    kind: str = ""
    contexts: tuple[str, ...] = ()
    version: str = ""
    gallery: bool = False
    modified: bool = False
    declared: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    program: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """One container. `side` is `web`, `server`, `amp` or another usage context in lower case; `edited` the UTC day its
    newest part was saved on, empty where the export does not tell. `origin` is `export`, `api` or `published` (read
    from the script the site loads, which lacks names, folders and paused tags)."""

    path: str
    side: str
    public_id: str
    container_id: str
    version: str
    exported: str
    name: str = ""
    tags: tuple[Entity, ...] = ()
    triggers: tuple[Entity, ...] = ()
    variables: tuple[Entity, ...] = ()
    clients: tuple[Entity, ...] = ()
    transformations: tuple[Entity, ...] = ()
    builtins: tuple[str, ...] = ()
    server_urls: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    edited: str = ""
    origin: str = "export"
    templates: tuple[Template, ...] = ()
    zones: tuple[Entity, ...] = ()
    folders: dict[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether nothing but a few undefined variables, which happen in whole containers too, is missing."""
        return all(re.fullmatch(r"(?:[1-9]|1[01]) undefined variables?", said) for said in self.partial)

    def where(self, entity: Entity) -> str:
        """Evidence pointer to an entity: `web.json tag 12 'GA4 purchase'`."""
        return f"{self.path} {entity.kind} {entity.id} '{entity.name}'"


class Containers(tuple[Container, ...]):
    """All containers of an audit, as checks see them."""

    @property
    def web(self) -> tuple[Container, ...]:
        return tuple(c for c in self if c.side in ("web", "amp"))

    @property
    def server(self) -> tuple[Container, ...]:
        return tuple(c for c in self if c.side == "server")
