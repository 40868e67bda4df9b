"""What the person is to know of the house itself: one sentence a subject, and since when it is so."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from daemon.adapters.journal.codec import known_moment, note_of, stamp
from daemon.adapters.journal.store import Store

_PREFIX: Final = "notice/"
"""Before the key of a notice in the table meta."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, without anything that a mail said, and since when it is so."""

    text: str
    since: datetime


class Notices:
    """Rows of the table meta. A notice stands until it is cleared, whatever becomes of the process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def set(self, key: str, text: str, at: datetime) -> None:
        """Let this stand. One that stands already keeps its `since`; what says the same is not written again."""
        had = self.of(key)
        if had is None or had.text != text:
            self._write(key, Notice(text, had.since if had else at))

    def renew(self, key: str, text: str, at: datetime) -> None:
        """Let this stand since now, whatever stood there before."""
        self._write(key, Notice(text, at))

    def clear(self, key: str) -> None:
        """It is so no more; nothing happens where no such notice stands."""
        if self.of(key) is not None:
            with self._store.transaction() as con:
                con.execute("DELETE FROM meta WHERE key = ?", (_PREFIX + key,))

    def of(self, key: str) -> Notice | None:
        """The notice of that key; None where none stands."""
        rows = self._store.rows("SELECT value FROM meta WHERE key = ?", (_PREFIX + key,))
        return _notice(rows[0]) if rows else None

    def all(self) -> dict[str, Notice]:
        """All that stand, by key, in the order of the keys."""
        sql = "SELECT key, value FROM meta WHERE key >= ? AND key < ? ORDER BY key"
        rows = self._store.rows(sql, (_PREFIX, _PREFIX[:-1] + "0"))  # "0" comes right after "/"
        return {row["key"].removeprefix(_PREFIX): _notice(row) for row in rows}

    def _write(self, key: str, notice: Notice) -> None:
        value = json.dumps({"text": notice.text, "since": stamp(notice.since)}).encode()
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_PREFIX + key, value))


def _notice(row: sqlite3.Row) -> Notice:
    found = note_of(bytes(row["value"]))
    return Notice(found["text"], known_moment(found["since"]))
