"""What the service manager is told of the house: that it is ready, how it fares in a line, and that it lives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from daemon.adapters.journal.journal import Journal
from daemon.adapters.systemd import Notify
from daemon.core.errors import JournalFault
from daemon.house import House
from daemon.logbook import tell
from daemon.supervise import attempt

_ROUND_SECONDS: Final = 30.0
"""So often the line is looked at where no watchdog asks sooner."""
_THE_READING_AND_THE_PLACING: Final = frozenset({"reading", "placing"})


class Vigil:
    """One for a service. Without a manager everything here comes to nothing."""

    def __init__(self, house: House, notify: Notify) -> None:
        self._house, self._notify = house, notify
        self._owed = "READY"
        self._line = ""
        self._late: tuple[str, ...] = ()

    def reloading(self) -> None:
        """The settings are about to be looked at: systemctl reload waits for `settled`."""
        self._owed = "READY"
        self._notify.tell(RELOADING=1, MONOTONIC_USEC=time.monotonic_ns() // 1000)

    def settled(self, house: House) -> None:
        """Every account is at work by the settings of now, which are the house's."""
        self._house = house
        if self._owed:
            self._owed = ""
            self._line = _line(self._house)
            self._notify.tell(READY=1, STATUS=self._line)

    def stopping(self) -> None:
        """It was told to end."""
        self._notify.tell(STOPPING=1, STATUS="Stopping: what was begun is brought to its end.")

    async def hours(self) -> None:
        """For ever: tell how it fares and, while nobody is late, that the house lives."""
        seconds = min((self._notify.watchdog_seconds or _ROUND_SECONDS) / 3, _ROUND_SECONDS)
        while True:
            await asyncio.sleep(seconds)
            with suppress(JournalFault):  # whoever cannot go on without the journal says so
                await attempt(self._look())

    async def _look(self) -> None:
        late = self._house.pulse.late()
        self._complain(late)
        if late:
            return
        self._notify.tell(WATCHDOG=1)
        if not self._owed and (line := _line(self._house)) != self._line:
            self._line = line
            self._notify.tell(STATUS=line)

    def _complain(self, late: tuple[str, ...]) -> None:
        """Say it once, by name: if nothing changes, the manager ends the service and starts it anew."""
        for part in (name for name in late if name not in self._late):
            tell(
                "watchdog", f"{part} was not heard of in time. If it stays so, systemd starts Highroad anew.", part=part
            )
        if late:
            self._notify.tell(STATUS=f"Not heard of in time: {', '.join(late)}.")
            self._line = ""
        self._late = late


def _line(house: House) -> str:
    return status_line(house.journal, [account.name for account in house.loaded.settings.account])


def status_line(journal: Journal, accounts: Sequence[str]) -> str:
    """How it fares, for `systemctl status`: everybody on the machine may read it, so it names no address."""
    drafts = journal.jobs.counts().get("placed", 0)
    parts = [f"Watching {_count(len(accounts), 'account')}", f"{_count(drafts, 'draft')} {_wait(drafts)} in Drafts"]
    duties = [one for one in journal.folders.duties() if one.problem and one.duty in _THE_READING_AND_THE_PLACING]
    waiting = {one.account for one in duties if one.waits}
    troubled = {one.account for one in duties} - waiting
    parts += [f"{name} needs you (`highroad status` says why)" for name in accounts if name in waiting]
    parts += [f"{name} is tried again" for name in accounts if name in troubled]
    return "; ".join([", ".join(parts[:2]), *parts[2:]]) + "."


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"
