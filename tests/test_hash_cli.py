"""The `hash` command."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tagparity.cli_hash import hash_command

EMAIL, PHONE = " Jane.Doe+News@Gmail.com ", "+1 (650) 555-0100"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(hash_command, arguments, input=stdin)


def batch(*lines: object) -> tuple[list[dict[str, Any]], Result]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    result = run("--batch", "-", stdin=text)
    return [json.loads(line) for line in result.stdout.splitlines()], result


def test_a_value_under_every_profile() -> None:
    result = run("--platform", "facebook", "--field", "phone", "--country", "us", "(650) 555-0100")
    assert result.exit_code == 0
    rows = {line.split("\t")[0]: line.split("\t")[2:] for line in result.output.splitlines()}
    assert rows["profile"] == ["normalised", "sha256"]
    assert list(rows)[1] == "meta/docs"
    assert rows["meta/docs"] == ["16505550100", sha("16505550100")]
    assert rows["meta/python-sdk"] == ["6505550100", sha("6505550100")]
    assert rows["meta/walkeros"] == ["(650) 555-0100", sha("(650) 555-0100")]


def test_what_must_not_be_sent_and_what_is_sent_as_text() -> None:
    rejected = run("--platform", "meta", "--field", "em", "jane doe")
    assert "meta/docs\tdocumentation Graph API v25\t(rejected: must not be sent)\t" in rejected.output
    plain = run("--platform", "tiktok", "--field", "city", "New York")
    assert plain.output.splitlines()[1].split("\t")[2:] == ["new york", "(sent as text)"]


def test_control_characters_do_not_reach_the_terminal() -> None:
    result = run("--platform", "meta", "--field", "external_id", "a\x1b[31mb")
    assert "\x1b" not in result.output and "\\x1b" in result.output


def test_a_value_that_looks_like_an_option_comes_after_two_hyphens() -> None:
    result = run("--platform", "meta", "--field", "external_id", "--", "--country")
    assert "\t--country\t" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --platform, --field and one VALUE"),
        (("--platform", "meta", "x"), "give --platform, --field and one VALUE"),
        (("--platform", "nobody", "--field", "em", "x"), "unknown platform 'nobody'"),
        (("--platform", "meta", "--field", "shoes", "x"), "unknown field 'shoes'"),
        (("--platform", "linkedin", "--field", "ph", "x"), "linkedin takes no 'ph'"),
        (("--check", sha("a")), "--check needs candidates"),
    ],
)
def test_wrong_use_is_one_line(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output and result.output.count("\n") == 1


@pytest.mark.parametrize(
    ("digest", "way", "made_by"),
    [
        (sha("jane.doe+news@gmail.com"), "exact", "meta/docs (em)"),
        (sha("janedoe+news@gmail.com"), "exact", "google_ads/docs (em)"),
        (sha("janedoe@gmail.com"), "exact", "reddit/docs (em)"),
        (sha("jane.doenews@gmail.com"), "exact", "amazon_amc/docs (em)"),
        (sha(EMAIL), "exact", "meta/walkeros (em)"),
        (sha("JANE.DOE+NEWS@GMAIL.COM"), "exact", "value upper case, no profile"),
        (sha("jane.doe+news@gmail.com").upper(), "upper", "meta/docs (em)"),
        (sha(sha("jane.doe+news@gmail.com")), "double", "meta/docs (em)"),
        (hashlib.md5(b"jane.doe+news@gmail.com").hexdigest(), "md5", "meta/docs (em)"),
        (hashlib.sha1(b"jane.doe+news@gmail.com").hexdigest(), "sha1", "meta/docs (em)"),
        (
            base64.b64encode(hashlib.sha256(b"janedoe+news@gmail.com").digest()).decode(),
            "base64",
            "google_ads/docs (em)",
        ),
        (sha("jane.doe+news@gmail.com") + ".AQ", "exact, written otherwise", "meta/param-builder (em)"),
    ],
)
def test_check_names_the_maker(digest: str, way: str, made_by: str) -> None:
    result = run("--check", digest, "--candidates", "nobody@example.org", "--candidates", EMAIL)
    assert result.exit_code == 0, result.output
    [line] = [line for line in result.output.splitlines() if line.startswith("candidate")]
    assert line.startswith("candidate 2: ") and line.endswith(f": {way}") and made_by in line


def test_check_narrowed_to_a_platform_and_field() -> None:
    result = run("--check", sha("16505550100"), "--platform", "meta", "--field", "ph", "--", PHONE)
    assert "meta/docs (ph)" in result.output and "snapchat" not in result.output and "(fn)" not in result.output


def test_check_does_not_repeat_digest_or_candidate(tmp_path: Path) -> None:
    listed = tmp_path / "candidates.txt"
    listed.write_text("nobody@example.org\nsomebody@example.org\n", "utf-8")
    digest = sha("third@example.org")
    result = run("--check", digest, "--candidates-file", str(listed))
    assert result.exit_code == 1
    assert "no profile makes this digest from any candidate" in result.output
    assert digest not in result.output and "example.org" not in result.output


def test_check_knows_junk() -> None:
    result = run("--check", sha("undefined"), "undefined")
    assert "placeholder" in result.output and "names nobody: undefined" in result.output


def test_batch_answers_line_by_line() -> None:
    lines, result = batch(
        {"platform": "meta", "field": "em", "raw": EMAIL},
        {"platform": "google", "field": "email", "raw": EMAIL},
        {"platform": "tiktok", "field": "city", "raw": " New York "},
        {"platform": "meta", "field": "ph", "raw": 16505550100},
        {"platform": "meta", "field": "ph", "raw": "(650) 555-0100", "country": "us"},
        {"platform": "amc", "field": "state [us]", "raw": "Texas"},
        {"platform": "meta", "field": "country", "raw": "123"},
    )
    assert result.exit_code == 0
    assert [line["canonical"]["normalized"] for line in lines] == [
        *("jane.doe+news@gmail.com", "janedoe+news@gmail.com", "new york", "16505550100", "16505550100", "tx", None),
    ]
    assert [line["canonical"]["sha256"] for line in lines] == [
        *(sha("jane.doe+news@gmail.com"), sha("janedoe+news@gmail.com"), None),
        *(sha("16505550100"), sha("16505550100"), sha("tx"), None),
    ]
    assert set(lines[0]) == {"platform", "field", "raw", "canonical", "profiles"}
    assert (lines[0]["platform"], lines[0]["field"], lines[0]["raw"]) == ("meta", "em", EMAIL)
    assert all(set(p) == {"profile", "library", "version", "normalized", "sha256"} for p in lines[0]["profiles"])
    assert lines[0]["profiles"][0]["profile"] == "meta/docs"
    assert lines[3]["raw"] == 16505550100


def test_batch_keeps_the_good_lines() -> None:
    lines, result = batch(
        "{broken",
        "[1]",
        {"platform": "nobody", "field": "em", "raw": "x"},
        {"platform": "meta", "field": "shoes", "raw": "x"},
        {"platform": "meta", "field": "em", "raw": None},
        {"platform": "meta", "field": "em", "raw": ["secret@example.org"]},
        {"platform": "meta", "field": "em", "raw": True},
        {"platform": "meta", "field": "em"},
        {"platform": "meta", "field": "em", "raw": "x@example.org", "country": 1},
        "",
        {"platform": "meta", "field": "em", "raw": "Jane@Example.org"},
        '{"platform": "meta", "field": "em", "raw": NaN}',
        {"platform": "meta", "field": "em", "raw": "x" * 10_001},
        '{"platform": "meta", "field": "fn", "raw": "\\ud83d"}',
    )
    assert result.exit_code == 0
    assert [line["line"] for line in lines if "error" in line] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13]
    assert lines[9]["canonical"] == {"normalized": "jane@example.org", "sha256": sha("jane@example.org")}
    assert "secret" not in result.output.split("Jane@Example.org")[0]


def test_batch_without_a_good_line_fails() -> None:
    lines, result = batch("nonsense")
    assert lines == [{"line": 1, "error": "not JSON"}]
    assert result.exit_code == 2
    assert run("--batch", "-", stdin="").exit_code == 0


def test_batch_says_which_line_is_no_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "values.jsonl"
    file.write_bytes(b'{"platform": "x", "field": "em", "raw": "\xff"}\n')
    result = run("--batch", str(file))
    assert json.loads(result.stdout) == {"line": 1, "error": "not UTF-8"} and result.exit_code == 2


def test_batch_reads_a_file(tmp_path: Path) -> None:
    file = tmp_path / "values.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"platform": "x", "field": "hashed_email", "raw": "Jane@Example.org"}\n')
    result = run("--batch", str(file))
    assert json.loads(result.stdout)["canonical"]["sha256"] == sha("jane@example.org")


@pytest.mark.parametrize(
    ("value", "verdict"), [("fb.1.1790000000000.IwAR0abcDEF", "valid"), ("fb.1.1790000000.IwAR0abcDEF", "invalid")]
)
def test_click_ids_are_judged(value: str, verdict: str) -> None:
    result = CliRunner().invoke(hash_command, ["--platform", "meta", "--field", "fbc", value])
    assert result.exit_code == 0 and result.output.splitlines()[-1].startswith(f"fbc: {verdict}: ")
