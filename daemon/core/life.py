"""What becomes of a draft that was laid: it lies there, is edited, sent, deleted, comes back, or goes out of date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from classifiers.values import Headers, Label
from daemon.core.addressee import Seen
from daemon.core.answers import in_thread, to_recipient
from daemon.core.correction import RETRACTED
from daemon.core.job import TO_SELF, Job, Move, State, Step
from daemon.core.sent import Told, subject_key
from daemon.core.story import Case, story, told, written_at

AGAIN: Final = timedelta(minutes=5)
"""So long after it was missed first a draft must still be missing: a client may be busy with sending it."""
_SLACK: Final = timedelta(minutes=2)
"""Two clocks differ by so much, and a draft takes so long to be laid."""
_SENT_LATER: Final = timedelta(days=2)
"""So long after a draft was missed first it may turn out to have been sent: a client was without a connection."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A draft that was laid once: its job, the header of the mail it answers (None for none), the subject it was laid
    with, and since when (aware) it is not found any more.
    """

    job: Job
    answered: Headers | None
    subject: str | None = None
    missing: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the mailbox found.

    `drafts` is all of Drafts, of that UIDVALIDITY, looked at before Sent; `sent` are the person's own mails by
    application, None where no Sent folder is known. `ours` are the Message-IDs of all drafts that were ever laid.
    """

    at: datetime
    uidvalidity: int
    drafts: Sequence[Told]
    sent: Mapping[int, Sequence[Told]] | None
    ours: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fate:
    """What a look tells of one draft: the move to make (None for none), and since when it is missing.

    `uid` is where it lies in Drafts now, None where it does not. `sent` is when it was sent, if it was.
    """

    job: Job
    move: Move | None = None
    missing: datetime | None = None
    uid: int | None = None
    sent: datetime | None = None


@dataclass(slots=True)
class _Claims:
    """Which messages are accounted for: one draft of the person's, and one mail of theirs, stands for one job."""

    drafts: set[int] = field(default_factory=set)
    sent: set[tuple[int, int]] = field(default_factory=set)


def fates(laid: Iterable[Laid], look: Look) -> list[Fate]:
    """What has become of these drafts, each in PLACED, EDITED or DELETED; those laid last have the first claim.

    A draft is DELETED only when it is not in Drafts, nor anything that answers the same mail instead of it, nor in
    Sent, twice, AGAIN apart, while Drafts is the folder that it was laid into (its UIDVALIDITY has not changed) and
    Sent is known. What it was moved into besides, the caller looks for.
    """
    claims = _Claims()
    ordered = sorted(laid, key=lambda one: (one.job.placed_at or look.at, one.job.id), reverse=True)
    return [_fate(one, look, claims) for one in ordered]


def _fate(one: Laid, look: Look, claims: _Claims) -> Fate:
    job, lying = one.job, _lying(one, look, claims)
    sent = _sent_itself(one, look) or (_sent_instead(one, look, claims) if lying is None else None)
    if sent is not None:
        return Fate(job, Move.SEND, sent=sent.at)
    if lying is not None:
        return Fate(job, _lying_move(one, lying, look), None, lying.uid)
    if job.state is State.DELETED:
        return Fate(job, None, one.missing)
    missing = one.missing or look.at
    certain = look.sent is not None and job.uidvalidity == look.uidvalidity and look.at - missing >= AGAIN
    return Fate(job, Move.DELETE if certain else None, missing)


def _lying(one: Laid, look: Look, claims: _Claims) -> Told | None:
    """The draft itself, else what lies in its place: as clients write it back after an edit, under another id."""
    itself = next((item for item in look.drafts if one.job.message_id in item.own_ids), None)
    if itself is not None or one.job.state is State.DELETED:
        return itself
    free = (item for item in look.drafts if item.uid not in claims.drafts and not item.own_ids & look.ours)
    found = next((item for item in free if _instead(item, one, look)), None)
    claims.drafts |= {found.uid} if found else set()
    return found


def _lying_move(one: Laid, lying: Told, look: Look) -> Move | None:
    if one.job.state is State.DELETED:
        return Move.RETURN
    return Move.EDIT if one.job.state is State.PLACED and _edited(one.job, lying, look) else None


