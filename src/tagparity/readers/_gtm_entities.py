"""Tags, triggers, variables, clients and transformations, from the current format and from format 1.3."""

from __future__ import annotations

from ..core.container import Entity, Param
from ..core.text import outside
from ..gtm.references import strings
from ._gtm_shape import dictionary, enum, first, items, param, params, rows, text, texts
from ._gtm_templates import Templates

# What the browser pushes for each trigger type: the event a trigger waits for when it names none itself.
EVENTS = {
    "PAGEVIEW": "gtm.js",
    "DOM_READY": "gtm.dom",
    "WINDOW_LOADED": "gtm.load",
    "INIT": "gtm.init",
    "CONSENT_INIT": "gtm.init_consent",
    "CLICK": "gtm.click",
    "LINK_CLICK": "gtm.linkClick",
    "FORM_SUBMISSION": "gtm.formSubmit",
    "HISTORY_CHANGE": "gtm.historyChange",
    "TIMER": "gtm.timer",
    "SCROLL_DEPTH": "gtm.scrollDepth",
    "ELEMENT_VISIBILITY": "gtm.elementVisibility",
    "YOU_TUBE_VIDEO": "gtm.video",
    "JS_ERROR": "gtm.pageError",
    "TRIGGER_GROUP": "gtm.triggerGroup",
}
_FILTERS = ("customEventFilter", "filter", "autoEventFilter", "condition", "conditions")
_TRIGGER_SETTINGS = (
    "interval",
    "intervalSeconds",
    "limit",
    "maxTimerLengthSeconds",
    "eventName",
    "waitForTags",
    "waitForTagsTimeout",
    "checkValidation",
    "selector",
    "visibilitySelector",
    "visiblePercentageMin",
    "visiblePercentageMax",
    "continuousTimeMinMilliseconds",
    "totalTimeMinMilliseconds",
    "horizontalScrollPercentageList",
    "verticalScrollPercentageList",
)
Condition = tuple[str, str, str, bool]


def _true(value: object) -> bool:
    return text(value).lower() == "true"


def _int(value: object) -> int:
    raw = text(dictionary(value).get("value")) if isinstance(value, dict) else text(value)
    return int(raw) if raw.lstrip("-").isascii() and raw.lstrip("-").isdigit() and len(raw) < 12 else 0


def _ms(value: object) -> int:
    """A moment in epoch milliseconds; 0 where it is none."""
    raw = text(value)
    return int(raw) if raw.isascii() and raw.isdigit() and 12 <= len(raw) <= 14 else 0


def _formats(value: object) -> dict[str, str]:
    """What a variable does to its value: `convertUndefinedToValue` and the like, each with what it puts there."""
    found = dictionary(value)
    return {
        outside(k, 60): text(dictionary(v).get("value")) if isinstance(v, dict) else text(v) for k, v in found.items()
    }


def _word(value: Param) -> str:
    return value if isinstance(value, str) else ""


def _names(value: object) -> tuple[str, ...]:
    """Names of setup and teardown tags; hand-made files write the bare name."""
    rows_ = [first(v, "tagName", "name") if isinstance(v, dict) else text(v) for v in items(value)]
    return tuple(outside(name) for name in rows_ if name)


def _consent(row: dict[str, object]) -> tuple[str, tuple[str, ...]]:
    """Consent status and types, the latter as parameter tree or as plain list."""
    settings = dictionary(row.get("consentSettings"))
    types = settings.get("consentType")
    tree: Param = params([{"key": "t", **types}]).get("t") if isinstance(types, dict) else list(texts(types))
    found = tuple(value for _, value in strings(tree) if value)
    return enum(settings.get("consentStatus")), found


def condition(row: dict[str, object]) -> Condition:
    """(operator, left, right, negated); the operator in capitals whatever the spelling. A pattern that ignores case
    begins with `(?i)`."""
    given = params(row.get("parameter"))
    negated = _true(given.get("negate")) or _true(row.get("negate"))
    operator, right = enum(row.get("type")), _word(given.get("arg1"))
    if operator == "MATCH_REGEX" and _true(given.get("ignore_case")) and not right.startswith("(?i)"):
        right = f"(?i){right}"
    return (operator, _word(given.get("arg0")), right, negated)


