"""The drafts that a restore or a doubt holds up, one by one: lay it now, or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import Journal
from daemon.commands.lines import minute, plain
from daemon.core.job import BEFORE_RESTORE, LOST, Job, Move, State

_RELEASED: Final = "You said to lay it."
_CANCELLED: Final = "You said not to lay it."
_JOINED: Final = "The draft to the same person says this too."
_RESTORED: Final = "It was due before the journal was restored, so it may have been in your Drafts before."
_LOST: Final = "A part of the journal was lost, so you may have called it off before."
_DOUBT: Final = "The connection was cut while it was laid: it may have been in your Drafts, and be gone from there."
_SAYS: Final = {BEFORE_RESTORE: _RESTORED, LOST: _LOST}


class HeldWalk:
    """Where the walk through these drafts stands. What is decided counts at once."""

    keys: Final = "y lay it, n do not, s later, u undo the last, q quit"

    def __init__(self, journal: Journal, held: Sequence[Job]) -> None:
        self._journal, self._held = journal, list(held)
        self._at = 0
        self._done: list[int] = []

    @property
    def question(self) -> Job | None:
        """The draft that is asked about now; None at the end."""
        return self._held[self._at] if self._at < len(self._held) else None

    def lines(self) -> Iterator[str]:
        """The question as a person reads it."""
        job = self._held[self._at]
        entry = self._journal.messages.get(job.message)
        subject = entry.reading.headers.subject if entry else None
        due = minute(job.due.isoformat()) if job.due else ""
        facts = {"to": job.recipient, "company": job.company, "answers": subject, "due": due}
        step = job.step.value.replace("_", " ")
        yield f"\n{self._at + 1} of {len(self._held)}: the {step}, number {job.id} of the plan"
        yield from (f"  {name + ':':<9} {plain(value)}" for name, value in facts.items() if value)
        yield f"  {_SAYS.get(job.why, _DOUBT)} Lay it?"

    def answer(self, key: str) -> list[str]:
        """What an answer does, in sentences. Keys that are none change nothing and say which there are."""
        if key in {"y", "n"}:
            return self._decide(lay=key == "y")
        if key == "s":
            self._at += 1
            return []
        return self._undo() if key == "u" else [f"The keys are: {self.keys}."]

    def _decide(self, *, lay: bool) -> list[str]:
        job, now = self._held[self._at], SystemClock().now()
        with self._journal.transaction():
            known = self._journal.jobs.find(job.id)
            decided = known is not None and known.state is job.state
            if decided:
                self._release(job, now) if lay else self._cancel(job, now)
        if decided:
            self._done.append(self._at)
        self._at += 1
        if not decided:
            return [f"  It is {known.state if known else 'gone'} meanwhile."]
        return ["  It is laid with the next pass, in your working time." if lay else "  It is not laid."]

    def _release(self, job: Job, now: datetime) -> None:
        self._journal.jobs.move(job, Move.RELEASE, now, due=max(now, job.due or now), why=_RELEASED)

    def _cancel(self, job: Job, now: datetime) -> None:
        """A draft that says several things is called off as a whole."""
        self._journal.jobs.move(job, Move.CANCEL, now, why=_CANCELLED)
        for other in self._journal.jobs.of_message(job.message):
            if other.state is State.JOINED:
                self._journal.jobs.move(other, Move.CANCEL, now, why=_CANCELLED)

    def _undo(self) -> list[str]:
        if not self._done:
            return ["There is nothing to undo yet."]
        last = self._done.pop()
        with self._journal.transaction():
            undone = self._held_again(last, SystemClock().now())
        if not undone:
            return ["It is too late to undo that: the draft was laid meanwhile."]
        self._at = last
        return ["The last answer is undone."]

    def _held_again(self, place: int, now: datetime) -> bool:
        job, jobs = self._held[place], self._journal.jobs
        current = jobs.find(job.id)
        if current is None or current.state not in {State.PLANNED, State.CANCELLED}:
            return False
        if current.state is State.CANCELLED:
            for other in jobs.of_message(job.message):
                if (other.state, other.why) == (State.CANCELLED, _CANCELLED) and other.id != job.id:
                    jobs.move(other, Move.JOIN, now, why=_JOINED)
        self._held[place] = jobs.move(job, Move.HOLD, now, due=job.due, why=job.why)
        return True
