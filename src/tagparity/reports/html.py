"""report.html: one file, offline, no script. Made to be read on a laptop, a phone and paper."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from ..core.audit import Audit
from ..core.measure import Metric
from ..core.outcome import State
from ._origin import Chart
from ._text import prose, shown
from ._view import environment, view

MARKS = {
    State.FAIL: "✕",
    State.WARN: "!",
    State.ERROR: "?",
    State.NOT_RUN: "○",
    State.PASS: "✓",
    State.NOT_APPLICABLE: "–",
}
GRADE_LINES = (40, 60, 75, 90)
RATIO_END = 1.5
MOST_BYTES = 1_900_000


def whisker(metric: Metric, end: float = 1.0) -> Markup:
    """A bar from 0 to `end` with its interval over it; the line of a ratio of 1 is drawn when `end` lies beyond."""

    def at(value: float | None) -> float:
        return 100 * min(max(value or 0.0, 0.0), end) / end

    low, high = at(metric.low), at(end if metric.high is None else metric.high)
    mark = f'<path class="one" d="M{100 / end:.1f} 0V10"/>' if end > 1 else ""
    return Markup(  # noqa: S704 - numbers only
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<path class="track" d="M0 5H100"/><path class="fill" d="M0 5H{at(metric.value):.1f}"/>{mark}'
        f'<path class="reach" d="M{low:.1f} 5H{high:.1f}M{low:.1f} 2V8M{high:.1f} 2V8"/></svg>'
    )


def stack(parts: tuple[tuple[str, Metric], ...]) -> Markup:
    """Shares of one whole side by side. The words beside it carry the meaning, the shades only the proportions."""
    drawn, x = [], 0.0
    for n, (name, metric) in enumerate(parts):
        wide = max(0.0, min(100 * (metric.value or 0.0), 100 - x))
        shade = "pa" if name == "absent" else f"p{min(n, 5)}"
        drawn.append(f'<rect class="{shade}" x="{x:.2f}" width="{wide:.2f}" height="10"/>')
        x += wide
    head = '<svg class="stack" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    return Markup(head + "".join(drawn) + "</svg>")  # noqa: S704 - numbers only


def daychart(chart: Chart) -> Markup:
    """The days of a series as dots, the levels before and after each change as lines, and the day of each shift. The
    sentence below says the same in words."""
    low, high = chart.span
    place = {d.dims["day"]: n + 0.5 for n, d in enumerate(chart.days)}
    wide = max(1, len(chart.days))

    def x(at: float) -> str:
        return f"{100 * at / wide:.2f}"

    def y(value: float | None) -> str:
        return f"{30 * (1 - (min(max(value or 0.0, low), high) - low) / (high - low)):.2f}"

    drawn = ['<path class="frame" d="M0 0H100M0 30H100"/>']
    dots = "".join(f"M{x(place[d.dims['day']])} {y(d.value)}h.01" for d in chart.days)
    start = 0.0
    for c in chart.changes:
        first, end = place.get(c.day, 0.5) - 0.5, place.get(c.until, wide - 0.5) + 0.5
        if c.kind == "trend":
            drawn.append(f'<path class="level" d="M{x(first)} {y(c.before.value)}L{x(end)} {y(c.after.value)}"/>')
            continue
        drawn.append(f'<path class="at" d="M{x(first)} 0V30"/>')
        levels = f"M{x(start)} {y(c.before.value)}H{x(first)}M{x(first)} {y(c.after.value)}H{x(end)}"
        drawn.append(f'<path class="level" d="{levels}"/>')
        start = first
    drawn.append(f'<path class="day" d="{dots}"/>')
    head = '<svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    return Markup(head + "".join(drawn) + "</svg>")  # noqa: S704 - numbers only


@cache
def _environment() -> Environment:
    env = environment(autoescape=True, finalize=shown)
    env.globals.update(
        whisker=whisker,
        stack=stack,
        daychart=daychart,
        prose=prose,
        MARKS=MARKS,
        grade_lines=GRADE_LINES,
        ratio_end=RATIO_END,
    )
    return env


def render(audit: Audit) -> str:
    """The audit as one HTML file. Above `MOST_BYTES` (very long texts) fewer findings of a check are listed."""
    template, values, text = _environment().get_template("report.html.j2"), view(audit), ""
    for most in (values["cap"], 3, 1):
        text = template.render({**values, "cap": min(most, values["cap"])})
        if len(text.encode()) < MOST_BYTES:
            break
    return text
