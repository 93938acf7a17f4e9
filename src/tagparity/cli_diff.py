"""The `diff` command: two versions of containers side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from .run.versions import Comparison

EXIT_FAILED, EXIT_USAGE, EXIT_INCOMPLETE = 1, 2, 3


@click.command("diff")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "markdown", "json"]),
    help="Format of the comparison.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File for it (default: standard output).")
@click.option(
    "--fail-on",
    type=click.Choice(["change", "warn", "fail"]),
    help="End with exit code 1 when behaviour changed, or when a finding this bad or worse appeared.",
)
def diff_command(before: Path, after: Path, form: str, out: Path | None, fail_on: str | None) -> None:
    """Compare two versions of a container, A and B: files, or folders whose containers are matched.

    Says what changed in behaviour and which findings of the container checks came and went. Order, ids, export time,
    fingerprints, folders and notes prove nothing.

    Exit codes: 0 done; 1 --fail-on is met; 2 usage or unusable input; 3 some check ended in error.
    """
    from .core.errors import TagparityError, UsageError
    from .reports.container_diff import FORMATS
    from .run.versions import compare

    try:
        if out is not None and any(_inside(out, path) for path in (before, after)):
            raise UsageError("the comparison would be written into what is compared: choose another file with -o")
        found = compare(before, after)
        shown = FORMATS[form](found)
        if out is None:
            click.echo(shown, nl=False)
        else:
            part = out.with_name(out.name + ".part")
            part.write_text(shown, encoding="utf-8")
            part.replace(out)
    except TagparityError as error:
        click.echo(f"tagparity: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except OSError as error:
        click.echo(f"tagparity: cannot write the comparison: {error.strerror}", err=True)
        sys.exit(EXIT_USAGE)
    sys.exit(_exit_code(found, fail_on))


def _inside(out: Path, path: Path) -> bool:
    target = out.resolve()
    return target == path.resolve() or (path.is_dir() and target.is_relative_to(path.resolve()))


def _exit_code(found: Comparison, fail_on: str | None) -> int:
    from .core.outcome import State

    fresh = {t.state for t in found.findings if t.change in ("appeared", "grew")}
    met = {
        "change": found.changed,
        "warn": bool(fresh),
        "fail": State.FAIL in fresh,
    }
    if fail_on and met[fail_on]:
        return EXIT_FAILED
    return EXIT_INCOMPLETE if found.failed else 0
