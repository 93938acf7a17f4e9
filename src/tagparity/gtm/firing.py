"""When a tag fires, as far as its container tells. Only what is provable is said: everything else is "perhaps"."""

from __future__ import annotations

from datetime import UTC, datetime

from ..core.container import Container, Entity
from .conditions import Condition, contradiction, holds, words
from .references import references
from .values import Values

ALL_PAGES, CONSENT_INIT, INIT, SERVER_PAGES = "2147479553", "2147479572", "2147479573", "2147479574"
_BUILT_IN = {ALL_PAGES: "gtm.js", CONSENT_INIT: "gtm.init_consent", INIT: "gtm.init"}
_EVENT = {"{{_event}}", "{{Event}}", "{{Event Name}}"}
_CLIENT = "{{Client Name}}"


class Firing:
    """The triggers of one container, looked up once."""

    def __init__(self, container: Container) -> None:
        self.container, self.values = container, Values(container)
        self.triggers = {t.id: t for t in container.triggers}
        own = {f"{{{{{v.name}}}}}" for v in container.variables if v.type == "e"}
        self.event_names = _EVENT | own
        self.clients = tuple(c.name for c in container.clients)
        self.helpers = {n for t in container.tags if not t.paused for n in (*t.setup, *t.teardown)}

    def events(self, tag: Entity) -> frozenset[str] | None:
        """Names of events (of the data layer, or `event_name` on the server) a tag can fire on; None: any, or it cannot
        be told. Empty: none at all."""
        found: set[str] = set()
        for number in tag.firing:
            named = self._named(number)
            if named is None:
                return None
            found |= named
        blocked = {e for e in found if any(self._fires_on(b, e, self.clients) is True for b in tag.blocking)}
        return frozenset(found - blocked)

    def matches(self, tag: Entity, event: str, client: str = "") -> bool | None:
        """Whether a tag fires on an event, which on a server `client` took; None where a page or request decides."""
        clients = (client,) if client else self.clients
        blocked = {self._fires_on(b, event, clients) for b in tag.blocking}
        if True in blocked:
            return False
        answers = [self._fires_on(number, event, clients) for number in tag.firing]
        if True in answers:
            return None if None in blocked else True
        return None if None in answers else False

    def fires(self, tag: Entity) -> bool:
        """False only where a tag provably never fires."""
        return not self.why_never(tag)

    def why_never(self, tag: Entity) -> str:
        """Why a tag never fires; empty where it may. Being paused, or without any trigger, is another matter."""
        ended = _ended(self.container, tag)
        if ended:
            return ended
        if tag.name in self.helpers or not tag.firing:
            return ""
        reasons = [self.never(number) for number in tag.firing]
        if all(reasons):
            return reasons[0]
        names = self.events(tag)
        if names is not None and not names and any(not self.never(n) for n in tag.firing):
            return "its exceptions block every event it fires on"
        return ""

    def never(self, number: str) -> str:
        """Why a trigger never fires; empty where it may, or where the export does not hold it."""
        trigger = self.triggers.get(number)
        if trigger is None:
            return ""
        why = contradiction(trigger.conditions)
        if why:
            return f"trigger '{trigger.name}': {why}"
        for condition in trigger.conditions:
            if condition[1] == _CLIENT and self.clients and self._client(condition, self.clients) is False:
                return f"trigger '{trigger.name}': no client of this container has the name it asks for"
        return ""

    def everywhere(self, tag: Entity) -> bool:
        """Whether a tag fires on every page (web) or for every event (server), with nothing that narrows."""
        if tag.blocking:
            return False
        return any(n in (*_BUILT_IN, SERVER_PAGES) or self._unconditional(n) for n in tag.firing)

    def _unconditional(self, number: str) -> bool:
        trigger = self.triggers.get(number)
        if trigger is None or trigger.type not in ("PAGEVIEW", "INIT", "CONSENT_INIT", "ALWAYS", "CUSTOM_EVENT"):
            return False
        if trigger.type == "CUSTOM_EVENT" and not trigger.conditions:
            return self.container.side == "server"
        return all(self._harmless(c) for c in trigger.conditions)

    def _harmless(self, condition: Condition) -> bool:
        """A condition that lets everything through."""
        operator, left, _, negated = condition
        if left in self.event_names:
            return (
                not negated
                and operator == "MATCH_REGEX"
                and holds(operator, "a-name_of.no event", self._right(condition)) is True
            )
        return left == _CLIENT and self._client(condition, self.clients) is True

    def _named(self, number: str) -> frozenset[str] | None:
        """Events a trigger names; None where it names none."""
        if number in _BUILT_IN:
            return frozenset({_BUILT_IN[number]})
        trigger = self.triggers.get(number)
        if trigger is None or trigger.type == "TRIGGER_GROUP":
            return None
        if self.never(number):
            return frozenset()
        asked = [c for c in trigger.conditions if c[1] in self.event_names and not c[3]]
        if not asked:
            typed = trigger.type != "CUSTOM_EVENT" and self.container.side != "server" and trigger.event
            return frozenset({trigger.event}) if typed else None
        sets = [s for c in asked if (s := self._names_of(c)) is not None]
        if not sets:
            return None
        names = frozenset.intersection(*sets)
        return frozenset(n for n in names if self._fires_on(number, n, self.clients) is not False)

    def _names_of(self, condition: Condition) -> frozenset[str] | None:
        right = self._right(condition)
        if condition[0] == "EQUALS":
            return frozenset({right}) if "{{" not in right else None
        return words(right) if condition[0] == "MATCH_REGEX" else None

    def _fires_on(self, number: str, event: str, clients: tuple[str, ...]) -> bool | None:
        """Whether a trigger fires on an event."""
        if number in _BUILT_IN:
            return event == _BUILT_IN[number]
        trigger = self.triggers.get(number)
        if trigger is None or trigger.type == "TRIGGER_GROUP":
            return None
        if self.container.side != "server" and trigger.type != "CUSTOM_EVENT" and trigger.event != event:
            return False
        answers = [self._decided(c, event, clients) for c in trigger.conditions]
        if False in answers:
            return False
        return None if None in answers else True

    def _decided(self, condition: Condition, event: str, clients: tuple[str, ...]) -> bool | None:
        operator, left, _, negated = condition
        right = self._right(condition)
        if left == _CLIENT:
            return self._client(condition, clients)
        if left not in self.event_names or "{{" in right:
            return None
        truth = holds(operator, event, right)
        return None if truth is None else truth != negated

    def _client(self, condition: Condition, clients: tuple[str, ...]) -> bool | None:
        """Whether a condition on the client's name holds for all of some clients (True), none (False), or some."""
        operator, _, _, negated = condition
        right = self._right(condition)
        if not clients or "{{" in right:
            return None
        answers = {None if (t := holds(operator, c, right)) is None else t != negated for c in clients}
        return answers.pop() if len(answers) == 1 else None

    def _right(self, condition: Condition) -> str:
        """The operand, with constants put in."""
        right = condition[2]
        if not references([right]):
            return right
        found = self.values.resolve(right)
        return found[0] if len(found) == 1 else right


def _ended(container: Container, tag: Entity) -> str:
    """A schedule that was over when the container was exported."""
    if not tag.ends_ms:
        return ""
    try:
        when = datetime.fromisoformat((container.exported or container.edited).replace("Z", "+00:00"))
    except ValueError:
        return ""
    now = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000
    return "its schedule had ended when the container was exported" if tag.ends_ms < now else ""
