"""What follows from an application as it stands: for every step that it gives cause for one job, and the reason.

The cadence is two tables: what a step follows from (daemon.core.causes) and under which conditions (daemon.core.gates).
An occasion counts the jobs of a step: the first rejection's is "1"; another one comes with a rejection after the
employer had come back, with every wait for a word, and each time one keeps in touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from daemon.core.addressee import Addressee
from daemon.core.application import Case
from daemon.core.causes import CAUSES, OPEN, OPENING, Cause, Outlook, View, due, early
from daemon.core.draft import message_id_for, sender_for
from daemon.core.gates import Refusal, recipients, refusal
from daemon.core.job import BEFORE_RESTORE, CADENCE, LOST, TO_SELF, Job, State, Step

__all__ = ["CADENCE", "OPEN", "Case", "Outlook", "plan"]

_SAYS: Final[Mapping[Step, str]] = {
    Step.THANK_YOU: "A thank-you",
    Step.FEEDBACK_REQUEST: "A request for feedback",
    Step.LINKEDIN_NOTE: "A note to yourself, for those you met",
    Step.REFLECTION: "A worksheet for yourself",
    Step.FOLLOW_UP: "A follow-up",
    Step.KEEP_IN_TOUCH: "A word to keep in touch",
    Step.STATUS_CHECK: "A question how it stands",
}
_BOTH: Final = "A thank-you that also asks for feedback"
_JOINED: Final = "The thank-you to the same person asks for feedback too."
_DROPPED: Final = "The thank-you would have asked for it, and you did not want that one."
_GOES_ON: Final = frozenset({State.SENT, State.ANSWERED})


def plan(case: Case, outlook: Outlook) -> tuple[Job, ...]:
    """One job for each step of the settings that the application gives cause for, in the order of CADENCE, and why.

    PLANNED or HELD with its due time (UTC), JOINED, SKIPPED, or ANSWERED if the person has written themselves; a job
    that went its own way already is given back as it is. A rejected application has a job for every step. A thank-you
    and a request for feedback to the same person are one draft, laid when the later of them is due.
    """
    view = View(case, outlook)
    made: dict[Step, Job] = {}
    for step in (step for step in CADENCE if step in outlook.policy.steps):
        cause = CAUSES[step](view, step)
        if cause is not None:
            made |= _step(view, step, cause, made.get(Step.THANK_YOU))
            view.wanted = [job for job in made.values() if job.step not in TO_SELF and job.state in OPENING]
    return tuple(made[step] for step in CADENCE if step in made)


def _step(view: View, step: Step, cause: Cause, thanks: Job | None) -> dict[Step, Job]:
    """The job of one step."""
    if (done := _done(view, step, cause)) is not None:
        return {step: done}
    if step is Step.FEEDBACK_REQUEST and thanks is not None:
        return _asked(view, cause, thanks)
    refused = refusal(view, step, cause)
    return {step: _skipped(view, step, cause, refused) if refused else _planned(view, step, cause)}


def _asked(view: View, cause: Cause, thanks: Job) -> dict[Step, Job]:
    """A request for feedback: by the thank-you if that goes to the same person, else by a draft of its own."""
    step = Step.FEEDBACK_REQUEST
    if step in thanks.also:  # it went its own way already, and says both
        dropped = thanks.state in {State.CANCELLED, State.DELETED}
        return {step: _skipped(view, step, cause, Refusal(_DROPPED)) if dropped else _joined(view, cause, thanks)}
    view.wanted = []
    refused = refusal(view, step, cause)
    if refused:
        return {step: _skipped(view, step, cause, refused)}
    if thanks.state in OPENING and recipients(view, step)[0] in map(str.casefold, thanks.recipients):
        both = _saying_both(view, thanks, cause)
        return {Step.THANK_YOU: both, step: _joined(view, cause, both)}
    return {step: _planned(view, step, cause)}


def _done(view: View, step: Step, cause: Cause) -> Job | None:
    """The step's job of this occasion that went its own way; one keeps in touch again when the last one was sent."""
    settled = view.settled(step, cause.since)
    if not settled:
        return None
    more = step is Step.KEEP_IN_TOUCH and len(settled) < view.policy.keep_in_touch_times
    return None if more and settled[-1].state in _GOES_ON else settled[-1]


