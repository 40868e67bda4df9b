"""What Drafts, Sent and Trash tell of a draft: whether it lies there, or the person has answered already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

from classifiers.values import Headers
from daemon.core.draft import bare_subject
from daemon.core.identity import raw_fields
from daemon.core.job import Job, Move
from daemon.core.ports import FolderState, FoundHeader
from daemon.core.trust import unquoted

_ID: Final = re.compile(rb"<[^<>\s]{1,250}>")
_ADDRESS: Final = re.compile(r"[^\s<>,;:()\[\]\\\"@]{1,64}@[^\s<>,;:()\[\]\\\"@]{1,255}")
_VALUE_MAX: Final = 100_000
_SUBJECT_MAX: Final = 2_000
_CHARSETS: Final = frozenset({"ascii", "us-ascii", "utf-8", "utf8", "iso-8859-1", "iso-8859-15", "windows-1252"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found after a doubt: the move to make, and the draft's UID in Drafts when it lies there."""

    move: Move
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    uid: int
    own_ids: frozenset[str]
    answered: frozenset[str]
    recipients: frozenset[str]
    subject: str


def ours(job: Job, found: Iterable[FoundHeader]) -> int | None:
    """The UID of the message that carries the job's Message-ID, or None. Junk is passed over."""
    told = (_told(item) for item in found)
    return next((item.uid for item in told if job.message_id in item.own_ids), None)


def own_answer(job: Job, rejected: Headers, found: Iterable[FoundHeader]) -> int | None:
    """The UID of the person's own answer, or None: it answers the rejected mail and goes to the job's recipient.

    Clients give a new Message-ID on edit and send, so an edited draft of ours is the person's answer as well. To a
    rejected mail without Message-ID, a message to the same recipient with the same subject is the answer.
    """
    told = (_told(item) for item in found)
    return next((item.uid for item in told if _answers(item, job, rejected)), None)


def before_laying(
    job: Job,
    rejected: Headers,
    drafts: Sequence[FoundHeader],
    sent: Sequence[FoundHeader],
    trashed: Sequence[FoundHeader],
) -> Move:
    """FOUND_ANSWER when the person has answered or this very draft was laid before (wherever it is now), else INTEND.

    `drafts` is all of Drafts; `sent` and `trashed` reach back to the day of the rejection.
    """
    anywhere = (*drafts, *sent, *trashed)
    done = ours(job, anywhere) is not None or own_answer(job, rejected, (*drafts, *sent)) is not None
    return Move.FOUND_ANSWER if done else Move.INTEND


def decide_after_doubt(
    job: Job,
    rejected: Headers,
    state: FolderState,
    drafts: Sequence[FoundHeader],
    sent: Sequence[FoundHeader],
    trashed: Sequence[FoundHeader],
) -> Looked:
    """What became of a draft whose APPEND is in doubt: LAID, FOUND_ANSWER, ABSENT (lay it again) or DOUBT (ask).

    `state` is of Drafts, read before `drafts`. While its UIDVALIDITY is the job's, `drafts` need reach back to
    job.uidnext only; after a change of it they must be all of Drafts. ABSENT then needs that no UID at all is gone
    there: the new numbers tell nothing of what was taken away before them, but that much less of it can have been.
    """
    if (uid := ours(job, drafts)) is not None:
        return Looked(Move.LAID, uid)
    if own_answer(job, rejected, (*drafts, *sent)) is not None:
        return Looked(Move.FOUND_ANSWER)
    if ours(job, (*sent, *trashed)) is not None:
        return Looked(Move.LAID)
    first = job.uidnext if job.uidvalidity == state.uidvalidity else 1
    return Looked(Move.ABSENT if _all_there(first, state, drafts) else Move.DOUBT)


def _all_there(first: int | None, state: FolderState, drafts: Sequence[FoundHeader]) -> bool:
    # A UID that was given out since the intention and is gone may have been ours: laid, and deleted by the person.
    if first is None or state.uidnext is None or state.uidnext < first:
        return False
    present = {item.uid for item in drafts if first <= item.uid < state.uidnext}
    return len(present) == state.uidnext - first


def _answers(item: _Told, job: Job, rejected: Headers) -> bool:
    if job.message_id in item.own_ids or (job.recipient or "").casefold() not in item.recipients:
        return False
    if rejected.message_id:
        return rejected.message_id.strip("<>") in item.answered
    return item.subject == _subject_key(rejected.subject or "")


def _told(found: FoundHeader) -> _Told:
    fields: dict[bytes, list[bytes]] = {}
    for name, value in raw_fields(found.header):
        fields.setdefault(name, []).append(value[:_VALUE_MAX])
    own = frozenset(f"<{item}>" for item in _ids(fields.get(b"message-id", [])))
    answered = _ids([*fields.get(b"in-reply-to", []), *fields.get(b"references", [])])
    recipients = _recipients([*fields.get(b"to", []), *fields.get(b"cc", [])])
    return _Told(found.uid, own, answered, recipients, _subject_key(_decoded(fields.get(b"subject", [b""])[0])))


def _ids(values: Iterable[bytes]) -> frozenset[str]:
    found = (item for value in values for item in _ID.findall(value))
    return frozenset(item[1:-1].decode("latin-1") for item in found)


def _recipients(values: Iterable[bytes]) -> frozenset[str]:
    # What stands in quotes and comments is a display name, even when it looks like an address.
    bare = (unquoted(value.decode("latin-1")) for value in values)
    return frozenset(address.casefold() for text in bare for address in _ADDRESS.findall(text))


def _subject_key(subject: str) -> str:
    return bare_subject(subject).casefold()


def _decoded(value: bytes) -> str:
    text = value[:_SUBJECT_MAX].decode("utf-8", "replace")
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError, LookupError):
        return text
    return "".join(part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts)


def _in_charset(part: bytes, charset: str | None) -> str:
    # Other codecs than these are slow or strange on hostile input; no subject of ours needs them.
    known = charset is not None and charset.lower() in _CHARSETS
    return part.decode(charset if known and charset else "utf-8", "replace")
