"""Applications, their threads and their events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.entry import Application, EventKind


class Applications:
    """The tables applications, thread_ids and events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, account: str, company: str | None, role: str | None, opened: datetime) -> int:
        """A new application; its id."""
        with self._store.transaction() as con:
            sql = "INSERT INTO applications (account, company, role, opened) VALUES (?, ?, ?, ?)"
            return int(con.execute(sql, (account, company, role, stamp(opened))).lastrowid or 0)

    def of_account(self, account: str) -> list[Application]:
        """The applications of one account, oldest first."""
        rows = self._store.rows("SELECT * FROM applications WHERE account = ? ORDER BY opened, id", (account,))
        return [Application(r["id"], r["account"], r["company"], r["role"], known_moment(r["opened"])) for r in rows]

    def in_thread(self, account: str, message_ids: Iterable[str]) -> list[int]:
        """The applications of an account whose threads hold one of these message ids."""
        ids = tuple(dict.fromkeys(message_ids))[:100]
        sql = (
            "SELECT DISTINCT a.id FROM thread_ids t JOIN applications a ON a.id = t.application "
            "WHERE a.account = ? AND t.message_id IN (SELECT value FROM json_each(?)) ORDER BY a.id"
        )
        return [row["id"] for row in self._store.rows(sql, (account, json.dumps(ids)))]

    def learn(self, application: int, company: str | None, role: str | None) -> None:
        """Fill in what was not known of an application; what is known stays."""
        with self._store.transaction() as con:
            sql = "UPDATE applications SET company = coalesce(company, ?), role = coalesce(role, ?) WHERE id = ?"
            con.execute(sql, (company, role, application))

    def add_thread(self, application: int, message_ids: Iterable[str]) -> None:
        """Remember which message ids belong to an application (the first 100 of a mail)."""
        rows = [(message_id, application) for message_id in tuple(dict.fromkeys(message_ids))[:100]]
        with self._store.transaction() as con:
            con.executemany("INSERT OR IGNORE INTO thread_ids VALUES (?, ?)", rows)

    def set_event(self, application: int, message: int, kind: EventKind | None, at: datetime) -> None:
        """What a mail stands for on the timeline now, instead of what it stood for before; None for nothing."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM events WHERE message = ?", (message,))
            if kind is not None:
                self.add_event(application, message, kind, at)

    def add_event(self, application: int, message: int | None, kind: EventKind, at: datetime) -> None:
        """One more point on an application's timeline."""
        with self._store.transaction() as con:
            sql = "INSERT INTO events (application, message, kind, at) VALUES (?, ?, ?, ?)"
            con.execute(sql, (application, message, kind, stamp(at)))