def _skipped(view: View, step: Step, cause: Cause, refused: Refusal) -> Job:
    return _job(view, step, cause, State.ANSWERED if refused.done else State.SKIPPED, refused.why)


def _job(view: View, step: Step, cause: Cause, state: State, why: str) -> Job:
    one = view.case.application
    return Job(
        one.id, cause.mail.id, one.account, step, state, why, company=one.company or cause.mail.verdict.company,
        occasion=_occasion(view, step), event=cause.event,
    )  # fmt: skip


def _occasion(view: View, step: Step) -> str:
    standing = view.standing(step)
    had = {job.occasion for job in view.case.jobs if job.step is step}
    return standing.occasion if standing else next(name for name in map(str, range(1, len(had) + 2)) if name not in had)


def _joined(view: View, cause: Cause, thanks: Job) -> Job:
    job = _job(view, Step.FEEDBACK_REQUEST, cause, State.JOINED, _JOINED)
    return replace(job, recipient=thanks.recipient, recipient_name=thanks.recipient_name)


def _planned(view: View, step: Step, cause: Cause) -> Job:
    people = view.whom(step)
    to, *others = people if isinstance(people, tuple) else ()
    job = _job(view, step, cause, State.PLANNED, _why(view, step, cause, (to, *others)))
    sender = to.address if step in TO_SELF else sender_for(cause.mail.headers, view.me)
    number = message_id_for(view.outlook.key, cause.mail.identity, step, to.address, sender, job.occasion)
    named = tuple((one.address, one.name) for one in others)
    job = replace(job, recipient=to.address, recipient_name=to.name, others=named, message_id=number)
    return _timed(view, job, early(view, cause))


def _saying_both(view: View, thanks: Job, cause: Cause) -> Job:
    at = max(early(view, cause), thanks.due or early(view, cause))
    afters = dict.fromkeys((view.policy.steps[Step.THANK_YOU].after, cause.after))
    people = view.whom(Step.THANK_YOU)
    to = people if isinstance(people, tuple) else ()
    why = f"{_BOTH} to {_names(to)}{_waits(view, [str(span) for span in afters if span.amount])}."
    held = thanks.state is State.HELD
    return _timed(view, replace(thanks, also=(Step.FEEDBACK_REQUEST,), why=thanks.why if held else why), at)


def _timed(view: View, job: Job, at: datetime) -> Job:
    """The job with its time; held if it may have been laid before the journal was restored, or called off in what was
    lost of it.
    """
    restored, lost = view.outlook.restored, view.outlook.lost
    job = replace(job, due=due(view, at))
    if restored is not None and at <= restored:
        return replace(job, state=State.HELD, why=BEFORE_RESTORE)
    old = lost is not None and job.event is not None and job.event <= lost
    return replace(job, state=State.HELD, why=LOST) if old else job


def _why(view: View, step: Step, cause: Cause, people: tuple[Addressee, ...]) -> str:
    what = _SAYS[step] if step in TO_SELF else f"{_SAYS[step]} to {_names(people)}"
    if cause.says:
        return f"{what}, {cause.after} {cause.says}."
    return f"{what}{_waits(view, [str(cause.after)] if cause.after.amount else [])}."


def _waits(view: View, afters: list[str]) -> str:
    quiet = [f"a quiet period of {view.policy.quiet_period}"] if view.policy.quiet_period.amount else []
    waits = [*quiet, *afters]
    return f", after {' and '.join(waits)}" if waits else ""


def _names(people: tuple[Addressee, ...]) -> str:
    first = ", ".join(map(str, people[:-1]))
    return f"{first} and {people[-1]}" if first else str(people[-1])
