"""A stand-in for Cyrus SASL's saslauthd: whoever comes with the one password is let in.

A question is four counted strings (user, password, service, realm), each a length of two octets and its octets; the
answer is one of them, "OK" or "NO".
"""

from __future__ import annotations

import os
import socketserver
import struct
import threading
from pathlib import Path

LENGTH = struct.Struct("!H")


class Saslauthd(socketserver.ThreadingUnixStreamServer):
    """Answers on a Unix socket that everybody may use, from a thread of its own, until it is closed."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, path: Path, password: str) -> None:
        self.password = password.encode()
        super().__init__(str(path), Question)
        os.chmod(path, 0o777)  # noqa: PTH101 - a Path's chmod is the same, and the server has the string
        threading.Thread(target=self.serve_forever, args=(0.05,), name="saslauthd", daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Question(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        _user, password, _service, _realm = (self._counted() for _ in range(4))
        answer = b"OK" if password == self.server.password else b"NO"
        self.wfile.write(LENGTH.pack(len(answer)) + answer)

    def _counted(self) -> bytes:
        return self.rfile.read(*LENGTH.unpack(self.rfile.read(LENGTH.size)))
