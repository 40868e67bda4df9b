"""The socket under one connection: whole lines from a buffer of our own, bounded, and cut from outside at once."""

from __future__ import annotations

import contextlib
import math
import os
import select
import socket
import ssl
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

T = TypeVar("T")

SILENCE_SECONDS: Final = 120.0
"""So long a server may say nothing while an answer is awaited; what a command may take in all its caller bounds."""
LINE_OCTETS: Final = 2**20
HELD_OCTETS: Final = 96 * 2**20
"""So much the answer to one command may hold at most."""
_LINE_COST: Final = 64
"""What a line costs to keep besides its octets: a flood of tiny ones counts as well."""
_CHUNK: Final = 2**16


class Cut(OSError):
    """We closed the connection ourselves."""


class TooMuch(OSError):
    """The server sends more than anybody should hold."""


class Line:
    """One connection to a server, plain or TLS. All but `wake` and `cut` belongs to the one thread that reads.

    The socket never blocks; whatever waits, waits in poll(2) for the socket and for a bell that `wake` and `cut` ring.
    Raises Cut, TooMuch, TimeoutError, EOFError or another OSError; never hands out half a line.
    """

    def __init__(self) -> None:
        self.silence = SILENCE_SECONDS
        self.until = math.inf
        """When the answer that is awaited must be there, by time.monotonic()."""
        self._socket: Any = None
        self._buffer = bytearray()
        self._searched = 0
        self._left = HELD_OCTETS
        self._cut = self._woken = False
        self._heard, self._bell = socket.socketpair()
        for end in (self._heard, self._bell):
            end.setblocking(False)

    # --- from any thread ---

    def wake(self) -> None:
        """End an `await_line` now."""
        self._woken = True
        self._ring()

    def cut(self) -> None:
        """Close the socket under whatever waits on it, and let nothing more be read or sent."""
        self._cut = True
        self._ring()

    def _ring(self) -> None:
        with contextlib.suppress(OSError):  # full: it rings already; closed: nobody waits any more
            self._bell.send(b"!")

    # --- from the connection's own thread ---

    def connect(self, host: str, port: int, seconds: float) -> None:
        """Connect to the first of the host's addresses that answers. One that swallows all gets half the time."""
        self.silence = seconds
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        share = seconds / min(len(found), 2)
        failure: OSError = ConnectionError("no address")
        for family, kind, number, _, address in found:
            try:
                return self._connect_to(socket.socket(family, kind, number), address, share)
            except Cut:
                raise
            except OSError as error:
                failure = error
        raise failure

    def _connect_to(self, made: socket.socket, address: object, seconds: float) -> None:
        self._close_socket()
        self._socket = made
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _keep_alive(made)
        made.connect_ex(address)  # type: ignore[arg-type]
        if not self._wait(select.POLLOUT, time.monotonic() + seconds):
            raise TimeoutError("timed out")
        if failed := made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failed, os.strerror(failed))

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on. What was sent before it must not be taken for a part of it (RFC 9051, 11.1)."""
        if self._buffer:
            raise TooMuch("it sent something on before TLS was set up, as an attacker would")
        self._socket = context.wrap_socket(self._socket, server_hostname=host, do_handshake_on_connect=False)
        self._patiently(self._socket.do_handshake, select.POLLIN)

    def readline(self) -> bytes:
        """The next line with its end."""
        while not self._has_line():
            self._take()
        return self._pop(self._searched + 1, _LINE_COST)

    def read(self, size: int) -> bytes:
        """Exactly so many octets."""
        if size > self._left:
            raise TooMuch(f"it announces {size} octets at once, which nobody should hold")
        while len(self._buffer) < size:
            self._take()
        return self._pop(size)

    def write(self, data: bytes) -> None:
        """Send all of it."""
        view = memoryview(data)
        while view:
            view = view[self._patiently(partial(self._send, view), select.POLLOUT) :]

    def begin(self) -> None:
        """A new exchange begins: what the answer may hold is counted anew."""
        self._left = HELD_OCTETS

    def heed(self) -> None:
        """Forget a `wake` of before."""
        self._woken = False

    def await_line(self, until: float) -> bool:
        """Whether a whole line is there to read; not, when woken or at `until` by time.monotonic()."""
        while not self._has_line():
            data = self._receive()
            if data is None:
                if not self._wait(select.POLLIN, until, heed=True):
                    return False
            else:
                self._keep(data)
        return True

    @property
    def woken(self) -> bool:
        """Whether `wake` was called since `heed`."""
        return self._woken

    def close(self) -> None:
        """Close everything. The server is told nothing."""
        self._cut = True
        self._close_socket()
        self._heard.close()
        self._bell.close()

    # --- within ---

    def _has_line(self) -> bool:
        found = self._buffer.find(b"\n", self._searched)
        self._searched = found if found >= 0 else len(self._buffer)
        if self._searched > LINE_OCTETS:
            raise TooMuch(f"it sends a line of more than {LINE_OCTETS} octets")
        return found >= 0

    def _pop(self, size: int, cost: int = 0) -> bytes:
        self._left -= size + cost
        if self._left < 0:
            raise TooMuch(f"it answers one command with more than {HELD_OCTETS} octets")
        with memoryview(self._buffer) as view:
            popped = bytes(view[:size])
        del self._buffer[:size]
        self._searched = 0
        return popped

    def _take(self) -> None:
        """Read what is there, at least one octet."""
        self._keep(self._patiently(self._recv, select.POLLIN))

    def _recv(self) -> bytes:
        return bytes(self._socket.recv(_CHUNK))

    def _send(self, data: memoryview) -> int:
        return int(self._socket.send(data))

    def _keep(self, data: bytes) -> None:
        if not data:
            raise EOFError("it hung up")
        self._buffer += data

    def _receive(self) -> bytes | None:
        """What is there now; None for nothing."""
        self._heed_cut()
        try:
            return self._recv()
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None

    def _patiently(self, act: Callable[[], T], usual: int) -> T:
        """Do it as soon as the socket is ready. TLS may have to write in order to read, and the other way round."""
        while True:
            self._heed_cut()
            if time.monotonic() > self.until:  # a flood never waits
                raise TimeoutError("its answer did not end in time")
            try:
                return act()
            except BlockingIOError:
                event = usual
            except ssl.SSLWantReadError:
                event = select.POLLIN
            except ssl.SSLWantWriteError:
                event = select.POLLOUT
            self._stand_by(event)

    def _stand_by(self, event: int) -> None:
        began = time.monotonic()
        if not self._wait(event, min(began + self.silence, self.until)):
            raise TimeoutError(f"it was silent for {time.monotonic() - began:.0f} s")

    def _wait(self, event: int, until: float, *, heed: bool = False) -> bool:
        """Whether the socket is ready; not, when `until` has come or, if that is heeded, `wake` was called."""
        poll = select.poll()
        poll.register(self._socket, event)
        poll.register(self._heard, select.POLLIN)
        while True:
            self._heed_cut()
            left = until - time.monotonic()
            if left <= 0 or (heed and self._woken):
                return False
            ready = [number for number, _ in poll.poll(min(left, 86_400) * 1000)]
            if self._heard.fileno() in ready:
                self._hush()
            if self._socket.fileno() in ready:
                return True

    def _hush(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._heard.recv(4096)

    def _heed_cut(self) -> None:
        if self._cut:
            self._close_socket()
            raise Cut("we closed it")

    def _close_socket(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()


def _keep_alive(made: socket.socket) -> None:
    """Let the system notice a server that is gone without a word, as one may be for minutes behind IDLE."""
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 120), ("TCP_KEEPINTVL", 30), ("TCP_KEEPCNT", 4)):
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
