"""A logged-in connection in a thread of its own: every call has a deadline, every failure a sentence."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import socket
from collections.abc import Callable
from typing import Final, Self, TypeVar

import imapclient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from daemon.adapters.imap.gateway import clean
from daemon.adapters.imap.login import Login, open_client
from daemon.adapters.imap.thread import OwnThread
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.ports import FolderState

T = TypeVar("T")
COMMAND_SECONDS: Final = 90.0
OPEN_SECONDS: Final = 60.0
CLOSE_SECONDS: Final = 2.0


class SaidNo(Transient):
    """The server answered NO or BAD to one command: it certainly did not do it. `said` is its text."""

    def __init__(self, sentence: str, said: str) -> None:
        super().__init__(sentence)
        self.said = said


class Session:
    """One connection. Raises Transient when it is lost, NeedsOperator when only the person can mend it."""

    def __init__(self, login: Login, client: imapclient.IMAPClient, thread: OwnThread) -> None:
        self.login = login
        self._client = client
        self._thread = thread
        self._listing: list[tuple[tuple[bytes, ...], str]] | None = None

    @classmethod
    async def open(cls, login: Login, password: str) -> Self:
        """Connect and log in. Raises Refused, NeedsOperator or Transient."""
        thread = OwnThread(f"imap-{login.account}")
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                client = await thread.run(lambda: open_client(login, password))
        except TimeoutError as error:
            raise Transient(f"{login.where} took more than {OPEN_SECONDS:.0f} s to let us in.") from error
        finally:
            thread.end()
        return cls(login, client, OwnThread(f"imap-{login.account}"))

    async def call(self, what: str, act: Callable[[imapclient.IMAPClient], T], seconds: float = COMMAND_SECONDS) -> T:
        """Run one exchange with the server. `what` completes "while ..." in the sentence of a failure."""
        try:
            async with asyncio.timeout(seconds):
                return await self._thread.run(lambda: act(self._client))
        except TimeoutError as error:
            self.cut()
            raise Transient(f"{self.login.where} was silent for {seconds:.0f} s while {what}.") from error
        except asyncio.CancelledError:
            self.cut()
            raise
        except _FAULTS as error:
            raise self._named(what, error) from error

    def _named(self, what: str, error: Exception) -> Transient:
        said = " ".join(str(error).split())[:200]
        if isinstance(error, IMAPClientError) and not isinstance(error, IMAPClientAbortError):
            return SaidNo(f"{self.login.where} said no while {what}: {said}", said)
        self.cut()
        return Transient(f"The connection to {self.login.where} was lost while {what} ({said or 'it hung up'}).")

    def cut(self) -> None:
        """Close the socket under whatever waits on it, without ceremony."""
        with contextlib.suppress(OSError, AttributeError):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        """Say LOGOUT and close, or just close when that takes long. Never raises."""
        with contextlib.suppress(Transient, NeedsOperator):
            await self.call("logging out", lambda client: client.logout(), CLOSE_SECONDS)
        self.cut()
        self._thread.end()

    async def capabilities(self) -> tuple[str, ...]:
        """What the server offers after log-in, sorted."""
        found = await self.call("asking for its capabilities", lambda client: client.capabilities())
        return tuple(sorted(item.decode("ascii", "replace") for item in found))

    async def listing(self) -> list[tuple[tuple[bytes, ...], str]]:
        """All selectable folders with their attributes (RFC 9051, 6.3.9), asked for once a connection."""
        if self._listing is None:
            found = await self.call("listing the folders", lambda client: client.list_folders())
            self._listing = [
                (flags, str(name)) for flags, _, name in found if b"\\noselect" not in {flag.lower() for flag in flags}
            ]
        return self._listing

    async def folders(self) -> list[str]:
        """The names of all selectable folders."""
        return [name for _, name in await self.listing()]

    async def examine(self, folder: str) -> FolderState:
        """EXAMINE a folder. Raises NeedsOperator, listing what is there, when it does not exist."""
        name = clean(folder, "folder name")
        try:
            found = await self.call(f"opening {folder}", lambda client: client.select_folder(name, readonly=True))
        except SaidNo as error:
            await self._refuse_unknown(folder, error)
            raise
        uidnext = found.get(b"UIDNEXT")
        return FolderState(int(found[b"EXISTS"]), int(found[b"UIDVALIDITY"]), int(uidnext) if uidnext else None)

    async def _refuse_unknown(self, folder: str, error: SaidNo) -> None:
        there = await self.folders()
        if folder not in there:
            raise NeedsOperator(
                f'Account "{self.login.account}" has no folder {folder!r} on {self.login.where}. '
                f"It has: {', '.join(sorted(there))}. Correct the folder's name in config.toml."
            ) from error


_FAULTS: Final = (
    imaplib.IMAP4.error,
    OSError,
    EOFError,
    # what imapclient's parser raises on an answer that is not IMAP
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
)
