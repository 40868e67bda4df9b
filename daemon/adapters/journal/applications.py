"""Applications, their threads and their events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.entry import Application, EventKind
from daemon.core.matching import company_key


class Applications:
    """The tables applications, thread_ids and events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, account: str, company: str | None, role: str | None, opened: datetime) -> int:
        """A new application; its id."""
        with self._store.transaction() as con:
            sql = "INSERT INTO applications (account, company, role, opened, company_key) VALUES (?, ?, ?, ?, ?)"
            values = (account, company, role, stamp(opened), company_key(company))
            return int(con.execute(sql, values).lastrowid or 0)

    def of_account(self, account: str) -> list[Application]:
        """The applications of one account, oldest first."""
        rows = self._store.rows("SELECT * FROM applications WHERE account = ? ORDER BY opened, id", (account,))
        return [_application(row) for row in rows]

    def get(self, number: int) -> Application | None:
        """The application of that id."""
        rows = self._store.rows("SELECT * FROM applications WHERE id = ?", (number,))
        return _application(rows[0]) if rows else None

    def of_company(self, account: str, company: str | None) -> list[Application]:
        """The applications of an account at a company, however its name is written; none for an unknown one."""
        key = company_key(company)
        if not key:
            return []
        self._reckon_keys(account)
        sql = "SELECT * FROM applications WHERE account = ? AND company_key = ? ORDER BY opened, id"
        return [_application(row) for row in self._store.rows(sql, (account, key))]

    def _reckon_keys(self, account: str) -> None:
        """Applications of a journal from before there were keys get theirs."""
        rows = self._store.rows(
            "SELECT id, company FROM applications WHERE account = ? AND company_key IS NULL", (account,)
        )
        if rows:
            keys = [(company_key(row["company"]), row["id"]) for row in rows]
            with self._store.transaction() as con:
                con.executemany("UPDATE applications SET company_key = ? WHERE id = ?", keys)

    def in_thread(self, account: str, message_ids: Iterable[str]) -> list[int]:
        """The applications of an account whose threads hold one of these message ids."""
        ids = tuple(dict.fromkeys(message_ids))[:100]
        if not ids:
            return []
        sql = (
            "SELECT DISTINCT a.id FROM json_each(?) m CROSS JOIN thread_ids t ON t.message_id = m.value "
            "CROSS JOIN applications a ON a.id = t.application WHERE a.account = ? ORDER BY a.id"
        )
        return [row["id"] for row in self._store.rows(sql, (json.dumps(ids), account))]

    def learn(self, application: int, company: str | None, role: str | None) -> None:
        """Fill in what was not known of an application; what is known stays."""
        with self._store.transaction() as con:
            con.execute(_LEARN, (company, role, company_key(company), application))

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


_LEARN = """
UPDATE applications SET company = coalesce(company, ?1), role = coalesce(role, ?2),
    company_key = CASE WHEN company IS NULL THEN ?3 ELSE company_key END
WHERE id = ?4 AND ((company IS NULL AND ?1 NOT NULL) OR (role IS NULL AND ?2 NOT NULL))
"""


def _application(row: sqlite3.Row) -> Application:
    return Application(row["id"], row["account"], row["company"], row["role"], known_moment(row["opened"]))
