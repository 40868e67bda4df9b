"""The person's word: what it changes in the journal, at once and in one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from daemon.adapters.journal.corrections import Said, spoken
from daemon.adapters.journal.journal import Journal
from daemon.core.causes import MOVABLE
from daemon.core.correction import label_of
from daemon.core.entry import Entry
from daemon.planner import Changes
from daemon.recorder import Recorder


class Corrector:
    """Corrects mails and takes corrections back. `recorder_of` gives the recorder of an account by its name."""

    def __init__(self, journal: Journal, recorder_of: Callable[[str], Recorder]) -> None:
        self._journal, self._recorder_of = journal, recorder_of

    def correct(
        self, entry: Entry, word: str, now: datetime, folder: str | None = None, text: bytes | None = None
    ) -> Changes:
        """Let `word` (one of core.correction.WORDS) count for a mail of the log, whatever was said of it before."""
        said = spoken(word, now, identity=entry.identity, account=entry.place.account, folder=folder)
        with self._journal.transaction():
            self._journal.corrections.add(said, text)
            scores = entry.reading.verdict.scores
            self._journal.messages.decide(entry.id, label_of(word, scores))
            return self._follow(entry, now)

    def take(self, entry: Entry, word: str, text: bytes, folder: str | None = None) -> Changes:
        """Journal a mail that the log does not have as the person decided it; `entry` is as the model judged it."""
        said = spoken(word, entry.first_seen, identity=entry.identity, account=entry.place.account, folder=folder)
        with self._journal.transaction():
            self._journal.corrections.add(said, text)
            label = label_of(word, entry.reading.verdict.scores)
            return self._recorder_of(entry.place.account).record_as(label, entry)

    def undo(self, said: Said, now: datetime) -> Changes:
        """Take a correction back: the model's verdict counts again, and what was kept of the mail is erased.

        A mail that the model takes for none about a job leaves the log, unless a draft to its sender was laid.
        """
        with self._journal.transaction():
            self._journal.corrections.end(said, now)
            entry = self._journal.messages.of_identity(said.identity) if said.identity else None
            if entry is None:
                return Changes()
            self._journal.messages.decide(entry.id, None)
            changes = self._follow(entry, now)
            if self._leaves(entry):
                self._journal.messages.forget(entry)
            return changes

    def _follow(self, entry: Entry, now: datetime) -> Changes:
        current = self._journal.messages.get(entry.id)
        return self._recorder_of(entry.place.account).follow(current or entry, now)

    def _leaves(self, entry: Entry) -> bool:
        model, band = entry.model or entry.reading.verdict, entry.model_band or entry.band
        recorder = self._recorder_of(entry.place.account)
        kept = recorder.keeps(replace(entry.reading, verdict=model), band)
        return not kept and not any(job.state not in MOVABLE for job in self._journal.jobs.of_message(entry.id))
