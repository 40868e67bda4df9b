"""What the journal holds, as values: entries, cursors, applications, events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from classifiers.values import Band, Label, Reading, Verdict

EventKind = Literal[
    "applied", "assessment", "interview", "offer", "rejected", "contacted", "reopened", "withdrawn", "silent",
    "feedback",
]  # fmt: skip

STAGES: Final[dict[Label, EventKind]] = {
    "acknowledgement": "applied",
    "assessment": "assessment",
    "interview": "interview",
    "offer": "offer",
    "rejection": "rejected",
    "outreach": "contacted",
}
"""The event a mail of that label stands for in the timeline of its application; the other labels stand for none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies: account, folder, UIDVALIDITY and UID (RFC 9051, 2.3.1.1)."""

    account: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One journalled mail about a job. `identity` is the keyed hash; `id` is 0 until the journal has given one.

    Where the person decided, label, confidence and band are theirs; `model` and `model_band` are the model's own then.
    """

    identity: bytes
    place: Place
    received: datetime
    first_seen: datetime
    reading: Reading
    band: Band
    decided_by: Literal["model", "you"] = "model"
    application: int | None = None
    id: int = 0
    model: Verdict | None = None
    model_band: Band | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been read: `read` and `skipped` are RFC 9051 sequence-sets of UIDs.

    `skipped` are the UIDs older than the first scan reached back. The counts are of the last sync: what the server
    held (`server_messages`), how much of that was read (`seen`) and skipped (`older`). `verified` is when the server's
    whole list was last held against these sets; `found` messages were missing then, `missing` still are.
    """

    account: str
    folder: str
    uidvalidity: int
    read: str = ""
    skipped: str = ""
    uidnext: int | None = None
    server_messages: int = 0
    seen: int = 0
    older: int = 0
    last_sync: datetime | None = None
    highestmodseq: int | None = None
    verified: datetime | None = None
    found: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Application:
    """One application of the person: what is known of it, each part None while unsure.

    `keen`: an employer that the person cares for. `skipped`: since when the person wants no drafts for it.
    """

    id: int
    account: str
    company: str | None
    role: str | None
    opened: datetime
    requisition: str | None = None
    keen: bool = False
    skipped: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One point on an application's timeline: what happened when, by which mail (journal id; None for none).

    `by`: a mail told it, the person said it, or it was reckoned (silence).
    """

    kind: EventKind
    at: datetime
    message: int | None = None
    by: Literal["mail", "you", "time"] = "mail"
    id: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """What the person noted about an application. `private`: it goes into no letter."""

    at: datetime
    text: str
    private: bool = False
    id: int = 0


def about_a_job(label: Label, band: Band) -> bool:
    """Whether a mail is kept in the log; of any other only a keyed hash and the label stay (promise 6)."""
    return label != "other" or band != "ignore"
