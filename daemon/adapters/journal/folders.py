"""How far each folder has been read, and what each account's loop says of itself."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daemon.adapters.journal.codec import known_moment, moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.entry import Cursor

Duty = Literal["reading", "placing", "learning"]


@dataclass(frozen=True, slots=True)
class DutyState:
    """What a duty of an account last said: whether it is connected, what is wrong (or None), since when."""

    account: str
    duty: Duty
    connected: bool
    problem: str | None
    since: datetime


class Folders:
    """The tables folders and accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def cursor(self, account: str, folder: str) -> Cursor | None:
        """How far a folder has been read; None before its first scan."""
        sql = "SELECT * FROM folders WHERE account = ? AND folder = ?"
        rows = self._store.rows(sql, (account, folder))
        return _cursor(rows[0]) if rows else None

    def cursors(self) -> list[Cursor]:
        """All folders that were ever read, by account and name."""
        return [_cursor(row) for row in self._store.rows("SELECT * FROM folders ORDER BY account, folder")]

    def save(self, cursor: Cursor) -> None:
        """Write a cursor, inside the transaction of what it has moved past."""
        values = (
            cursor.account, cursor.folder, cursor.uidvalidity, cursor.uidnext, cursor.read, cursor.skipped,
            cursor.server_messages, cursor.seen, cursor.older, stamp(cursor.last_sync) if cursor.last_sync else None,
        )  # fmt: skip
        with self._store.transaction() as con:
            con.execute(_SAVE, values)

    def say(self, account: str, duty: Duty, now: datetime, *, connected: bool, problem: str | None = None) -> bool:
        """Write down what a duty says of itself. Whether that is news; `since` moves only then."""
        with self._store.transaction() as con:
            return con.execute(_SAY, (account, duty, int(connected), problem, stamp(now))).rowcount > 0

    def duties(self) -> list[DutyState]:
        """What each duty of each account last said."""
        rows = self._store.rows("SELECT * FROM duties ORDER BY account, duty")
        return [
            DutyState(r["account"], r["duty"], bool(r["connected"]), r["problem"], known_moment(r["since"]))
            for r in rows
        ]


_SAVE = """
INSERT INTO folders (account, folder, uidvalidity, uidnext, read, skipped, server_messages, seen, older, last_sync)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, folder) DO UPDATE SET
    uidvalidity = excluded.uidvalidity, uidnext = excluded.uidnext, read = excluded.read, skipped = excluded.skipped,
    server_messages = excluded.server_messages, seen = excluded.seen, older = excluded.older,
    last_sync = excluded.last_sync
"""

_SAY = """
INSERT INTO duties (account, duty, connected, problem, since) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account, duty) DO UPDATE
SET connected = excluded.connected, problem = excluded.problem, since = excluded.since
WHERE connected IS NOT excluded.connected OR problem IS NOT excluded.problem
"""


def _cursor(row: sqlite3.Row) -> Cursor:
    parts = {key: row[key] for key in row.keys()}  # noqa: SIM118  (a Row iterates over values)
    parts["last_sync"] = moment(parts["last_sync"])
    return Cursor(**parts)
