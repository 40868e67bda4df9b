"""What each step of the cadence follows from in a case: since when it counts, and which mail it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from daemon.core.addressee import Addressee, Contact, Me, Nobody, Seen, contacts, whom
from daemon.core.application import interviews, words
from daemon.core.cadence import Policy, Span, kept, later, next_working
from daemon.core.job import TO_SELF, Job, State, Step
from daemon.core.silence import A_MOMENT, Wait, waiting
from daemon.core.story import Case, Phase, Point, present, written_at
from daemon.core.trust import distrust

OPEN: Final = timedelta(days=30)
"""So long a draft that was laid counts as open: until then it may still lie there, and a second one would nag."""
_LIES: Final = frozenset({State.PLACED, State.EDITED})
OPENING: Final = frozenset({State.PLANNED, State.HELD})
WAITS: Final = frozenset({State.PLANNED, State.HELD, State.JOINED})
MOVABLE: Final = frozenset({State.PLANNED, State.HELD, State.JOINED, State.SKIPPED, State.CANCELLED})
"""States that facts may change; a cancelled job only if the person did not cancel it."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What planning needs besides the case: `languages` there are words in, `open_drafts` of other applications.

    `key` is the secret the Message-IDs are drawn from; `now` is aware. `restored` is when the journal was put in the
    place of another one, which may have laid what was due until then; None if it never was. `lost` is when lines of the
    journal were lost, which may have told what the person wants.
    """

    policy: Policy
    me: Me
    now: datetime
    key: bytes
    languages: Set[str]
    open_drafts: Sequence[Job] = ()
    restored: datetime | None = None
    lost: datetime | None = None


class View:
    """A case as it is seen in planning, with what is looked up more than once."""

    def __init__(self, case: Case, outlook: Outlook) -> None:
        self.case, self.outlook = case, outlook
        self.policy, self.me = outlook.policy, outlook.me
        self.phase: Phase = present(case)
        self.wait: Wait | None = waiting(case, outlook.policy)
        self.open = [job for job in (*outlook.open_drafts, *case.jobs) if _is_open(job, outlook.now)]
        self.wanted: list[Job] = []  # what is planned so far
        self._found: dict[Step, tuple[Addressee, ...] | Nobody] = {}

    @cached_property
    def contacts(self) -> tuple[Contact, ...]:
        """Everybody who can be written to."""
        return contacts(self.case.mails, self.me, self.case.application.company)

    def whom(self, step: Step) -> tuple[Addressee, ...] | Nobody:
        """Who a step goes to."""
        if step in TO_SELF:
            return (Addressee(self.me.address, self.me.name or None),)
        if step not in self._found:
            one = self.case.application.company
            self._found[step] = whom(step, self.case.mails, self.me, one, self.contacts)
        return self._found[step]

    @cached_property
    def end(self) -> Point | None:
        """The first rejection of the present phase."""
        return next(iter(self.phase.of("rejected")), None)

    def settled(self, step: Step, since: datetime) -> list[Job]:
        """The step's jobs of this occasion, or later ones, that went their own way, in the order of their events."""
        jobs = (job for job in self.case.jobs if job.step is step and not self.movable(job))
        known = [job for job in jobs if (_settled_at(job) or since) >= since]
        return sorted(known, key=lambda job: (job.event or since, job.id))

    def movable(self, job: Job) -> bool:
        """Whether facts may still change a job."""
        return job.state in MOVABLE and job.id not in self.case.called_off

    def standing(self, step: Step) -> Job | None:
        """The step's job that facts may still change: one that waits rather than one that does not, else the latest."""
        jobs = [job for job in self.case.jobs if job.step is step and self.movable(job)]
        return max(jobs, key=lambda job: (job.state in WAITS, job.id), default=None)

    def busy(self, addresses: Set[str], due: datetime) -> str | None:
        """Which of these people (in lower case) has an open draft when another one would be due.

        What another application plans goes first if it is due first; within one the order of the steps counts.
        """
        lying = (job for job in self.open if due < (job.placed_at or due) + OPEN)
        planned = (job for job in self.outlook.open_drafts if job.state in OPENING and job.due and job.due <= due)
        for job in (*lying, *self.wanted, *planned):
            if job.state not in OPENING or due < (job.due or due) + OPEN:
                for address in job.recipients:
                    if address.casefold() in addresses:
                        return address
        return None


def _settled_at(job: Job) -> datetime | None:
    # One asks once a wait: a word that was written before one asked, and read later, is no reason to ask again.
    times = (job.event, job.placed_at if job.step is Step.STATUS_CHECK else None)
    return max((at for at in times if at is not None), default=None)


def _is_open(job: Job, now: datetime) -> bool:
    """Whether a draft to somebody else lies there, or may lie there."""
    lies = job.state in _LIES and (job.placed_at is None or job.placed_at >= now - OPEN)
    return job.step not in TO_SELF and (lies or job.state in {State.PLACING, State.UNSURE})


