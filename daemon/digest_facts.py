"""From the journal to the summary that a digest tells. Nothing here writes, and no mail is opened: headers and verdicts
are all there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from classifiers.values import Headers
from config.loader import Loaded
from config.schema import Settings
from daemon.adapters.journal.journal import Journal
from daemon.core.addressee import Me
from daemon.core.application import interviews, stage
from daemon.core.cadence import DAWN
from daemon.core.digest import (
    Interview,
    News,
    Question,
    Remembered,
    Summary,
    Trouble,
    Waiting,
    letters,
    momentum,
    tired_of,
)
from daemon.core.entry import Entry
from daemon.core.job import CADENCE, TO_SELF, Job, State, Step
from daemon.core.life import stale
from daemon.core.story import Case
from daemon.core.tally import tally
from daemon.planner import Planner, planner_of
from daemon.policy import me_of
from daemon.reports_status import gap_sentence

CaseOf = Callable[[str, int], Case | None]
"""The case of an application by its account and number; None for an account that the settings do not name any more."""
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_BELATED: Final = timedelta(days=14)
"""A mail that was received before the last digest and read after it is news, unless it is older than this."""
_OVER: Final = timedelta(hours=2)
"""So long after its time an interview still counts as coming: one may be reading this on the way."""
_LYING: Final = frozenset({State.PLACED, State.EDITED})
_ENDED: Final = frozenset({"rejected", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Where the facts of digests come from."""

    journal: Journal
    settings: Settings
    case_of: CaseOf

    def summary(self, now: datetime) -> Summary:
        """All that there is to say now, since the last digest (at first: of the last week)."""
        since, entries, jobs = self.since(now), self._entries(), self.journal.jobs.all()
        coming = self._interviews(entries, since, now)
        earlier, private = self._remembered() if coming else ((), 0)
        opened = {one.id: one.opened for one in self.journal.applications.all()}
        return Summary(
            now=now,
            since=since,
            news=tuple(_news(one) for one in entries if _is_news(one, since)),
            waiting=self.waiting(jobs),
            questions=tuple(_question(one) for one in entries if one.band == "review" and one.decided_by == "model"),
            held=sum(job.state in {State.HELD, State.UNSURE} and job.step is not Step.DIGEST for job in jobs),
            homeless=self.journal.candidates.count(self._accounts),
            troubles=self.troubles(now),
            interviews=coming,
            remembered=earlier,
            private_notes=private,
            feedback=tuple(one for one in self._feedback() if one.at > since),
            momentum=momentum(opened, self.journal.digests.kinds(), now),
            letters=letters(tally(self.journal.lives.all())),
            lying=sum(job.state in _LYING for job in self.journal.digests.jobs()),
            tired=tired_of(jobs, [step for step in CADENCE if self.settings.cadence.step(step).enabled]),
        )

    def since(self, now: datetime) -> datetime:
        """When the last digest was laid or sent; before that, a week before it was first looked whether one is due."""
        digests = self.journal.digests
        laid = [job.placed_at for job in digests.jobs() if job.placed_at is not None]
        return max(laid, default=(digests.began() or now) - _WEEK)

    def waiting(self, jobs: Sequence[Job]) -> tuple[Waiting, ...]:
        """The drafts that lie there, the oldest first, each with why it is out of date if it is."""
        lying = [job for job in jobs if job.state in _LYING and job.placed_at and job.step is not Step.DIGEST]
        return tuple(sorted((self._waiting(job) for job in lying), key=lambda one: one.laid))

    def _waiting(self, job: Job) -> Waiting:
        case = self._case(job.application)
        wrong = stale(job, case, self.settings.me.zone()) if case is not None else None
        to = None if job.step in TO_SELF else _to(job)
        return Waiting(job.id, (job.step, *job.also), job.placed_at or DAWN, to, job.company, wrong)

    def _case(self, number: int) -> Case | None:
        application = self.journal.applications.get(number)
        return self.case_of(application.account, number) if application else None

    @property
    def _accounts(self) -> frozenset[str]:
        return frozenset(account.name for account in self.settings.account)

    def troubles(self, now: datetime) -> tuple[Trouble, ...]:
        """What waits for the person, and what has been tried again, or has not been read, for a day."""
        names = self._accounts
        duties = [one for one in self.journal.folders.duties() if one.problem and one.account in names]
        found = [Trouble(one.account, one.duty, one.problem or "", one.since, one.waits) for one in duties]
        for cursor in self.journal.folders.cursors():
            problem = gap_sentence(cursor) if cursor.account in names and cursor.last_sync else None
            if problem and cursor.last_sync:
                found.append(Trouble(cursor.account, "reading", f"{cursor.folder}: {problem}", cursor.last_sync, False))
        return tuple(one for one in found if one.waits or now - one.since >= _DAY)

    def _entries(self) -> list[Entry]:
        """The mails of others about a job, oldest first."""
        mine = [me_of(self.settings, account) for account in self.settings.account]
        return [one for one in self.journal.messages.log() if not any(_is_own(one.reading.headers, me) for me in mine)]

    # Interviews, and what to remember for them.

    def _interviews(self, entries: Sequence[Entry], since: datetime, now: datetime) -> tuple[Interview, ...]:
        told = [one for one in entries if one.reading.verdict.label == "interview" and one.application]
        found = {one.application: self._interview(one, since, now) for one in told}
        coming = [one for one in found.values() if one is not None]
        return tuple(sorted(coming, key=lambda one: (one.at is None, one.at or now)))

    def _interview(self, entry: Entry, since: datetime, now: datetime) -> Interview | None:
        case = self._case(entry.application or 0)
        if case is None or stage(case) in _ENDED:
            return None
        known = [(at, seen.verdict) for at, seen in interviews(case, self.settings.me.zone())]
        dated = [(at, verdict.interview_timed) for at, verdict in known if verdict.interview_at and at > now - _OVER]
        at, timed = min(dated, default=(None, False))
        if at is None and (entry.first_seen <= since or known[-1][1].interview_at is not None):
            return None
        one = case.application
        return Interview(one.id, one.company, one.role, at, timed)

    def _remembered(self) -> tuple[tuple[Remembered, ...], int]:
        """Notes and feedback of all applications with an interview, the newest first; and how many notes are private.

        What is private stays in the journal: a digest may travel.
        """
        kinds = self.journal.digests.kinds()
        met = [one for one in self.journal.applications.all() if "interview" in kinds.get(one.id, ())]
        notes = [(note, one.company) for one in met for note in self.journal.notes.of(one.id)]
        open_ = [Remembered(note.at, note.text, company) for note, company in notes if not note.private]
        found = sorted((*open_, *self._feedback()), key=lambda one: one.at, reverse=True)
        return tuple(found), sum(note.private for note, _ in notes)

    def _feedback(self) -> list[Remembered]:
        names = {one.id: one.company for one in self.journal.applications.all()}
        said = self.journal.feedback.all()
        return [Remembered(one.at, one.text, names.get(one.application), feedback=True) for one in said]


