"""When a tag fires: what conditions decide, what they leave open, and what can never be."""

from __future__ import annotations

from typing import Any

import pytest

from tagparity.checks.sgtm._samples import ALL_PAGES, export, params, tag, trigger
from tagparity.core.container import Container, Entity
from tagparity.gtm.conditions import MAX_PATTERN, holds, words
from tagparity.gtm.firing import Firing
from tagparity.readers import gtm


def condition(operator: str, right: str, left: str = "{{_event}}", **more: str) -> dict[str, Any]:
    return {"type": operator, "parameter": params(arg0=left, arg1=right, **more)}


def waits(number: str, *conditions: dict[str, Any], kind: str = "CUSTOM_EVENT") -> dict[str, Any]:
    return {"triggerId": number, "name": f"t{number}", "type": kind, "customEventFilter": list(conditions)}


def built(
    *triggers: dict[str, Any], firing: tuple[str, ...] = ("1",), blocking: tuple[str, ...] = (), **more: Any
) -> tuple[Firing, Entity]:
    one = tag("1", "A", "gaawe", *firing, more={"blockingTriggerId": list(blocking)}, eventName="x")
    (container,) = gtm.read("c.json", export(one, trigger=list(triggers), **more))
    return Firing(container), container.tags[0]


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ([condition("EQUALS", "purchase")], {"purchase"}),
        ([condition("MATCH_REGEX", "^(purchase|lead)$")], {"purchase", "lead"}),
        ([condition("MATCH_REGEX", "purchase|lead")], {"purchase", "lead"}),
        ([condition("MATCH_REGEX", ".*")], None),
        ([condition("CONTAINS", "buy")], None),
        ([condition("EQUALS", "purchase"), condition("EQUALS", "DE", "{{Country}}")], {"purchase"}),
        ([condition("EQUALS", "purchase", negate="true")], None),
        ([condition("EQUALS", "{{name}}")], None),
    ],
)
def test_events_of_a_trigger(conditions: list[dict[str, Any]], names: set[str] | None) -> None:
    firing, one = built(waits("1", *conditions))
    assert firing.events(one) == names


def test_events_of_the_page() -> None:
    firing, one = built(firing=(ALL_PAGES, "2147479572"))
    assert firing.events(one) == {"gtm.js", "gtm.init_consent"}
    assert firing.everywhere(one)


@pytest.mark.parametrize(
    ("made", "event", "answer"),
    [
        (condition("EQUALS", "purchase"), "purchase", True),
        (condition("EQUALS", "purchase"), "lead", False),
        (condition("EQUALS", "purchase", negate="true"), "lead", True),
        (condition("MATCH_REGEX", "^PUR", ignore_case="true"), "purchase", True),
        (condition("MATCH_REGEX", "^PUR"), "purchase", False),
        (condition("MATCH_REGEX", "(a+)+$"), "aaaa", None),
        (condition("MATCH_REGEX", "["), "purchase", None),
        (condition("STARTS_WITH", "pur"), "purchase", True),
        (condition("GREATER", "3"), "purchase", None),
    ],
)
def test_whether_a_tag_fires_on_an_event(made: dict[str, Any], event: str, answer: bool | None) -> None:
    firing, one = built(waits("1", made))
    assert firing.matches(one, event) is answer


def test_what_a_page_decides_stays_open() -> None:
    firing, one = built(waits("1", condition("EQUALS", "purchase"), condition("CONTAINS", "/de/", "{{Page Path}}")))
    assert firing.matches(one, "purchase") is None
    assert firing.matches(one, "lead") is False


@pytest.mark.parametrize(
    "conditions",
    [
        [condition("EQUALS", "a"), condition("EQUALS", "b")],
        [condition("EQUALS", "/a", "{{Page Path}}"), condition("EQUALS", "/b", "{{Page Path}}")],
        [condition("EQUALS", "a"), condition("EQUALS", "a", negate="true")],
        [condition("EQUALS", "a"), condition("STARTS_WITH", "b")],
    ],
)
def test_contradictions_never_fire(conditions: list[dict[str, Any]]) -> None:
    firing, one = built(waits("1", *conditions))
    assert firing.why_never(one)
    assert not firing.fires(one)


