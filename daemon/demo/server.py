"""A real IMAP server for the demo: pymap's in-memory backend, in the running event loop, on 127.0.0.1 alone.

The only owner of pymap, which comes with the `demo` extra. Nothing is written to disk, and all of it is gone afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from argparse import Namespace
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Final

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxSet
from pymap.backend.dict.filter import FilterSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag

from daemon.demo.mailbox import FOLDERS, SampleMail

HOST: Final = "127.0.0.1"


class _Config(Config):
    """Pymap's own greeting looks this machine's name up in the DNS; the demo asks nobody."""

    @property
    def greeting(self) -> bytes:
        return b"Highroad's demo server is ready."


@dataclass(frozen=True, slots=True)
class DemoServer:
    """Where the demo's server listens (plain text, loopback) and what it lets in; user and password are new every run."""

    host: str
    port: int
    user: str
    password: str
    _mailboxes: MailboxSet

    async def messages(self, folder: str) -> list[bytes]:
        """What a folder holds at this moment, oldest first, straight from the server's memory."""
        mailbox = await self._mailboxes.get_mailbox(folder)
        return [bytes(message._content.data) async for message in mailbox.messages()]
