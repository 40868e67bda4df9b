"""The mails that several applications fit equally, one by one: which it belongs to, or that it is a new one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from daemon.adapters.clock import SystemClock
from daemon.commands.acting import followed
from daemon.commands.application_words import called
from daemon.commands.lines import minute, plain

if TYPE_CHECKING:
    from daemon.sorter import Question, Sorter

_MOST: Final = 9
"""One key each; of more the latest."""


class SortWalk:
    """Where the walk through these mails stands. What is decided counts at once."""

    keys: Final = "1 to 9 the application, n a new one, s skip, u undo the last, q quit"

    def __init__(self, sorter: Sorter, questions: Sequence[Question]) -> None:
        self._sorter, self._questions = sorter, questions
        self._at = 0
        self._done: list[int] = []

    @property
    def question(self) -> Question | None:
        """The mail that is asked about now; None at the end."""
        return self._questions[self._at] if self._at < len(self._questions) else None

    def lines(self) -> Iterator[str]:
        """The question as a person reads it."""
        asked = self._questions[self._at]
        headers, verdict = asked.entry.reading.headers, asked.entry.reading.verdict
        sender = f"{headers.sender.name} <{headers.sender.address}>".strip() if headers.sender else None
        facts = {"what": verdict.label, "from": sender, "subject": headers.subject, "role": verdict.role}
        when = minute(asked.entry.received.isoformat())
        yield f"\n{self._at + 1} of {len(self._questions)}: mail {asked.entry.id}, {when}"
        yield from (f"  {name + ':':<9} {plain(value)}" for name, value in facts.items() if value)
        for number, one in enumerate(asked.candidates[:_MOST], 1):
            yield f"  {number}  {called(one)}, since {minute(one.opened.isoformat())}"
        yield "  Which application is it about?"

    def answer(self, key: str) -> list[str]:
        """What an answer does, in sentences. Keys that are none change nothing and say which there are."""
        candidates = self._questions[self._at].candidates[:_MOST]
        if key.isascii() and key.isdigit() and 0 < int(key) <= len(candidates):
            return self._decide(candidates[int(key) - 1].id)
        if key == "n":
            return self._decide(None)
        if key == "s":
            self._at += 1
            return []
        return self._undo() if key == "u" else [f"The keys are: {self.keys}."]

    def _decide(self, application: int | None) -> list[str]:
        entry = self._questions[self._at].entry
        put = self._sorter.put(entry, application, SystemClock().now())
        if put is None:
            self._at += 1
            return ["  It was sorted in meanwhile."]
        number, changes = put
        self._done.append(self._at)
        self._at += 1
        new = ", a new application" if application is None else ""
        return [f"  It belongs to a{number}{new}.", *(f"  {line}" for line in followed(changes))]

    def _undo(self) -> list[str]:
        if not self._done:
            return ["There is nothing to undo yet."]
        self._at = self._done.pop()
        self._sorter.release(self._questions[self._at], SystemClock().now())
        return ["The last answer is undone."]
