"""One face for the servers that the contract tests run against: Dovecot, Cyrus, and the demo's own pymap.

What is laid and looked at goes through imaplib in a thread, which shares no code with what is tested.
"""

from __future__ import annotations

import asyncio
import hashlib
import imaplib
import re
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from support.proxy import RecordingProxy
from support.served import quoted

from daemon.adapters.imap.login import Login
from daemon.demo.server import serve

SERVERS = [*(pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("dovecot", "cyrus")), "pymap"]
"""For `@pytest.fixture(params=SERVERS)`, with `box_on`: every server that one contract is tried on."""
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Refusal(Exception):
    """The server said NO to something that a test does itself."""


@dataclass(frozen=True)
class Box:
    """One person's mailbox on a real server, and the proxy in front of it that writes down what is asked."""

    name: str
    host: str
    port: int
    user: str
    password: str
    proxy: RecordingProxy

    @property
    def login(self) -> Login:
        """How the code under test gets there: through the proxy."""
        return Login("main", self.proxy.host, self.proxy.port, "plain", self.user)

    async def deliver(self, message: bytes, folder: str = "INBOX", at: datetime = AT, flags: str = "") -> None:
        """Lay a message into a folder as another client would."""
        await self._do(lambda imap: imap.append(quoted(folder), flags, imaplib.Time2Internaldate(at), message))

    async def offer(self, message: bytes, folder: str = "INBOX") -> bool:
        """The same; whether the server took it. Cyrus takes nothing without a header, and nothing empty."""
        try:
            await self.deliver(message, folder)
        except Refusal:
            return False
        return True

    async def create(self, folder: str) -> None:
        await self._do(lambda imap: imap.create(quoted(folder)))

    async def create_anew(self, folder: str) -> None:
        """Delete a folder and make it again with what was in it: a new UIDVALIDITY, and UIDs from 1 on."""
        held = await self.messages(folder)
        await self._do(lambda imap: imap.delete(quoted(folder)))
        await self.create(folder)
        for message in held:
            await self.deliver(message, folder)

    async def expunge(self, uid: int, folder: str = "INBOX") -> None:
        """Take one message away for good."""
        await asyncio.to_thread(self.expunge_now, uid, folder)

    def expunge_now(self, uid: int, folder: str = "INBOX") -> None:
        """The same, blocking: for hooks in other threads."""

        def act(imap: imaplib.IMAP4) -> Any:
            imap.select(quoted(folder))
            imap.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            return imap.expunge()

        self._blocking(act)

    async def snapshot(self, folder: str = "INBOX") -> dict[int, tuple[frozenset[str], str, str]]:
        """{uid: (flags without \\Recent, INTERNALDATE, sha256)}, looked at read-only."""
        return {
            uid: (flags, date, hashlib.sha256(body).hexdigest()) for uid, flags, date, body in await self._all(folder)
        }

    async def messages(self, folder: str = "INBOX") -> list[bytes]:
        """The raw messages by ascending UID."""
        return [body for *_, body in sorted(await self._all(folder))]

    async def _all(self, folder: str) -> list[tuple[int, frozenset[str], str, bytes]]:
        def act(imap: imaplib.IMAP4) -> Any:
            imap.select(quoted(folder), readonly=True)
            return imap.uid("FETCH", "1:*", "(UID FLAGS INTERNALDATE BODY.PEEK[])")

        _, found = await self._do(act)
        return [_told(*item) for item in found if isinstance(item, tuple)]

    async def _do(self, act: Callable[[imaplib.IMAP4], Any]) -> Any:
        return await asyncio.to_thread(self._blocking, act)

    def _blocking(self, act: Callable[[imaplib.IMAP4], Any]) -> Any:
        with imaplib.IMAP4(self.host, self.port, timeout=20) as imap:
            imap.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # imaplib writes in small pieces
            imap.login(self.user, self.password)
            status, said = act(imap)
        if status != "OK":
            raise Refusal(said)
        return status, said


def _told(head: bytes, body: bytes) -> tuple[int, frozenset[str], str, bytes]:
    flags = re.search(rb"FLAGS \(([^)]*)\)", head)[1].decode().split()
    uid, date = re.search(rb"UID (\d+)", head)[1], re.search(rb'INTERNALDATE "([^"]*)"', head)[1]
    return int(uid), frozenset(flags) - {"\\Recent"}, date.decode(), body


@asynccontextmanager
async def dovecot_box(server):
    """A fresh user of a Dovecot."""
    with _user_of("dovecot", server) as box:
        yield box


@asynccontextmanager
async def cyrus_box(server):
    """A fresh user of a Cyrus."""
    with _user_of("cyrus", server) as box:
        yield box


@contextmanager
def _user_of(name, server):
    with RecordingProxy(server.host, server.port) as proxy:
        yield Box(name, server.host, server.port, server.user(), server.password, proxy)


@asynccontextmanager
async def pymap_box():
    """The demo's server with nothing in it, in this event loop."""
    async with serve([]) as server:
        with RecordingProxy(server.host, server.port) as proxy:
            yield Box("pymap", server.host, server.port, server.user, server.password, proxy)


def box_on(request):
    """A fresh mailbox on the server that a fixture's parameter names (`SERVERS`)."""
    if request.param == "pymap":
        return pymap_box()
    made = {"dovecot": dovecot_box, "cyrus": cyrus_box}[request.param]
    return made(request.getfixturevalue(request.param))
