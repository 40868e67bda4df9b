"""The few counts and moments that `status` asks for, each one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daemon.adapters.journal.codec import known_moment, moment, stamp
from daemon.adapters.journal.store import Store


@dataclass(frozen=True, slots=True)
class Lying:
    """The drafts that wait for the person in Drafts: how many, and since when the oldest does."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Coming:
    """What is planned: how many drafts, and of the next one its id, step and time; None where none is."""

    count: int
    job: int | None = None
    step: str | None = None
    due: datetime | None = None


class Glances:
    """Looks at the tables jobs and unreadable. Digests and alarms do not count as drafts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lying(self) -> Lying:
        """What lies in Drafts and waits for the person."""
        row = self._store.rows(_LYING)[0]
        return Lying(row["count"], moment(row["oldest"]))

    def coming(self) -> Coming:
        """What is planned and not laid yet."""
        rows = self._store.rows(_COMING)
        if not rows:
            return Coming(0)
        first = rows[0]
        return Coming(first["count"], first["id"], first["step"], moment(first["due"]))

    def last_digest(self) -> datetime | None:
        """When the last digest was laid or sent; None before the first."""
        return moment(self._store.rows(_LAST_DIGEST)[0]["at"])

    def told(self) -> dict[int, datetime]:
        """When each alarm was laid or sent, by its job."""
        return {row["id"]: known_moment(row["placed_at"]) for row in self._store.rows(_ALARMS)}

    def unreadable_since(self, since: datetime) -> int:
        """How many mails were set aside as unreadable since then."""
        sql = "SELECT count(*) FROM unreadable WHERE first_seen >= ?"
        return int(self._store.rows(sql, (stamp(since),))[0][0])


_LYING = """
SELECT count(*) AS count, min(placed_at) AS oldest FROM jobs WHERE state IN ('placed', 'edited') AND step <> 'digest'
"""
_COMING = """
SELECT id, step, due, count(*) OVER () AS count FROM jobs WHERE state = 'planned' AND step <> 'digest'
ORDER BY due, id LIMIT 1
"""
_LAST_DIGEST = "SELECT max(placed_at) AS at FROM jobs WHERE step = 'digest' AND occasion <> 'alarm'"
_ALARMS = "SELECT id, placed_at FROM jobs WHERE step = 'digest' AND occasion = 'alarm' AND placed_at IS NOT NULL"
