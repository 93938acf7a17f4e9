"""What `tagparity diff` says, as text for the terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from ..core.container import Container
from ..gtm.diff import ContainerDiff, Difference
from ..run.series import called, stand
from ..run.versions import Comparison, Told
from ._text import clean, md

SCHEMA_VERSION = "1.0"
_NAMES = 8
_DETAILS = 40
_WORDS = {
    "appeared": "Findings that appeared",
    "grew": "Findings that point at more now",
    "went": "Findings that went",
    "shrank": "Findings that point at less now",
}
Group = tuple[Difference, tuple[str, ...]]


def verdict(comparison: Comparison) -> str:
    """The whole comparison in one sentence."""
    changes = sum(len(d.changes) for d in comparison.diffs)
    lonely = len(comparison.only_before) + len(comparison.only_after)
    parts = [f"{changes} difference{'' if changes == 1 else 's'} in behaviour" if changes else "no change in behaviour"]
    if lonely:
        parts.append(f"{lonely} container{'' if lonely == 1 else 's'} without a counterpart")
    counts = Counter(t.change for t in comparison.findings)
    for word in _WORDS:
        if counts[word]:
            parts.append(f"{counts[word]} finding{'' if counts[word] == 1 else 's'} {word}")
    return "; ".join(parts)


def grouped(changes: Iterable[Difference]) -> list[Group]:
    """Entities that changed in the same way, told once."""
    groups: dict[tuple[object, ...], list[Difference]] = {}
    for n, d in enumerate(changes):
        alike = d.change == "changed" and d.kind in ("tag", "client") and d.details
        groups.setdefault((d.kind, d.change, d.details) if alike else (n,), []).append(d)
    return [(found[0], tuple(d.name for d in found)) for found in groups.values()]


def text(comparison: Comparison) -> str:
    """Plain lines, safe for a terminal."""
    lines = [verdict(comparison), ""]
    for d in comparison.diffs:
        lines += [_title(d), *(f"  {head:<7} {clean(_version(c))}" for head, c in _sides(d))]
        lines += [f"  note    {clean(n)}" for n in d.notes]
        for first, names in grouped(d.changes):
            lines += ["", f"  {clean(_subject(first, names))}", *(f"      {clean(x)}" for x in _details(first))]
        if d.idle:
            lines += ["", f"  Without effect on active tags: {clean(_idle(d.idle))}"]
        lines.append("")
    lines += [f"{clean(x)}" for x in _lonely(comparison)]
    for word, title in _WORDS.items():
        told = [t for t in comparison.findings if t.change == word]
        lines += [title, *(line for t in told for line in _finding(t)), ""] if told else []
    lines += [f"not read: {clean(f.path)}: {clean(f.reason)}" for f in comparison.refused]
    lines += [f"check ended in an error: {clean(c)}" for c in comparison.failed]
    return "\n".join(lines).rstrip() + "\n"


def markdown(comparison: Comparison) -> str:
    """The same as Markdown."""
    out = ["# Containers compared", "", md(verdict(comparison)) + ".", ""]
    for d in comparison.diffs:
        out += [f"## {md(_title(d))}", "", "| | file | version |", "|---|---|---|"]
        out += [f"| {head} | {md(c.path)} | {md(_version(c, path=False))} |" for head, c in _sides(d)]
        out += ["", *(f"- {md(n)}" for n in d.notes), *([""] if d.notes else [])]
        for first, names in grouped(d.changes):
            out += [f"- **{md(_subject(first, names))}**", *(f"  - {md(x)}" for x in _details(first))]
        out += ["No change in behaviour."] if not d.changes else []
        out += ["", f"Without effect on active tags: {md(_idle(d.idle))}."] if d.idle else []
        out.append("")
    out += [f"- {md(x)}" for x in _lonely(comparison)] + [""]
    for word, title in _WORDS.items():
        told = [t for t in comparison.findings if t.change == word]
        if told:
            out += [f"## {title}", "", "| | check | finding |", "|---|---|---|"]
            out += [f"| {t.state.value} | {md(t.check)} | {md(_message(t))} |" for t in told] + [""]
    out += [f"- not read: {md(f.path)}: {md(f.reason)}" for f in comparison.refused]
    out += [f"- check ended in an error: {md(c)}" for c in comparison.failed]
    return "\n".join(out).rstrip() + "\n"


def to_json(comparison: Comparison) -> str:
    """Everything, nothing cut."""
    doc = {
        "schema_version": SCHEMA_VERSION,
        "changed": comparison.changed,
        "verdict": verdict(comparison),
        "containers": [
            {
                "before": _facts(d.before),
                "after": _facts(d.after),
                "headline": d.headline,
                "changes": [asdict(c) for c in d.changes],
                "without_effect": [asdict(c) for c in d.idle],
                "notes": list(d.notes),
                "renamed": [{"kind": k, "before": old, "after": new} for (k, new), old in d.renamed.items()],
            }
            for d in comparison.diffs
        ],
        "only_before": [_facts(c) for c in comparison.only_before],
        "only_after": [_facts(c) for c in comparison.only_after],
        "findings": [asdict(t) for t in comparison.findings],
        "refused": [{"path": f.path, "reason": f.reason} for f in comparison.refused],
        "failed": list(comparison.failed),
    }
    return json.dumps(_cleaned(doc), indent=2, ensure_ascii=False) + "\n"


FORMATS: dict[str, Callable[[Comparison], str]] = {"text": text, "markdown": markdown, "json": to_json}


def _facts(c: Container) -> dict[str, str]:
    named = {"path": c.path, "side": c.side, "public_id": c.public_id, "name": c.name, "version": c.version}
    return named | {"edited": c.edited, "exported": c.exported, "origin": c.origin}


def _cleaned(value: Any) -> Any:
    """Strings made safe wherever they stand."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(v) for v in value]
    return {k: _cleaned(v) for k, v in value.items()} if isinstance(value, dict) else value


