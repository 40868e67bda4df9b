"""A TCP proxy on loopback that goes wrong at an exact octet: cut by RST or FIN, silent, slow, or one octet at a time.

It runs an event loop in a thread of its own, so it serves blocking and asyncio tests alike, and knows no protocol: only
how many octets have passed each way, since the connection began or since the client sent a mark, e.g. b" APPEND ".
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

HOST = "127.0.0.1"
Kind = Literal["rst", "fin", "blackhole", "delay", "dribble"]
Way = Literal["to_server", "to_client"]
_LINGER = struct.pack("ii", 1, 0)
_FIN_SECONDS = 10.0
"""So long both sides get to hang up after a FIN before the sockets are closed under them."""


@dataclass(frozen=True)
class Fault:
    """What goes wrong on one connection: `after` octets pass in `direction`, then `kind` happens.

    With a `mark` the octets count from the first one of the mark on the way to the server; to the client, from what
    had passed when the mark came. rst and fin cut both sides; a blackhole swallows what comes from both and keeps the
    connection; delay lets each further piece of the direction wait for `seconds`; dribble sends each further octet of
    it in a segment of its own.
    """

    kind: Kind
    direction: Way = "to_client"
    after: int = 0
    mark: bytes = b""
    seconds: float = 0.0


@dataclass
class Link:
    """One connection: octets passed each way, the counts when the mark came, when it was struck and ended (in s)."""

    number: int
    fault: Fault | None
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    passed: dict[str, int] = field(default_factory=lambda: {"to_server": 0, "to_client": 0})
    marked: dict[str, int] | None = None
    struck: float | None = None
    server_gone: float | None = None
    black: bool = False
    tail: bytes = b""

    def see(self, data: bytes, mark: bytes) -> None:
        """Look for the mark in what comes from the client, also across two reads."""
        if self.marked is None and mark:
            seen = self.tail + data
            if (at := seen.find(mark)) >= 0:
                self.marked = self.passed | {"to_server": self.passed["to_server"] - len(self.tail) + at}
            self.tail = seen[-(len(mark) - 1) :] if len(mark) > 1 else b""

    def left(self, way: Way) -> int | None:
        """How many octets may still pass that way; None while the fault is not about it, or its mark not seen."""
        fault = self.fault
        if fault is None or fault.direction != way or self.struck is not None or (fault.mark and self.marked is None):
            return None
        start = self.marked[way] if fault.mark and self.marked else 0
        return max(start + fault.after - self.passed[way], 0)

    def since_mark(self, way: Way) -> int:
        """Octets passed since the mark."""
        return self.passed[way] - (self.marked or self.passed)[way]


class FaultProxy:
    """A context manager: `FaultProxy(host, port)` listens on `.host` and `.port`.

    `fault` strikes the next connection that comes and is None again then; `choose`, if set, says the fault of each one
    instead, by its number from 1 (called in the proxy's thread). `mark` is looked for where there is no fault, so that
    an undisturbed connection can be measured. `links` are all connections so far.
    """

    def __init__(self, upstream_host: str, upstream_port: int) -> None:
        self.upstream = (upstream_host, upstream_port)
        self.host, self.port = HOST, 0
        self.fault: Fault | None = None
        self.mark = b""
        self.choose: Callable[[int], Fault | None] = self._next
        self.links: list[Link] = []
        self.strikes = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="fault-proxy")
        self._ready = threading.Event()
        self._tasks: set[asyncio.Task] = set()

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_exc) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)

    def drop_all(self) -> None:
        """Cut every live connection by RST, from any thread."""
        self._loop.call_soon_threadsafe(lambda: [_reset(link) for link in self.links])

    def _next(self, _number: int) -> Fault | None:
        fault, self.fault = self.fault, None
        return fault

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
        writers = [writer for link in self.links for writer in (link.client, link.server)]
        for writer in writers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        except OSError:
            writer.transport.abort()
            return
        for each in (writer, up_writer):
            each.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = Link(len(self.links) + 1, self.choose(len(self.links) + 1), writer, up_writer)
        self.links.append(link)
        ways = ((reader, up_writer, "to_server"), (up_reader, writer, "to_client"))
        try:
            if any(link.left(way) == 0 for *_, way in ways):
                self._strike(link)
            async with asyncio.TaskGroup() as group:
                for way in ways:
                    group.create_task(self._pump(link, *way))
        except* (OSError, asyncio.CancelledError):  # cancelled only when the proxy ends
            _reset(link)
        finally:
            if not (link.fault and link.struck and link.fault.kind == "blackhole"):
                writer.close()
                up_writer.close()

    async def _pump(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        while data := await reader.read(65536):
            if way == "to_server":
                link.see(data, link.fault.mark if link.fault else self.mark)
            await self._pass(link, writer, way, data)
        if way == "to_client":
            link.server_gone = time.monotonic()
        if not link.black and writer.can_write_eof() and not writer.is_closing():
            writer.write_eof()

    async def _pass(self, link: Link, writer: asyncio.StreamWriter, way: Way, data: bytes) -> None:
        left = link.left(way)
        if left is not None and len(data) >= left:
            await self._send(link, writer, way, data[:left])
            self._strike(link)
            data = data[left:]
        if data:
            await self._send(link, writer, way, data)

    async def _send(self, link: Link, writer: asyncio.StreamWriter, way: Way, data: bytes) -> None:
        """Pass octets on as the fault has it by now."""
        fault = link.fault
        if link.black or writer.is_closing():
            return
        slow = link.struck is not None and fault is not None and fault.direction == way
        if slow and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        pieces = [data[i : i + 1] for i in range(len(data))] if slow and fault.kind == "dribble" else [data]
        for piece in pieces:
            link.passed[way] += len(piece)
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    def _strike(self, link: Link) -> None:
        link.struck = time.monotonic()
        self.strikes += 1
        kind = link.fault.kind if link.fault else "rst"
        link.black = kind in {"blackhole", "fin"}
        if kind == "rst":
            _reset(link)
        elif kind == "fin":
            self._finish(link)

    def _finish(self, link: Link) -> None:
        """FIN to both; what they still say is read and thrown away, or closing would send an RST after all."""
        for writer in (link.client, link.server):
            if writer.can_write_eof():
                with contextlib.suppress(OSError):
                    writer.write_eof()
        self._loop.call_later(_FIN_SECONDS, lambda: _reset(link))


def _reset(link: Link) -> None:
    for writer in (link.client, link.server):
        if not writer.is_closing():
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
            writer.transport.abort()
