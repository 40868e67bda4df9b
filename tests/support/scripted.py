"""A tiny IMAP server on loopback that answers what it is told to: for refusals, mishaps and oddities of servers.

It knows no mail. Each verb has a list of lines as its answer, in which {tag} is the command's; the usual ones can be
replaced in `answers`. A line with a + waits for one of the client's, SILENCE never answers (until the client hangs
up), HANG_UP closes the connection.
"""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Final

SILENCE: Final = ("SILENCE",)
HANG_UP: Final = ("HANG UP",)
Lines = Sequence[str | bytes]
Answer = Lines | Callable[[str, str], Lines]
"""Lines without their CRLF, or what makes them of the tag and the rest of the command."""

_LITERAL: Final = re.compile(rb"\{(\d+)\+?\}\r?\n\Z")
_USUAL: Final[Mapping[str, Answer]] = {
    "CAPABILITY": ("* CAPABILITY IMAP4rev1", "{tag} OK done"),
    "LOGIN": ("{tag} OK come in",),
    "LOGOUT": ("* BYE so long", "{tag} OK done"),
    "LIST": (
        '* LIST () "/" INBOX',
        '* LIST (\\Drafts) "/" Drafts',
        '* LIST (\\Sent) "/" Sent',
        '* LIST (\\Trash) "/" Trash',
        "{tag} OK done",
    ),
    "EXAMINE": (
        "* 0 EXISTS",
        "* OK [UIDVALIDITY 7] ok",
        "* OK [UIDNEXT 1] ok",
        "{tag} OK [READ-ONLY] done",
    ),
    "UID SEARCH": ("* SEARCH", "{tag} OK done"),
    "APPEND": ("{tag} OK [APPENDUID 7 1] done",),
}


class Scripted:
    """A context manager: listens on `.host` and `.port`; `.verbs` is what was asked, `.lines` with all arguments."""

    def __init__(self, greeting: Lines = ("* OK ready",), **answers: Answer) -> None:
        """`answers` by verb, with _ for a blank, e.g. UID_SEARCH=..."""
        self.host = "127.0.0.1"
        self.greeting = greeting
        self.answers: dict[str, Answer] = dict(_USUAL) | {verb.replace("_", " "): a for verb, a in answers.items()}
        self.connections = self.open_connections = 0
        self.lines: list[str] = []
        self.ended = threading.Event()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._serve(self)

        self._server = _Server((self.host, 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def verbs(self) -> list[str]:
        """The verbs of all commands so far."""
        return [_verb(line) for line in self.lines]

    def _serve(self, handler: socketserver.StreamRequestHandler) -> None:
        self.connections += 1
        self.open_connections += 1
        try:
            with contextlib.suppress(OSError):  # a client that hangs up in the middle is no news here
                self._talk(handler)
        finally:
            self.open_connections -= 1

    def _talk(self, handler: socketserver.StreamRequestHandler) -> None:
        if not self._say(handler, self.greeting, ""):
            return
        while (line := _command(handler)) is not None:
            tag, _, rest = line.partition(" ")
            self.lines.append(rest)
            answer = self.answers.get(_verb(rest), ("{tag} BAD what?",))
            lines = answer(tag, rest) if callable(answer) else answer
            if not self._say(handler, lines, tag) or _verb(rest) == "LOGOUT":
                return

    def _say(self, handler: socketserver.StreamRequestHandler, lines: Lines, tag: str) -> bool:
        """Whether the connection goes on."""
        for line in lines:
            if line == SILENCE[0]:
                self._keep_silence(handler.connection)
                return False
            if line == HANG_UP[0]:
                handler.connection.shutdown(socket.SHUT_RDWR)
                return False
            said = line if isinstance(line, bytes) else line.replace("{tag}", tag).encode()
            handler.wfile.write(said + b"\r\n")
            if said.startswith(b"+"):
                self.lines.append("> " + handler.rfile.readline().decode("latin-1").rstrip("\r\n"))
        return True

    def _keep_silence(self, connection: socket.socket) -> None:
        """Until the client hangs up or the test is over."""
        connection.settimeout(0.05)
        while not self.ended.is_set():
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1024):
                    return


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is no news here."""


def _command(handler: socketserver.StreamRequestHandler) -> str | None:
    """One command with its literals in place, or None at the end of the connection."""
    whole = b""
    while line := handler.rfile.readline():
        literal = _LITERAL.search(line)
        if literal is None:
            return (whole + line).decode("latin-1").rstrip("\r\n")
        handler.wfile.write(b"+ go on\r\n")
        whole += line[: literal.start()] + handler.rfile.read(int(literal[1]))
    return None


def _verb(line: str) -> str:
    words = line.upper().split(" ", 2)
    return " ".join(words[:2]) if words[0] == "UID" else words[0]
