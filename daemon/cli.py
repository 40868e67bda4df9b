"""The door: one short function a command. What it does lies in daemon.commands and is loaded when it is called."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from daemon.commands.context import Context
from daemon.commands.ending import flush, hook
from daemon.commands.hints import COMPLETE_VARIABLE, listen
from daemon.commands.options import AsJson, DryRun, Labelled, LogFormat, LogLevel, Mine, Paths, Plot, Shown, Since
from daemon.commands.owner import housed
from daemon.core.errors import HighroadError
from daemon.doors import applications, digests, keeping, service, settings, starting, words
from daemon.doors.only import only

app = typer.Typer(
    name="highroad",
    help="Notices the rejections in your inbox and lays gracious drafts into your Drafts folder. It never sends.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for door in (starting, applications, words, digests, keeping, settings, service):
    app.add_typer(door.app)


def _version(wanted: bool) -> None:
    if wanted:
        from daemon.version import VERSION

        typer.echo(f"highroad {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    ctx: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help="The settings file.")] = None,
    state_dir: Annotated[Path | None, typer.Option("--state-dir", help="Where Highroad keeps its journal.")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    ctx.obj = housed(Context(config, state_dir), ctx.invoked_subcommand, ctx.call_on_close)


@app.command()
def run(ctx: typer.Context, log_format: LogFormat = None, log_level: LogLevel = None) -> None:
    """Watch the mailboxes and lay what is due, until stopped."""
    from daemon.commands.run import Wish
    from daemon.commands.service import become

    become(ctx.obj, Wish(log_format or "", log_level or ""))


@app.command()
def once(ctx: typer.Context, since: Since = "90d", dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Read what is new (the first time: the first scan), plan, lay what is due, and end."""
    from daemon.commands.passes import once as command

    raise typer.Exit(command(ctx.obj, since, dry_run=dry_run, as_json=as_json))


@app.command()
def scan(ctx: typer.Context, since: Since = "90d", dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Read the mailboxes back to a day, also what an earlier scan left out. Lays nothing."""
    from daemon.commands.passes import scan as command

    raise typer.Exit(command(ctx.obj, since, dry_run=dry_run, as_json=as_json))


@app.command()
def classify(ctx: typer.Context, paths: Paths, as_json: AsJson = False) -> None:
    """Say what each mail is, and which sentences say so. Needs no settings."""
    from daemon.commands.classify import classify as command

    raise typer.Exit(command(ctx.obj, paths, as_json=as_json))


@app.command()
def train(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="Train anew, even if nothing has changed.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Train the model, learn from your corrections, and explain what came of it. Needs no settings."""
    from daemon.commands.train import train as command

    raise typer.Exit(command(ctx.obj, again=again, dry_run=dry_run, as_json=as_json))


@app.command()
def evaluate(
    ctx: typer.Context,
    paths: Labelled = None,
    mine: Mine = False,
    plot: Plot = None,
    errors: Annotated[int, typer.Option("--errors", min=0, help="How many of the costliest errors to show.")] = 12,
    as_json: AsJson = False,
) -> None:
    """Say how well the model does on mails whose label is known. Needs no settings."""
    from daemon.commands.evaluate import evaluate as command

    raise typer.Exit(command(ctx.obj, paths or [], mine=mine, plot=plot, shown=errors, as_json=as_json))


@app.command()
def tune(
    ctx: typer.Context,
    paths: Labelled = None,
    precision: Annotated[float, typer.Option("--precision", help="What act has to reach.")] = 0.99,
    recall: Annotated[float, typer.Option("--recall", help="What review has to reach.")] = 0.97,
    plot: Plot = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Choose act and review by measuring them: on the validation set, your corrections and mails you name."""
    from daemon.commands.tune import Wish
    from daemon.commands.tune import tune as command

    wish = Wish(precision, recall)
    raise typer.Exit(command(ctx.obj, paths or [], wish, plot, dry_run=dry_run, as_json=as_json))


@app.command()
def log(
    ctx: typer.Context,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many of the latest to show.")] = 40,
) -> None:
    """Every mail about a job, oldest first."""
    from daemon.commands.look import log as command

    raise typer.Exit(command(ctx.obj, limit, as_json=as_json))


@app.command()
def show(ctx: typer.Context, name: Shown, as_json: AsJson = False) -> None:
    """All that is known of one mail of the log, or of one application."""
    from daemon.commands.look import show as command

    raise typer.Exit(command(ctx.obj, name, as_json=as_json))


@app.command()
def plan(ctx: typer.Context, as_json: AsJson = False) -> None:
    """What is planned, what was laid, what was deliberately not planned, and why."""
    from daemon.commands.look import plan as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))


@app.command()
def correct(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[ID] [LABEL]", help="Which mail, and what it is.")
    ] = None,
    message_id: Annotated[str, typer.Option("--message-id", help="A mail that the log does not have.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the correction back.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say what a mail is: a label, or not-rejection. It counts at once, and Highroad learns from it."""
    from daemon.commands.correct import correct as command

    raise typer.Exit(command(ctx.obj, words or [], message_id, undo=undo, dry_run=dry_run, as_json=as_json))


@app.command()
def review(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Walk through the drafts and mails that Highroad is unsure of, one key each."""
    from daemon.commands.review import review as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))


def main() -> None:
    """The console script. Failures are sentences on standard error; the exit code says whose turn it is."""
    from config.faults import ConfigError

    asked = COMPLETE_VARIABLE in os.environ
    if asked:
        listen()
    try:
        (app if asked else only(app, sys.argv[1:]))(prog_name="highroad")  # also under `python -m daemon`
    except (HighroadError, ConfigError) as error:
        from daemon.commands.lines import plain

        typer.echo("\n".join(map(plain, str(error).split("\n"))), err=True)  # it may name what steers a terminal
        sys.exit(error.exit_code)
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        sys.exit(0)  # the reader of a pipe has seen enough; typer would call that a failure
    finally:
        sys.excepthook = hook  # not earlier: typer puts its own in the place of what it finds
        flush()


if __name__ == "__main__":
    main()
