"""The conditions of the cadence: each one says in a sentence why a step is not planned, or lets it pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daemon.core.addressee import Nobody, Seen
from daemon.core.application import acquainted, conversed, interviewed, invites_future, language
from daemon.core.cadence import kept, later
from daemon.core.causes import WAITS, Cause, View, due, early, held
from daemon.core.forward import passed_on
from daemon.core.job import TO_SELF, State, Step
from daemon.core.silence import Wait
from daemon.core.story import SURE, written_at

_ASLEEP: Final = timedelta(days=183)
"""So long after its last step an application is long past; a word of the employer's then is about something else."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step is not planned. `done`: because the person has written themselves."""

    why: str
    done: bool = False


Gate = Callable[[View, Step, Cause], Refusal | str | None]


def refusal(view: View, step: Step, cause: Cause) -> Refusal | None:
    """The first reason not to plan a step; None where there is none."""
    for gate in GATES[step]:
        found = gate(view, step, cause)
        if found is not None:
            return found if isinstance(found, Refusal) else Refusal(found)
    return None


def recipients(view: View, step: Step) -> tuple[str, ...]:
    """The addresses that a step goes to, in lower case; none where there is nobody."""
    found = view.whom(step)
    return () if isinstance(found, Nobody) else tuple(one.address.casefold() for one in found)


def letters_of(step: Step, view: View, cause: Cause) -> str | None:
    """The language of a step's letter: the thread's; a note to the person is in their own, else in English."""
    spoken = language(view.case, cause.mail.id)
    if step not in TO_SELF:
        return spoken
    return next((one for one in (view.me.language, spoken) if one and one in view.outlook.languages), "en")


def _off(view: View, step: Step, _cause: Cause) -> str | None:
    on = view.policy.steps[step].enabled
    return None if on else f"This step is switched off: cadence.{step}.enabled is false."


def _set_aside(view: View, _step: Step, _cause: Cause) -> str | None:
    one = view.case.application
    again = f"`highroad skip a{one.id} --off` takes it up again"
    return f"You said to skip this application; {again}." if one.skipped else None


def _asked_which(view: View, step: Step, _cause: Cause) -> str | None:
    if step in TO_SELF or not view.case.asked:
        return None
    return "A mail that came may be about this application; `highroad review` asks which one it is about."


def _waits(view: View, step: Step) -> bool:
    standing = view.standing(step)
    return standing is not None and standing.state in WAITS


def _long_past(view: View, step: Step, _cause: Cause) -> str | None:
    until, mails = _in_time_until(view, step), [point.mail for point in view.phase.of("rejected") if point.mail]
    if until is None or kept(mails[-1].first_seen or mails[-1].received) <= until:
        return None
    return (
        f"The rejection was more than {view.policy.only_newer_than} old when it was first known, so it is only logged."
    )


def _too_late(view: View, step: Step, _cause: Cause) -> str | None:
    # Asked last: what kept it from being planned in time is the better reason.
    until = _in_time_until(view, step)
    if until is None or kept(view.outlook.now) <= until:
        return None
    return f"The rejection is more than {view.policy.only_newer_than} old by now, so it is only logged."


def _in_time_until(view: View, step: Step) -> datetime | None:
    """Until when a rejection is new enough; None where it does not matter."""
    # What the person tells of a rejection is a wish for what follows, however long ago it was.
    ends = view.phase.of("rejected")
    mails = [point.mail for point in ends if point.mail]
    if _waits(view, step) or not mails or any(point.by == "you" for point in ends):
        return None
    return later(written_at(mails[-1]), view.policy.only_newer_than, view.policy.working)


def _long_silent(view: View, step: Step, cause: Cause) -> str | None:
    span = view.policy.only_newer_than
    if view.end or _waits(view, step) or kept(view.outlook.now) <= later(cause.event, span, view.policy.working):
        return None
    return f"The silence was more than {span} old when it was first known, so it is only logged."


