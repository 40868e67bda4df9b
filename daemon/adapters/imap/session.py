"""A logged-in connection in a thread of its own: every call has a deadline, every failure a sentence."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import re
import socket
from collections.abc import Callable
from typing import Final, Self, TypeVar

import imapclient
from imapclient import imap_utf7
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, InvalidCriteriaError

from daemon.adapters.imap.gateway import clean
from daemon.adapters.imap.login import Login, open_client
from daemon.adapters.imap.thread import OwnThread
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.ports import FolderState

T = TypeVar("T")
COMMAND_SECONDS: Final = 90.0
OPEN_SECONDS: Final = 60.0
CLOSE_SECONDS: Final = 2.0
_SAID_NO: Final = re.compile(r"[\w ]+ (?:failed: |command error: BAD )")
"""How imapclient and imaplib pass on a tagged NO or BAD. What else they call an error leaves open what was done."""
_CLOSED: Final = frozenset({b"\\noselect", b"\\nonexistent"})


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
        self._closed = False

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
        if _said_no(error):
            return SaidNo(f"{self.login.where} said no while {what}: {said}", said)
        self.cut()
        return Transient(f"The connection to {self.login.where} was lost while {what} ({said or 'it hung up'}).")

    def cut(self) -> None:
        """Close the socket under whatever waits on it, without ceremony."""
        with contextlib.suppress(OSError, AttributeError):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        """Say LOGOUT and close, or just close when that takes long. Never raises."""
        if self._closed:
            return
        self._closed = True
        try:
            with contextlib.suppress(Transient, NeedsOperator):
                await self.call("logging out", lambda client: client.logout(), CLOSE_SECONDS)
        finally:
            self.cut()
            self._thread.end(self._let_go)

    def _let_go(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self._client.shutdown()

    async def capabilities(self) -> tuple[str, ...]:
        """What the server offers after log-in, sorted."""
        found = await self.call("asking for its capabilities", lambda client: client.capabilities())
        return tuple(sorted(item.decode("ascii", "replace") for item in found))

    async def listing(self) -> list[tuple[tuple[bytes, ...], str]]:
        """All selectable folders with their attributes (RFC 9051, 6.3.9), asked for once a connection."""
        if self._listing is None:
            found = await self.call("listing the folders", _listed)
            self._listing = [(flags, name) for flags, name in found if not _CLOSED & {flag.lower() for flag in flags}]
        return self._listing

    def look_anew(self) -> None:
        """Forget what folders there were: one was made."""
        self._listing = None

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
        if b"UIDVALIDITY" not in found:
            raise NeedsOperator(
                f"{self.login.where} gives no UIDVALIDITY for {folder}: its mails cannot be told apart from one "
                "connection to the next (RFC 9051, 2.3.1.1), so it is not read."
            )
        uidnext = found.get(b"UIDNEXT")
        return FolderState(int(found.get(b"EXISTS", 0)), int(found[b"UIDVALIDITY"]), int(uidnext) if uidnext else None)

    async def _refuse_unknown(self, folder: str, error: SaidNo) -> None:
        there = await self.folders()
        if folder not in there:
            raise NeedsOperator(
                f'Account "{self.login.account}" has no folder {folder!r} on {self.login.where}. '
                f"It has: {', '.join(sorted(there))}. Correct the folder's name in config.toml."
            ) from error


def _said_no(error: Exception) -> bool:
    if not isinstance(error, IMAPClientError) or isinstance(error, IMAPClientAbortError):
        return False
    return isinstance(error, InvalidCriteriaError) or _SAID_NO.match(str(error)) is not None


def _listed(client: imapclient.IMAPClient) -> list[tuple[tuple[bytes, ...], str]]:
    """Attributes and name of all folders; a name that is no modified UTF-7 (RFC 3501, 5.1.3) hides no other."""
    client.folder_encode = False
    try:
        listed = client.list_folders()
    finally:
        client.folder_encode = True
    named = ((flags, _decoded(name)) for flags, _, name in listed)
    return [(flags, name) for flags, name in named if name is not None]


def _decoded(name: bytes | str) -> str | None:
    try:
        return str(imap_utf7.decode(name))
    except ValueError:
        return None


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
