"""The silence that never says no: how long a wait lasts, when one asks how it stands, and when nothing is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daemon.core.addressee import Seen
from daemon.core.application import interview_time
from daemon.core.cadence import Policy, Span, later, next_working
from daemon.core.entry import EventKind
from daemon.core.job import Step
from daemon.core.story import Case, Phase, present, written_at

_OVER: Final[frozenset[EventKind]] = frozenset({"rejected", "withdrawn", "offer"})
A_MOMENT: Final = timedelta(seconds=1)
"""What follows from the person's own word follows a moment later: that word is no answer to itself."""
_FAR: Final = timedelta(days=183)
"""An interview that is set for later than so long after its mail was misread."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait for the employer's word. It began with their last word (`since`) and is reckoned from `event`: the
    interview, or that word, or the person's own that came before one would have asked. `due` is when one asks, after
    `span`; from `silent` on no answer is expected. `mail` is the interview's, else the first of the phase.
    """

    since: datetime
    event: datetime
    span: Span
    due: datetime
    silent: datetime
    mail: Seen
    after_interview: bool


def waiting(case: Case, policy: Policy) -> Wait | None:
    """What the person waits for, None where it is their turn, or nothing is open."""
    phase, rule = present(case), policy.steps.get(Step.STATUS_CHECK)
    mail = _rests_on(phase)
    if rule is None or mail is None:
        return None
    met = bool(phase.of("interview"))
    since = max(written_at(seen) for seen in case.theirs if seen.verdict.label != "job_alert" or seen is mail)
    span = rule.after if met else policy.status_check_after_application
    event = _with_own_words(case, max(since, _set_for(mail, policy)) if met else since, span, policy)
    due = next_working(later(event, span, policy.working), policy.working)
    return Wait(since, event, span, due, later(due, span, policy.working), mail, met)


def silent_at(case: Case, policy: Policy) -> datetime | None:
    """From when on an application counts as silent if no word comes; None where none is waited for."""
    wait = waiting(case, policy)
    return wait.silent if wait else None


def _rests_on(phase: Phase) -> Seen | None:
    kinds = {point.kind for point in phase.points}
    if kinds & _OVER:
        return None
    interviews = [point.mail for point in phase.of("interview") if point.mail]
    others = [point.mail for point in phase.points if point.mail and point.kind in {"applied", "assessment"}]
    return interviews[-1] if interviews else next(iter(others), None)


def _set_for(mail: Seen, policy: Policy) -> datetime:
    at, told = interview_time(mail, policy.working.timezone), written_at(mail)
    return at if at - told < _FAR else told


def _with_own_words(case: Case, event: datetime, span: Span, policy: Policy) -> datetime:
    """The person's own word puts asking off, as long as it came before one would have asked."""
    for at in (written_at(seen) for seen in case.own):
        if event < at <= next_working(later(event, span, policy.working), policy.working):
            event = at + A_MOMENT
    return event
