"""A bar with an estimate on a terminal's standard error, and silence elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from daemon.commands.lines import plain
from daemon.core.chronicle import Field

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """Shows how far a scan is. `move` is a core.ports.Progress; `say` prints a line above the bar."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
        return self

    def move(self, done: int, total: int, what: str) -> None:
        """`done` of `total` messages of `what` have been read."""
        if self._progress is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)

    def say(self, line: str) -> None:
        """A line of its own, above the bar. It may name folders, and what servers call those could steer a terminal."""
        line = "\n".join(map(plain, line.split("\n")))
        if self._progress is not None:
            self._progress.console.print(line, markup=False)
        else:
            print(line, file=sys.stderr)

    def tell(self, _event: str, sentence: str, /, **fields: Field) -> None:
        """daemon.logbook.Tell for who waits: the account's name, if there is one, and the sentence."""
        account = fields.get("account")
        self.say(f"{account}: {sentence}" if account else sentence)

    def close(self) -> None:
        """Take the bar away. Twice is once."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
