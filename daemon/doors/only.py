"""The one door that is meant: typer builds every command before it looks which it is, which takes a quick one long."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Final

import typer
from typer.main import get_command_name
from typer.models import CommandInfo, TyperInfo

_WITH_VALUE: Final = frozenset({"--config", "--state-dir"})
"""The options before a command that take a value."""


def only(app: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """The program with the command alone that these arguments name; the whole where that cannot be told."""
    name = _command(words)
    doors = [one.typer_instance for one in app.registered_groups if one.typer_instance]
    commands = [one for door in (app, *doors) for one in door.registered_commands if _called(one) == name]
    groups = [one for door in doors for one in door.registered_groups if one.name == name]
    if name is None or len(commands) + len(groups) != 1:
        return app
    found = copy.copy(app)
    found.registered_commands, found.registered_groups = commands, groups
    return found


def _command(words: Sequence[str]) -> str | None:
    """The first word that is neither an option nor an option's value; None where another option comes before it."""
    left = iter(words)
    for word in left:
        if word in _WITH_VALUE:
            next(left, None)
        elif not word.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
            return None if word.startswith("-") else word
    return None


def _called(command: CommandInfo | TyperInfo) -> str:
    return command.name or (get_command_name(command.callback.__name__) if command.callback else "")
