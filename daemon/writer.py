"""The placing shell: what is due is laid into Drafts exactly once, whatever happens in between.

The intention is durable before the APPEND. After any doubt it waits until the server has settled, looks, then decides.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from daemon.adapters.imap.placing import Declined
from daemon.adapters.journal.journal import Journal
from daemon.composer import Composer
from daemon.core.answers import Looked, before_laying, decide_after_doubt, ours
from daemon.core.cadence import NotNow, Policy, day_start, month_start, placeable
from daemon.core.correction import RETRACTED
from daemon.core.entry import Entry
from daemon.core.errors import NeedsOperator
from daemon.core.job import Job, Move, State
from daemon.core.ports import Clock, DraftBox

SETTLE_SECONDS: Final = 5.0
"""A server may still be busy with an APPEND whose connection was cut; so long it gets before we look."""
_AFTER_NO: Final = timedelta(minutes=30)
"""So long a draft waits that the server would not take; the others do not wait for it."""


class Writer:
    """Lays the due drafts of one account."""

    def __init__(
        self,
        account: str,
        journal: Journal,
        clock: Clock,
        policy: Policy,
        composer: Composer,
        settle: float = SETTLE_SECONDS,
    ) -> None:
        self._account, self._journal, self._clock = account, journal, clock
        self._policy, self._composer, self._settle = policy, composer, settle
        self._looked_for: set[int] = set()  # of the held drafts; once each is enough

    def has_work(self) -> bool:
        """Whether a connection is worth opening: something is in doubt, or due and allowed now."""
        doubtful = self._journal.jobs.in_state(self._account, State.PLACING)
        return bool(doubtful) or bool(self._held()) or any(self._in_time(job) for job in self._due())

    def _held(self) -> list[Job]:
        held = self._journal.jobs.in_state(self._account, State.HELD)
        return [job for job in held if job.id not in self._looked_for]

    def _due(self) -> list[Job]:
        return self._journal.jobs.due(self._account, self._clock.now())

    async def work(self, box: DraftBox) -> list[Job]:
        """Settle what is in doubt, then lay what is due; the jobs that were laid. Raises what the port raises."""
        doubtful = self._journal.jobs.in_state(self._account, State.PLACING)
        if doubtful:
            await self._clock.sleep(self._settle)
        done = [await self._settle_doubt(box, job) for job in doubtful]
        for job in self._held():
            await self._look_for(box, job)
        # asked one by one, since each draft that was laid counts for the caps
        done += [await self._lay(box, job) for job in self._due() if self._in_time(job)]
        return [job for job in done if job.state is State.PLACED]

    def declined(self) -> str | None:
        """Why a draft waits that should be there already: what the server said of it. None when none does."""
        planned = self._journal.jobs.in_state(self._account, State.PLANNED)
        return next((job.why for job in planned if self._was_declined(job)), None)

    def _was_declined(self, job: Job) -> bool:
        return self._journal.jobs.last_move(job) is Move.DECLINE

    def _in_time(self, job: Job) -> bool:
        """Whether working time and caps allow this draft now; where not, it is moved to when they may."""
        not_now = self._not_now(job)
        if not_now is not None:
            why = job.why if self._was_declined(job) else not_now.why
            self._journal.jobs.postpone(job, not_now.again or job.due or self._clock.now(), why)
        return not_now is None

    def _not_now(self, job: Job) -> NotNow | None:
        now, jobs, working = self._clock.now(), self._journal.jobs, self._policy.working
        month = jobs.placed_since(month_start(now, working), job.company) if job.company else 0
        return placeable(now, jobs.placed_since(day_start(now, working)), month, self._policy)

    async def _settle_doubt(self, box: DraftBox, job: Job) -> Job:
        """An APPEND whose answer never came: look where the draft would be, twice if in doubt, and decide."""
        looked = await self._looked(box, job)
        if looked.move is Move.DOUBT:  # it may be on its way from folder to folder, or not listed yet
            await self._clock.sleep(self._settle)
            looked = await self._looked(box, job)
        return self._decided(job, looked)

    async def _looked(self, box: DraftBox, job: Job) -> Looked:
        entry = self._entry(job)
        state = await box.state()
        first = job.uidnext if job.uidnext and job.uidvalidity == state.uidvalidity else 1
        drafts, since = await box.drafts(first), _since(entry)
        sent, trashed = await box.sent_since(since), await box.trashed_since(since)
        looked = decide_after_doubt(job, entry.reading.headers, state, drafts, sent, trashed)
        renumbered = job.uidvalidity != state.uidvalidity  # by another folder in its place, perhaps
        unseen = looked.move is Move.DOUBT or (looked.move is Move.ABSENT and renumbered)
        if unseen and await box.elsewhere(job.message_id or "", since):
            return Looked(Move.LAID)
        return looked

    def _decided(self, job: Job, looked: Looked) -> Job:
        now = self._clock.now()
        if looked.move is Move.LAID:
            return self._journal.jobs.move(job, Move.LAID, now, uid=looked.uid, placed_at=now)
        return self._journal.jobs.move(job, looked.move, now, why=_WHY.get(looked.move, job.why))

    async def _look_for(self, box: DraftBox, job: Job) -> None:
        """A draft that the person is to be asked about: what they have answered, sent or kept needs no question."""
        entry = self._journal.messages.get(job.message)
        if entry is None:  # forgotten in this very moment, and the job with it
            return
        since, drafts = _since(entry), await box.drafts()
        sent, trashed = await box.sent_since(since), await box.trashed_since(since)
        move = before_laying(job, entry.reading.headers, drafts, sent, trashed)
        if move is Move.FOUND_ANSWER or await box.elsewhere(job.message_id or "", since):
            self._unless_taken_back(job, Move.FOUND_ANSWER, why=_WHY[Move.FOUND_ANSWER])
        self._looked_for.add(job.id)

    async def _lay(self, box: DraftBox, job: Job) -> Job:
        """One draft. Until INTEND is durable nothing has happened; after it only LAID or a look can tell."""
        entry = self._journal.messages.get(job.message)
        if entry is None or entry.band != "act":  # corrected while the job was in doubt
            return self._unless_taken_back(job, Move.RETRACT, why=RETRACTED)
        since = _since(entry)
        drafts, sent = await box.drafts(), await box.sent_since(since)
        move = before_laying(job, entry.reading.headers, drafts, sent, await box.trashed_since(since))
        if move is not Move.INTEND:
            return self._unless_taken_back(job, move, why=_WHY[move])
        try:
            message = self._composer.compose(job, entry, self._clock.now())
        except NeedsOperator as error:
            return self._unless_taken_back(job, Move.DECLINE, **self._later(error))
        state = await box.state()
        why = _AT_LAST if self._was_declined(job) else job.why
        job = self._unless_taken_back(job, Move.INTEND, uidvalidity=state.uidvalidity, uidnext=state.uidnext, why=why)
        return await self._append(box, job, message) if job.state is State.PLACING else job

    def _unless_taken_back(self, job: Job, move: Move, **changes: object) -> Job:
        """One move of a job, unless another process has moved it in this very moment: then it stays so."""
        jobs = self._journal.jobs
        with self._journal.transaction():
            current = jobs.find(job.id)
            if current is None:
                return replace(job, state=State.CANCELLED)
            return jobs.move(job, move, self._clock.now(), **changes) if current.state is job.state else current

    async def _append(self, box: DraftBox, job: Job, message: bytes) -> Job:
        now, jobs = self._clock.now(), self._journal.jobs
        try:
            uid = await box.append(message, now)
        except Declined as error:
            return jobs.move(job, Move.DECLINE, now, **self._later(error))
        if uid is None:
            uid = ours(job, await box.drafts(job.uidnext or 1))
        return jobs.move(job, Move.LAID, now, uid=uid, placed_at=now)

    def _later(self, why: NeedsOperator) -> dict[str, object]:
        """What cannot be laid now is tried again; the other drafts do not wait for it."""
        return {"due": self._clock.now() + _AFTER_NO, "why": str(why)}

    def _entry(self, job: Job) -> Entry:
        entry = self._journal.messages.get(job.message)
        if entry is None:  # the foreign key forbids it
            raise KeyError(job.message)
        return entry


_AT_LAST: Final = "It was refused at first and tried again."
_WHY: Final = {
    Move.FOUND_ANSWER: "You have answered this mail yourself, or its draft was there before.",
    Move.DOUBT: "It may have been laid and then deleted while the connection was cut, so it is not laid again.",
    Move.ABSENT: "The connection was cut while the draft was being laid, and it did not arrive: it is laid again.",
}


def _since(entry: Entry) -> date:
    """The day from which an answer to that mail can be: a day early, since servers differ in time zone."""
    return (entry.received - timedelta(days=1)).date()
