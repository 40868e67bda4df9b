"""Readers of mail are forked from one process that has loaded the model: they share it, and are replaced at once.

The house speaks in packets over a Unix socket: `{"fork": true}` with a connection for the new reader beside it
(SCM_RIGHTS, unix(7)), or `{"kill": pid}`. It is told `{"forked": pid}` of each new reader, in the order they were
wished for, and `{"ended": pid, "how": sentence}` of each that has ended. What a reader says itself is not trusted.
"""

from __future__ import annotations

import ctypes
import json
import os
import selectors
import signal
import socket
from collections.abc import Callable
from typing import Any, BinaryIO, Final

Serve = Callable[[BinaryIO, BinaryIO], None]
"""What a reader does with what it reads and where it writes, until the input ends."""

_PACKET_MAX: Final = 4096
_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


def send(write: BinaryIO, message: dict[str, Any]) -> None:
    """Write a line of JSON."""
    write.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    write.flush()


def die_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends (prctl(2)); SystemExit if that has happened already."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)


def how_ended(status: int) -> str:
    """In words how a process ended, given the status that waitpid(2) tells."""
    code = os.waitstatus_to_exitcode(status)
    return f"it was ended by {signal.Signals(-code).name}" if code < 0 else f"it ended with code {code}"


def nurse(control: socket.socket, told: BinaryIO, serve: Serve) -> None:
    """Fork, end and bury readers as the house says, until it closes `control`; then none is left.

    What became of them goes to `told`, a line of JSON each.
    """
    with _Ward(control, told, serve) as ward:
        while ward.went_on():
            pass


class _Ward:
    """The readers that live, by the descriptor that tells of a reader's end (pidfd_open(2))."""

    def __init__(self, control: socket.socket, told: BinaryIO, serve: Serve) -> None:
        self._control, self._told, self._serve = control, told, serve
        self._readers: dict[int, int] = {}
        self._watch = selectors.DefaultSelector()
        self._watch.register(control, selectors.EVENT_READ)

    def __enter__(self) -> _Ward:
        return self

    def __exit__(self, *_error: object) -> None:
        for handle in [*self._readers]:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            self._bury(handle)
        self._watch.close()

    def went_on(self) -> bool:
        """Do what is to be done now, or wait for it; False when the house has closed the connection."""
        for key, _ in self._watch.select():
            if key.fileobj is not self._control:
                pid, how = self._bury(key.fd)
                send(self._told, {"ended": pid, "how": how})
            elif not self._heard():
                return False
        return True

    def _heard(self) -> bool:
        packet, handles, _, _ = socket.recv_fds(self._control, _PACKET_MAX, 1)
        if not packet:
            return False
        wish = json.loads(packet)
        if handles:
            self._fork(handles[0])
        else:
            self._kill(int(wish["kill"]))
        return True

    def _fork(self, connection: int) -> None:
        nursery = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._live(connection, nursery)
        os.close(connection)
        handle = os.pidfd_open(pid)
        self._readers[handle] = pid
        self._watch.register(handle, selectors.EVENT_READ)
        send(self._told, {"forked": pid})

    def _live(self, connection: int, nursery: int) -> None:
        """A reader's whole life. It keeps nothing open of its nursery's, whose end would not be noticed otherwise."""
        code = 1
        try:
            die_with(nursery)
            self._watch.close()
            for handle in (self._told.fileno(), self._control.fileno(), *self._readers):
                os.close(handle)
            # Only the process's end closes the connection: the house asks how it ended when it sees that.
            read, write = (os.fdopen(connection, mode, closefd=False) for mode in ("rb", "wb"))
            self._serve(read, write)
            code = 0
        finally:
            os._exit(code)

    def _kill(self, pid: int) -> None:
        for handle, reader in self._readers.items():
            if reader == pid:
                signal.pidfd_send_signal(handle, signal.SIGKILL)

    def _bury(self, handle: int) -> tuple[int, str]:
        """Wait for the end of a reader; its number and how it ended."""
        pid = self._readers.pop(handle)
        _, status = os.waitpid(pid, 0)
        self._watch.unregister(handle)
        os.close(handle)
        return pid, how_ended(status)
