"""How far the reading is: a bar on a terminal, else a line at every fourth of it, to be read out."""

from __future__ import annotations

from types import TracebackType
from typing import Final, Self

from daemon.commands.beginning.person import Person
from daemon.commands.progress import Bar
from daemon.core.chronicle import Field

_PARTS: Final = 4


class Telling:
    """core.ports.Progress, and `say` for a line of its own. A context manager that can be entered again."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._bar: Bar | None = None
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._bar = None if self._person.plain else Bar().__enter__()
        return self

    def move(self, done: int, total: int, what: str) -> None:
        """`done` of `total` of `what` are through."""
        if self._bar is not None:
            self._bar.move(done, total, what)
            return
        part = done * _PARTS // total if total else _PARTS
        if part > self._told.get(what, 0):
            self._told[what] = part
            self._person.say(f"{what}: {done} of {total}")

    def say(self, line: str) -> None:
        """A line of its own."""
        if self._bar is not None:
            self._bar.say(line)
        else:
            self._person.say(line)

    def tell(self, event: str, sentence: str, /, **_fields: Field) -> None:
        """daemon.logbook.Tell for the person."""
        self.say(sentence)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
