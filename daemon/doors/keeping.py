"""What Highroad keeps: how it fares, backup and restore, export, forgetting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.commands.hints import applications
from daemon.commands.options import AsJson, DryRun

app = typer.Typer(rich_markup_mode=None)


@app.command()
def status(
    ctx: typer.Context,
    verify: Annotated[bool, typer.Option("--verify", help="Ask the servers, and read what was missed.")] = False,
    check: Annotated[bool, typer.Option("--check", help="One line for a monitor, with its exit codes.")] = False,
    max_age: Annotated[str, typer.Option("--max-age", help="--check: WARNING so long after the last look.")] = "2h",
    critical_age: Annotated[str, typer.Option("--critical-age", help="--check: CRITICAL after so long.")] = "24h",
    needs_you: Annotated[
        str,
        typer.Option("--needs-you", help="--check: CRITICAL when an account waits for you so long; before, WARNING."),
    ] = "24h",
    max_unreadable: Annotated[
        int, typer.Option("--max-unreadable", min=0, help="--check: WARNING for more unreadable mails in a week.")
    ] = 10,
    by_timer: Annotated[
        bool, typer.Option("--by-timer", help="--check: a timer runs `highroad once`, so no service is expected.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Whether all is well: what the server holds against what was seen, drafts, model, service.

    With --check the exit codes are those of a monitor's plugin: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
    """
    if check:
        from daemon.commands.monitor import Wish
        from daemon.commands.monitor import check as command

        wish = Wish(max_age, critical_age, needs_you, max_unreadable, by_timer)
        raise typer.Exit(command(ctx.obj, wish, as_json=as_json))
    from daemon.commands.status import status as plain

    raise typer.Exit(plain(ctx.obj, verified=verify, as_json=as_json))


@app.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it; not in the state directory.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write all that Highroad remembers into one file, also while the daemon runs."""
    from daemon.commands.backup import backup as command

    raise typer.Exit(command(ctx.obj, file, force=force, as_json=as_json))


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Go on from a backup. The journal of now is kept, and drafts that were due are asked about, not laid."""
    from daemon.commands.restore import restore as command

    raise typer.Exit(command(ctx.obj, file, dry_run=dry_run, as_json=as_json))


@app.command()
def export(
    ctx: typer.Context,
    form: Annotated[str, typer.Option("--format", help="csv, json or ics.")] = "csv",
    what: Annotated[str, typer.Option("--what", help="For csv: applications, rejections or plan.")] = "applications",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it to the terminal.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write what is known for other programs: applications, rejections, planned steps."""
    from daemon.commands.export import export as command

    raise typer.Exit(command(ctx.obj, form, what, output, force=force))


@app.command()
def forget(
    ctx: typer.Context,
    application: Annotated[
        str, typer.Argument(metavar="[APP]", help="Its number, or a part of its company.", autocompletion=applications)
    ] = "",
    before: Annotated[str, typer.Option("--before", help="All whose last mail is older than this day.")] = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Erase an application, or all that is old, for good. Its mails, notes and texts go, and do not come back."""
    from daemon.commands.forget import What
    from daemon.commands.forget import forget as command

    raise typer.Exit(command(ctx.obj, What(application, before), dry_run=dry_run, as_json=as_json))


@app.command()
def pause(
    ctx: typer.Context,
    until: Annotated[str, typer.Option("--until", help="The first day on which drafts may appear again.")] = "",
    off: Annotated[bool, typer.Option("--off", help="End the pause.")] = False,
    as_json: AsJson = False,
) -> None:
    """A time without drafts, a vacation say. Without an option: whether there is one."""
    from daemon.commands.pause import pause as command

    raise typer.Exit(command(ctx.obj, until, off=off, as_json=as_json))


@app.command()
def feedback(ctx: typer.Context, as_json: AsJson = False) -> None:
    """What employers said when they were asked, in one place."""
    from daemon.commands.feedback import feedback as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))
