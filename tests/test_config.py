"""`tagparity.toml`: what it gives, and the one clear line each mistake ends in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tagparity.core.errors import UsageError
from tagparity.core.limits import Limits
from tagparity.run.config import Config, find, load

CHECKS = {"dedup_rate_low", "secrets_in_container"}
OWN = {"dedup_rate_low": Limits.at_least(0.9, 0.7)}
FULL = """
exclude = ["old/*", "raw", "*.bak"]
profile = "strict"

[site]
url = "https://shop.example/"
tagging_host = "SGTM.shop.example"

[destinations]
Facebook = ["123", "456"]

[columns]
"Event ID" = "event_id"
mail = "em"

[[accept]]
check = "dedup_rate_low"
reason = "migration until spring"
expires = 2027-03-31

[profiles.strict]
minimum_count = 100
[profiles.strict.limits.dedup_rate_low]
ok = 0.95
warn = 0.8
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "tagparity.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_said_is_there(tmp_path: Path) -> None:
    config = load(write(tmp_path, FULL), CHECKS, limits=OWN)
    assert config.site.url == "https://shop.example/"
    assert config.site.tagging_host == "sgtm.shop.example"
    assert config.site.destinations == {"meta": ("123", "456")}
    assert config.columns == {"Event ID": "event_id", "mail": "em"}
    assert config.minimum_count == 100
    assert config.limits_for("dedup_rate_low", OWN["dedup_rate_low"]) == Limits.at_least(0.95, 0.8)
    assert config.limits_for("other", Limits.at_most(0.1, 0.2)) == Limits.at_most(0.1, 0.2)


def test_no_file_is_the_default() -> None:
    config = load(None, CHECKS)
    assert config == Config()
    assert config.minimum_count == 30
    assert config.accepted(date(2027, 1, 1)) == []


def test_profile_option_overrides_the_file(tmp_path: Path) -> None:
    assert load(write(tmp_path, FULL), CHECKS, profile="default").minimum_count == 30


@pytest.mark.parametrize(("today", "active"), [(date(2027, 3, 31), True), (date(2027, 4, 1), False)])
def test_acceptance_ends_after_its_day(tmp_path: Path, today: date, active: bool) -> None:
    (accepted,) = load(write(tmp_path, FULL), CHECKS).accepted(today)
    assert (accepted.check, accepted.expires, accepted.active) == ("dedup_rate_low", "2027-03-31", active)


