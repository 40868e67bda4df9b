"""What the person noted about applications."""

from __future__ import annotations

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.entry import Note


class Notes:
    """The table notes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, application: int) -> list[Note]:
        """An application's notes, oldest first."""
        rows = self._store.rows("SELECT * FROM notes WHERE application = ? ORDER BY at, id", (application,))
        return [Note(known_moment(row["at"]), row["text"], bool(row["private"]), row["id"]) for row in rows]

    def add(self, application: int, note: Note) -> int:
        """One more note; its id."""
        values = (application, stamp(note.at), note.text, note.private)
        with self._store.transaction() as con:
            sql = "INSERT INTO notes (application, at, text, private) VALUES (?, ?, ?, ?)"
            return int(con.execute(sql, values).lastrowid or 0)

    def remove(self, number: int) -> None:
        """Take a note back."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM notes WHERE id = ?", (number,))
