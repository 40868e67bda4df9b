"""The reading connection of an account: what a watch wants done, done on it."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from config.schema import Account
from daemon.adapters.imap.reading import Reading
from daemon.adapters.journal.folders import Duty
from daemon.core.errors import Transient
from daemon.core.quoting import quoted
from daemon.house import House
from daemon.logbook import inbox, tell
from daemon.reader import Reader

T = TypeVar("T")
FIRST_SCAN: Final = timedelta(days=90)


class Host(Protocol):
    """The room that a link belongs to."""

    account: Account
    reader: Reader

    async def reading(self) -> Reading:
        """A connection to read by."""

    async def patient(self, attempt: Awaitable[T]) -> T:
        """The result of an attempt whose first refusal may be a whim."""

    async def learn(self, mailbox: Reading) -> None:
        """What the person corrected is learnt."""

    async def pause(self, duty: Duty, seconds: float) -> bool:
        """Wait; whether the bell rang."""

    async def ask(self, duty: Duty) -> None:
        """Wait for the person."""

    def trying(self, duty: Duty) -> None:
        """A duty sets out."""

    def say(self, duty: Duty, problem: str | None = None, *, waits: bool = False) -> None:
        """How a duty fares."""


class Link:
    """daemon.watcher.Connection of one account: the reading connection, while there is one."""

    def __init__(self, room: Host, house: House) -> None:
        self._room, self._house = room, house
        self._mailbox: Reading | None = None
        self._called = False

    @property
    def _open(self) -> Reading:
        if self._mailbox is None:
            raise Transient("The connection is gone. It is made anew.")
        return self._mailbox

    async def open(self) -> None:
        """See Connection."""
        await self.drop()
        self._room.trying("reading")
        self._mailbox = await self._room.patient(self._room.reading())
        tell("connected", "A connection to read by is made.", account=self._room.account.name)

    async def drop(self) -> None:
        """See Connection."""
        mailbox, self._mailbox = self._mailbox, None
        if mailbox is not None:
            await mailbox.close()

    async def sync(self, folder: str, *, verify: bool) -> bool:
        """See Connection."""
        synced = await self._room.reader.sync(self._open, folder, FIRST_SCAN)
        if verify:
            await self._verify(folder)
        return bool(synced.read or synced.known or synced.unreadable)

    async def _verify(self, folder: str) -> None:
        gap = await self._room.reader.verify(self._open, folder)
        if gap.found:
            told = f"{quoted(folder)}: {gap.words}"
            tell("mail_missed", told, account=self._room.account.name, folder=inbox(folder))

    async def tend(self) -> None:
        """See Connection."""
        self._room.say("reading")
        await self._room.learn(self._open)
        if self._house.school is not None:
            self._house.school.call()

    async def listen(self, folder: str, seconds: float) -> bool:
        """See Connection. What came since the folder was read last is found before the waiting begins."""
        state = await self._open.examine(folder)
        known = self._house.journal.folders.cursor(self._room.account.name, folder)
        if known is None or (known.uidvalidity, known.uidnext) != (state.uidvalidity, state.uidnext):
            return True
        self._open.idle = self._room.account.idle
        told = not self._called and await self._open.wait(seconds)
        self._called = False
        return told

    async def pause(self, seconds: float) -> bool:
        """See Connection."""
        return await self._room.pause("reading", seconds)

    async def ask(self) -> None:
        """See Connection."""
        await self._room.ask("reading")

    def wake(self) -> None:
        """Somebody rang: the waiting ends, or does not begin."""
        self._called = True
        if self._mailbox is not None:
            self._mailbox.wake()
