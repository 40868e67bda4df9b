"""Planning of one account: an application's case from the journal, and the journal's jobs as its plan says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from classifiers.values import LABELS, Headers, Verdict
from config.loader import Loaded
from config.places import templates_path
from config.schema import Account
from daemon.adapters.journal.journal import Journal
from daemon.core.addressee import Me, Seen
from daemon.core.cadence import Policy
from daemon.core.causes import OPEN, OPENING, WAITS, Outlook
from daemon.core.entry import Entry, Event
from daemon.core.job import Job, Move, State
from daemon.core.plan import plan
from daemon.core.replan import Change, changes, lying_unwanted, taken_before
from daemon.core.silence import silent_at
from daemon.core.story import Case, written_at
from daemon.policy import me_of, policy_of
from templates.folders import Folders

_HOUR: Final = timedelta(hours=1)
_SETTLED: Final = timedelta(days=60)
"""So long after its last mail an application that has ended is looked at from time to time."""
_OWN: Final = Verdict("other", 0.0, dict.fromkeys(LABELS, 0.0))
"""What is known of a mail that was seen in Sent alone: nothing."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a plan made of the jobs: those made, resumed or taken back, and those whose drafts are not wanted any more
    and may lie there.
    """

    planned: tuple[Job, ...] = ()
    cancelled: tuple[Job, ...] = ()
    laid: tuple[Job, ...] = ()


class Planner:
    """Plans the applications of one account. `languages` are those there are letters in."""

    def __init__(self, account: str, journal: Journal, policy: Policy, me: Me, languages: Set[str]) -> None:
        self.account = account
        self._journal, self._policy, self._me, self._languages = journal, policy, me, languages
        self._ticked: datetime | None = None
        self._anew = False
        self._gathered: dict[int, None] | None = None
        self._key = journal.keyed(b"draft ids")

    def adopt(self, policy: Policy, me: Me, languages: Set[str]) -> None:
        """Plan by these from now on; with the next tick also what is planned already."""
        self._policy, self._me, self._languages = policy, me, languages
        self._ticked, self._anew = None, True

    def case(self, application: int) -> Case:
        """All that the journal knows of an application. Raises KeyError if there is none of that id."""
        found, journal = self._journal.applications.get(application), self._journal
        if found is None:
            raise KeyError(application)
        jobs = tuple(journal.jobs.of_application(application))
        called_off = (job for job in jobs if job.state is State.CANCELLED and not self._by_facts(job))
        return Case(
            found, self._mails(application), tuple(journal.events.of(application)),
            tuple(journal.notes.of(application)), jobs, frozenset(job.id for job in called_off),
            journal.candidates.about(application),
        )  # fmt: skip

    def _by_facts(self, job: Job) -> bool:
        return self._journal.jobs.last_move(job) is Move.RETRACT

    def _mails(self, application: int) -> tuple[Seen, ...]:
        """The journal's mails, and of the mails in Sent those that are not among them."""
        read = [self.seen(entry) for entry in self._journal.messages.of_application(application)]
        known = {seen.headers.message_id for seen in read} - {None}
        sent = [_sent(at, headers) for at, headers in self._journal.own_mails.of(application)]
        mails = (*read, *(seen for seen in sent if seen.headers.message_id not in known))
        return tuple(sorted(mails, key=written_at))

    def seen(self, entry: Entry) -> Seen:
        """A journalled mail as the core sees it."""
        reading, sender = entry.reading, entry.reading.headers.sender
        own = sender is not None and self._me.own_address(sender.address) is not None
        return Seen(
            reading.headers, reading.verdict, entry.received, own, entry.id, entry.identity, entry.band,
            entry.first_seen,
        )  # fmt: skip

    def replan(self, application: int, now: datetime, *, anew: bool = False) -> Changes:
        """Let an application's jobs be as its facts want them; twice is once. Inside the caller's transaction, or in
        one of its own. `anew`: the settings are others, and what waits takes its time from them.
        """
        with self._journal.transaction():
            if self._gathered is not None:
                self._gathered[application] = None
                return Changes()
            case = self._settled(self.case(application), now)
            wanted = self._wanted(case, now)
            made = [self._make(change, now) for change in changes(case, wanted, None if anew else now)]
        taken = {job.id for job in case.jobs if job.state in WAITS}
        cancelled = tuple(job for job in made if job and job.id in taken)
        planned = tuple(job for job in made if job and job.id not in taken)
        return Changes(planned, cancelled, lying_unwanted(case, wanted))

    @contextmanager
    def gathering(self, now: Callable[[], datetime]) -> Iterator[None]:
        """One transaction at whose end each application is planned once, however many of its mails were read in it."""
        with self._journal.transaction():
            gathered = self._gathered = {}
            try:
                yield
            finally:
                self._gathered = None
            for application in gathered:
                self.replan(application, now())

    def _settled(self, case: Case, now: datetime) -> Case:
        """The case with the silence as it is now: it comes by time, and a word undoes it."""
        silent = silent_at(case, self._policy)
        wanted = silent if silent is not None and silent <= now else None
        had = [event for event in case.events if event.by == "time"]
        if [event.at for event in had] == ([wanted] if wanted else []):
            return case
        for event in had:
            self._journal.events.remove(event.id)
        if wanted is not None:
            self._journal.events.add(case.application.id, Event("silent", wanted, by="time"))
        return replace(case, events=tuple(self._journal.events.of(case.application.id)))

    def _wanted(self, case: Case, now: datetime) -> tuple[Job, ...]:
        """The plan; made anew where one of those it would go to has an open draft of another application."""
        jobs = self._journal.jobs
        outlook = Outlook(self._policy, self._me, now, self._key, self._languages, (), jobs.restored(), jobs.lost())
        wanted = plan(case, outlook)
        people = {address for job in wanted if job.state in OPENING for address in job.recipients}
        drafts = jobs.open_for(people, now - OPEN, apart_from=case.application.id) if people else []
        return plan(case, replace(outlook, open_drafts=drafts)) if drafts else wanted

    def _make(self, change: Change, now: datetime) -> Job | None:
        """The job as journalled, if the person is to hear of it."""
        jobs = self._journal.jobs
        wanted = change.facts.get("message_id") if change.move else change.job.message_id
        owner = jobs.owner_of(str(wanted)) if wanted else None
        if owner not in {None, change.job.id}:
            change = taken_before(change)
        if change.move is None:
            return jobs.get(jobs.add(change.job))
        moved = jobs.move(change.job, change.move, now, **change.facts)
        return moved if change.told else None

    def tick(self, now: datetime) -> None:
        """Plan anew where time alone changes something; nothing if that was done less than an hour ago."""
        if self._ticked is not None and self._ticked <= now < self._ticked + _HOUR:
            return
        self._ticked, anew, self._anew = now, self._anew, False
        for application in self._journal.applications.live(self.account, now - _SETTLED):
            with self._journal.transaction():
                if self._journal.applications.get(application):  # it may be merged or forgotten meanwhile
                    self.replan(application, now, anew=anew)


def planner_of(loaded: Loaded, journal: Journal, account: Account) -> Planner:
    """The planner of an account as the settings say. Raises NeedsOperator (see policy_of)."""
    settings, words = loaded.settings, Folders(templates_path(loaded.path))
    return Planner(account.name, journal, policy_of(settings), me_of(settings, account), words.languages())


def _sent(at: datetime, headers: Headers) -> Seen:
    return Seen(headers, _OWN, at, own=True)
