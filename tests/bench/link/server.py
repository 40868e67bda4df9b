"""The Dovecot that all are measured on, its mailboxes, and what it says of a session's octets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bench.link.mails import mailbox
from support.dovecot import Dovecot

EXTRA = """
service imap {
  process_limit = 400
  client_limit = 1
}
"""
_OCTETS = re.compile(r"imap\((?P<user>[^)]+)\).*\bin=(?P<sent>\d+) out=(?P<got>\d+)")


@dataclass(frozen=True)
class Box:
    """One mailbox on the server: its user, and how many mails and octets it holds."""

    server: Dovecot
    user: str
    count: int
    octets: int


def filled(server: Dovecot, count: int) -> Box:
    """A user with `count` mails, known to the server's index as after some days of use, and in the page cache."""
    user, octets = server.user(), 0

    def each():
        nonlocal octets
        for mail in mailbox(count):
            octets += len(mail.raw)
            yield mail.raw, mail.at

    server.fill_fast(user, each())
    with server.session(user) as imap:
        imap.select("INBOX", readonly=True)
        for first in range(1, count + 1, 500):
            imap.fetch(f"{first}:{min(first + 499, count)}", "(UID RFC822.SIZE INTERNALDATE FLAGS BODY.PEEK[])")
    return Box(server, user, count, octets)


class Octets:
    """What Dovecot counted on the connections of one user since this was made: it logs it when one ends."""

    def __init__(self, box: Box) -> None:
        self._box, self._begin = box, len(box.server.log)

    def got(self) -> tuple[int, int, int]:
        """Octets to the server, octets from it (after log-in, before TLS: there is none here), and sessions."""
        lines = _OCTETS.finditer(self._box.server.log[self._begin :])
        found = [(int(one["sent"]), int(one["got"])) for one in lines if one["user"] == self._box.user]
        return sum(one for one, _ in found), sum(one for _, one in found), len(found)
