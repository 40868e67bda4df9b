"""What follows from a rejection: for every step towards the employer one job, planned or skipped, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from classifiers.values import Label
from daemon.core.addressee import Addressee, Me, Nobody, Seen, addressee
from daemon.core.cadence import Policy, StepRule, due, kept, later, next_working
from daemon.core.draft import message_id_for, sender_for
from daemon.core.job import BEFORE_RESTORE, Job, State, Step
from daemon.core.trust import domain

STEPS: Final = (Step.THANK_YOU, Step.FEEDBACK_REQUEST)
"""The steps that are planned from a rejection so far; the others of the cadence have no words yet."""

_NO_CONVERSATION: Final[frozenset[Label]] = frozenset({"acknowledgement", "job_alert", "rejection"})
_SAYS: Final = {
    (Step.THANK_YOU,): "A thank-you",
    (Step.FEEDBACK_REQUEST,): "A request for feedback",
    (Step.THANK_YOU, Step.FEEDBACK_REQUEST): "A thank-you that also asks for feedback",
}
# A clock that was never set says 1970 or so; such a Date tells nothing about the age of a mail.
_PLAUSIBLE_YEAR: Final = 1995


@dataclass(frozen=True, slots=True)
class Case:
    """One rejection and what is known around it.

    `application` and `message` are journal ids, `identity` the journal's keyed identity of the rejection. `history`
    are the other mails of the application, in any order. `first_seen` (aware) is when it was known to be a rejection.
    """

    application: int
    message: int
    account: str
    identity: bytes
    rejection: Seen
    history: tuple[Seen, ...]
    first_seen: datetime
    company: str | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What planning needs besides the case: `languages` there are words in, `open_recipients` with an open draft.

    `key` is the secret the Message-IDs are drawn from; `now` is aware. `restored` is when the journal was put in the
    place of another one, which may have laid what was due until then; None if it never was.
    """

    policy: Policy
    me: Me
    now: datetime
    key: bytes
    languages: Set[str]
    open_recipients: Set[str] = frozenset()
    restored: datetime | None = None


def plan(case: Case, outlook: Outlook) -> tuple[Job, ...]:
    """One job for each of STEPS, in that order: PLANNED or HELD with its due time (UTC), JOINED, SKIPPED; and why.

    The caller plans only mails that were decided to be rejections (band act, or the person's own word), once each.
    A thank-you and a request for feedback to the same person are one draft, laid when the later of them is due.
    """
    found = addressee(case.rejection, case.history, outlook.me)
    refusals = {step: _refusal(step, case, outlook, found) for step in STEPS}
    wanted = tuple(step for step, refusal in refusals.items() if refusal is None)
    if isinstance(found, Nobody) or not wanted:
        return tuple(_job(case, step, State.SKIPPED, refusals[step] or "") for step in STEPS)
    planned = _planned(case, outlook, found, wanted)
    return tuple(_one(case, step, planned, refusals[step]) for step in STEPS)


def _one(case: Case, step: Step, planned: Job, refusal: str | None) -> Job:
    if step is planned.step:
        return planned
    if refusal is not None:
        return _job(case, step, State.SKIPPED, refusal)
    joined = _job(case, step, State.JOINED, "The thank-you to the same person asks for feedback too.")
    return replace(joined, recipient=planned.recipient, recipient_name=planned.recipient_name)


def _job(case: Case, step: Step, state: State, why: str) -> Job:
    return Job(case.application, case.message, case.account, step, state, why, company=case.company)


def _planned(case: Case, outlook: Outlook, to: Addressee, steps: tuple[Step, ...]) -> Job:
    sender = sender_for(case.rejection.headers, outlook.me)
    early = _early(case, outlook.policy, steps)
    held = outlook.restored is not None and early <= outlook.restored
    why = BEFORE_RESTORE if held else _why(steps, to, outlook.policy)
    return replace(
        _job(case, steps[0], State.HELD if held else State.PLANNED, why),
        due=next_working(max(early, kept(outlook.now)), outlook.policy.working),
        recipient=to.address,
        recipient_name=to.name,
        also=steps[1:],
        message_id=message_id_for(outlook.key, case.identity, steps[0], to.address, sender),
    )


def _early(case: Case, policy: Policy, steps: tuple[Step, ...]) -> datetime:
    """When a draft is due if its rejection is read at once."""
    received = case.rejection.received
    times = [due(received, received, policy.steps[step], policy) for step in steps]
    return next_working(max(times), policy.working)


def _why(steps: tuple[Step, ...], to: Addressee, policy: Policy) -> str:
    afters = dict.fromkeys(policy.steps[step].after for step in steps)
    waits = [f"a quiet period of {policy.quiet_period}"] if policy.quiet_period.amount else []
    waits += [str(after) for after in afters if after.amount]
    return f"{_SAYS[steps]} to {to}{', after ' if waits else ''}{' and '.join(waits)}."


