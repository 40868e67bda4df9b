"""The one place that every word to a server passes: nothing that could end the line and begin another command."""

from __future__ import annotations

import re
from typing import Final

from daemon.core.errors import NeedsOperator

_FORBIDDEN: Final = ("\r", "\n", "\0")
_MESSAGE_ID: Final = re.compile(r"<[a-z0-9!#$&'+,./:=?@^_`|~;\[\]-]{1,400}>", re.ASCII | re.IGNORECASE)
"""What RFC 5322, 3.6.4 allows and what mailers write besides, without the quotes, braces and wildcards of IMAP."""

_LITERAL: Final = re.compile(rb"\{(?P<size>[0-9]{1,19})(?P<plus>\+?)\}\Z")
_UNSENT: Final = "it was not sent. This is a fault of Highroad; please tell its makers."


class ForbiddenWord(NeedsOperator):
    """An argument holds CR, LF or NUL: whoever wrote it wanted to write a command (RFC 9051, 4.3 and 11)."""


def clean(word: str, what: str) -> str:
    """The word itself. Raises ForbiddenWord when it holds CR, LF or NUL; `what` names it in the sentence."""
    if any(mark in word for mark in _FORBIDDEN):
        raise ForbiddenWord(f"The {what} holds a line break or NUL and was not sent to the server. Correct it.")
    return word


def clean_message_id(word: str) -> str:
    """The message id itself. Raises ForbiddenWord unless it is plainly one: "<", no blank, quote or brace, ">"."""
    if "@" not in word or _MESSAGE_ID.fullmatch(word) is None:
        raise ForbiddenWord("A message id holds what no message id should, and was not sent to the server.")
    return word


def clean_uids(uids: list[int]) -> list[int]:
    """The UIDs themselves. Raises ForbiddenWord unless each is a whole number from 1 to 2**32 - 1 (RFC 9051, 9)."""
    if not all(type(uid) is int and 0 < uid < 2**32 for uid in uids):
        raise ForbiddenWord("A UID is not a whole number from 1 to 4294967295 and was not sent to the server.")
    return uids


class Gate:
    """The last door before the wire (sans IO): what is sent goes through it, whoever wrote it and whatever came before.

    It lets whole lines out, each ended by the one CR LF it has, of ASCII without NUL; and the octets of a literal, as
    many as were announced, once the server has asked for them (RFC 9051, 4.3: "+", never LITERAL+). Whatever else it
    is given it refuses: ForbiddenWord.
    """

    def __init__(self) -> None:
        self._held = b""
        self._announced: int | None = None
        self._literal = 0

    def send(self, data: bytes) -> bytes:
        """What may go out now: pieces of a line are held back until its end is there."""
        if self._announced is not None:
            raise ForbiddenWord(f"Something was to be sent before the server asked for it; {_UNSENT}")
        literal, rest = data[: self._literal], data[self._literal :]
        if b"\0" in literal:
            raise ForbiddenWord(f"A message with NUL in it was to be sent; {_UNSENT}")
        self._literal -= len(literal)
        return literal + self._line(rest)

    def go_on(self) -> None:
        """The server said "+"."""
        self._literal, self._announced = self._announced or self._literal, None

    def give_up(self) -> None:
        """The server ended the command before it was whole: nothing more of it is sent."""
        self._held, self._announced, self._literal = b"", None, 0

    def _line(self, data: bytes) -> bytes:
        line, self._held = self._held + data, b""
        if not line.endswith(b"\r\n"):
            self._held = _plain(line)
            return b""
        announced = _LITERAL.search(_plain(line[:-2]))
        if announced is not None and announced["plus"]:
            raise ForbiddenWord(f"A literal was to be sent unasked; {_UNSENT}")
        self._announced = int(announced["size"]) if announced else None
        return line


def _plain(line: bytes) -> bytes:
    if not line.isascii() or any(mark in line for mark in b"\r\n\0"):
        raise ForbiddenWord(f"A command with a line break, NUL or other letters than ASCII was to be sent; {_UNSENT}")
    return line
