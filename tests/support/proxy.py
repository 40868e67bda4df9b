"""A TCP proxy on loopback that writes down every IMAP command a client sends, and cuts or delays where it is told to.

It runs an event loop in a thread of its own, so it serves blocking and asyncio tests alike. It reads plain connections
only: after STARTTLS it passes octets on and records nothing more.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

HOST = "127.0.0.1"
TWO_WORDS = {"UID"}
_LITERAL = re.compile(rb"~?\{(\d+)\+?\}$")
How = Literal["fin", "rst"]
Direction = Literal["to_server", "to_client"]
Answer = Literal["before", "after"] | None


@dataclass(frozen=True)
class Command:
    """One command as sent: the tag is stripped, each literal stands as {n} in `text` and in full in `literals`.

    `verb` is upper-case, two words for UID commands ("UID FETCH"); `text` is what comes after it.
    """

    connection: int
    tag: str
    verb: str
    text: str
    literals: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Cut:
    """Cut one connection after `after` octets in one direction: those octets still pass, none after them do."""

    after: int
    direction: Direction = "to_client"
    how: How = "fin"


class Reader:
    """Splits a client's octets into lines and literals (RFC 9051, 4.3) and those into commands. Sans IO."""

    def __init__(self, connection: int) -> None:
        self._connection = connection
        self._buffer = b""
        self._line = b""
        self._literals: list[bytes] = []
        self._awaited: int | None = None
        self.blind = False

    def feed(self, data: bytes) -> list[tuple[bytes, Command | None]]:
        """Pieces to pass on, in order; the one that completes a command comes with it."""
        self._buffer += data
        pieces = []
        while (piece := self._piece()) is not None:
            pieces.append(piece)
        return pieces

    def refused(self, data: bytes) -> Command | None:
        """The command whose literal the server refuses, if `data` from it says so: none follows (RFC 9051, 4.3)."""
        tag = self._line.partition(b" ")[0]
        if self._awaited is None or not re.search(rb"(^|\n)" + re.escape(tag) + rb" (NO|BAD) ", data):
            return None
        self._awaited = None
        return self._whole()

    def _piece(self) -> tuple[bytes, Command | None] | None:
        if self.blind:
            passed, self._buffer = self._buffer, b""
            return (passed, None) if passed else None
        if self._awaited is not None:
            return self._literal(self._awaited)
        line, newline, rest = self._buffer.partition(b"\n")
        if not newline:
            return None
        self._buffer = rest
        return line + newline, self._ended(line.rstrip(b"\r"))

    def _literal(self, size: int) -> tuple[bytes, None] | None:
        if len(self._buffer) < size:
            return None
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        self._literals.append(body)
        self._awaited = None
        return body, None

    def _ended(self, line: bytes) -> Command | None:
        self._line += line
        if literal := _LITERAL.search(line):
            self._awaited = int(literal[1])
            return None
        return self._whole()

    def _whole(self) -> Command | None:
        command = self._parsed(self._line.decode("utf-8", "replace"))
        self._line, self._literals = b"", []
        return command

    def _parsed(self, line: str) -> Command | None:
        """None for a line that is no command: the answers to AUTHENTICATE's challenges. IDLE's DONE counts as one."""
        if line.upper() == "DONE":
            return Command(self._connection, "", "DONE", "")
        tag, _, rest = line.partition(" ")
        if not rest:
            return None
        verb, _, text = rest.partition(" ")
        verb = verb.upper()
        if verb in TWO_WORDS:
            second, _, text = text.partition(" ")
            verb = f"{verb} {second.upper()}"
        self.blind = verb == "STARTTLS"
        return Command(self._connection, tag, verb, text, tuple(self._literals))


@dataclass
class _Connection:
    """Two streams, what has passed each way, and the tag whose answer is to be swallowed."""

    number: int
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    passed: dict[str, int] = field(default_factory=lambda: {"to_server": 0, "to_client": 0})
    swallow: str | None = None
    swallowed: bytes = b""
    recorder: Reader | None = None

    def cut(self, how: How) -> None:
        for writer in (self.client, self.server):
            if how == "rst":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            else:
                writer.close()


class _CutError(Exception):
    """The connection was cut on purpose."""