@pytest.mark.parametrize(
    ("path", "out"),
    [("old/a.csv", True), ("raw/deep/a.csv", True), ("a.bak", True), ("new/a.csv", False), ("rawer/a.csv", False)],
)
def test_exclude(tmp_path: Path, path: str, out: bool) -> None:
    assert load(write(tmp_path, FULL), CHECKS).excluded(path) is out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sites = 1", "unknown key 'sites'"),
        ("[site]\nurls = 'x'", "site: unknown key 'urls': remove it or correct its name; known: url, tagging_host"),
        ("[site]\nurl = 5", "site.url: expected str, got int"),
        ("[site]\nurl = 'shop.example'", "site.url: must be a web address"),
        ("[site]\nurl = 'https://u:geheim@shop.example'", "site.url: must be a web address"),
        ("[site]\ntagging_host = 'https://s.example'", "site.tagging_host: must be a host name alone"),
        ("[destinations]\nmeta = [123]", "destinations[...][0]: expected str, got int"),
        ("[destinations]\nmyspace = ['geheim']", "destinations.myspace: no such platform; known: "),
        ("[columns]\nx = 'geheim'", "columns.x: no such column; known: side, "),
        ("exclude = ['']", "exclude: an empty pattern"),
        ("profile = 'geheim'", "profile: no such profile; known: default"),
        ("[[accept]]\ncheck = 'geheim'\nreason = 'r'\nexpires = 2027-01-01", "accept[0].check: no such check"),
        ("[[accept]]\ncheck = 'dedup_rate_low'\nreason = ' '\nexpires = 2027-01-01", "accept[0].reason: is empty"),
        ("[[accept]]\ncheck = 'dedup_rate_low'\nreason = 'r'", "accept[0]: key 'expires' is missing: add it"),
        ("[[accept]]\ncheck = 'dedup_rate_low'\nreason = 'r'\nexpires = 'geheim'", "accept[0].expires: must be a date"),
        ("[[deploys]]\nname = ' '\nday = 2026-06-03", "deploys[0].name: is empty"),
        ("[[deploys]]\nname = 'a'", "deploys[0]: give either 'day' (a date) or 'at' (a date with a time)"),
        ("[[deploys]]\nname = 'a'\nday = 2026-06-03\nat = 2026-06-03T10:00:00Z", "deploys[0]: give either 'day'"),
        (
            "[[deploys]]\nname = 'a'\nday = 'geheim'",
            "deploys[0].day: must be a date without quotes, such as 2027-01-31",
        ),
        (
            "[[deploys]]\nname = 'a'\nat = 2026-06-03",
            "deploys[0].at: must be a date without quotes, such as 2027-01-31, with",
        ),
        ("[[deploys]]\nname = 'a'\nday = 2026-06-03\nplatforms = ['geheim']", "deploys[0].platforms: no such platform"),
        ("[[deploys]]\nday = 2026-06-03", "deploys[0]: key 'name' is missing: add it"),
        (
            "[[deploys]]\nname = 'a'\nday = 2026-06-03\nwhere = 1",
            "deploys[0]: unknown key 'where': remove it or correct its name; known: name",
        ),
        ("[profiles.a]\nminimum_count = 0", "profiles.a.minimum_count: must be 1 or more"),
        ("[profiles.a]\nminimum = 1", "profiles[...]: unknown key 'minimum'"),
        ("[profiles.a.limits.nope]\nok = 1\nwarn = 1", "profiles.a.limits.nope: no such check"),
        ("[profiles.a.limits.secrets_in_container]\nok = 1\nwarn = 1", "this check has no limits to set"),
        ("[profiles.a.limits.dedup_rate_low]\nok = 0.5\nwarn = 0.8", "ok must be at least warn"),
        ("[profiles.a.limits.dedup_rate_low]\nok = nan\nwarn = 0.8", "finite numbers"),
        ("[site]\nurl = 'geheim", "not valid TOML (at end of document)"),
        ("a = 1\na = 2", "not valid TOML (at "),
        ("[site]\nurl = 'a'\n[site]", "not valid TOML (at "),
    ],
)
def test_mistakes_end_in_one_line_without_values(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path, text), CHECKS, limits=OWN)
    message = str(caught.value)
    assert message.startswith("tagparity.toml: ")
    assert said in message
    assert "geheim" not in message
    assert "\n" not in message


def test_what_is_no_file_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"profile = '\xe9'")
    for path, said in (("gone.toml", "no such file"), (".", "not a regular one"), ("latin.toml", "not UTF-8")):
        with pytest.raises(UsageError, match=said):
            load(tmp_path / path, CHECKS)
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf[site]\nurl = 'https://shop.example'")
    assert load(tmp_path / "bom.toml", CHECKS).site.url == "https://shop.example"


def test_unknown_profile_option() -> None:
    with pytest.raises(UsageError, match="--profile: no such profile; known: default"):
        load(None, CHECKS, profile="geheim")


def test_which_file_is_read(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert find(None, [one, two]) is None
    path = write(one, "")
    assert find(None, [one, two]) == path
    assert find(tmp_path / "other.toml", [one]) == tmp_path / "other.toml"
    (two / "tagparity.toml").symlink_to(path)
    assert find(None, [two]) is None
    (two / "tagparity.toml").unlink()
    write(two, "")
    with pytest.raises(UsageError, match="--config"):
        find(None, [one, two])
