"""A mail server in memory whose connections break: Mailbox and DraftBox over one set of folders, and the person at it.

Every call of a port counts; `Server.fault` breaks a chosen one. A connection that was cut stays cut.
"""

from __future__ import annotations

import copy
import email
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage

from support.clock import FakeClock
from support.fakebox import FakeBox, Folder

from daemon.core.errors import Transient
from daemon.core.ports import FolderState, FoundHeader, RawMail

FOLDERS = ("INBOX", "Archive", "Drafts", "Sent", "Trash")


class Killed(BaseException):
    """The process ends here: nothing may catch it."""


@dataclass
class Fault:
    """What happens at the `at`-th call of a port from now on: `cut` or `killed`, for APPEND before or `after` it."""

    at: int
    kind: str
    after: bool = False


@dataclass
class Server:
    """The folders, the server's own clock (which nobody sets), and the fault to come.

    `ever` are the Message-IDs of all drafts that were laid, `appended` those drafts as far as the test counts them.
    """

    clock: FakeClock
    there: dict[str, Folder] = field(default_factory=lambda: {name: Folder() for name in FOLDERS})
    dates: dict[bytes, object] = field(default_factory=dict)
    appended: list[bytes] = field(default_factory=list)
    ever: set[str] = field(default_factory=set)
    kept: dict[str, Folder] = field(default_factory=dict)
    fault: Fault | None = None
    wrong: list[str] = field(default_factory=list)

    def now(self):
        """The time on the server: set clocks and leaps do not move it."""
        return self.clock.at.fromtimestamp(self.clock.monotonic(), self.clock.at.tzinfo)

    def connection(self) -> FaultyBox:
        return FaultyBox(self)

    # what the person and others do

    def lay(self, raw: bytes, folder: str, at=None) -> int:
        self.dates.setdefault(raw, at or self.now())
        return self.there[folder].add(raw)

    def take(self, uid: int, folder: str) -> bytes:
        return self.there[folder].mails.pop(uid)

    def renumber(self, folder: str) -> None:
        """Another UIDVALIDITY, and UIDs from 1 on."""
        old = self.there[folder]
        new = self.there[folder] = Folder(old.uidvalidity + 1)
        for raw in old.mails.values():
            new.add(raw)

    def back_up(self, folder: str) -> None:
        self.kept[folder] = copy.deepcopy(self.there[folder])

    def restore(self, folder: str) -> None:
        """The folder as it was backed up, UIDNEXT and all: UIDs are given out a second time."""
        self.there[folder] = copy.deepcopy(self.kept[folder])

    def answers(self, message_id: str, *folders: str) -> list[bytes]:
        """What answers a mail in some folders."""
        found = (raw for folder in folders for raw in self.there[folder].mails.values())
        return [raw for raw in found if message(raw)["In-Reply-To"] == message_id]


class FaultyBox(FakeBox):
    """core.ports.Mailbox and DraftBox over a Server."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server, self._cut = server, False
        self.there = server.there

    def _call(self, *, after: bool = False) -> None:
        """One exchange with the server, at whose place the fault may lie."""
        if self._cut:
            raise Transient("The connection is cut.")
        fault = self._server.fault
        if fault is None:
            return
        fault.at -= not after
        if fault.at <= 0 and fault.after == after:
            self._server.fault, self._cut = None, True
            if fault.kind == "killed":
                raise Killed
            raise Transient("The connection was cut.")

    async def examine(self, folder):
        self._call()
        return await super().examine(folder)

    async def uids(self, since=None):
        self._call()
        mails = self.there[self._open].mails
        return sorted(uid for uid, raw in mails.items() if since is None or self._date(raw).date() >= since)

    async def sizes(self, uids):
        self._call()
        return await super().sizes(uids)

    async def fetch(self, uids):
        self._call()
        found = await super().fetch(uids)
        return [RawMail(mail.uid, mail.size, self._date(mail.prefix), mail.prefix) for mail in found]

    async def state(self):
        self._call()
        here = self.there["Drafts"]
        return FolderState(len(here.mails), here.uidvalidity, here.next)

    async def append(self, raw, at):
        """Also looks whether it should have been: promise 4, at the only moment when it can be broken."""
        self._call()
        answered = message(raw)["In-Reply-To"]
        if self._server.answers(answered, "Drafts", "Sent"):
            self._server.wrong.append(f"laid beside another answer to {answered}")
        self._server.appended.append(raw)
        self._server.ever.add(message(raw)["Message-ID"])
        uid = self._server.lay(raw, "Drafts", at)
        self._call(after=True)
        return uid

    async def drafts(self, first_uid=1):
        return self._headers("Drafts", lambda uid, _raw: uid >= first_uid)

    async def sent_state(self):
        self._call()
        here = self.there["Sent"]
        return FolderState(len(here.mails), here.uidvalidity, here.next)

    async def sent(self, first_uid):
        return self._headers("Sent", lambda uid, _raw: uid >= first_uid)

    async def sent_since(self, since):
        return self._headers("Sent", lambda _uid, raw: self._date(raw).date() >= since)

    async def trashed_since(self, since):
        return self._headers("Trash", lambda _uid, raw: self._date(raw).date() >= since)

    async def elsewhere(self, message_id, since, *, archive=True):
        self._call()
        held = (raw for name in ("INBOX", "Archive") for raw in self.there[name].mails.values())
        return any(message_id == message(raw)["Message-ID"] and self._date(raw).date() >= since for raw in held)

    def _headers(self, folder, fits):
        self._call()
        found = sorted(self.there[folder].mails.items())
        fitting = [(uid, raw) for uid, raw in found if fits(uid, raw)]
        return [FoundHeader(uid, raw.partition(b"\r\n\r\n")[0] + b"\r\n", self._date(raw)) for uid, raw in fitting]

    def _date(self, raw):
        return self._server.dates[raw]


def message(raw: bytes) -> EmailMessage:
    """A message as the standard library reads it."""
    return email.message_from_bytes(raw, policy=policy.default)


def rewritten(raw: bytes, number: int) -> bytes:
    """A draft as a client writes it back after an edit, or when it sends it: another Message-ID, the thread kept."""
    edited = message(raw)
    del edited["Message-ID"]
    edited["Message-ID"] = f"<client-{number}@example.org>"
    return edited.as_bytes(policy=policy.SMTP)


def own_answer(answered: str, recipient: str, number: int) -> bytes:
    """What the person writes by themselves in answer to a mail."""
    own = EmailMessage(policy=policy.SMTP)
    own["From"], own["To"], own["Subject"] = "sam@example.org", recipient, "Re: Your application"
    own["In-Reply-To"], own["Message-ID"] = answered, f"<own-{number}@example.org>"
    own.set_content("Thank you for letting me know.")
    return own.as_bytes()
