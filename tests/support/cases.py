"""Builders for cases: an application with its mails, the whole cadence as it is by default, and a plan made of them."""

from dataclasses import replace
from datetime import timedelta

from support.corevalues import ME, MONDAY, working

from daemon.core.application import Case
from daemon.core.cadence import Policy, Span, StepRule
from daemon.core.causes import Outlook
from daemon.core.entry import Application
from daemon.core.job import Step
from daemon.core.plan import plan
from daemon.core.replan import after, changes
from daemon.core.story import written_at

RULES = {
    Step.THANK_YOU: (Span(1, "working_day"), "human"),
    Step.FEEDBACK_REQUEST: (Span(1, "working_day"), "conversation"),
    Step.LINKEDIN_NOTE: (Span(0, "day"), "conversation"),
    Step.REFLECTION: (Span(3, "day"), "conversation"),
    Step.FOLLOW_UP: (Span(2, "week"), "human"),
    Step.KEEP_IN_TOUCH: (Span(3, "month"), "conversation"),
    Step.STATUS_CHECK: (Span(10, "working_day"), "human"),
}


def cadence(*, off=(), hours=None, **changes):
    """The settings as they are by default; `off` are steps that are switched off."""
    steps = {step: StepRule(step, step not in off, after, only_if) for step, (after, only_if) in RULES.items()}
    return replace(Policy(Span(24, "hour"), hours or working(), Span(14, "day"), 3, 2, steps), **changes)


def case(*mails, company="Acme", role=None, keen=False, skipped=None, events=(), notes=(), jobs=(), called_off=()):
    """Application 7 with these mails, which get the ids 1, 2, ... where they have none."""
    numbered = [
        seen if seen.id or seen.own else replace(seen, id=number, identity=b"mail %d" % number)
        for number, seen in enumerate(mails, 1)
    ]
    one = Application(7, "main", company, role, MONDAY, keen=keen, skipped=skipped)
    ordered = tuple(sorted(numbered, key=written_at))
    return Case(one, ordered, tuple(events), tuple(notes), tuple(jobs), frozenset(called_off))


def outlook(rules=None, now=MONDAY, **changes):
    return replace(Outlook(rules or cadence(), ME, now, b"k" * 32, frozenset({"en"})), **changes)


def planned(of, rules=None, now=MONDAY, **changes):
    """The plan of a case by step."""
    return {job.step: job for job in plan(of, outlook(rules, now, **changes))}


def followed(of, rules=None, now=MONDAY, **how):
    """The case with its jobs as its plan makes them."""
    wanted = plan(of, outlook(rules, now, **how))
    return replace(of, jobs=after(of, changes(of, wanted, now)))


def days(number):
    return timedelta(days=number)
