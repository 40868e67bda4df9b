"""One trial: a pass disturbed at one octet, then an undisturbed one, then what the server and the journal hold."""

from __future__ import annotations

import asyncio
import imaplib
import re
import shutil
import socket
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from support.clock import FakeClock
from support.fakebox import FakeBox
from support.faultproxy import Fault, FaultProxy, Kind, Way
from support.minds import mail
from support.rooms import room

from daemon.adapters.imap import login as login_module
from daemon.adapters.imap import session as session_module
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.placing import Placing
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.job import State
from templates.render import Renderer

MARK = b" APPEND "
MAILS = 3
SILENCE = 0.4
"""So long (in s) a client waits for a server that says nothing, in trials with a black hole."""


@dataclass(frozen=True)
class Server:
    """Where trials go: a real server, and how to name users that nobody has had yet."""

    name: str
    host: str
    port: int
    password: str
    settle: float
    """The pause after a doubt, in s: what the writer waits before it looks."""


@dataclass(frozen=True)
class Result:
    """What came of one trial. `found` is how often the draft (or each mail) is there; `state` is the job's."""

    fault: Fault
    user: str
    struck: bool
    found: int
    wanted: int = 1
    state: str = "placed"
    failure: str = ""

    @property
    def lost(self) -> bool:
        return self.found < self.wanted

    @property
    def doubled(self) -> bool:
        return self.found > self.wanted

    @property
    def stuck(self) -> bool:
        """Neither lost nor doubled, but the journal does not know what the server holds, or the second pass failed."""
        return bool(self.failure) or self.state != "placed"


class Paced(FakeClock):
    """A clock that stands, and pauses for `settle` whenever it is asked to sleep."""

    def __init__(self, at, settle: float) -> None:
        super().__init__(at)
        self._settle = settle

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(self._settle)


def furnish(folder: Path) -> None:
    """Make what every trial starts with a copy of: an empty journal, and one with a rejection whose draft is due."""
    asyncio.run(_furnish(folder))


async def _furnish(folder: Path) -> None:
    room(folder / "empty").journal.close()
    one, box = room(folder / "due"), FakeBox()
    box.deliver(mail(1))
    await one.read(box)
    (job,) = one.jobs()
    (folder / "due.txt").write_text(job.due.isoformat())
    (folder / "message_id.txt").write_text(job.message_id)
    one.journal.close()


def hasten() -> None:
    """Let this process's clients lose patience quickly: for trials with black holes."""
    login_module.SILENCE_SECONDS = SILENCE
    session_module.OPEN_SECONDS = 2 * SILENCE


class Placings:
    """Trials of placing one draft, each with a user of its own."""

    def __init__(self, server: Server, proxy: FaultProxy, templates: Path, scratch: Path) -> None:
        self.server, self.proxy, self.templates, self.scratch = server, proxy, templates, scratch
        proxy.mark = MARK

    async def __call__(self, fault: Fault | None, user: str) -> Result:
        state = self.scratch / user
        shutil.copytree(self.templates / "due", state)
        one = self._room(state)
        try:
            struck = await self._disturbed(one, fault, user)
            failure = await _comes_through(lambda: self._lay(one, user))
            (job,) = one.jobs()
        finally:
            one.journal.close()
            shutil.rmtree(state)
        found = await asyncio.to_thread(count_drafts, self.server, user, job.message_id)
        unknown = job.state is not State.PLACED
        return Result(fault, user, struck, found, 1, str(job.state) if unknown else "placed", failure)

    def _room(self, state: Path):
        due = datetime.fromisoformat((self.templates / "due.txt").read_text())
        one = room(state, clock=Paced(due, self.server.settle))
        one.composer._renderer = _words()
        return one

    async def _disturbed(self, one, fault: Fault | None, user: str) -> bool:
        self.proxy.fault = fault
        await _failure(self._lay(one, user))
        self.proxy.fault = None
        return bool(self.proxy.links) and self.proxy.links[-1].struck is not None

    async def _lay(self, one, user: str) -> None:
        if not one.writer.has_work():
            return
        box = await Placing.open(_login(self.proxy, user), self.server.password)
        try:
            await one.writer.work(box)
        finally:
            await box.close()


class Readings:
    """Trials of reading three mails; they change nothing, so all share one user."""

    def __init__(self, server: Server, proxy: FaultProxy, templates: Path, scratch: Path) -> None:
        self.server, self.proxy, self.templates, self.scratch = server, proxy, templates, scratch

    async def __call__(self, fault: Fault | None, user: str) -> Result:
        state = self.scratch / f"r{id(fault)}-{self.proxy.port}"
        shutil.copytree(self.templates / "empty", state)
        one = room(state)
        try:
            self.proxy.fault = fault
            await _failure(self._read(one, user))
            self.proxy.fault = None
            struck = bool(self.proxy.links) and self.proxy.links[-1].struck is not None
            failure = await _comes_through(lambda: self._read(one, user))
            return self._told(one, fault, user, struck, failure)
        finally:
            one.journal.close()
            shutil.rmtree(state)

    def _told(self, one, fault: Fault | None, user: str, struck: bool, failure: str) -> Result:
        log = one.journal.messages.log()
        subjects = {entry.reading.headers.subject for entry in log}
        cursor = one.journal.folders.cursor("main", "INBOX")
        aside = len(one.journal.messages.unreadable())
        sound = cursor is not None and (cursor.server_messages, cursor.seen, aside) == (MAILS, MAILS, 0)
        found = len(log) if len(log) > MAILS else len(subjects)
        return Result(fault, user, struck, found, MAILS, "placed" if sound else "cursor is wrong", failure)

    async def _read(self, one, user: str) -> None:
        mailbox = await Reading.open(_login(self.proxy, user), self.server.password)
        try:
            await one.read(mailbox)
        finally:
            await mailbox.close()


@cache
def _words() -> Renderer:
    """Shared by all trials of a process: compiling the letters would take longer than laying them."""
    return Renderer()


async def _comes_through(work) -> str:
    """An undisturbed pass, as the supervisor would start it; on a very busy machine it has three tries."""
    for _ in range(3):
        if not (failure := await _failure(work())):
            return ""
    return failure


async def _failure(work) -> str:
    """What a pass failed with, as the supervisor would see it; empty for none. Anything else is a fault of ours."""
    try:
        await work
    except (Transient, NeedsOperator) as error:
        return str(error)
    return ""


def _login(proxy: FaultProxy, user: str) -> Login:
    return Login("main", proxy.host, proxy.port, "plain", user)


def count_drafts(server: Server, user: str, message_id: str) -> int:
    """How many messages of Drafts carry that Message-ID, asked for by a client that shares no code with ours."""
    with imaplib.IMAP4(server.host, server.port, timeout=60) as imap:
        imap.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        imap.login(user, server.password)
        status, _ = imap.select("Drafts", readonly=True)
        if status != "OK":
            return 0
        _, found = imap.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    headers = b"".join(item[1] for item in found if isinstance(item, tuple))
    return len(re.findall(re.escape(message_id.encode()), headers))


def spread(kind: Kind, totals: dict[str, int], every: int = 1) -> list[Fault]:
    """A fault of one kind after each (or each so manieth) octet of each direction."""
    ways: tuple[Way, ...] = ("to_server", "to_client")
    return [Fault(kind, way, after) for way in ways for after in range(0, totals[way] + 1, every)]
