"""What several container checks ask: which tags are active, where a tag fires, how findings point at tags."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...core.container import Container, Entity
from ...core.outcome import Evidence
from ...readers.gtm import BUILT_IN_TRIGGERS

SHOWN = 20
_EARLY = {"PAGEVIEW", "INIT", "CONSENT_INIT", "ALWAYS"}
CONSENT = re.compile(
    r"consent|gcs|gcd|optanon|onetrust|cookiebot|didomi|usercentrics|tcf|gdpr|cookieyes|iubenda|goadopt|axeptio|cmp\b",
    re.I,
)
_ANY_EVENT = {".*", ".+", "^.*$", "^.+$", ""}


def active(container: Container) -> list[Entity]:
    return [t for t in container.tags if not t.paused]


def spots(container: Container, entities: Iterable[Entity], note: str = "") -> tuple[Evidence, ...]:
    """Evidence for entities, the first twenty by name and the rest by number."""
    found = list(entities)
    shown = tuple(Evidence(container.where(e), note) for e in found[:SHOWN])
    rest = len(found) - SHOWN
    return (*shown, Evidence(container.path, f"and {rest} more")) if rest > 0 else shown


def names(entities: Iterable[Entity], limit: int = 5) -> str:
    """Names for a message: `'A', 'B' and 3 more`."""
    found = [f"'{e.name}'" for e in entities]
    rest = len(found) - limit
    return ", ".join(found[:limit]) + (f" and {rest} more" if rest > 0 else "")


def count(number: int, noun: str) -> str:
    """`1 tag`, `3 tags`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def title(container: Container) -> str:
    """How a message calls a container: `web container GTM-ABC123`."""
    return f"{container.side} container {container.public_id or container.path}"


def everywhere(container: Container, tag: Entity) -> bool:
    """Whether a tag fires on every page (web) or for every event of a client (server) as soon as it can."""
    if set(tag.firing) & set(BUILT_IN_TRIGGERS):
        return True
    own = [t for t in container.triggers if t.id in tag.firing]
    return any(_unconditional(t) or (t.type == "CUSTOM_EVENT" and reads_consent(t)) for t in own)


def reads_consent(trigger: Entity) -> bool:
    """Whether a trigger waits for a consent event, or has consent or a consent tool's cookie in its conditions."""
    sides = " ".join(side for _, left, right, _ in trigger.conditions for side in (left, right))
    return bool(CONSENT.search(f"{trigger.name} {trigger.event} {sides}"))


def _unconditional(trigger: Entity) -> bool:
    """No condition that narrows: waiting for any event, or for one client's events, does not."""
    if trigger.type not in _EARLY | {"CUSTOM_EVENT"}:
        return False
    narrowing = [c for c in trigger.conditions if not _harmless(c)]
    return not narrowing and (trigger.type != "CUSTOM_EVENT" or bool(trigger.conditions))


def _harmless(condition: tuple[str, str, str, bool]) -> bool:
    operator, left, right, negated = condition
    if left in ("{{_event}}", "{{Event}}", "{{Event Name}}"):
        return not negated and ((operator == "MATCH_REGEX" and right in _ANY_EVENT) or right == "page_view")
    return left == "{{Client Name}}" and not negated
