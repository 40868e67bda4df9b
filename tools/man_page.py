"""Writes docs/highroad.1 from the commands themselves and the words of tools/man_words.toml. `make docs` calls it.

Alone: python -m tools.man_page, or with --check only compares. The form is man(7).
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from typer.main import get_command

from daemon.cli import app
from tools.page import kept

PAGE = Path("docs/highroad.1")
WORDS = Path("tools/man_words.toml")
Part = Any
"""A command, an argument or an option, which typer has no public types for."""
_HIDDEN = {"--help", "--install-completion", "--show-completion"}


def page() -> str:
    """The whole page."""
    door, words = get_command(app), tomllib.loads(WORDS.read_text("utf-8"))
    lines = [
        '.\\" Made by `make docs` from the commands themselves and tools/man_words.toml: do not edit it here.',
        '.TH HIGHROAD 1 "" "Highroad" "User Commands"',
        *_sections(words["before"]),
        ".SH OPTIONS",
        "Before the command:",
        *_options(door),
        *_option("-h, --help", "Say what a command is for, and what it takes."),
        ".SH COMMANDS",
        *_commands(door.commands),
        *_sections(words["after"]),
    ]
    return "\n".join(lines) + "\n"


def _sections(sections: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for section in sections:
        yield f".SH {section['title']}"
        yield from (_text(line) or ".PP" for line in section.get("text", "").strip().splitlines())
        for term, words in section.get("terms", {}).items():
            yield from _option(term, words)


def _commands(commands: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, command in sorted(commands.items()):
        if getattr(command, "hidden", False):
            continue
        if hasattr(command, "commands"):
            yield from _commands(command.commands, f"{above}{name} ")
        else:
            yield f".SS {_escaped(f'highroad {above}{name}{_arguments(command)}')}"
            yield _text(_joined(command.help))
            yield from _options(command)


def _arguments(command: Part) -> str:
    """The arguments as the usage line names them."""
    names = [_named(each) for each in command.params if each.param_type_name == "argument"]
    return "".join(f" {name}" for name in names)


def _named(argument: Part) -> str:
    name = argument.metavar or argument.name.upper()
    name = f"{name}..." if argument.nargs == -1 and "." not in name and " " not in name else name
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _options(command: Part) -> Iterator[str]:
    for each in command.params:
        is_option = each.param_type_name == "option" and not getattr(each, "hidden", False)
        if not is_option:
            if each.param_type_name == "argument" and each.help:
                yield from _option(_named(each), _joined(each.help))
        elif not _HIDDEN & set(each.opts):
            yield from _option(_flags(each), _joined(each.help or "Say which version this is.") + _default(each))


def _flags(option: Part) -> str:
    """All ways to write an option: -n, --limit LIMIT; --check, --no-check."""
    names = ", ".join(sorted([*option.opts, *option.secondary_opts], key=lambda name: (name.startswith("--"), name)))
    return names if option.is_flag else f"{names} {option.metavar or option.name.upper()}"


def _default(option: Part) -> str:
    shown = "" if option.is_flag or option.default in {None, "", 0} or callable(option.default) else option.default
    return f" Without it: {shown}." if shown != "" else ""


def _option(term: str, words: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_escaped(term)}"
    yield _text(words)


def _joined(text: str) -> str:
    return " ".join(text.split())


def _text(words: str) -> str:
    """A paragraph: sentences begin lines of their own, as man-pages(7) likes them; `code` is bold."""
    escaped = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", _escaped(words))
    return "\n".join(_guarded(line) for line in re.split(r"(?<=[.:;]) (?=[A-Z])", escaped))


def _guarded(line: str) -> str:
    """A line of text that begins like a request is none."""
    return f"\\&{line}" if line[:1] in {".", "'"} else line


def _escaped(text: str) -> str:
    for plain, roff in (("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("~", "\\(ti"), ("^", "\\(ha")):
        text = text.replace(plain, roff)
    return text.replace("“", "\\(lq").replace("”", "\\(rq").replace("…", "...")


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    return kept(PAGE, page(), arguments, "what the commands say of themselves")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
