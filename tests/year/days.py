"""The calendar of the played year, reckoned apart from daemon.core: working days of one person in Germany, by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
OPENS, CLOSES = time(9), time(18)
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-10-03", "2026-12-25",
        "2026-12-26", "2027-01-01",
    )
)  # fmt: skip
"""The public holidays of all of Germany."""


def works(day: date) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < 5 and day not in HOLIDAYS


def working(moment: datetime) -> bool:
    """Whether the person is at work then."""
    local = moment.astimezone(ZONE)
    return works(local.date()) and OPENS <= local.time() < CLOSES


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def next_working(moment: datetime) -> datetime:
    """The moment itself, or the next opening."""
    local = moment.astimezone(ZONE)
    while not working(local):
        day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
        local = at(day)
    return local


def later(moment: datetime, wait: str) -> datetime:
    """A wait as the settings write it ("1 working day", "3 days", "2 weeks", "3 months"), by the person's calendar."""
    amount, _, unit = wait.partition(" ")
    local = moment.astimezone(ZONE)
    day = _STEPS[unit.removesuffix("s")](local.date(), int(amount))
    return datetime.combine(day, local.time(), ZONE)


def _working_days(day: date, amount: int) -> date:
    for _ in range(amount):
        day += timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
    return day


def _months(day: date, amount: int) -> date:
    years, month = divmod(day.month - 1 + amount, 12)
    for last in range(day.day, 0, -1):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


_STEPS = {
    "day": lambda day, amount: day + timedelta(days=amount),
    "week": lambda day, amount: day + timedelta(weeks=amount),
    "month": _months,
    "working day": _working_days,
}
