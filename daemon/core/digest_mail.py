"""The digest as octets: from the person to the person, plain text and HTML side by side (RFC 2046, 5.1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from daemon.core.alarm import Trouble
from daemon.core.draft import message_id_for
from daemon.core.job import Step

_FROM: Final = "Highroad"
# No line of the header is folded: all of it is ours, ASCII and short, and some folders break message ids.
_POLICY: Final = SMTP.clone(cte_type="7bit", max_line_length=990)
_BODY: Final = SMTP.clone(cte_type="7bit", max_line_length=76)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a digest says: subject (one line of ASCII), plain text with LF, and an HTML document."""

    subject: str
    plain: str
    html: str


def digest_octets(parts: Parts, address: str, message_id: str, at: datetime, zone: tzinfo) -> bytes:
    """The message, with CRLF. `address` is the person's: sender and only recipient. Its Date is `at`, in `zone`.

    Raises ValueError for an address or subject that could put anything else into the header: a fault of the program.
    """
    if not parts.subject.isascii() or not parts.subject.isprintable() or not message_id.isascii():
        raise ValueError("the subject and the Message-ID of a digest are one line of ASCII")
    local, _, domain = address.rpartition("@")
    message = EmailMessage(_BODY)
    message["Date"] = at.astimezone(zone)
    message["From"] = Address(_FROM, local, domain)
    message["To"] = Address("", local, domain)
    message["Subject"] = parts.subject
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, 5: no absence note answers it
    message.set_content(parts.plain, cte="quoted-printable")
    message.add_alternative(parts.html, subtype="html", cte="quoted-printable")
    message.set_boundary("=_" + message_id.strip("<>").partition("@")[0])  # "=_" stands in no quoted-printable text
    return message.as_bytes(policy=_POLICY)


def digest_id(key: bytes, day: date, address: str) -> str:
    """The Message-ID of the digest of a day, always the same: so there cannot be two of them."""
    return message_id_for(key, b"digest " + day.isoformat().encode(), Step.DIGEST, address, address)


def alarm_id(key: bytes, number: int, trouble: Trouble, address: str) -> str:
    """The Message-ID of the alarm of that number (from 1 on), which tells of this trouble first."""
    what = f"alarm {number} {trouble.key} {trouble.since.isoformat()}"
    return message_id_for(key, what.encode(), Step.DIGEST, address, address)
