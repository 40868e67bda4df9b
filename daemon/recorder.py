"""Writing down one read mail: its row, the application it belongs to, the event it stands for, the jobs that follow."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from classifiers.values import Label, Reading
from config.schema import Classifier
from daemon.adapters.journal.journal import Journal
from daemon.core.addressee import Me, Seen
from daemon.core.cadence import Policy
from daemon.core.entry import STAGES, Entry, Place, about_a_job
from daemon.core.matching import Incoming, Known, match, thread_ids
from daemon.core.plan import Case, Outlook, plan

_OPEN: Final = timedelta(days=30)
"""So long a draft that was laid counts as open: until then it may still lie there, and a second one would nag."""
_OPENS: Final[frozenset[Label]] = frozenset({"rejection", "interview", "acknowledgement", "assessment", "offer"})
"""Labels of mails that mean there is an application, even if no other mail told of it."""


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
        application = self._application(entry)
        entry = replace(entry, application=application)
        entry = replace(entry, id=self._journal.messages.add(entry))
        if application is not None:
            self._follow_up(entry, application, now)

    def _application(self, entry: Entry) -> int | None:
        """The application a mail belongs to, a new one where it means there is one; None where two fit equally.

        A certain rejection that two applications fit stands alone: what is planned then rests on this one mail.
        """
        headers, verdict = entry.reading.headers, entry.reading.verdict
        applications = self._journal.applications
        known = [Known(one.id, one.account, one.company, one.role) for one in applications.of_account(self.account)]
        in_thread = applications.in_thread(self.account, thread_ids(headers))
        found = match(Incoming(self.account, verdict.company, verdict.role), known, in_thread)
        undecided = bool(found.candidates) and entry.band != "act"
        if found.application is not None or undecided or not self._opens(entry):
            return found.application
        return applications.add(self.account, verdict.company, verdict.role, entry.received)

    def _opens(self, entry: Entry) -> bool:
        return entry.reading.verdict.label in _OPENS and not self._is_own(entry)

    def _is_own(self, entry: Entry) -> bool:
        sender = entry.reading.headers.sender
        return sender is not None and self._me.own_address(sender.address) is not None

    def _follow_up(self, entry: Entry, application: int, now: datetime) -> None:
        headers, verdict = entry.reading.headers, entry.reading.verdict
        applications = self._journal.applications
        applications.learn(application, verdict.company, verdict.role)
        own = (headers.message_id,) if headers.message_id else ()
        applications.add_thread(application, (*own, *thread_ids(headers)))
        stage = None if self._is_own(entry) else STAGES.get(verdict.label)
        if stage is not None and (stage != "rejected" or entry.band == "act"):
            applications.add_event(application, entry.id, stage, entry.received)
        if entry.band == "act" and not self._is_own(entry):
            self._plan(entry, application, now)

    def _plan(self, entry: Entry, application: int, now: datetime) -> None:
        """One job for every step, planned or skipped, each with its reason."""
        case = self.case(entry, application)
        outlook = Outlook(
            self._policy, self._me, now, self._journal.keyed(b"draft ids"), self._languages,
            self._journal.jobs.open_recipients(now - _OPEN),
        )  # fmt: skip
        for job in plan(case, outlook):
            self._journal.jobs.add(job)

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
        found = (one.company for one in self._journal.applications.of_account(self.account) if one.id == application)
        return next(found, None)