def _edited(job: Job, lying: Told, look: Look) -> bool:
    """Whether the person has saved it anew: under another id, in another place, or with a Date after its laying."""
    if job.message_id not in lying.own_ids:
        return True
    moved = look.uidvalidity == job.uidvalidity and job.uid is not None and job.uid != lying.uid
    later = lying.dated is not None and job.placed_at is not None and lying.dated - job.placed_at > _SLACK
    return moved or later


def _sent_itself(one: Laid, look: Look) -> Told | None:
    return next((item for item in _own_mails(one, look) if one.job.message_id in item.own_ids), None)


def _sent_instead(one: Laid, look: Look, claims: _Claims) -> Told | None:
    """What was sent since the draft was laid and stands for it, and for no other one."""
    until = one.missing + _SENT_LATER if one.missing else look.at
    for place, item in enumerate(_own_mails(one, look)):
        key = one.job.application, place
        in_time = item.at is not None and item.at <= until
        if in_time and key not in claims.sent and not item.own_ids & look.ours and _instead(item, one, look):
            claims.sent.add(key)
            return item
    return None


def _own_mails(one: Laid, look: Look) -> Sequence[Told]:
    return (look.sent or {}).get(one.job.application, ())


def _instead(item: Told, one: Laid, look: Look) -> bool:
    """Whether a message stands for the draft: it came later, and answers the same mail, or bears a note's subject."""
    job, since = one.job, (one.job.placed_at or look.at) - _SLACK
    if not any(moment >= since for moment in (item.at, item.dated) if moment):
        return False
    if job.step in TO_SELF:
        alike = one.subject is not None and item.subject == subject_key(one.subject)
        return alike and item.recipients == {(job.recipient or "").casefold()}
    if one.answered is None or not in_thread(item, one.answered):
        return False
    return to_recipient(item, job) or (one.answered.message_id is not None and not item.forwarded)


# Feedback.


def feedback(case: Case) -> tuple[Seen, ...]:
    """The mails in which the employer says what the person can do better: the rejection itself, or after it."""
    ends = [point.at for point in story(case) if point.kind == "rejected"]
    advising = (seen for seen in case.theirs if seen.verdict.advice)
    return tuple(seen for seen in advising if told(seen) == "rejected" or any(end <= written_at(seen) for end in ends))


# Out of date.

_AFTER_NO: Final = frozenset({Step.THANK_YOU, Step.FEEDBACK_REQUEST, Step.FOLLOW_UP, Step.LINKEDIN_NOTE})
"""What follows from a rejection alone."""
_NO_WORD: Final[frozenset[Label]] = frozenset({"acknowledgement", "job_alert"})


def stale(job: Job, case: Case, zone: tzinfo = UTC) -> str | None:
    """Why a draft that lies in Drafts is out of date, as a sentence; None while it is not."""
    if job.state not in {State.PLACED, State.EDITED} or job.placed_at is None:
        return None
    if job.step in _AFTER_NO and not any(point.kind == "rejected" for point in story(case)):
        return RETRACTED
    return None if job.step in TO_SELF else _overtaken(job, case, job.placed_at, zone)


def _overtaken(job: Job, case: Case, laid: datetime, zone: tzinfo) -> str | None:
    """A word of either side since it was laid."""
    for seen in case.mails:
        day = f"{seen.received.astimezone(zone):%Y-%m-%d}"
        if seen.own and seen.received > laid and _goes_to(seen.headers, job):
            return f"You wrote to {job.recipient} yourself on {day}, after this draft was laid."
        since = max(seen.received, seen.first_seen or seen.received)
        if not seen.own and since > laid and seen.id != job.message and seen.verdict.label not in _NO_WORD:
            return f"{case.application.company or 'The employer'} wrote again on {day}, which this draft ignores."
    return None


def _goes_to(headers: Headers, job: Job) -> bool:
    readers = {item.address.casefold() for item in (*headers.to, *headers.cc)}
    return any(address.casefold() in readers for address in job.recipients)