def _conditions(row: dict[str, object]) -> tuple[Condition, ...]:
    found = [v for key in _FILTERS for v in items(row.get(key)) if isinstance(v, dict)]
    return tuple(condition(v) for v in found)


def tag(row: dict[str, object], templates: Templates) -> Entity:
    """A tag. Format 1.3 calls its triggers rules."""
    status, types = _consent(row)
    kind = text(row.get("type"))
    return Entity(
        "tag",
        outside(first(row, "tagId", "id")),
        outside(text(row.get("name"))),
        outside(kind),
        templates.name(kind),
        params(row.get("parameter", row.get("parameters"))),
        paused=_true(row.get("paused")),
        firing=texts(row.get("firingTriggerId", row.get("firingRuleId"))),
        blocking=texts(row.get("blockingTriggerId", row.get("blockingRuleId"))),
        once=enum(row.get("tagFiringOption")),
        priority=_int(row.get("priority")),
        consent_status=status,
        consent_types=types,
        setup=_names(row.get("setupTag")),
        teardown=_names(row.get("teardownTag")),
        folder=outside(first(row, "parentFolderId")),
        starts_ms=_ms(row.get("scheduleStartMs")),
        ends_ms=_ms(row.get("scheduleEndMs")),
        live_only=_true(row.get("liveOnly")),
        stops=any(_true(v.get("stopOnSetupFailure")) for v in items(row.get("setupTag")) if isinstance(v, dict)),
        edited_ms=_ms(row.get("fingerprint")),
    )


def _event(kind: str, conditions: tuple[Condition, ...]) -> str:
    """The event a trigger waits for: named in its filter, or given by its type."""
    named = next((right for _, left, right, no in conditions if not no and left in ("{{_event}}", "{{event}}")), "")
    return outside(named or EVENTS.get(kind, ""))


def _settings(row: dict[str, object]) -> dict[str, Param]:
    """Settings a trigger keeps beside its parameters: how often a timer fires, what a link click waits for."""
    found = {k: row[k] for k in _TRIGGER_SETTINGS if row.get(k) is not None}
    return {k: param(v) if isinstance(v, dict) else text(v) for k, v in found.items()}


def trigger(row: dict[str, object], templates: Templates) -> Entity:
    """A trigger, or a rule of format 1.3, which has conditions and no type."""
    kind, conditions = enum(row.get("type")), _conditions(row)
    if not kind and "condition" in row:
        kind = "CUSTOM_EVENT"
    return Entity(
        "trigger",
        outside(first(row, "triggerId", "ruleId", "id")),
        outside(text(row.get("name"))),
        outside(kind),
        templates.name(kind),
        params(row.get("parameter")) | _settings(row),
        conditions=conditions,
        event=_event(kind, conditions),
        folder=outside(first(row, "parentFolderId")),
        edited_ms=_ms(row.get("fingerprint")),
    )


def other(kind: str, row: dict[str, object], templates: Templates) -> Entity:
    """A variable, client or transformation."""
    given, type_id = params(row.get("parameter", row.get("parameters"))), text(row.get("type"))
    number = first(row, f"{kind}Id", "macroId", "id")
    return Entity(
        kind,
        outside(number),
        outside(text(row.get("name"))),
        outside(type_id),
        templates.name(type_id),
        given,
        priority=_int(row.get("priority", given.get("priority"))),
        folder=outside(first(row, "parentFolderId")),
        enabling=texts(row.get("enablingTriggerId")),
        disabling=texts(row.get("disablingTriggerId")),
        formats=_formats(row.get("formatValue")),
        edited_ms=_ms(row.get("fingerprint")),
    )


def builtins(version: dict[str, object]) -> tuple[str, ...]:
    """Names of the enabled built-in variables as `{{...}}` writes them; format 1.3 lists their types only."""
    named = [first(r, "name") or _title(r.get("type")) for r in rows(version, "builtInVariable", "builtInVariables")]
    listed = [version.get("enabledBuiltInVariable"), dictionary(version.get("container")).get("enabledBuiltInVariable")]
    return tuple(outside(n) for n in [*named, *(_title(t) for v in listed for t in texts(v))] if n)


def _title(type_id: object) -> str:
    words = enum(type_id).split("_")
    return " ".join(w if w in ("URL", "ID", "HTML") else w.capitalize() for w in words)
