"""Feedback that employers gave."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store


@dataclass(frozen=True, slots=True)
class Feedback:
    """What an employer told the person, in its words; `message` is the journal id of the mail that said it."""

    application: int
    message: int | None
    at: datetime
    text: str
    id: int = 0


class Feedbacks:
    """The table feedback: one a mail."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, application: int, message: int | None, at: datetime, text: str) -> bool:
        """Journal feedback; whether it is new: of a mail whose feedback is known already nothing changes."""
        values = (application, message, stamp(at), text)
        with self._store.transaction() as con:
            sql = "INSERT OR IGNORE INTO feedback (application, message, at, text) VALUES (?, ?, ?, ?)"
            return con.execute(sql, values).rowcount == 1

    def remove(self, message: int) -> None:
        """A mail turns out to hold none."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM feedback WHERE message = ?", (message,))

    def of(self, application: int) -> list[Feedback]:
        """The feedback on one application, oldest first."""
        rows = self._store.rows("SELECT * FROM feedback WHERE application = ? ORDER BY at, id", (application,))
        return [_feedback(row) for row in rows]

    def lines(self, application: int) -> list[str]:
        """The sentences of the feedback on one application, oldest first."""
        return [line for said in self.of(application) for line in said.text.splitlines()]

    def all(self) -> list[Feedback]:
        """All feedback, oldest first."""
        return [_feedback(row) for row in self._store.rows("SELECT * FROM feedback ORDER BY at, id")]


def _feedback(row: sqlite3.Row) -> Feedback:
    return Feedback(row["application"], row["message"], known_moment(row["at"]), row["text"], row["id"])
