"""systemd's journal as it listens for entries in its native protocol."""

from __future__ import annotations

import os
import socket
from pathlib import Path


class JournalSocket:
    """A datagram socket at a path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))

    def entry(self, *, block: bool = True) -> dict[str, str]:
        """The next entry, field by field. Raises TimeoutError, or BlockingIOError where one does not wait."""
        self._socket.settimeout(10 if block else 0)
        octets, rights, *_ = socket.recv_fds(self._socket, 1 << 20, 1)
        if rights:
            with os.fdopen(rights[0], "rb") as file:
                file.seek(0)
                octets = file.read()
        return fields(octets)

    def close(self) -> None:
        self._socket.close()


def fields(octets: bytes) -> dict[str, str]:
    """An entry of the journal's native protocol, taken apart."""
    found = {}
    while octets:
        name, _, rest = octets.partition(b"\n")
        if b"=" in name:
            name, _, value = name.partition(b"=")
        else:
            length = int.from_bytes(rest[:8], "little")
            value, rest = rest[8 : 8 + length], rest[8 + length :]
            assert rest[:1] == b"\n"
            rest = rest[1:]
        found[name.decode()] = value.decode()
        octets = rest
    return found
