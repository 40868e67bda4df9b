"""The alarm shell: what has been wrong for a day is told once, by a note to self that goes the digest's way.

An alarm is a job like any other: which troubles it tells is durable in the transaction that plans it, and after any
doubt it is not laid or sent again. It waits for the hours in which the person is awake, and for a pause to end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from config.loader import Loaded
from daemon import alarm_words
from daemon.adapters.journal.alarms import Told
from daemon.adapters.journal.journal import Journal
from daemon.alarm_facts import AlarmFacts
from daemon.core.alarm import BY_SMTP, Trouble, lasting, ripe, subject, way, words
from daemon.core.cadence import awake
from daemon.core.digest_mail import Parts, alarm_id, digest_octets
from daemon.core.errors import NeedsOperator
from daemon.core.job import OCCASION_ALARM, Job, Move, State, Step
from daemon.core.ports import Clock
from daemon.digest_post import send
from daemon.digest_sending import Post, Sending
from daemon.logbook import tell
from daemon.policy import policy_of
from daemon.supervise import moment
from templates import digest_page

NO_WAY: Final = "no-way"
"""The key of the notice that the person cannot be told by mail."""
_GRACE: Final = timedelta(minutes=15).total_seconds()
"""So long after a start, or after the clock has leapt, nothing is said: what was wrong before may work by now."""
_LEAP: Final = 60.0
_WHY: Final = "Something has needed you for a day."
_MENDED: Final = "What it would have told is mended."
_OFF: Final = "Alarms are switched off."
_DOUBT: Final = "It may have been laid or sent before; the digest tells what is still so."
_NO_WAY: Final = (
    "There is something to tell you, and no mail to tell it by: no account works in whose Drafts a note could be "
    "laid, and [digest] smtp names no server that works. `highroad status` says what is wrong."
)


class Alarms:
    """The alarms of one person, for all accounts together."""

    def __init__(self, journal: Journal, loaded: Loaded, clock: Clock, post: Post = send) -> None:
        self._journal, self._loaded, self._clock = journal, loaded, clock
        self._facts = AlarmFacts(journal, loaded.settings)
        self._sending = Sending(journal, loaded, clock, post)
        self._before, self._from = moment(clock), clock.monotonic()

    def adopt(self, loaded: Loaded) -> None:
        """Go by these settings from now on."""
        self._loaded, self._facts = loaded, AlarmFacts(self._journal, loaded.settings)
        self._sending.adopt(loaded)

    async def look(self) -> None:
        """Attend, unless the house has just begun or the clock has leapt."""
        before, now = self._before, moment(self._clock)
        self._before = now
        if abs((now.wall - before.wall) - (now.monotonic - before.monotonic)) > _LEAP:
            self._from = now.monotonic
        if now.monotonic - self._from >= _GRACE:
            await self.attend()

    async def attend(self) -> Job | None:
        """Tell what is to be told, by SMTP if it goes so; the job that is to be laid now, if it is laid."""
        now = self._clock.now()
        with self._journal.transaction():
            job = self._round(now)
        if job is None or job.state is not State.PLANNED or (job.due is not None and job.due > now):
            return None
        if not self._may_speak(now):
            return None
        if job.account != BY_SMTP:
            return job
        await self._sending.send(job, self.message(job, now), self._called_off)
        return None

    def message(self, job: Job, at: datetime) -> bytes:
        """The note as octets, dated `at`: what it tells of that is still so.

        Raises ValueError without an id, and NeedsOperator if all of it was mended a moment ago: then it is not laid.
        """
        me, troubles = self._loaded.settings.me, self.telling(job)
        if job.message_id is None:
            raise ValueError("an alarm has a Message-ID from the beginning")
        if not troubles:
            raise NeedsOperator(_MENDED)
        page = alarm_words.page(troubles, me.zone(), laid=job.account != BY_SMTP)
        parts = Parts(subject(troubles), digest_page.plain(page), digest_page.html(page))
        return digest_octets(parts, me.address, job.message_id, at, me.zone())

    def telling(self, job: Job) -> list[Trouble]:
        """What an alarm tells of that is still so, the longest first."""
        told = self._journal.alarms.told()
        there = lasting(self._facts.troubles(), _moments(told))
        own = [one.trouble for key, one in told.items() if one.job == job.id and key in there]
        return sorted(own, key=lambda one: one.since)

    # One round, in one transaction.

    def _round(self, now: datetime) -> Job | None:
        """Forget what is mended, take back what need not be told any more, and plan what is to be told."""
        troubles, told = self._facts.troubles(), self._journal.alarms.told()
        there = lasting(troubles, _moments(told))
        kept = {key: one for key, one in told.items() if key in there}
        if kept != told:
            self._journal.alarms.tell(kept)
        job = self._settled(kept, now)
        new = ripe(troubles, kept.keys(), now) if self._may_speak(now) else ()
        if not new:
            self._journal.notices.clear(NO_WAY)
            return self._on_its_way(job, troubles, now)
        return self._planned(new, kept, troubles, job, now)

    def _may_speak(self, now: datetime) -> bool:
        until = self._journal.pauses.until()
        working = policy_of(self._loaded.settings).working
        return self._loaded.settings.digest.alarm and (until is None or now >= until) and awake(now, working)

    def _settled(self, kept: Mapping[str, Told], now: datetime) -> Job | None:
        """The alarm that is open, None if none is: what is mended, switched off or in doubt is called off."""
        job = self._journal.alarms.open()
        if job is None:
            return None
        if job.state is State.PLACING and self._loaded.settings.account_named(job.account):
            return job  # the writer looks what became of it
        reason = self._against(job, kept)
        if reason is None:
            return job
        self._called_off(job, now, reason)
        return None

    def _against(self, job: Job, kept: Mapping[str, Told]) -> str | None:
        if job.state is not State.PLANNED:
            return _DOUBT
        if not self._loaded.settings.digest.alarm:
            return _OFF
        return None if any(one.job == job.id for one in kept.values()) else _MENDED

    def _called_off(self, job: Job, now: datetime, why: str) -> None:
        """Take it back. What it told stays told: after a doubt nothing is said twice."""
        with self._journal.transaction():
            if job.state is State.PLACING:
                job = self._journal.jobs.move(job, Move.DOUBT, now, why=why)
            self._journal.jobs.move(job, Move.CANCEL, now, why=why)

    def _on_its_way(self, job: Job | None, troubles: list[Trouble], now: datetime) -> Job | None:
        """A planned alarm, moved to a way that works if its own does not."""
        if job is None or job.state is not State.PLANNED:
            return job
        account = self._way(troubles, now)
        if account is None or account == job.account:
            return job
        return self._journal.jobs.move(job, Move.RESCHEDULE, now, account=account, due=now)

    def _way(self, troubles: list[Trouble], now: datetime) -> str | None:
        by_smtp = self._loaded.settings.digest.via == "smtp"
        return way(self._facts.ways(troubles), by_smtp=by_smtp, smtp=self._facts.smtp(troubles, now))

    def _planned(
        self, new: Sequence[Trouble], kept: Mapping[str, Told], troubles: list[Trouble], job: Job | None, now: datetime
    ) -> Job | None:
        """A job that tells these; one that waits already tells them too. None where there is no way."""
        if job is not None and job.state is not State.PLANNED:
            return job  # it is being laid: the next round plans another one
        account = self._way(troubles, now)
        if account is None:
            self._no_way(now)
            return job
        self._journal.notices.clear(NO_WAY)
        job = job or self._made(new, account, now)
        self._journal.alarms.tell({**kept, **{one.key: Told(one, now, job.id) for one in new}})
        self._log(new, job)
        return self._on_its_way(job, troubles, now)

    def _made(self, new: Sequence[Trouble], account: str, now: datetime) -> Job:
        jobs, address = self._journal.jobs, self._loaded.settings.me.address
        key, number = self._journal.keyed(b"draft ids"), len(self._journal.alarms.jobs()) + 1
        return jobs.get(jobs.add(Job(
            application=0, message=0, account=account, step=Step.DIGEST, state=State.PLANNED, why=_WHY, due=now,
            recipient=address, message_id=alarm_id(key, number, new[0], address), event=now, occasion=OCCASION_ALARM,
        )))  # fmt: skip

    def _no_way(self, now: datetime) -> None:
        if self._journal.notices.of(NO_WAY) is None:
            tell("alert_untold", _NO_WAY)
        self._journal.notices.set(NO_WAY, _NO_WAY, now)

    def _log(self, new: Sequence[Trouble], job: Job) -> None:
        for one in new:
            sentence = f"{words(one).title}, since {one.since.isoformat()}: you are told by a note to yourself."
            tell("alert", sentence, account=one.account or None, job=job.id)


def _moments(told: Mapping[str, Told]) -> dict[str, datetime]:
    return {key: one.at for key, one in told.items()}
