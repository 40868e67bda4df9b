"""Which troubles the person has been told of, and the notes to self that told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from daemon.adapters.journal.codec import job_of, known_moment, note_of, stamp
from daemon.adapters.journal.store import Store
from daemon.core.alarm import Pace, Trouble
from daemon.core.job import OCCASION_ALARM, Job, State

_NOTE: Final = "alarms"
_PACE: Final = "pace/"
_OPEN: Final = frozenset({State.PLANNED, State.HELD, State.PLACING, State.UNSURE})
_JOBS: Final = "SELECT * FROM jobs WHERE step = 'digest' AND occasion = ? ORDER BY id"
_UNSENT: Final = """
SELECT min(moves.at) AS since, jobs.why FROM moves JOIN jobs ON jobs.id = moves.job
WHERE jobs.step = 'digest' AND jobs.account = '' AND jobs.state = 'planned' AND moves.move = 'decline'
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A trouble as it was when it was found to be told, when that was, and the job that tells it."""

    trouble: Trouble
    at: datetime
    job: int


class Alarms:
    """Rows of the table meta, and the jobs of the step digest that are alarms."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def told(self) -> dict[str, Told]:
        """What was told and lasts, by the trouble's key."""
        rows = self._store.rows("SELECT value FROM meta WHERE key = ?", (_NOTE,))
        found: dict[str, dict[str, Any]] = note_of(bytes(rows[0]["value"])) if rows else {}
        return {key: _told(one) for key, one in found.items()}

    def tell(self, told: Mapping[str, Told]) -> None:
        """Write down what was told and lasts; nothing else counts as told."""
        value = json.dumps({key: _row(one) for key, one in told.items()}).encode()
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NOTE, value))

    def jobs(self) -> list[Job]:
        """Every alarm, in the order they were made."""
        return [job_of(row) for row in self._store.rows(_JOBS, (OCCASION_ALARM,))]

    def open(self) -> Job | None:
        """The alarm that was made and neither laid, nor sent, nor taken back; None if there is none."""
        return next((job for job in self.jobs() if job.state in _OPEN), None)

    def unsent(self) -> tuple[datetime, str] | None:
        """Since when a note to self waits that SMTP would not take, and why; None where none does."""
        row = self._store.rows(_UNSENT)[0]
        return (known_moment(row["since"]), row["why"]) if row["since"] else None

    def pace(self, account: str, folder: str) -> Pace | None:
        """How often something new was read in a folder; None before the first time."""
        rows = self._store.rows("SELECT value FROM meta WHERE key = ?", (f"{_PACE}{account}/{folder}",))
        return _pace(note_of(bytes(rows[0]["value"]))) if rows else None

    def keep_pace(self, account: str, folder: str, pace: Pace) -> None:
        """Write down how often something new was read in a folder."""
        gap = pace.gap.total_seconds() if pace.gap is not None else None
        value = json.dumps({"last": stamp(pace.last), "gap": gap}).encode()
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{_PACE}{account}/{folder}", value))


def _pace(row: dict[str, Any]) -> Pace:
    gap = row["gap"]
    return Pace(known_moment(row["last"]), timedelta(seconds=gap) if gap is not None else None)


def _told(row: dict[str, Any]) -> Told:
    since = known_moment(row["since"])
    return Told(
        Trouble(row["kind"], since, row["problem"], row["account"], row["what"]), known_moment(row["at"]), row["job"]
    )


def _row(told: Told) -> dict[str, Any]:
    one = told.trouble
    return {
        "kind": one.kind, "since": stamp(one.since), "problem": one.problem, "account": one.account, "what": one.what,
        "at": stamp(told.at), "job": told.job,
    }  # fmt: skip