def _sides(d: ContainerDiff) -> tuple[tuple[str, Container], tuple[str, Container]]:
    return ("before", d.before), ("after", d.after)


def _title(d: ContainerDiff) -> str:
    return clean(f"{d.after.side} container {called(d.after)}")


def _version(c: Container, path: bool = True) -> str:
    told = [stand(c)] + ([f"last edited {c.edited}"] if c.edited else [])
    told += [f"exported {c.exported}"] if c.exported else []
    return f"{c.path}: {', '.join(told)}" if path else ", ".join(told)


def _subject(first: Difference, names: tuple[str, ...]) -> str:
    shown = ", ".join(f"'{n}'" for n in names[:_NAMES]) + (
        f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    )
    kind = first.kind if len(names) == 1 else f"{len(names)} {first.kind}s"
    told = f"{kind} {shown} {first.change}"
    if first.reaches:
        reached = ", ".join(f"'{n}'" for n in first.reaches[:_NAMES])
        more = len(first.reaches) - _NAMES
        told += f"; reaches {reached}" + (f" and {more} more" if more > 0 else "")
    return told


def _details(first: Difference) -> list[str]:
    rest = len(first.details) - _DETAILS
    return [*first.details[:_DETAILS], *([f"and {rest} more"] if rest > 0 else [])]


def _idle(idle: tuple[Difference, ...]) -> str:
    """Counts with a few names: `2 variables added ('A', 'B')`."""
    groups: dict[tuple[str, str], list[str]] = {}
    for d in idle:
        groups.setdefault((d.kind, d.change), []).append(d.name)
    told = []
    for (kind, how), names in groups.items():
        shown = ", ".join(f"'{n}'" for n in names[:5]) + (" ..." if len(names) > 5 else "")
        told.append(f"{len(names)} {kind}{'' if len(names) == 1 else 's'} {how} ({shown})")
    return "; ".join(told)


def _lonely(comparison: Comparison) -> list[str]:
    """Containers without a counterpart."""
    return [
        f"only {word}: {c.side} container {called(c)} ({c.path})"
        for word, found in (("before", comparison.only_before), ("after", comparison.only_after))
        for c in found
    ]


def _message(told: Told) -> str:
    """The finding as it is worded; of one that grew or shrank, the entities that made it."""
    if told.change in ("appeared", "went") or not told.entities:
        return told.message
    rest = len(told.entities) - _NAMES
    return f"{told.title}: {', '.join(told.entities[:_NAMES])}{f' and {rest} more' if rest > 0 else ''}"


def _finding(told: Told) -> list[str]:
    lines = [f"  {told.state.value.upper():<4}  {told.check}: {clean(_message(told))}"]
    return lines + ([f"        {clean(told.fix)}"] if told.change in ("appeared", "grew") and told.fix else [])
