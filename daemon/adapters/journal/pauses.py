"""Until when the person wants no drafts at all."""

from __future__ import annotations

from datetime import datetime

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store


class Pauses:
    """One row of the table meta: a pause holds for all accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def until(self) -> datetime | None:
        """Until when nothing is laid, also if that is past; None for no pause."""
        rows = self._store.rows("SELECT value FROM meta WHERE key = 'paused_until'")
        return known_moment(bytes(rows[0]["value"]).decode()) if rows else None

    def set(self, until: datetime | None) -> None:
        """Pause until then, whatever was said before; None ends the pause."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM meta WHERE key = 'paused_until'")
            if until is not None:
                con.execute("INSERT INTO meta VALUES ('paused_until', ?)", (stamp(until).encode(),))
