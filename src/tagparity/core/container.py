"""A GTM container as typed values, whatever spelling it was exported in."""

from __future__ import annotations

from dataclasses import dataclass, field

Param = str | list["Param"] | dict[str, "Param"] | None


@dataclass(frozen=True, slots=True)
class Entity:
    """A tag, trigger, variable, client or transformation.

    `type` is the GTM type id (`gaawe`, `cvt_...`); `template` the gallery identity or display name of a custom
    template (`stape-io/facebook-tag`), empty for built-in types. `params` are resolved to plain str/list/dict;
    `{{Variable}}` references stay as written.
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


@dataclass(frozen=True, slots=True)
class Container:
    """One container export. `side` is `web`, `server`, `amp` or another usage context in lower case; `edited` the UTC
    day its newest part was saved on, empty where the export does not tell."""

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
