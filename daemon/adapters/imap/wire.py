"""Our own transport under imapclient: every octet goes through Line and Gate, every NO has its words.

imapclient makes its imaplib object in `_create_IMAP4`; a subclass that hands out another one is the narrowest way in.
imaplib names open, read, readline, send and shutdown as "overridable methods": they are what `Wire` overrides, and
besides them only what would lose the words of a NO, or speak TLS over what came before it.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
import time
from enum import Enum, auto
from typing import Any, Final, Literal

import imapclient

from daemon.adapters.imap.gateway import ForbiddenWord, Gate
from daemon.adapters.imap.line import Line
from daemon.adapters.imap.said import one_line

_LAST_WORDS_SECONDS: Final = 0.5
_LAST_WORDS: Final = 20
_SMALL: Final = re.compile(rb"(\*(?: \d+)? |[A-P]{4,}\d+ )([A-Za-z-]*[a-z][A-Za-z-]*)")
"""Verbs are case-blind (RFC 9051, 9); imaplib knows them in capitals only."""

_CHAT: Final = (b"* OK", b"* NO", b"* BAD")
"""Dovecot says "* OK Still here" every two minutes."""

# At DEBUG it writes down what mails say, at WARNING what servers say.
logging.getLogger("imapclient").setLevel(logging.CRITICAL)


class Heard(Enum):
    """What kind of answer a server sent: "+", the end of a command, news of the folder, or small talk."""

    MORE = auto()
    END = auto()
    NEWS = auto()
    CHAT = auto()


class Answered(imaplib.IMAP4.error):
    """A tagged NO or BAD: the command was certainly not done. `said` is the server's text."""

    def __init__(self, kind: Literal["NO", "BAD"], said: str) -> None:
        super().__init__(said)
        self.kind, self.said = kind, said


class Bye(imaplib.IMAP4.abort):
    """The server ends the connection (RFC 9051, 7.1.5), with these words."""


