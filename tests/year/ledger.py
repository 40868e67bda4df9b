"""Expected against placed, draft by draft; and the table of it."""

from __future__ import annotations

import email
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy as email_policy
from email.message import EmailMessage

from year.cast import ME, Firm
from year.days import ZONE, later, next_working, working
from year.scenario import Expect

COLUMNS = ("expected", "placed", "missing", "extra", "person", "company", "language", "tone", "words", "time", "window")
ROWS = (
    "thank_you", "thank_you + feedback", "feedback_request", "linkedin_note", "reflection", "follow_up",
    "keep_in_touch", "status_check",
)  # fmt: skip
_TYPICAL = {
    "en": "the and you your for with thank would have this our",
    "de": "und der die für vielen dank ich mich nicht mit ihnen ihre dir deine das",
    "fr": "le la les vous votre pour et je merci avec une que",
    "es": "el los que para con por gracias una usted le me su del",
    "it": "il per con che una grazie la mi di lei sua ho non",
    "nl": "de het een en voor met ik je bedankt dat niet van jullie",
    "pt": "o os que para com por uma você não obrigado um da agradeço e em",
}

_AMISS = {
    "de": r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*|[Ee]uch|[Ee]ure?\w*)\b",
    "de_du": r"\b(?:Ihnen|Ihr(?:e|en|er|em|es)?)\b",
    "fr": r"\b(?:tu|te|toi|ton|ta|tes)\b|\bt'",
    "es": r"\b(?:tú|te|ti|tu|tus|contigo)\b",
    "it": r"\b(?:tu|te|ti|tuo|tua|tuoi|tue)\b",
    "nl": r"\b(?:u|uw)\b",
}
"""What a letter does not say where the thread says Sie, du, vous, usted, Lei, je."""


def language_of(text: str) -> str:
    """The one of the seven whose small words come most often."""
    said = Counter(re.findall(r"[^\W\d_]+", text.casefold()))
    return max(_TYPICAL, key=lambda name: sum(said[word] for word in _TYPICAL[name].split()))


