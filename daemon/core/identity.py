"""What makes a mail the same mail, wherever it lies: canonical octets of its raw header, never decoded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Final

_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)\Z", re.DOTALL)
_MESSAGE_ID: Final = re.compile(rb"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")


def identity(account: str, header: bytes, size: int) -> bytes:
    """The canonical octets of a mail of an account, for the journal to hash under its key.

    They cover the raw Message-ID and a digest of the first From, Date and Subject, unfolded and with spaces folded:
    a reused or forged id alone hides nothing. Without a valid Message-ID (RFC 5322, 3.6.4) the digest covers the whole
    raw header and the size in octets (RFC822.SIZE). Total: any octets will do.
    """
    first = _first_values(header)
    message_id = first.get(b"message-id", b"")
    if _MESSAGE_ID.fullmatch(message_id):
        told = [first.get(name, b"") for name in (b"from", b"date", b"subject")]
    else:
        message_id, told = b"", [header, str(size).encode()]
    digest = hashlib.sha256(_joined(told)).digest()
    return _joined([b"highroad identity 1", account.encode("utf-8", "surrogatepass"), message_id, digest])


def raw_header(prefix: bytes) -> bytes:
    """The header of a message's first octets: up to its first blank line (CRLF or LF), or all there is.

    Blank lines before it are passed over, as readers of mail do.
    """
    prefix = prefix.lstrip(b"\r\n")
    end = _BLANK_LINE.search(prefix)
    return prefix if end is None else prefix[: end.start() + 1]


def raw_fields(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The fields of a raw header in order: lower-case name, and value unfolded with runs of white space as one space.

    Lines that are no field are left out together with what continues them (RFC 5322, 2.2).
    """
    for line in re.sub(rb"\r?\n(?=[ \t])", b"", header).split(b"\n"):
        found = _FIELD.match(line)
        if found:
            yield found[1].lower(), b" ".join(found[2].split())


def _first_values(header: bytes) -> dict[bytes, bytes]:
    first: dict[bytes, bytes] = {}
    for name, value in raw_fields(header):
        first.setdefault(name, value)
    return first


def _joined(parts: list[bytes]) -> bytes:
    return b"".join(len(part).to_bytes(8) + part for part in parts)
