"""A relay that makes the way longer: every octet arrives `delay` s after it was sent, in either direction.

A thread of its own with its own event loop. What is under way is bounded, as a connection's window would; octets are
not slowed down otherwise. It counts how often the client spoke after the server had: what each of them waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field

_PIECE = 2**16
_UNDER_WAY = 64
"""Pieces of 64 KiB at most in one direction: 4 MiB."""


@dataclass
class Counted:
    """What went through so far: lines and octets of the client, octets of the server, turns of the talk."""

    lines: int = 0
    sent: int = 0
    got: int = 0
    turns: int = 0


@dataclass
class Relay:
    """A context manager; `delay` is that of one direction, in s."""

    host: str
    target: int
    delay: float
    port: int = 0
    counted: Counted = field(default_factory=Counted)
    _last: str = "server"

    def __enter__(self) -> Relay:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, *_exc) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self, ready: threading.Event) -> None:
        """Until told that it is over; asyncio.run then cancels what is still being carried."""
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._met, self.host)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._over.wait()
        server.close()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self.delay)  # the handshake
        far_reader, far_writer = await asyncio.open_connection(self.host, self.target)
        there, back = asyncio.Queue(_UNDER_WAY), asyncio.Queue(_UNDER_WAY)
        await asyncio.gather(
            *(self._take(reader, there), self._hand_over(there, far_writer, "client")),
            *(self._take(far_reader, back), self._hand_over(back, writer, "server")),
        )

    async def _take(self, reader: asyncio.StreamReader, under_way: asyncio.Queue) -> None:
        """Note when each piece is due on the other side; an empty one is the end."""
        piece = b"begin"
        while piece:
            try:
                piece = await reader.read(_PIECE)
            except OSError:
                piece = b""
            await under_way.put((self._loop.time() + self.delay, piece))

    async def _hand_over(self, under_way: asyncio.Queue, writer: asyncio.StreamWriter, who: str) -> None:
        """Pass on what is due. Whose turn it is, is seen here: where octets reach the other side."""
        with contextlib.suppress(OSError), contextlib.closing(writer):
            while (due := await under_way.get())[1]:
                await asyncio.sleep(due[0] - self._loop.time())
                self._count(due[1], who)
                writer.write(due[1])
                await writer.drain()

    def _count(self, piece: bytes, who: str) -> None:
        counted = self.counted
        counted.turns += who == "client" and self._last == "server"
        self._last = who
        if who == "client":
            counted.lines, counted.sent = counted.lines + piece.count(b"\n"), counted.sent + len(piece)
        else:
            counted.got += len(piece)
