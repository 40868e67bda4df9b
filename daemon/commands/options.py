"""Options and arguments that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from daemon.commands.hints import applications

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")]
Since = Annotated[str, typer.Option("--since", help='How far back, e.g. "90d" or "3 months".')]
Retry = Annotated[bool, typer.Option("--retry", help="Forget earlier refusals and try the log-in again.")]
Paths = Annotated[list[str], typer.Argument(help=".eml, mbox, Maildir, .jsonl, a folder of them, or - for one mail.")]
Labelled = Annotated[
    list[str] | None, typer.Argument(help="Labelled .jsonl, or folders named after labels (rejection, interview, ...).")
]
Mine = Annotated[
    bool, typer.Option("--mine", help="Your own corrections, each judged by a model that saw none of them.")
]
Plot = Annotated[Path | None, typer.Option("--plot", help="Draw a picture into this .svg or .png file.")]
LogFormat = Annotated[
    Literal["auto", "text", "json"] | None, typer.Option(help="How the log is written; stands above [log] format.")
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"] | None,
    typer.Option(help="The least that is written; stands above [log] level."),
]
Shown = Annotated[
    str,
    typer.Argument(
        metavar="N|mHASH|aN",
        help="A mail's number in `highroad log`, or its name in the daemon's log; or an application: a3, or a part of "
        "its company's name.",
        autocompletion=applications,
    ),
]