def _long_over(view: View, _step: Step, _cause: Cause) -> str | None:
    steps = [point.at for kind in ("applied", "assessment", "interview") for point in view.phase.of(kind) if point.mail]
    if view.wait is None or not steps or view.wait.since - max(steps) <= _ASLEEP:
        return None
    return "Nothing had happened for more than half a year when they wrote last, so that is only logged."


def _nobody(view: View, step: Step, _cause: Cause) -> str | None:
    found = view.whom(step)
    return found.why if isinstance(found, Nobody) else None


def _no_conversation(view: View, step: Step, _cause: Cause) -> str | None:
    # Whatever goes to the employer needs a human address, so "always" asks for no less than "human" there.
    if view.policy.steps[step].only_if != "conversation" or _talked(view, step):
        return None
    before = "There was no conversation before the rejection" if view.end else "There was no conversation"
    return f"{before}, and cadence.{step}.only_if asks for one."


def _talked(view: View, step: Step) -> bool:
    humans = [one.address for one in view.contacts if one.wrote] if step in TO_SELF else recipients(view, step)
    return conversed(view.case, view.me, humans)


def _no_invitation(view: View, step: Step, cause: Cause) -> str | None:
    if invites_future(view.case) or _no_conversation(view, step, cause) is None:
        return None
    return f"There was neither a conversation nor an invitation, and cadence.{step}.only_if asks for one of them."


def _met_nobody(view: View, _step: Step, _cause: Cause) -> str | None:
    return None if acquainted(view.case, view.contacts) else "It is not known by name whom you met."


def _speechless(view: View, step: Step, cause: Cause) -> str | None:
    spoken = letters_of(step, view, cause)
    if spoken is None:
        return "The language of the rejection could not be told, and a draft in a wrong one helps nobody."
    return None if spoken in view.outlook.languages else f'There are no words yet in the language "{spoken}".'


def _told_why(view: View, _step: Step, _cause: Cause) -> str | None:
    told = view.phase.of("feedback") or any(
        seen.verdict.advice for seen in view.case.theirs if written_at(seen) >= view.phase.since
    )
    return "They have given feedback already; `highroad feedback` shows it." if told else None


def _answered(view: View, step: Step, cause: Cause) -> Refusal | None:
    """The person's own word since, to one of those it would go to; thanks may have gone to anybody of the thread."""
    wanted = set(recipients(view, step))
    for seen in view.case.own:
        to = {item.address.casefold() for item in (*seen.headers.to, *seen.headers.cc)}
        if written_at(seen) >= cause.event and (to & wanted or (step is Step.THANK_YOU and _in_thread(seen, view))):
            return Refusal("You have written to them yourself since.", done=True)
    return None


def _in_thread(own: Seen, view: View) -> bool:
    if passed_on(own.headers.subject):
        return False
    said_no = {point.mail.headers.message_id for point in view.phase.of("rejected") if point.mail} - {None}
    return not said_no.isdisjoint((*own.headers.in_reply_to, *own.headers.references))


def _wrote_again(view: View, _step: Step, _cause: Cause) -> str | None:
    said_no = [written_at(point.mail) for point in view.phase.of("rejected") if point.mail]
    last = max(said_no, default=view.end.at if view.end else None)
    since = (seen for seen in view.case.theirs if last is not None and written_at(seen) > last)
    again = next((seen for seen in since if _a_persons(seen)), None)
    sender = again.headers.sender if again else None
    return f"{sender.address} wrote again after the rejection, and what that mail says comes first." if sender else None


def _a_persons(seen: Seen) -> bool:
    personal = seen.verdict.label in {"other", "outreach"} and seen.verdict.answerable
    return personal and not (seen.headers.list_id or seen.headers.list_unsubscribe or seen.headers.auto_submitted)


def _no_interview(view: View, _step: Step, _cause: Cause) -> str | None:
    if not interviewed(view.case):
        return "There was no interview to follow up on."
    return None if held(view) else "It is not known when the interview was."


def _thanked(view: View, step: Step, cause: Cause) -> str | None:
    wanted, thanks = set(recipients(view, step)), view.settled(Step.THANK_YOU, cause.since)
    for job in thanks:
        if job.state in {State.SENT, State.ANSWERED} and wanted & {one.casefold() for one in job.recipients}:
            return "You have thanked them already."
    return None


