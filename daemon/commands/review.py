"""`highroad review`: drafts that a restore or a doubt holds up, mails that the model is unsure of, mails that several
applications fit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from daemon import reports
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context, emit
from daemon.commands.correct import correction_row, corrector_of
from daemon.commands.held import HeldWalk
from daemon.commands.lines import minute
from daemon.commands.recorders import sorter_of
from daemon.commands.sort_walk import SortWalk
from daemon.core.correction import NOT_REJECTION
from daemon.core.entry import Entry
from daemon.core.job import Job
from daemon.corrector import Corrector
from daemon.reports_applications import facts

Key = Callable[[], str]
Row = dict[str, Any]
_WORDS: Final = {"y": "rejection", "n": NOT_REJECTION}


def review(context: Context, *, as_json: bool) -> int:
    """Ask about every held draft and every unsure mail, the oldest first; with `as_json` only list them.

    What a mail is comes before where it belongs: an answer to the one may be what the other is asked for.
    """
    with context.journal() as journal:
        held = journal.jobs.asked()
        unsure = [entry for entry in journal.messages.log() if entry.band == "review" and entry.decided_by == "model"]
        if as_json:
            emit(_rows(context, journal, held, unsure))
        elif not _ask(context, journal, held, unsure):
            print("There is no mail that Highroad is unsure of.")
    return 0


def _rows(context: Context, journal: Journal, held: Sequence[Job], unsure: Sequence[Entry]) -> Iterator[Row]:
    yield from ({"asks": "draft", **reports.plan_row(job, journal.messages.get(job.message))} for job in held)
    yield from ({"asks": "mail", **reports.log_row(entry)} for entry in unsure)
    for question in sorter_of(context, journal).questions():
        fitting = [facts(one) for one in question.candidates]
        yield {"asks": "application", **reports.log_row(question.entry), "candidates": fitting}


def _ask(context: Context, journal: Journal, held: Sequence[Job], unsure: Sequence[Entry]) -> bool:
    """Walk through all there is; whether there was anything."""
    key = _key()
    if held and not _walk(HeldWalk(journal, held), key):
        return True
    if unsure and not _walk(Walk(journal, corrector_of(context, journal), unsure), key):
        return True
    sorter = sorter_of(context, journal)
    sorter.settle(SystemClock().now())
    questions = sorter.questions()
    if questions:
        _walk(SortWalk(sorter, questions), key)
    return bool(held or unsure or questions)


class Walk:
    """Where the walk through the unsure mails stands. What is decided counts at once."""

    keys: Final = "y rejection, n not a rejection, s skip, u undo the last, q quit"

    def __init__(self, journal: Journal, corrector: Corrector, unsure: Sequence[Entry]) -> None:
        self._journal, self._corrector, self._unsure = journal, corrector, unsure
        self._at = 0
        self._done: list[int] = []

    @property
    def question(self) -> Entry | None:
        """The mail that is asked about now; None at the end."""
        return self._unsure[self._at] if self._at < len(self._unsure) else None

    def lines(self) -> Iterator[str]:
        """The question as a person reads it."""
        entry = self._unsure[self._at]
        headers, verdict = entry.reading.headers, entry.reading.verdict
        sender = f"{headers.sender.name} <{headers.sender.address}>".strip() if headers.sender else None
        facts = {"from": sender, "subject": headers.subject, "company": verdict.company, "role": verdict.role}
        yield f"\n{self._at + 1} of {len(self._unsure)}: mail {entry.id}, {minute(entry.received.isoformat())}"
        yield from (f"  {name + ':':<9} {_plain(value)}" for name, value in facts.items() if value)
        yield from (f"  because:  “{_plain(one.sentence)}” ({one.weight:.0%})" for one in verdict.because)
        yield f"  Is it a rejection? ({verdict.scores['rejection']:.0%} sure)"

    def answer(self, key: str) -> list[str]:
        """What an answer does, in sentences. Keys that are none change nothing and say which there are."""
        if key in _WORDS:
            return self._decide(_WORDS[key])
        if key == "s":
            self._at += 1
            return []
        return self._undo() if key == "u" else [f"The keys are: {self.keys}."]

    def _decide(self, word: str) -> list[str]:
        entry = self._unsure[self._at]
        before = self._journal.corrections.of(entry.identity)
        with self._journal.transaction():
            changes = self._corrector.correct(entry, word, SystemClock().now())
            row = correction_row(self._journal, entry, word, before, changes)
        self._done.append(self._at)
        self._at += 1
        return [f"  {row['label']}.", *row["notes"], *row["drafts"]]

    def _undo(self) -> list[str]:
        if not self._done:
            return ["There is nothing to undo yet."]
        self._at = self._done.pop()
        said = self._journal.corrections.standing(self._unsure[self._at].identity)
        if said is not None:
            self._corrector.undo(said, SystemClock().now())
            self._journal.store.fold()
        return ["The last answer is undone."]


def _walk(walk: Walk | HeldWalk | SortWalk, key: Key) -> bool:
    """Ask until all is answered; False when the person has left before."""
    print(f"The keys are: {walk.keys}.")
    while walk.question is not None:
        print("\n".join(walk.lines()), flush=True)
        asked = key()
        if asked in {"q", ""}:
            return False
        for line in walk.answer(asked):
            print(line)
    return True


def _key() -> Key:
    """One key from a terminal, at once; elsewhere the first letter of a line, and "" at the end of the input."""
    return _pressed if sys.stdin is not None and sys.stdin.isatty() else _letter


def _pressed() -> str:
    import typer

    try:
        return str(typer.getchar()).lower()
    except (EOFError, KeyboardInterrupt):
        return "q"


def _letter() -> str:
    try:
        lines = sys.stdin or ()  # None where it was closed before we came
        return next((line.strip()[0].lower() for line in lines if line.strip()), "")
    except UnicodeDecodeError:
        return "?"


def _plain(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)
