"""When the person hears of how things stand, and of what: pure reckoning with plain values.

Weekly at a moment of the person's own clock; sooner when something needs them; never more than once a day; and where
there is nothing to say, not at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from classifiers.values import Label
from daemon.core.cadence import DAWN, WorkingTime, awake, kept
from daemon.core.job import TO_SELF, Job, State, Step
from daemon.core.tally import Tally

Cause = Literal["weekly", "sooner"]
FUNNEL_FROM: Final = 20
"""With fewer applications a picture of shares would tell more than is known."""
FADES: Final = timedelta(days=28)
"""What was told for so long and is as it was is no reason for another digest."""
_LAST: Final = 10
_WEEK: Final = 7


# When.


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When digests come: on `weekday` (Monday is 0) at `minute` of the day, by the clock of `working.timezone`."""

    weekday: int
    minute: int
    working: WorkingTime


@dataclass(frozen=True, slots=True)
class Told:
    """What the digests so far have said. `days` are the days, as the person's calendar has them, that had one made; the
    days of those that were not called off are `told` too.

    Up to `considered` every weekly moment has had its digest, or there was nothing to say; None before the first look.
    `urgent` are the keys of what has been told that could make one come sooner.
    """

    days: frozenset[date] = frozenset()
    told: frozenset[date] = frozenset()
    considered: datetime | None = None
    urgent: frozenset[str] = frozenset()


def cause(now: datetime, rhythm: Rhythm, told: Told, urgent: Set[str] = frozenset()) -> Cause | None:
    """Why a digest is due now, None if none is. `urgent` names what cannot wait, told or not (`worries`).

    One that came sooner on the very day of the weekly one has said it all.
    """
    today = kept(now).astimezone(rhythm.working.timezone).date()
    if today in told.days or told.considered is None:
        return None
    weekly = latest(now, rhythm)
    if min(told.considered, now) < weekly and _day(weekly, rhythm) not in told.told:
        return "weekly"
    return "sooner" if urgent - told.urgent and awake(now, rhythm.working) else None


def latest(now: datetime, rhythm: Rhythm) -> datetime:
    """The latest weekly moment that is not after `now`, in UTC.

    A moment that the clocks leave out is that much later; of one they show twice it is the first.
    """
    day = _day(now, rhythm)
    back = (day.weekday() - rhythm.weekday) % _WEEK
    found = _moment(day - timedelta(days=back), rhythm)
    return found if found <= now else _moment(day - timedelta(days=back + _WEEK), rhythm)


def following(now: datetime, rhythm: Rhythm) -> datetime:
    """The first weekly moment after `now`, in UTC."""
    return _moment(_day(latest(now, rhythm), rhythm) + timedelta(days=_WEEK), rhythm)


def _day(moment: datetime, rhythm: Rhythm) -> date:
    return kept(moment).astimezone(rhythm.working.timezone).date()


