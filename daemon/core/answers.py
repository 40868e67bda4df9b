"""What Drafts, Sent and Trash tell of a draft: whether it lies there, or the person has said it already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from classifiers.values import Headers
from daemon.core.job import TO_SELF, Job, Move, Step
from daemon.core.ports import FolderState
from daemon.core.sent import Told, subject_key

_REPLIES: Final = frozenset({Step.THANK_YOU, Step.FEEDBACK_REQUEST})


@dataclass(frozen=True, slots=True)
class Anchor:
    """The mail that a job answers, or rests on: its header, and INTERNALDATE (aware)."""

    headers: Headers
    received: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found after a doubt: the move to make, and the draft's UID in Drafts when it lies there."""

    move: Move
    uid: int | None = None


def ours(job: Job, found: Iterable[Told]) -> int | None:
    """The UID of the message that carries the job's Message-ID, or None. Junk is passed over."""
    return next((item.uid for item in found if job.message_id in item.own_ids), None)


def own_word(job: Job, anchor: Anchor | None, found: Iterable[Told], others: Set[str] = frozenset()) -> int | None:
    """The UID of what the person has written themselves instead of the draft, or None.

    It goes to one of the job's recipients and was written since the job's event; or it answers the rejection, whenever
    that seems to have been. A thank-you is also done by an answer in the rejection's thread to anybody. Clients give a
    new Message-ID on edit and send, so an edited draft of ours is the person's word as well; `others` are the
    Message-IDs of what is none: other drafts of ours, mails about other applications. To a mail without Message-ID, a
    message to the same recipient with the same subject is the answer. A note to the person is not made needless so.
    """
    if anchor is None or job.step in TO_SELF:
        return None
    return next((item.uid for item in found if not item.own_ids & others and _says_it(item, job, anchor)), None)


def before_laying(
    job: Job,
    anchor: Anchor | None,
    drafts: Sequence[Told],
    sent: Sequence[Told],
    trashed: Sequence[Told],
    others: Set[str] = frozenset(),
) -> Move:
    """FOUND_ANSWER when the person has written already or this very draft was laid before (wherever it is now), else
    INTEND.

    `drafts` is all of Drafts; `sent` and `trashed` reach back to the day of the job's event, or of its mail. `others`
    are the Message-IDs of what is no such word: other drafts of ours, mails about other applications.
    """
    anywhere = (*drafts, *sent, *trashed)
    said = own_word(job, anchor, (*drafts, *sent), others)
    return Move.FOUND_ANSWER if said is not None or ours(job, anywhere) is not None else Move.INTEND


def decide_after_doubt(
    job: Job,
    anchor: Anchor | None,
    state: FolderState,
    drafts: Sequence[Told],
    sent: Sequence[Told],
    trashed: Sequence[Told],
    others: Set[str] = frozenset(),
) -> Looked:
    """What became of a draft whose APPEND is in doubt: LAID, FOUND_ANSWER, ABSENT (lay it again) or DOUBT (ask).

    `state` is of Drafts, read before `drafts`. While its UIDVALIDITY is the job's, `drafts` need reach back to
    job.uidnext only; after a change of it they must be all of Drafts. ABSENT then needs that no UID at all is gone
    there: the new numbers tell nothing of what was taken away before them, but that much less of it can have been.
    """
    if (uid := ours(job, drafts)) is not None:
        return Looked(Move.LAID, uid)
    if own_word(job, anchor, (*drafts, *sent), others) is not None:
        return Looked(Move.FOUND_ANSWER)
    if ours(job, (*sent, *trashed)) is not None:
        return Looked(Move.LAID)
    first = job.uidnext if job.uidvalidity == state.uidvalidity else 1
    return Looked(Move.ABSENT if _all_there(first, state, drafts) else Move.DOUBT)


def in_thread(item: Told, answered: Headers) -> bool:
    """Whether a message answers that mail; one without Message-ID is known by its subject."""
    if answered.message_id:
        return answered.message_id in item.answered
    return item.subject == subject_key(answered.subject or "")


def to_recipient(item: Told, job: Job) -> bool:
    """Whether a message goes to one of those that a job's draft is for."""
    return any(address.casefold() in item.recipients for address in job.recipients)


def _says_it(item: Told, job: Job, anchor: Anchor) -> bool:
    if job.message_id in item.own_ids:
        return False
    answers, to_them = in_thread(item, anchor.headers), to_recipient(item, job)
    if job.event is not None and item.written is not None and item.written > job.event:
        passed_on = item.forwarded or anchor.headers.message_id is None
        return to_them or (job.step is Step.THANK_YOU and answers and not passed_on)
    return answers and to_them and _answers_a_rejection(job, anchor)


def _answers_a_rejection(job: Job, anchor: Anchor) -> bool:
    """Whether the job follows from the very mail that it answers: no answer to it can be older, whatever clocks say."""
    return job.step in _REPLIES and (job.event is None or job.event <= anchor.received)


def _all_there(first: int | None, state: FolderState, drafts: Sequence[Told]) -> bool:
    # A UID that was given out since the intention and is gone may have been ours: laid, and deleted by the person.
    if first is None or state.uidnext is None or state.uidnext < first:
        return False
    present = {item.uid for item in drafts if first <= item.uid < state.uidnext}
    return len(present) == state.uidnext - first
