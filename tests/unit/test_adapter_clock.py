"""Time, and the days people have off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from daemon.adapters.clock import SystemClock, days_off
from daemon.core.errors import NeedsOperator


def test_now_is_aware_and_in_utc():
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=10)


async def test_sleeping_gives_way_to_others():
    await SystemClock().sleep(0)


def test_without_a_country_no_day_is_off():
    assert not days_off("")(date(2026, 12, 25))


@pytest.mark.parametrize("country", ["DE", "de"])
def test_a_countrys_holidays_are_off_in_any_year(country):
    off = days_off(country)
    assert all(off(date(year, 10, 3)) for year in (2020, 2026, 2035))
    assert not off(date(2026, 10, 2))


def test_a_country_that_is_not_known_is_named():
    with pytest.raises(NeedsOperator, match=r'cadence\.holidays = "XX" is no country code'):
        days_off("XX")
