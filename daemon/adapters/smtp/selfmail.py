"""The only mail that this program can send: one to the person, from the person. The settings alone say who that is."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import getaddresses
from typing import Final, final

from config.loader import Loaded

_NAMED: Final = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")


@final
class SelfMail:
    """A message to [me].address. There is no parameter for another address, and none can be set later.

    Raises ValueError, a fault of the program, for octets whose To is not exactly that address, or that name a further
    recipient (RFC 5322, 3.6.3 and 3.6.6).
    """

    __slots__ = ("_address", "_octets")

    def __init__(self, loaded: Loaded, octets: bytes) -> None:
        self._address: Final = loaded.settings.me.address
        self._octets: Final = octets
        header = BytesHeaderParser(policy=default).parsebytes(octets)
        if _recipients(header) != [("to", self._address)]:
            raise ValueError("the digest goes to [me].address alone; this message names another recipient, or none")

    @property
    def address(self) -> str:
        """[me].address: sender and only recipient of the envelope."""
        return self._address

    @property
    def octets(self) -> bytes:
        """The message (RFC 5322), with CRLF."""
        return self._octets


def _recipients(header: Message) -> list[tuple[str, str]]:
    fields = [(name, str(value)) for name in _NAMED for value in header.get_all(name, [])]
    return [(name, address) for name, value in fields for _, address in getaddresses([value])]
