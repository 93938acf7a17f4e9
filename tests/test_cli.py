"""The contract of the command line: exit codes, files, formats, and what is said and not said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import tagparity
from conftest import Folder
from tagparity.checks import SECTIONS, catalogue
from tagparity.cli import main
from tagparity.run import judge

FILES = {"audit.json", "SERVER-SIDE-TRACKING-AUDIT.md", "report.html", "unmatched.parquet"}
START = 1_790_000_000


def rows(server_every: int = 1, count: int = 40) -> list[dict[str, Any]]:
    """Pairs of copies with equal ids; only every n-th has its server copy."""
    made = []
    for i in range(count):
        row = {"side": "browser", "platform": "meta", "event_name": "Purchase", "event_id": f"e{i}",
               "event_time": START + i, "value": 9.5, "currency": "EUR"}  # fmt: skip
        made.append(row)
        if i % server_every == 0:
            made.append(row | {"side": "server", "action_source": "website"})
    return made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def real(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tagparity", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)


def document(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "audit.json").read_text("utf-8"))
    return found


def test_audit_writes_its_files_and_ends_in_0(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    result = run("audit", folder.path, "-o", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert {p.name for p in out.iterdir()} == FILES
    assert "Server-Side Tracking Health Score: " in result.stdout
    assert all(str(out / name) in result.stdout for name in FILES)


def test_the_score_block_stands_in_terminal_and_markdown(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    result = run("audit", folder.path, "-o", out)
    block = result.stdout.split("\n\nCoverage")[0]
    assert block.count("\n") == 7
    assert block in (out / "SERVER-SIDE-TRACKING-AUDIT.md").read_text("utf-8")


@pytest.mark.parametrize(("fail_on", "code"), [((), 0), (("--fail-on", "fail"), 1), (("--fail-on", "warn"), 1)])
def test_fail_on_a_bad_audit(fail_on: tuple[str, ...], code: int, folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows(server_every=4))
    assert run("audit", folder.path, "-o", out, *fail_on).exit_code == code
    assert {p.name for p in out.iterdir()} == FILES


def test_fail_on_looks_at_warn_and_fail_apart(folder: Folder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put("events.ndjson", rows())
    only_warnings = [_outcome("warn")]
    monkeypatch.setattr("tagparity.run.audit.judge_all", lambda *_: only_warnings)
    assert run("audit", folder.path, "-o", out, "--fail-on", "warn").exit_code == 1
    assert run("audit", folder.path, "-o", out, "--fail-on", "fail").exit_code == 0


def _outcome(state: str) -> Any:
    from tagparity.core.outcome import Outcome, State

    return Outcome("dedup_rate", "D2", "dedup", "critical", State(state), "title", "summary")


def test_an_accepted_finding_does_not_fail_the_run(folder: Folder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put("events.ndjson", rows())
    accept = '[[accept]]\ncheck = "dedup_rate"\nreason = "known"\nexpires = {}\n'
    monkeypatch.setattr("tagparity.run.audit.judge_all", lambda *_: [_outcome("fail")])
    for expires, code in (("2999-01-01", 0), ("2001-01-01", 1)):
        folder.put("tagparity.toml", accept.format(expires))
        assert run("audit", folder.path, "-o", out, "--fail-on", "fail").exit_code == code
        assert document(out)["accepted"][0]["active"] is (code == 0)


def test_a_check_that_crashes_ends_in_3(folder: Folder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(entry: Any, *_: Any) -> Any:
        raise ZeroDivisionError(f"ann@shop.example {entry.id}")

    monkeypatch.setattr(judge, "_measured", crash)
    folder.put("events.ndjson", rows())
    result = run("audit", folder.path, "-o", out)
    assert result.exit_code == 3
    broken = [o for o in document(out)["outcomes"] if o["state"] == "error"]
    assert broken
    assert all("ZeroDivisionError" in o["summary"] for o in broken)
    assert "ann@shop.example" not in result.output + "".join(p.read_text("utf-8", "replace") for p in out.iterdir())
    assert run("audit", folder.path, "-o", out, "--fail-on", "fail").exit_code in (1, 3)


@pytest.mark.parametrize("formats", ["json", "md", "html", "json,md", " md , html "])
def test_format_subset(formats: str, folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    assert run("audit", folder.path, "-o", out, "--format", formats).exit_code == 0
    names = {"json": "audit.json", "md": "SERVER-SIDE-TRACKING-AUDIT.md", "html": "report.html"}
    assert {p.name for p in out.iterdir()} == {"unmatched.parquet", *(names[f.strip()] for f in formats.split(","))}


@pytest.mark.parametrize("formats", ["", "pdf", "json,xml", ","])
def test_unknown_format_is_usage(formats: str, folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    assert run("audit", folder.path, "-o", out, "--format", formats).exit_code == 2
    assert not out.exists()


def test_quiet_says_nothing(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    result = run("audit", folder.path, "-o", out, "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert {p.name for p in out.iterdir()} == FILES


def test_verbose_lists_every_check(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    said = run("audit", folder.path, "-o", out, "--verbose").stdout
    assert [e.title for e in catalogue().values() if e.title not in said] == []


@pytest.mark.parametrize("inside", [".", "out", "deep/er"])
def test_out_inside_evidence_is_refused(inside: str, folder: Folder) -> None:
    folder.put("events.ndjson", rows())
    before = sorted(folder.path.rglob("*"))
    result = run("audit", folder.path, "-o", folder.path / inside)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert sorted(folder.path.rglob("*")) == before


def test_out_inside_evidence_by_a_link_is_refused(folder: Folder, tmp_path: Path) -> None:
    folder.put("events.ndjson", rows())
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    assert run("audit", folder.path, "-o", link / "out").exit_code == 2
    assert run("audit", link, "-o", folder.path / "out").exit_code == 2


def test_out_that_is_a_file_is_refused(folder: Folder, tmp_path: Path) -> None:
    folder.put("events.ndjson", rows())
    taken = tmp_path / "taken"
    taken.write_text("mine")
    assert run("audit", folder.path, "-o", taken).exit_code == 2
    assert taken.read_text() == "mine"


def test_usage_errors_are_2_and_one_line(folder: Folder, out: Path, tmp_path: Path) -> None:
    folder.put("events.ndjson", rows())
    assert run("audit").exit_code == 2
    assert run("audit", folder.path, "--no-such-option").exit_code == 2
    for arguments in (
        (tmp_path / "missing",),
        (folder.path, "--profile", "nobody"),
        (folder.path, "--config", tmp_path / "missing.toml"),
        (folder.put("bad/tagparity.toml", "nonsense = 1").parent,),
    ):
        result = run("audit", *arguments, "-o", out)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), arguments
    assert not out.exists()


def test_nothing_usable_is_2_and_says_why(folder: Folder, out: Path) -> None:
    result = run("audit", folder.path, "-o", out)
    assert result.exit_code == 2
    assert "the folder is empty" in result.stderr
    folder.put("picture.png", b"\x89PNG\r\n\x1a\n123")
    folder.put("empty.csv", b"")
    result = run("audit", folder.path, "-o", out)
    assert result.exit_code == 2
    assert "picture.png: a picture" in result.stderr
    assert "empty.csv: empty file" in result.stderr
    assert not out.exists()


def test_unreadable_files_beside_good_ones_are_listed(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    folder.put("deep/picture.png", b"\x89PNG\r\n\x1a\n123")
    folder.put("notes.txt", "to whom it may concern")
    result = run("audit", folder.path, "-o", out)
    assert result.exit_code == 0
    found = {f["path"]: f for f in document(out)["evidence"]}
    assert found["events.ndjson"]["records"] == 80
    for name in ("deep/picture.png", "notes.txt"):
        assert found[name]["kind"] == "refused"
        assert found[name]["reason"]
        for text in (result.stdout, *((out / name).read_text("utf-8") for name in FILES - {"unmatched.parquet"})):
            assert name in text


def test_files_may_be_named_one_by_one(folder: Folder, out: Path) -> None:
    one = folder.put("a.ndjson", rows())
    folder.put("b.ndjson", rows(count=5))
    assert run("audit", one, "-o", out).exit_code == 0
    assert [f["path"] for f in document(out)["evidence"]] == ["a.ndjson"]


def test_twice_is_the_same_but_for_the_time(folder: Folder, tmp_path: Path) -> None:
    folder.put("events.ndjson", rows(3))
    folder.put("bad.txt", "nothing here")
    found = []
    for name in ("one", "two"):
        assert run("audit", folder.path, "-o", tmp_path / name).exit_code == 0
        found.append(document(tmp_path / name))
        del found[-1]["generated_at"]
    assert found[0] == found[1]


def test_document_has_what_it_promises(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", rows())
    run("audit", folder.path, "-o", out)
    found = document(out)
    assert {"schema_version", "tool_version", "catalogue_version", "generated_at", "evidence", "inventory", "metrics",
            "outcomes", "score"} <= set(found)  # fmt: skip
    assert [o["check"] for o in found["outcomes"]] == list(catalogue())
    assert {"sgtm", "capi", "dedup", "hit_ratio", "walkthrough", "identity"} == set(found["score"]["categories"])
    assert found["tool_version"] == tagparity.__version__


def test_explain_and_checks() -> None:
    listed = run("checks").stdout
    for id, entry in catalogue().items():
        assert id in listed
        said = run("explain", id).stdout
        assert entry.title in said
        assert all(f"\n{section}\n" in said for section in SECTIONS)


def test_explain_an_unknown_check_is_2() -> None:
    result = run("explain", "dedup")
    assert result.exit_code == 2
    assert "dedup_rate" in result.stderr
    assert "\x1b" not in run("explain", "\x1b[31mred").stderr


def test_public_face() -> None:
    assert tagparity.__all__ == [
        "Audit",
        "EvidenceError",
        "ResourceError",
        "TagparityError",
        "UsageError",
        "__version__",
        "audit",
    ]
    assert all(getattr(tagparity, name) for name in tagparity.__all__)
    with pytest.raises(AttributeError):
        _ = tagparity.no_such_name


def test_audit_from_python(folder: Folder) -> None:
    path = folder.put("events.ndjson", rows())
    found = tagparity.audit(folder.path)
    assert isinstance(found, tagparity.Audit)
    assert found.metrics == tagparity.audit([str(path)]).metrics
    with pytest.raises(tagparity.UsageError):
        tagparity.audit(folder.path / "missing")
    with pytest.raises(tagparity.EvidenceError):
        tagparity.audit(folder.put("deep/a.txt", "x").parent)


def test_module_runs_as_a_program(folder: Folder, out: Path) -> None:
    version = real("--version")
    assert (version.returncode, version.stdout) == (0, f"tagparity, version {tagparity.__version__}\n")
    folder.put("events.ndjson", rows())
    done = real("audit", folder.path, "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert real("audit", folder.path / "missing").returncode == 2


def test_help_loads_neither_engine_nor_templates() -> None:
    code = (
        "import sys\nfrom tagparity.cli import main\n"
        "try: main(['audit', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'duckdb', 'jinja2', 'rich', 'msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Exit codes: 0 done" in done.stdout


def test_demo_ends_in_a_scored_report(out: Path) -> None:
    result = run("demo", "-o", out)
    assert result.exit_code == 0
    assert {p.name for p in (out / "audit").iterdir()} == FILES
    assert document(out / "audit")["score"]["overall"] is not None
