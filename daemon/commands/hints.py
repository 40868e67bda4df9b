"""What a shell is offered when Tab is pressed: keys, values, applications, accounts; nothing where none is known."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeVar

import typer

from daemon.core.errors import HighroadError

if TYPE_CHECKING:
    from daemon.commands.context import Context

T = TypeVar("T")
Hints = list[tuple[str, str]]
"""What can stand there, and what it is."""
SHELLS: Final = ("bash", "zsh", "fish")
COMPLETE_VARIABLE: Final = "_HIGHROAD_COMPLETE"
"""Set by the shell's function when it asks."""
_WORD: Final = re.compile(r"\w+")
_WILD: Final = re.compile(r"[^\w .,&-]+")
"""What a shell might take for more than a letter: mails name companies, and zsh evaluates what it is offered."""


def keys(incomplete: str) -> Hints:
    """Settings, for looking at them."""
    from config.remarks import settings, text_of

    return [(key, text_of(key)) for key in settings() if key.startswith(incomplete)]


def tunable_keys(incomplete: str) -> Hints:
    """Settings that can be tuned."""
    return [(key, text) for key, text in keys(incomplete) if not key.startswith("account.") and _is_open(key)]


def _is_open(key: str) -> bool:
    return not key.endswith((".password", ".client_secret"))


def values(ctx: typer.Context, incomplete: str) -> Hints:
    """The words that a setting may be, where they can be named."""
    from config.keys import entry

    key = entry(str(ctx.params.get("key", "")))
    if key is None:
        return []
    words = key.choices or (("true", "false") if key.kind == "true or false" else (key.default.strip('"'),))
    return [(word, "") for word in words if word and word.startswith(incomplete)]


def applications(ctx: typer.Context, incomplete: str) -> Hints:
    """Applications by number, and by the first word of their company's name."""
    named = _quietly(lambda: _applications(_context(ctx)))
    wanted = incomplete.casefold()
    return [(word, text) for word, text in named if word.startswith(wanted)]


def _applications(context: Context) -> Hints:
    with context.journal() as journal:
        found = journal.applications.all()
    numbers = [(f"a{one.id}", _tame(", ".join(filter(None, (one.company, one.role))))) for one in found]
    words = {
        match[0].casefold(): _tame(one.company or "") for one in found if (match := _WORD.match(one.company or ""))
    }
    return [*numbers, *words.items()]


def _tame(text: str) -> str:
    return _WILD.sub(" ", text)


def accounts(ctx: typer.Context, incomplete: str) -> Hints:
    """The accounts that config.toml names."""
    names = _quietly(lambda: list(_accounts(_context(ctx))))
    return [(name, "") for name in names if name.startswith(incomplete) and name == _tame(name)]


def _accounts(context: Context) -> Iterator[str]:
    from config.layers import read_tree
    from config.places import config_path

    blocks: Any = read_tree(config_path(context.config, os.environ)).get("account", [])
    yield from (str(one.get("name", "main")) for one in blocks if isinstance(one, dict))


def _context(ctx: typer.Context) -> Context:
    """As the options on the line say, though the command itself is not run."""
    from daemon.commands.context import Context
    from daemon.commands.owner import housed

    given = ctx.find_root().params
    return housed(Context(given.get("config"), given.get("state_dir")), ctx.info_name)


def _quietly(look: Callable[[], list[T]]) -> list[T]:
    """What a look finds; whatever is wrong, somebody who is typing is not told of it now."""
    from config.faults import ConfigError

    try:
        return look()
    except (HighroadError, ConfigError, OSError):
        return []


def letters(incomplete: str) -> list[str]:
    """The letters that there are templates of."""
    from templates.folders import LETTERS

    return [letter for letter in LETTERS if letter.startswith(incomplete)]


def shells(incomplete: str) -> list[str]:
    """The shells that can ask."""
    return [shell for shell in SHELLS if shell.startswith(incomplete)]


def listen() -> None:
    """Make ready to answer a shell; for the process that one has started to ask."""
    from typer.completion import get_completion_inspect_parameters

    get_completion_inspect_parameters()
