"""For any order of events and any clock: no draft too early, outside working time, twice, or after a no; caps kept."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cases import cadence, days
from support.corevalues import working
from support.search import FROM_REJECTION, LABELS, SENDERS, Search

from daemon.core.cadence import Span, is_working, later
from daemon.core.job import TO_SELF, Move, State, Step

EXAMPLES = int(os.environ.get("HIGHROAD_ORDERS", "300"))
ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe", "UTC")]
HOURS = [(540, 1080), (0, 1440), (135, 165), (1380, 1440)]
FACTS = (
    {}, {"after_interview": True}, {"answerable": False}, {"invites_future": True}, {"interview_at": "soon"},
    {"language": None}, {"advice": ("More of Rust.",)}, {"withdrawn": True},
)  # fmt: skip
STEPS = (1, 3, 9, 24, 26, 49, 24 * 7, 24 * 15, 24 * 40, 24 * 100)
"""By so many hours the clock moves on."""
turns = st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=14)
clocks = st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 365 * 24), st.integers(0, 3))


def search(clock):
    """A search with the settings and the time that the numbers of `clock` stand for."""
    zone, hours, start, kind = clock
    times = working(ZONES[zone], *HOURS[hours], holidays=lambda day: day.day in (1, 24))
    rules = [cadence(hours=times), cadence(hours=times, drafts_per_day=1, drafts_per_company_per_month=1)][kind % 2]
    if kind > 1:
        rules = replace(rules, quiet_period=Span(0, "hour"), keep_in_touch_times=1)
    return Search(rules, datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=start))


def turn(at, number):
    """Let one thing happen: which one, and how, is in the digits of the number."""
    what, rest = number % 8, number // 8
    if what < 3:
        return at.mail(LABELS[rest % 8 if rest % 3 else rest % 2], SENDERS[rest // 8 % 3], _ago(rest), _facts(at, rest))
    if what < 5:
        at.now += timedelta(hours=STEPS[rest % len(STEPS)])
        return None
    return _persons(at, rest)


def _ago(rest):
    return (0, 0, 5, 200)[rest // 24 % 4]


def _facts(at, rest):
    facts = dict(FACTS[rest // 96 % len(FACTS)])
    if "interview_at" in facts:
        facts["interview_at"] = (at.now + days(rest % 20)).replace(tzinfo=None)
    return facts


def _persons(at, rest):
    acts = (
        lambda: at.own(SENDERS[rest // 16 % 2]),
        lambda: at.person(Move.SEND),
        lambda: at.person(Move.DELETE),
        lambda: at.person(Move.CANCEL),
        lambda: at.mark(keen=not at.of.application.keen),
        at.phone,
        lambda: at.correct(1 + rest // 16 % 3, LABELS[rest // 64 % 8]),
        lambda: at.mark(skipped=None if at.of.application.skipped else at.now),
    )
    return acts[rest % 8]()


def played(clock, numbers):
    at = search(clock)
    for number in numbers:
        turn(at, number)
        if number % 5 == 0:
            at.paused = None if at.paused else at.now + days(3)
        at.work()
        if number % 3:  # what is due next gets its chance
            at.now = max(at.now + timedelta(hours=1), min(at.waits(), default=at.now))
            at.work()
    return at


def check(at):
    rules = at.rules
    for one in at.laid:
        assert is_working(one.at, rules.working)
        assert one.at.astimezone(rules.working.timezone).weekday() < 5
        assert not one.of.application.skipped
        assert one.at >= one.job.due
        _in_its_time(one, rules)
    _caps(at)
    _one_a_person(at)
    _none_twice(at)
    _none_after_a_no(at)


def _in_its_time(one, rules):
    (mail,) = [mail for mail in one.of.mails if mail.id == one.job.message]
    span = rules.steps[one.job.step].after
    if one.job.step in FROM_REJECTION:
        said = [mail.received for mail in one.of.theirs if mail.verdict.label == "rejection"]
        said += [event.at for event in one.of.events if event.by == "you"]
        assert one.at >= later(min(said), rules.quiet_period, rules.working)
    if one.job.step in {Step.THANK_YOU, Step.FEEDBACK_REQUEST} and mail.verdict.label == "rejection":
        assert one.at >= later(mail.received, span, rules.working)
    if one.job.step in {Step.STATUS_CHECK, Step.KEEP_IN_TOUCH}:
        words = [mail.received for mail in one.of.mails if mail.verdict.label not in {"job_alert", "acknowledgement"}]
        least = min(rules.status_check_after_application.amount * 7, 10) if one.job.step is Step.STATUS_CHECK else 80
        assert one.job.event is not None and one.at - one.job.event >= days(least)
        assert one.job.step is Step.STATUS_CHECK or one.job.event >= max(words, default=one.job.event)


def _caps(at):
    others = [one for one in at.laid if one.job.step not in TO_SELF]
    local = [one.at.astimezone(at.rules.working.timezone) for one in others]
    for time in local:
        assert sum(other.date() == time.date() for other in local) <= at.rules.drafts_per_day
        month = sum((other.year, other.month) == (time.year, time.month) for other in local)
        assert month <= at.rules.drafts_per_company_per_month


def _one_a_person(at):
    for one in at.laid:
        if one.job.step in TO_SELF:
            continue
        lying = [job for job in one.of.jobs if job.state is State.PLACED and job.placed_at > one.at - days(30)]
        others = [job for job in lying if job.step not in TO_SELF and job.id != one.job.id]
        assert not any(set(job.recipients) & set(one.job.recipients) for job in others)


def _none_twice(at):
    assert len({one.job.id for one in at.laid}) == len(at.laid)
    assert len({one.job.message_id for one in at.laid}) == len(at.laid)
    for step in Step:
        laid = [one for one in at.laid if one.job.step is step]
        if step is Step.KEEP_IN_TOUCH:
            assert len(laid) <= at.rules.keep_in_touch_times * (1 + at.openings)
        elif step is Step.STATUS_CHECK:
            assert all(earlier.news < later_.news for earlier, later_ in pairwise(laid))
        else:
            assert all(earlier.openings < later_.openings for earlier, later_ in pairwise(laid))


def _none_after_a_no(at):
    for no in at.off.values():
        since = [one for one in at.laid if one.job.step is no.job.step and one.at > no.at]
        assert all(one.job.id != no.job.id for one in since)
        for one in since:
            assert one.news > no.news if no.job.step is Step.STATUS_CHECK else one.openings > no.openings


@settings(max_examples=EXAMPLES, deadline=None)
@given(clocks, turns)
def test_whatever_happens_in_whatever_order_the_cadence_is_kept(clock, numbers):
    check(played(clock, numbers))


@pytest.mark.long
@pytest.mark.timeout(0)
@settings(max_examples=6_000, deadline=None)
@given(clocks, turns)
def test_whatever_happens_in_whatever_order_the_cadence_is_kept_six_thousand_times(clock, numbers):
    check(played(clock, numbers))


told = st.tuples(st.integers(0, 7), st.integers(0, 2), st.integers(0, 12 * 24), st.integers(0, len(FACTS) - 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(told, min_size=2, max_size=5, unique_by=lambda one: one[2]), st.randoms(use_true_random=False))
def test_the_order_in_which_mails_are_read_makes_no_difference(mails, dice):
    assert opened(mails) == opened(dice.sample(mails, len(mails)))


def opened(mails):
    """What is planned once these mails were read in this order, all of them within a moment."""
    at = Search(cadence(), datetime(2026, 3, 16, 10, tzinfo=UTC))
    for label, sender, ago, facts in mails:
        at.mail(LABELS[label], SENDERS[sender], ago, {} if "interview_at" in FACTS[facts] else FACTS[facts])
        one = max(at.of.mails, key=lambda mail: mail.id)
        numbered = replace(one, identity=b"%d" % ago, headers=replace(one.headers, message_id=f"<{ago}@acme.example>"))
        at.of = replace(at.of, mails=tuple(numbered if mail is one else mail for mail in at.of.mails))
        at.replan()
    by_id = {mail.id: mail.received for mail in at.of.mails}
    jobs = [job for job in at.of.jobs if job.state in {State.PLANNED, State.JOINED}]
    return {(job.step, job.state, job.due, job.recipients, job.also, job.event, by_id[job.message]) for job in jobs}