def _to(job: Job) -> str:
    first = job.recipient_name or job.recipient or ""
    return f"{first} and {len(job.others)} more" if job.others else first


def _is_own(headers: Headers, me: Me) -> bool:
    return headers.sender is not None and me.own_address(headers.sender.address) is not None


def _is_news(entry: Entry, since: datetime) -> bool:
    label = entry.reading.verdict.label
    sure = label != "other" and (label != "rejection" or entry.band == "act")
    return sure and max(entry.received, entry.first_seen) > since and entry.received > since - _BELATED


def _news(entry: Entry) -> News:
    verdict = entry.reading.verdict
    return News(verdict.label, entry.received, verdict.company, verdict.role)


def _question(entry: Entry) -> Question:
    headers, verdict = entry.reading.headers, entry.reading.verdict
    sender = (headers.sender.name or headers.sender.address) if headers.sender else None
    because = tuple(one.sentence for one in verdict.because)
    return Question(entry.id, entry.received, verdict.scores["rejection"], sender, headers.subject, because)


def cases_of(loaded: Loaded, journal: Journal) -> CaseOf:
    """What gives the case of an application by its account and number."""
    known: dict[str, Planner] = {}

    def found(name: str, number: int) -> Case | None:
        account = loaded.settings.account_named(name)
        if account is not None and name not in known:
            known[name] = planner_of(loaded, journal, account)
        return known[name].case(number) if name in known else None

    return found
