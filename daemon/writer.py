"""The placing shell: what is due is laid into Drafts exactly once, whatever happens in between.

The intention is durable before the APPEND. After any doubt it waits until the server has settled, looks, then decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from daemon.adapters.imap.placing import Declined
from daemon.adapters.journal.journal import Journal
from daemon.composer import Composer
from daemon.core.answers import Anchor, Looked, before_laying, decide_after_doubt, ours, to_recipient
from daemon.core.cadence import DAWN, DAY_MINUTES, NotNow, Policy, WorkingTime, day_start, month_start, placeable, shut
from daemon.core.errors import NeedsOperator
from daemon.core.identity import raw_header
from daemon.core.job import TO_SELF, Job, Move, State, Step
from daemon.core.ports import Clock, DraftBox, FolderState, FoundHeader
from daemon.core.sent import Told, headers_of, told
from daemon.planner import Planner

SETTLE_SECONDS: Final = 5.0
"""A server may still be busy with an APPEND whose connection was cut; so long it gets before we look."""
_AFTER_NO: Final = timedelta(minutes=30)
"""So long a draft waits that the server would not take; the others do not wait for it."""


@dataclass(frozen=True, slots=True)
class _There:
    """What a look found: Drafts from some UID on, and Sent and Trash as far back as an answer can be."""

    drafts: Sequence[Told]
    sent: Sequence[Told]
    trashed: Sequence[Told]


class Writer:
    """Lays the due drafts of one account. What is due is planned anew right before its draft is laid."""

    def __init__(
        self,
        account: str,
        journal: Journal,
        clock: Clock,
        policy: Policy,
        composer: Composer,
        planner: Planner,
        settle: float = SETTLE_SECONDS,
    ) -> None:
        self._account, self._journal, self._clock = account, journal, clock
        self._policy, self._composer, self._planner, self._settle = policy, composer, planner, settle
        self._looked_for: set[int] = set()  # of the held drafts; once each is enough

    def adopt(self, policy: Policy) -> None:
        """Lay by these rules from now on."""
        self._policy = policy

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
        """Notes to the person have no caps, and a digest comes when they said, be it on a sunday."""
        now, jobs, working = self._clock.now(), self._journal.jobs, self._policy.working
        paused = self._journal.pauses.until()
        if job.step is Step.DIGEST:
            return shut(now, _any_time(working), paused)
        if job.step in TO_SELF:
            return shut(now, working, paused)
        month = jobs.placed_since(month_start(now, working), job.company) if job.company else 0
        return placeable(now, jobs.placed_since(day_start(now, working)), month, self._policy, paused)

    async def _settle_doubt(self, box: DraftBox, job: Job) -> Job:
        """An APPEND whose answer never came: look where the draft would be, twice if in doubt, and decide."""
        looked = await self._looked(box, job)
        if looked.move is Move.DOUBT:  # it may be on its way from folder to folder, or not listed yet
            await self._clock.sleep(self._settle)
            looked = await self._looked(box, job)
        return self._decided(job, looked)

    async def _looked(self, box: DraftBox, job: Job) -> Looked:
        anchor, state = self._anchor(job), await box.state()
        first = job.uidnext if job.uidnext and job.uidvalidity == state.uidvalidity else 1
        there = await self._there(box, job, anchor, first)
        others = self._others(job, there)
        looked = decide_after_doubt(job, anchor, state, there.drafts, there.sent, there.trashed, others)
        renumbered = job.uidvalidity != state.uidvalidity  # by another folder in its place, perhaps
        unseen = looked.move is Move.DOUBT or (looked.move is Move.ABSENT and renumbered)
        if unseen and await box.elsewhere(job.message_id or "", _since(job, anchor)):
            return Looked(Move.LAID)
        return looked

    async def _there(self, box: DraftBox, job: Job, anchor: Anchor | None, first: int = 1) -> _There:
        since = _since(job, anchor)
        folders = await box.drafts(first), await box.sent_since(since), await box.trashed_since(since)
        return _There(*(tuple(map(told, found)) for found in folders))

    def _decided(self, job: Job, looked: Looked) -> Job:
        now = self._clock.now()
        if looked.move is Move.LAID:
            return self._unless_taken_back(job, Move.LAID, uid=looked.uid, placed_at=now)
        return self._unless_taken_back(job, looked.move, why=_WHY.get(looked.move, job.why))

    async def _look_for(self, box: DraftBox, job: Job) -> None:
        """A draft that the person is to be asked about: what they have answered, sent or kept needs no question."""
        anchor = self._anchor(job)
        move = await self._before_laying(box, job, anchor)
        if move is Move.FOUND_ANSWER or await box.elsewhere(job.message_id or "", _since(job, anchor)):
            self._unless_taken_back(job, Move.FOUND_ANSWER, why=_WHY[Move.FOUND_ANSWER])
        self._looked_for.add(job.id)

    async def _before_laying(self, box: DraftBox, job: Job, anchor: Anchor | None) -> Move:
        there = await self._there(box, job, anchor)
        return before_laying(job, anchor, there.drafts, there.sent, there.trashed, self._others(job, there))

    def _others(self, job: Job, there: _There) -> set[str]:
        """The ids of what is no word instead of that draft: other drafts of ours, mails about other applications."""
        ours = self._journal.lives.ids(self._account) - {job.message_id or ""}
        foreign = (item for item in (*there.drafts, *there.sent) if self._is_foreign(item, job))
        return ours.union(*(item.own_ids for item in foreign))

    def _is_foreign(self, item: Told, job: Job) -> bool:
        if not item.answered or not to_recipient(item, job):
            return False
        found = self._journal.own_mails.applications_of(self._account, item.answered, ())
        return bool(found) and job.application not in found

    async def _lay(self, box: DraftBox, job: Job) -> Job:
        """One draft. Until INTEND is durable nothing has happened; after it only LAID or a look can tell."""
        job = self._planned_anew(job)
        if job.state is not State.PLANNED or (job.due and job.due > self._clock.now()):
            return job
        move, state = await self._before_laying(box, job, self._anchor(job)), await box.state()
        if self._journal.jobs.find(job.id) != job:  # facts came while one looked: it is planned and looked for anew
            return job
        if move is not Move.INTEND:
            return self._unless_taken_back(job, move, why=_WHY[move])
        try:
            entry = self._journal.messages.get(job.message)
            message = self._composer.compose(job, entry, self._clock.now())
        except NeedsOperator as error:
            return self._unless_taken_back(job, Move.DECLINE, **self._later(error))
        job = self._intend(job, message, state)
        return await self._append(box, job, message) if job.state is State.PLACING else job

    def _intend(self, job: Job, message: bytes, state: FolderState) -> Job:
        why = _AT_LAST if self._was_declined(job) else job.why
        subject = headers_of(FoundHeader(0, raw_header(message))).subject
        with self._journal.transaction():
            if self._journal.jobs.find(job.id) != job:
                return job
            numbers = {"uidvalidity": state.uidvalidity, "uidnext": state.uidnext}
            job = self._unless_taken_back(job, Move.INTEND, **numbers, why=why)
            if job.state is State.PLACING:
                self._journal.lives.begin(job, subject)
        return job

    def _planned_anew(self, job: Job) -> Job:
        """The job as the facts of this moment want it: a correction or an own mail may have come since."""
        jobs, now = self._journal.jobs, self._clock.now()
        with self._journal.transaction():
            current = jobs.find(job.id)  # two applications may have become one
            if current is not None and current.application:
                self._planner.replan(current.application, now)
            return jobs.find(job.id) or replace(job, state=State.CANCELLED)

    def _unless_taken_back(self, job: Job, move: Move, **changes: object) -> Job:
        """One move of a job, unless another process has moved it in this very moment: then it stays so."""
        jobs = self._journal.jobs
        with self._journal.transaction():
            current = jobs.find(job.id)
            if current is None:
                return replace(job, state=State.CANCELLED)
            return jobs.move(job, move, self._clock.now(), **changes) if current.state is job.state else current

    async def _append(self, box: DraftBox, job: Job, message: bytes) -> Job:
        now = self._clock.now()
        try:
            uid = await box.append(message, now)
        except Declined as error:
            return self._unless_taken_back(job, Move.DECLINE, **self._later(error))
        if uid is None:
            uid = ours(job, map(told, await box.drafts(job.uidnext or 1)))
        return self._unless_taken_back(job, Move.LAID, uid=uid, placed_at=now)

    def _later(self, why: NeedsOperator) -> dict[str, object]:
        """What cannot be laid now is tried again; the other drafts do not wait for it."""
        return {"due": self._clock.now() + _AFTER_NO, "why": str(why)}

    def _anchor(self, job: Job) -> Anchor | None:
        entry = self._journal.messages.get(job.message)
        return Anchor(entry.reading.headers, entry.received) if entry else None


_AT_LAST: Final = "It was refused at first and tried again."
_WHY: Final = {
    Move.FOUND_ANSWER: "You have written to them yourself, or this draft was there before.",
    Move.DOUBT: "It may have been laid and then deleted while the connection was cut, so it is not laid again.",
    Move.ABSENT: "The connection was cut while the draft was being laid, and it did not arrive: it is laid again.",
}


def _since(job: Job, anchor: Anchor | None) -> date:
    """The day from which a word instead of that draft can be: a day early, since servers differ in time zone."""
    known = [moment for moment in (job.event, anchor and anchor.received, job.due) if moment]
    return (min(known, default=DAWN) - timedelta(days=1)).date()


def _any_time(working: WorkingTime) -> WorkingTime:
    return WorkingTime(working.timezone, 0, DAY_MINUTES, frozenset(range(7)))
