"""The person's word on which mail belongs to which application, each in one transaction with all that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.adapters.journal.journal import Journal
from daemon.core.entry import Application, Entry
from daemon.planner import Changes
from daemon.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that several applications fit equally, the latest of them first."""

    entry: Entry
    candidates: tuple[Application, ...]


class Sorter:
    """`recorder_of` gives the recorder of an account by its name, None for an account that is set up no more."""

    def __init__(self, journal: Journal, recorder_of: Callable[[str], Recorder | None]) -> None:
        self._journal, self._recorder_of = journal, recorder_of

    def questions(self) -> list[Question]:
        """What there is to ask, the oldest mail first; mails that are to be judged first come later."""
        found = [self._question(*each) for each in self._journal.candidates.all().items()]
        asked = [one for one in found if one is not None]
        return sorted(asked, key=lambda one: (one.entry.received, one.entry.id))

    def _question(self, message: int, numbers: Sequence[int]) -> Question | None:
        entry = self._journal.messages.get(message)
        if entry is None or unsure(entry) or self._recorder_of(entry.place.account) is None:
            return None
        found = [self._journal.applications.get(number) for number in numbers]
        known = sorted((one for one in found if one), key=lambda one: (one.opened, one.id), reverse=True)
        return Question(entry, tuple(known))

    def put(self, entry: Entry, application: int | None, now: datetime) -> tuple[int, Changes] | None:
        """Put a mail under an application, None for a new one; its id and what follows.

        None if that was done, or the mail or the application went, since it was asked about.
        """
        with self._journal.transaction():
            current = self._journal.messages.get(entry.id)
            gone = application is not None and self._journal.applications.get(application) is None
            if current is None or current.application is not None or gone:
                return None
            number = application or self._opened(entry)
            self._journal.messages.assign(entry.id, number, by="you")
            return number, self._follow(replace(entry, application=number), now)

    def _opened(self, entry: Entry) -> int:
        verdict = entry.reading.verdict
        return self._journal.applications.add(
            entry.place.account, verdict.company, verdict.role, entry.received, verdict.requisition
        )

    def release(self, question: Question, now: datetime) -> None:
        """Take that back: the mail is asked about again."""
        asked = [one.id for one in question.candidates]
        with self._journal.transaction():
            current = self._journal.messages.get(question.entry.id)
            if current is not None and current.application is not None:
                self._journal.messages.release(current)
                self._journal.candidates.put(current.id, asked)
                self._replan(current, (*asked, current.application), now)

    def _replan(self, entry: Entry, applications: Iterable[int], now: datetime) -> None:
        recorder = self._recorder_of(entry.place.account)
        for number in dict.fromkeys(applications):
            if recorder is not None and self._journal.applications.get(number) is not None:
                recorder.planner.replan(number, now)

    def _follow(self, entry: Entry, now: datetime) -> Changes:
        recorder = self._recorder_of(entry.place.account)
        return recorder.follow(entry, now) if recorder else Changes()

    def settle(self, now: datetime) -> list[Entry]:
        """Sort in what only one application fits by now: after two became one, say. The mails that were."""
        with self._journal.transaction():
            asked = [self._journal.messages.get(message) for message in self._journal.candidates.all()]
            for entry in asked:
                if entry is not None:
                    self._follow(entry, now)
            current = [self._journal.messages.get(entry.id) for entry in asked if entry is not None]
        return [entry for entry in current if entry is not None and entry.application is not None]


def unsure(entry: Entry) -> bool:
    """Whether the person is asked what a mail is, before anything else."""
    return entry.band == "review" and entry.decided_by == "model"