@pytest.mark.parametrize(
    "conditions",
    [
        [condition("EQUALS", "a"), condition("CONTAINS", "a")],
        [condition("EQUALS", "{{x}}", "{{y}}"), condition("EQUALS", "{{z}}", "{{y}}")],
        [condition("EQUALS", "a", negate="true"), condition("EQUALS", "b", negate="true")],
        [condition("MATCH_REGEX", "("), condition("EQUALS", "a")],
    ],
)
def test_what_may_fire_is_let_be(conditions: list[dict[str, Any]]) -> None:
    firing, one = built(waits("1", *conditions))
    assert firing.fires(one)


def test_an_exception_that_blocks_everything() -> None:
    firing, one = built(trigger("1", "purchase"), trigger("2", "purchase"), blocking=("2",))
    assert "exceptions" in firing.why_never(one)
    firing, one = built(trigger("1", "purchase"), trigger("2", "lead"), blocking=("2",))
    assert firing.fires(one)


def test_triggers_the_export_lacks_say_nothing() -> None:
    firing, one = built(firing=("77",))
    assert firing.fires(one)
    assert firing.events(one) is None


def server(*conditions: dict[str, Any], clients: tuple[str, ...] = ("GA4",)) -> tuple[Firing, Entity]:
    one = tag("1", "A", "sgtmgaaw", "1")
    made = [{"clientId": str(n), "name": name, "type": "gaaw_client"} for n, name in enumerate(clients)]
    (container,) = gtm.read("s.json", export(one, side="SERVER", client=made, trigger=[waits("1", *conditions)]))
    return Firing(container), container.tags[0]


def test_clients_of_a_server() -> None:
    asked = condition("EQUALS", "GA4", "{{Client Name}}")
    event = condition("EQUALS", "purchase", "{{Event Name}}")
    firing, one = server(asked, event)
    assert firing.matches(one, "purchase") is True
    firing, one = server(asked, event, clients=("GA4 client",))
    assert "client" in firing.why_never(one)
    firing, one = server(asked, event, clients=("GA4", "Data Client"))
    assert firing.matches(one, "purchase") is None
    assert firing.matches(one, "purchase", "Data Client") is False
    assert firing.matches(one, "purchase", "GA4") is True


def test_schedules() -> None:
    def fires(ends: str) -> bool:
        one = tag("1", "A", "gaawe", ALL_PAGES, more={"scheduleEndMs": ends})
        (container,) = gtm.read("c.json", export(one))
        return Firing(container).fires(container.tags[0])

    assert not fires("1700000000000")
    assert fires("1999999999999")


def test_setup_tags_fire_with_their_tag() -> None:
    main = tag("1", "A", "gaawe", ALL_PAGES, more={"setupTag": [{"tagName": "B"}]})
    (container,) = gtm.read("c.json", export(main, tag("2", "B", "html", html="<b></b>")))
    assert Firing(container).fires(container.tags[1])


def test_hostile_patterns_end() -> None:
    for pattern in ("(a|a)*b", "(a|a)*" * (MAX_PATTERN // 6), "((a)|(a))+b", ".*" * 40 + "b", r"(a)\1", "a{9}" * 60):
        assert holds("MATCH_REGEX", "a" * 100, pattern) is None
    assert holds("MATCH_REGEX", "a" * 100, ".*.*.*b") is False
    assert holds("MATCH_REGEX", "a" * 5000, "a") is None
    assert words("^(a|b") is None
    assert words("a.b") is None or words("a.b") == {"a.b"}


def test_no_container_breaks_it() -> None:
    firing = Firing(Container("x", "web", "", "", "", ""))
    assert firing.events(Entity("tag", "1", "A", "html")) == frozenset()
