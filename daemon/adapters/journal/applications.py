"""Applications and their threads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from daemon.adapters.journal import joining
from daemon.adapters.journal.codec import known_moment, moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.entry import Application
from daemon.core.keys import company_key


class Applications:
    """The tables applications and thread_ids."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, account: str, company: str | None, role: str | None, opened: datetime, requisition: str | None = None
    ) -> int:
        """A new application; its id."""
        values = (account, company, role, stamp(opened), company_key(company), requisition)
        with self._store.transaction() as con:
            return int(con.execute(_ADD, values).lastrowid or 0)

    def all(self) -> list[Application]:
        """Every application, oldest first."""
        return [_application(row) for row in self._store.rows("SELECT * FROM applications ORDER BY opened, id")]

    def of_account(self, account: str) -> list[Application]:
        """The applications of one account, oldest first."""
        rows = self._store.rows("SELECT * FROM applications WHERE account = ? ORDER BY opened, id", (account,))
        return [_application(row) for row in rows]

    def live(self, account: str, since: datetime) -> list[int]:
        """The applications of an account that time alone may change something of: they have not ended, or had mail
        since then, or something is planned for them, or the person cares for the employer.
        """
        return [row["id"] for row in self._store.rows(_LIVE, (account, stamp(since)))]

    def get(self, number: int) -> Application | None:
        """The application of that id."""
        rows = self._store.rows("SELECT * FROM applications WHERE id = ?", (number,))
        return _application(rows[0]) if rows else None

    def keys(self, account: str, initial: str) -> list[str]:
        """The keys (core.keys.company_key) of an account's companies that begin with that letter."""
        self._reckon_keys(account)
        rows = self._store.rows(_KEYS, (account, initial, initial + _LAST))
        return [row["company_key"] for row in rows]

    def of_keys(self, account: str, keys: Iterable[str]) -> list[Application]:
        """The applications of an account at the companies of these keys, oldest first."""
        self._reckon_keys(account)
        rows = self._store.rows(_OF_KEYS, (account, json.dumps(list(keys))))
        return [_application(row) for row in rows]

    def of_requisition(self, account: str, requisition: str | None) -> list[Application]:
        """The applications of an account for the opening of that number."""
        sql = "SELECT * FROM applications WHERE account = ? AND requisition = ? COLLATE NOCASE ORDER BY opened, id"
        return [_application(row) for row in self._store.rows(sql, (account, requisition))]

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
        """The applications of an account whose threads hold the first of these message ids that any thread holds."""
        ids = tuple(dict.fromkeys(message_ids))[:100]
        return [row["id"] for row in self._store.rows(_IN_THREAD, (json.dumps(ids), account))] if ids else []

    def learn(self, application: int, company: str | None, role: str | None, requisition: str | None = None) -> None:
        """Fill in what was not known of an application; what is known stays."""
        with self._store.transaction() as con:
            con.execute(_LEARN, (company, role, requisition, company_key(company), application))

    def began(self, application: int, at: datetime) -> None:
        """An application is as old as its oldest mail, whichever was read first."""
        with self._store.transaction() as con:
            con.execute("UPDATE applications SET opened = ?1 WHERE id = ?2 AND opened > ?1", (stamp(at), application))

    def add_thread(self, application: int, message_ids: Iterable[str]) -> None:
        """Remember which message ids belong to an application (the first 100 of a mail)."""
        rows = [(message_id, application) for message_id in tuple(dict.fromkeys(message_ids))[:100]]
        with self._store.transaction() as con:
            con.executemany("INSERT OR IGNORE INTO thread_ids VALUES (?, ?)", rows)

    def keen(self, application: int, wanted: bool) -> None:
        """Whether the person cares for this employer."""
        with self._store.transaction() as con:
            con.execute("UPDATE applications SET keen = ? WHERE id = ?", (wanted, application))

    def skip(self, application: int, at: datetime | None) -> None:
        """Since when the person wants no drafts for it; None: they want them again."""
        with self._store.transaction() as con:
            con.execute("UPDATE applications SET skipped = ? WHERE id = ?", (stamp(at) if at else None, application))

    def merge(self, into: int, other: int, now: datetime) -> None:
        """Make two applications one: all of `other` goes over to `into` (see joining)."""
        joining.merge(self._store, into, other, now)

    def split(self, message: int) -> int:
        """Give a mail an application of its own, with all that rests on it (see joining); the new one's id."""
        return joining.split(self._store, message)


_LAST: Final = chr(0x10FFFF)
_KEYS = """
SELECT DISTINCT company_key FROM applications WHERE account = ? AND company_key >= ? AND company_key < ?
"""
_OF_KEYS = """
SELECT a.* FROM applications a WHERE a.account = ? AND a.company_key IN (SELECT value FROM json_each(?))
ORDER BY a.opened, a.id
"""
_IN_THREAD = """
WITH held AS (
    SELECT a.id, m.key AS near FROM json_each(?) m CROSS JOIN thread_ids t ON t.message_id = m.value
    CROSS JOIN applications a ON a.id = t.application WHERE a.account = ?
)
SELECT DISTINCT id FROM held WHERE near = (SELECT min(near) FROM held) ORDER BY id
"""
_ADD = """
INSERT INTO applications (account, company, role, opened, company_key, requisition) VALUES (?, ?, ?, ?, ?, ?)
"""
_LIVE = """
SELECT a.id FROM applications a WHERE a.account = ?1 AND (
    a.keen OR EXISTS (SELECT 1 FROM messages m WHERE m.application = a.id AND m.received >= ?2)
    OR EXISTS (SELECT 1 FROM jobs j WHERE j.application = a.id AND j.state IN ('planned', 'held'))
    OR NOT EXISTS (SELECT 1 FROM events e WHERE e.application = a.id AND e.kind IN ('rejected', 'silent', 'withdrawn'))
) ORDER BY a.id
"""
_LEARN = """
UPDATE applications SET company = coalesce(company, ?1), role = coalesce(role, ?2),
    requisition = coalesce(requisition, ?3), company_key = CASE WHEN company IS NULL THEN ?4 ELSE company_key END
WHERE id = ?5 AND ((company IS NULL AND ?1 NOT NULL) OR (role IS NULL AND ?2 NOT NULL)
    OR (requisition IS NULL AND ?3 NOT NULL))
"""


def _application(row: sqlite3.Row) -> Application:
    return Application(
        row["id"], row["account"], row["company"], row["role"], known_moment(row["opened"]), row["requisition"],
        bool(row["keen"]), moment(row["skipped"]),
    )  # fmt: skip
