"""The composition root: settings and adapters become a house with a room for every account; one pass, and the round."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from config.changes import same_connection
from config.loader import Loaded
from config.schema import Account
from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.folders import Duty
from daemon.adapters.journal.opening import opened as opened_journal
from daemon.adapters.lock import Lock
from daemon.adapters.sandbox.children import Limits
from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.adapters.secrets import withdraw
from daemon.adapters.trainer import Trainer
from daemon.alarm_facts import SETTINGS
from daemon.connect import variables
from daemon.core.errors import HighroadError, NeedsOperator, Transient
from daemon.core.job import Job
from daemon.core.ports import Progress
from daemon.digest import Digests
from daemon.house import House
from daemon.learner import School
from daemon.link import FIRST_SCAN
from daemon.logbook import Tell, tell
from daemon.model_note import ModelNote, cache_dir
from daemon.pulse import DIGEST, GLANCE, LEARNING, MIND, Pulse
from daemon.reader import Synced
from daemon.room import Room
from daemon.supervise import moment

__all__ = ["FIRST_SCAN", "House", "Outcome", "Room", "once", "opened", "run"]

_GLANCE_SECONDS: Final = 20.0
"""So often it is looked whether the machine was suspended or the settings were changed."""
_SLEPT_SECONDS: Final = 30.0
"""A wall clock that is so much ahead of the running one was moved on, or the machine slept."""

_POSTING_SECONDS: Final = 900.0
"""A digest is on its way that long at most: every answer of an SMTP server has its own deadline (RFC 5321, 4.5.3.2)."""

Reload = Callable[[], Awaitable[Loaded | None]]
"""The settings anew if they have changed and are sound, else None; waits while their files are being written."""
Settled = Callable[[House], None]
"""Told the house as it is after the settings were looked at."""


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
    say: Tell = tell,
    cache: Path | None = None,
) -> Iterator[House]:
    """The house of a configuration, locked for this process. Raises Transient when another one is at work there.

    `say` is told what a person who waits would like to hear. `cache` is where the trained model is kept, if not in the
    state directory.
    """
    clock = SystemClock()
    withdraw(variables(loaded.settings))
    with Lock(loaded.state_dir), opened_journal(loaded.state_dir, clock.now(), say) as journal:
        models = cache or cache_dir(loaded.state_dir)
        pulse = Pulse(clock.monotonic)
        note = ModelNote(models)
        limits = Limits(lean=_lean(loaded))
        mind = Sandbox(models, limits, lambda line: say("training", line), on_ready=note.ready, promise=pulse.of(MIND))
        # another's cache holds what that one learnt, and is not ours to teach
        school = None if cache else School(journal, mind, clock, Trainer(models), note, say, pulse.of(LEARNING))
        yield House(
            loaded, journal, mind, clock, progress, school=school, say=say, pulse=pulse,
            fit=lambda new: mind.suit(_lean(new)),
        )  # fmt: skip


def _lean(loaded: Loaded) -> float:
    """Below this rejection score the facts of a mail may be left out: well below what anybody is asked about."""
    return min(Limits().lean, loaded.settings.classifier.review / 2)


async def once(
    house: House, since: timedelta = FIRST_SCAN, *, again: bool = False, lay: bool = True, learn: bool = True
) -> list[Outcome]:
    """One pass over every account: read, plan, lay what is due, learn. A failure ends its own account only."""
    outcomes = [Outcome(account.name) for account in house.loaded.settings.account]
    for account, outcome in zip(house.loaded.settings.account, outcomes, strict=True):
        with outcome.failing():
            room = Room(house, account)
            outcome.synced = await room.read(since, again=again, learn=learn)
        _remember(house, account, "reading", outcome)
        if lay and outcome.failure is None:
            with outcome.failing():
                await _lay(room, outcome)
            _remember(house, account, "placing", outcome)
    if lay:
        await _notes(house, outcomes)
    if learn and house.school is not None:
        await house.school.attend()
    await house.mind.rest()
    return outcomes


async def _lay(room: Room, outcome: Outcome) -> None:
    outcome.placed += await room.lay()
    declined = room.writer.declined()
    outcome.failure = NeedsOperator(declined) if declined else None


def _remember(house: House, account: Account, duty: Duty, outcome: Outcome) -> None:
    """Who runs a pass from time to time is told too when an account has needed them for a day."""
    failure, now = outcome.failure, house.clock.now()
    problem, waits = str(failure) if failure else None, isinstance(failure, NeedsOperator)
    house.journal.folders.say(account.name, duty, now, connected=False, problem=problem, waits=waits)


async def _notes(house: House, outcomes: Sequence[Outcome]) -> None:
    """Last of all, so that the digest tells of what was laid just now, and the alarm of what has failed just now."""
    digests = house.digests
    house.journal.notices.clear(SETTINGS)  # those of this pass are sound
    for attend in (digests.attend, digests.alarms.attend):
        await _lay_note(house, outcomes, await attend())


async def _lay_note(house: House, outcomes: Sequence[Outcome], job: Job | None) -> None:
    for account, outcome in zip(house.loaded.settings.account, outcomes, strict=True):
        if job is not None and account.name == job.account and outcome.failure is None:
            with outcome.failing():
                await _lay(Room(house, account), outcome)


async def _nothing_new() -> Loaded | None:
    return None


async def run(house: House, reload: Reload = _nothing_new, settled: Settled = lambda _house: None) -> None:
    """Watch all accounts until cancelled. Raises JournalFault when the journal cannot be used any more.

    `settled` is told the house when every account has been set to work, and after each look at the settings.
    """
    tenants = Tenants()
    chores = [asyncio.ensure_future(_glance(house, tenants, reload, settled))]
    if house.school is not None:
        chores.append(asyncio.ensure_future(house.school.hours()))
    try:
        await tenants.settle(house)
        settled(house)
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


async def _glance(house: House, tenants: Tenants, reload: Reload, settled: Settled) -> None:
    """Look around from time to time: everybody is called after a sleep, and new settings are moved into."""
    before, rings = moment(house.clock), house.bell.rings
    while True:
        rung = house.bell.rings != rings or await house.pause(GLANCE, _GLANCE_SECONDS)
        now, rings = moment(house.clock), house.bell.rings
        slept = abs((now.wall - before.wall) - (now.monotonic - before.monotonic)) > _SLEPT_SECONDS
        before, loaded = now, await reload()
        if loaded is not None:
            house = replace(house, loaded=loaded)
            house.fit(loaded)
            await tenants.settle(house)
        asked = house.bell.rings != rings
        if slept:
            tell("slept", "The machine slept, or its clock was set: every account is looked at.")
        if loaded is not None or (slept and not rung):
            house.bell.ring()
        if not asked:  # else somebody rang meanwhile, and is served first
            settled(house)
            rings = house.bell.rings


@dataclass(slots=True)
class Tenant:
    """An account at work: its settings, its room, and what goes on there."""

    account: Account
    room: Room
    tasks: list[asyncio.Task[None]]

    def serves(self, account: Account | None) -> bool:
        """Whether its connection is the one that these settings want."""
        return account is not None and same_connection(self.account, account)

    def adopt(self, house: House, account: Account) -> None:
        """Go by new settings on the same connection."""
        self.account = account
        self.room.adopt(house, account)


class Tenants:
    """The rooms at work, by account. `fault` fails when one of them meets what the house cannot live with."""

    def __init__(self) -> None:
        self._at_work: dict[str, Tenant] = {}
        self._digests: Digests | None = None
        self._digest: asyncio.Task[None] | None = None
        self.fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def settle(self, house: House) -> None:
        """Let every account of the settings have its room. Only what concerns a connection ends one."""
        wanted = {account.name: account for account in house.loaded.settings.account}
        self._digest_by(house)
        for name in [name for name, tenant in self._at_work.items() if not tenant.serves(wanted.get(name))]:
            await _cancelled(*self._at_work.pop(name).tasks)
        for name, account in wanted.items():
            if name in self._at_work:
                self._at_work[name].adopt(house, account)
            else:
                room = Room(house, account)
                self._at_work[name] = Tenant(account, room, self._set_to_work(room))

    def _digest_by(self, house: House) -> None:
        """The digest goes by the settings of now, also one that is being made."""
        if self._digests is not None:
            self._digests.adopt(house.loaded)
            return
        house.pulse.expect(DIGEST, _POSTING_SECONDS)
        pause = partial(house.pause, DIGEST, then=_POSTING_SECONDS)
        self._digests = house.digests
        self._digest = asyncio.create_task(self._digests.hours(pause))
        self._digest.add_done_callback(self._ended)

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
        await _cancelled(*digest, *(task for tenant in self._at_work.values() for task in tenant.tasks))
        self.fault.cancel()


async def _cancelled(*tasks: asyncio.Future[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
