"""Every tag has a trigger that exists.

## When it fails
A tag has no firing trigger and is not the setup or cleanup tag of another, or all its firing triggers are missing
from the container. Both mean that it never fires. It warns when only some of its triggers are missing, and when a tag
names a setup or cleanup tag that does not exist. A part of a container, exported without its triggers, is not judged.
## Why it matters
A tag without a trigger never sends anything: a conversion that is in the tag list and not in the account.
## How to fix
Give the tag the trigger it was meant for, or delete it.
## Sources
- observed, 2026-11-23: real container exports: firingTriggerId, setupTag, teardownTag, built-in trigger ids
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Finding, Grade, Reason, Severity, State
from ...readers.gtm import built_in
from ._gtm import active, count, names, spots, title
from ._samples import ALL_PAGES, export, tag, trigger


@check(row="G8", severity=Severity.MEDIUM, needs=("container",))
def orphaned_tags(containers: Containers) -> Iterator[Finding | Reason]:
    judged = [c for c in containers if c.tags and _has_triggers(c)]
    if not judged:
        yield Reason(State.NOT_RUN, "The export holds tags without their triggers, or no tags; export it whole.")
    for container in judged:
        yield from _silent(container)
        yield from _dangling(container)


def _has_triggers(container: Container) -> bool:
    """False for an export that left its triggers out: no tag's own trigger is in it, or no tag names a trigger."""
    used = {i for t in container.tags for i in t.firing}
    own = {i for i in used if not built_in(i)}
    present = {t.id for t in container.triggers}
    return bool(used or present) and (not own or bool(own & present))


def _silent(container: Container) -> Iterator[Finding]:
    """Tags that no trigger and no other tag starts."""
    called = {name for t in active(container) for name in (*t.setup, *t.teardown)}
    silent = [t for t in active(container) if not t.firing and t.name not in called]
    if silent:
        yield Finding(
            State.FAIL,
            f"In {title(container)}, {count(len(silent), 'active tag')} without a trigger never fire: {names(silent)}.",
            spots(container, silent, "no firing trigger"),
            "Give each of these tags its trigger, or delete it.",
        )


def _dangling(container: Container) -> Iterator[Finding]:
    """Tags that point to triggers or tags the container does not hold."""
    present = {t.id for t in container.triggers}
    lost = [(t, sum(not built_in(i) and i not in present for i in t.firing)) for t in active(container)]
    for dead, state in ((True, State.FAIL), (False, State.WARN)):
        found = [t for t, gone in lost if gone and (gone == len(t.firing)) is dead]
        if found:
            yield _lost(container, found, state)
    tags = {t.name for t in container.tags}
    wrong = [t for t in active(container) if any(name not in tags for name in (*t.setup, *t.teardown))]
    if wrong:
        yield Finding(
            State.WARN,
            f"{names(wrong)} in {title(container)}: the setup or cleanup tag does not exist.",
            spots(container, wrong, "setup or cleanup tag missing"),
            "Choose an existing setup or cleanup tag, or remove the sequence.",
            Grade.LIKELY,
        )


def _lost(container: Container, found: list[Entity], state: State) -> Finding:
    share = "all their triggers are" if state is State.FAIL else "some of their triggers are"
    return Finding(
        state,
        f"{names(found)} in {title(container)}: {share} missing from the container.",
        spots(container, found, "trigger does not exist"),
        "Give the tags an existing trigger. If only part of the container was exported, export it whole.",
        Grade.LIKELY,
    )


_TAG = tag("1", "Purchase", "awct", "7", conversionId="123456789")
_SETUP = tag("2", "Prepare", "html", html="<script></script>")
_CALLER = tag("3", "Pixel", "html", ALL_PAGES, more={"setupTag": [{"tagName": "Prepare"}]}, html="<script></script>")
_TRIGGERS = [trigger("7", "purchase")]
EXAMPLES = (
    Example("every tag has its trigger", {"web.json": export(_TAG, trigger=_TRIGGERS)}, "pass"),
    Example("a setup tag needs none", {"web.json": export(_SETUP, _CALLER, trigger=_TRIGGERS)}, "pass"),
    Example("a tag without trigger", {"web.json": export(_TAG, _SETUP, trigger=_TRIGGERS)}, "fail"),
    Example("an export without its triggers", {"web.json": export(_TAG)}, "not_run"),
)
