"""`tagparity.toml`: what the owner says of the site, the files and the thresholds. Unknown keys stop the run.

Errors are one line: file, key, remedy. They never repeat a value, which may be personal.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from math import isfinite
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import msgspec

from ..core.audit import Accepted
from ..core.change import Event
from ..core.errors import UsageError
from ..core.limits import Limits
from ..core.rows import RAW_COLUMNS
from ..core.text import outside
from ..core.traffic import Site
from ..platforms import PLATFORMS, by_alias

NAME = "tagparity.toml"
MAX_BYTES = 1_000_000
DEFAULT_PROFILE = "default"
MINIMUM_COUNT = 30
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+")


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the file's sections."""


class SiteSection(_Strict, frozen=True):
    """`[site]`."""

    url: str = ""
    tagging_host: str = ""


class AcceptSection(_Strict, frozen=True):
    """`[[accept]]`: a finding its owner chose to live with, and until when."""

    check: str
    reason: str
    expires: date


class DeploySection(_Strict, frozen=True):
    """`[[deploys]]`: something released on a `day`, or `at` a time (without a zone: UTC), for some platforms or all."""

    name: str
    day: date | None = None
    at: datetime | None = None
    platforms: tuple[str, ...] = ()


class Bounds(_Strict, frozen=True):
    """`[profiles.NAME.limits.CHECK]`."""

    ok: float
    warn: float


class Profile(_Strict, frozen=True):
    """`[profiles.NAME]`."""

    minimum_count: int = MINIMUM_COUNT
    limits: dict[str, Bounds] = {}


class Document(_Strict, frozen=True):
    """The whole file."""

    site: SiteSection = SiteSection()
    destinations: dict[str, tuple[str, ...]] = {}
    columns: dict[str, str] = {}
    exclude: tuple[str, ...] = ()
    accept: tuple[AcceptSection, ...] = ()
    deploys: tuple[DeploySection, ...] = ()
    profile: str = DEFAULT_PROFILE
    profiles: dict[str, Profile] = {}


_SECTIONS: tuple[tuple[str, type[msgspec.Struct]], ...] = (
    (r"\$", Document),
    (r"\$\.site", SiteSection),
    (r"\$\.accept\[\d+\]", AcceptSection),
    (r"\$\.deploys\[\d+\]", DeploySection),
    (r"\$\.profiles\[\.\.\.\]", Profile),
    (r"\$\.profiles\[\.\.\.\]\.limits\[\.\.\.\]", Bounds),
)


class Config(msgspec.Struct, frozen=True):
    """A validated configuration with one profile chosen."""

    document: Document = Document()
    profile: str = DEFAULT_PROFILE
    path: Path | None = None

    @property
    def site(self) -> Site:
        """What checks see of it."""
        said = self.document.site
        destinations: dict[str, tuple[str, ...]] = {}
        for name, ids in self.document.destinations.items():
            platform = by_alias(name)
            key = platform.id if platform else name
            destinations[key] = (*destinations.get(key, ()), *ids)
        return Site(said.url, said.tagging_host.lower(), destinations)

    @property
    def columns(self) -> dict[str, str]:
        """Column names of flat tables, theirs to ours."""
        return dict(self.document.columns)

    @property
    def deploys(self) -> list[tuple[Event, tuple[str, ...]]]:
        """What was released, by UTC day, and the platforms it is about; none: all."""
        return [
            (Event("deploy", _utc_day(d), outside(d.name, 100)), tuple(p.id for n in d.platforms if (p := by_alias(n))))
            for d in self.document.deploys
        ]

    @property
    def minimum_count(self) -> int:
        """Smallest denominator that gets a verdict."""
        return self._chosen.minimum_count

    @property
    def _chosen(self) -> Profile:
        return self.document.profiles.get(self.profile, Profile())

    def excluded(self, relative: str) -> bool:
        """Whether a path, relative to EVIDENCE and with `/`, is left out: it or a folder above it matches a pattern."""
        parts = relative.split("/")
        heads = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
        return any(fnmatchcase(head, pattern.rstrip("/")) for pattern in self.document.exclude for head in heads)

    def limits_for(self, check_id: str, default: Limits) -> Limits:
        """The limits of a check: the profile's, or its own."""
        bounds = self._chosen.limits.get(check_id)
        return Limits(bounds.ok, bounds.warn, default.rising) if bounds else default

    def accepted(self, today: date) -> list[Accepted]:
        """Findings the owner lives with; active to the end of the day they expire on."""
        return [
            Accepted(a.check, outside(a.reason), a.expires.isoformat(), a.expires >= today)
            for a in self.document.accept
        ]


def find(explicit: Path | None, evidence: Sequence[Path]) -> Path | None:
    """The file to load: the one named, else `tagparity.toml` of an evidence folder when it is a regular file there."""
    if explicit is not None:
        return explicit
    found = [p / NAME for p in evidence if (p / NAME).is_file() and not (p / NAME).is_symlink()]
    if len(found) > 1:
        raise UsageError(f"{len(found)} evidence folders hold a {NAME}: name the one that counts with --config")
    return found[0] if found else None


def load(
    path: Path | None,
    check_ids: Collection[str],
    *,
    profile: str | None = None,
    limits: Mapping[str, Limits] | None = None,
) -> Config:
    """Reads and validates a configuration; None is the empty one. `profile` overrides the one the file chooses.

    `limits` are the checks' own: when given, a profile may only set those, in the right order.
    """
    document = Document() if path is None else _read(path)
    shown = NAME if path is None else outside(path.name)
    _check_values(shown, document, check_ids)
    _check_profiles(shown, document, check_ids, limits)
    chosen = profile if profile is not None else document.profile
    if chosen != DEFAULT_PROFILE and chosen not in document.profiles:
        known = ", ".join(sorted({DEFAULT_PROFILE, *document.profiles}))
        _stop(shown, "--profile" if profile is not None else "profile", f"no such profile; known: {outside(known)}")
    return Config(document, chosen, path)


