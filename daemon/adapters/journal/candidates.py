"""Mails that several applications fit equally, and these: what `review` asks about."""

from __future__ import annotations

import json
from collections.abc import Iterable

from daemon.adapters.journal.store import Store


class Candidates:
    """The table candidates."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, message: int, applications: Iterable[int]) -> None:
        """Ask which of these a mail is about, whatever was asked before; of none nothing is asked."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM candidates WHERE message = ?", (message,))
            con.executemany("INSERT INTO candidates VALUES (?, ?)", [(message, one) for one in applications])

    def of(self, message: int) -> list[int]:
        """The applications that are asked about for one mail."""
        sql = "SELECT application FROM candidates WHERE message = ? ORDER BY application"
        return [row["application"] for row in self._store.rows(sql, (message,))]

    def all(self) -> dict[int, list[int]]:
        """The applications that are asked about, by the mail."""
        found: dict[int, list[int]] = {}
        for row in self._store.rows("SELECT * FROM candidates ORDER BY message, application"):
            found.setdefault(row["message"], []).append(row["application"])
        return found

    def count(self, accounts: Iterable[str]) -> int:
        """How many mails of these accounts are asked about, apart from those of which the person has to say first what
        they are.
        """
        sql = (
            "SELECT count(DISTINCT m.id) FROM candidates c JOIN messages m ON m.id = c.message "
            "WHERE (m.band <> 'review' OR m.decided_by = 'you') AND m.account IN (SELECT value FROM json_each(?))"
        )
        return int(self._store.rows(sql, (json.dumps(sorted(accounts)),))[0][0])

    def about(self, application: int) -> tuple[int, ...]:
        """The mails that may be about an application."""
        sql = "SELECT message FROM candidates WHERE application = ? ORDER BY message"
        return tuple(row["message"] for row in self._store.rows(sql, (application,)))
