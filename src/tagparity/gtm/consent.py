"""What a container does about consent: tools that set it, commands, and what makes a single tag wait."""

from __future__ import annotations

import re

from ..core.container import Container, Entity
from ..core.text import outside
from .behaviours import behaviour
from .references import references, strings
from .scripts import read_script

TYPES = (
    "ad_storage",
    "analytics_storage",
    "ad_user_data",
    "ad_personalization",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
WORDS = re.compile(
    r"consent|\bgcs\b|\bgcd\b|x-ga-gc[sd]|optanon|onetrust|cookiebot|didomi|usercentrics|\btcf|gdpr|cookieyes|iubenda|"
    r"goadopt|axeptio|cmp\b",
    re.I,
)
_TOOL = re.compile(
    r"consent[ _-]?mode|consent[ _-]?manag|cookiebot|onetrust|cookiepro|usercentrics|didomi|cookieyes|iubenda|axeptio|"
    r"goadopt|termly|cookie-?script|complianz|cookiehub|cookiefirst|osano|trustarc|quantcast|sourcepoint|commanders|"
    r"trustcommander|civic|secure ?privacy|cookie ?information|klaro|borlabs|enzuzo|illow|\bcmp\b",
    re.I,
)
_HOSTS = re.compile(
    r"cookiebot|onetrust|cookielaw|usercentrics|didomi|cookieyes|iubenda|axept|goadopt|termly|cookie-?script|"
    r"cookiehub|cookiefirst|osano|trustarc|quantcast|privacy-mgmt|consensu|consentmanager",
    re.I,
)
_MEMBERS = 50


def sets_default(container: Container, tag: Entity) -> bool:
    """Whether a tag is seen to set a consent default: a template told to, or a `gtag('consent', 'default')` call."""
    if any(what == "default" for what, _ in read_script(container, tag).consent):
        return True
    return tag.type.startswith("cvt_") and tag.params.get("command") == "default" and is_tool(container, tag)


def is_tool(container: Container, tag: Entity) -> bool:
    """Whether a tag is a consent tool: by its template, the script it loads, or the consent commands it gives."""
    known = behaviour(container, tag)
    if known is not None and known.consent_tool:
        return True
    if tag.type.startswith("cvt_"):
        return bool(_TOOL.search(tag.template))
    script = read_script(container, tag)
    return bool(script.consent) or any(_HOSTS.search(x.host) for x in script.loads if x.kind == "script")


class Gates:
    """What makes the tags of one container wait for consent."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.triggers = {t.id: t for t in container.triggers}
        self.variables = {v.name: v for v in container.variables}

    def waits(self, tag: Entity) -> bool:
        """Whether a tag has a consent setting, a template's own option, or a trigger or exception about consent."""
        if tag.consent_status == "NEEDED" and tag.consent_types:
            return True
        if self.option(tag) or any(self.reads(number) for number in tag.blocking):
            return True
        return bool(tag.firing) and all(self.reads(number) for number in tag.firing)

    def option(self, tag: Entity) -> bool:
        """Whether the template's own consent option is on, or set to a variable that decides."""
        known = behaviour(self.container, tag)
        if known is not None and known.consent is not None and tag.type.startswith("cvt_"):
            when, default = known.consent.when, known.consent.default
            values = {key: tag.params.get(key) or default.get(key, "") for key in when}
            if all(isinstance(v, str) and (v in when[key] or "{{" in v) for key, v in values.items()):
                return True
        found = [v for key, v in tag.params.items() if "consent" in key.lower() and isinstance(v, str)]
        return any("{{" in v or (v == "required" and known is None) for v in found)

    def reads(self, number: str, depth: int = 3) -> bool:
        """Whether a trigger waits for a consent event or has consent in a condition, also through a variable."""
        trigger = self.triggers.get(number)
        if trigger is None:
            return False
        sides = [side for _, left, right, _ in trigger.conditions for side in (left, right)]
        if WORDS.search(f"{trigger.name} {trigger.event} {' '.join(sides)}"):
            return True
        if trigger.type == "TRIGGER_GROUP" and depth:
            members = [value for _, value in strings(trigger.params.get("triggerIds"))][:_MEMBERS]
            return any(self.reads(m, depth - 1) for m in members)
        return any(self._variable(name) for name in references(sides))

    def _variable(self, name: str) -> bool:
        found = self.variables.get(outside(name))
        return found is not None and any(WORDS.search(text[:2000]) for _, text in strings(dict(found.params)))
