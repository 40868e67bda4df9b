"""What Sam sets right: mails that the model was unsure of or read wrongly, and mails put into a wrong application."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from year.post import TRUTH, Post, Posted
from year.stage import Refused, Stage

from daemon.core.entry import Entry

if TYPE_CHECKING:
    from year.play import Tale

_UNSURE = 0.8
"""What the log shows as less sure than that, Sam confirms: a question how it stands would wait for it."""


class Upkeep:
    """Looks at the log as Sam would. `counts` is how often Sam was asked, and how often Sam had to say so unasked."""

    def __init__(self, stage: Stage, post: Post) -> None:
        self._stage, self._post = stage, post
        self.counts: Counter[str] = Counter()
        self.notes: list[str] = []
        self._applications: dict[tuple[int, int], int] = {}
        self._sought: set[str] = set()

    def application(self, tale: Tale, role: int = 0) -> int:
        """The application of a story in the journal; 0 for none."""
        return self._applications.get((tale.number, role), 0)

    def after_reading(self) -> None:
        """Go through what has come since the last time."""
        fresh, self._post.fresh = self._post.fresh, []
        for message_id in fresh:
            posted = self._post.posted[message_id]
            entry = self._entry(message_id)
            if entry is None:
                self._missed(message_id, posted)
                continue
            self._judge(entry, posted)
            self._file(entry.id, posted)

    def _entry(self, message_id: str) -> Entry | None:
        found = self._stage.house.journal.messages.of_message_id(message_id)
        return found[-1] if found else None

    def _missed(self, message_id: str, posted: Posted) -> None:
        """A mail about an application that is not in the log: Sam says what it is, and the next pass fetches it."""
        if posted.kind not in TRUTH or message_id in self._sought:
            return
        self._sought.add(message_id)
        self._note("not in the log", posted)
        self._say("correct", "--message-id", message_id, TRUTH[posted.kind])
        self._post.fresh.append(message_id)

    def _judge(self, entry: Entry, posted: Posted) -> None:
        truth, label = TRUTH.get(posted.kind), entry.reading.verdict.label
        if entry.band == "review" and entry.decided_by == "model":
            self._note("asked in review", posted)
            self._say("correct", str(entry.id), truth or "not_rejection")
        elif entry.decided_by == "model" and self._wrong(entry, truth):
            self._note(f"read as {label}", posted)
            self._say("correct", str(entry.id), truth or "not_rejection")
        elif entry.decided_by == "model" and truth and entry.reading.verdict.confidence < _UNSURE:
            self._note("read rightly but unsurely", posted)
            self._say("correct", str(entry.id), truth)

    @staticmethod
    def _wrong(entry: Entry, truth: str | None) -> bool:
        if truth == "rejection":
            return entry.band != "act"
        return entry.band == "act" or (truth is not None and entry.reading.verdict.label != truth)

    def _file(self, number: int, posted: Posted) -> None:
        """Each mail belongs to the application of its story."""
        entry = self._stage.house.journal.messages.get(number)
        key = (posted.tale.number, posted.role)
        found, own = entry.application, self._applications.get(key)
        taken = {app: other for other, app in self._applications.items()}
        if found is not None and own is None and found not in taken:
            self._applications[key] = found
        elif found is None and own is not None and self._asked(entry, own):
            self._note("asked which application", posted)
        elif found != own:
            self._misfiled(entry, posted, found, own, found in taken)

    def _asked(self, entry: Entry, own: int) -> bool:
        """Whether `review` asks where the mail belongs; if so it is answered."""
        rows = [json.loads(line) for line in self._stage.highroad("review", "--json").splitlines()]
        rows = [row for row in rows if row["asks"] == "application"]
        at = next((number for number, row in enumerate(rows) if row["id"] == entry.id), None)
        if at is None:
            return False
        choices = [one["id"] for one in rows[at]["candidates"]]
        self._stage.highroad("review", keys="s\n" * at + f"{choices.index(own) + 1}\nq\n")
        return self._stage.house.journal.messages.get(entry.id).application == own

    def _misfiled(self, entry: Entry, posted: Posted, found: int | None, own: int | None, foreign: bool) -> None:
        verdict = entry.reading.verdict
        self._note("in no application" if found is None else "in a wrong application", posted)
        self.notes[-1] += f", read as {verdict.company!r} and {verdict.role!r}"
        try:
            if found is None or foreign:
                self._stage.highroad("split", str(entry.id))
                found = self._stage.house.journal.messages.get(entry.id).application
            if own is not None and found != own:
                self._stage.highroad("merge", f"a{own}", f"a{found}")
            elif found is not None:
                self._applications[posted.tale.number, posted.role] = found
        except Refused as refused:
            self.notes.append(str(refused))

    def _note(self, what: str, posted: Posted) -> None:
        self.counts[what] += 1
        self.notes.append(f"{what}: {posted.kind} of {posted.tale.name}")

    def _say(self, *arguments: str) -> None:
        try:
            self._stage.highroad(*arguments)
        except Refused as refused:
            self.notes.append(str(refused))
