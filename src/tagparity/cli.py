"""The command line. No logic: options in, one call, files and exit code out."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from . import __version__
from .cli_diff import diff_command
from .cli_hash import hash_command
from .cli_probe import probe_command

if TYPE_CHECKING:
    from .core.audit import Audit
    from .core.evidence import EvidenceFile

EXIT_FAILED, EXIT_USAGE, EXIT_INCOMPLETE = 1, 2, 3
FORMATS = ("md", "html", "json")
ROWS = {"csv": "unmatched.csv", "": "unmatched.parquet"}


def _formats(_: click.Context, __: click.Parameter, value: str) -> list[str]:
    wanted = [v.strip() for v in value.split(",") if v.strip()]
    unknown = [v for v in wanted if v not in (*FORMATS, "csv")]
    if unknown or not wanted:
        raise click.BadParameter(f"choose from {', '.join((*FORMATS, 'csv'))}, separated by commas")
    return wanted


def _memory(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    if value is None:
        return None
    from .core.errors import UsageError
    from .tables.engine import memory_of

    try:
        return memory_of(value)
    except UsageError as error:
        raise click.BadParameter(str(error).removeprefix("--memory: ")) from None


_memory_option = click.option(
    "--memory", callback=_memory, help="Memory for the engine: 4GB, 512MiB or 60% (default: 60%)."
)
_temp_option = click.option(
    "--temp", type=click.Path(path_type=Path), help="Folder for what does not fit in memory (default: the system's)."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tagparity")
def main() -> None:
    """Audit server-side tracking: what is lost, doubled, mis-hashed or leaked, and why."""
    with suppress(ValueError):  # not in the main thread: a caller's business then
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that temporary files go


@main.command()
@click.argument("evidence", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--out",
    default=Path("audit"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the results.",
)
@click.option(
    "--format",
    "formats",
    default="md,html,json",
    show_default=True,
    callback=_formats,
    help="Formats to write, separated by commas. The rows behind the causes come as Parquet, with csv as CSV.",
)
@click.option("--config", type=click.Path(path_type=Path), help="tagparity.toml to use (default: the one in EVIDENCE).")
@_memory_option
@_temp_option
@click.option(
    "--cache",
    type=click.Path(path_type=Path),
    help="Folder that keeps what large files gave (default: ~/.cache/tagparity).",
)
@click.option("--no-cache", is_flag=True, help="Keep nothing, and read every file anew.")
@click.option(
    "--engine",
    "engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Where the work is done: here, or on Apache Spark.",
)
@click.option("--master", help="Master of the Spark, such as spark://host:7077 (default: local[*]).")
@click.option("--profile", help="Profile of limits in tagparity.toml.")
@click.option(
    "--known",
    type=click.Path(path_type=Path),
    help="CSV of known customers, plain: proves which library made each digest. Read here, written nowhere.",
)
@click.option(
    "--fail-on", type=click.Choice(["warn", "fail"]), help="End with exit code 1 when an outcome is this bad or worse."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Print every check with its outcome.")
def audit(
    evidence: tuple[Path, ...],
    out: Path,
    formats: list[str],
    config: Path | None,
    memory: int | None,
    temp: Path | None,
    cache: Path | None,
    no_cache: bool,
    engine: str,
    master: str | None,
    profile: str | None,
    known: Path | None,
    fail_on: str | None,
    quiet: bool,
    verbose: bool,
) -> None:
    """Audit EVIDENCE: a folder, or files. Everything in it is recognised by content.

    Exit codes: 0 done; 1 an outcome at or above --fail-on; 2 usage or unusable input; 3 some check ended in error.
    """
    with _errors():
        _guard_out(out, evidence)
        rows = ROWS["csv" if "csv" in formats else ""]
        from .run.audit import audit as run

        with _progress(quiet) as progress:
            result = run(
                list(evidence),
                config=config,
                profile=profile,
                known=known,
                memory=memory,
                temp=temp,
                cache=None if no_cache else _cache_folder(cache, evidence),
                rows=out / rows,
                spark=_master(engine, master),
                progress=progress,
            )
        written = [*_write(result, out, [f for f in formats if f in FORMATS]), out / rows]
    if not quiet:
        _report(result, written, verbose)
    sys.exit(_exit_code(result, fail_on))


@main.command()
@click.argument("evidence", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    default="ndjson",
    show_default=True,
    type=click.Choice(["ndjson", "csv", "parquet"]),
    help="Format of the rows.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File for the rows (default: standard output).")
@click.option("--unkeyed", is_flag=True, help="Event ids as the start of their plain SHA-256, comparable between runs.")
@click.option("--config", type=click.Path(path_type=Path), help="tagparity.toml to use (default: the one in EVIDENCE).")
@_memory_option
@_temp_option
def events(
    evidence: tuple[Path, ...],
    form: str,
    out: Path | None,
    unkeyed: bool,
    config: Path | None,
    memory: int | None,
    temp: Path | None,
) -> None:
    """Print one row per vendor request of EVIDENCE, and per event in a batch: what it is, without identifiers."""
    with _errors():
        from .run.events import events as run

        def rows(target: BinaryIO) -> tuple[EvidenceFile, ...]:
            return run(evidence, target, form=form, unkeyed=unkeyed, config=config, memory=memory, temp=temp)

        if out is None:
            files = rows(sys.stdout.buffer)
            sys.stdout.flush()
        else:
            _guard_file(out, evidence)
            part = out.with_name(out.name + ".part")
            with part.open("wb") as target:
                files = rows(target)
            part.replace(out)
    for file in files:
        if file.refused:
            click.echo(f"tagparity: {file.path}: {file.reason}", err=True)


@main.command()
@click.argument("check")
def explain(check: str) -> None:
    """Explain CHECK: when it fails, why it matters, how to fix it, where the rule comes from."""
    from .checks import SECTIONS, catalogue

    entry = catalogue().get(check)
    if entry is None:
        near = [c for c in catalogue() if check.lower() in c or c in check.lower()] or list(catalogue())[:5]
        click.echo(f"tagparity: no check called {check[:60]!r}; try: {', '.join(near)}", err=True)
        sys.exit(EXIT_USAGE)
    click.echo(
        f"{entry.title}\n\n{entry.id}  row {entry.check.row}, {entry.category}, severity {entry.check.severity.label}"
    )
    for section in SECTIONS:
        click.echo(f"\n{section}\n{entry.sections.get(section, '')}")


@main.command()
def checks() -> None:
    """List the catalogue of checks."""
    from .checks import catalogue

    for entry in catalogue().values():
        click.echo(
            f"{entry.check.row:4} {entry.category:12} {entry.check.severity.label:9} {entry.id:36} {entry.title}"
        )


@main.command()
@click.option(
    "-o",
    "--out",
    default=Path("tagparity-demo"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for evidence and audit.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def demo(out: Path, quiet: bool) -> None:
    """Write the evidence of a small shop that is broken on purpose, and audit it."""
    with _errors():
        from .demo import write_shop
        from .run.audit import audit as run

        evidence = write_shop(out / "evidence")
        with _progress(quiet) as progress:
            result = run(evidence, rows=out / "audit" / ROWS[""], progress=progress)
        written = [*_write(result, out / "audit", list(FORMATS)), out / "audit" / ROWS[""]]
    if not quiet:
        _report(result, written, verbose=False)
    sys.exit(_exit_code(result, None))


@main.command("cache")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder of the cache (default: ~/.cache/tagparity).")
@click.option("--clear", is_flag=True, help="Remove everything in it.")
def cache_command(cache: Path | None, clear: bool) -> None:
    """Show what audits have kept of large files, or remove it."""
    with _errors():
        from .run.store import clear as empty
        from .run.store import default_folder, kept

        folder = cache or default_folder()
        count, size = empty(folder) if clear else kept(folder)
    click.echo(f"{'removed' if clear else folder}: {count} files of evidence, {size / (1 << 20):.1f} MiB")


main.add_command(hash_command)
main.add_command(probe_command)
main.add_command(diff_command)


@contextmanager
def _errors() -> Iterator[None]:
    """One clear line for what went wrong, and exit code 2."""
    from .core.errors import TagparityError

    try:
        yield
    except TagparityError as error:
        click.echo(f"tagparity: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except OSError as error:
        click.echo(f"tagparity: cannot write the results: {error.strerror}", err=True)
        sys.exit(EXIT_USAGE)


def _guard_out(out: Path, evidence: tuple[Path, ...]) -> None:
    from .core.errors import UsageError

    target = out.resolve()
    for path in evidence:
        if path.is_dir() and target.is_relative_to(path.resolve()):
            raise UsageError("the results would be written into the evidence folder: choose another folder with -o")
    if out.exists() and not out.is_dir():
        raise UsageError("-o names a file, not a folder")


def _cache_folder(cache: Path | None, evidence: tuple[Path, ...]) -> Path:
    """The folder of the cache; never inside the evidence."""
    from .core.errors import UsageError
    from .run.store import default_folder

    chosen = (cache or default_folder()).resolve()
    if any(path.is_dir() and chosen.is_relative_to(path.resolve()) for path in evidence):
        raise UsageError("the cache would be kept in the evidence folder: choose another folder with --cache")
    return chosen


def _master(engine: str, master: str | None) -> str | None:
    from .core.errors import UsageError

    if master and engine != "spark":
        raise UsageError("--master is of use with --engine spark only")
    return (master or "local[*]") if engine == "spark" else None


def _guard_file(out: Path, evidence: tuple[Path, ...]) -> None:
    from .core.errors import UsageError

    target = out.resolve()
    if any(target == p.resolve() or (p.is_dir() and target.is_relative_to(p.resolve())) for p in evidence):
        raise UsageError("the rows would be written into the evidence: choose another file with -o")
    if out.is_dir():
        raise UsageError("-o names a folder, not a file")


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("reading") as status:
        yield lambda step: status.update(Text(step))


def _write(result: Audit, out: Path, formats: list[str]) -> list[Path]:
    from .reports import FORMATS as RENDERERS

    out.mkdir(parents=True, exist_ok=True)
    written = []
    for name in formats:
        file, render = RENDERERS[name]
        target = out / file
        part = target.with_suffix(target.suffix + ".part")
        part.write_text(render(result), encoding="utf-8")
        part.replace(target)
        written.append(target)
    return written


def _report(result: Audit, written: list[Path], verbose: bool) -> None:
    from rich.console import Console

    from .reports import terminal

    Console().print(terminal.summary(result, verbose=verbose), soft_wrap=True)
    click.echo("")
    for path in written:
        click.echo(f"{path}")


def _exit_code(result: Audit, fail_on: str | None) -> int:
    from .core.outcome import State

    states = [o.state for o in result.outcomes if o.check not in {a.check for a in result.accepted if a.active}]
    if fail_on and (State.FAIL in states or (fail_on == "warn" and State.WARN in states)):
        return EXIT_FAILED
    return EXIT_INCOMPLETE if State.ERROR in states else 0
