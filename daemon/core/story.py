"""One application as a case, and its story as the mails tell it. Pure; nothing here knows the time.

A case has one phase after the other: a rejection (or the person's own step back) ends one, and what the employer asks
the person to after that opens the next. Silence is no more than the present state: a word undoes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from classifiers.values import Verdict
from daemon.core.addressee import Seen
from daemon.core.cadence import DAWN, kept
from daemon.core.entry import STAGES, Application, Event, EventKind, Note
from daemon.core.job import Job

# A clock that was never set says 1970 or so; such a Date tells nothing about the age of a mail.
_PLAUSIBLE_YEAR: Final = 1995
ORDER: Final[tuple[EventKind, ...]] = (
    "contacted", "applied", "assessment", "interview", "offer", "rejected", "reopened", "withdrawn", "silent",
    "feedback",
)  # fmt: skip
_ENDS: Final[frozenset[EventKind]] = frozenset({"rejected", "withdrawn"})
_OPENS: Final[frozenset[EventKind]] = frozenset({"interview", "assessment", "offer", "reopened"})
_CERTAIN: Final = 0.9
"""So sure the model has to be of a mail that names neither an employer nor a role."""
SURE: Final = 0.8
"""So sure it has to be that an employer came back, and what their last word was."""


@dataclass(frozen=True, slots=True)
class Case:
    """One application: `mails` oldest first, the person's own among them; its events, notes and jobs.

    `called_off` are the ids of those cancelled jobs that the person cancelled; facts cancel and resume the others.
    `asked` are the ids of mails that may be about this application or another one: the person is asked which.
    """

    application: Application
    mails: tuple[Seen, ...]
    events: tuple[Event, ...] = ()
    notes: tuple[Note, ...] = ()
    jobs: tuple[Job, ...] = ()
    called_off: frozenset[int] = frozenset()
    asked: tuple[int, ...] = ()

    @property
    def theirs(self) -> tuple[Seen, ...]:
        """The employer's mails."""
        return tuple(seen for seen in self.mails if not seen.own)

    @property
    def own(self) -> tuple[Seen, ...]:
        """The person's own mails."""
        return tuple(seen for seen in self.mails if seen.own)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that happened, in the order it was told: `mail` told it, or the person or the time did (`by`)."""

    at: datetime
    kind: EventKind
    mail: Seen | None = None
    by: Literal["mail", "you", "time"] = "mail"


@dataclass(frozen=True, slots=True)
class Phase:
    """What happened from `since` (DAWN, or when the employer came back) to the next re-opening."""

    since: datetime
    points: tuple[Point, ...]

    def of(self, kind: EventKind) -> tuple[Point, ...]:
        """The points of one kind, oldest first."""
        return tuple(point for point in self.points if point.kind == kind)


def written_at(seen: Seen) -> datetime:
    """When a mail was written, in UTC: its Date if that is plausible and earlier than INTERNALDATE, which a move of
    the mailbox to another server may have made anew.
    """
    received, told = kept(seen.received), seen.headers.date
    if told is None or told.tzinfo is None or told.year < _PLAUSIBLE_YEAR:
        return received
    return min(received, kept(told))


def told(seen: Seen) -> EventKind | None:
    """What a mail stands for on the timeline; an unsure rejection and an own mail stand for nothing."""
    if seen.own:
        return None
    if seen.verdict.withdrawn:
        return "withdrawn"
    kind = STAGES.get(seen.verdict.label)
    return kind if kind != "rejected" or seen.band == "act" else None


def names_an_application(verdict: Verdict) -> bool:
    """Whether a mail surely is about an application: a dentist invites to appointments too, but names no role."""
    return bool(verdict.company or verdict.role) or verdict.confidence >= _CERTAIN


def story(case: Case) -> tuple[Point, ...]:
    """All that happened, in the order in which it was told."""
    mails = ((told(seen), seen) for seen in case.mails)
    points = [Point(written_at(seen), kind, seen) for kind, seen in mails if kind]
    points += [Point(kept(event.at), event.kind, None, event.by) for event in case.events if _no_mails(event)]
    return tuple(sorted(points, key=lambda point: (point.at, ORDER.index(point.kind))))


def _no_mails(event: Event) -> bool:
    # What mails tell is read from the mails, so that it cannot differ from them.
    return event.by != "mail" or event.kind == "feedback"


def phases(case: Case) -> tuple[Phase, ...]:
    """The phases of an application, at least one."""
    parts: list[tuple[datetime, list[Point]]] = [(DAWN, [])]
    ended = None
    for point in story(case):
        if ended and _comes_back(point, ended):
            parts.append((point.at, []))
            ended = None
        if point.kind in _ENDS:
            ended = point
        parts[-1][1].append(point)
    return tuple(Phase(since, tuple(points)) for since, points in parts)


def _comes_back(point: Point, ended: Point) -> bool:
    """Whether the employer asks the person to something after an end; a reminder of what lies before it does not.

    Of what the person told, the day is known and not the hour. Advice that names no day is about the interview before.
    """
    day = point.mail.verdict.interview_at if point.mail and point.kind == "interview" else None
    if point.mail and point.mail.verdict.advice and day is None and point.kind == "interview":
        return False
    since = point.at.date() > ended.at.date() if ended.by == "you" else point.at > ended.at
    sure = point.mail is None or point.mail.verdict.confidence >= SURE
    return point.kind in _OPENS and sure and since and (day is None or day.date() >= ended.at.date())


def present(case: Case) -> Phase:
    """The phase that an application is in."""
    return phases(case)[-1]
