"""Sam at their own mail program: what the demo's person does with the drafts they find."""

from __future__ import annotations

import email
import email.policy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final, Literal

from daemon.demo.mailbox import CANDIDATE
from daemon.demo.server import DemoServer

Deed = Literal["sends", "deletes"]
_DEEDS: Final[dict[str, Deed]] = {
    "priya.nair@brightwater.example": "sends",
    "a.petersen@morgenrot-logistik.example": "sends",
    "ingrid.halvorsen@saltmarsh-energy.example": "sends",
    "jonas.becker@nordlicht-solar.example": "deletes",
}
"""What Sam does with a draft to somebody; the others they leave where they are."""


@dataclass(frozen=True, slots=True)
class Done:
    """What Sam did with a draft, and whom it was for."""

    deed: Deed
    to: str


async def attend(server: DemoServer, at: datetime) -> list[Done]:
    """Sam reads the drafts and deals with some: sending gives a draft a new Message-ID, as mail programs do."""
    found = []
    for held in await server.held("Drafts"):
        message = parsed(held.raw)
        for address in _recipients(message):
            deed = _DEEDS.get(address)
            if deed is None:
                continue
            await server.take("Drafts", held.uid)
            if deed == "sends":
                await server.put("Sent", _sent(message, at), at)
            found.append(Done(deed, address))
            break
    return found


def parsed(raw: bytes) -> EmailMessage:
    """A message as the standard library reads it."""
    return email.message_from_bytes(raw, policy=email.policy.default)


def _recipients(message: EmailMessage) -> Iterator[str]:
    for field in message.get_all("To", []):
        yield from (address.addr_spec.casefold() for address in field.addresses)


def _sent(message: EmailMessage, at: datetime) -> bytes:
    for name, value in (
        ("Message-ID", f"<{uuid.uuid4()}@{CANDIDATE[1].partition('@')[2]}>"),
        ("Date", format_datetime(at)),
    ):
        del message[name]
        message[name] = value
    return message.as_bytes(policy=email.policy.SMTP)
