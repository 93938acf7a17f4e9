"""The terminal: the score block, and a summary that fits one screen. No markup is made from outside text."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from ..core.audit import Audit
from ..core.outcome import State
from ..core.score import TITLES
from ._numbers import plural, share, span, whole
from ._origin import charts, cluster_sentence, timing_sentences
from ._shared import STATES, fixes, grouped, read_files, tally, wanted
from ._text import clean

FULL, EMPTY, CELLS = "█", "░", 10
_LABEL = max(map(len, TITLES.values())) + 2
_STYLE = {State.FAIL: "bold red", State.WARN: "yellow", State.ERROR: "bold magenta"}


def bar(score: float | None) -> str:
    """Ten cells; empty where nothing was judged."""
    filled = round((score or 0) / 100 * CELLS)
    return FULL * filled + EMPTY * (CELLS - filled)


def score_block(audit: Audit) -> str:
    """The verdict and its six bars, to the letter as the brief shows them. Numbers end in one column."""
    score = audit.score
    lines = [f"Server-Side Tracking Health Score: {whole(score.overall)}/100 (Grade {score.grade})", ""]
    for id, title in TITLES.items():
        category = score.categories[id]
        head = f"{title + ':':<{_LABEL}}{whole(category.score):>3}/100"
        lines.append(f"{head}  {bar(category.score)}  ({100 * category.weight:.0f}%)")
    return "\n".join(lines)


def standing(audit: Audit) -> str:
    """Coverage, possible range, and `provisional`: always said beside the score, on a line of its own."""
    score = audit.score
    text = f"Coverage {share(score.coverage, 0)}, possible range {span(score)}"
    return text + (", grade provisional" if score.provisional else "")


def _pair(head: str, first: str, second: str, style: str = "") -> Text:
    """One line: a head of ours, then what a file or check is called and what there is to say of it."""
    return Text.assemble((head, style), (clean(first), "bold"), ": " if second else "", clean(second))


def _files(audit: Audit, most: int) -> list[Text]:
    read, refused = read_files(audit)
    records, rejected = sum(f.records for f in read), sum(f.rejected for f in read)
    line = f"Evidence: {plural(len(read), 'file')} read, {len(refused)} refused; {plural(records, 'record')}"
    lines = [Text(line + (f", {rejected:,} rejected" if rejected else ""))]
    lines += [_pair("  refused  ", f.path, f.reason, "yellow") for f in refused[:most]]
    lines += _more(len(refused), most, "files refused, see audit.json")
    partly = [f for f in read if f.reason]
    lines += [_pair("  in part  ", f.path, f.reason, "yellow") for f in partly[:most]]
    return lines + _more(len(partly), most, "files used in part, see audit.json")


def _more(number: int, most: int, what: str) -> list[Text]:
    return [Text(f"  and {number - most:,} more {what}", "dim")] if number > most else []


def _fixes(audit: Audit, most: int) -> list[Text]:
    todo = fixes(audit)
    if not todo:
        return [Text("Nothing to mend among the checks that could be judged.")]
    lines = [Text("Fix first", "bold")]
    for fix in todo[:most]:
        worth = f"{fix.points:+.1f}" if fix.points >= 0.05 else "--"
        head = Text.assemble(
            f"  {worth:>5}  ", (f"{STATES[fix.outcome.state].upper():<4}  ", _STYLE[fix.outcome.state])
        )
        lines += [head + _pair("", fix.outcome.title, fix.outcome.summary), Text(f"         {clean(fix.text)}", "dim")]
    return lines + _more(len(todo), most, "in the report")


def _next(audit: Audit, most: int) -> list[Text]:
    wants = wanted(audit)
    if not wants:
        return []
    lines = [Text(""), Text("Evidence to get next", "bold")]
    return (
        lines + [Text(f"  {clean(w.text)}: {w.gain}") for w in wants[:most]] + _more(len(wants), most, "in the report")
    )


def _told(audit: Audit, most: int) -> list[Text]:
    """Where unmatched copies come from, what changed, and clocks that are off."""
    lines: list[Text] = []
    changed = [sentence for chart in charts(audit) for sentence in chart.sentences] + timing_sentences(audit)
    for title, sentences in (
        ("Where it comes from", [cluster_sentence(c) for c in audit.clusters]),
        ("What changed, and when", changed),
    ):
        if sentences:
            lines += [Text(title, "bold"), *(Text(f"  {clean(s)}") for s in sentences[:most])]
            lines += [*_more(len(sentences), most, "in the report"), Text("")]
    return lines


def _checks(audit: Audit) -> list[Text]:
    """Every check with its state, for `--verbose`."""
    lines = []
    for group in grouped(audit):
        lines += [Text(""), Text(group.title, "bold")]
        for o in group.outcomes:
            lines.append(
                _pair(f"  {STATES[o.state].upper():<15}{o.row:<4}", o.title, o.summary, _STYLE.get(o.state, ""))
            )
    return lines


def summary(audit: Audit, verbose: bool = False) -> RenderableType:
    """Block, evidence read and refused, what to fix first, checks by state, the evidence to get next.

    Lines are not laid out in columns: they survive a pipe, and a terminal wraps them.
    """
    states = ", ".join(f"{n} {label.lower()}" for label, n in tally(audit).items() if n)
    most = 1000 if verbose else 5
    lines = [Text(score_block(audit)), Text(""), Text(standing(audit)), Text(""), *_files(audit, 2 * most), Text("")]
    lines += [
        *_fixes(audit, most),
        Text(""),
        *_told(audit, 20 if verbose else 3),
        Text(f"Checks: {states or 'none ran'}"),
        *_next(audit, most),
    ]
    return Group(*lines, *(_checks(audit) if verbose else []))
