"""Applications: what is known of each, and the person's word on them."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.commands.hints import applications as known
from daemon.commands.options import AsJson, DryRun

app = typer.Typer(rich_markup_mode=None)

App = Annotated[
    str, typer.Argument(metavar="APP", help="3, a3, or a part of the company's name.", autocompletion=known)
]
Off = Annotated[bool, typer.Option("--off", help="Take it back.")]


@app.command()
def applications(ctx: typer.Context, as_json: AsJson = False) -> None:
    """All applications: where each stands, and what comes next."""
    from daemon.commands.applications import applications as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))


@app.command()
def note(
    ctx: typer.Context,
    application: App,
    text: Annotated[str, typer.Argument(help="What was talked about, in one line.")],
    private: Annotated[bool, typer.Option("--private", help="For the worksheet alone: no letter says it.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Note what was talked about. The worksheet has it, and it is the one personal line of a letter."""
    from daemon.commands.acting import Manner
    from daemon.commands.applying import note as command

    raise typer.Exit(command(ctx.obj, application, text, Manner(dry_run, as_json), private=private))


@app.command()
def keen(
    ctx: typer.Context, application: App, off: Off = False, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Mark an employer you care for. Some months later there is a draft to keep in touch."""
    from daemon.commands.acting import Manner
    from daemon.commands.applying import keen as command

    raise typer.Exit(command(ctx.obj, application, Manner(dry_run, as_json), off=off))


@app.command()
def reject(
    ctx: typer.Context,
    application: App,
    on: Annotated[str, typer.Option("--on", help="The day, like 2026-05-01; without it, today.")] = "",
    off: Off = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Tell of a rejection that came by phone or letter."""
    from daemon.commands.acting import Manner
    from daemon.commands.applying import reject as command

    raise typer.Exit(command(ctx.obj, application, on, Manner(dry_run, as_json), off=off))


@app.command()
def skip(
    ctx: typer.Context, application: App, off: Off = False, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Want no drafts for this application."""
    from daemon.commands.acting import Manner
    from daemon.commands.applying import skip as command

    raise typer.Exit(command(ctx.obj, application, Manner(dry_run, as_json), off=off))


@app.command()
def cancel(
    ctx: typer.Context,
    job: Annotated[int, typer.Argument(min=1, max=2**62, help="The number that `highroad plan` shows.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Call a planned draft off, for good."""
    from daemon.commands.acting import Manner
    from daemon.commands.applying import cancel as command

    raise typer.Exit(command(ctx.obj, job, Manner(dry_run, as_json)))


@app.command()
def merge(
    ctx: typer.Context,
    application: App,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="What becomes part of the first one.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make two applications one."""
    from daemon.commands.acting import Manner
    from daemon.commands.sorting import merge as command

    raise typer.Exit(command(ctx.obj, application, other, Manner(dry_run, as_json)))


@app.command()
def split(
    ctx: typer.Context,
    mail: Annotated[int, typer.Argument(min=1, max=2**62, help="The number that `highroad log` shows.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Make a mail an application of its own."""
    from daemon.commands.acting import Manner
    from daemon.commands.sorting import split as command

    raise typer.Exit(command(ctx.obj, mail, Manner(dry_run, as_json)))
