"""From the jobs there are and those that are wanted to moves: what went its own way is never touched again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from daemon.core.cadence import DAWN, PAUSED
from daemon.core.causes import MOVABLE
from daemon.core.correction import RETRACTED, lying
from daemon.core.job import Job, Move, State, Step, moved
from daemon.core.story import Case, present, told, written_at

TAKEN_BEFORE: Final = "This very draft was planned under another application before."
"""Why a job is not planned whose Message-ID another one has."""
_OPEN: Final = frozenset({State.PLANNED, State.HELD})
_FACTS: Final = ("message", "event", "recipient", "recipient_name", "others", "also", "company", "message_id")
_MOVES: Final[Mapping[State, Move]] = {
    State.PLANNED: Move.RESUME, State.HELD: Move.HOLD, State.JOINED: Move.JOIN, State.SKIPPED: Move.SKIP,
    State.ANSWERED: Move.FOUND_ANSWER,
}  # fmt: skip
"""What brings a job to a state from another one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the journal's jobs: a new job (`move` is None), or a move with what becomes known by it."""

    job: Job
    move: Move | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def told(self) -> bool:
        """Whether it is news to the person, not only another time or reason."""
        return self.move is not Move.RESCHEDULE


def changes(case: Case, wanted: Sequence[Job], now: datetime | None) -> tuple[Change, ...]:
    """What makes the case's jobs those that are wanted (by daemon.core.plan); nothing where they are it already.

    What waits keeps the time that the writer gave it; without `now`, after a change of the settings, it does not.
    """
    had = {(job.step, job.occasion): job for job in case.jobs}
    keys = {(job.step, job.occasion) for job in wanted}
    obsolete = (job for job in case.jobs if (job.step, job.occasion) not in keys and _movable(job, case))
    dropped = (change for job in obsolete if (change := _dropped(job, case)))
    followed = (change for job in wanted if (change := _followed(had.get((job.step, job.occasion)), job, case, now)))
    return (*dropped, *followed)


def after(case: Case, made: Sequence[Change]) -> tuple[Job, ...]:
    """The jobs as they are with these changes made; new ones get the next ids."""
    jobs = {job.id: job for job in case.jobs}
    for change in made:
        number = change.job.id or max(jobs, default=0) + 1
        jobs[number] = moved_by(change, number)
    return tuple(jobs.values())


def taken_before(change: Change) -> Change:
    """The change where another job has the Message-ID that it needs: that very draft was decided about already."""
    facts = {"why": TAKEN_BEFORE, "due": None, "message_id": None}
    if change.move is None:
        return Change(replace(change.job, state=State.SKIPPED, why=TAKEN_BEFORE, due=None, message_id=None))
    skipped = change.job.state is State.SKIPPED
    return Change(change.job, Move.RESCHEDULE if skipped else Move.SKIP, facts)


def lying_unwanted(case: Case, wanted: Sequence[Job]) -> tuple[Job, ...]:
    """The jobs whose drafts may lie in Drafts, though nothing of the case asks for them any more."""
    kept = {job.id for job in wanted}
    return tuple(job for job in case.jobs if lying(job) and job.id not in kept)


def _movable(job: Job, case: Case) -> bool:
    return job.state in MOVABLE and job.id not in case.called_off


def _followed(had: Job | None, job: Job, case: Case, now: datetime | None) -> Change | None:
    if had is None:
        return Change(replace(job, state=State.SKIPPED) if job.state is State.ANSWERED else job)
    if not _movable(had, case):
        return None
    target = (
        State.SKIPPED if job.state is State.ANSWERED and had.state in {State.SKIPPED, State.CANCELLED} else job.state
    )
    if had.state is target or {had.state, target} <= _OPEN:
        return _rescheduled(had, job, now)
    facts = {name: getattr(job, name) for name in (*_FACTS, "due", "why")}
    return Change(had, _MOVES[target], facts)


def _rescheduled(had: Job, job: Job, now: datetime | None) -> Change | None:
    """Another time, recipient or reason. What waits keeps the time and the reason that the writer gave it."""
    facts: dict[str, object] = {name: getattr(job, name) for name in _FACTS if getattr(job, name) != getattr(had, name)}
    if had.state not in _OPEN:
        facts |= {"why": job.why} if had.why != job.why else {}
    elif facts.keys() - {"company", "message_id"} or _mistimed(had, job, now):
        facts |= {"due": job.due} | ({"why": job.why} if had.state is State.PLANNED else {})
    return Change(had, Move.RESCHEDULE, facts) if facts else None


def _mistimed(had: Job, job: Job, now: datetime | None) -> bool:
    """Whether the time is too early, or was put off by a pause that is over; by new settings, whether it is another."""
    if had.due is None or job.due is None:
        return had.due is not job.due
    if now is None:
        return had.due != job.due
    early = now < had.due < job.due
    return early or (had.why.startswith(PAUSED) and job.due < had.due)


def _dropped(job: Job, case: Case) -> Change | None:
    why = gone(case, job)
    if job.state in {State.PLANNED, State.HELD, State.JOINED}:
        return Change(job, Move.RETRACT, {"why": why, "message_id": None})
    return Change(job, Move.RESCHEDULE, {"why": why}) if job.state is State.SKIPPED and job.why != why else None


def gone(case: Case, job: Job) -> str:
    """Why a job is not wanted any more that was."""
    phase, mail = present(case), next((seen for seen in case.mails if seen.id == job.message), None)
    if phase.of("withdrawn"):
        return "You took this application back yourself."
    keeps = job.step is Step.KEEP_IN_TOUCH and not phase.of("rejected") and phase.since > DAWN
    if keeps or (job.event is not None and job.event < phase.since):
        return "They have come back to you since."
    if mail is None:
        return "Its mail belongs to another application now."
    if job.step is Step.STATUS_CHECK:
        return "There is no word to wait for any more."
    no_more = job.step is not Step.KEEP_IN_TOUCH and job.event == written_at(mail) and told(mail) != "rejected"
    return RETRACTED if no_more else "What it followed from is not so any more."


def moved_by(change: Change, number: int) -> Job:
    """The job that a change leaves behind, under this id."""
    job = replace(change.job, id=number, **change.facts)  # type: ignore[arg-type]
    return replace(job, state=moved(change.job.state, change.move)) if change.move else job
