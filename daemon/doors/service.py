"""The service: as systemd has it."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.commands.options import DryRun

app = typer.Typer(rich_markup_mode=None)
systemd_app = typer.Typer(help="Highroad as a service of systemd.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(systemd_app, name="systemd")

System = Annotated[
    bool, typer.Option("--system/--user", help="A service of the machine, as an account of its own; else yours.")
]


@systemd_app.command("install")
def install(
    ctx: typer.Context,
    system: System = False,
    start: Annotated[bool, typer.Option("--start/--no-start", help="Start it as well.")] = True,
    dry_run: DryRun = False,
) -> None:
    """Write the unit, its directories and rights, enable it and start it. Every step is said."""
    from daemon.commands.systemd import install as command

    raise typer.Exit(command(ctx.obj, system=system, start=start, dry_run=dry_run))


@systemd_app.command("uninstall")
def uninstall(ctx: typer.Context, system: System = False, dry_run: DryRun = False) -> None:
    """Stop it, disable it, and take away what `install` wrote. Settings and state stay."""
    from daemon.commands.systemd import uninstall as command

    raise typer.Exit(command(ctx.obj, system=system, dry_run=dry_run))


@systemd_app.command("show")
def show(ctx: typer.Context, system: System = False) -> None:
    """Print the unit, where it would go, and how exposed it leaves the service."""
    from daemon.commands.systemd import show as command

    raise typer.Exit(command(ctx.obj, system=system))
