"""Event names are those of the platform, or plainly the site's own.

## When it fails
It warns when a tag sends a vendor a name that is a misspelling of one of its standard events or another platform's
name for it (`Purchase` or `addToCart` to GA4, `purchase` to Meta), a name Google Analytics does not take (characters,
length, reserved prefix) or one it keeps for itself (`session_start`). Names of the site's own are no finding; names
decided at run time are not judged.
## Why it matters
Names are case-sensitive: `Purchase` is a custom event that no e-commerce report, no bidding and no audience knows. A
name with forbidden characters is dropped or cannot be used in reports.
## How to fix
Send each platform its own spelling, and translate in the tag, not in the page.
## Sources
- official, 2026-11-23: support.google.com/analytics/answer/13316687: rules and reserved names
- official, 2026-11-23: developers.google.com/analytics/devguides/collection/ga4/reference/events: recommended events
- official, 2026-11-23: developers.facebook.com/docs/meta-pixel/reference: standard events
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ...core.check import Example, check
from ...core.container import Container, Containers, Entity
from ...core.outcome import Evidence, Finding, Reason, Severity, State
from ...core.text import outside
from ...gtm.behaviours import behaviour
from ...gtm.behaviours import holds as applies
from ...gtm.scripts import platform_of, read_script
from ...gtm.values import Values
from ...platforms import PLATFORMS
from ..sgtm._gtm import SHOWN, active, count, title
from ..sgtm._samples import ALL_PAGES, clean_web, export, tag

_GRAMMAR = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_PREFIXES = ("firebase_", "ga_", "google_", "gtag.")
_RESERVED = {
    "ad_impression", "app_remove", "app_store_refund", "app_store_subscription_cancel", "app_store_subscription_renew",
    "error", "first_open", "first_visit", "in_app_purchase", "session_start", "user_engagement",
}  # fmt: skip
# What vendors' own functions take names of standard events in.
_FUNCTIONS = {
    "meta": ("track", "trackSingle", "trackCustom", "trackSingleCustom"),
    "tiktok": ("track",),
    "pinterest": ("track",),
}
Sent = tuple[str, str, Entity]


@check(row="T1", severity=Severity.LOW, needs=("container",))
def event_names_known(containers: Containers) -> Iterator[Finding | Reason]:
    judged = 0
    for container in containers:
        sent = list(_sent(container))
        judged += len(sent)
        wrong: dict[tuple[str, str, str], list[Entity]] = {}
        for platform, name, one in sent:
            if why := _wrong(platform, name):
                wrong.setdefault((platform, name, why), []).append(one)
        for (platform, name, why), tags in wrong.items():
            yield _finding(container, platform, name, why, tags)
    if not judged:
        yield Reason(State.NOT_APPLICABLE, "No active tag names an event for a platform whose names are known.")
    else:
        yield Reason(State.PASS, f"{count(judged, 'event name')} of tags read.")


def _sent(container: Container) -> Iterator[Sent]:
    """(platform, name, tag) of every event name an active tag fixes."""
    values = Values(container)
    for one in active(container):
        known = behaviour(container, one)
        if known is not None and known.event is not None and known.platform in PLATFORMS:
            inherits = known.event.inherit is not None and applies(known.event.inherit, one)
            texts = [one.params.get(p) for p in known.event.params] if not inherits else []
            first = next((t for t in texts if isinstance(t, str) and t), "")
            yield from ((known.platform, name, one) for name in values.resolve(first) if name)
        for call in read_script(container, one).calls:
            platform = platform_of(call.vendor)
            plain = (
                call.tracks and call.event and "{{" not in call.event and call.method in _FUNCTIONS.get(platform, ())
            )
            if plain and re.fullmatch(r"[\w -]{1,60}", call.event):
                yield platform, call.event, one


def _wrong(platform: str, name: str) -> str:
    """What is wrong with a name, in words; empty for standard names and for plainly own ones."""
    if name in PLATFORMS[platform].names:
        return "is kept for Google Analytics itself" if platform == "ga4" and name in _RESERVED else ""
    if meant := _spellings(platform).get(_folded(name)):
        return f"is no event of this platform; {meant} is"
    if platform != "ga4":
        return ""
    if name in _RESERVED or name.startswith(_PREFIXES) or (name.startswith("_") and not name.startswith("__")):
        return "is kept for Google Analytics itself"
    return "" if _GRAMMAR.fullmatch(name) else "breaks the rules for names (letters, digits and _; at most 40)"


@cache
def _spellings(platform: str) -> dict[str, str]:
    """Folded spelling -> standard name: its own names in other writing, and what they are called at Google and Meta."""
    own = PLATFORMS[platform]
    newest = {n: own.same_as.get(n, n) for n in own.names}
    by_canonical: dict[str, str] = {}
    for name, canonical in own.names.items():
        by_canonical.setdefault(canonical, newest[name])
    found = {_folded(c): n for c, n in by_canonical.items() if c == "purchase" or "_" in c}
    if platform == "ga4":
        found |= {
            _folded(n): by_canonical[c] for n, c in PLATFORMS["meta"].names.items() if _long(n) and c in by_canonical
        }
    return found | {_folded(n): newest[n] for n in own.names if _long(n) or n.lower() == "purchase"}


def _long(name: str) -> bool:
    """Names of two words and more: a single common word (`lead`, `search`) may well be the site's own."""
    return "_" in name or len(re.findall("[A-Z]", name)) > 1


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()[:100])


def _finding(container: Container, platform: str, name: str, why: str, tags: list[Entity]) -> Finding:
    return Finding(
        State.WARN,
        f"{title(container)}: event name '{outside(name, 60)}' to {PLATFORMS[platform].title} {why}.",
        tuple(Evidence(container.where(t), f"event name {outside(name, 60)}") for t in tags[:SHOWN]),
        "Use the platform's spelling of the event, or a name of your own that breaks none of its rules.",
    )


def _event(name: str) -> dict[str, object]:
    return export(tag("1", "Event", "gaawe", ALL_PAGES, eventName=name))


def _meta(code: str) -> dict[str, object]:
    return export(tag("1", "Pixel", "html", ALL_PAGES, html=f"<script>{code}</script>"))


EXAMPLES = (
    Example("standard names", {"web.json": clean_web()}, "pass"),
    Example("a name of the site's own", {"web.json": _event("phone_click")}, "pass"),
    Example("another platform's writing", {"web.json": _event("AddToCart")}, "warn"),
    Example("a reserved name", {"web.json": _event("session_start")}, "warn"),
    Example("forbidden characters", {"web.json": _event("phone click")}, "warn"),
    Example("Meta's name in lower case", {"web.json": _meta("fbq('track', 'purchase');")}, "warn"),
    Example("Meta's name", {"web.json": _meta("fbq('track', 'Purchase', {value: 1, currency: 'EUR'});")}, "pass"),
    Example("no events", {"web.json": export(tag("3", "Linker", "gclidw", ALL_PAGES))}, "not_applicable"),
)
