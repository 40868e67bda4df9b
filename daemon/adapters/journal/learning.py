"""What lies in the learning folders, as last seen: only where, and whose identity."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.adapters.journal.store import Store
from daemon.core.entry import Place


@dataclass(frozen=True, slots=True)
class Held:
    """One mail of a learning folder: its UIDVALIDITY, UID and identity."""

    uidvalidity: int
    uid: int
    identity: bytes


class Learning:
    """The table learning."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def held(self, account: str, folder: str) -> list[Held]:
        """What a learning folder held when it was last looked into, under any UIDVALIDITY."""
        sql = "SELECT uidvalidity, uid, identity FROM learning WHERE account = ? AND folder = ?"
        rows = self._store.rows(sql, (account, folder))
        return [Held(row["uidvalidity"], row["uid"], bytes(row["identity"])) for row in rows]

    def holds(self, identity: bytes) -> bool:
        """Whether a mail lies in a learning folder."""
        return bool(self._store.rows("SELECT 1 FROM learning WHERE identity = ? LIMIT 1", (identity,)))

    def put(self, place: Place, identity: bytes) -> None:
        """A mail lies there now."""
        values = (place.account, place.folder, place.uidvalidity, place.uid, identity)
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO learning VALUES (?, ?, ?, ?, ?)", values)

    def only(self, account: str, folders: Sequence[str]) -> None:
        """No other folders of an account teach any more."""
        sql = "DELETE FROM learning WHERE account = ? AND folder NOT IN (SELECT value FROM json_each(?))"
        with self._store.transaction() as con:
            con.execute(sql, (account, json.dumps(list(folders))))

    def drop(self, account: str, folder: str, gone: Iterable[Held]) -> None:
        """These lie there no more."""
        rows = [(account, folder, each.uidvalidity, each.uid) for each in gone]
        sql = "DELETE FROM learning WHERE account = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
        with self._store.transaction() as con:
            con.executemany(sql, rows)
