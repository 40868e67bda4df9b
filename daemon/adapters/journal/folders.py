"""How far each folder has been read, and what each account's loop says of itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from daemon.adapters.journal.codec import known_moment, moment, stamp
from daemon.adapters.journal.notices import Notices
from daemon.adapters.journal.store import Store
from daemon.core.entry import Cursor

Duty = Literal["reading", "placing", "learning"]
WAITING: Final = "account/"
"""Before "NAME/DUTY" in the key of the notice that says since when a duty waits for the person."""
FAILING: Final = "failing/"
"""Before "NAME/DUTY" in the key of the notice that says since when a duty fails."""
BEHIND: Final = "behind/"
"""Before "NAME/FOLDER" in the key of the notice that says since when the server holds what could not be read."""


@dataclass(frozen=True, slots=True)
class DutyState:
    """What a duty of an account last said: whether it is connected, what is wrong (or None), since when.

    `waits` is whether what is wrong waits for the person; else it is tried again.
    """

    account: str
    duty: Duty
    connected: bool
    problem: str | None
    since: datetime
    waits: bool = False


class Folders:
    """The tables folders, anchors and duties, and the notices that tell since when something is wrong there."""

    def __init__(self, store: Store) -> None:
        self._store, self._notices = store, Notices(store)

    def cursor(self, account: str, folder: str) -> Cursor | None:
        """How far a folder has been read; None before its first scan."""
        sql = "SELECT * FROM folders WHERE account = ? AND folder = ?"
        rows = self._store.rows(sql, (account, folder))
        return _cursor(rows[0]) if rows else None

    def cursors(self) -> list[Cursor]:
        """All folders that were ever read, by account and name."""
        return [_cursor(row) for row in self._store.rows("SELECT * FROM folders ORDER BY account, folder")]

    def save(self, cursor: Cursor) -> None:
        """Write a cursor, inside the transaction of what it has moved past; not what `verified` writes."""
        values = (
            cursor.account, cursor.folder, cursor.uidvalidity, cursor.uidnext, cursor.read, cursor.skipped,
            cursor.server_messages, cursor.seen, cursor.older, stamp(cursor.last_sync) if cursor.last_sync else None,
            cursor.highestmodseq,
        )  # fmt: skip
        with self._store.transaction() as con:
            con.execute(_SAVE, values)

    def verified(self, account: str, folder: str, now: datetime, found: int, missing: int) -> None:
        """The server's whole list was held against the cursor: how many messages were missing, and still are."""
        sql = "UPDATE folders SET verified = ?, found = ?, missing = ? WHERE account = ? AND folder = ?"
        with self._store.transaction() as con:
            con.execute(sql, (stamp(now), found, missing, account, folder))

    def complete(self, account: str, folder: str) -> None:
        """Nothing is missing any more."""
        sql = "UPDATE folders SET missing = 0 WHERE account = ? AND folder = ? AND missing != 0"
        with self._store.transaction() as con:
            con.execute(sql, (account, folder))

    def anchors(self, account: str, folder: str) -> dict[int, bytes]:
        """The keyed identities of a few messages of a folder, by UID."""
        rows = self._store.rows("SELECT uid, identity FROM anchors WHERE account = ? AND folder = ?", (account, folder))
        return {row["uid"]: bytes(row["identity"]) for row in rows}

    def anchor(self, account: str, folder: str, anchors: Mapping[int, bytes]) -> None:
        """Remember these messages of a folder, and no others."""
        rows = [(account, folder, uid, identity) for uid, identity in anchors.items()]
        with self._store.transaction() as con:
            con.execute("DELETE FROM anchors WHERE account = ? AND folder = ?", (account, folder))
            con.executemany("INSERT INTO anchors VALUES (?, ?, ?, ?)", rows)

    def say(
        self,
        account: str,
        duty: Duty,
        now: datetime,
        *,
        connected: bool,
        problem: str | None = None,
        waits: bool = False,
    ) -> bool:
        """Write down what a duty says of itself, and whether its problem waits for the person.

        Whether that is news; `since` moves only then.
        """
        values = (account, duty, int(connected), problem, stamp(now), int(waits))
        with self._store.transaction() as con:
            self._remember(f"{account}/{duty}", now, problem, waits=waits)
            return con.execute(_SAY, values).rowcount > 0

    def _remember(self, name: str, now: datetime, problem: str | None, *, waits: bool) -> None:
        """Since when it fails, and since when it is the person's turn: that is over when it works, and not before."""
        for key, so in ((FAILING + name, problem is not None), (WAITING + name, waits)):
            if so:
                self._notices.set(key, problem or "", now)
            elif problem is None:
                self._notices.clear(key)

    def duties(self) -> list[DutyState]:
        """What each duty of each account last said."""
        rows = self._store.rows("SELECT * FROM duties ORDER BY account, duty")
        return [_duty(row) for row in rows]


_SAVE = """
INSERT INTO folders (account, folder, uidvalidity, uidnext, read, skipped, server_messages, seen, older, last_sync,
                     highestmodseq)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (account, folder) DO UPDATE SET
    uidvalidity = excluded.uidvalidity, uidnext = excluded.uidnext, read = excluded.read, skipped = excluded.skipped,
    server_messages = excluded.server_messages, seen = excluded.seen, older = excluded.older,
    last_sync = excluded.last_sync, highestmodseq = excluded.highestmodseq
"""

_SAY = """
INSERT INTO duties (account, duty, connected, problem, since, waits) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (account, duty) DO UPDATE
SET connected = excluded.connected, problem = excluded.problem, since = excluded.since, waits = excluded.waits
WHERE connected IS NOT excluded.connected OR problem IS NOT excluded.problem OR waits IS NOT excluded.waits
"""


def _cursor(row: sqlite3.Row) -> Cursor:
    parts = {key: row[key] for key in row.keys()}  # noqa: SIM118  (a Row iterates over values)
    parts["last_sync"], parts["verified"] = moment(parts["last_sync"]), moment(parts["verified"])
    return Cursor(**parts)


def _duty(row: sqlite3.Row) -> DutyState:
    since = known_moment(row["since"])
    return DutyState(row["account"], row["duty"], bool(row["connected"]), row["problem"], since, bool(row["waits"]))
