"""How far the person's Sent folders were looked through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store


@dataclass(frozen=True, slots=True)
class Looked:
    """How far an account's Sent was looked through: up to `uidnext` of that UIDVALIDITY, last at `looked` (aware).

    `known` is of how many addresses one knew then that they belong to an application.
    """

    account: str
    uidvalidity: int
    uidnext: int
    known: int
    looked: datetime


class Outboxes:
    """The table outboxes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, account: str) -> Looked | None:
        """How far an account's Sent was looked through; None before the first time."""
        rows = self._store.rows("SELECT * FROM outboxes WHERE account = ?", (account,))
        found = [(row["account"], row["uidvalidity"], row["uidnext"], row["known"], row["looked"]) for row in rows]
        return Looked(*found[0][:4], known_moment(found[0][4])) if found else None

    def save(self, looked: Looked) -> None:
        """Remember it, in place of what was known of the account."""
        values = (looked.account, looked.uidvalidity, looked.uidnext, looked.known, stamp(looked.looked))
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO outboxes VALUES (?, ?, ?, ?, ?)", values)
