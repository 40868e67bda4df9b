"""The words: templates, and feedback that came back."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.commands.hints import applications, letters
from daemon.commands.options import AsJson

app = typer.Typer(rich_markup_mode=None)
templates_app = typer.Typer(help="Look at the letters, and at your own.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(templates_app, name="templates")
Letter = Annotated[
    str, typer.Argument(metavar="LETTER", help="A letter's name, e.g. thank_you.", autocompletion=letters)
]
OneLetter = Annotated[
    str | None, typer.Argument(metavar="[LETTER]", help="One letter, planned or not.", autocompletion=letters)
]
Language = Annotated[str, typer.Option("--language", "-l", help="As two letters, e.g. de.")]
Thorough = Annotated[bool, typer.Option("--thorough", help="With more combinations of facts; takes a minute.")]


@templates_app.command("list")
def list_letters(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Every letter by language, and which of them are your own."""
    from daemon.commands.templates import list_letters as command

    raise typer.Exit(command(ctx.obj, as_json=as_json))


@templates_app.command("show")
def show_letter(ctx: typer.Context, letter: Letter, language: Language = "en", as_json: AsJson = False) -> None:
    """A template as it is written, to read or to begin your own from."""
    from daemon.commands.templates import show_letter as command

    raise typer.Exit(command(ctx.obj, letter, language, as_json=as_json))


@templates_app.command("check")
def check_letters(ctx: typer.Context, thorough: Thorough = False, as_json: AsJson = False) -> None:
    """Fill every letter with invented facts, and say with file and line what is wrong."""
    from daemon.commands.templates import check as command

    raise typer.Exit(command(ctx.obj, thorough=thorough, as_json=as_json))


@templates_app.command("preview")
def preview_letters(
    ctx: typer.Context,
    application: Annotated[
        str, typer.Argument(metavar="APP", help="3, a3, or a part of the company's name.", autocompletion=applications)
    ],
    letter: OneLetter = None,
    as_json: AsJson = False,
) -> None:
    """The letters of one application, as they would be laid now. Writes nothing."""
    from daemon.commands.previewing import preview as command

    raise typer.Exit(command(ctx.obj, application, letter, as_json=as_json))
