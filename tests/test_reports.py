"""Reports of a hand-made audit: exact block, escapes in every format, offline HTML, JSON that comes back equal."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise

import msgspec
import pytest
from rich.console import Console

from report_sample import HOSTILE, OUTCOMES, found, sample
from tagparity.core.audit import Audit
from tagparity.core.measure import Metric, rate
from tagparity.core.outcome import State
from tagparity.core.score import CategoryScore, Score, score
from tagparity.reports import FORMATS, html, json_, markdown, terminal
from tagparity.reports._numbers import measured, whole
from tagparity.reports._shared import fixes, wanted
from tagparity.reports._tables import cause_rows, event_rows, key_rows
from tagparity.reports._text import md, prose

BLOCK = """Server-Side Tracking Health Score: 71/100 (Grade C)

sGTM Pipeline:                80/100  ████████░░  (20%)
CAPI / CAPI Gateway:          60/100  ██████░░░░  (25%)
Deduplication:                 5/100  ░░░░░░░░░░  (15%)
Server-Side Hit Ratio:       100/100  ██████████  (15%)
Pixel Debug (6 events):       --/100  ░░░░░░░░░░  (10%)
Hash Quality / PII Handling:  90/100  █████████░  (15%)"""


def _scored(overall: float | None, **points: float | None) -> Audit:
    weights = {"sgtm": 0.2, "capi": 0.25, "dedup": 0.15, "hit_ratio": 0.15, "walkthrough": 0.1, "identity": 0.15}
    categories = {c: CategoryScore(points[c], w, 1.0, 0.0, 100.0) for c, w in weights.items()}
    return replace(sample([]), score=Score(overall, "-" if overall is None else "C", True, 0.5, 30.2, 90.1, categories))


class Page(HTMLParser):
    """Tags in order with their attributes; complains about tags that do not close."""

    VOID = frozenset({"meta", "link", "img", "br", "path", "rect", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag


def _terminal(audit: Audit, verbose: bool = False) -> str:
    console = Console(file=StringIO(), width=100, force_terminal=True, color_system="standard")
    console.print(terminal.summary(audit, verbose), soft_wrap=True)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_clusters_and_changes_are_told_in_every_format() -> None:
    audit = sample()
    told = ("118 of 120", "are Safari on /checkout since 2026-11-18", "which is 14.4 % (130 of 900) of all browser copies of purchase",
            "deduplication rate falls on 2026-11-18 from 99.0 %", "to 70.0 %", "GTM-ABC123 last edited” the day before",
            "drifts up from 2026-11-02 to 2026-11-29", "from 2026-11-03 to 2026-11-09")  # fmt: skip
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.render(audit)))
    for text in (page, markdown.render(audit), re.sub(r"\x1b\[[0-9;]*m", "", _terminal(audit))):
        assert [t for t in told if t not in text] == []
    assert html.render(audit).count('class="day" d="M') == 1  # the trend has no days in this audit
    empty = replace(audit, clusters=(), changes=(), metrics=())
    assert "Where it comes from" not in html.render(empty) + markdown.render(empty) + _terminal(empty)


def test_a_long_list_of_clusters_is_cut() -> None:
    audit = replace(sample(), clusters=sample().clusters * 30)
    assert markdown.render(audit).count("are Safari on") == 10
    assert "And 40 more in audit.json." in markdown.render(audit) and "And 40 more in audit.json." in html.render(audit)


def test_score_block_is_exact() -> None:
    audit = _scored(71.4, sgtm=80, capi=60, dedup=4.6, hit_ratio=100, walkthrough=None, identity=90)
    assert terminal.score_block(audit) == BLOCK
    assert f"```text\n{BLOCK}\n```" in markdown.render(audit)
    nothing = _scored(None, sgtm=None, capi=None, dedup=None, hit_ratio=None, walkthrough=None, identity=None)
    first, blank, *bars = terminal.score_block(nothing).splitlines()
    assert (first, blank) == ("Server-Side Tracking Health Score: --/100 (Grade -)", "")
    assert bars[0] == "sGTM Pipeline:                --/100  ░░░░░░░░░░  (20%)"


@pytest.mark.parametrize(
    ("score", "text"), [(None, "--"), (89.7, "89"), (90.0, "90"), (71.4, "71"), (100.0, "100"), (39.6, "39")]
)
def test_rounding_never_contradicts_the_grade(score: float | None, text: str) -> None:
    assert whole(score) == text


def test_numbers_in_words() -> None:
    assert measured(rate("dedup_rate", {}, 358, 400)) == "89.5 % (358 of 400, 95 % interval 86.1 to 92.1)"
    assert measured(Metric("match_keys_median", {}, 5.0, 5.0, 1412)) == "5 (over 1,412)"
    assert measured(Metric("x", {}, None, 0, 0, 0.0, None)) == "– (0 of 0, 95 % interval from 0.0)"


def test_what_to_fix_first_is_worth_what_the_score_gains() -> None:
    audit = sample()
    todo = fixes(audit)
    assert [f.outcome.check for f in todo[:2]] == ["dedup_rate", "email_hashed"]
    assert todo[-2].outcome.check == "event_names" and todo[-2].points == 0
    assert todo[-1].outcome.check == "hygiene", "accepted by its owner"
    for fix in todo:
        mended = score(replace(o, state=State.PASS) if o == fix.outcome else o for o in audit.outcomes)
        assert mended.overall is not None and audit.score.overall is not None
        assert mended.overall - audit.score.overall == pytest.approx(fix.points)


def test_missing_evidence_is_ranked_by_coverage() -> None:
    audit = sample()
    wants = wanted(audit)
    assert wants[0].text.startswith("a HAR file") and wants[0].coverage == pytest.approx(0.1)
    assert {w.text.split(":")[0] for w in wants[1:]} >= {"an order ledger"}


def test_tables_add_up_over_events() -> None:
    audit = sample()
    meta = next(r for r in event_rows(audit) if (r.platform, r.event) == ("meta", "page_view"))
    assert meta.cells[0] and meta.cells[0].dims["scope"] == "web" and meta.cells[5] is None
    em = next(r for r in key_rows(audit) if (r.platform, r.key) == ("ga4", "em"))
    assert [(n, m.numerator) for n, m in em.parts] == [("sha256_hex", 470), ("sha256_hex_upper", 31), ("absent", 20)]
    split = replace(
        audit,
        metrics=(
            rate("form_share", {"platform": "m", "event": "a", "side": "server", "key": "em", "form": "plain"}, 10, 10),
            rate(
                "form_share", {"platform": "m", "event": "b", "side": "server", "key": "em", "form": "absent"}, 30, 30
            ),
        ),
    )
    assert [(n, m.value) for n, m in key_rows(split)[0].parts] == [("plain", 0.25), ("absent", 0.75)]
    assert [n for n, _ in cause_rows(audit)[0].parts] == ["browser_id_missing", "event_renamed", "unexplained"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", r"a\|b"),
        ("![x](http://h)", r"\!\[x\](http\://h)"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("`code` *b* _i_ snake_case", r"\`code\` \*b\* \_i\_ snake_case"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("2026-11-24", "2026-11-24"),
        ("61.0 %", "61.0 %"),
        ("www.evil.test", r"www\.evil.test"),
        ("JAVASCRIPT:x", r"JAVASCRIPT\:x"),
        ("a\nb\x1b\u202e", r"a\\u000ab\\u001b\\u202e"),
        ("\\|", r"\\\|"),
        ("joe@shop.example", "&lt;email&gt;"),
    ],
)
def test_markdown_escape(text: str, expected: str) -> None:
    assert md(text) == expected


def test_prose_is_escaped_html() -> None:
    assert prose("One `a<b>` **two**\n\n- x & y\n- z") == (
        "<p>One <code>a&lt;b&gt;</code> <strong>two</strong></p><ul><li>x &amp; y</li><li>z</li></ul>"
    )


def test_markdown_says_everything_and_lets_nothing_out() -> None:
    text = markdown.render(sample())
    for head in (
        "Fix first",
        "Findings",
        "Walkthrough",
        "Measurements",
        "Inventory",
        "Evidence",
        "What could not be judged",
        "Accepted",
        "Method",
    ):
        assert re.search(rf"^## {head}", text, re.M), head
    assert "<script" not in text and "\x1b" not in text and "\u202e" not in text
    assert not re.search(r"(?<!\\)\]\(", text) and "http://" not in text and "<http" not in text
    assert "a named pipe is not opened" in text and "and 4 more in audit.json" in text
    assert "`first_party_tagging_domain` · row G2 · severity high" in text
    assert "provisional" in text and "89.5 %" not in text and "61.0 % (244 of 400, 95 % interval" in text
    widths = {line.count("|") - line.count("\\|") for line in text.splitlines() if line.startswith("| meta | purchase")}
    assert widths == {9}


def test_html_is_one_offline_page() -> None:
    text = html.render(sample())
    page = Page(text)
    assert page.open == []
    names = [t for t, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(names)
    assert not [
        (t, a)
        for t, a in page.tags
        if {"src", "srcset", "background", "ping"} & set(a) or any(k.startswith("on") for k in a)
    ]
    assert all((a["href"] or "").startswith("#") for t, a in page.tags if "href" in a)
    assert "url(" not in text and "@import" not in text
    csp = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert csp == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert "\x1b" not in text and "\u202e" not in text and "<script" not in text and "{{7*7}}" in text


def test_html_is_clean_for_a_screen_reader() -> None:
    page = Page(html.render(sample()))
    levels = [int(t[1]) for t, _ in page.tags if re.fullmatch(r"h[1-6]", t)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert all(a.get("scope") for t, a in page.tags if t == "th")
    names = [t for t, _ in page.tags]
    assert names.count("main") == 1 and "nav" in names and page.tags[0][1].get("lang") == "en"
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {(a["href"] or "")[1:] for t, a in page.tags if "href" in a} <= set(ids)


def test_ten_thousand_findings_stay_readable() -> None:
    many = tuple(
        found(State.FAIL, f"{HOSTILE} {n} " + "long " * 60, f"events.csv line {n}", HOSTILE, "Mend it.")
        for n in range(1000)
    )
    audit = sample([replace(o, findings=many, state=State.FAIL) for o in OUTCOMES[:10]])
    text = html.render(audit)
    assert len(text.encode()) < 2_000_000 and "And 990 more in audit.json" in text
    assert len(markdown.render(audit).encode()) < 2_000_000


def test_long_texts_list_fewer_findings() -> None:
    long = tuple(found(State.FAIL, "m " * 500, "w", "note " * 200, "fix " * 200) for _ in range(100))
    audit = sample([replace(OUTCOMES[0], check=f"c{n}", state=State.FAIL, findings=long) for n in range(100)])
    text = html.render(audit)
    assert len(text.encode()) < 2_000_000 and "And 97 more in audit.json" in text


def test_json_comes_back_equal_and_fits_its_schema() -> None:
    audit = sample()
    text = json_.render(audit)
    assert json_.parse(text) == audit
    assert "\x1b" not in text and "\u202e" not in text
    assert [m["id"] for m in json.loads(text)["metrics"]] == [m.id for m in audit.metrics]
    schema = json_.schema()
    assert schema["title"] and schema["$id"] and schema["$ref"].endswith("/Audit")
    required = schema["$defs"]["Audit"]["properties"]
    assert set(required) == set(json.loads(text))


def test_json_has_no_infinities() -> None:
    audit = replace(sample(), metrics=(Metric("hit_ratio", {}, 1 / 3, 7, 3, 0.1, float("inf")),))
    text = json_.render(audit)
    assert "Infinity" not in text
    assert msgspec.json.decode(text)["metrics"][0]["high"] is None and "0.3333333333333333" in text


def test_terminal_summary_prints_no_markup_of_others() -> None:
    audit = sample()
    raw = _terminal(audit)
    assert "\u202e" not in raw and "\x1b]" not in raw
    text = re.sub(r"\x1b\[[0-9;]*m", "", raw)
    assert "\x1b" not in text and terminal.score_block(audit) in text
    flat = " ".join(text.split())
    for part in (
        "3 files read, 2 refused",
        "a named pipe is not opened",
        "Fix first",
        "possible range",
        "[red]",
        "Evidence to get next",
        "2 fail",
    ):
        assert part in flat, part


def test_an_empty_audit_renders_everywhere() -> None:
    audit = replace(sample([]), evidence=(), inventory=(), metrics=(), accepted=())
    for _, render in FORMATS.values():
        assert render(audit)
    assert "Nothing could be judged" in html.render(audit)
    assert "--/100 (Grade -)" in _terminal(audit)


def test_the_formats_and_their_files() -> None:
    assert {f: name for f, (name, _) in FORMATS.items()} == {
        "md": "SERVER-SIDE-TRACKING-AUDIT.md",
        "html": "report.html",
        "json": "audit.json",
    }


def test_verbose_lists_every_check() -> None:
    text = re.sub(r"\x1b\[[0-9;]*m", "", _terminal(sample(), verbose=True))
    for outcome in OUTCOMES:
        assert re.search(rf"^  [A-Z ]+ +{outcome.row} +{re.escape(outcome.title)}", text, re.M), outcome.check
