"""What the options before a command say, and what every command needs: settings, journal, a way to print."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from daemon.core.errors import HighroadError

if TYPE_CHECKING:
    from rich.console import Console

    from config.loader import Loaded
    from daemon.adapters.journal.journal import Journal


@dataclass(frozen=True, slots=True)
class Context:
    """The settings file and state directory as named on the command line; None stands for the usual places."""

    config: Path | None = None
    state_dir: Path | None = None

    def load(self) -> Loaded:
        """The settings. Raises config.faults.ConfigError with every fault at once."""
        from config.loader import load

        return load(self.config, self.state_dir)

    def state(self) -> Path:
        """The state directory, for commands that need no settings."""
        import os

        from config.places import state_path

        return state_path(self.state_dir, os.environ)

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """The journal of a state directory that has one. Raises NoJournal before the first run."""
        from daemon.adapters.journal.journal import open_existing
        from daemon.adapters.journal.suspicion import suspecting

        with suspecting(self.state()):
            journal = open_existing(self.state())
            if journal is None:
                raise NoJournal(_NO_JOURNAL.format(self.state()))
            try:
                yield journal
            finally:
                journal.close()


_NO_JOURNAL: Final = (
    "There is no journal in {} yet: nothing has been read. Start with `highroad once`, or with `highroad init` if "
    "there are no settings yet."
)


class NoJournal(HighroadError):
    """Nothing has been read yet, so there is nothing to show."""


def emit(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object a line."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def console() -> Console:
    """Where people read: colours and width as their terminal has them, plain when piped (NO_COLOR is respected)."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)
