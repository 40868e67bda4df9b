"""Two applications made one, and one mail made an application of its own. Nothing that was known gets lost by it."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from daemon.adapters.journal.codec import entry_of
from daemon.adapters.journal.jobs import Jobs
from daemon.adapters.journal.store import Store
from daemon.core.job import Job, Move, State, Step
from daemon.core.keys import company_key

ABSORBED: Final = "Two applications were made one; the other one's {} stands."
"""Why a job of an application that was merged into another one is cancelled."""
_OPEN: Final = frozenset({State.PLANNED, State.HELD, State.JOINED, State.SKIPPED})


def merge(store: Store, into: int, other: int, now: datetime) -> None:
    """Mails, threads, events, notes, feedback and jobs of `other` go over; `into` keeps what is known of it.

    Of two jobs of one step and occasion the settled one keeps its place; an open one is cancelled, and either way
    the second one gets an occasion that is free.
    """
    with store.transaction() as con:
        _clear(Jobs(store), into, other, now)
        for table in ("messages", "events", "notes", "feedback", "jobs"):
            con.execute(f"UPDATE {table} SET application = ? WHERE application = ?", (into, other))  # noqa: S608
        for table in ("own_mails", "thread_ids", "candidates"):
            con.execute(f"UPDATE OR IGNORE {table} SET application = ? WHERE application = ?", (into, other))  # noqa: S608
        con.execute(_TAKE_OVER, (into, other))
        con.execute("DELETE FROM applications WHERE id = ?", (other,))
        store.history.moved()


def _clear(jobs: Jobs, into: int, other: int, now: datetime) -> None:
    """Give way before two applications' jobs meet."""
    mine = {(job.step, job.occasion): job for job in jobs.of_application(into)}
    theirs = {(job.step, job.occasion): job for job in jobs.of_application(other)}
    taken = {*mine, *theirs}  # the other one may have been made of two itself
    for key, job in theirs.items():
        twin = mine.get(key)
        if twin is not None:
            second = twin if _weight(jobs, twin) < _weight(jobs, job) else job
            _give_way(jobs, second, taken, now)


def _give_way(jobs: Jobs, job: Job, taken: set[tuple[Step, str]], now: datetime) -> None:
    if job.state in _OPEN:
        why = ABSORBED.format(job.step.value.replace("_", " "))
        job = jobs.move(job, Move.RETRACT, now, why=why, message_id=None)
    numbers = (f"{job.occasion}/{number}" for number in range(2, len(taken) + 3))
    free = next(occasion for occasion in numbers if (job.step, occasion) not in taken)
    jobs.rename(job, free)
    taken.add((job.step, free))


def _weight(jobs: Jobs, job: Job) -> int:
    """What was laid or decided weighs more than what is open, and that more than what was planned once."""
    if job.state in _OPEN:
        return 1
    return 0 if job.state is State.CANCELLED and jobs.last_move(job) is Move.RETRACT else 2


def split(store: Store, message: int) -> int:
    """A new application with that mail, its events, feedback, jobs and own answers; its id. Raises KeyError for none.

    Answers to the mail belong to the new one, the rest of its thread to the old one.
    """
    with store.transaction() as con:
        row = con.execute("SELECT * FROM messages WHERE id = ?", (message,)).fetchone()
        if row is None:
            raise KeyError(message)
        new = _opened(con, row)
        con.execute("UPDATE messages SET application = ?, application_by = 'you' WHERE id = ?", (new, message))
        con.execute(_MOVE_THREAD, (new, row["message_id"], row["application"]))
        con.execute(_MOVE_ANSWERS, (new, row["application"], row["message_id"]))
        for table in ("events", "feedback", "jobs"):
            con.execute(f"UPDATE {table} SET application = ? WHERE message = ?", (new, message))  # noqa: S608
        _number_anew(con, new)
        store.history.moved()
        return new


def _opened(con: sqlite3.Connection, row: sqlite3.Row) -> int:
    verdict = entry_of(row).reading.verdict
    values = (row["account"], verdict.company, verdict.role, row["received"], company_key(verdict.company))
    return int(con.execute(_OPENED, (*values, verdict.requisition)).lastrowid or 0)


def _number_anew(con: sqlite3.Connection, application: int) -> None:
    """The jobs that came over are the first of their steps here."""
    rows = con.execute(_NUMBERED, (application,)).fetchall()
    con.execute("UPDATE jobs SET occasion = 'moved ' || id WHERE application = ?", (application,))
    con.executemany("UPDATE jobs SET occasion = ? WHERE id = ?", [(row["number"], row["id"]) for row in rows])


_TAKE_OVER = """
UPDATE applications SET company = coalesce(applications.company, o.company), role = coalesce(applications.role, o.role),
    requisition = coalesce(applications.requisition, o.requisition), keen = max(applications.keen, o.keen),
    opened = min(applications.opened, o.opened),
    company_key = CASE WHEN applications.company IS NULL THEN o.company_key ELSE applications.company_key END
FROM applications o WHERE applications.id = ?1 AND o.id = ?2
"""
_OPENED = """
INSERT INTO applications (account, company, role, opened, company_key, requisition) VALUES (?, ?, ?, ?, ?, ?)
"""
_MOVE_THREAD = "UPDATE OR IGNORE thread_ids SET application = ? WHERE message_id = ? AND application = ?"
_MOVE_ANSWERS = """
UPDATE OR IGNORE own_mails SET application = ? WHERE application = ?
AND ? IN (SELECT value FROM json_each(own_mails.headers, '$.in_reply_to'))
"""
_NUMBERED = """
SELECT id, CAST(row_number() OVER (PARTITION BY step ORDER BY id) AS TEXT) AS number FROM jobs WHERE application = ?
"""
