"""The settings: look at them, check them, tune them."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.commands.hints import keys, shells, tunable_keys, values
from daemon.commands.options import AsJson, DryRun

app = typer.Typer(rich_markup_mode=None)
config_app = typer.Typer(help="Look at the settings, and tune them.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(config_app, name="config")
Named = Annotated[
    str, typer.Argument(metavar="[KEY]", help="A setting or a table, e.g. cadence.hours.", autocompletion=keys)
]


@app.command()
def completion(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="bash|zsh|fish", help="Your shell.", autocompletion=shells)],
) -> None:
    """Print what your shell has to read, so that Tab completes commands, settings and applications."""
    from daemon.commands.completion import completion as command

    raise typer.Exit(command(ctx, shell))


@config_app.command("check")
def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check the settings; every fault at once, each with its key."""
    from daemon.commands.settings import check as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))


@config_app.command("show")
def show(
    ctx: typer.Context,
    key: Named = "",
    origin: Annotated[bool, typer.Option("--origin", help="Say for each which file it is from.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every setting as it stands; of secrets only how they are found."""
    from daemon.commands.config_show import show as command

    raise typer.Exit(command(ctx.obj, key, origin=origin, as_json=as_json))


@config_app.command("set")
def set_value(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(help="A setting, e.g. cadence.drafts_per_day.", autocompletion=tunable_keys)],
    value: Annotated[
        str | None, typer.Argument(help="Its value, e.g. 5, 24h, true, mon,tue.", autocompletion=values)
    ] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Let it be as it is without being tuned.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Tune a setting that config.toml leaves open. Checked first; config.toml itself is never written."""
    from daemon.commands.config_set import set_value as command

    if unset == (value is not None):
        raise typer.BadParameter("Say a value, or --unset.")
    raise typer.Exit(command(ctx.obj, key, value, dry_run=dry_run, as_json=as_json))


@config_app.command("diff")
def diff(ctx: typer.Context, as_json: AsJson = False) -> None:
    """What differs from the defaults, and what the daemon goes by where that is something else."""
    from daemon.commands.config_diff import diff as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))


@config_app.command("explain")
def explain(ctx: typer.Context, key: Named = "", as_json: AsJson = False) -> None:
    """What a setting is for, what it may be, and where it is set now. Without a name: all of them."""
    from daemon.commands.config_explain import explain as command

    raise typer.Exit(command(ctx.obj, key, as_json=as_json))
