"""The points of the applications' timelines."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from daemon.adapters.journal.codec import known_moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.entry import Event, EventKind


class Events:
    """The table events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, application: int) -> list[Event]:
        """An application's events, oldest first."""
        sql = "SELECT * FROM events WHERE application = ? ORDER BY at, id"
        return [_event(row) for row in self._store.rows(sql, (application,))]

    def all(self) -> dict[int, list[Event]]:
        """The events of every application that has any, oldest first, by its id."""
        found: dict[int, list[Event]] = {}
        for row in self._store.rows("SELECT * FROM events ORDER BY at, id"):
            found.setdefault(row["application"], []).append(_event(row))
        return found

    def latest(self, applications: Iterable[int], kind: EventKind) -> dict[int, datetime]:
        """When that last happened, of those of the applications to which it did."""
        sql = (
            "SELECT application, max(at) AS at FROM events WHERE kind = ? "
            "AND application IN (SELECT value FROM json_each(?)) GROUP BY application"
        )
        rows = self._store.rows(sql, (kind, json.dumps(list(applications))))
        return {row["application"]: known_moment(row["at"]) for row in rows}

    def add(self, application: int, event: Event) -> int:
        """One more point on an application's timeline; its id."""
        values = (application, event.message, event.kind, stamp(event.at), event.by)
        with self._store.transaction() as con:
            sql = "INSERT INTO events (application, message, kind, at, by) VALUES (?, ?, ?, ?, ?)"
            return int(con.execute(sql, values).lastrowid or 0)

    def remove(self, number: int) -> None:
        """Take a point back."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM events WHERE id = ?", (number,))

    def tell(self, application: int, message: int, kind: EventKind | None, at: datetime) -> None:
        """What a mail stands for on the timeline now, instead of what it stood for before; None for nothing."""
        with self._store.transaction() as con:
            con.execute("DELETE FROM events WHERE message = ? AND by = 'mail' AND kind <> 'feedback'", (message,))
            if kind is not None:
                self.add(application, Event(kind, at, message))


def _event(row: sqlite3.Row) -> Event:
    return Event(row["kind"], known_moment(row["at"]), row["message"], row["by"], row["id"])
