"""A connection without a network: what is sent reaches a script, whose answer comes back in pieces, and then silence.

Everything happens in the caller's thread and at once, so that tests count reads and waits instead of time.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable

from daemon.adapters.imap.line import Line
from daemon.adapters.imap.wire import Client

GREETING = b"* OK ready\r\n"
CAPABILITIES = b"IMAP4rev1 IDLE CONDSTORE SPECIAL-USE NAMESPACE"
EOF = b""


class Canned(Line):
    """A Line that reads `pieces` (b"" is the end of the connection) and tells `answer` what is written."""

    def __init__(self, answer: Callable[[bytes], Iterable[bytes]], greeting: bytes = GREETING) -> None:
        super().__init__()
        self.answer = answer
        self.pieces: deque[bytes] = deque([greeting])
        self.reads = self.waits = 0

    def _recv(self) -> bytes:
        self.reads += 1
        if not self.pieces:
            raise BlockingIOError
        return self.pieces.popleft()

    def _send(self, data: memoryview) -> int:
        self.pieces.extend(self.answer(bytes(data)))
        return len(data)

    def _wait(self, _event: int, _until: float, *, heed: bool = False) -> bool:
        """Nothing more comes: the time is up."""
        self.waits += 1
        self._heed_cut()
        return False


class Script:
    """Answers CAPABILITY by itself, and each other command with the next of `answers`, in which {tag} is its tag."""

    def __init__(self, *answers: Callable[[bytes], Iterable[bytes]]) -> None:
        self.answers = deque(answers)
        self.lines: list[bytes] = []

    def __call__(self, data: bytes) -> Iterable[bytes]:
        tag, _, rest = data.partition(b" ")
        if rest.startswith(b"CAPABILITY"):
            return [b"* CAPABILITY " + CAPABILITIES + b"\r\n" + tag + b" OK done\r\n"]
        self.lines.append(data)
        return self.answers.popleft()(tag) if self.answers else []


def client_over(line: Canned, state: str = "SELECTED") -> Client:
    """A client that has logged in, as far as it knows."""
    client = Client(line, "imap.example.org", 143)
    client.wire.state = state
    client.wire.is_readonly = True
    return client


def cut_up(whole: bytes, sizes: Iterable[int]) -> list[bytes]:
    """The octets in pieces of these sizes; the rest in one."""
    pieces = []
    for size in sizes:
        pieces.append(whole[:size])
        whole = whole[size:]
    return [piece for piece in (*pieces, whole) if piece]


def size_of(text: bytes) -> int:
    """The size of the literal that a line announces at its end, or 0."""
    found = re.search(rb"\{(\d+)\}\r\n\Z", text)
    return int(found[1]) if found else 0
