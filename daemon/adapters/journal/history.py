"""Whether this journal is the one that was here last, or an older one that somebody put in its place (see mark)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.mark import Mark

Rows = Callable[[str, tuple[object, ...]], list[sqlite3.Row]]


@dataclass(frozen=True, slots=True)
class Line:
    """Where a journal stands: its line of history, how many of its transactions have moved a job, and `doubted`.

    `restored` is when the line began in place of another one; None for a journal that never was restored.
    """

    name: str
    count: int
    doubted: bool
    restored: datetime | None


class History:
    """The table history, and the mark beside the journal. What is written here belongs to the store's transaction."""

    def __init__(self, rows: Rows, mark: Mark) -> None:
        self._rows, self._mark = rows, mark
        self._moved = self._anew = False
        self._begun: Line | None = None

    def line(self) -> Line:
        """Where the journal stands."""
        row = self._rows("SELECT * FROM history", ())[0]
        restored = known_moment(row["restored"]) if row["restored"] else None
        return Line(bytes(row["line"]).hex(), int(row["count"]), bool(row["doubted"]), restored)

    def is_new(self) -> bool:
        """Whether the state directory has nothing to remember of this journal yet, and of no other either."""
        line, known = self.line(), self._mark.read()
        return line.count == 0 and (known is None or known.line == line.name)

    def is_ours(self) -> bool:
        """Whether the journal is the one that was here last."""
        line, known = self.line(), self._mark.read()
        return not line.doubted and known is not None and known.explains(line.name, line.count)

    def moved(self) -> None:
        """The transaction that is open moves a job: it counts."""
        self._moved = True

    def begin_anew(self, now: datetime) -> None:
        """Inside a transaction: begin a new line, whatever is remembered."""
        self._rows(_ANEW, (os.urandom(16), stamp(now)))
        self._moved = self._anew = True

    def remember(self) -> None:
        """Let the mark know this journal, whatever it says. Raises JournalFault when it cannot be written."""
        line = self.line()
        self._mark.remember(line.name, line.count)

    def begin(self) -> None:
        """Right before a COMMIT: count the transaction, and let the mark know. Raises JournalFault."""
        if not self._moved:
            return
        self._rows("UPDATE history SET count = count + 1", ())
        line = self.line()
        if self._mark.begin(line.name, line.count, anew=self._anew):
            self._begun = line
        else:
            self._rows("UPDATE history SET doubted = 1", ())

    def settle(self) -> None:
        """Right after a COMMIT."""
        if self._begun is not None:
            self._mark.settle(self._begun.name, self._begun.count)
        self.forget()

    def forget(self) -> None:
        """After a transaction, however it ended."""
        self._moved = self._anew = False
        self._begun = None


_ANEW: Final = "UPDATE history SET line = ?, count = 0, doubted = 0, restored = ?"
