"""A logged-in connection in a thread of its own: every call has a deadline, every failure a sentence."""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
from collections.abc import Callable
from typing import Final, Self, TypeVar

from daemon.adapters.imap.asking import examine
from daemon.adapters.imap.authenticate import as_told
from daemon.adapters.imap.folders import Listing, list_all
from daemon.adapters.imap.gateway import clean
from daemon.adapters.imap.line import Line
from daemon.adapters.imap.login import Login, open_client
from daemon.adapters.imap.said import asks_to_wait, code_of, one_line, seconds_asked
from daemon.adapters.imap.thread import OwnThread
from daemon.adapters.imap.wire import Answered, Bye, Client
from daemon.core.errors import NeedsOperator, Throttled, Transient
from daemon.core.ports import FolderState
from daemon.core.quoting import quoted

T = TypeVar("T")
COMMAND_SECONDS: Final = 90.0
OPEN_SECONDS: Final = 60.0
CLOSE_SECONDS: Final = 2.0


class SaidNo(Transient):
    """The server answered NO or BAD to one command: it certainly did not do it.

    `said` is its text, `code` its response code in capitals (RFC 9051, 7.1; RFC 5530), e.g. OVERQUOTA, or None.
    """

    def __init__(self, sentence: str, said: str) -> None:
        super().__init__(sentence)
        self.said = said
        self.code = code_of(said)


class SaidWait(SaidNo, Throttled):
    """The server answered NO, and wants to be left alone for a while."""

    def __init__(self, sentence: str, said: str) -> None:
        SaidNo.__init__(self, sentence, said)
        self.seconds = seconds_asked(said)


class Session:
    """One connection. Raises Transient when it is lost, NeedsOperator when only the person can mend it.

    `promise` is told before every exchange how many s it may take, and after it 0.
    """

    def __init__(self, login: Login, client: Client, line: Line, thread: OwnThread) -> None:
        self.login = login
        self._client, self._line, self._thread = client, line, thread
        self._listing: Listing | None = None
        self._closed = False
        self.promise: Callable[[float], None] = lambda _seconds: None

    @classmethod
    async def open(cls, login: Login, secret: str) -> Self:
        """Connect and log in. Raises Refused, NeedsOperator, Throttled or Transient."""
        line, thread = Line(), OwnThread(f"imap-{login.account}")
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                client = await thread.run(lambda: open_client(login, secret, line))
        except BaseException as error:
            line.cut()
            thread.end(line.close)
            if isinstance(error, TimeoutError):
                raise Transient(f"{login.where} took more than {OPEN_SECONDS:.0f} s to let us in.") from error
            raise
        return cls(login, client, line, thread)

    async def call(self, what: str, act: Callable[[Client], T], seconds: float = COMMAND_SECONDS) -> T:
        """Run one exchange with the server. `what` completes "while ..." in the sentence of a failure."""
        self.promise(seconds)
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
        finally:
            self.promise(0.0)

    def _named(self, what: str, error: Exception) -> Transient:
        said = one_line(str(error))
        if isinstance(error, Answered):
            kind = SaidWait if asks_to_wait(said) else SaidNo
            return kind(f"{self.login.where} said no while {what}: {quoted(said or 'nothing more')}", said)
        self.cut()
        lost = f"The connection to {self.login.where} was lost while {what} ({as_told(error, said or 'it hung up')})."
        if isinstance(error, Bye) and asks_to_wait(said):
            return Throttled(lost, seconds_asked(said))
        return Transient(lost)

    def wake(self) -> None:
        """End what waits for news on this connection, at once."""
        self._line.wake()

    def heed(self) -> None:
        """Forget a `wake` of before."""
        self._line.heed()

    def cut(self) -> None:
        """Close the socket under whatever waits on it, without ceremony."""
        self._line.cut()

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
            self._thread.end(self._line.close)

    async def capabilities(self) -> tuple[str, ...]:
        """What the server offers after log-in, sorted."""
        return tuple(sorted(await self.call("asking for its capabilities", lambda client: client.offered())))

    async def listing(self) -> Listing:
        """All selectable folders with their attributes (RFC 9051, 6.3.9), asked for once a connection."""
        if self._listing is None:
            self._listing = await self.call("listing the folders", list_all)
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
            found = await self.call(f"opening {quoted(folder)}", lambda client: examine(client, name))
        except SaidNo as error:
            await self._refuse_unknown(folder, error)
            raise
        return self._state(folder, found)

    def _state(self, folder: str, told: dict[str, int]) -> FolderState:
        if "UIDVALIDITY" not in told:
            raise NeedsOperator(
                f"{self.login.where} gives no UIDVALIDITY for {quoted(folder)}: its mails cannot be told apart "
                "from one connection to the next (RFC 9051, 2.3.1.1), so it is not read."
            )
        return FolderState(told["EXISTS"], told["UIDVALIDITY"], told.get("UIDNEXT"), told.get("HIGHESTMODSEQ"))

    async def _refuse_unknown(self, folder: str, error: SaidNo) -> None:
        there = await self.folders()
        if folder not in there and not isinstance(error, Throttled):
            raise NeedsOperator(
                f'Account "{self.login.account}" has no folder {quoted(folder)} on {self.login.where}. '
                f"It has: {quoted(', '.join(sorted(there)))}. Correct the folder's name in config.toml."
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
    ArithmeticError,
    RuntimeError,
)
