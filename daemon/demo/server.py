"""A real IMAP server for the demo: pymap's in-memory backend, in the running event loop, on 127.0.0.1 alone.

The only owner of pymap, which comes with the `demo` extra. Nothing is written to disk; all of it is gone afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.parsing.specials.flag import Flag
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from daemon.core.errors import WrongUse
from daemon.demo.mailbox import CANDIDATE, FOLDERS, SampleMail

HOST: Final = "127.0.0.1"
_SEEN: Final = frozenset({Flag(b"\\Seen")})


class _Config(Config):
    """Without the look-up of this machine's name in the DNS that pymap makes for its greeting."""

    @property
    def greeting(self) -> bytes:
        return b"Highroad's demo server is ready."


@dataclass(frozen=True, slots=True)
class Held:
    """One message as a folder holds it."""

    uid: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class DemoServer:
    """Where the server listens (plain text, loopback) and whom it lets in; the password is a new one every run."""

    host: str
    port: int
    user: str
    password: str
    _mailboxes: MailboxSet

    async def messages(self, folder: str) -> list[bytes]:
        """What a folder holds at this moment, oldest first. Raises KeyError for a folder that does not exist."""
        return [held.raw for held in await self.held(folder)]

    async def held(self, folder: str) -> list[Held]:
        """The same with its UIDs."""
        mailbox = await self._mailboxes.get_mailbox(folder)
        found = [message async for message in mailbox.messages()]
        return [Held(one.uid, bytes((await one.load_content(FetchRequirement.CONTENT)).content)) for one in found]

    async def put(self, folder: str, raw: bytes, at: datetime) -> None:
        """Lay a message into a folder, as another mail program or a sender does."""
        mailbox = await self._mailboxes.get_mailbox(folder)
        await mailbox.append(AppendMessage(raw, at, frozenset[Flag]() if folder == "INBOX" else _SEEN))

    async def take(self, folder: str, uid: int) -> None:
        """Take a message out of a folder for good."""
        mailbox = await self._mailboxes.get_mailbox(folder)
        await mailbox.delete([uid])


@contextlib.asynccontextmanager
async def serve(mails: Iterable[SampleMail], port: int = 0) -> AsyncIterator[DemoServer]:
    """Serve these mails for as long as the context lasts, then end every connection. Port 0 is a free one.

    Raises WrongUse for a port that cannot be had.
    """
    config = _config(secrets.token_urlsafe(16))
    login = Login(config)
    user = UserMetadata(config, config.demo_user, password=config.demo_password)
    await login.demo_user_identity.set(user)
    mailboxes = await _filled(mails)
    config.set_cache[config.demo_user] = (mailboxes, FilterSet())
    async with _listening(IMAPServer(login, config), port) as taken:
        yield DemoServer(HOST, taken, config.demo_user, config.demo_password, mailboxes)


def _config(password: str) -> _Config:
    """Everything that pymap would take from the environment or a command line is set here, to nothing.

    The password lives in memory for one run: it needs no slow hash, and no thread to compute one.
    """
    return _Config(
        Namespace(passlib_cfg=None, proxy_protocol=None),
        host=HOST,
        port=0,
        demo_data=False,
        demo_user=CANDIDATE[1],
        demo_password=password,
        tls_enabled=False,
        ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
        hash_context=Cleartext(),
        cpu_subsystem=Subsystem.for_asyncio(),
    )


async def _filled(mails: Iterable[SampleMail]) -> MailboxSet:
    mailboxes = MailboxSet()
    for folder in FOLDERS[1:]:
        await mailboxes.add_mailbox(folder)
        await mailboxes.set_subscribed(folder, subscribed=True)
    for mail in mails:
        mailbox = await mailboxes.get_mailbox(mail.folder)
        flags = frozenset[Flag]() if mail.folder == "INBOX" else _SEEN
        await mailbox.append(AppendMessage(mail.raw, mail.internaldate, flags))
    return mailboxes


@contextlib.asynccontextmanager
async def _listening(imap: IMAPServer, port: int) -> AsyncIterator[int]:
    """Yields the port. A connection that is open at the end gets a BYE."""
    connections: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(imap(reader, writer, SocketInfo.get(writer, None)))
        connections.add(task)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            await task
        connections.discard(task)
        writer.close()

    server = await _started(accept, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await _ended(connections)


async def _started(accept: Callable[..., Awaitable[None]], port: int) -> asyncio.Server:
    try:
        return await asyncio.start_server(accept, HOST, port)
    except OSError as error:
        where = f"Port {port} of {HOST} cannot be had ({error.strerror or error})"
        raise WrongUse(f"{where}: name another one, or leave --port out.") from error


async def _ended(connections: set[asyncio.Task[None]]) -> None:
    for task in list(connections):
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)
    await asyncio.sleep(0)