@dataclass(frozen=True)
class Placed:
    """A draft as it was found in Drafts; `step` and `also` as the plan names its Message-ID."""

    at: datetime
    raw: bytes
    step: str
    also: bool

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email_policy.default)

    @property
    def body(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part is not None else ""

    @property
    def to(self) -> frozenset[str]:
        found = [*self.message["To"].addresses, *(self.message["Cc"].addresses if self.message["Cc"] else ())]
        return frozenset(one.addr_spec for one in found)

    @property
    def row(self) -> str:
        return "thank_you + feedback" if self.also else self.step


@dataclass
class Due:
    """One expectation of one story as it is played; `keys` are the moments of that story, filled in as it goes on."""

    expect: Expect
    firm: Firm
    keys: dict[str, datetime]
    roles: dict[str, str]
    story: str
    placed: Placed | None = None

    @property
    def to(self) -> frozenset[str]:
        return frozenset(ME[1] if part == "me" else self.firm.people[part].address for part in self.expect.to)

    @property
    def called_for(self) -> bool:
        """Whether that has happened which it follows from."""
        return self.expect.since in self.keys

    def earliest(self, away: tuple[datetime, datetime] | None) -> datetime:
        moment = self.keys[self.expect.since]
        for wait in self.expect.wait.split(" + "):
            moment = later(moment, wait)
        if not self.expect.quiet:  # from an interview or an application on, the day counts and not the hour
            moment = moment.astimezone(ZONE).replace(hour=0, minute=0)
        else:
            moment = max(moment, self.keys[self.expect.quiet] + timedelta(hours=24))
        moment = next_working(moment)
        return next_working(away[1]) if away and away[0] <= moment < away[1] else moment

    def latest(self, away: tuple[datetime, datetime] | None) -> datetime:
        return later(self.earliest(away), self.expect.late).replace(hour=23, minute=59)


@dataclass
class Ledger:
    """All that was expected and all that was placed. `away` is when the person had the program pause."""

    roots: dict[str, str]
    away: tuple[datetime, datetime] | None = None
    dues: list[Due] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    digests: list[Placed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def enter(self, placed: Placed, story: str, dues: list[Due]) -> Due | None:
        """Note a draft of a story; the expectation that it meets, None when nobody expected it."""
        self.counts[placed.row, "placed"] += 1
        if not working(placed.at) or (self.away and self.away[0] <= placed.at < self.away[1]):
            self._fault(placed.row, "time", story, f"laid at {placed.at:%a %d %b %H:%M}")
        open_ = [due for due in dues if due.placed is None and due.expect.row == placed.row and due.called_for]
        if not open_:
            subject, to = placed.message["Subject"], ", ".join(sorted(placed.to))
            self._fault(placed.row, "extra", story, f"{subject!r} to {to} at {placed.at:%a %d %b %H:%M}")
            return None
        open_[0].placed = placed
        self._compare(open_[0], placed)
        return open_[0]

    def _compare(self, due: Due, placed: Placed) -> None:
        row, story, expect = placed.row, due.story, due.expect
        if placed.to != due.to:
            self._fault(row, "person", story, f"to {sorted(placed.to)} for {sorted(due.to)}")
        if placed.message["From"].addresses[0].addr_spec != ME[1]:
            self._fault(row, "person", story, f"from {placed.message['From']}")
        for other in self._others(placed, due.firm):
            self._fault(row, "company", story, f"names {other} for {due.firm.name}")
        if (spoken := language_of(placed.body)) != due.firm.language:
            self._fault(row, "language", story, f"{spoken} for {due.firm.language}")
        self._words(due, placed.body, row)
        early, late = due.earliest(self.away), due.latest(self.away)
        if not early <= placed.at <= late:
            window = f"{early:%a %d %b %H:%M} to {late:%a %d %b}"
            self._fault(row, "window", story, f"at {placed.at.astimezone(ZONE):%a %d %b %H:%M}, due {window}")
        if expect.step not in {"linkedin_note", "reflection"}:
            self._threads(due, placed)
            self._tone(due, placed)

    def _others(self, placed: Placed, firm: Firm) -> list[str]:
        said = placed.body + str(placed.message["Subject"])
        return [name for root, name in self.roots.items() if root != firm.root and root.casefold() in said.casefold()]

    def _words(self, due: Due, body: str, row: str) -> None:
        flat = " ".join(body.split())
        for text in due.expect.says:
            if text.format(**due.roles) not in flat:
                self._fault(row, "words", due.story, f"does not say {text.format(**due.roles)!r}")
        hidden = [text.format(**due.roles) for text in due.expect.hides]
        for text in (*hidden, "{", "None", "XXX"):
            if text in flat:
                self._fault(row, "words", due.story, f"says {text!r}")

    def _tone(self, due: Due, placed: Placed) -> None:
        amiss = _AMISS.get(due.firm.tongue)
        if amiss and (found := re.search(amiss, placed.body)):
            self._fault(placed.row, "tone", due.story, f"says {found[0]!r}")

    def _threads(self, due: Due, placed: Placed) -> None:
        answered = str(placed.message["In-Reply-To"] or "").strip().strip("<>")
        if answered.rpartition("@")[2] not in {due.firm.domain, due.firm.ats}:
            self._fault(placed.row, "person", due.story, f"answers {answered or 'no mail'}")

    def _fault(self, row: str, column: str, story: str, what: str) -> None:
        self.counts[row, column] += 1
        self.faults.append(f"{row}, {column}: {story}: {what}")

    def close(self, end: datetime) -> None:
        """Count what was due before the end and did not come."""
        for due in self.dues:
            if not due.called_for:
                self._fault(due.expect.row, "missing", due.story, f"{due.expect.since} never happened")
            elif due.latest(self.away) < end:
                self.counts[due.expect.row, "expected"] += 1
                if due.placed is None:
                    window = f"{due.earliest(self.away):%a %d %b %H:%M}"
                    self._fault(due.expect.row, "missing", due.story, f"due {window} to {sorted(due.to)}")
            elif due.placed is not None:
                self.counts[due.expect.row, "expected"] += 1
        days = Counter(placed.at.astimezone(ZONE).date() for placed in self.digests)
        self.faults += [f"digest: {count} on {day}" for day, count in days.items() if count > 1]

    def table(self) -> str:
        """One row a step, with a sum."""
        rows = [[row, *(self.counts[row, column] for column in COLUMNS)] for row in ROWS]
        rows.append(["all", *(sum(self.counts[row, column] for row in ROWS) for column in COLUMNS)])
        lines = [["step", *COLUMNS], *rows]
        width = max(len(row[0]) for row in rows)
        cells = ([line[0].ljust(width), *(f"{cell:>8}" for cell in line[1:])] for line in lines)
        return "\n".join("  ".join(line) for line in cells)