def _moment(day: date, rhythm: Rhythm) -> datetime:
    wall = datetime.combine(day, time(rhythm.minute // 60, rhythm.minute % 60), rhythm.working.timezone)
    return wall.astimezone(UTC)


# Of what.


@dataclass(frozen=True, slots=True)
class News:
    """One mail that came: its label and what is known of it. The texts are as mails have them."""

    label: Label
    at: datetime
    company: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that lies there. `to` is a name or an address, None for a note to the person; `wrong` is why it is out
    of date, if it is.
    """

    job: int
    steps: tuple[Step, ...]
    laid: datetime
    to: str | None = None
    company: str | None = None
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that the model is unsure of: how sure it is of a rejection (0 to 1), and the sentences that decided."""

    number: int
    at: datetime
    sure: float
    sender: str | None = None
    subject: str | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something of an account that is not as it should be. `waits` for the person; else it is tried again."""

    account: str
    what: str
    problem: str
    since: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was noted of an earlier interview, or what an employer said after it (`feedback`)."""

    at: datetime
    text: str
    company: str | None = None
    feedback: bool = False


@dataclass(frozen=True, slots=True)
class Interview:
    """One that is coming: `at` None while its day is not known, `timed` if its hour is."""

    application: int
    company: str | None = None
    role: str | None = None
    at: datetime | None = None
    timed: bool = False


@dataclass(frozen=True, slots=True)
class Momentum:
    """How far the search has come, in numbers of applications; `recent` of them in the last four weeks."""

    applications: int = 0
    recent: int = 0
    answered: int = 0
    interviews: int = 0
    offers: int = 0
    silent: int = 0

    @property
    def funnel(self) -> bool:
        """Whether there are enough for a picture."""
        return self.applications >= FUNNEL_FROM


@dataclass(frozen=True, slots=True)
class Summary:
    """All that a digest may say. `since` is when the last one was made, `held` and `homeless` are how many drafts and
    mails `review` asks about, `remembered` is of earlier interviews, the newest first, where one is coming. `letters`
    counts the drafts to others so far, `lying` the earlier digests that still lie in Drafts.
    """

    now: datetime
    since: datetime
    news: tuple[News, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    questions: tuple[Question, ...] = ()
    held: int = 0
    homeless: int = 0
    troubles: tuple[Trouble, ...] = ()
    interviews: tuple[Interview, ...] = ()
    remembered: tuple[Remembered, ...] = ()
    private_notes: int = 0
    feedback: tuple[Remembered, ...] = ()
    momentum: Momentum = Momentum()
    tired: tuple[Step, ...] = ()
    letters: Tally = field(default_factory=Tally)
    lying: int = 0


def worth_saying(summary: Summary) -> bool:
    """Whether there is anything in it that is new, or that still waits for the person and has not faded."""
    old = summary.now - FADES
    waiting = any(one.laid > old for one in summary.waiting) or any(one.at > old for one in summary.questions)
    asked = bool(summary.held or summary.homeless or summary.troubles or summary.interviews)
    return waiting or asked or bool(summary.news or summary.feedback)


def worries(waiting: Iterable[Waiting]) -> frozenset[str]:
    """The keys of what cannot wait for the weekly digest: drafts that have become wrong. The same thing has the same
    key. An account that needs the person is told of by an alarm (daemon.core.alarm).
    """
    return frozenset(f"draft {one.job} {one.wrong}" for one in waiting if one.wrong)


def momentum(opened: Mapping[int, datetime], kinds: Mapping[int, Collection[str]], now: datetime) -> Momentum:
    """The numbers of a search: when each application was opened, and the kinds of its events.

    An employer that wrote first, and to whom nothing went back yet, is no application.
    """
    out = {one: set(kinds.get(one, ())) for one in opened}
    out = {one: found for one, found in out.items() if found - {"contacted", "feedback", "answered"} or not found}
    answers = {"assessment", "interview", "offer", "rejected", "reopened"}
    return Momentum(
        applications=len(out),
        recent=sum(opened[one] > now - FADES for one in out),
        answered=sum(bool(found & answers) for found in out.values()),
        interviews=sum("interview" in found for found in out.values()),
        offers=sum("offer" in found for found in out.values()),
        silent=sum("silent" in found and not found & answers for found in out.values()),
    )


def tired_of(jobs: Sequence[Job], enabled: Collection[Step]) -> tuple[Step, ...]:
    """The steps that are switched on and whose last ten drafts were all deleted.

    Only of letters to others: a note to oneself ends by being deleted, so that this says nothing of it.
    """
    found = []
    for step in (one for one in Step if one not in TO_SELF):
        laid = sorted((job for job in jobs if job.step is step and job.placed_at is not None), key=_laid)[-_LAST:]
        if step in enabled and len(laid) == _LAST and all(job.state is State.DELETED for job in laid):
            found.append(step)
    return tuple(found)


def letters(by_step: Mapping[Step, Tally]) -> Tally:
    """What became of the drafts to others, all steps together."""
    told = [count for step, count in by_step.items() if step not in TO_SELF]
    return Tally(
        laid=sum(one.laid for one in told),
        edited=sum(one.edited for one in told),
        sent=sum(one.sent for one in told),
        deleted=sum(one.deleted for one in told),
        answered=sum(one.answered for one in told),
    )


def _laid(job: Job) -> tuple[datetime, int]:
    return job.placed_at or DAWN, job.id
