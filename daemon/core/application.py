"""What an application's mails tell of it, as pure helpers over its case: where it stands, who said what, and how."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final, Literal

from classifiers.values import Label
from daemon.core.addressee import Contact, Me, Seen
from daemon.core.cadence import DAWN, kept
from daemon.core.entry import Event
from daemon.core.story import ORDER, Case, Phase, phases, present, story, written_at
from daemon.core.trust import domain

__all__ = [
    "Case", "Phase", "Stage", "acquainted", "applied_on", "by_phone", "conversed", "formal", "interview_on",
    "interview_time", "interviewed", "interviews", "invites_future", "is_silent", "language", "personal", "phases",
    "present", "reason", "rejected_at", "rejections", "role", "stage", "story", "timeline", "words", "written_at",
]  # fmt: skip

Stage = Literal[
    "applied", "assessment", "interview", "offer", "rejected", "silent", "reopened", "withdrawn", "contacted"
]
_REACHED: Final[tuple[Stage, ...]] = ("offer", "interview", "assessment", "applied", "contacted")
_END: Final[tuple[Stage, ...]] = ("withdrawn", "rejected", "silent")
_MUTE: Final[frozenset[Label]] = frozenset({"acknowledgement", "job_alert"})
"""Mails that are no word to the person: a machine's, or the same to everybody."""


def stage(case: Case) -> Stage:
    """Where an application stands."""
    phase = present(case)
    kinds = {point.kind for point in phase.points}
    if kinds.isdisjoint(_END) and phase.since > DAWN and "offer" not in kinds:
        return "reopened"
    return next((kind for kind in (*_END, *_REACHED) if kind in kinds), "applied")


def timeline(case: Case, zone: tzinfo = UTC) -> tuple[Event, ...]:
    """What happened, oldest first, as a person would tell it: an interview on its day where that is known (in `zone`),
    each one once, and that the employer came back after an end.
    """
    known = interviews(case, zone)
    points = [point for point in story(case) if point.kind != "interview"]
    found = [Event(point.kind, point.at, point.mail.id if point.mail else None, point.by) for point in points]
    found += [Event("interview", at, seen.id) for at, seen in known]
    found += [Event("reopened", phase.since) for phase in phases(case)[1:] if not phase.of("reopened")]
    return tuple(sorted(found, key=lambda event: (event.at, ORDER.index(event.kind))))


# Interviews.

_SAME: Final = 14
"""So many days after a mail about an interview without a day, the next one about an interview is about the same."""


def interview_time(seen: Seen, zone: tzinfo) -> datetime:
    """When the interview of a mail is (UTC): as it says, in `zone` where it names none; else when it was written."""
    at = seen.verdict.interview_at
    if at is None:
        return written_at(seen)
    return kept(at if at.tzinfo else at.replace(tzinfo=zone))


def interviews(case: Case, zone: tzinfo = UTC) -> tuple[tuple[datetime, Seen], ...]:
    """The interviews of an application with the mail that told of each last, by their time."""
    mails = [point.mail for point in story(case) if point.kind == "interview" and point.mail]
    found: dict[object, tuple[datetime, Seen]] = {}
    for number, seen in enumerate(mails):
        following = mails[number + 1] if number + 1 < len(mails) else None
        if seen.verdict.interview_at or not following or (written_at(following) - written_at(seen)).days >= _SAME:
            at = interview_time(seen, zone)
            found[at.date() if seen.verdict.interview_at else number] = at, seen
    return tuple(sorted(found.values(), key=lambda pair: pair[0]))


def interview_on(case: Case, zone: tzinfo) -> date | None:
    """The day of the last interview that was not after the end, if it is known."""
    ended, found = rejected_at(case), reversed(interviews(case, zone))
    held = ((at, seen) for at, seen in found if ended is None or at.date() <= ended.date())
    at, seen = next(held, (None, None))
    return at.astimezone(zone).date() if at and seen and seen.verdict.interview_at else None


def interviewed(case: Case) -> bool:
    """Whether the person was interviewed: as the rejection says; if it says nothing, an interview was before it."""
    said = [seen.verdict.after_interview for seen in rejections(case)]
    if None not in said and said:
        return any(said)
    ended = rejected_at(case)
    days = [at for at, _ in interviews(case)]
    return True in said or any(ended is None or at.date() <= ended.date() for at in days)


def acquainted(case: Case, known: Sequence[Contact]) -> tuple[Contact, ...]:
    """Whom the person met, of those known by name: after an interview for which nobody is named, the recruiter."""
    met = tuple(one for one in known if one.met and one.name)
    led = (one for one in known if one.name and one.wrote and one.part == "recruiter")
    return met or (tuple(led)[:1] if interviewed(case) else ())


