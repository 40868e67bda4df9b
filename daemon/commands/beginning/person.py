"""The talk with the person: whole sentences, questions with their default, nothing that redraws itself.

In plain mode (piped, NO_COLOR, TERM=dumb, --plain) not one escape sequence is written.
"""

from __future__ import annotations

import os
import shutil
import sys
import termios
import textwrap
import warnings
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from getpass import GetPassWarning, getpass
from typing import Final, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from daemon.commands.lines import plain as harmless
from daemon.core.errors import HighroadError, NeedsOperator, WrongUse

_WIDEST: Final = 100
_TRIES: Final = 3
_BOLD, _USUAL = "\x1b[1m", "\x1b[0m"


class Stopped(HighroadError):
    """The person wants no more of it."""


def is_plain(asked: bool, out: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether nothing but text is to be written."""
    return asked or not out.isatty() or bool(environ.get("NO_COLOR")) or environ.get("TERM", "dumb") == "dumb"


class Person:
    """Whoever sits before the terminal, or nobody. `yes` takes every default; `plain` is as in the module."""

    def __init__(self, *, there: bool, yes: bool, plain: bool, out: TextIO) -> None:
        self.there, self._yes, self.plain, self._out = there, yes, plain, out

    @property
    def asks(self) -> bool:
        """Whether questions that have a default are asked."""
        return self.there and not self._yes

    @property
    def width(self) -> int:
        """How many columns a line may have."""
        return max(40, min(shutil.get_terminal_size().columns, _WIDEST))

    @property
    def height(self) -> int:
        """How many lines are on the screen at once."""
        return shutil.get_terminal_size().lines

    # --- saying ---

    def say(self, text: str = "", indent: str = "") -> None:
        """A paragraph, wrapped; addresses and paths are not broken."""
        self.lines(self.wrapped(text, indent) or [""])

    def lines(self, lines: Iterable[str]) -> None:
        """Lines that fit already."""
        for line in lines:
            print(harmless(line), file=self._out)
        self._out.flush()

    def head(self, text: str) -> None:
        """What comes next, after an empty line."""
        bold = not self.plain
        lines = (f"{_BOLD}{line}{_USUAL}" if bold else line for line in self.wrapped(harmless(text)))
        print("", *lines, sep="\n", file=self._out, flush=True)

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        """The lines of a paragraph. A word that is wider than a line stays whole, unless letters are wide ones."""
        if cell_len(text) != len(text):
            return [indent + line.plain.rstrip() for line in Text(text).wrap(Console(), self.width - len(indent))]
        return textwrap.wrap(
            text, self.width, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip

    # --- asking ---

    def ask(self, question: str, flag: str, default: str = "", check: Callable[[str], str] = str) -> str:
        """The answer to a question, as `check` gives it back; a ValueError of that is said, and it is asked again.

        Raises WrongUse where nobody can be asked and there is no default, Stopped at the end of the input.
        """
        if default and not self.asks:
            return check(default)
        if not self.there:
            raise WrongUse(f"Nobody can be asked here, and {flag} is missing. `highroad init --help` says what it is.")
        for _ in range(_TRIES):
            answer = self._answer(f"{question} [Enter: {default}]" if default else question) or default
            try:
                return check(_needed(answer))
            except ValueError as error:
                self.say(f"That cannot be used: {error}.")
        raise WrongUse(f"That was not understood {_TRIES} times; nothing was written. {flag} takes it as well.")

    def agrees(self, question: str, *, default: bool = True) -> bool:
        """Yes or no; the default where nobody is asked. What was typed before the question is no answer to it."""
        if not self.asks:
            return default
        with suppress(OSError, termios.error):
            termios.tcflush(sys.stdin, termios.TCIFLUSH)
        words = {"y": True, "yes": True, "n": False, "no": False, "": default}
        for _ in range(_TRIES):
            answer = self._answer(f"{question} [{'Y/n' if default else 'y/N'}]").lower()
            if answer in words:
                return words[answer]
            self.say("Please say y for yes or n for no.")
        return False

    def hidden(self, question: str) -> str:
        """What is typed without being shown. Raises Stopped, and NeedsOperator where it would be shown."""
        self.lines(self.wrapped(question))
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            try:
                return getpass("> ", stream=None)
            except EOFError:
                raise Stopped("There was no answer, so nothing was written.") from None
            except GetPassWarning:
                raise NeedsOperator(
                    "This terminal would show the password. Give it by --password-stdin, or say by --password where "
                    "it is found."
                ) from None

    def _answer(self, question: str) -> str:
        *above, last = self.wrapped(question)
        self.lines(above)
        print(f"{harmless(last)} ", end="", file=self._out, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise Stopped("There was no answer, so nothing was written.")
        return line.strip()


def _needed(answer: str) -> str:
    if not answer:
        raise ValueError("an answer is needed here")
    return answer
