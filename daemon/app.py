"""The composition root: settings and adapters become a house with a room for every account; one pass, and the round."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from config.loader import Loaded
from config.schema import Account
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import AFTER_RESTORE, open_journal
from daemon.adapters.lock import Lock
from daemon.adapters.sandbox.children import Limits
from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.adapters.trainer import Trainer
from daemon.core.errors import HighroadError, NeedsOperator, Transient
from daemon.core.job import Job
from daemon.core.ports import Progress
from daemon.house import House
from daemon.learner import School
from daemon.model_note import ModelNote, cache_dir
from daemon.reader import Synced
from daemon.room import FIRST_SCAN, Room
from daemon.supervise import moment

__all__ = ["FIRST_SCAN", "House", "Outcome", "Room", "once", "opened", "run"]

_GLANCE_SECONDS: Final = 20.0
"""So often it is looked whether the machine was suspended or the settings were changed."""
_SLEPT_SECONDS: Final = 30.0
"""A wall clock that is so much ahead of the running one was moved on, or the machine slept."""

Reload = Callable[[], Loaded | None]
"""The settings anew if they have changed and are sound, else None."""


@dataclass(slots=True)
class Outcome:
    """What one pass over an account did, and the failure that ended it early, if one did."""

    account: str
    synced: Synced = field(default_factory=Synced)
    placed: list[Job] = field(default_factory=list)
    failure: HighroadError | None = None

    @contextmanager
    def failing(self) -> Iterator[None]:
        """What goes wrong inside ends this account's part alone."""
        try:
            yield
        except (Transient, NeedsOperator) as error:
            self.failure = error


@contextmanager
def opened(
    loaded: Loaded,
    progress: Progress = lambda _done, _total, _what: None,
    say: Callable[[str], None] = lambda _line: None,
    cache: Path | None = None,
) -> Iterator[House]:
    """The house of a configuration, locked for this process. Raises Transient when another one is at work there.

    `cache` is where the trained model is kept, if not in the state directory.
    """
    with Lock(loaded.state_dir), contextlib.closing(open_journal(loaded.state_dir)) as journal:
        models, clock = cache or cache_dir(loaded.state_dir), SystemClock()
        if held := journal.after_restore(clock.now()):
            say(AFTER_RESTORE.format(held))
        note = ModelNote(models)
        limits = Limits(lean=min(Limits().lean, loaded.settings.classifier.review / 2))
        mind = Sandbox(models, limits, say, on_ready=note.ready)
        # another's cache holds what that one learnt, and is not ours to teach
        school = None if cache else School(journal, mind, clock, Trainer(models), note, say)
        yield House(loaded, journal, mind, clock, progress, school=school, say=say)


async def once(
    house: House, since: timedelta = FIRST_SCAN, *, again: bool = False, lay: bool = True, learn: bool = True
) -> list[Outcome]:
    """One pass over every account: read, plan, lay what is due, learn. A failure ends its own account only."""
    outcomes = [Outcome(account.name) for account in house.loaded.settings.account]
    for account, outcome in zip(house.loaded.settings.account, outcomes, strict=True):
        with outcome.failing():
            room = Room(house, account)
            outcome.synced = await room.read(since, again=again, learn=learn)
            if lay:
                await _lay(room, outcome)
    if lay:
        await _digest(house, outcomes)
    if learn and house.school is not None:
        await house.school.attend()
    await house.mind.rest()
    return outcomes


async def _lay(room: Room, outcome: Outcome) -> None:
    outcome.placed += await room.lay()
    declined = room.writer.declined()
    outcome.failure = NeedsOperator(declined) if declined else None


async def _digest(house: House, outcomes: Sequence[Outcome]) -> None:
    """Last of all, so that it tells of what was laid just now."""
    job = await house.digests.attend()
    for account, outcome in zip(house.loaded.settings.account, outcomes, strict=True):
        if job is not None and account.name == job.account and outcome.failure is None:
            with outcome.failing():
                await _lay(Room(house, account), outcome)


async def run(house: House, reload: Reload = lambda: None) -> None:
    """Watch all accounts until cancelled. Raises JournalFault when the journal cannot be used any more."""
    tenants = Tenants()
    chores = [asyncio.ensure_future(_glance(house, tenants, reload))]
    if house.school is not None:
        chores.append(asyncio.ensure_future(house.school.hours()))
    try:
        await tenants.settle(house)
        await _first_fault(tenants.fault, *chores)
    finally:
        await _cancelled(*chores)
        await tenants.leave()
        await house.mind.rest()


async def _first_fault(*tasks: asyncio.Future[None]) -> None:
    """None of them ends by itself: the first that does brings the reason why the house cannot go on."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _glance(house: House, tenants: Tenants, reload: Reload) -> None:
    """Look around from time to time: everybody is called after a sleep, and new settings are moved into."""
    before = moment(house.clock)
    while True:
        rung = await house.bell.pause(house.clock, _GLANCE_SECONDS)
        now = moment(house.clock)
        slept = abs((now.wall - before.wall) - (now.monotonic - before.monotonic)) > _SLEPT_SECONDS
        before, loaded = now, reload()
        if loaded is not None:
            house = replace(house, loaded=loaded)
            await tenants.settle(house)
        if loaded is not None or (slept and not rung):
            house.bell.ring()


class Tenants:
    """The rooms at work, by account. `fault` fails when one of them meets what the house cannot live with."""

    def __init__(self) -> None:
        self._at_work: dict[str, tuple[Account, House, list[asyncio.Task[None]]]] = {}
        self._digest: asyncio.Task[None] | None = None
        self.fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def settle(self, house: House) -> None:
        """Let every account of the settings have its room; those whose settings are as they were stay undisturbed."""
        wanted = {account.name: account for account in house.loaded.settings.account}
        await self._digest_anew(house)
        for name in [name for name in self._at_work if not self._same(name, wanted.get(name), house)]:
            await _cancelled(*self._at_work.pop(name)[2])
        for name, account in wanted.items():
            if name not in self._at_work:
                self._at_work[name] = (account, house, self._set_to_work(Room(house, account)))

    async def _digest_anew(self, house: House) -> None:
        """The digest goes by the settings of now."""
        if self._digest is not None:
            await _cancelled(self._digest)
        self._digest = asyncio.create_task(house.digests.hours(lambda seconds: house.bell.pause(house.clock, seconds)))
        self._digest.add_done_callback(self._ended)

    def _same(self, name: str, account: Account | None, house: House) -> bool:
        """Whether nothing has changed that concerns an account: the others' settings do not."""
        was, then, _ = self._at_work[name]
        rest = {"account": ()}
        before, now = then.loaded.settings, house.loaded.settings
        return was == account and before.model_copy(update=rest) == now.model_copy(update=rest)

    def _set_to_work(self, room: Room) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(room.watch()), asyncio.create_task(room.place())]
        for task in tasks:
            task.add_done_callback(self._ended)
        return tasks

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and not self.fault.done():
            error = task.exception()
            self.fault.set_exception(error) if error else self.fault.set_result(None)

    async def leave(self) -> None:
        """End all work."""
        digest = (self._digest,) if self._digest is not None else ()
        await _cancelled(*digest, *(task for _, _, tasks in self._at_work.values() for task in tasks))
        self.fault.cancel()


async def _cancelled(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
