"""What the server holds against what the journal has seen, message by message; and comparing that without reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from daemon.adapters.journal.journal import Journal
from daemon.core.anchors import told
from daemon.core.entry import Cursor
from daemon.core.identity import identity, raw_header
from daemon.core.ports import FolderState, Mailbox, RawMail
from daemon.core.uidset import UidSet


@dataclass(frozen=True, slots=True)
class Gap:
    """Of one folder: `missing` are the UIDs that ought to have been read before, and were not; `left` those of them
    that are not read now either. `anew` is how many were found because the UIDs had become other messages'.

    `older` is how many the first scan left out; `scanned` is whether there has been one; `later` is whether another
    process is to read what is missing.
    """

    folder: str
    on_server: int
    journalled: int
    older: int
    missing: Sequence[int] = ()
    left: Sequence[int] = field(default=())
    anew: int = 0
    scanned: bool = True
    renumbered: bool = False
    later: bool = False

    @property
    def found(self) -> int:
        """How many messages had been missed."""
        return len(self.missing) + self.anew

    @property
    def words(self) -> str:
        """What was missed, without the folder's name."""
        return f"{self.found} of {self.on_server} messages had been missed; {self._now()}"

    @property
    def sentence(self) -> str:
        """What was found, for the person."""
        if not self.scanned:
            return f"{self.folder}: the first scan is not finished, so nothing can be compared yet."
        if self.renumbered and not self.anew:
            then = "the daemon looks through all of them at its next pass" if self.later else "all were looked through"
            return f"{self.folder}: the server has given the numbers of its messages anew, so {then}."
        if not self.found:
            return f"{self.folder}: nothing is missing, all {self.on_server} messages are accounted for."
        return f"{self.folder}: {self.words}"

    def _now(self) -> str:
        if not self.left:
            return "now they are read."
        if self.later:
            return "the daemon reads them at its next pass."
        return f"the server still does not hand out {len(self.left)} of them."


async def compare(journal: Journal, account: str, mailbox: Mailbox, folder: str) -> Gap:
    """Hold the server's list of UIDs against the journal's, and read nothing: for when another process is the reader.

    Raises what the ports raise.
    """
    state = await mailbox.examine(folder)
    there = await mailbox.uids()
    anchors = journal.folders.anchors(account, folder)
    found = {mail.uid: keyed(journal, account, mail) for mail in await mailbox.fetch(sorted(anchors))}
    cursor = journal.folders.cursor(account, folder)  # last, so that what is read just now is no gap
    if cursor is None or cursor.last_sync is None:
        return Gap(folder, len(there), 0, 0, scanned=False, later=True)
    if cursor.uidvalidity != state.uidvalidity or went_back(cursor, state) or told(anchors, found) == "other":
        return Gap(folder, len(there), 0, 0, renumbered=True, later=True)
    read, missing = UidSet.parse(cursor.read).count_in(there), missed(cursor, there)
    return Gap(folder, len(there), read, done(cursor).count_in(there) - read, missing, missing, later=True)


def done(cursor: Cursor) -> UidSet:
    """The UIDs that need not be read any more."""
    return UidSet.parse(cursor.read) | UidSet.parse(cursor.skipped)


def missed(cursor: Cursor, there: Sequence[int]) -> list[int]:
    """The UIDs of a folder, which ascend, that ought to have been read by the last pass, and were not."""
    first = first_new(cursor)
    return [] if first is None else [uid for uid in done(cursor).missing_of(there) if uid < first]


def first_new(cursor: Cursor) -> int | None:
    """The lowest UID that came after the last pass; None before the first scan has ended."""
    if cursor.last_sync is None:
        return None
    ranges = done(cursor).ranges
    return cursor.uidnext or (ranges[-1][1] + 1 if ranges else 1)  # not every server tells UIDNEXT


def went_back(known: Cursor, state: FolderState) -> bool:
    """UIDNEXT never falls (RFC 9051, 2.3.1.1), unless the mailbox was put back from a backup."""
    return state.uidnext is not None and known.uidnext is not None and state.uidnext < known.uidnext


def keyed(journal: Journal, account: str, mail: RawMail) -> bytes:
    """The keyed identity of a message of an account."""
    return journal.keyed(identity(account, raw_header(mail.prefix), mail.size))
