"""When a draft may appear."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corevalues import BERLIN, policy, working

from daemon.core.cadence import (
    DAWN,
    NEVER,
    Span,
    StepRule,
    day_start,
    due,
    is_working,
    later,
    month_start,
    next_working,
    placeable,
)
from daemon.core.job import Step

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Cairo",
]
moments = st.datetimes(datetime(2005, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.builds(Span, st.integers(0, 40), st.sampled_from(["minute", "hour", "day", "week", "month", "working_day"]))
off_days = st.frozensets(st.integers(1, 31), max_size=12)


@st.composite
def working_times(draw):
    start = draw(st.integers(0, 1439))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    off = draw(off_days)
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    return working(zone, start, draw(st.integers(start + 1, 1440)), days, lambda day: day.day in off)


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


@given(moments, spans, working_times())
def test_later_is_never_earlier(moment, span, hours):
    assert later(moment, span, hours) >= moment


@given(moments, working_times())
def test_the_next_working_moment_is_within_working_time_and_not_before(moment, hours):
    found = next_working(moment, hours)
    assert found >= moment
    assert is_working(found, hours)
    assert next_working(found, hours) == found


@given(moments, working_times(), st.integers(1, 2000))
def test_no_working_time_is_passed_over(moment, hours, minutes):
    found = next_working(moment, hours)
    between = moment + timedelta(minutes=minutes)
    assert between >= found or not is_working(between, hours)


@given(moments, moments, spans, spans, working_times())
def test_no_step_is_due_before_its_time_or_outside_working_time(rejected, event, quiet, after, hours):
    rules = policy(after=after, hours=hours)
    rules = type(rules)(quiet, hours, rules.only_newer_than, 3, 2, rules.steps)
    found = due(rejected, event, StepRule(Step.THANK_YOU, True, after, "human"), rules)
    assert found >= later(rejected, quiet, hours)
    assert found >= later(event, after, hours)
    assert is_working(found, hours)


@given(moments, st.integers(0, 5), st.integers(0, 5), st.integers(-1, 4), st.integers(-1, 4), working_times())
def test_a_draft_is_placeable_only_within_caps_and_working_time(now, today, company, per_day, per_company, hours):
    refusal = placeable(now, today, company, policy(per_day=per_day, per_company=per_company, hours=hours))
    allowed = today < per_day and company < per_company and is_working(now, hours)
    assert (refusal is None) == allowed
    if refusal and refusal.again is not None:
        assert refusal.again > now
        assert is_working(refusal.again, hours)


@given(st.datetimes(timezones=st.just(UTC)), spans, working_times())
def test_any_moment_can_be_reckoned_with(moment, span, hours):
    assert DAWN <= later(moment, span, hours) <= NEVER
    assert next_working(moment, hours) >= DAWN


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ((2026, 3, 6, 15, 0), Span(1, "working_day"), (2026, 3, 9, 15, 0)),
        ((2026, 3, 7, 10, 0), Span(1, "working_day"), (2026, 3, 9, 10, 0)),
        ((2026, 3, 7, 10, 0), Span(0, "working_day"), (2026, 3, 7, 10, 0)),
        ((2026, 1, 31, 9, 0), Span(1, "month"), (2026, 2, 28, 9, 0)),
        ((2026, 11, 30, 9, 0), Span(3, "month"), (2027, 2, 28, 9, 0)),
        ((2026, 3, 28, 9, 0), Span(1, "day"), (2026, 3, 29, 9, 0)),
        ((2026, 3, 28, 9, 0), Span(24, "hour"), (2026, 3, 29, 10, 0)),
        ((2026, 3, 2, 9, 0), Span(2, "week"), (2026, 3, 16, 9, 0)),
    ],
)
def test_spans_end_when_a_person_would_say(start, span, end):
    assert later(berlin(*start), span, working()) == berlin(*end)


def test_a_holiday_is_no_working_day():
    hours = working(holidays=lambda day: (day.month, day.day) == (5, 1))
    assert next_working(berlin(2026, 5, 1, 10), hours) == berlin(2026, 5, 4, 9)
    assert later(berlin(2026, 4, 30, 10), Span(1, "working_day"), hours) == berlin(2026, 5, 4, 10)


def test_hours_that_a_day_does_not_have_are_left_out():
    hours = working(start=135, end=165, weekdays=range(7))  # 02:15 to 02:45; on 29 March 2026 clocks leap over it
    assert next_working(berlin(2026, 3, 29, 1), hours) == berlin(2026, 3, 30, 2, 15)


def test_hours_that_a_day_has_twice_count_twice():
    hours = working(start=135, end=165, weekdays=range(7))
    after_the_first = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)
    assert next_working(after_the_first, hours) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


def test_the_whole_day_can_be_working_time_in_a_zone_half_an_hour_off():
    hours = working(ZoneInfo("Asia/Kolkata"), 0, 1440, range(5))
    assert is_working(datetime(2026, 3, 1, 18, 30, tzinfo=UTC), hours)
    assert not is_working(datetime(2026, 3, 1, 18, 29, tzinfo=UTC), hours)


def test_a_calendar_without_any_working_day_is_refused():
    with pytest.raises(ValueError, match="no working day in a whole year"):
        working(holidays=lambda _day: True)
    with pytest.raises(ValueError, match="at least one working day"):
        working(weekdays=())
    with pytest.raises(ValueError, match="begin before they end"):
        working(start=600, end=600)


def test_a_calendar_that_runs_out_of_working_days_says_never():
    hours = working(holidays=lambda day: day.year > 2026)
    assert next_working(berlin(2027, 1, 1), hours) == NEVER


@pytest.mark.parametrize(("amount", "unit"), [(-1, "day"), (10**12, "second"), (10**7, "month"), (1, "fortnight")])
def test_a_span_that_cannot_be_reckoned_with_is_refused(amount, unit):
    with pytest.raises(ValueError, match="time"):
        Span(amount, unit)


def test_spans_of_a_thousand_years_end_at_the_edge_of_time():
    assert later(berlin(2026, 3, 2), Span(12_000, "month"), working()) == NEVER
    assert later(berlin(2026, 3, 2), Span(260_000, "working_day"), working()) == NEVER


def test_a_moment_without_timezone_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="has no timezone"):
        next_working(datetime(2026, 3, 2), working())  # noqa: DTZ001


def test_a_cap_of_no_drafts_means_never_and_says_which_key():
    refusal = placeable(berlin(2026, 3, 2, 10), 0, 0, policy(per_day=0))
    assert refusal.again is None
    assert "cadence.drafts_per_day is 0" in refusal.why
    assert (
        "cadence.drafts_per_company_per_month is 0"
        in placeable(berlin(2026, 3, 2, 10), 0, 0, policy(per_company=0)).why
    )


def test_a_full_day_asks_again_on_the_next_working_day():
    refusal = placeable(berlin(2026, 3, 6, 10), 3, 0, policy())
    assert refusal.why == "Today has had its 3 drafts."
    assert refusal.again == berlin(2026, 3, 9, 9)


def test_a_full_company_asks_again_next_month():
    refusal = placeable(berlin(2026, 12, 4, 10), 3, 2, policy())
    assert "2 drafts of this month" in refusal.why
    assert refusal.again == berlin(2027, 1, 1, 9)


def test_days_and_months_begin_at_the_persons_midnight():
    now = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert day_start(now, working()) == berlin(2026, 3, 1)
    assert month_start(now, working()) == berlin(2026, 3, 1)
    west = working(timezone(timedelta(hours=-8)))
    assert month_start(now, west) == datetime(2026, 2, 1, 8, tzinfo=UTC)