class RecordingProxy:
    """A context manager: `RecordingProxy(host, port)` listens on `.host` and `.port`; `.commands` is what it has seen.

    May be set at any time: `cut` (applies to the next connection that gets that far, then is None again), `delay`
    (seconds before each piece to the client), `rewrite` (applied to each piece to the client), and `on_command`, called
    in the proxy's thread with each command before its last line goes on. It answers None, or "before": cut now, the
    server never sees the end of it; or "after": pass it on, wait for the server's answer, cut without handing that on.
    """

    def __init__(self, upstream_host: str, upstream_port: int) -> None:
        self.upstream = (upstream_host, upstream_port)
        self.host, self.port = HOST, 0
        self.commands: list[Command] = []
        self.connections = 0
        self.cut: Cut | None = None
        self.cuts_made = 0
        self.faults: list[BaseException] = []
        self.delay = 0.0
        self.rewrite: Callable[[bytes], bytes] = lambda data: data
        self.on_command: Callable[[Command], Answer] = lambda _: None
        self._writers: list[asyncio.StreamWriter] = []
        self._seen = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="recording-proxy")
        self._ready = threading.Event()

    def __enter__(self) -> RecordingProxy:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_exc) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        if self.faults:
            raise self.faults[0]

    def verbs(self) -> list[str]:
        """The verbs of all commands so far, in order."""
        return [command.verb for command in list(self.commands)]

    def wait_for(self, verb: str, count: int = 1, seconds: float = 10) -> None:
        """Block until that many commands of a verb were seen. Raises TimeoutError."""
        with self._seen:
            if not self._seen.wait_for(lambda: self.verbs().count(verb) >= count, seconds):
                raise TimeoutError(f"{count} {verb} were awaited; seen: {self.verbs()}")

    # --- in the proxy's thread ---

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._accept, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        except OSError:
            writer.transport.abort()
            return
        self._writers.append(up_writer)
        self.connections += 1
        connection = _Connection(self.connections, writer, up_writer)
        pumps = self._up(reader, connection), self._down(up_reader, connection)
        try:
            await self._both([asyncio.ensure_future(each) for each in pumps])
        finally:
            connection.cut("fin")

    async def _both(self, pumps: list[asyncio.Future]) -> None:
        """As soon as one side ends, so does the other. What a hook raised is kept for `__exit__`."""
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            ends = await asyncio.gather(*pumps, return_exceptions=True)
            expected = (OSError, _CutError, asyncio.CancelledError, type(None))
            self.faults += [end for end in ends if not isinstance(end, expected)]

    async def _up(self, reader: asyncio.StreamReader, connection: _Connection) -> None:
        recorder = connection.recorder = Reader(connection.number)
        while data := await reader.read(65536):
            for piece, command in recorder.feed(data):
                answer = self._noted(command) if command else None
                if answer == "before":
                    self._cut_now(connection, "rst")
                if answer == "after":
                    connection.swallow = command.tag
                await self._pass(piece, connection.server, connection, "to_server")

    async def _down(self, reader: asyncio.StreamReader, connection: _Connection) -> None:
        while data := await reader.read(65536):
            if self.delay:
                await asyncio.sleep(self.delay)
            if connection.recorder and (command := connection.recorder.refused(data)):
                self._noted(command)
            if connection.swallow is not None:
                self._swallow(data, connection)
                continue
            await self._pass(self.rewrite(data), connection.client, connection, "to_client")

    def _noted(self, command: Command) -> Answer:
        with self._seen:
            self.commands.append(command)
            self._seen.notify_all()
        return self.on_command(command)

    def _swallow(self, data: bytes, connection: _Connection) -> None:
        connection.swallowed += data
        if re.search(rb"(^|\n)" + re.escape(connection.swallow.encode()) + rb" ", connection.swallowed):
            self._cut_now(connection, "rst")

    async def _pass(self, data: bytes, writer: asyncio.StreamWriter, connection: _Connection, way: Direction) -> None:
        cut = self.cut
        left = cut.after - connection.passed[way] if cut and cut.direction == way else len(data) + 1
        connection.passed[way] += len(data[: max(left, 0)])
        writer.write(data[: max(left, 0)])
        await writer.drain()
        if cut and left <= len(data):
            self.cut = None
            self._cut_now(connection, cut.how)

    def _cut_now(self, connection: _Connection, how: How) -> None:
        self.cuts_made += 1
        connection.cut(how)
        raise _CutError
