"""The composition root: settings and adapters become readers and writers; one pass and the endless round are here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

from config.loader import Loaded
from config.schema import Account
from daemon.adapters.clock import SystemClock
from daemon.adapters.imap.placing import Declined, Placing
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.shelves import ServerShelves
from daemon.adapters.journal.folders import Duty
from daemon.adapters.journal.journal import Journal, open_journal
from daemon.adapters.journal.refusals import LIMIT
from daemon.adapters.lock import Lock
from daemon.adapters.sandbox import Limits, Sandbox
from daemon.adapters.trainer import Trainer
from daemon.composer import Composer
from daemon.connect import Connector
from daemon.core.errors import HighroadError, NeedsOperator, Refused, Transient
from daemon.core.job import Job
from daemon.core.ports import Clock, Mind, Progress
from daemon.corrector import Corrector
from daemon.learner import Learner, School, Wanted
from daemon.model_note import ModelNote, cache_dir
from daemon.policy import length_of, me_of, policy_of
from daemon.reader import Reader, Synced
from daemon.recorder import Recorder
from daemon.supervise import keep
from daemon.version import VERSION
from daemon.writer import SETTLE_SECONDS, Writer
from templates.render import Renderer

T = TypeVar("T")
C = TypeVar("C", Reading, Placing)
FIRST_SCAN: Final = timedelta(days=90)
_WRITER_PAUSE: Final = 30.0
_DECLINED_PAUSE: Final = 3600.0
_log = logging.getLogger("highroad")


@dataclass(frozen=True, slots=True)
class House:
    """All that a pass needs. `progress` and `say` tell a person how it goes on.

    `settle` is the pause after a doubt, in s. Without a `school` corrections count, and no model is trained from them.
    """

    loaded: Loaded
    journal: Journal
    mind: Mind
    clock: Clock
    progress: Progress = lambda _done, _total, _what: None
    settle: float = SETTLE_SECONDS
    school: School | None = None
    say: Callable[[str], None] = lambda _line: None


@dataclass(slots=True)
class Outcome:
    """What one pass over an account did, and the failure that ended it early, if one did."""

    account: str
    synced: Synced = field(default_factory=Synced)
    placed: list[Job] = field(default_factory=list)
    failure: HighroadError | None = None


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
        note = ModelNote(models)
        mind = Sandbox(models, Limits(), say, on_ready=note.ready)
        # another's cache holds what that one learnt, and is not ours to teach
        school = None if cache else School(journal, mind, clock, Trainer(models), note, say)
        yield House(loaded, journal, mind, clock, progress, school=school, say=say)


class Room:
    """One account with its reader and its writer."""

    def __init__(self, house: House, account: Account) -> None:
        settings = house.loaded.settings
        self.account, self._house = account, house
        self.connector = Connector(account, house.journal, house.clock)
        policy, me = policy_of(settings), me_of(settings, account)
        words = Renderer()
        recorder = Recorder(account.name, house.journal, policy, me, settings.classifier, words.languages())
        composer = Composer(words, me, settings.me.signature, recorder.case)
        self.reader = Reader(house.journal, house.mind, house.clock, recorder, VERSION, house.progress)
        self.writer = Writer(account.name, house.journal, house.clock, policy, composer, house.settle)
        corrector = Corrector(house.journal, lambda _account: recorder)
        self.learner = Learner(
            account.name, house.journal, house.mind, house.clock, corrector, _wanted(house, account), house.say
        )

    async def read(self, since: timedelta, *, again: bool = False, learn: bool = True) -> Synced:
        """One pass over all watched folders, and over what the person corrected."""
        total = Synced()
        async with closing(await self.connector.reading()) as mailbox:
            for folder in self.account.folders:
                total += await self.reader.sync(mailbox, folder, since, again=again)
            if learn:
                await self._learn(mailbox)
        return total

    async def _learn(self, mailbox: Reading) -> None:
        """What goes wrong with learning is said, and holds up neither reading nor placing."""
        try:
            await self.learner.work(mailbox, ServerShelves(mailbox.session))
        except (Transient, NeedsOperator) as error:
            self._say("learning", str(error))
        else:
            self._say("learning")

    async def lay(self) -> list[Job]:
        """One round of laying what is due; a connection is opened only when there is something to do."""
        if not self.writer.has_work():
            return []
        async with closing(await self.connector.placing()) as box:
            return await self.writer.work(box)

    async def watch(self) -> None:
        """Read for ever: all folders, a pause, and again, on one connection."""
        pause = length_of(self.account.poll_every).total_seconds()
        async with closing(await self._patient(self.connector.reading())) as mailbox:
            while True:
                for folder in self.account.folders:
                    await self.reader.sync(mailbox, folder, FIRST_SCAN)
                self._say("reading")
                await self._learn(mailbox)
                if self._house.school is not None:
                    await self._house.school.attend()
                await self._house.clock.sleep(pause)

    async def place(self) -> None:
        """Lay for ever: what is due, a pause, and again."""
        while True:
            try:
                await self._patient(self.lay())
            except Declined as error:  # a full mailbox, say: mended by the person, and no reason to stop for good
                self._say("placing", str(error))
                await self._house.clock.sleep(_DECLINED_PAUSE)
            else:
                self._say("placing")
                await self._house.clock.sleep(_WRITER_PAUSE)

    async def _patient(self, attempt: Awaitable[T]) -> T:
        """A first refusal of a secret may be a whim of the server: it counts, and is tried once more."""
        try:
            return await attempt
        except Refused as error:
            refusal = await self.connector.refusal()
            if refusal is None or refusal.count >= LIMIT:
                raise
            raise Transient(f"{error} It is tried once more.") from error

    async def keep(self, duty: Duty) -> None:
        """One duty for ever, until only the person can mend what is wrong; then it is over for this account alone."""
        work = self.watch if duty == "reading" else self.place
        with contextlib.suppress(NeedsOperator):
            await keep(work, self._house.clock, lambda problem, _waits: self._say(duty, problem))

    def _say(self, duty: Duty, problem: str | None = None) -> None:
        """Write down how a duty fares, and log it when it is news: once, and not every minute."""
        now, journal = self._house.clock.now(), self._house.journal
        level = logging.WARNING if problem else logging.INFO
        if journal.folders.say(self.account.name, duty, now, connected=problem is None, problem=problem):
            _log.log(level, "%s: %s: %s", self.account.name, duty, problem or "fine")


@asynccontextmanager
async def closing(connection: C) -> AsyncIterator[C]:
    """A connection that is closed at the end, however the end comes."""
    try:
        yield connection
    finally:
        await connection.close()


def _wanted(house: House, account: Account) -> Wanted:
    learn = house.loaded.settings.learn
    return Wanted(account.folders, learn.rejection, learn.not_rejection) if learn.folders else Wanted(account.folders)


async def once(
    house: House, since: timedelta = FIRST_SCAN, *, again: bool = False, lay: bool = True, learn: bool = True
) -> list[Outcome]:
    """One pass over every account: read, plan, lay what is due, learn. A failure ends its own account only."""
    outcomes = []
    for account in house.loaded.settings.account:
        outcome = Outcome(account.name)
        outcomes.append(outcome)
        try:
            room = Room(house, account)
            outcome.synced = await room.read(since, again=again, learn=learn)
            outcome.placed = await room.lay() if lay else []
        except (Transient, NeedsOperator) as error:
            outcome.failure = error
    if learn and house.school is not None:
        await house.school.attend()
    await house.mind.rest()
    return outcomes


async def run(house: House) -> None:
    """Watch all accounts until cancelled, or until every duty of every account waits for the person.

    Raises JournalFault when the journal cannot be used any more, NeedsOperator when nothing is left to do.
    """
    rooms = [Room(house, account) for account in house.loaded.settings.account]
    duties: list[Duty] = ["reading", "placing"]
    tasks = [asyncio.create_task(room.keep(duty)) for room in rooms for duty in duties]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, house.mind.rest(), return_exceptions=True)
    raise NeedsOperator("Every account waits for you; `highroad status` says for what.")
