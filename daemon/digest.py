"""The digest shell: when one is due it is made once, then laid by the writer or sent to the person's own address.

What it says is composed at the moment when it is laid or sent. A digest is a job like any other: it is planned before
anything happens, and after any doubt it is not laid or sent again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from config.loader import Loaded
from config.schema import Account
from daemon import digest_words
from daemon.adapters.journal.journal import Journal
from daemon.alarms import Alarms
from daemon.core.alarm import BY_SMTP
from daemon.core.cadence import WorkingTime
from daemon.core.digest import Cause, Rhythm, Summary, Told, cause, following, worries, worth_saying
from daemon.core.digest_mail import Parts, digest_id, digest_octets
from daemon.core.job import OCCASION_ALARM, Job, Move, State, Step
from daemon.core.ports import Clock
from daemon.digest_facts import Facts, cases_of
from daemon.digest_post import send
from daemon.digest_sending import Post, Sending
from daemon.digest_words import Wording
from daemon.logbook import tell
from daemon.policy import policy_of
from daemon.supervise import Failed, attempt
from templates import digest_page

ROUND_SECONDS: Final = 60.0
"""So often it is looked whether one is due."""
_LOOK_EVERY: Final = timedelta(minutes=15)
"""So often it is looked for what cannot wait until the weekly one."""
_WEEK: Final = timedelta(days=7)
_WHY: Final = {
    "weekly": "It is the time of the weekly digest.",
    "sooner": "A draft that lies in Drafts is out of date.",
}
_SETTLED: Final = "What it would have told is settled."
_OFF: Final = "The digest is switched off, or goes another way now."
_ANEW: Final = "It may have been laid or sent before; the next one tells what is still open."


class Digests:
    """The digests of one person, for all accounts together."""

    def __init__(self, journal: Journal, loaded: Loaded, clock: Clock, post: Post = send) -> None:
        self._journal, self._loaded, self._clock = journal, loaded, clock
        self._sending, self.alarms = Sending(journal, loaded, clock, post), Alarms(journal, loaded, clock, post)
        self._facts = Facts(journal, loaded.settings, cases_of(loaded, journal))
        self._looked: datetime | None = None

    def adopt(self, loaded: Loaded) -> None:
        """Go by these settings from now on."""
        self._loaded, self._facts = loaded, Facts(self._journal, loaded.settings, cases_of(loaded, self._journal))
        self._sending.adopt(loaded)
        self.alarms.adopt(loaded)

    async def hours(self, pause: Callable[[float], Awaitable[object]]) -> None:
        """Attend for ever, to the alarms too; `pause` waits so many s. What goes wrong is logged, and holds up nothing
        else.
        """
        while True:
            for attend in (self.attend, self.alarms.look):
                failed = await attempt(attend())
                if isinstance(failed, Failed):
                    tell("digest_waits", f"The digest or an alarm could not be made: {failed.problem}")
                await pause(ROUND_SECONDS / 2)

    async def attend(self) -> Job | None:
        """Make the digest if one is due, send it if it goes by SMTP; the job that is to be laid now, if it is laid."""
        now, until = self._clock.now(), self._journal.pauses.until()
        job = self._settled(now)
        if not self._loaded.settings.digest.enabled or (until is not None and now < until):
            return None
        job = self._still(job, now) if job is not None else self._made(now)
        if job is None or job.state is not State.PLANNED or (job.due is not None and job.due > now):
            return None
        if job.account != BY_SMTP:
            return job
        await self._sending.send(job, self.message(job, now), self._called_off)
        return None

    # What to say.

    def summary(self, now: datetime) -> Summary:
        """All that there is to say now."""
        return self._facts.summary(now)

    def page(self, summary: Summary) -> digest_page.Page:
        """A summary in words."""
        return digest_words.page(summary, self._wording(summary.now))

    def message(self, job: Job, at: datetime) -> bytes:
        """A digest or an alarm as octets, dated `at`: what there is to say at that moment.

        Raises ValueError without an id.
        """
        if job.occasion == OCCASION_ALARM:
            return self.alarms.message(job, at)
        summary, me = self.summary(at), self._loaded.settings.me
        page = self.page(summary)
        parts = Parts(digest_words.subject(summary), digest_page.plain(page), digest_page.html(page))
        if job.message_id is None:
            raise ValueError("a digest has a Message-ID from the beginning")
        return digest_octets(parts, me.address, job.message_id, at, me.zone())

    def following(self, now: datetime) -> datetime:
        """When the next weekly one is due, in UTC."""
        return following(now, self._rhythm)

    def _wording(self, now: datetime) -> Wording:
        settings = self._loaded.settings
        learn = settings.learn
        folders = (learn.rejection, learn.not_rejection) if learn.folders else None
        return Wording(settings.me.zone(), self.following(now), folders, settings.digest.via == "draft")

    @property
    def _rhythm(self) -> Rhythm:
        when = self._loaded.settings.digest.when
        return Rhythm(when.weekday, when.minute, self._working)

    @property
    def _working(self) -> WorkingTime:
        return policy_of(self._loaded.settings).working

    # A new one.

    def _made(self, now: datetime) -> Job | None:
        """The digest that is due, planned; None if none is, or there is nothing to say."""
        told = self._told(now)
        why = cause(now, self._rhythm, told) or self._urgent_cause(now, told)
        if why is None:
            return None
        summary = self.summary(now)
        urgent = _urgent(summary)
        with self._journal.transaction():
            self._journal.digests.consider(now, urgent)
            return self._planned(why, now) if urgent or worth_saying(summary) else None

    def _told(self, now: datetime) -> Told:
        """What the digests so far have said. The very first look is the beginning."""
        digests = self._journal.digests
        if digests.considered() is None:
            digests.consider(now, frozenset())
        jobs = digests.jobs()
        lasting = [job for job in jobs if job.state is not State.CANCELLED]
        considered = max([digests.considered() or now, *(job.placed_at for job in lasting if job.placed_at)])
        return Told(self._days(jobs), self._days(lasting), considered, digests.urgent())

    def _urgent_cause(self, now: datetime, told: Told) -> Cause | None:
        """Looking for what cannot wait takes a moment, so it is not done every minute."""
        if not self._looks(now):
            return None
        waiting = self._facts.waiting(self._journal.jobs.all())
        return cause(now, self._rhythm, told, worries(waiting))

    def _looks(self, now: datetime) -> bool:
        """Whether it is time to look through the journal again."""
        if self._looked is not None and timedelta() <= now - self._looked < _LOOK_EVERY:
            return False
        self._looked = now
        return True

    def _days(self, jobs: Sequence[Job]) -> frozenset[date]:
        """The days of digests: when they were made, and when they were laid or sent."""
        zone = self._loaded.settings.me.zone()
        moments = [*(job.placed_at for job in jobs), *(job.event for job in jobs)]
        return frozenset(moment.astimezone(zone).date() for moment in moments if moment is not None)

    def _planned(self, why: Cause, now: datetime) -> Job:
        address, zone = self._loaded.settings.me.address, self._loaded.settings.me.zone()
        message_id = digest_id(self._journal.keyed(b"draft ids"), now.astimezone(zone).date(), address)
        jobs = self._journal.jobs
        return jobs.get(jobs.add(Job(
            application=0, message=0, account=self._account(now), step=Step.DIGEST, state=State.PLANNED,
            why=_WHY[why], due=now, recipient=address, message_id=message_id, event=now,
        )))  # fmt: skip

    def _account(self, now: datetime) -> str:
        """In whose Drafts it is laid: the account of [me].address, unless it waits for the person and another works."""
        settings = self._loaded.settings
        if settings.digest.via == "smtp":
            return BY_SMTP
        ill = {one.account for one in self._facts.troubles(now) if one.what != "learning"}
        return min(settings.account, key=lambda one: (one.name in ill, not self._is_mine(one))).name

    def _is_mine(self, account: Account) -> bool:
        return account.address.lower() == self._loaded.settings.me.address.lower()

    # One that is planned already, or in doubt.

    def _settled(self, now: datetime) -> Job | None:
        """The digest that is open, None if none is: what is in doubt or goes another way now is called off."""
        job = self._journal.digests.open()
        if job is None:
            return None
        settings = self._loaded.settings
        if job.state is State.PLACING and settings.account_named(job.account):
            return job  # the writer looks what became of it
        doubt = job.state is not State.PLANNED
        goes = settings.digest.enabled and (job.account == BY_SMTP) == (settings.digest.via == "smtp")
        if goes and not doubt:
            return job
        self._called_off(job, now, _ANEW if doubt else _OFF)
        return None

    def _still(self, job: Job, now: datetime) -> Job | None:
        """A planned digest as it is to be laid now: not if all is settled meanwhile, and where there is a way."""
        if job.state is not State.PLANNED or not self._looks(now):
            return job
        summary = self.summary(now)
        if not _urgent(summary) and not worth_saying(summary):
            self._called_off(job, now, _SETTLED)
            return None
        account = self._account(now)
        if account == job.account:
            return job
        return self._journal.jobs.move(job, Move.RESCHEDULE, now, account=account)

    def _called_off(self, job: Job, now: datetime, why: str) -> None:
        """Take it back. What was in doubt is told anew by the next one, on another day."""
        made, doubt = job.event or now, job.state is not State.PLANNED
        with self._journal.transaction():
            if job.state is State.PLACING:
                job = self._journal.jobs.move(job, Move.DOUBT, now, why=why)
            self._journal.jobs.move(job, Move.CANCEL, now, why=why, event=now if doubt else made)
            if doubt:
                self._journal.digests.consider(made - _WEEK, frozenset())


def _urgent(summary: Summary) -> frozenset[str]:
    return worries(summary.waiting)
