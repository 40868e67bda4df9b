"""What the digests have said so far, and the few questions about the whole journal that only they ask."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from daemon.adapters.journal.codec import job_of, known_moment, note_of, stamp
from daemon.adapters.journal.store import Store
from daemon.core.job import OCCASION_ALARM, Job, State

_NOTE: Final = "digest"
_OPEN: Final = frozenset({State.PLANNED, State.HELD, State.PLACING, State.UNSURE})

_JOBS: Final = "SELECT * FROM jobs WHERE step = 'digest' AND occasion <> ? ORDER BY id"


class Digests:
    """One row of the table meta, and the jobs of the step digest."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def considered(self) -> datetime | None:
        """Up to when every weekly moment has had its digest, or there was nothing to say; None before the first."""
        at = self._note().get("considered")
        return known_moment(at) if at else None

    def began(self) -> datetime | None:
        """When it was first considered; None before that."""
        at = self._note().get("began")
        return known_moment(at) if at else None

    def urgent(self) -> frozenset[str]:
        """The keys of what has been told that could make a digest come sooner."""
        return frozenset(self._note().get("urgent", ()))

    def consider(self, until: datetime, urgent: frozenset[str]) -> None:
        """Write down how far it was considered, and what has been told by then."""
        note = {"began": stamp(self.began() or until), "considered": stamp(until), "urgent": sorted(urgent)}
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NOTE, json.dumps(note).encode()))

    def _note(self) -> dict[str, Any]:
        rows = self._store.rows("SELECT value FROM meta WHERE key = ?", (_NOTE,))
        return note_of(bytes(rows[0]["value"])) if rows else {}

    def jobs(self) -> list[Job]:
        """Every digest, in the order they were made."""
        return [job_of(row) for row in self._store.rows(_JOBS, (OCCASION_ALARM,))]

    def open(self) -> Job | None:
        """The digest that was made and neither laid, nor sent, nor taken back; None if there is none."""
        return next((job for job in self.jobs() if job.state in _OPEN), None)

    def wrote(self, message_id: str | None) -> bool:
        """Whether a mail is one of the digests, or an alarm."""
        sql = "SELECT 1 FROM jobs WHERE message_id = ? AND step = 'digest'"
        return message_id is not None and bool(self._store.rows(sql, (message_id,)))

    def refusals(self, job: Job) -> int:
        """How often a digest could not be laid or sent so far."""
        rows = self._store.rows("SELECT count(*) FROM moves WHERE job = ? AND move = 'decline'", (job.id,))
        return int(rows[0][0])

    def problem(self) -> str | None:
        """Why a digest waits that should be there already; None when none does."""
        job = self.open()
        return job.why if job and job.state is State.PLANNED and self.refusals(job) else None

    def kinds(self) -> dict[int, set[str]]:
        """By application, what has happened in it (daemon.core.entry.EventKind)."""
        found: dict[int, set[str]] = {}
        for row in self._store.rows("SELECT DISTINCT application, kind FROM events"):
            found.setdefault(row["application"], set()).add(row["kind"])
        return found
