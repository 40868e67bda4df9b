"""The person's own doings, by looking: what they sent, and what became of the drafts that were laid.

Nothing is touched, and headers alone are read. Of mail that goes to no application's people nothing is kept.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from classifiers.values import Headers
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.outboxes import Looked
from daemon.core.addressee import Me
from daemon.core.entry import Event
from daemon.core.job import Job, Move
from daemon.core.life import Fate, Laid, Look, fates, feedback
from daemon.core.ports import Clock, DraftBox, FolderState, FoundHeader
from daemon.core.sent import Told, headers_of, identity_of, readers_of, thread_of, told, told_of
from daemon.planner import Planner

_EVERY: Final = timedelta(minutes=10)
_BACK: Final = timedelta(days=90)
"""So far back Sent is looked through for people that were not known when it was looked through last."""
_RESPECTED: Final = timedelta(days=30)
"""So long after its deletion a draft that comes back, or turns out to have been sent, is noticed."""
_LIVING: Final = timedelta(days=200)
"""So long after its last mail an application may still hear from the person."""
_KEPT_AWAY: Final = timedelta(days=1)
"""So long it is not looked for again what lies in another folder than Drafts."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a look found in the mailbox. `state` is that of Drafts; `sent` are new own mails, `outbox` tells of Sent as
    it was before they were looked for, None where no Sent folder is known.
    """

    state: FolderState
    drafts: Sequence[FoundHeader]
    outbox: FolderState | None
    sent: Sequence[FoundHeader]


class Outbox:
    """Looks at Sent and Drafts of one account, and lets the journal and the plan know."""

    def __init__(self, account: str, journal: Journal, planner: Planner, me: Me, clock: Clock) -> None:
        self._account, self._journal, self._planner = account, journal, planner
        self._me, self._clock = me, clock
        self._looked: datetime | None = None

    def adopt(self, me: Me) -> None:
        """Know the person so from now on."""
        self._me = me

    def due(self, now: datetime) -> bool:
        """Whether it is time to look, and anything to look for: a draft that was laid, or an application that lives."""
        if self._looked is not None and self._looked <= now < self._looked + _EVERY:
            return False
        live = self._journal.applications.live(self._account, now - _LIVING)
        return bool(live) or bool(self._journal.lives.lying(self._account, now - _RESPECTED))

    async def look(self, box: DraftBox) -> None:
        """One look. Raises what the port raises; what was journalled until then stays."""
        now = self._clock.now()
        found = await self._find(box, now)
        with self._journal.transaction():
            changed = self._keep_sent(found, now)
        told_ = [await self._unless_elsewhere(box, fate) for fate in self._fates(found, now)]
        with self._journal.transaction():
            changed |= self._keep_fates(told_, found.state, now) | self._keep_feedback()
            for application in sorted(changed):
                if self._journal.applications.get(application):  # it may be merged or forgotten meanwhile
                    self._planner.replan(application, now)
        self._looked = now

    # looking

    async def _find(self, box: DraftBox, now: datetime) -> _Found:
        """Drafts first: what is taken away there while it is sent lies in Sent by then."""
        state = await box.state()
        drafts = await box.drafts()
        outbox = await box.sent_state()
        return _Found(state, drafts, outbox, await self._new_sent(box, outbox, now) if outbox else ())

    async def _new_sent(self, box: DraftBox, outbox: FolderState, now: datetime) -> Sequence[FoundHeader]:
        """What was not looked at before, and all that may belong to people who were not known then."""
        before = self._journal.outboxes.of(self._account)
        numbered_on = before is not None and before.uidvalidity == outbox.uidvalidity
        if before is None or not numbered_on or outbox.uidnext is None or outbox.uidnext < before.uidnext:
            return await box.sent_since(self._first_day(now))
        known = () if before.known == self._known() else await box.sent_since((now - _BACK).date())
        new = await box.sent(before.uidnext) if outbox.uidnext != before.uidnext else ()
        return tuple({item.uid: item for item in (*known, *new)}.values())

    def _first_day(self, now: datetime) -> date:
        opened = (one.opened for one in self._journal.applications.of_account(self._account))
        return (min(opened, default=now) - _BACK).date()

    def _known(self) -> int:
        return len(self._journal.own_mails.addresses(self._account))

    async def _unless_elsewhere(self, box: DraftBox, fate: Fate) -> Fate:
        """A draft that the person has moved to another folder is not deleted; it is asked for once a day."""
        job, laid = fate.job, fate.job.placed_at
        if fate.move is not Move.DELETE or laid is None:
            return fate
        since = (laid - timedelta(days=1)).date()
        if await box.elsewhere(job.message_id or "", since, archive=False):
            return replace(fate, move=None, missing=self._clock.now() + _KEPT_AWAY)
        return fate

    # keeping

    def _keep_sent(self, found: _Found, now: datetime) -> set[int]:
        """Journal the own mails that belong to applications; these."""
        if found.outbox is None:
            return set()
        known = self._journal.own_mails.addresses(self._account)
        ids = self._journal.lives.ids(self._account)
        maybe = [item for item in found.sent if _may_belong(told(item), known, ids)]
        changed = {number for item in maybe for number in self._keep(item, known, now)}
        last = max((item.uid for item in found.sent), default=0)
        uidnext = found.outbox.uidnext or last + 1
        self._journal.outboxes.save(Looked(self._account, found.outbox.uidvalidity, uidnext, len(known), now))
        return changed

    def _keep(self, item: FoundHeader, known: Set[str], now: datetime) -> list[int]:
        headers, own_mails = headers_of(item), self._journal.own_mails
        thread = thread_of(headers)
        readers = [reader for reader in readers_of(headers, self._me) if reader in known]
        draft = self._journal.lives.application_of(self._account, headers.message_id)
        by_thread = [draft] if draft else own_mails.applications_of(self._account, thread, ())
        found = by_thread or own_mails.applications_of(self._account, (), readers)
        for application in by_thread:
            self._journal.applications.add_thread(application, thread)
        identity = self._journal.keyed(identity_of(self._account, item))
        at = item.at or headers.date or now
        return [number for number in found if own_mails.add(self._account, number, identity, at, headers)]

    def _fates(self, found: _Found, now: datetime) -> list[Fate]:
        lives = self._journal.lives
        laid = [Laid(one.job, self._answered(one.job), one.subject, one.missing)
                for one in lives.lying(self._account, now - _RESPECTED)]  # fmt: skip
        numbers = {one.job.application for one in laid}
        own_mails = self._journal.own_mails
        sent = {number: [told_of(*mail) for mail in own_mails.of(number)] for number in numbers}
        drafts = [told(item) for item in found.drafts]
        known = sent if found.outbox else None
        return fates(laid, Look(now, found.state.uidvalidity, drafts, known, lives.ids(self._account)))

    def _answered(self, job: Job) -> Headers | None:
        entry = self._journal.messages.get(job.message)
        return entry.reading.headers if entry else None

    def _keep_fates(self, told_: Sequence[Fate], state: FolderState, now: datetime) -> set[int]:
        """Make the moves; the applications whose jobs have moved."""
        moved = [fate.job.id for fate in told_ if self._keep_fate(fate, state, now)]
        return {self._journal.jobs.get(number).application for number in moved} - {0}

    def _keep_fate(self, fate: Fate, state: FolderState, now: datetime) -> bool:
        jobs, lives = self._journal.jobs, self._journal.lives
        job = jobs.find(fate.job.id)
        if job is None or job.state is not fate.job.state:  # another process was quicker
            return False
        lives.missed(job, fate.missing)
        if fate.uid is not None and (job.uidvalidity, job.uid) != (state.uidvalidity, fate.uid):
            lives.seen(job, state.uidvalidity, fate.uid)
        if fate.move is None:
            return False
        if fate.sent is not None:
            lives.sent(job, fate.sent)
        jobs.move(job, fate.move, now, why=_WHY[fate.move])
        return True

    def _keep_feedback(self) -> set[int]:
        """Journal what employers advise the person; the applications it is about."""
        unheard = self._journal.lives.unheard(self._account)
        return {number for number in {number for number, _ in unheard} if self._heard(number)}

    def _heard(self, application: int) -> bool:
        new = [
            seen for seen in feedback(self._planner.case(application))
            if self._journal.feedback.add(application, seen.id, seen.received, "\n".join(seen.verdict.advice))
        ]  # fmt: skip
        for seen in new:
            if seen.verdict.label != "rejection":
                self._journal.events.add(application, Event("feedback", seen.received, seen.id))
        return bool(new)


def _may_belong(item: Told, known: Set[str], ids: Set[str]) -> bool:
    """Whether it is worth asking the journal where an own mail belongs."""
    return bool(item.answered or item.recipients & known or item.own_ids & ids)


_WHY: Final = {
    Move.EDIT: "You have worked on this draft since it was laid.",
    Move.SEND: "You have sent it.",
    Move.DELETE: "You have deleted this draft.",
    Move.RETURN: "The draft is back in Drafts.",
}
