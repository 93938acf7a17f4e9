"""`tagparity probe`: options in, one call, one file of evidence out."""

from __future__ import annotations

from pathlib import Path

import click


def _nameserver(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, int] | None:
    if not value:
        return None
    import ipaddress

    address, port = value.rsplit(":", 1) if value.count(":") in (1, 8) else (value, "53")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise click.BadParameter(
            "an address of a resolver, with a port if it is not 53: 192.0.2.53 or 192.0.2.53:5353"
        ) from None
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise click.BadParameter("the port is not a number from 1 to 65535")
    return address, int(port)


@click.command("probe")
@click.argument("host")
@click.option(
    "-o",
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder of evidence to write to.",
)
@click.option("--site", default="", help="A page of the site HOST serves, such as https://www.shop.example/.")
@click.option(
    "--id", "ids", multiple=True, metavar="GTM-...", help="Container or tag to load from HOST; repeat for more."
)
@click.option("--path", default="", help="Path the server container is mounted under, such as /sgtm.")
@click.option("--allow-private", is_flag=True, help="Ask private addresses and other ports too: for hosts of your own.")
@click.option(
    "--nameserver", callback=_nameserver, help="Resolver to ask in place of the system's: ADDRESS or ADDRESS:PORT."
)
def probe_command(
    host: str,
    out: Path,
    site: str,
    ids: tuple[str, ...],
    path: str,
    allow_private: bool,
    nameserver: tuple[str, int] | None,
) -> None:
    """Ask tagging HOST what anybody may ask it, and write the answers to OUT as evidence.

    Names, addresses, certificate, health checks, scripts it serves, lives of cookies, headers that tell who hosts it.
    Nothing it sends is a hit. Then: tagparity audit OUT.
    """
    from .core.errors import Refused, UsageError

    try:
        from .gather.guard import Guard
        from .gather.probe import dump, probe
    except ImportError:
        raise click.ClickException("this needs more: pip install 'tagparity[probe]'") from None
    if path and (not path.startswith("/") or any(c in path for c in "?# \\")):
        raise click.BadParameter("a path such as /sgtm", param_hint="'--path'")
    guard = Guard(allow_private=allow_private, nameserver=nameserver)
    try:
        found = probe(guard, host, site, ids=ids, path=path.rstrip("/"), progress=lambda s: click.echo(s, err=True))
    except (Refused, UsageError) as error:
        raise click.UsageError(str(error)) from None
    finally:
        guard.close()
    target = write(out, found["host"], dump(found))
    click.echo(f"{target}")


def write(out: Path, host: str, text: str) -> Path:
    """Writes a probe whole or not at all; a later one of the same host takes the place of an earlier."""
    out.mkdir(parents=True, exist_ok=True)
    name = "".join(c if c.isalnum() or c in ".-" else "_" for c in host)[:120]
    target = out / f"probe-{name}.json"
    part = target.with_name(target.name + ".part")
    part.write_text(text, "utf-8")
    part.replace(target)
    return target
