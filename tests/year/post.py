"""Who writes what to whom in a story: senders, threads, subjects; and what each mail of an employer really is."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from year.letters import SAM, Pen, when
from year.scenario import Act

if TYPE_CHECKING:
    from year.play import Tale

TRUTH = {
    "ack": "acknowledgement", "ack_personal": "acknowledgement", "assessment": "assessment", "invite": "interview",
    "invite_open": "interview", "date": "interview", "moved": "interview", "round2": "interview",
    "reopen": "interview", "rejection": "rejection", "rejection_met": "rejection", "rejection_ats": "rejection",
    "rejection_bare": "rejection", "offer": "offer",
}  # fmt: skip
"""The label of each kind; what is not here (advice, a confirmation that Sam has withdrawn) is at least no rejection."""
_REPLIES = {"date": 1.0, "moved": 1.0, "round2": 0.6, "rejection_met": 0.6, "reopen": 0.4}
"""How often a mail of that kind answers the last one."""


@dataclass
class Thread:
    """The mails between Sam and the employer's people: their ids, and the subject."""

    ids: list[str] = field(default_factory=list)
    subject: str = ""


@dataclass(frozen=True)
class Posted:
    """A mail of an employer as it was sent: the story it belongs to, and what it is."""

    tale: Tale
    kind: str
    role: int


class Post:
    """All that is written in the stories."""

    def __init__(self, pen: Pen, dice: random.Random) -> None:
        self._pen, self._dice = pen, dice
        self._threads: defaultdict[int, Thread] = defaultdict(Thread)
        self.posted: dict[str, Posted] = {}
        self.fresh: list[str] = []

    def tale_of(self, message_id: str | None) -> Tale | None:
        """The story of an employer's mail."""
        posted = self.posted.get(message_id or "")
        return posted.tale if posted else None

    def employers(self, tale: Tale, act: Act, now: datetime, meeting: datetime | None) -> bytes:
        """A mail of an employer's as octets."""
        facts = self._facts(tale, act, meeting)
        if act.by in {"ats", "hr"}:
            return self._by_machine(tale, act, now, facts)
        person = tale.firm.people[act.by]
        message = self._by_person(tale, act, now, facts)
        text = self._pen.of_person(tale.firm, act.kind, facts, person)
        self._pen.received(message, "fail" if act.forged == "dmarc" else "pass")
        if act.forged == "reply-to":
            message["Reply-To"] = Address("Prize desk", "desk", "cheap-prizes.example")
        return self._noted(tale, act, message, self._pen.fill(message, text))

    def own(self, tale: Tale, act: Act, now: datetime) -> bytes:
        """A mail of Sam's to the recruiter."""
        person, thread = tale.firm.people["rec"], self._threads[tale.number]
        facts = self._facts(tale, act, None)
        to = [Address(person.name, addr_spec=person.address)]
        message = self._pen.message(SAM, to, _re(thread.subject), now, "client.example")
        self._threaded(message, thread)
        thread.ids.append(str(message["Message-ID"]))
        return self._pen.fill(message, self._pen.of_sam(tale.firm, act.kind, facts, person), "plain")

    def sent(self, tale: Tale, message_id: str, subject: str) -> None:
        """Sam has sent a draft."""
        thread = self._threads[tale.number]
        thread.ids.append(message_id)
        thread.subject = thread.subject or subject

    def _facts(self, tale: Tale, act: Act, meeting: datetime | None) -> dict[str, str]:
        people = [tale.firm.people[part] for part in act.cc]
        told = {"company": tale.firm.name, "role": tale.roles[act.role], "people": self._pen.names(tale.firm, people)}
        return told | ({"when": when(meeting, tale.firm.language)} if meeting else {})

    def _by_machine(self, tale: Tale, act: Act, now: datetime, facts: dict[str, str]) -> bytes:
        host = tale.firm.ats if act.by == "ats" else tale.firm.domain
        local = "no-reply" if act.by == "ats" else self._dice.choice(("noreply", "no-reply", "donotreply"))
        sender = Address(f"{tale.firm.name}", local, host)
        message = self._pen.message(sender, [SAM], self._pen.subject(tale.firm, act.kind, facts), now, host)
        self._pen.received(message)
        if self._dice.random() < 0.7:
            message["Auto-Submitted"] = "auto-generated"
        text = self._pen.of_machine(tale.firm, act.kind, facts)
        return self._noted(tale, act, message, self._pen.fill(message, text, "plain both html"))

    def _by_person(self, tale: Tale, act: Act, now: datetime, facts: dict[str, str]) -> EmailMessage:
        thread, person = self._threads[tale.number], tale.firm.people[act.by]
        answers = act.reply if act.reply is not None else self._dice.random() < _REPLIES.get(act.kind, 0)
        new = not (answers and thread.ids)
        subject = self._pen.subject(tale.firm, act.kind, facts) if new else _re(thread.subject)
        sender = Address(person.name, addr_spec=person.address)
        message = self._pen.message(sender, [SAM], subject, now, tale.firm.domain)
        if act.cc:
            message["Cc"] = [Address(one.name, addr_spec=one.address) for one in map(tale.firm.people.get, act.cc)]
        if new:
            thread.ids, thread.subject = [], subject
        self._threaded(message, thread)
        thread.ids.append(str(message["Message-ID"]))
        return message

    @staticmethod
    def _threaded(message: EmailMessage, thread: Thread) -> None:
        if thread.ids:
            message["In-Reply-To"] = thread.ids[-1]
            message["References"] = " ".join(thread.ids)

    def _noted(self, tale: Tale, act: Act, message: EmailMessage, raw: bytes) -> bytes:
        message_id = str(message["Message-ID"])
        self.posted[message_id] = Posted(tale, act.kind, act.role)
        self.fresh.append(message_id)
        return raw


def _re(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
