"""Writing down one read mail: its row, the application it belongs to, the event it stands for, the jobs that follow."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from classifiers.values import Band, Label, Reading
from config.loader import Loaded
from config.places import templates_path
from config.schema import Account, Classifier
from daemon.adapters.journal.journal import Journal
from daemon.core.addressee import Me
from daemon.core.cadence import Policy
from daemon.core.chronicle import Field, mark
from daemon.core.correction import as_decided
from daemon.core.entry import Entry, Place, about_a_job
from daemon.core.forward import astray, passed_on
from daemon.core.matching import thread_ids
from daemon.core.story import names_an_application, told
from daemon.logbook import tell
from daemon.matcher import ASKED, OPENS, Matcher
from daemon.planner import Changes, Planner
from daemon.policy import me_of, policy_of
from templates.folders import Folders

_NEWS: Final = timedelta(days=2)
"""A mail that came so long before it was first seen is no news."""


class Recorder:
    """Journals the mails of one account. Everything it writes of one mail is inside the caller's transaction."""

    def __init__(
        self, account: str, journal: Journal, policy: Policy, me: Me, limits: Classifier, languages: Set[str]
    ) -> None:
        self.account = account
        self._journal, self._me, self._limits = journal, me, limits
        self._matcher = Matcher(account, journal)
        self.planner = Planner(account, journal, policy, me, languages)

    def adopt(self, policy: Policy, me: Me, limits: Classifier, languages: Set[str]) -> None:
        """Go by these from now on. What was judged stays as it was judged; what is planned follows (see Planner)."""
        self._me, self._limits = me, limits
        self.planner.adopt(policy, me, languages)

    def record(self, identity: bytes, place: Place, received: datetime, now: datetime, reading: Reading) -> bool:
        """Journal one mail; whether it is in the log.

        `identity` is its keyed hash, `received` its INTERNALDATE, `now` when it was first seen.
        """
        band = reading.verdict.band(self._limits.act, self._limits.review)
        digest = self._journal.digests.wrote(reading.headers.message_id)  # it speaks of mails, and is none of them
        if digest or not self.keeps(reading, band):
            self._journal.messages.add_stranger(identity, "other" if digest else reading.verdict.label)
            return False
        entry = Entry(identity, place, received, now, reading, band)
        self._tell("mail_read", entry, f"A mail about a job came: {reading.verdict.label}, {band}.")
        number = self._journal.messages.add(entry)
        self.follow(self._journal.messages.get(number) or replace(entry, id=number), now)  # as the journal has it now
        return True

    def _tell(self, event: str, entry: Entry, sentence: str, **fields: Field) -> None:
        """Let the log hear what is new. Of what is older, as a first scan finds it, it hears how many."""
        if entry.first_seen - entry.received <= _NEWS:
            facts: dict[str, Field] = {"label": entry.reading.verdict.label, "band": entry.band, **fields}
            tell(event, sentence, account=self.account, mail=mark(entry.identity), **facts)

    def keeps(self, reading: Reading, band: Band) -> bool:
        """Whether a mail is in the log as the model judges it; of any other only a keyed hash stays (promise 6)."""
        return about_a_job(reading.verdict.label, band) or self._continues(reading)

    def _continues(self, reading: Reading) -> bool:
        """Whether a mail answers one of an application's: what an employer writes back is about the job, too."""
        headers = reading.headers
        found = self._journal.applications.in_thread(self.account, thread_ids(headers))
        if not passed_on(headers.subject):
            return bool(found)
        cases = (self.planner.case(number) for number in found)
        known = ((case.application.company, [seen.headers for seen in case.theirs]) for case in cases)
        return not all(astray(headers, theirs, company) for company, theirs in known)

    def record_as(self, label: Label, entry: Entry) -> Changes:
        """Journal a mail that the person decided about; `entry` is as the model judged it, `band` is set here.

        One that is not about a job, neither by the model nor by the person, stays a keyed hash and the model's label.
        """
        verdict, messages = entry.reading.verdict, self._journal.messages
        entry = replace(entry, band=verdict.band(self._limits.act, self._limits.review))
        if label == "other" and not self.keeps(entry.reading, entry.band):
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
        others = self._asked(entry, application)
        changes = Changes()
        if application is not None:
            self._follow_up(entry, application)
            changes = self.planner.replan(application, now)
        for other in others:
            self.planner.replan(other, now)
        return changes

    def _application(self, entry: Entry) -> int | None:
        """The application a mail belongs to, a new one where it means there is one; None where several fit equally."""
        found, verdict = self._matcher.find(entry), entry.reading.verdict
        opens = verdict.label in OPENS and names_an_application(verdict) and not self._is_own(entry)
        if found.candidates or not opens:
            return found.application
        number = self._journal.applications.add(
            self.account, verdict.company, verdict.role, entry.received, verdict.requisition
        )
        self._tell("application_opened", entry, "The mail begins an application.", application=number)
        return number

    def _asked(self, entry: Entry, application: int | None) -> list[int]:
        """Ask, or ask no more, which of several applications a mail is about: until then nothing follows for any.

        Those for which that changes something.
        """
        before = self._journal.candidates.of(entry.id)
        asks = application is None and entry.reading.verdict.label in ASKED and not self._is_own(entry)
        after = self._matcher.find(entry).candidates if asks else ()
        if before or after:
            self._journal.candidates.put(entry.id, after)
        return sorted({*before, *after} - {application})

    def _is_own(self, entry: Entry) -> bool:
        sender = entry.reading.headers.sender
        return sender is not None and self._me.own_address(sender.address) is not None

    def _follow_up(self, entry: Entry, application: int) -> None:
        headers, verdict = entry.reading.headers, entry.reading.verdict
        applications = self._journal.applications
        if verdict.label in OPENS:
            applications.learn(application, verdict.company, verdict.role, verdict.requisition)
            applications.began(application, entry.received)
        own = (headers.message_id,) if headers.message_id else ()
        applications.add_thread(application, (*own, *thread_ids(headers)))
        self._journal.events.tell(application, entry.id, told(self.planner.seen(entry)), entry.received)


def recorder_of(loaded: Loaded, journal: Journal, account: Account) -> Recorder:
    """The recorder of an account as the settings say. Raises NeedsOperator (see policy_of)."""
    settings, words = loaded.settings, Folders(templates_path(loaded.path))
    policy, me = policy_of(settings), me_of(settings, account)
    return Recorder(account.name, journal, policy, me, settings.classifier, words.languages())