# The reasons not to plan a step, in the order in which they are looked for.


def _refusal(step: Step, case: Case, outlook: Outlook, found: Addressee | Nobody) -> str | None:
    rule = outlook.policy.steps.get(step)
    if rule is None or not rule.enabled:
        return f"This step is switched off: cadence.{step}.enabled is false."
    refusals = (gate(rule, case, outlook, found) for gate in _GATES)
    return next((refusal for refusal in refusals if refusal is not None), None)


def _long_past(_rule: StepRule, case: Case, outlook: Outlook, _found: Addressee | Nobody) -> str | None:
    policy = outlook.policy
    until = later(written_at(case.rejection), policy.only_newer_than, policy.working)
    if kept(case.first_seen) <= until:
        return None
    return f"The rejection was more than {policy.only_newer_than} old when it was first known, so it is only logged."


def _nobody(_rule: StepRule, _case: Case, _outlook: Outlook, found: Addressee | Nobody) -> str | None:
    return found.why if isinstance(found, Nobody) else None


def _silent(rule: StepRule, case: Case, outlook: Outlook, found: Addressee | Nobody) -> str | None:
    # Whatever goes to the employer needs a human address, so "always" asks for no less than "human" here.
    if rule.only_if != "conversation" or isinstance(found, Nobody) or conversed(case, found, outlook.me):
        return None
    return f"There was no conversation before the rejection, and cadence.{rule.step}.only_if asks for one."


def _speechless(_rule: StepRule, case: Case, outlook: Outlook, _found: Addressee | Nobody) -> str | None:
    spoken = language(case)
    if spoken is None:
        return "The language of the rejection could not be told, and a draft in a wrong one helps nobody."
    return None if spoken in outlook.languages else f'There are no words yet in the language "{spoken}".'


def _crowded(_rule: StepRule, _case: Case, outlook: Outlook, found: Addressee | Nobody) -> str | None:
    taken = {address.casefold() for address in outlook.open_recipients}
    if isinstance(found, Nobody) or found.address.casefold() not in taken:
        return None
    return f"Another draft to {found.address} is still open, and one person gets one draft at a time."


_Gate = Callable[[StepRule, Case, Outlook, Addressee | Nobody], str | None]
_GATES: Final[tuple[_Gate, ...]] = (_long_past, _nobody, _silent, _speechless, _crowded)


# What the mails of a case tell.


def written_at(seen: Seen) -> datetime:
    """When a mail was written, in UTC: its Date if that is plausible and earlier than INTERNALDATE, which a move of
    the mailbox to another server may have made anew.
    """
    received, date = kept(seen.received), seen.headers.date
    if date is None or date.tzinfo is None or date.year < _PLAUSIBLE_YEAR:
        return received
    return min(received, kept(date))


def language(case: Case) -> str | None:
    """The thread's language as a lower-case primary subtag (RFC 5646, 2.2.1): the rejection's, else the last known."""
    latest = sorted(case.history, key=lambda seen: seen.received, reverse=True)
    for seen in (case.rejection, *latest):
        primary = (seen.verdict.language or "").replace("_", "-").partition("-")[0].strip().lower()
        if primary.isascii() and primary.isalpha() and len(primary) <= 3:
            return primary
    return None


def interviewed(case: Case) -> bool:
    """Whether the person was interviewed: as the rejection says; if it says nothing, an interview mail came before."""
    said = case.rejection.verdict.after_interview
    return said if said is not None else any(seen.verdict.label == "interview" for seen in case.history)


def conversed(case: Case, with_whom: Addressee, me: Me) -> bool:
    """Whether there was a conversation: an interview, an answer to the person's own mail, or mail of the same human."""
    interview = any(seen.verdict.label == "interview" for seen in case.history)
    return bool(case.rejection.verdict.after_interview or interview or _answers_me(case, me) or _wrote(case, with_whom))


def _answers_me(case: Case, me: Me) -> bool:
    answered = set(case.rejection.headers.in_reply_to)
    if answered & {seen.headers.message_id for seen in case.history if seen.own}:
        return True
    # Mail programs make ids under the writer's domain, which tells nothing if the employer writes from the same one.
    sender = case.rejection.headers.sender
    mine = {domain(address) for address in (me.address, *me.aliases)} - {domain(sender.address) if sender else ""}
    return any(domain(message_id.strip("<>")) in mine for message_id in answered)


def _wrote(case: Case, with_whom: Addressee) -> bool:
    before = (seen for seen in case.history if not seen.own and seen.received <= case.rejection.received)
    return any(
        seen.headers.sender is not None
        and seen.headers.sender.address.casefold() == with_whom.address.casefold()
        and seen.verdict.label not in _NO_CONVERSATION
        for seen in before
    )
