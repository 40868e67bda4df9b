"""When a draft may appear: spans, working time, the quiet period and the caps. Pure reckoning with aware moments.

Moments are kept between 1970 and 2200: no mail is from elsewhere, and so no date can overflow. NEVER is the far edge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal, get_args

from daemon.core.job import Step

Unit = Literal["second", "minute", "hour", "day", "week", "month", "working_day"]
OnlyIf = Literal["always", "human", "conversation"]

DAY_MINUTES: Final = 24 * 60
DAWN: Final = datetime(1970, 1, 1, tzinfo=UTC)
NEVER: Final = datetime(2200, 1, 1, tzinfo=UTC)
_SECONDS: Final[Mapping[str, int]] = {"second": 1, "minute": 60, "hour": 3600}
_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7, "month": 31, "working_day": 2}
_LONGEST: Final = timedelta(days=550_000)
_SEARCH_DAYS: Final = 3 * 366
_PROBE: Final = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of one unit; days and longer are days of the calendar in the person's timezone.

    Raises ValueError for a negative amount or one of more than about 1,500 years.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise ValueError(f"{self.unit!r} is not a unit of time; use one of {', '.join(get_args(Unit))}")
        seconds = _SECONDS.get(self.unit) or 86_400 * _DAYS[self.unit]
        if not 0 <= self.amount * seconds <= _LONGEST.total_seconds():
            raise ValueError(f"{self} is not a span of time to reckon with; use 0 or more, and less than 1,000 years")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.replace('_', ' ')}{'' if self.amount == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When drafts may appear: from `start` (inclusive) to `end` (exclusive), in minutes since local midnight, end up
    to 1440; on `weekdays` (Monday is 0) that are no holidays.

    Raises ValueError when there is no such time, or when the holidays leave no working day in a whole year.
    """

    timezone: tzinfo
    start: int
    end: int
    weekdays: frozenset[int]
    holidays: Callable[[date], bool] = lambda _day: False

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError("working hours must begin before they end, within one day from 00:00 to 24:00")
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("there must be at least one working day, and none but monday (0) to sunday (6)")
        if not any(self.works_on(_PROBE + timedelta(days=n)) for n in range(366)):
            raise ValueError("the holidays leave no working day in a whole year; choose other days or holidays")

    def works_on(self, day: date) -> bool:
        """Whether that day is a working day."""
        return day.weekday() in self.weekdays and not self.holidays(day)


@dataclass(frozen=True, slots=True)
class StepRule:
    """How one step is configured. `only_if`: always, human (an address that answers is known) or conversation."""

    step: Step
    enabled: bool
    after: Span
    only_if: OnlyIf


@dataclass(frozen=True, slots=True)
class Policy:
    """The cadence as configured. A cap of 0 drafts means that none is laid at all.

    A follow-up comes not later than `follow_up_latest` after the interview. Keeping in touch is repeated
    `keep_in_touch_every`, `keep_in_touch_times` in all. One asks how it stands `status_check_after_application`, where
    there was no interview.
    """

    quiet_period: Span
    working: WorkingTime
    only_newer_than: Span
    drafts_per_day: int
    drafts_per_company_per_month: int
    steps: Mapping[Step, StepRule]
    follow_up_latest: Span = Span(3, "week")
    keep_in_touch_every: Span = Span(3, "month")
    keep_in_touch_times: int = 2
    status_check_after_application: Span = Span(4, "week")


@dataclass(frozen=True, slots=True)
class NotNow:
    """Why no draft may be laid at the moment, as a sentence, and when to ask again (UTC); None is never."""

    why: str
    again: datetime | None


def kept(moment: datetime) -> datetime:
    """The moment in UTC, moved into 1970 to 2200. Raises ValueError for one without a timezone."""
    if moment.tzinfo is None:
        raise ValueError(f"the time {moment} has no timezone")
    return min(max(moment, DAWN), NEVER).astimezone(UTC)


def later(moment: datetime, span: Span, working: WorkingTime) -> datetime:
    """`span` after a moment, in UTC. From a day on the local time of day stays the same (months end on their last day).

    "1 working day" after Friday 15:00 is Monday 15:00; after Saturday 10:00 it is Monday 10:00.
    """
    start = kept(moment)
    if span.unit in _SECONDS:
        return kept(start + timedelta(seconds=span.amount * _SECONDS[span.unit]))
    local = start.astimezone(working.timezone)
    day = _stepped(local.date(), span, working)
    return start if day == local.date() else kept(datetime.combine(day, local.time(), working.timezone))


def _stepped(day: date, span: Span, working: WorkingTime) -> date:
    if span.unit == "month":
        return _months_later(day, span.amount)
    if span.unit == "working_day":
        return _working_days_later(day, span.amount, working)
    return day + timedelta(days=span.amount * _DAYS[span.unit])


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def _working_days_later(day: date, amount: int, working: WorkingTime) -> date:
    while amount and day <= NEVER.date():
        day += timedelta(days=1)
        amount -= working.works_on(day)
    return day


