"""One account at home: its connections, its reader, writer and learner, and what it says of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
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
from daemon.core.addressee import Me
from daemon.core.cadence import Policy
from daemon.core.errors import NeedsOperator, Refused, Transient
from daemon.core.job import Job
from daemon.core.watch import Watch
from daemon.corrector import Corrector
from daemon.house import House
from daemon.learner import Learner, Wanted
from daemon.link import Link
from daemon.news import News
from daemon.outbox import Outbox
from daemon.policy import length_of, me_of, policy_of
from daemon.pulse import Leaning
from daemon.reader import Reader, Synced
from daemon.recorder import Recorder
from daemon.supervise import keep
from daemon.version import VERSION
from daemon.watcher import Watcher
from daemon.writer import Writer
from templates.render import Renderer

T = TypeVar("T")
C = TypeVar("C", Reading, Placing)
_WRITER_PAUSE: Final = 30.0
_LOOK_AGAIN: Final = 3600.0
"""So long an account that waits for the person rests before it looks for itself whether it can go on."""
_OPENING_SECONDS: Final = 600.0
"""A connection is there sooner: secrets, tokens and log-ins have deadlines, and the other duty's may come first."""
_SIGN_PAUSE: Final = 60.0
_CHEAP: Final = frozenset({"file", "credential"})
"""Secrets that can be looked at every minute."""


class Room:
    """One account with its reader and its writer."""

    def __init__(self, house: House, account: Account) -> None:
        settings = house.loaded.settings
        self.account, self._house = account, house
        self.connector = Connector(account, house.journal, house.clock)
        policy, me, words = _terms(house, account)
        self._recorder = recorder = Recorder(
            account.name, house.journal, policy, me, settings.classifier, words.languages()
        )
        self.planner = recorder.planner
        self._composer = composer = Composer(
            words, me, settings.me.signature, self.planner.case,
            feedback_of=house.journal.feedback.lines, digest_of=house.digests.message,
        )  # fmt: skip
        mind = Leaning(house.mind, house.pulse, self.who("reading"))
        self.reader = Reader(house.journal, mind, house.clock, recorder, VERSION, self._progress, house.say)
        self.outbox = Outbox(account.name, house.journal, self.planner, me, house.clock)
        self.writer = Writer(account.name, house.journal, house.clock, policy, composer, self.planner, house.settle)
        corrector = Corrector(house.journal, lambda _account: recorder)
        self.learner = Learner(
            account.name, house.journal, mind, house.clock, corrector, _wanted(house, account), house.say
        )
        self._news = News(account.name)
        self._rings: dict[Duty, int] = {}
        self._watcher: Watcher | None = None

    def adopt(self, house: House, account: Account) -> None:
        """Go by new settings from now on, on the connections there are; what is planned follows with the next round."""
        settings = house.loaded.settings
        policy, me, words = _terms(house, account)
        self.account = self.connector.account = account
        self._house = house
        self._recorder.adopt(policy, me, settings.classifier, words.languages())
        self._composer.adopt(words, me, settings.me.signature, house.digests.message)
        self.outbox.adopt(me)
        self.writer.adopt(policy)
        self.learner.adopt(_wanted(house, account))
        if self._watcher is not None:
            self._watcher.pace(length_of(account.poll_every).total_seconds())

    def who(self, duty: Duty) -> str:
        """What the house's pulse knows the loop of a duty by."""
        return f"{self.account.name}/{duty}"

    def _progress(self, done: int, total: int, what: str) -> None:
        self._house.pulse.expect(self.who("reading"))
        self._house.progress(done, total, what)

    async def _opened(self, duty: Duty, opening: Awaitable[C]) -> C:
        """A connection that gives its duty's signs of life, exchange by exchange."""
        self._house.pulse.expect(self.who(duty), _OPENING_SECONDS)
        connection = await opening
        connection.session.promise = self._house.pulse.of(self.who(duty))
        return connection

    async def reading(self) -> Reading:
        """A connection to read by. Raises Refused, NeedsOperator or Transient."""
        return await self._opened("reading", self.connector.reading())

    async def read(self, since: timedelta, *, again: bool = False, learn: bool = True) -> Synced:
        """One pass over all watched folders, and over what the person corrected."""
        total = Synced()
        async with closing(await self.reading()) as mailbox:
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
        async with closing(await self._opened("placing", self.connector.placing())) as box:
            if look:
                await self.outbox.look(box)
            return await self.writer.work(box)

    async def watch(self) -> None:
        """Read for ever. Raises JournalFault."""
        folders, pause = tuple(self.account.folders), length_of(self.account.poll_every).total_seconds()
        link = Link(self, self._house)
        self._watcher = Watcher(link, Watch(folders, pause), self._house.clock, self._failed("reading"))
        try:
            with self._house.bell.heard(link.wake):
                await self._watcher.run()
        finally:
            await link.drop()
            self._house.pulse.gone(self.who("reading"))

    async def place(self) -> None:
        """Lay for ever: what is due, a pause, and again. Raises JournalFault."""
        clock, say = self._house.clock, self._failed("placing")
        try:
            await keep(self._placing, clock, say, lambda: self.ask("placing"), partial(self.pause, "placing"))
        finally:
            self._house.pulse.gone(self.who("placing"))

    async def pause(self, duty: Duty, seconds: float) -> bool:
        """Wait so many s at most; whether the bell rang."""
        return await self._house.pause(self.who(duty), seconds)

    async def _placing(self) -> None:
        while True:
            self.trying("placing")
            await self.patient(self.lay())
            self.say("placing", self.writer.declined())
            await self.pause("placing", _WRITER_PAUSE)

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
            await self.pause(duty, _SIGN_PAUSE)

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
        """Write down how a duty fares, and let the log hear of it when it is news."""
        now, journal = self._house.clock.now(), self._house.journal
        journal.folders.say(self.account.name, duty, now, connected=problem is None, problem=problem, waits=waits)
        self._news.hear(duty, problem, now, waits=waits)


@asynccontextmanager
async def closing(connection: C) -> AsyncIterator[C]:
    """A connection that is closed at the end, however the end comes."""
    try:
        yield connection
    finally:
        await connection.close()


def _terms(house: House, account: Account) -> tuple[Policy, Me, Renderer]:
    """The cadence, the person and their words, as the settings say. Raises NeedsOperator (see policy_of)."""
    settings = house.loaded.settings
    return policy_of(settings), me_of(settings, account), Renderer(templates_path(house.loaded.path))


def _wanted(house: House, account: Account) -> Wanted:
    learn = house.loaded.settings.learn
    return Wanted(account.folders, learn.rejection, learn.not_rejection) if learn.folders else Wanted(account.folders)
