"""`highroad completion`: what a shell has to read once, so that Tab knows the commands. Writes no file."""

from __future__ import annotations

import typer
from typer.completion import shell_complete

from daemon.commands.hints import COMPLETE_VARIABLE, SHELLS, listen
from daemon.core.errors import WrongUse


def completion(ctx: typer.Context, shell: str) -> int:
    """Print a shell's script. Raises WrongUse for a shell that is not known."""
    if shell not in SHELLS:
        raise WrongUse(f"{shell!r} is none of the shells that can be served: {', '.join(SHELLS)}.")
    listen()
    return shell_complete(ctx.find_root().command, {}, "highroad", COMPLETE_VARIABLE, f"source_{shell}")