def _stop(file: str, key: str, remedy: str) -> NoReturn:
    raise UsageError(f"{file}: {key}: {remedy}")


def _read(path: Path) -> Document:
    shown = outside(path.name)
    if not path.is_file():
        raise UsageError(f"{shown}: no such file, or not a regular one: give --config the path of a TOML file")
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read ({error.strerror}): check its permissions") from None
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{shown}: over {MAX_BYTES} bytes, which no configuration needs: check the path")
    try:
        tree = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"{shown}: not UTF-8 text: save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        # the parser's message may quote the value: only its place is kept
        place = re.search(r"at line (\d+), column (\d+)|at end of document", str(error))
        raise UsageError(f"{shown}: not valid TOML ({place[0] if place else 'place unknown'}): mend the line") from None
    except RecursionError:
        raise UsageError(f"{shown}: nested too deeply: see the README for its sections") from None
    return _convert(shown, tree)


def _convert(shown: str, tree: dict[str, Any]) -> Document:
    try:
        return msgspec.convert(tree, Document)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `")
        place = place.rstrip("`") or "$"
        key = place.removeprefix("$").removeprefix(".") or "top level"
        unknown = re.match(r"Object contains unknown field `(.*)`$", message, re.S)
        if unknown:
            section = next((s for pattern, s in _SECTIONS if re.fullmatch(pattern, place)), Document)
            known = ", ".join(section.__struct_fields__)
            message = f"unknown key '{outside(unknown[1])}': remove it or correct its name; known: {known}"
        elif missing := re.match(r"Object missing required field `(.*)`$", message):
            message = f"key '{missing[1]}' is missing: add it"
        elif re.fullmatch(r"deploys\[\d+\]\.(day|at)", key):
            message = "must be a date without quotes, such as 2027-01-31" + (
                "" if key.endswith("day") else ", with a time, such as 2027-01-31T14:00:00Z"
            )
        elif "got `" in message:
            message = message.lower().replace("`", "") + ': correct the type (ids and names stand in "quotes")'
        elif key.startswith("accept") and "date" in message:
            message = "must be a date, such as 2027-01-31"
        raise UsageError(f"{shown}: {key}: {outside(message)}") from None


def _check_values(shown: str, document: Document, check_ids: Collection[str]) -> None:
    site = document.site
    if site.url and not _is_web_url(site.url):
        _stop(shown, "site.url", "must be a web address with host and without user name, such as https://shop.example/")
    if site.tagging_host and not _HOST.fullmatch(site.tagging_host):
        _stop(shown, "site.tagging_host", "must be a host name alone, such as sgtm.shop.example (no https://, no path)")
    for name in document.destinations:
        if by_alias(name) is None:
            _stop(shown, f"destinations.{outside(name)}", f"no such platform; known: {', '.join(PLATFORMS)}")
    for theirs, ours in document.columns.items():
        if ours not in RAW_COLUMNS:
            _stop(shown, f"columns.{outside(theirs)}", f"no such column; known: {', '.join(RAW_COLUMNS)}")
    _check_deploys(shown, document.deploys)
    if any(not pattern.strip("/ ") for pattern in document.exclude):
        _stop(shown, "exclude", "an empty pattern leaves nothing out: remove it")
    for number, item in enumerate(document.accept):
        if item.check not in check_ids:
            _stop(shown, f"accept[{number}].check", "no such check: run 'tagparity checks' for the list")
        if not item.reason.strip():
            _stop(shown, f"accept[{number}].reason", "is empty: say why the finding is accepted")


def _check_deploys(shown: str, deploys: Sequence[DeploySection]) -> None:
    for number, item in enumerate(deploys):
        at = f"deploys[{number}]"
        if not item.name.strip():
            _stop(shown, f"{at}.name", "is empty: say what was released")
        if (item.day is None) == (item.at is None):
            _stop(shown, at, "give either 'day' (a date) or 'at' (a date with a time)")
        if any(by_alias(name) is None for name in item.platforms):
            _stop(shown, f"{at}.platforms", f"no such platform; known: {', '.join(PLATFORMS)}")


def _utc_day(item: DeploySection) -> str:
    if item.at is None:
        return item.day.isoformat() if item.day else ""
    return (item.at.astimezone(UTC) if item.at.tzinfo else item.at).date().isoformat()


def _is_web_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _check_profiles(
    shown: str, document: Document, check_ids: Collection[str], own: Mapping[str, Limits] | None
) -> None:
    for name, profile in document.profiles.items():
        at = f"profiles.{outside(name)}"
        if profile.minimum_count < 1:
            _stop(shown, f"{at}.minimum_count", "must be 1 or more")
        for check_id, bounds in profile.limits.items():
            key = f"{at}.limits.{outside(check_id)}"
            if check_id not in check_ids:
                _stop(shown, key, "no such check: run 'tagparity checks' for the list")
            if not (isfinite(bounds.ok) and isfinite(bounds.warn) and min(bounds.ok, bounds.warn) >= 0):
                _stop(shown, key, "ok and warn must be finite numbers from 0 up")
            if own is not None and check_id not in own:
                _stop(shown, key, "this check has no limits to set: remove the section")
            if own is not None and (bounds.ok - bounds.warn) * (1 if own[check_id].rising else -1) < 0:
                order = "at least" if own[check_id].rising else "at most"
                _stop(shown, key, f"ok must be {order} warn for this check")
