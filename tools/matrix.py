"""The support matrix of docs/platforms.md: what is decoded, checked and sourced of each platform, from its own data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tagparity.core.platform import Hashing, Kind, Platform, ServerShape
from tagparity.platforms import PLATFORMS

HASH = {Hashing.REQUIRED: "hashed", Hashing.NEVER: "plain", Hashing.EITHER: "either"}
UNIT = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "iso": "ISO 8601"}


def page() -> str:
    """The whole page."""
    return "".join([*_overview(PLATFORMS.values()), *(line for p in PLATFORMS.values() for line in _platform(p))])


def _span(seconds: int | None) -> str:
    """A length of time in words."""
    if seconds is None:
        return "not published"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _code(items: Iterable[str]) -> str:
    return ", ".join(f"`{i}`" for i in items)


def _cell(text: str) -> str:
    return text.replace("|", "\\|") or "–"


def _dedup(platform: Platform) -> str:
    if platform.keyless and len(platform.id_columns) == 1:
        return "none"
    parts = []
    for event, columns in sorted(platform.id_columns.items()):
        if event or not platform.keyless:
            parts.append((f"{event}: " if event else "") + " or ".join(columns))
    return ("name + " if platform.name_in_key and not platform.keyless else "") + "; ".join(parts)


def _overview(platforms: Iterable[Platform]) -> Iterator[str]:
    yield "# Platforms\n\nWhat this version knows of each platform, from the data the tool itself runs on.\n\n"
    yield "| platform | browser hits | server payloads | events | match keys | dedup key | window | click ids |\n"
    yield "|---|---|---|---|---|---|---|---|\n"
    for p in platforms:
        cells = [
            f"[{p.title}](#{p.id.replace('_', '-')})",
            "decoded" if p.decode else "–",
            f"{len(p.servers)} shape{'s' if len(p.servers) != 1 else ''}" if p.servers else "–",
            str(len(set(p.names.values()))),
            str(len(p.keys)) if p.keys else "–",
            _dedup(p),
            _span(p.window_s) if p.decode or p.servers else "–",
            _code(m.name for m in p.click_ids),
        ]
        yield "| " + " | ".join(map(_cell, cells)) + " |\n"


def _shape(number: int, shape: ServerShape) -> Iterator[str]:
    facts = [f"times in {UNIT.get(shape.time_unit, shape.time_unit)}"]
    facts += [f"at most {shape.batch} events a request"] if shape.batch else []
    facts += [f"events no older than {_span(shape.max_age_s)}"] if shape.max_age_s else []
    facts += [f"sources {_code(shape.action_sources)}"] if shape.action_sources else []
    facts += [f"test traffic by URL `{shape.test_url}`"] if shape.test_url else []
    paths = [p.lstrip("^") for p in shape.fields.get("test_event_code", ())]
    facts += [f"test flag {_code(paths)}"] if paths else []
    refusals = [f"`{shape.refused_code}` is not 0"] if shape.refused_code else []
    refusals += [f"`{shape.refused_word[0]}` is {shape.refused_word[1]}"] if shape.refused_word[0] else []
    refusals += [f"single events by `{shape.verdicts.listed}`"] if shape.verdicts else []
    facts += ["a 2xx answer refuses where " + ", ".join(refusals)] if refusals else []
    facts += [f"consent {_code(shape.consents)}"] if shape.consents else []
    name = "Server payload" if number == 0 else "Older or other shape"
    yield f"- {name}: URL `{shape.url}`, events in `{shape.events}`; " + "; ".join(facts) + "\n"


def _platform(p: Platform) -> Iterator[str]:
    yield f'\n<a id="{p.id.replace("_", "-")}"></a>\n\n## {p.title}\n\n'
    for number, shape in enumerate(p.servers):
        yield from _shape(number, shape)
    if p.kinds:
        counts = [f"{n} {k.value}" for k in Kind if (n := sum(kind is k for kind, _ in p.kinds))]
        yield f"- Requests without an event are told by {len(p.kinds)} rules: {', '.join(counts)}\n"
    if p.winner:
        yield f"- Of two copies: {p.winner}\n"
    if p.library_id:
        yield f"- Ids the vendor's script makes up, which match no server copy: `{p.library_id}`\n"
    if p.pixel_hashes_id:
        yield "- The pixel sends SHA-256 of the site's event id; both sides are compared by it\n"
    if p.fallback:
        yield f"- Fallback key: event name and {_code(p.fallback)}\n"
    if p.cookies:
        lives = [f"`{m.name}`" + (f" ({_span(m.max_age_s)})" if m.max_age_s else "") for m in p.cookies]
        yield f"- Cookies: {', '.join(lives)}\n"
    if p.keys:
        keys = [f"`{k}` {HASH[v.hashing]}" + (", list" if v.list_ok else "") for k, v in p.keys.items()]
        yield f"- Match keys: {'; '.join(keys)}\n"
    names = [f"`{n}` → {e}" for n, e in p.names.items() if n != e]
    if names:
        yield f"- Names: {', '.join(names)}\n"
    yield "- Sources: " + "; ".join(p.sources) + "\n"
