"""Everything that any test makes the program log, held against what must never be in a log: see conftest.

The tests' own passwords and tokens hold SECRET, the bodies and subjects of their mails the WORDS.
"""

from __future__ import annotations

import logging
import re

from daemon.adapters.logs import entry, line_of

SECRET = "pl4nted"
"""In every password and token that a test lets the program have."""
WORDS = ("w0rds-of-a-mail", "This is mail number", "Your application, number", "Sam Rivera", "Dana Whitfield")
"""Of bodies, subjects and names."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


class Ear(logging.Handler):
    """Hears every record of this process, whatever its level; `faults` are what must not have been said."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def listen(self) -> None:
        """From now on: to what the program says, however quiet, and to what libraries say as loud as they are let."""
        logging.getLogger().addHandler(self)
        logging.getLogger("highroad").__class__ = Overheard

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "overheard", False):  # it comes by way of the root logger, too
            return
        record.overheard = True
        said = f"{record.getMessage()} {record.args} {record.exc_info and record.exc_info[1]!r}"
        self.faults += [f"a record of {record.name} holds a secret: {said}"] if SECRET in said else []
        self.read(f"{line_of(record)} {entry(record).decode(errors='replace')}", f"a line of {record.name}")

    def read(self, text: str, where: str) -> None:
        """Look through what was written down: by a service that a test started, say."""
        for line in text.splitlines():
            found = [word for word in (SECRET, *WORDS) if word in line] + _ADDRESS.findall(line)
            self.faults += [f"{where} holds {found}: {line}"] if found else []

    def settle(self) -> None:
        """Raises AssertionError with what was heard since the last time that must not have been said."""
        faults, self.faults = self.faults, []
        assert not faults, "the log must not hold this:\n" + "\n".join(faults)


EAR = Ear()
"""The one of this process."""


class Overheard(logging.Logger):
    """A logger whose every record is heard, and which is otherwise as loud as its level says."""

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802
        return True

    def callHandlers(self, record: logging.LogRecord) -> None:  # noqa: N802
        EAR.handle(record)
        if record.levelno >= self.getEffectiveLevel():
            super().callHandlers(record)


def only_secret(text: str, where: str) -> None:
    """Of what a command prints for the person, only secrets must not be part."""
    if SECRET in text:
        EAR.faults.append(f"{where} holds a secret: {text}")