class Wire(imaplib.IMAP4):
    """imaplib's protocol over a Line that is connected already."""

    def __init__(self, line: Line, host: str, port: int) -> None:
        self.line, self.gate = line, Gate()
        self.challenge = b""
        super().__init__(host, port)

    # --- imaplib's overridable methods ---

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Nothing to open."""
        self.host, self.port = host, port

    def read(self, size: int) -> bytes:
        """A literal."""
        return self.line.read(size)

    def readline(self) -> bytes:
        """One line."""
        line = self.line.readline()
        return _SMALL.sub(_capitals, line, count=1) if _SMALL.match(line) else line

    def send(self, data: bytes) -> None:  # type: ignore[override]
        """Send what the gate lets out. After a refusal nobody knows what the server waits for: the line is cut."""
        try:
            out = self.gate.send(bytes(data))
        except ForbiddenWord:
            self.line.cut()
            raise
        if out:
            self.line.write(out)

    def shutdown(self) -> None:
        """Close the socket."""
        self.line.close()

    # --- the words of a NO, and of a goodbye ---

    def _new_tag(self) -> bytes:
        self.line.begin()
        tag: bytes = super()._new_tag()  # type: ignore[misc]
        return tag

    def _get_response(self) -> bytes | None:
        response: bytes | None = super()._get_response()  # type: ignore[misc]
        if response is None:
            self.gate.go_on()
        elif not response.startswith(b"*"):
            self.gate.give_up()
        return response

    def _command_complete(self, name: str, tag: bytes) -> tuple[str, list[Any]]:
        if name == "LOGOUT":
            ended: tuple[str, list[Any]] = super()._command_complete(name, tag)  # type: ignore[misc]
            return ended
        self._check_bye()
        kind, data = self._get_tagged_response(tag)
        if kind in ("NO", "BAD"):
            raise Answered(kind, text_of(data))
        self._check_bye()
        return kind, data

    def _check_bye(self) -> None:
        if "BYE" in self.untagged_responses:
            words = [text_of(self.untagged_responses["BYE"]), *self._last_words()]
            raise Bye("; ".join(word for word in words if word) or "it said goodbye")

    def _last_words(self) -> list[str]:
        """What comes with a BYE: Yahoo tells only then, in the answer to the command, that it was too much."""
        words: list[str] = []
        until = time.monotonic() + _LAST_WORDS_SECONDS
        try:
            while len(words) < _LAST_WORDS and self.line.await_line(until):
                words.append(one_line(self.readline().decode("utf-8", "replace")))
        except (OSError, EOFError):
            pass
        return words

    def select(self, mailbox: str = "INBOX", readonly: bool = False) -> tuple[str, list[bytes | None]]:
        """SELECT or EXAMINE; after a NO no folder is selected (RFC 9051, 6.3.2)."""
        try:
            return super().select(mailbox, readonly)
        except Answered:
            self.state = "AUTH"
            raise

    # --- IDLE and what comes unasked ---

    def begin_idle(self) -> bytes:
        """Send IDLE (RFC 2177); its tag."""
        tag: bytes = self._command("IDLE")
        return tag

    def hear(self, tag: bytes | None = None) -> Heard:
        """Read one answer, literals and all, and keep nothing of it. Raises Bye."""
        self.line.begin()
        response = self._get_response()
        self._check_bye()
        self.untagged_responses.clear()
        if response is None:
            return Heard.MORE
        if tag is not None and self.tagged_commands[tag] is not None:
            return Heard.END
        return Heard.CHAT if response.startswith(_CHAT) else Heard.NEWS

    def end(self, name: str, tag: bytes) -> None:
        """Take note of how a command ended that `hear` heard the end of. Raises Answered."""
        self._command_complete(name, tag)

    # --- TLS and SASL ---

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Literal["OK"], list[None]]:
        """STARTTLS; nothing that was said before it counts after it (RFC 9051, 6.2.1)."""
        if ssl_context is None:
            raise imaplib.IMAP4.error("no certificates were named to trust")
        self._simple_command("STARTTLS")
        self.line.secure(ssl_context, self.host)
        self.untagged_responses.clear()
        self._tls_established = True
        self._get_capabilities()
        return "OK", [None]

    def sasl(self, mechanism: str, first: str, last: str, *, at_once: bool) -> None:
        """AUTHENTICATE (RFC 9051, 6.2.2). `first` goes along (RFC 4959) or answers the first challenge.

        `last` answers the next: with what is used here that is an error, kept as `challenge`, and a NO comes after it.
        """
        tag = self._command("AUTHENTICATE", mechanism, *[first] * at_once)
        answers = [last] if at_once else [first, last]
        while self.tagged_commands[tag] is None:
            self._check_bye()
            if self._get_response() is None:
                told: Any = self.continuation_response
                self.challenge = told or b""
                if not answers:
                    raise imaplib.IMAP4.abort(f"it asks on and on in AUTHENTICATE {mechanism}")
                self.send(answers.pop(0).encode("ascii") + b"\r\n")
        self._command_complete("AUTHENTICATE", tag)
        self.state = "AUTH"

    # --- what imaplib would keep or print ---

    @property
    def debug(self) -> int:
        """Never: imapclient sets it to 5, at which imaplib writes out every literal, for a log that nobody reads."""
        return 0

    @debug.setter
    def debug(self, _level: int) -> None:
        pass

    def _log(self, _line: str) -> None:
        """The last ten lines, which imaplib keeps, passwords among them."""


class Client(imapclient.IMAPClient):  # type: ignore[misc]
    """imapclient over a Wire."""

    def __init__(self, line: Line, host: str, port: int) -> None:
        self._made = line, host, port
        super().__init__(host, port, ssl=False)
        self.normalise_times = False  # INTERNALDATE stays aware

    @property
    def wire(self) -> Wire:
        """The side of it that is imaplib's."""
        wire: Wire = self._imap
        return wire

    def offered(self, *, anew: bool = False) -> frozenset[str]:
        """What the server offers, in capitals; `anew` after whatever may have changed it."""
        if anew:
            self._cached_capabilities = None
        return frozenset(item.decode("ascii", "replace") for item in self.capabilities())

    def _create_IMAP4(self) -> Wire:  # noqa: N802
        return Wire(*self._made)

    def _set_read_timeout(self) -> None:
        """Line has its own deadlines, and a socket that never blocks."""

    def _send_literal(self, tag: bytes, item: bytes, _has_literal_plus: bool) -> None:
        super()._send_literal(tag, item, False)  # the gate lets no literal out unasked


def text_of(data: object) -> str:
    """The last of the texts that imaplib keeps, in one bounded line."""
    last = data[-1] if isinstance(data, list) and data else b""
    return one_line(last.decode("utf-8", "replace")) if isinstance(last, bytes) else ""


def _capitals(found: re.Match[bytes]) -> bytes:
    return found[1] + found[2].upper()
