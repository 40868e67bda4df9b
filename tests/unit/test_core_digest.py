"""When a digest is due, and what makes one: for any time zone, any clock, any history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from support.corevalues import BERLIN, job, working
from support.summaries import FULL, NOW, QUIET, ago, summary

from daemon.core.digest import (
    FADES,
    Momentum,
    News,
    Question,
    Rhythm,
    Told,
    Waiting,
    cause,
    following,
    latest,
    momentum,
    tired_of,
    worries,
    worth_saying,
)
from daemon.core.digest_mail import Parts, digest_id, digest_octets
from daemon.core.job import CADENCE, State, Step

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
RHYTHMS = st.builds(
    lambda weekday, minute, zone: Rhythm(weekday, minute, working(ZoneInfo(zone))),
    st.integers(0, 6), st.integers(0, 1439), st.sampled_from(ZONES),
)  # fmt: skip
MOMENTS = st.integers(0, 19 * 366 * 24 * 60).map(
    lambda minutes: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SUNDAY = Rhythm(6, 18 * 60, working(BERLIN))


@given(MOMENTS, RHYTHMS)
@example(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), Rhythm(6, 150, working(BERLIN)))  # 02:30 that day does not exist
@example(datetime(2026, 10, 25, 0, 45, tzinfo=UTC), Rhythm(6, 150, working(BERLIN)))  # and on that one it is twice
def test_there_is_one_moment_a_week_and_it_is_the_persons_own(now, rhythm):
    zone = rhythm.working.timezone
    last, then = latest(now, rhythm), following(now, rhythm)
    assert last <= now < then
    assume(zone.key != "Pacific/Apia" or last.year > 2011)  # where a whole day was left out
    assert timedelta(days=6, hours=20) <= then - last <= timedelta(days=7, hours=4)
    assert following(last, rhythm) == then and latest(then, rhythm) == then
    wall = then.astimezone(zone)
    assert wall.weekday() == rhythm.weekday
    assert 0 <= wall.hour * 60 + wall.minute - rhythm.minute <= 60  # an hour that is left out comes later


@given(st.lists(st.tuples(st.integers(1, 200), st.booleans(), st.booleans()), max_size=60), RHYTHMS, MOMENTS)
def test_never_more_than_one_a_day_and_never_two_for_one_week(steps, rhythm, now):
    zone, told, made = rhythm.working.timezone, Told(considered=now), []
    for number, (hours, worried, says) in enumerate(steps):
        now += timedelta(hours=hours)
        urgent = frozenset({f"draft {number}"} if worried else ())
        why = cause(now, rhythm, told, urgent)
        if why is None:
            continue
        today = now.astimezone(zone).date()
        assert today not in told.days
        if why == "weekly":
            made.append(latest(now, rhythm))
        days = told.days | {today} if says else told.days
        told = Told(days, days, now, urgent)
    assert len(made) == len(set(made))


@pytest.mark.parametrize(("told", "expected"), [
    (Told(considered=None), None),
    (Told(considered=NOW - timedelta(seconds=1)), "weekly"),
    (Told(considered=NOW), None),
    (Told(considered=ago(days=30)), "weekly"),
    (Told(frozenset({date(2026, 3, 1)}), considered=ago(days=7)), None),
    (Told(frozenset({date(2026, 2, 28)}), considered=ago(days=7)), "weekly"),
    (Told(considered=NOW + timedelta(days=400)), None),
])  # fmt: skip
def test_the_weekly_one_comes_once_and_after_a_first_look(told, expected):
    assert cause(NOW, SUNDAY, told) == expected


def test_a_machine_that_was_off_makes_up_for_it_and_no_more():
    told = Told(frozenset({date(2026, 2, 1)}), considered=ago(days=28))
    late = NOW + timedelta(days=2)
    assert cause(late, SUNDAY, told) == "weekly"
    assert cause(late + timedelta(days=1), SUNDAY, Told(told.days | {late.date()}, considered=late)) is None


@pytest.mark.parametrize(("hour", "expected"), [(3, None), (7, None), (8, "sooner"), (16, "sooner"), (22, None)])
def test_what_cannot_wait_comes_by_day_on_any_day(hour, expected):
    saturday = datetime(2026, 3, 7, hour, tzinfo=UTC)
    assert cause(saturday, SUNDAY, Told(considered=NOW), frozenset({"draft 1"})) == expected
    assert cause(saturday, SUNDAY, Told(considered=NOW, urgent=frozenset({"draft 1"})), frozenset({"draft 1"})) is None


def test_a_draft_that_becomes_wrong_twice_is_told_twice():
    first, then, right = (
        Waiting(7, (Step.THANK_YOU,), NOW, wrong=why) for why in ("They wrote.", "No rejection.", None)
    )
    assert not worries([right])
    assert worries([then]) - worries([first])
    assert worries([then]) == worries([then, right])


def test_there_is_something_to_say_when_there_is_and_it_fades():
    assert not worth_saying(QUIET)
    assert not worth_saying(summary(**{name: getattr(QUIET, name) for name in (
        "news", "waiting", "questions", "held", "homeless", "troubles", "interviews", "feedback",
    )}))  # fmt: skip
    assert worth_saying(FULL)
    old = NOW - FADES - timedelta(days=1)
    for one in ({"news": (News("rejection", old),)}, {"waiting": (Waiting(1, (Step.THANK_YOU,), ago(days=1)),)}):
        assert worth_saying(summary(**{**dict.fromkeys(("news", "waiting", "questions"), ()), **one}))
    faded = {"waiting": (Waiting(1, (Step.THANK_YOU,), old),), "questions": (Question(1, old, 0.6),)}
    left = dict.fromkeys(("news", "troubles", "interviews", "feedback"), ()) | {"held": 0, "homeless": 0}
    assert not worth_saying(summary(**left, **faded))


def test_momentum_counts_applications_and_not_those_who_wrote_first():
    opened = {1: ago(days=3), 2: ago(days=60), 3: ago(days=60), 4: ago(days=2), 5: ago(days=90)}
    kinds = {1: {"applied"}, 2: {"applied", "interview", "rejected"}, 3: {"contacted"}, 5: {"applied", "silent"}}
    assert momentum(opened, kinds, NOW) == Momentum(4, 2, 1, 1, 0, 1)
    assert momentum({}, {}, NOW) == Momentum()
    assert [Momentum(count).funnel for count in (19, 20)] == [False, True]


def _laid(count, state, step=Step.FOLLOW_UP, first=0):
    return [job(step=step, state=state, placed_at=ago(days=100 - first - n), id=first + n + 1) for n in range(count)]


def test_a_step_is_offered_to_be_switched_off_after_ten_deletions_in_a_row():
    assert tired_of(_laid(10, State.DELETED), CADENCE) == (Step.FOLLOW_UP,)
    assert tired_of(_laid(10, State.DELETED), []) == ()
    assert tired_of(_laid(9, State.DELETED), CADENCE) == ()
    assert tired_of([*_laid(10, State.DELETED), *_laid(1, State.SENT, first=10)], CADENCE) == ()
    assert tired_of([*_laid(1, State.SENT), *_laid(10, State.DELETED, first=1)], CADENCE) == (Step.FOLLOW_UP,)
    assert tired_of([*_laid(10, State.DELETED), *_laid(3, State.CANCELLED, Step.DIGEST)], CADENCE) == (Step.FOLLOW_UP,)


@pytest.mark.parametrize("step", [Step.REFLECTION, Step.LINKEDIN_NOTE])
def test_notes_to_oneself_that_were_deleted_when_read_are_no_reason_to_offer_that(step):
    assert tired_of(_laid(10, State.DELETED, step), CADENCE) == ()


# The octets.


def test_the_message_id_is_of_the_day_and_of_the_journal():
    ids = [digest_id(key, day, "sam@example.org") for key in (b"a", b"b") for day in (NOW.date(), date(2026, 3, 2))]
    assert len(set(ids)) == 4
    assert ids[0] == digest_id(b"a", NOW.date(), "sam@example.org")


@pytest.mark.parametrize("subject", ["Your search\r\nBcc: boss@acme.example", "Grüße", "a\tb", "\u202e"])
def test_no_subject_puts_a_line_into_the_header(subject):
    with pytest.raises(ValueError, match="ASCII"):
        digest_octets(Parts(subject, "x\n", "<p>x</p>"), "sam@example.org", "<1@example.org>", NOW, BERLIN)


def test_the_octets_are_the_same_twice_with_short_lines():
    long = f"a@{'b' * 60}.{'c' * 60}.example"
    parts = Parts("Your search", "ü\n.\n" + "x" * 3000, "<p>" + "y " * 3000 + "</p>")
    octets = [digest_octets(parts, long, digest_id(b"k", NOW.date(), long), NOW, BERLIN) for _ in range(2)]
    assert octets[0] == octets[1]
    assert max(map(len, octets[0].split(b"\r\n"))) < 998 and octets[0].isascii()