def _past_latest(view: View, _step: Step, cause: Cause) -> str | None:
    latest = later(cause.counted, view.policy.follow_up_latest, view.policy.working)
    if due(view, early(view, cause)) <= latest:
        return None
    return f"It would come later than {view.policy.follow_up_latest} after the interview."


def _not_keen(view: View, _step: Step, _cause: Cause) -> str | None:
    one = view.case.application
    return None if one.keen else f"You have not said that you care for this employer (`highroad keen a{one.id}`)."


def _never(view: View, _step: Step, _cause: Cause) -> str | None:
    return None if view.policy.keep_in_touch_times else "cadence.keep_in_touch.times is 0."


def _had_word(view: View, _step: Step, _cause: Cause) -> str | None:
    return "They have said no, so there is no silence to ask about." if view.wait is None else None


def _silent(view: View, _step: Step, _cause: Cause) -> str | None:
    return "There was no word for so long that it counts as silent." if view.phase.of("silent") else None


def _unsure(view: View, _step: Step, _cause: Cause) -> str | None:
    last = view.case.theirs[-1]
    if last.verdict.label == "rejection" and last.band == "review":
        return "Their last mail may be a rejection; `highroad review` asks about it."
    an_end = last.verdict.scores["rejection"] + last.verdict.scores["offer"]
    sure = last.verdict.confidence >= SURE or an_end <= 1 - SURE
    settled = f"`highroad correct {last.id} LABEL` settles it"
    return None if sure else f"It is not sure that their last mail is neither a rejection nor an offer; {settled}."


def _unknown(view: View, _step: Step, _cause: Cause) -> str | None:
    one = view.case.application
    return None if one.company or one.role else "It is not sure which employer or role this is about."


def _asked_late(view: View, step: Step, _cause: Cause) -> str | None:
    span, wait = view.policy.only_newer_than, view.wait
    if wait is None or _waits(view, step) or not _later_than(view, wait):
        return None
    return f"The wait was over for more than {span} when it was first known, so it is only logged."


def _later_than(view: View, wait: Wait) -> bool:
    return kept(view.outlook.now) > later(wait.due, view.policy.only_newer_than, view.policy.working)


def _crowded(view: View, step: Step, cause: Cause) -> str | None:
    busy = view.busy(frozenset(recipients(view, step)), due(view, early(view, cause)))
    return f"Another draft to {busy} is still open, and one person gets one draft at a time." if busy else None


_FIRST: Final[tuple[Gate, ...]] = (_off, _set_aside, _asked_which)
_LAST: Final[tuple[Gate, ...]] = (_speechless, _answered, _wrote_again, _crowded)
GATES: Final[Mapping[Step, tuple[Gate, ...]]] = {
    Step.THANK_YOU: (*_FIRST, _long_past, _nobody, _no_conversation, *_LAST, _too_late),
    Step.FEEDBACK_REQUEST: (*_FIRST, _long_past, _nobody, _no_conversation, _told_why, *_LAST, _too_late),
    Step.LINKEDIN_NOTE: (*_FIRST, _long_past, _no_conversation, _met_nobody, _too_late),
    Step.REFLECTION: (*_FIRST, _long_past, _long_silent, _long_over, _no_conversation, _too_late),
    Step.FOLLOW_UP: (
        *_FIRST, _long_past, _no_interview, _nobody, _no_conversation, _thanked, _past_latest, *_LAST, _too_late,
    ),
    Step.KEEP_IN_TOUCH: (
        *_FIRST, _not_keen, _nobody, _no_invitation, _never, _speechless, _crowded,
    ),
    Step.STATUS_CHECK: (
        *_FIRST, _had_word, _silent, _unknown, _asked_late, _long_over, _unsure, _nobody, _no_conversation, _speechless,
        _answered, _crowded,
    ),
}  # fmt: skip
"""The reasons not to plan a step, in the order in which they are looked for."""
