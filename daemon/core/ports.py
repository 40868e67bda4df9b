"""What the shells need of the world, as protocols. tests/contract holds one suite for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from classifiers.values import Reading
from daemon.core.errors import Poison

PREFIX_BYTES = 262_144
"""How much of a mail is read at most: BODY.PEEK[]<0.262144> (RFC 9051, 6.4.5)."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """What EXAMINE says of a folder (RFC 9051, 6.3.3): message count, UIDVALIDITY, UIDNEXT (None if not told).

    `highestmodseq` moves with every change in the folder (RFC 7162, 3.1.2.1); None where the server does not tell it.
    """

    exists: int
    uidvalidity: int
    uidnext: int | None
    highestmodseq: int | None = None


@dataclass(frozen=True, slots=True)
class RawMail:
    """One message as fetched: UID, RFC822.SIZE in octets, INTERNALDATE (aware), its first PREFIX_BYTES octets."""

    uid: int
    size: int
    internaldate: datetime
    prefix: bytes


@dataclass(frozen=True, slots=True)
class FoundHeader:
    """One message of Drafts or Sent as looked at: UID, the raw header lines that tell whose answer it is, INTERNALDATE.

    The lines are Message-ID, In-Reply-To, References, From, To, Cc, Date and Subject, as far as there are any. `at` is
    aware, and None where the server did not tell.
    """

    uid: int
    header: bytes
    at: datetime | None = None


class Mailbox(Protocol):
    """A read-only IMAP session: EXAMINE, SEARCH and FETCH with BODY.PEEK, nothing else. Raises core.errors only."""

    async def folders(self) -> Sequence[str]:
        """The names of all selectable folders, decoded."""

    async def examine(self, folder: str) -> FolderState:
        """Select a folder read-only. Raises NeedsOperator, listing what is there, when it does not exist."""

    async def wait(self, seconds: float) -> bool:
        """Wait for news of the selected folder, so many s at most: IDLE (RFC 2177) where offered, else a pause.

        Whether the server told of any. It is a hint and no more: what is new is found by UID.
        """

    def wake(self) -> None:
        """End a `wait` now, as if its time were up; without one nothing happens. The connection is kept."""

    async def uids(self, since: date | None = None) -> list[int]:
        """The UIDs of the selected folder in ascending order; `since` bounds by INTERNALDATE (RFC 9051, 6.4.4)."""

    async def having(self, message_id: str) -> list[int]:
        """The UIDs of the selected folder whose Message-ID contains this one, ascending (RFC 9051, 6.4.4: HEADER).

        Raises ForbiddenWord, unsent, for what is not plainly a message id; what is found is to be looked at closely.
        """

    async def sizes(self, uids: Sequence[int]) -> Mapping[int, int]:
        """RFC822.SIZE by UID; a UID that is gone meanwhile is left out."""

    async def fetch(self, uids: Sequence[int]) -> list[RawMail]:
        """The messages' first PREFIX_BYTES octets; a UID that is gone meanwhile is left out."""

    async def close(self) -> None:
        """Log out, or drop the connection if that takes long. Never raises."""


class Shelves(Protocol):
    """The learning folders on a server. The only write is CREATE of those that the settings name."""

    async def ready(self, wanted: str) -> str:
        """The server's own name of a learning folder ("/" between its levels), which is made if it is not there."""


class DraftBox(Protocol):
    """A session that lays drafts: it looks into Drafts, Sent and Trash, and its only write is APPEND to Drafts."""

    async def state(self) -> FolderState:
        """UIDVALIDITY and UIDNEXT of Drafts, fresh from the server; UIDNEXT is never None here."""

    async def append(self, message: bytes, at: datetime) -> int | None:
        r"""Lay one draft with \Draft \Seen. The UID if the server tells (APPENDUID, RFC 4315), else None."""

    async def drafts(self, first_uid: int = 1) -> list[FoundHeader]:
        """The headers of Drafts with UID >= first_uid."""

    async def sent_since(self, since: date) -> list[FoundHeader]:
        """The headers of Sent with INTERNALDATE on or after `since`; empty where no Sent folder is known."""

    async def sent_state(self) -> FolderState | None:
        """UIDVALIDITY and UIDNEXT of Sent, fresh from the server; None where no Sent folder is known."""

    async def sent(self, first_uid: int) -> list[FoundHeader]:
        """The headers of Sent with UID >= first_uid; empty where no Sent folder is known."""

    async def trashed_since(self, since: date) -> list[FoundHeader]:
        """The headers of Trash with INTERNALDATE on or after `since`; empty where no Trash folder is known."""

    async def elsewhere(self, message_id: str, since: date, *, archive: bool = True) -> bool:
        """Whether any folder but Drafts, Sent and Trash holds that Message-ID, INTERNALDATE on or after `since`.

        Without `archive` the folder of all mail does not count (RFC 6154: All): it keeps what was taken from others.
        """

    async def close(self) -> None:
        """Log out, or drop the connection if that takes long. Never raises."""


class Mind(Protocol):
    """Reads one mail in a room of its own."""

    async def read(self, raw: bytes) -> Reading:
        """The reading of a message's octets. Raises Poison for this mail, Transient if nothing can be read."""

    async def read_many(self, raws: Sequence[bytes]) -> list[Reading | Poison]:
        """The readings of many messages, in their order; the facts of what is not about a job may be left out.

        A Poison stands for a message that could not be read. Raises Transient if nothing can be read. May be called
        again before an earlier call has ended: the messages are read in the order of the calls.
        """

    async def rest(self) -> None:
        """Let the room go; the next `read` opens it again."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One correction to learn from: its id in the journal, a label or `not_rejection`, the mail's first octets."""

    id: int
    label: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of learning: whether the new model is used, and why (or why not), from how many corrections.

    `unreadable` are the ids of the lessons whose mail could not be read.
    """

    promoted: bool
    why: str
    corrections: int
    unreadable: tuple[int, ...] = ()


class Teacher(Protocol):
    """Trains a model from the corpus and the person's corrections, in a room of its own."""

    async def learn(self, lessons: Sequence[Lesson], fingerprint: str, say: Callable[[str], None]) -> Learnt:
        """Learn from all corrections that stand, the oldest first; `fingerprint` ([0-9a-f]) names this set of them.

        Raises Transient when the room broke down; the model of before is used on.
        """


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds from some point on, never set back; it may stand still while the machine is suspended."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""


class Progress(Protocol):
    """Tells a person how a scan goes on."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """`done` of `total` messages of `what` have been read."""
