"""Google's tags of a container: which there are, what they are told, and when on a page they run."""

from __future__ import annotations

from ..core.container import Container, Entity
from .firing import ALL_PAGES, CONSENT_INIT, INIT
from .references import strings
from .routing import GOOGLE, settings
from .values import Values

ADS = {
    "web": ("awct", "sp", "flc", "fls", "awud", "awcc"),
    "server": ("sgtmadsct", "sgtmadsremarket", "sgtmfls", "sgtmflc"),
}
MEASURING = (*GOOGLE, "gaawe", *ADS["web"])
_TYPES = {"CONSENT_INIT": 0, "INIT": 1, "PAGEVIEW": 2}
_BUILT_IN = {CONSENT_INIT: 0, INIT: 1, ALL_PAGES: 2}
LATER = 3


def stage(container: Container, tag: Entity) -> int:
    """The first moment of a page a tag can fire at: 0 consent initialization, 1 initialization, 2 page view, 3 later.
    A tag without triggers, which only another tag runs, counts as later."""
    types = {t.id: t.type for t in container.triggers}
    found = [_BUILT_IN.get(n, _TYPES.get(types.get(n, ""), LATER)) for n in tag.firing]
    return min(found, default=LATER)


def told(values: Values, tag: Entity) -> tuple[dict[str, str], bool]:
    """Parameters a Google tag or event tag sends or is set to, and whether a part is missing from the export."""
    merged, missing = settings(values, tag)
    rows = tag.params.get("eventParameters")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            merged[str(row["name"])] = value if isinstance(value := row.get("value"), str) else ""
    return merged, missing


def tag_id(values: Values, tag: Entity) -> str:
    """Destination of a Google tag where the export fixes it, else the reference as written."""
    return values.said(tag.params.get("tagId") or tag.params.get("measurementId"))


def links_by_itself(values: Values, tag: Entity) -> bool | None:
    """Whether a Google tag keeps click ids by itself; None where its id or its settings are not told."""
    if tag.type != "googtag":
        return False
    merged, missing = told(values, tag)
    if merged.get("conversion_linker", "").lower() == "false":
        return False
    ids = values.resolve(text) if isinstance(text := tag.params.get("tagId"), str) else ()
    if not ids or missing or "{{" in merged.get("conversion_linker", ""):
        return None
    return any(i.strip().upper().startswith(("AW-", "DC-", "GT-")) or i.strip().isdigit() for i in ids)


def domains(text: object) -> frozenset[str]:
    """Hosts of a list of linker domains, written with commas, blanks or lines, or as rows."""
    found = [value for _, value in strings(text)] if isinstance(text, str | list | dict) else []
    parts = [
        p.strip().strip("\"'[]").lower().lstrip(".").removeprefix("www.") for f in found for p in f[:2000].split(",")
    ]
    return frozenset(p for p in parts if "." in p and "{{" not in p and " " not in p)