@dataclass(frozen=True, slots=True)
class Cause:
    """What a step follows from: `event` happened, and `after` counts from `counted`; the job rests on `mail`.

    Nothing appears within a quiet period from `quiet`. Jobs with an event from `since` on are of the same occasion.
    `says` ends the sentence of the plan.
    """

    event: datetime
    mail: Seen
    since: datetime
    counted: datetime
    after: Span
    says: str = ""
    quiet: datetime | None = None


def early(view: View, cause: Cause) -> datetime:
    """When a step is due if all is known at once."""
    policy = view.policy
    quiet = later(cause.quiet, policy.quiet_period, policy.working) if cause.quiet else cause.counted
    return next_working(max(quiet, later(cause.counted, cause.after, policy.working)), policy.working)


def due(view: View, at: datetime) -> datetime:
    """That, or where it is past, the next working time."""
    return next_working(max(at, kept(view.outlook.now)), view.policy.working)


def answered(view: View) -> tuple[Seen, datetime] | None:
    """The mail that an answer to the rejection goes to, and when the rejection came: the last one that a person wrote,
    else the first; for one by phone the last mail of a person's, else the last one.
    """
    mails = [point.mail for point in view.phase.of("rejected") if point.mail]
    if mails:
        chosen = next((seen for seen in reversed(mails) if _human(seen, view.me)), mails[0])
        return chosen, chosen.received
    others = [seen for seen in words(view.case) if not seen.own and _human(seen, view.me)]
    last = next(iter((*reversed(others), *reversed(view.case.theirs))), None)
    return (last, view.end.at) if last and view.end else None


def _human(seen: Seen, me: Me) -> bool:
    return seen.verdict.answerable and distrust(seen.headers, me.trusted_authserv) is None


def _rejected(view: View, step: Step) -> Cause | None:
    """A rejection, if the person did not take the application back."""
    found = answered(view)
    if view.end is None or found is None or view.phase.of("withdrawn"):
        return None
    mail, came = found
    return Cause(view.end.at, mail, view.phase.since, came, view.policy.steps[step].after, quiet=came)


def _ended(view: View, step: Step) -> Cause | None:
    """A rejection, or a silence that is taken for one."""
    silence = next(iter(view.phase.of("silent")), None)
    if view.end or silence is None or not view.case.theirs:
        return _rejected(view, step)
    mail = view.case.theirs[-1]
    return Cause(
        silence.at, mail, view.phase.since, silence.at, view.policy.steps[step].after, "after it counted as silent"
    )


def _interviewed(view: View, step: Step) -> Cause | None:
    """A rejection after an interview, from which the step counts."""
    cause, found = _rejected(view, step), held(view)
    if cause is None or found is None:
        return cause
    at, mail = found
    says = "after the interview"
    return Cause(cause.event, mail, cause.since, at, cause.after, says, quiet=cause.quiet)


def held(view: View) -> tuple[datetime, Seen] | None:
    """The last interview that was not after the end, and the mail that told of it."""
    found = interviews(view.case, view.policy.working.timezone)
    return next(((at, seen) for at, seen in reversed(found) if view.end and at.date() <= view.end.at.date()), None)


def _parted(view: View, step: Step) -> Cause | None:
    """The last word between the two after an end, from which the next one is counted."""
    cause, said = _ended(view, step), list(words(view.case))
    if cause is None:
        return None
    times = [written_at(seen) + A_MOMENT if seen.own else written_at(seen) for seen in said]
    last = max([*times, view.end.at] if view.end else times, default=cause.event)
    mail = next((seen for seen in reversed(said) if not seen.own), cause.mail)
    again = bool(view.settled(step, cause.since))
    after = view.policy.keep_in_touch_every if again else cause.after
    return Cause(last, mail, cause.since, last, after, "after the last word between you", quiet=cause.quiet)


def _waited(view: View, step: Step) -> Cause | None:
    """A wait for their word; after a rejection there is none, and the plan says so."""
    wait = view.wait
    if wait is None:
        return _rejected(view, step)
    says = "without a word after the interview" if wait.after_interview else "without a word after the application"
    return Cause(wait.event, wait.mail, wait.since, wait.event, wait.span, says)


CAUSES: Final[Mapping[Step, Callable[[View, Step], Cause | None]]] = {
    Step.THANK_YOU: _rejected,
    Step.FEEDBACK_REQUEST: _rejected,
    Step.LINKEDIN_NOTE: _rejected,
    Step.REFLECTION: _ended,
    Step.FOLLOW_UP: _interviewed,
    Step.KEEP_IN_TOUCH: _parted,
    Step.STATUS_CHECK: _waited,
}
