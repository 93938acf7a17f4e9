"""GTM container exports (format 2 and 1.3), API v2 version dumps, hand-made and partial files.

Nothing in the file is trusted: ids may be numbers, lists may be objects, any key may be missing or null. Names leave
here visible and masked; parameter values stay as written, in memory only, and no check may print them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from ..core.container import Container, Entity
from ..core.errors import EvidenceError
from ..core.text import outside
from ..gtm.routing import server_urls
from ..gtm.values import undefined
from ._gtm_entities import builtins, other, tag, trigger
from ._gtm_shape import dictionary, enum, first, guard, items, rows, text, texts
from ._gtm_templates import Templates

_KINDS = {
    "tag": ("tag", "tags"),
    "trigger": ("trigger", "triggers", "rule", "rules"),
    "variable": ("variable", "variables", "macro", "macros"),
    "client": ("client", "clients"),
    "transformation": ("transformation", "transformations"),
}
_IDS = {"tagId", "triggerId", "ruleId", "variableId", "macroId", "clientId", "transformationId", "templateId"}
BUILT_IN_TRIGGERS = ("2147479553", "2147479572", "2147479573", "2147479574")
_FIRST_BUILT_IN = 2147479000


def built_in(trigger_id: str) -> bool:
    """Whether a trigger id is one of Tag Manager's own (All Pages, Initialization ...), which no export lists."""
    return trigger_id.isascii() and trigger_id.isdigit() and _FIRST_BUILT_IN <= int(trigger_id[:12]) < 2**31


def _versions(doc: dict[str, object]) -> list[dict[str, object]]:
    """The container versions of a document: below its envelope, or the document itself."""
    wrapped = rows({"v": _listed(doc.get("containerVersion"))}, "v")
    return wrapped or [doc]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _looks_like(version: dict[str, object]) -> bool:
    """Whether a bare object is a container version: Tag Manager's ids on its entities, or a public container id."""
    if first(dictionary(version.get("container")), "publicId").startswith("GTM-"):
        return True
    found = [row for keys in _KINDS.values() for row in rows(version, *keys)] + rows(version, "customTemplate")
    return any(_IDS & set(row) and ("type" in row or "parameter" in row or "templateData" in row) for row in found)


def sniff(doc: object) -> bool:
    """Whether a parsed JSON document is a GTM container in any of the forms `read` knows."""
    if not isinstance(doc, dict):
        return False
    if "exportFormatVersion" in doc and ("containerVersion" in doc or "container" in doc):
        return True
    return any(_looks_like(version) for version in _versions(doc))


def read(path: str, doc: dict[str, object]) -> list[Container]:
    """The containers of a document; `path` is how evidence points back to it."""
    guard(doc)
    versions = [v for v in _versions(doc) if "container" in v or _looks_like(v)]
    if not versions:
        raise EvidenceError("a GTM export without a containerVersion object: export the container again")
    return [_container(path, doc, version) for version in versions]


def _container(path: str, doc: dict[str, object], version: dict[str, object]) -> Container:
    """One container version as typed values, with what it lacks."""
    outer = dictionary(version.get("container"))
    number = first(version, "containerId") or first(outer, "containerId")
    templates = Templates(version, number)
    found = {kind: _entities(kind, rows(version, *keys), templates) for kind, keys in _KINDS.items()}
    container = Container(
        path,
        _side(version, outer, found, templates),
        outside(first(outer, "publicId") or next((t for t in texts(outer.get("tagIds")) if t.startswith("GTM-")), "")),
        outside(number),
        outside(first(version, "containerVersionId")),
        outside(first(doc, "exportTime")),
        outside(first(outer, "name")),
        tags=found["tag"],
        triggers=found["trigger"],
        variables=found["variable"],
        clients=found["client"],
        transformations=found["transformation"],
        builtins=builtins(version),
        server_urls=tuple(outside(u) for u in texts(outer.get("taggingServerUrls"))),
        origin="export" if "exportFormatVersion" in doc else "api",
        templates=templates.all,
        zones=tuple(other("zone", row, templates) for row in rows(version, "zone", "zones")),
        folders={
            outside(first(row, "folderId", "id")): outside(text(row.get("name")))
            for row in rows(version, "folder", "folders")
        },
    )
    urls = tuple(dict.fromkeys([*container.server_urls, *(outside(u) for u in server_urls(container))]))
    edited = _edited(version)
    return replace(container, server_urls=urls, partial=_partial(container, version, templates), edited=edited)


def _edited(version: dict[str, object]) -> str:
    """Day of the newest fingerprint. Tag Manager writes the moment an entity was saved, in ms (observed in exports of
    2017 to 2026, 2026-11-25; documented only as "computed at storage time"); anything else tells nothing. That of a
    workspace, which has no version number, is the moment of its export."""
    entities = [row for keys in _KINDS.values() for row in rows(version, *keys)]
    entities += [version] if first(version, "containerVersionId") not in ("", "0") else []
    marks = [m for row in entities if re.fullmatch("1[3-9][0-9]{11}", m := first(row, "fingerprint"))]
    return datetime.fromtimestamp(int(max(marks)) / 1000, UTC).date().isoformat() if marks else ""


def _entities(kind: str, found: list[dict[str, object]], templates: Templates) -> tuple[Entity, ...]:
    if kind == "tag":
        return tuple(tag(row, templates) for row in found)
    if kind == "trigger":
        return tuple(trigger(row, templates) for row in found)
    return tuple(other(kind, row, templates) for row in found)


def _side(
    version: dict[str, object], outer: dict[str, object], found: dict[str, tuple[Entity, ...]], templates: Templates
) -> str:
    """`web`, `server`, `amp` ...: as declared, else by what only one of them can hold."""
    declared = next(iter(texts(outer.get("usageContext", version.get("usageContext")))), "")
    if declared:
        return outside(enum(declared).replace("_", "").lower())
    types = {entity.type for group in found.values() for entity in group}
    features = dictionary(outer.get("features"))
    if found["client"] or found["transformation"] or text(features.get("supportClients")) == "true":
        return "server"
    if any(t.startswith("sgtm") or t in ("ed", "rh", "ALWAYS") for t in types) or templates.contexts == {"server"}:
        return "server"
    return "amp" if any(t.endswith("_amp") or t.startswith("AMP_") for t in types) else "web"


def _partial(container: Container, version: dict[str, object], templates: Templates) -> tuple[str, ...]:
    """What makes the export less than the container, in words an analyst can act on."""
    entities = [*container.tags, *container.variables, *container.clients]
    unknown = {e.type for e in entities if e.type.startswith("cvt_") and not templates.name(e.type)}
    known = {t.id for t in container.triggers}
    gone = {i for t in container.tags for i in (*t.firing, *t.blocking) if not built_in(i) and i not in known}
    names = undefined(container)
    wrong = sum(not isinstance(v, dict) for keys in _KINDS.values() for key in keys for v in items(version.get(key)))
    said = [
        ("no container block", "container" not in version),
        ("no tags", not container.tags),
        ("no clients", container.side == "server" and not container.clients),
        (_count(len(gone), "trigger that is used but not included", "triggers that are used but not included"), gone),
        (_count(len(names), "undefined variable", "undefined variables"), names),
        (_count(len(unknown), "custom template not included", "custom templates not included"), unknown),
        (_count(wrong, "entry of the wrong shape skipped", "entries of the wrong shape skipped"), wrong),
    ]
    return tuple(words for words, holds in said if holds)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
