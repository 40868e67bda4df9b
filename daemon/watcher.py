"""Drives core.watch for one account: does what it says, and tells it what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from daemon.core.ports import Clock
from daemon.core.watch import (
    Action,
    Ask,
    Begun,
    Event,
    Heard,
    Listen,
    Open,
    Opened,
    Rest,
    Rested,
    Sync,
    Synced,
    Tend,
    Tended,
    Watch,
    step,
)
from daemon.supervise import Failed, Say, attempt, moment

_NO_CHATTER: Final = 0.05
"""At least so many s between two rounds, whatever a server says."""


class Connection(Protocol):
    """What a watch needs done. Every method raises core.errors only."""

    async def open(self) -> None:
        """Connect and log in; a connection that is there already is dropped first."""

    async def drop(self) -> None:
        """Close the connection if there is one. Never raises."""

    async def sync(self, folder: str, *, verify: bool) -> bool:
        """Bring the journal up to a folder; whether there was anything new."""

    async def tend(self) -> None:
        """What is to be done after every poll."""

    async def listen(self, folder: str, seconds: float) -> bool:
        """Wait for news of a folder; whether there are any."""

    async def pause(self, seconds: float) -> bool:
        """Wait so long; True if something changed meanwhile, and the wait was cut short."""

    async def ask(self) -> None:
        """Wait until the person has changed something, or long enough to look again."""


class Watcher:
    """`say` is told every failure, and `fine` whenever all folders have been read."""

    def __init__(self, connection: Connection, watch: Watch, clock: Clock, say: Say) -> None:
        self._connection, self._clock, self._say = connection, clock, say
        self.watch = watch

    def pace(self, poll_every: float) -> None:
        """Look for news so often from now on, in s."""
        self.watch = replace(self.watch, poll_every=poll_every)

    async def run(self) -> None:
        """For ever. Raises JournalFault."""
        event: Event = Begun()
        while True:
            self.watch, action = step(self.watch, event, moment(self._clock))
            event = await self._outcome(action)

    async def _outcome(self, action: Action) -> Event:
        done = await attempt(self._do(action))
        if not isinstance(done, Failed):
            return done
        self._say(done.problem, done.waits)
        await self._connection.drop()
        return done.means

    async def _do(self, action: Action) -> Event:
        connection = self._connection
        match action:
            case Open():
                await connection.open()
                return Opened()
            case Sync(folder, verify):
                return Synced(await connection.sync(folder, verify=verify))
            case Tend():
                await connection.tend()
                return Tended()
            case Listen():
                return await self._listen(action)
            case Rest(seconds):
                await connection.pause(seconds)
            case Ask():
                await connection.ask()
        return Rested()

    async def _listen(self, listen: Listen) -> Heard:
        """First deaf, then all ears; what came while it was deaf the next look at the folder finds."""
        if await self._connection.pause(max(listen.deaf, _NO_CHATTER)):
            return Heard(told=False)
        if listen.deaf:
            return Heard(told=True)
        return Heard(told=await self._connection.listen(listen.folder, max(listen.seconds, 0.0)))
