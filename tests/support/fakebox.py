"""A mailbox in memory: core.ports.Mailbox and core.ports.Shelves, and what another client does to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

from support.clock import MONDAY

from daemon.core.errors import NeedsOperator
from daemon.core.ports import FolderState, RawMail


@dataclass
class Folder:
    """Messages by UID."""

    uidvalidity: int = 7
    next: int = 1
    mails: dict[int, bytes] = field(default_factory=dict)
    modseq: int | None = None

    def add(self, raw: bytes) -> int:
        self.mails[self.next] = raw
        self.next += 1
        self.modseq = self.modseq and self.modseq + 1
        return self.next - 1


class FakeBox:
    """`verbs` is what was asked of it."""

    def __init__(self, at=MONDAY) -> None:
        self._at = at  # the INTERNALDATE of all mails
        self.there = {"INBOX": Folder()}
        self.verbs: list[str] = []
        self._open = ""
        self.refuses = False
        self.session = SimpleNamespace(promise=None)

    # what a person's mail program does

    def deliver(self, raw: bytes, folder: str = "INBOX") -> int:
        return self.there[folder].add(raw)

    def move(self, uid: int, source: str, target: str) -> int:
        new = self.copy(uid, source, target)
        del self.there[source].mails[uid]
        return new

    def copy(self, uid: int, source: str, target: str) -> int:
        return self.there[target].add(self.there[source].mails[uid])

    def delete(self, uid: int, folder: str) -> None:
        del self.there[folder].mails[uid]

    def renumber(self, folder: str) -> None:
        """A new UIDVALIDITY."""
        old = self.there[folder]
        new = self.there[folder] = Folder(old.uidvalidity + 1)
        for raw in old.mails.values():
            new.add(raw)

    # core.ports

    async def ready(self, wanted: str) -> str:
        if self.refuses:
            raise NeedsOperator("The server said no while making it.")
        if wanted not in self.there:
            self.verbs.append(f"CREATE {wanted}")
            self.there[wanted] = Folder()
        return wanted

    async def folders(self):
        return list(self.there)

    async def examine(self, folder):
        self.verbs.append("EXAMINE")
        self._open = folder
        here = self.there[folder]
        return FolderState(len(here.mails), here.uidvalidity, here.next, here.modseq)

    async def uids(self, since=None):
        return sorted(self.there[self._open].mails)

    async def having(self, message_id):
        self.verbs.append("SEARCH HEADER")
        wanted = message_id.encode()
        return [uid for uid, raw in sorted(self.there[self._open].mails.items()) if wanted in raw]

    async def sizes(self, uids):
        mails = self.there[self._open].mails
        return {uid: len(mails[uid]) for uid in uids if uid in mails}

    async def fetch(self, uids):
        self.verbs.append("FETCH")
        mails = self.there[self._open].mails
        return [RawMail(uid, len(mails[uid]), self._at, mails[uid]) for uid in sorted(uids) if uid in mails]

    async def wait(self, seconds):
        self.verbs.append("IDLE")
        return False

    def wake(self):
        """Nobody waits."""

    async def close(self):
        """Nothing to close."""
