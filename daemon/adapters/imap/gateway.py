"""The one place that every word to a server passes: nothing that could end the line and begin another command."""

from __future__ import annotations

import re
from typing import Final

from daemon.core.errors import NeedsOperator

_FORBIDDEN: Final = ("\r", "\n", "\0")
_MESSAGE_ID: Final = re.compile(r"<[a-z0-9!#$&'+,./:=?@^_`|~;\[\]-]{1,400}>", re.ASCII | re.IGNORECASE)
"""What RFC 5322, 3.6.4 allows and what mailers write besides, without the quotes, braces and wildcards of IMAP."""


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
