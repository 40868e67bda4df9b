"""Sam with a mail program at the same mailbox: reads Drafts, edits, sends under a new Message-ID, deletes."""

from __future__ import annotations

import contextlib
import email
import imaplib
from collections.abc import Iterator
from datetime import datetime
from email import policy as email_policy

from support.dovecot import Dovecot


class Sam:
    """A connection of Sam's own. Every act tells when it is."""

    def __init__(self, imap: imaplib.IMAP4) -> None:
        self._imap = imap
        self._next = 1
        self._number = 0

    def found(self) -> list[tuple[str, bytes]]:
        """Message-ID and octets of what has come into Drafts since the last look, Sam's own doing left out."""
        _, answer = self._in_drafts("FETCH", f"{self._next}:*", "(UID BODY.PEEK[])")
        items = [(int(item[0].split()[2]), item[1]) for item in answer if isinstance(item, tuple)]
        new = [(uid, raw) for uid, raw in items if uid >= self._next]
        self._next = max((uid + 1 for uid, _ in new), default=self._next)
        return [(_id(raw), raw) for _, raw in new if not _id(raw).endswith("@client.example>")]

    def edit(self, message_id: str, at: datetime, line: str) -> str | None:
        """Save a draft with one more line, as mail programs do: another message, another id. None if it is gone."""
        raw = self._take(message_id)
        return raw and self._append("Drafts", "(\\Draft \\Seen)", _with(raw, line), at)

    def send(self, message_id: str, at: datetime, line: str = "") -> str | None:
        """Send a draft: it leaves Drafts, and lies in Sent under another id. None if it is gone."""
        raw = self._take(message_id)
        return raw and self._append("Sent", "(\\Seen)", _with(raw, line), at)

    def delete(self, message_id: str) -> None:
        self._take(message_id)

    def write(self, raw: bytes, at: datetime) -> None:
        """Send a mail of Sam's own."""
        self._imap.append("Sent", "(\\Seen)", imaplib.Time2Internaldate(at), raw)

    def _in_drafts(self, *command: str):
        self._imap.select("Drafts")
        return self._imap.uid(*command)

    def _take(self, message_id: str) -> bytes | None:
        """Take a draft out of Drafts; its octets."""
        _, (uids,) = self._in_drafts("SEARCH", "HEADER", "Message-ID", f'"{message_id}"')
        if not uids:
            return None
        uid = uids.split()[0].decode()
        _, answer = self._imap.uid("FETCH", uid, "(BODY.PEEK[])")
        self._imap.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
        self._imap.uid("EXPUNGE", uid)
        return answer[0][1]

    def _append(self, folder: str, flags: str, message, at: datetime) -> str:
        self._number += 1
        for name, value in {"Message-ID": f"<sam.{self._number}@client.example>", "Date": at}.items():
            del message[name]
            message[name] = value
        message["User-Agent"] = "Paperplane 4.1"
        self._imap.append(folder, flags, imaplib.Time2Internaldate(at), message.as_bytes())
        return str(message["Message-ID"])


def _id(raw: bytes) -> str:
    return str(email.message_from_bytes(raw, policy=email_policy.default)["Message-ID"]).strip()


def _with(raw: bytes, line: str):
    """The message with one more line at the end, in a copy."""
    message = email.message_from_bytes(raw, policy=email_policy.SMTP)
    part = message.get_body(("plain",))
    if line and part is not None:
        part.set_content(f"{part.get_content().rstrip()}\n\n{line}\n", cte="quoted-printable")
    return message


@contextlib.contextmanager
def at_the_desk(server: Dovecot, user: str) -> Iterator[Sam]:
    with server.session(user) as imap:
        yield Sam(imap)
