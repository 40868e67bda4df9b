"""Writing down one read mail: its row, the application it belongs to, the event it stands for, the jobs that follow."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from classifiers.values import Label, Reading
from config.schema import Classifier
from daemon.adapters.journal.journal import Journal
from daemon.core.addressee import Me, Seen
from daemon.core.cadence import Policy
from daemon.core.correction import RETRACTED, as_decided, lying
from daemon.core.entry import STAGES, Entry, Place, about_a_job
from daemon.core.job import Job, Move, State
from daemon.core.matching import Incoming, Known, match, thread_ids
from daemon.core.plan import Case, Outlook, plan

_OPEN: Final = timedelta(days=30)
"""So long a draft that was laid counts as open: until then it may still lie there, and a second one would nag."""
_OPENS: Final[frozenset[Label]] = frozenset({"rejection", "interview", "acknowledgement", "assessment", "offer"})
"""Labels of mails that mean there is an application, even if no other mail told of it."""

_PLANNED_ANEW: Final = ("why", "due", "recipient", "recipient_name", "also", "company", "message_id")
_RESUMING: Final = {
    State.PLANNED: Move.RESUME, State.HELD: Move.HOLD, State.JOINED: Move.JOIN, State.SKIPPED: Move.SKIP
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changes:
    """What followed from a mail: jobs that were made or resumed, jobs taken back, jobs whose drafts may be there."""

    planned: tuple[Job, ...] = ()
    cancelled: tuple[Job, ...] = ()
    laid: tuple[Job, ...] = ()


class Recorder:
    """Journals the mails of one account. Everything it writes of one mail is inside the caller's transaction."""

    def __init__(
        self, account: str, journal: Journal, policy: Policy, me: Me, limits: Classifier, languages: Set[str]
    ) -> None:
        self.account = account
        self._journal, self._policy, self._me = journal, policy, me
        self._limits, self._languages = limits, languages

    def record(self, identity: bytes, place: Place, received: datetime, now: datetime, reading: Reading) -> None:
        """Journal one mail. `identity` is its keyed hash, `received` its INTERNALDATE, `now` when it was first seen."""
        band = reading.verdict.band(self._limits.act, self._limits.review)
        if not about_a_job(reading.verdict.label, band):
            self._journal.messages.add_stranger(identity, reading.verdict.label)
            return
        entry = Entry(identity, place, received, now, reading, band)
        self.follow(replace(entry, id=self._journal.messages.add(entry)), now)

    def record_as(self, label: Label, entry: Entry) -> Changes:
        """Journal a mail that the person decided about; `entry` is as the model judged it, `band` is set here.

        One that is not about a job, neither by the model nor by the person, stays a keyed hash and the model's label.
        """
        verdict, messages = entry.reading.verdict, self._journal.messages
        entry = replace(entry, band=verdict.band(self._limits.act, self._limits.review))
        if not about_a_job(verdict.label, entry.band) and label == "other":
            messages.add_stranger(entry.identity, verdict.label)
            return Changes()
        messages.drop_stranger(entry.identity)
        number = messages.add(entry)
        messages.decide(number, label)
        return self.follow(as_decided(replace(entry, id=number), label), entry.first_seen)

    def follow(self, entry: Entry, now: datetime) -> Changes:
        """What follows from a mail as it counts now: application, event, jobs. Twice is once.

        What followed from it before, and follows no more, is taken back.
        """
        application = entry.application or self._application(entry)
        if application is not None and entry.application is None:
            self._journal.messages.assign(entry.id, application)
        if application is not None:
            self._follow_up(entry, application)
        if application is not None and entry.band == "act" and not self._is_own(entry):
            return self._plan(entry, application, now)
        return self._retract(entry, now)

    def _application(self, entry: Entry) -> int | None:
        """The application a mail belongs to, a new one where it means there is one; None where two fit equally.

        A certain rejection that two applications fit stands alone: what is planned then rests on this one mail.
        """
        headers, verdict = entry.reading.headers, entry.reading.verdict
        applications = self._journal.applications
        in_thread = applications.in_thread(self.account, thread_ids(headers))
        known = self._known(in_thread, verdict.company)
        found = match(Incoming(self.account, verdict.company, verdict.role), known, in_thread)
        undecided = bool(found.candidates) and entry.band != "act"
        if found.application is not None or undecided or not self._opens(entry):
            return found.application
        return applications.add(self.account, verdict.company, verdict.role, entry.received)

    def _known(self, in_thread: Sequence[int], company: str | None) -> list[Known]:
        """The applications that can fit at all: those of the mail's thread, and those at its company."""
        applications = self._journal.applications
        threaded = (applications.get(number) for number in in_thread)
        found = [*(one for one in threaded if one is not None), *applications.of_company(self.account, company)]
        return [Known(one.id, one.account, one.company, one.role) for one in found]

    def _opens(self, entry: Entry) -> bool:
        return entry.reading.verdict.label in _OPENS and not self._is_own(entry)

    def _is_own(self, entry: Entry) -> bool:
        sender = entry.reading.headers.sender
        return sender is not None and self._me.own_address(sender.address) is not None

    def _follow_up(self, entry: Entry, application: int) -> None:
        headers, verdict = entry.reading.headers, entry.reading.verdict
        applications = self._journal.applications
        applications.learn(application, verdict.company, verdict.role)
        own = (headers.message_id,) if headers.message_id else ()
        applications.add_thread(application, (*own, *thread_ids(headers)))
        stage = None if self._is_own(entry) else STAGES.get(verdict.label)
        told = stage if stage != "rejected" or entry.band == "act" else None
        applications.set_event(application, entry.id, told, entry.received)

    def _plan(self, entry: Entry, application: int, now: datetime) -> Changes:
        """One job for every step, planned or skipped, each with its reason.

        Of a mail that counts as a rejection only now, the age is that of now: what is long past is only logged.
        """
        jobs = self._journal.jobs
        had = {job.step: job for job in jobs.of_message(entry.id)}
        case = self.case(replace(entry, first_seen=max(entry.first_seen, now)), application)
        outlook = Outlook(
            self._policy, self._me, now, self._journal.keyed(b"draft ids"), self._languages,
            jobs.open_recipients(now - _OPEN, _addresses(case)), jobs.restored(),
        )  # fmt: skip
        made = [self._made(job, had.get(job.step), now) for job in plan(case, outlook)]
        return Changes(planned=tuple(job for job in made if job is not None))

    def _made(self, job: Job, had: Job | None, now: datetime) -> Job | None:
        """The job as journalled, or resumed where the person had taken it back; None for what goes its own way."""
        jobs = self._journal.jobs
        if had is None:
            return jobs.get(jobs.add(job))
        if jobs.last_move(had) is not Move.RETRACT:
            return None
        known = {name: getattr(job, name) for name in _PLANNED_ANEW}
        return jobs.move(had, _RESUMING[job.state], now, **known)

    def _retract(self, entry: Entry, now: datetime) -> Changes:
        """Take back what is planned from a mail that is no rejection; what was laid can only be told of."""
        jobs = self._journal.jobs.of_message(entry.id)
        if any(job.state in {State.PLANNED, State.HELD} for job in jobs):
            open_ = [job for job in jobs if job.state in {State.PLANNED, State.HELD, State.JOINED}]
            taken = tuple(self._journal.jobs.move(job, Move.RETRACT, now, why=RETRACTED) for job in open_)
        else:
            taken = ()
        return Changes(cancelled=taken, laid=tuple(job for job in jobs if lying(job)))

    def case(self, entry: Entry, application: int) -> Case:
        """A rejection with the other mails of its application."""
        others = (one for one in self._journal.messages.of_application(application) if one.id != entry.id)
        history = tuple(self._seen(one) for one in others)
        company = entry.reading.verdict.company or self._company(application)
        return Case(
            application, entry.id, self.account, entry.identity, self._seen(entry), history, entry.first_seen, company
        )

    def _seen(self, entry: Entry) -> Seen:
        return Seen(entry.reading.headers, entry.reading.verdict, entry.received, self._is_own(entry))

    def _company(self, application: int) -> str | None:
        found = self._journal.applications.get(application)
        return found.company if found else None


def _addresses(case: Case) -> list[str]:
    """Everybody that a draft of this case can be for: the mails name them (daemon.core.addressee)."""
    headers = [seen.headers for seen in (case.rejection, *case.history)]
    named = [item for one in headers for item in (one.sender, *one.reply_to, *one.to, *one.cc) if item is not None]
    return list(dict.fromkeys(item.address for item in named))
