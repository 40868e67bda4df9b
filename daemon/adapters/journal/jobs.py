"""Planned drafts: the queue. Every change of state is a move of the table in daemon.core.job, and is written down."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.adapters.journal.codec import job_of, known_moment, stamp
from daemon.adapters.journal.faults import reading
from daemon.adapters.journal.store import Store
from daemon.core.chronicle import EVENTS, LEVELS, mark
from daemon.core.job import BEFORE_RESTORE, LOST, TO_SELF, Job, Move, State, moved
from daemon.core.job_news import news_of_job, news_of_move

_log = logging.getLogger("highroad")


class Jobs:
    """The tables jobs and moves."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, job: Job) -> int:
        """Journal a new job; its id. A second one of a step and an occasion is a fault of the program."""
        with self._store.transaction() as con:
            number = int(con.execute(_ADD, _values(job)).lastrowid or 0)
        self._tell(replace(job, id=number), *news_of_job(job))
        return number

    def move(self, job: Job, move: Move, now: datetime, **changes: object) -> Job:
        """Make one legal move, with what becomes known by it, durable when this returns outside a transaction.

        Raises IllegalMoveError for a move the table does not hold, also when the job has moved on meanwhile.
        """
        with self._store.transaction() as con:
            current = self.get(job.id)
            after = replace(current, state=moved(current.state, move), **changes)  # type: ignore[arg-type]
            con.execute(_UPDATE, (*_values(after), job.id))
            con.execute(_MOVE, (job.id, move, after.state, stamp(now)))
            self._store.history.moved()
            self._tell(after, *news_of_move(after, move))
            return self._unless_restored(after, move, now)

    def _tell(self, job: Job, event: str, sentence: str) -> None:
        """Let the log hear of it, under the name of the mail that it is about."""
        level = LEVELS[EVENTS[event].level]
        if _log.isEnabledFor(level):
            rows = self._store.rows("SELECT identity FROM messages WHERE id = ?", (job.message,))
            mail = mark(bytes(rows[0]["identity"])) if rows else None
            facts = {"account": job.account or None, "job": job.id, "application": job.application or None}
            _log.log(level, sentence, extra={"event": event, "mail": mail, "step": str(job.step), **facts})

    def _unless_restored(self, job: Job, move: Move, now: datetime) -> Job:
        """What was being laid when a backup was made, and is not there now, may have been there in between."""
        restored = self.restored() if move is Move.ABSENT else None
        before = restored is not None and job.due is not None and job.due < restored
        return self.move(job, Move.HOLD, now, why=BEFORE_RESTORE) if before else job

    def restored(self) -> datetime | None:
        """When this journal was put in the place of another one; None if it never was."""
        return self._store.history.line().restored

    def lost(self) -> datetime | None:
        """When lines of this journal were lost, what the person had called off among them perhaps; None for never."""
        rows = self._store.rows("SELECT value FROM meta WHERE key = 'lost'")
        return known_moment(bytes(rows[0]["value"]).decode()) if rows else None

    def lose(self, now: datetime) -> None:
        """Lines were lost: what is planned anew for what was before now is asked about, not laid."""
        with self._store.transaction() as con:
            con.execute("INSERT OR REPLACE INTO meta VALUES ('lost', ?)", (stamp(now).encode(),))

    def asked(self) -> list[Job]:
        """The drafts that the person is asked about, of all accounts, the longest due first."""
        sql = "SELECT * FROM jobs WHERE state IN ('held', 'unsure') ORDER BY due, id"
        return [job_of(row) for row in self._store.rows(sql)]

    def hold(self, now: datetime) -> list[Job]:
        """Hold what is planned for a time that has come: the person is asked about it. What was held."""
        sql = "SELECT * FROM jobs WHERE state = 'planned' AND due <= ? ORDER BY due, id"
        with self._store.transaction():
            due = [job_of(row) for row in self._store.rows(sql, (stamp(now),))]
            return [self.move(job, Move.HOLD, now, why=BEFORE_RESTORE) for job in due]

    def hold_all(self, now: datetime) -> list[Job]:
        """Hold all that is planned: the person may have called it off in what was lost. What was held."""
        with self._store.transaction():
            planned = [
                job_of(row) for row in self._store.rows("SELECT * FROM jobs WHERE state = 'planned' ORDER BY id")
            ]
            return [self.move(job, Move.HOLD, now, why=LOST) for job in planned]

    def postpone(self, job: Job, due: datetime, why: str) -> None:
        """Move a planned job's time; what stands there already is not written again."""
        with self._store.transaction() as con:
            con.execute(_POSTPONE, (stamp(due), why, job.id))

    def rename(self, job: Job, occasion: str) -> None:
        """Give a job another occasion, one that no other job of its step and application has."""
        with self._store.transaction() as con:
            con.execute("UPDATE jobs SET occasion = ? WHERE id = ?", (occasion, job.id))

    def find(self, number: int) -> Job | None:
        """The job of that id, None if it is gone."""
        rows = self._store.rows("SELECT * FROM jobs WHERE id = ?", (number,))
        return job_of(rows[0]) if rows else None

    def of_message(self, message: int) -> list[Job]:
        """What was planned, or deliberately not, from one mail, in the order of planning."""
        return [job_of(row) for row in self._store.rows("SELECT * FROM jobs WHERE message = ? ORDER BY id", (message,))]

    def of_application(self, application: int) -> list[Job]:
        """An application's jobs in the order of planning."""
        sql = "SELECT * FROM jobs WHERE application = ? ORDER BY id"
        return [job_of(row) for row in self._store.rows(sql, (application,))]

    def last_move(self, job: Job) -> Move | None:
        """The latest move a job has made; None for none yet."""
        rows = self._store.rows("SELECT move FROM moves WHERE job = ? ORDER BY id DESC LIMIT 1", (job.id,))
        with reading(f"what became of draft {job.id} of the plan"):
            return Move(rows[0]["move"]) if rows else None

    def get(self, number: int) -> Job:
        """The job of that id. Raises KeyError if there is none."""
        job = self.find(number)
        if job is None:
            raise KeyError(number)
        return job

    def all(self) -> list[Job]:
        """Every job, the deliberately skipped ones included, in the order they were planned."""
        return [job_of(row) for row in self._store.rows("SELECT * FROM jobs ORDER BY id")]

    def in_state(self, account: str, state: State) -> list[Job]:
        """An account's jobs in one state, the longest due first."""
        sql = "SELECT * FROM jobs WHERE account = ? AND state = ? ORDER BY due, id"
        return [job_of(row) for row in self._store.rows(sql, (account, state))]

    def due(self, account: str, now: datetime) -> list[Job]:
        """An account's planned jobs whose time has come, the longest due first."""
        sql = "SELECT * FROM jobs WHERE account = ? AND state = 'planned' AND due <= ? ORDER BY due, id"
        return [job_of(row) for row in self._store.rows(sql, (account, stamp(now)))]

    def placed_since(self, since: datetime, company: str | None = None) -> int:
        """How many drafts to others were laid since then, for all accounts; for one company if given."""
        return int(self._store.rows(_PLACED_SINCE, (json.dumps(sorted(TO_SELF)), stamp(since), company))[0][0])

    def open_for(self, addresses: Iterable[str], since: datetime, apart_from: int = 0) -> list[Job]:
        """The drafts to others that are open for one of these addresses, whatever their case: planned, held, being
        laid, in doubt, or laid since then; none of the application `apart_from`.
        """
        rows = self._store.rows(_OPEN_FOR, (stamp(since), apart_from, json.dumps(list(addresses))))
        return [job_of(row) for row in rows]

    def owner_of(self, message_id: str) -> int | None:
        """The id of the job that has that Message-ID."""
        rows = self._store.rows("SELECT id FROM jobs WHERE message_id = ?", (message_id,))
        return rows[0]["id"] if rows else None

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state that any is in."""
        return {row[0]: row[1] for row in self._store.rows("SELECT state, count(*) FROM jobs GROUP BY state")}


_COLUMNS = (
    "application, message, account, step, state, why, due, recipient, recipient_name, also, company, message_id, "
    "uidvalidity, uidnext, uid, placed_at, occasion, event, others"
)
_MARKS = ", ".join("?" * (_COLUMNS.count(",") + 1))
_ADD = f"INSERT INTO jobs ({_COLUMNS}) VALUES ({_MARKS})"  # noqa: S608
_UPDATE = f"UPDATE jobs SET ({_COLUMNS}) = ({_MARKS}) WHERE id = ?"  # noqa: S608
_PLACED_SINCE = """
SELECT count(*) FROM jobs WHERE step NOT IN (SELECT value FROM json_each(?1)) AND placed_at >= ?2
AND (?3 IS NULL OR company = ?3)
"""
_IS_OPEN = """
(state IN ('planned', 'held', 'placing', 'unsure') OR (state IN ('placed', 'edited') AND placed_at >= ?1))
AND application IS NOT ?2 AND step NOT IN ('linkedin_note', 'reflection', 'digest')
"""
_OPEN_FOR = f"""
SELECT jobs.* FROM json_each(?3) a CROSS JOIN jobs ON jobs.recipient = a.value COLLATE NOCASE AND {_IS_OPEN}
UNION SELECT jobs.* FROM jobs, json_each(others) o WHERE others <> '[]' AND {_IS_OPEN}
AND lower(o.value ->> 0) IN (SELECT lower(value) FROM json_each(?3))
"""  # noqa: S608
_POSTPONE = """
UPDATE jobs SET due = ?1, why = ?2 WHERE id = ?3 AND state = 'planned' AND (due, why) IS NOT (?1, ?2)
"""
_MOVE = "INSERT INTO moves (job, move, state, at) VALUES (?, ?, ?, ?)"


def _values(job: Job) -> tuple[object, ...]:
    due = stamp(job.due) if job.due else None
    placed_at = stamp(job.placed_at) if job.placed_at else None
    event = stamp(job.event) if job.event else None
    also, others = json.dumps(list(job.also)), json.dumps(job.others)
    return (
        job.application or None, job.message or None, job.account, job.step, job.state, job.why, due, job.recipient,
        job.recipient_name, also, job.company, job.message_id, job.uidvalidity, job.uidnext, job.uid, placed_at,
        job.occasion, event, others,
    )  # fmt: skip
