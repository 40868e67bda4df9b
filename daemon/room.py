"""One account at home: its connections, its reader, writer and learner, and what it says of itself."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from config.places import templates_path
from config.schema import Account
from daemon.adapters.imap.placing import Placing
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.shelves import ServerShelves
from daemon.adapters.journal.folders import Duty
from daemon.adapters.journal.refusals import LIMIT
from daemon.composer import Composer
from daemon.connect import Connector
from daemon.core.errors import NeedsOperator, Refused, Transient
from daemon.core.job import Job
from daemon.core.watch import Watch
from daemon.corrector import Corrector
from daemon.house import House
from daemon.learner import Learner, Wanted
from daemon.outbox import Outbox
from daemon.policy import length_of, me_of, policy_of
from daemon.reader import Reader, Synced
from daemon.recorder import Recorder
from daemon.supervise import keep
from daemon.version import VERSION
from daemon.watcher import Watcher
from daemon.writer import Writer
from templates.render import Renderer

T = TypeVar("T")
C = TypeVar("C", Reading, Placing)
FIRST_SCAN: Final = timedelta(days=90)
_WRITER_PAUSE: Final = 30.0
_LOOK_AGAIN: Final = 3600.0
"""So long an account that waits for the person rests before it looks for itself whether it can go on."""
_SIGN_PAUSE: Final = 60.0
_CHEAP: Final = frozenset({"file", "credential"})
"""Secrets that can be looked at every minute."""
_SAID_AGAIN: Final = timedelta(hours=1)
"""The log hears of the same problem once in so long, however often it comes and goes."""
_log = logging.getLogger("highroad")


class Room:
    """One account with its reader and its writer."""

    def __init__(self, house: House, account: Account) -> None:
        settings = house.loaded.settings
        self.account, self._house = account, house
        self.connector = Connector(account, house.journal, house.clock)
        policy, me = policy_of(settings), me_of(settings, account)
        words = Renderer(templates_path(house.loaded.path))
        recorder = Recorder(account.name, house.journal, policy, me, settings.classifier, words.languages())
        self.planner = recorder.planner
        composer = Composer(
            words, me, settings.me.signature, self.planner.case,
            feedback_of=house.journal.feedback.lines, digest_of=house.digests.message,
        )  # fmt: skip
        self.reader = Reader(house.journal, house.mind, house.clock, recorder, VERSION, house.progress, house.say)
        self.outbox = Outbox(account.name, house.journal, self.planner, me, house.clock)
        self.writer = Writer(account.name, house.journal, house.clock, policy, composer, self.planner, house.settle)
        corrector = Corrector(house.journal, lambda _account: recorder)
        self.learner = Learner(
            account.name, house.journal, house.mind, house.clock, corrector, _wanted(house, account), house.say
        )
        self._said: dict[Duty, Said] = {}
        self._rings: dict[Duty, int] = {}

    async def read(self, since: timedelta, *, again: bool = False, learn: bool = True) -> Synced:
        """One pass over all watched folders, and over what the person corrected."""
        total = Synced()
        async with closing(await self.connector.reading()) as mailbox:
            for folder in self.account.folders:
                total += await self.reader.sync(mailbox, folder, since, again=again)
            if learn:
                await self.learn(mailbox)
        return total

    async def learn(self, mailbox: Reading) -> None:
        """What goes wrong with learning is said, and holds up neither reading nor placing."""
        try:
            await self.learner.work(mailbox, ServerShelves(mailbox.session))
        except (Transient, NeedsOperator) as error:
            self.say("learning", str(error))
        else:
            self.say("learning")

    async def lay(self) -> list[Job]:
        """One round: what time alone changes is planned, what became of drafts is noticed, what is due is laid.

        A connection is opened only when there is something to do.
        """
        now = self._house.clock.now()
        self.planner.tick(now)
        look = self.outbox.due(now)
        if not look and not self.writer.has_work():
            return []
        async with closing(await self.connector.placing()) as box:
            if look:
                await self.outbox.look(box)
            return await self.writer.work(box)

    async def watch(self) -> None:
        """Read for ever. Raises JournalFault."""
        folders, pause = tuple(self.account.folders), length_of(self.account.poll_every).total_seconds()
        link = Link(self, self._house)
        watcher = Watcher(link, Watch(folders, pause), self._house.clock, self._failed("reading"))
        try:
            with self._house.bell.heard(link.wake):
                await watcher.run()
        finally:
            await link.drop()

    async def place(self) -> None:
        """Lay for ever: what is due, a pause, and again. Raises JournalFault."""
        bell, clock = self._house.bell, self._house.clock
        say = self._failed("placing")
        await keep(self._placing, clock, say, lambda: self.ask("placing"), lambda seconds: bell.pause(clock, seconds))

    async def _placing(self) -> None:
        while True:
            self.trying("placing")
            await self.patient(self.lay())
            self.say("placing", self.writer.declined())
            await self._house.bell.pause(self._house.clock, _WRITER_PAUSE)

    async def patient(self, attempt: Awaitable[T]) -> T:
        """A first refusal of a secret may be a whim of the server: it counts, and is tried once more."""
        try:
            return await attempt
        except Refused as error:
            refusal = await self.connector.refusal()
            if refusal is None or refusal.count >= LIMIT:
                raise
            raise Transient(f"{error} It is tried once more.") from error

    def trying(self, duty: Duty) -> None:
        """A duty sets out: what changes from now on may be too late for this attempt, and is a reason for another."""
        self._rings[duty] = self._house.bell.rings

    async def ask(self, duty: Duty) -> None:
        """Wait until the bell rings, the secret changes, a refusal is forgiven, or an hour has passed."""
        bell, before = self._house.bell, await self._sign()
        for _ in range(int(_LOOK_AGAIN / _SIGN_PAUSE)):
            if bell.rings != self._rings.get(duty, bell.rings) or await self._sign() != before:
                return
            await bell.pause(self._house.clock, _SIGN_PAUSE)

    async def _sign(self) -> tuple[bool, object]:
        """What tells cheaply whether the person has changed something: no command is run for it."""
        forgiven, password = not self._house.journal.refusals.any(self.account.name), self.account.password
        if self.account.auth == "password" and (password is None or password.kind not in _CHEAP):
            return forgiven, None
        try:
            return forgiven, await self.connector.identity()
        except (NeedsOperator, Transient) as error:
            return forgiven, str(error)

    def _failed(self, duty: Duty) -> Callable[[str, bool], None]:
        return lambda problem, waits: self.say(duty, problem, waits=waits)

    def say(self, duty: Duty, problem: str | None = None, *, waits: bool = False) -> None:
        """Write down how a duty fares, and log it when it is news: once, and not every minute."""
        now, journal = self._house.clock.now(), self._house.journal
        new = journal.folders.say(self.account.name, duty, now, connected=problem is None, problem=problem, waits=waits)
        if new and self._is_news(duty, problem):
            level = logging.WARNING if problem else logging.INFO
            _log.log(level, "%s: %s: %s", self.account.name, duty, problem or "fine")

    def _is_news(self, duty: Duty, problem: str | None) -> bool:
        """Whether the log has not heard it yet: not each time that a problem comes, and not each time that it goes."""
        said, now = self._said.get(duty), self._house.clock.now()
        if problem is None:
            self._said[duty] = replace(said, over=True) if said else Said("", now, over=True)
            return said is None or not said.over
        if said is not None and said.problem == problem and now - said.at < _SAID_AGAIN:
            return False
        self._said[duty] = Said(problem, now)
        return True


@dataclass(frozen=True, slots=True)
class Said:
    """What the log heard of a duty last: the problem, when, and whether it heard that it is over."""

    problem: str
    at: datetime
    over: bool = False


class Link:
    """daemon.watcher.Connection of one room: the reading connection, while there is one."""

    def __init__(self, room: Room, house: House) -> None:
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
        self._mailbox = await self._room.patient(self._room.connector.reading())
        self._mailbox.idle = self._room.account.idle

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
            _log.warning("%s: %s", self._room.account.name, gap.sentence)

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
        told = not self._called and await self._open.wait(seconds)
        self._called = False
        return told

    async def pause(self, seconds: float) -> bool:
        """See Connection."""
        return await self._house.bell.pause(self._house.clock, seconds)

    async def ask(self) -> None:
        """See Connection."""
        await self._room.ask("reading")

    def wake(self) -> None:
        """Somebody rang: the waiting ends, or does not begin."""
        self._called = True
        if self._mailbox is not None:
            self._mailbox.wake()


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
