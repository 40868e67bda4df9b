"""The digest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.commands.options import AsJson

app = typer.Typer(rich_markup_mode=None)


@app.command()
def digest(
    ctx: typer.Context,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would say now; nothing is sent.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write its HTML part into this file.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """The summary for you: when it is due, and what it would say."""
    from daemon.commands.digest import digest as command

    raise typer.Exit(command(ctx.obj, preview=preview, html=html, force=force, as_json=as_json))