def is_working(moment: datetime, working: WorkingTime) -> bool:
    """Whether a moment is within working time."""
    local = kept(moment).astimezone(working.timezone)
    return working.start <= local.hour * 60 + local.minute < working.end and working.works_on(local.date())


def awake(moment: datetime, working: WorkingTime) -> bool:
    """Whether the hours of drafts hold, on whatever day: what cannot wait comes on a Saturday, and not at night."""
    every_day = replace(working, weekdays=frozenset(range(7)), holidays=lambda _day: False)
    return is_working(moment, every_day)


def next_working(moment: datetime, working: WorkingTime) -> datetime:
    """The moment itself if it is within working time, else the beginning of the next one, in UTC.

    Clocks that change are no trouble: hours a day does not have are left out, those it has twice count twice. NEVER
    when the calendar holds no working day for three years.
    """
    moment = kept(moment)
    if is_working(moment, working):
        return moment
    today = moment.astimezone(working.timezone).date()
    for offset in range(_SEARCH_DAYS):
        opening = _opening(today + timedelta(days=offset), moment, working)
        if opening is not None:
            return opening
    return NEVER


def _opening(day: date, moment: datetime, working: WorkingTime) -> datetime | None:
    if not working.works_on(day):
        return None
    wall = datetime.combine(day, time(working.start // 60, working.start % 60), working.timezone)
    for fold in (0, 1):
        opening = wall.replace(fold=fold).astimezone(UTC)
        if opening >= moment and is_working(opening, working):
            return opening
    return None


def due(rejected_at: datetime, event_at: datetime, rule: StepRule, policy: Policy) -> datetime:
    """When a step is due, in UTC: the later of (rejection + quiet period) and (event + after), then working time."""
    quiet = later(rejected_at, policy.quiet_period, policy.working)
    after = later(event_at, rule.after, policy.working)
    return next_working(max(quiet, after), policy.working)


def day_start(now: datetime, working: WorkingTime) -> datetime:
    """When the person's day began, in UTC: drafts laid since then count for the cap of the day."""
    return _midnight(kept(now).astimezone(working.timezone).date(), working)


def month_start(now: datetime, working: WorkingTime) -> datetime:
    """When the person's month began, in UTC: drafts laid since then count for the cap of a company."""
    return _midnight(kept(now).astimezone(working.timezone).date().replace(day=1), working)


def _midnight(day: date, working: WorkingTime) -> datetime:
    return datetime.combine(day, time(), working.timezone).astimezone(UTC)


def placeable(
    now: datetime,
    placed_today: int,
    placed_for_company_this_month: int,
    policy: Policy,
    paused: datetime | None = None,
) -> NotNow | None:
    """None when a draft may be laid now, else why not and when to ask again.

    The counts are of drafts laid since `day_start` and `month_start`, notes to the person left out; a job without a
    company counts 0 for it. Nothing is laid before `paused`. A note to the person asks `shut` alone: it has no caps.
    """
    day, month = policy.drafts_per_day, policy.drafts_per_company_per_month
    if day <= 0 or month <= 0:
        return NotNow(_NO_DRAFTS.format("drafts_per_day" if day <= 0 else "drafts_per_company_per_month"), None)
    if closed := shut(now, policy.working, paused):
        return closed
    if placed_for_company_this_month >= month:
        return NotNow(f"This company has had its {_drafts(month)} of this month.", _next_month(now, policy.working))
    if placed_today >= day:
        return NotNow(f"Today has had its {_drafts(day)}.", _tomorrow(now, policy.working))
    return None


def shut(now: datetime, working: WorkingTime, paused: datetime | None = None) -> NotNow | None:
    """None when now is working time and no pause, else why not and when to ask again."""
    if paused is not None and kept(now) < kept(paused):
        until = kept(paused).astimezone(working.timezone)
        return NotNow(f"{PAUSED} {until:%Y-%m-%d %H:%M}.", next_working(paused, working))
    if not is_working(now, working):
        return NotNow("It is outside your working hours and days.", next_working(now, working))
    return None


PAUSED: Final = "You paused all drafts until"
"""How the sentence begins that says so."""
_NO_DRAFTS: Final = "No draft is ever laid, because cadence.{} is 0; set it to 1 or more to change that."


def _drafts(count: int) -> str:
    return f"{count} draft{'' if count == 1 else 's'}"


def _tomorrow(now: datetime, working: WorkingTime) -> datetime:
    today = kept(now).astimezone(working.timezone).date()
    return next_working(_midnight(today + timedelta(days=1), working), working)


def _next_month(now: datetime, working: WorkingTime) -> datetime:
    today = kept(now).astimezone(working.timezone).date()
    return next_working(_midnight(_months_later(today.replace(day=1), 1), working), working)
