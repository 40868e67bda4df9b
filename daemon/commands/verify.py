"""`highroad status --verify`: the server's list of every watched folder against the journal's.

Without a daemon what is missing is read at once. Beside one nothing is: it holds the journal's cursors, and is told to
read what is missing at its next pass.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from config.loader import Loaded
from daemon import app
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import Journal
from daemon.adapters.lock import holder
from daemon.commands.context import Context
from daemon.commands.progress import Bar
from daemon.connect import Connector
from daemon.core.errors import HighroadError, NeedsOperator, Transient
from daemon.core.ports import Clock, Mailbox
from daemon.gap import Gap, compare
from daemon.house import House
from daemon.room import Room, closing


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one folder: the gap, or the failure that hindered looking (then of the whole account)."""

    account: str
    folder: str | None
    gap: Gap | None = None
    failure: HighroadError | None = None

    @property
    def sentence(self) -> str:
        """What was found, for the person."""
        if self.gap is None:
            return f"{self.account}: {self.failure}"
        return f"{self.account}/{self.gap.sentence}"

    @property
    def is_gap(self) -> bool:
        """Whether messages were missing, or may be."""
        return self.gap is not None and (self.gap.found > 0 or self.gap.renumbered)

    def row(self) -> dict[str, Any]:
        """For programs."""
        gap = self.gap
        counts = {"missing": gap.found, "server_messages": gap.on_server, "seen": gap.journalled} if gap else {}
        return {"account": self.account, "folder": self.folder, "problem": self._problem(), **counts}

    def _problem(self) -> str | None:
        return self.sentence if self.gap is None or self.is_gap else None


def verify(context: Context) -> list[Verified]:
    """Look at every account and folder. Raises what loading the settings and opening the journal raise."""
    loaded = context.load()
    if holder(loaded.state_dir) is None:
        with Bar() as bar, app.opened(loaded, bar.move, bar.tell) as house:
            return asyncio.run(_read(house))
    with context.journal() as journal:
        return asyncio.run(_compare(loaded, journal))


async def _read(house: House) -> list[Verified]:
    found: list[Verified] = []
    for account in house.loaded.settings.account:
        room = Room(house, account)
        found += await _account(room.connector, room.reader.verify)
    await house.mind.rest()
    return found


async def _compare(loaded: Loaded, journal: Journal) -> list[Verified]:
    clock, found = SystemClock(), list[Verified]()
    for account in loaded.settings.account:
        found += await _account(Connector(account, journal, clock), _Comparing(journal, account.name, clock).look)
    return found


@dataclass(frozen=True, slots=True)
class _Comparing:
    """Compares the folders of one account, and leaves word for the daemon."""

    journal: Journal
    account: str
    clock: Clock

    async def look(self, mailbox: Mailbox, folder: str) -> Gap:
        gap = await compare(self.journal, self.account, mailbox, folder)
        if gap.scanned:
            missing = max(gap.found, int(gap.renumbered))
            self.journal.folders.verified(self.account, folder, self.clock.now(), missing, missing)
        return gap


async def _account(connector: Connector, look: Callable[[Mailbox, str], Awaitable[Gap]]) -> list[Verified]:
    name, found = connector.account.name, list[Verified]()
    try:
        async with closing(await connector.reading()) as mailbox:
            for folder in connector.account.folders:
                found.append(Verified(name, folder, await look(mailbox, folder)))
    except (Transient, NeedsOperator) as error:
        found.append(Verified(name, None, failure=error))
    return found
