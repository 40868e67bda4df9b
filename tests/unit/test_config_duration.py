from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.duration import LIMITS, UNITS, Duration, Hours, When

DURATIONS = st.sampled_from(UNITS).flatmap(
    lambda unit: st.builds(Duration, st.integers(0, LIMITS[unit]), st.just(unit))
)


@given(DURATIONS)
def test_every_duration_reads_back_as_it_is_written(duration):
    assert Duration.parse(str(duration)) == duration


@given(DURATIONS)
def test_no_exact_duration_is_longer_than_timedelta_can_hold_around_today(duration):
    if duration.exact is not None:
        assert timedelta(0) <= duration.exact <= timedelta(days=366_000)


@pytest.mark.parametrize(
    ("text", "amount", "unit", "written"),
    [
        ("0s", 0, "second", "0s"),
        ("1s", 1, "second", "1s"),
        ("90m", 90, "minute", "90m"),
        ("36h", 36, "hour", "36h"),
        ("1 day", 1, "day", "1 day"),
        ("3 days", 3, "day", "3 days"),
        ("2 weeks", 2, "week", "2 weeks"),
        ("3 months", 3, "month", "3 months"),
        ("1 working day", 1, "working_day", "1 working day"),
        (" 10  Working  Days ", 10, "working_day", "10 working days"),
        ("5 minutes", 5, "minute", "5m"),
        ("3d", 3, "day", "3 days"),
    ],
)
def test_durations_are_read_in_all_their_forms(text, amount, unit, written):
    duration = Duration.parse(text)
    assert duration == Duration(amount, unit)
    assert str(duration) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "3",
        "-1h",
        "1.5h",
        "3 dayz",
        "3 years",
        "1 working",
        "3 workingday days",
        "1e3 s",
        "٣ days",
        "3 days\x00",
        "24h 3m",
        "9" * 40 + "s",
    ],
)
def test_what_is_no_duration_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match="is not a duration"):
        Duration.parse(text)


def test_a_duration_beyond_a_thousand_years_is_refused():
    with pytest.raises(ValueError, match="thousand years"):
        Duration.parse("999999 weeks")


def test_months_and_working_days_have_no_exact_length():
    assert Duration.parse("3 months").exact is None
    assert Duration.parse("1 working day").exact is None
    assert Duration.parse("2 weeks").exact == timedelta(days=14)
    assert Duration.parse("90m").exact == timedelta(minutes=90)


def test_the_longest_a_month_can_be_is_31_days_and_working_days_have_no_bound():
    assert Duration.parse("2 months").longest() == timedelta(days=62)
    assert Duration.parse("36h").longest() == timedelta(hours=36)
    with pytest.raises(ValueError, match="no upper bound"):
        Duration.parse("2 working days").longest()


@given(st.integers(0, 1440), st.integers(0, 1440))
def test_every_range_of_hours_reads_back_as_it_is_written(start, end):
    if start < end:
        assert Hours.parse(str(Hours(start, end))) == Hours(start, end)


def test_the_whole_day_is_a_range_of_hours():
    assert Hours.parse("00:00-24:00") == Hours(0, 1440)
    assert Hours.parse("09:00-18:00") == Hours(540, 1080)


@pytest.mark.parametrize("text", ["", "9-18", "09:00", "09:60-18:00", "09:00-24:01", "25:00-26:00", "09:00-18:00\n5"])
def test_what_is_no_range_of_hours_is_refused(text):
    with pytest.raises(ValueError, match="not a range of hours"):
        Hours.parse(text)


@pytest.mark.parametrize("text", ["18:00-09:00", "09:00-09:00"])
def test_hours_that_end_before_they_begin_are_refused(text):
    with pytest.raises(ValueError, match="end later on the same day"):
        Hours.parse(text)


@given(st.integers(0, 6), st.integers(0, 1439))
def test_every_weekly_moment_reads_back_as_it_is_written(weekday, minute):
    assert When.parse(str(When(weekday, minute))) == When(weekday, minute)


def test_a_weekly_moment_is_read_long_and_short():
    assert When.parse("sunday 18:00") == When.parse("Sun 18:00") == When(6, 1080)


@pytest.mark.parametrize("text", ["", "sunday", "someday 18:00", "su 18:00", "sunday 24:00", "sunday 18:60"])
def test_what_is_no_weekly_moment_is_refused(text):
    with pytest.raises(ValueError, match="not a weekday and a time"):
        When.parse(text)