# The end.


def rejections(case: Case) -> tuple[Seen, ...]:
    """The mails that said no in the present phase, oldest first."""
    return tuple(point.mail for point in present(case).of("rejected") if point.mail)


def rejected_at(case: Case) -> datetime | None:
    """When the employer first said no in the present phase, by mail or otherwise; None if it did not."""
    ends = present(case).of("rejected")
    return ends[0].at if ends else None


def by_phone(case: Case) -> bool:
    """Whether the person said that the rejection came otherwise than by mail, and no mail told of it."""
    return bool(present(case).of("rejected")) and not rejections(case)


def reason(case: Case) -> str | None:
    """Why they said no, as the last of the rejections that says it."""
    told_ = (seen.verdict.reason for seen in reversed(rejections(case)))
    return next((why for why in told_ if why and why != "unstated"), None)


def invites_future(case: Case) -> bool:
    """Whether the employer asked to hear from the person again."""
    return any(seen.verdict.invites_future for seen in rejections(case))


def is_silent(case: Case) -> bool:
    """Whether there was no answer for so long that none is expected."""
    return stage(case) == "silent"


def applied_on(case: Case, zone: tzinfo) -> date | None:
    """The day on which the application was received, as its acknowledgement says."""
    found = (point.at for point in story(case) if point.kind == "applied" and point.mail)
    first = next(found, None)
    return first.astimezone(zone).date() if first else None


# Words.


def words(case: Case) -> Iterator[Seen]:
    """What one side wrote to the other, oldest first: neither confirmations nor alerts."""
    return (seen for seen in case.mails if seen.own or seen.verdict.label not in _MUTE)


def language(case: Case, message: int = 0) -> str | None:
    """The thread's language as a lower-case primary subtag (RFC 5646, 2.2.1): that of the mail with the journal id
    `message`, else of the present rejection, else the last one known.
    """
    asked = [seen for seen in case.mails if message and seen.id == message]
    for seen in (*asked, *reversed(rejections(case)), *reversed(case.theirs)):
        primary = (seen.verdict.language or "").replace("_", "-").partition("-")[0].strip().lower()
        if primary.isascii() and primary.isalpha() and len(primary) <= 3:
            return primary
    return None


def formal(case: Case) -> bool:
    """Whether the thread says Sie, vous, u, Lei, as its last mail that tells; safe where none does."""
    said = [seen.verdict.informal for seen in case.theirs if seen.verdict.informal is not None]
    return not said[-1] if said else True


def role(case: Case) -> str | None:
    """The role as the application has it, else as the last mail that names one."""
    named = (seen.verdict.role for seen in reversed(case.theirs))
    return case.application.role or next((one for one in named if one), None)


def personal(case: Case) -> str | None:
    """The person's latest note that may go into a letter."""
    open_ = [note.text for note in case.notes if not note.private]
    return open_[-1] if open_ else None


# Whether there was a conversation.

_NO_CONVERSATION: Final[frozenset[Label]] = frozenset({"acknowledgement", "job_alert", "rejection"})


def conversed(case: Case, me: Me, addresses: Collection[str] = ()) -> bool:
    """Whether there was a conversation: an interview, an answer to the person's own mail, or mail from one of these
    addresses (those of humans) before the end.
    """
    talked = any(seen.verdict.label == "interview" or seen.verdict.after_interview for seen in case.theirs)
    return talked or any(_answers(seen, case, me) for seen in case.theirs) or _wrote(case, addresses)


def _answers(seen: Seen, case: Case, me: Me) -> bool:
    """Whether a mail of the employer's that is no mere confirmation answers one of the person's."""
    answered = set(seen.headers.in_reply_to)
    if not answered or seen.verdict.label in _MUTE:
        return False
    if answered & {own.headers.message_id for own in case.own}:
        return True
    # Mail programs make ids under the writer's domain, which tells nothing if the employer writes from the same one.
    sender = seen.headers.sender
    mine = {domain(address) for address in (me.address, *me.aliases)} - {domain(sender.address) if sender else ""}
    return any(domain(message_id.strip("<>")) in mine for message_id in answered)


def _wrote(case: Case, addresses: Collection[str]) -> bool:
    ended, wanted = rejected_at(case), {address.casefold() for address in addresses}
    return any(
        seen.headers.sender is not None
        and seen.headers.sender.address.casefold() in wanted
        and seen.verdict.label not in _NO_CONVERSATION
        for seen in case.theirs
        if ended is None or written_at(seen) <= ended
    )
