"""The `hash` command: what every profile makes of a value, which one made a digest, and answers in bulk."""

from __future__ import annotations

import codecs
import json
import math
import sys
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from .hashing import Profile

EXIT_NONE_FOUND, EXIT_USAGE = 1, 2
_SHOWN_DIGITS = 12
_LONGEST_VALUE = 10_000


@click.command("hash", context_settings={"ignore_unknown_options": False})
@click.argument("values", nargs=-1, metavar="[VALUE]...")
@click.option("--platform", help="Platform the value is for: meta, google, tiktok, amc ...")
@click.option("--field", help="Field of the platform: em, phone_number, SHA256_EMAIL, zip_code ...")
@click.option("--country", default="", help="ISO country code, where the value alone does not say (telephone numbers).")
@click.option("--check", "digest", help="Say which profile and which way of writing made this digest.")
@click.option("--candidates", multiple=True, help="Plain value to try with --check; may be given again.")
@click.option("--candidates-file", type=click.File(encoding="utf-8"), help="File with one candidate a line.")
@click.option(
    "--batch",
    type=click.File("rb"),
    help="Answer every line of a JSONL file (- for stdin).",
)
def hash_command(
    values: tuple[str, ...],
    platform: str | None,
    field: str | None,
    country: str,
    digest: str | None,
    candidates: tuple[str, ...],
    candidates_file: IO[str] | None,
    batch: IO[bytes] | None,
) -> None:
    """Show the normalised text and digest of VALUE under every profile of a platform.

    With --check: find the profile that made a digest from one of the candidates (exit code 1 when none did). With
    --batch: one JSON answer a line for lines {"platform", "field", "raw"} and, where it helps, "country".
    """
    try:
        if batch is not None:
            sys.exit(_batch(batch))
        if digest is not None:
            listed = [line.rstrip("\r\n") for line in candidates_file or ()]
            sys.exit(_check(digest, [*candidates, *values, *listed], platform, field, country))
        if len(values) != 1 or not platform or not field:
            raise ValueError("give --platform, --field and one VALUE (or --check, or --batch)")
        _show(platform, field, values[0], country)
    except ValueError as error:
        click.echo(f"tagparity: {error}", err=True)
        sys.exit(EXIT_USAGE)


def _asked(platform: str, field: str, country: str) -> tuple[str, str, list[Profile]]:
    """Match key, country and the profiles that have the key, the canonical one first: the documentation, or the first
    library of a key the documentation does not know."""
    from .hashing import field_country, for_platform, key_of

    key = key_of(platform, field)
    return key, country or field_country(field), [p for p in for_platform(platform) if key in p.keys]


def _show(platform: str, field: str, value: str, country: str) -> None:
    key, country, profiles = _asked(platform, field, country)
    rows = []
    for profile in profiles:
        text, sent = profile.answer(key, value, country)
        if text is None:
            shown, hashed = "(rejected: must not be sent)", ""
        else:
            shown, hashed = text, sent or "(sent as text)"
        rows.append((profile.id, f"{profile.library} {profile.version}", _printable(shown), hashed))
    header = ("profile", "library", "normalised", "sha256")
    if not sys.stdout.isatty():
        for row in (header, *rows):
            click.echo("\t".join(row))
        _judge(key, value)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*header, title=Text(_printable(f"{platform} {field}: {key}")))
    for row in rows:
        table.add_row(*(Text(cell, overflow="fold") for cell in row))
    Console().print(table)
    _judge(key, value)


def _judge(key: str, value: str) -> None:
    """What is to be said of a browser id or click id of Meta's as a value of its own."""
    if key in ("fbp", "fbc"):
        from .hashing.browser_ids import judge

        verdict, reason = judge(key, value)
        click.echo(f"{key}: {verdict}: {reason}")


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _check(value: str, candidates: list[str], platform: str | None, field: str | None, country: str) -> int:
    from .hashing.recognise import recognise

    if not candidates:
        raise ValueError("--check needs candidates: as arguments, with --candidates or --candidates-file")
    seen = recognise(value)
    click.echo(f"digest {value[:_SHOWN_DIGITS]}…: {seen.form.value}; {seen.note}")
    found = False
    for number, candidate in enumerate(candidates, 1):
        for made_by, way in _makers(value.strip(), seen.hex, candidate, platform, field, country):
            click.echo(f"candidate {number}: {made_by}: {way}")
            found = True
    if not found:
        click.echo(f"no profile makes this digest from {'the candidate' if len(candidates) == 1 else 'any candidate'}")
    return 0 if found else EXIT_NONE_FOUND


def _makers(
    value: str, plain_hex: str, candidate: str, platform: str | None, field: str | None, country: str
) -> Iterator[tuple[str, str]]:
    """(profiles and keys, way of writing) for everything that turns the candidate into the digest."""
    from .hashing import PROFILES, for_platform, key_of
    from .hashing.recognise import encodings

    wanted = key_of(platform or "meta", field) if field else None
    texts: dict[str, list[str]] = {}
    for profile in for_platform(platform) if platform else PROFILES.values():
        for key in sorted(profile.keys):
            text = profile.normalise(key, candidate, country) if wanted in (None, key) and profile.hashed(key) else None
            if text is not None:
                texts.setdefault(text, []).append(f"{profile.id} ({key})")
    as_given = {"as given": candidate, "trimmed": candidate.strip(), "upper case": candidate.strip().upper()}
    for name, text in as_given.items():
        if text not in texts:
            texts[text] = [f"value {name}, no profile"]
    for text, makers in texts.items():
        ways = encodings(text)
        way = next((name for name, written in ways.items() if written == value), None)
        if way is None and plain_hex:
            way = next((f"{name}, written otherwise" for name, written in ways.items() if written == plain_hex), None)
        if way:
            yield ", ".join(makers), way


def _batch(lines: Iterable[bytes]) -> int:
    good = bad = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = _answer(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
            good += 1
        except ValueError as error:
            answer = {"line": number, "error": str(error)}
            bad += 1
        click.echo(json.dumps(answer, ensure_ascii=True))
    return EXIT_USAGE if bad and not good else 0


def _answer(line: bytes) -> dict[str, Any]:
    """The answer to one line. Raises ValueError whose text names the fault and never the value."""
    try:
        asked = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(asked, dict):
        raise ValueError("not a JSON object")
    for name in ("platform", "field"):
        if not isinstance(asked.get(name), str):
            raise ValueError(f"{name} is missing or no text")
    if not isinstance(asked.get("country", ""), str):
        raise ValueError("country is no text")
    raw = _text(asked)
    key, country, profiles = _asked(asked["platform"], asked["field"], asked.get("country", ""))
    answers: list[dict[str, str | None]] = []
    for profile in profiles:
        text, sent = profile.answer(key, raw, country)
        named = {"profile": profile.id, "library": profile.library, "version": profile.version}
        answers.append({**named, "normalized": text, "sha256": sent})
    return {
        "platform": asked["platform"],
        "field": asked["field"],
        "raw": asked["raw"],
        "canonical": {name: answers[0][name] for name in ("normalized", "sha256")},
        "profiles": answers,
    }


def _text(asked: dict[str, Any]) -> str:
    if "raw" not in asked:
        raise ValueError("raw is missing")
    raw = asked["raw"]
    if isinstance(raw, str) and len(raw) > _LONGEST_VALUE:
        raise ValueError(f"raw is longer than {_LONGEST_VALUE} characters")
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError("raw is neither text nor number")
    if isinstance(raw, float):
        if not math.isfinite(raw):
            raise ValueError("raw is neither text nor number")
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e16 else repr(raw)
    return str(raw)
