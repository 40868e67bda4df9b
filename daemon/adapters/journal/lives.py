"""What became of the drafts that were laid."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from daemon.adapters.journal.codec import job_of, moment, stamp
from daemon.adapters.journal.store import Store
from daemon.core.job import Job
from daemon.core.tally import Life


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a draft besides its job: the subject it was laid with, since when it is missing."""

    job: Job
    subject: str | None
    missing: datetime | None


class Lives:
    """The table drafts, and what jobs, moves and messages tell together."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, job: Job, subject: str | None) -> None:
        """A draft is about to be laid with that subject."""
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO drafts (job, subject) VALUES (?, ?)", (job.id, subject))

    def missed(self, job: Job, since: datetime | None) -> None:
        """Since when a draft is missing from Drafts; None for not."""
        with self._store.transaction() as con:
            con.execute(_MISSED, (job.id, stamp(since) if since else None))

    def sent(self, job: Job, at: datetime) -> None:
        """When a draft was sent."""
        with self._store.transaction() as con:
            con.execute(_SENT, (job.id, stamp(at)))

    def seen(self, job: Job, uidvalidity: int, uid: int) -> None:
        """Where a draft lies now that the folder was numbered anew."""
        with self._store.transaction() as con:
            con.execute("UPDATE jobs SET uidvalidity = ?, uid = ? WHERE id = ?", (uidvalidity, uid, job.id))

    def lying(self, account: str, since: datetime) -> list[Kept]:
        """The drafts of an account that may lie in Drafts, and those that were deleted since then."""
        known = {row["job"]: row for row in self._store.rows("SELECT * FROM drafts")}
        jobs = [job_of(row) for row in self._store.rows(_LYING, (account, stamp(since)))]
        return [_kept(job, known.get(job.id)) for job in jobs]

    def ids(self, account: str) -> set[str]:
        """The Message-IDs of all drafts of an account that were ever laid, or are being laid."""
        return {row["message_id"] for row in self._store.rows(_IDS, (account,))}

    def application_of(self, account: str, message_id: str | None) -> int | None:
        """Whose draft carries that Message-ID."""
        sql = "SELECT application FROM jobs WHERE account = ? AND message_id = ?"
        rows = self._store.rows(sql, (account, message_id))
        return rows[0]["application"] if rows else None

    def all(self) -> list[Life]:
        """Every draft that was laid, in the order of laying."""
        laid = "SELECT * FROM jobs WHERE placed_at NOT NULL ORDER BY placed_at, id"
        jobs = [job_of(row) for row in self._store.rows(laid)]
        became = {row["id"]: row for row in self._store.rows(_BECAME)}
        return [_life(job, became[job.id]) for job in jobs]

    def unheard(self, account: str) -> list[tuple[int, int]]:
        """The mails with advice to the person that are not journalled as feedback: (application, message)."""
        return [(row["application"], row["id"]) for row in self._store.rows(_UNHEARD, (account,))]


_MISSED = """
INSERT INTO drafts (job, missing) VALUES (?1, ?2)
ON CONFLICT (job) DO UPDATE SET missing = ?2 WHERE missing IS NOT ?2
"""
_SENT = "INSERT INTO drafts (job, sent) VALUES (?1, ?2) ON CONFLICT (job) DO UPDATE SET sent = ?2, missing = NULL"
_LYING = """
SELECT * FROM jobs j
WHERE j.account = ? AND (j.state IN ('placed', 'edited')
    OR (j.state = 'deleted' AND EXISTS (SELECT 1 FROM moves m WHERE m.job = j.id AND m.move = 'delete' AND m.at >= ?)))
ORDER BY j.id
"""
_IDS = """
SELECT message_id FROM jobs WHERE account = ? AND message_id NOT NULL
AND (placed_at NOT NULL OR state IN ('placing', 'unsure'))
"""
_BECAME = """
SELECT j.id, d.sent, EXISTS (SELECT 1 FROM moves m WHERE m.job = j.id AND m.move = 'edit') AS edited,
    EXISTS (
        SELECT 1 FROM messages m WHERE m.application = j.application AND m.received > d.sent
        AND m.label NOT IN ('acknowledgement', 'job_alert')
        AND NOT EXISTS (SELECT 1 FROM own_mails o WHERE o.message_id = m.message_id)
    ) AS answered
FROM jobs j LEFT JOIN drafts d ON d.job = j.id WHERE j.placed_at NOT NULL
"""
_UNHEARD = """
SELECT application, id FROM messages m WHERE account = ? AND application NOT NULL
AND json_extract(reading, '$.verdict.advice[0]') NOT NULL
AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.message = m.id) ORDER BY received, id
"""


def _kept(job: Job, row: sqlite3.Row | None) -> Kept:
    return Kept(job, row["subject"], moment(row["missing"])) if row else Kept(job, None, None)


def _life(job: Job, row: sqlite3.Row) -> Life:
    return Life(job, bool(row["edited"]), moment(row["sent"]), bool(row["answered"]))
