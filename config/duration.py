"""The values of time in the settings: a duration, the working hours of a day, a weekly moment. Text in, text out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, Self, get_args

Unit = Literal["second", "minute", "hour", "day", "week", "month", "working_day"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)

LIMITS: Final[dict[Unit, int]] = {
    "second": 31_622_400_000,
    "minute": 527_040_000,
    "hour": 8_784_000,
    "day": 366_000,
    "week": 52_000,
    "month": 12_000,
    "working_day": 260_000,
}
"""The largest amount of each unit, about a thousand years: no date that is reckoned with can overflow."""

_SHORT: Final[dict[str, Unit]] = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}
_LETTER: Final[dict[Unit, str]] = {"second": "s", "minute": "m", "hour": "h"}
_EXACT: Final[frozenset[Unit]] = frozenset({"second", "minute", "hour", "day", "week"})
_DURATION: Final = re.compile(r"([0-9]{1,12}) ?([a-z]+(?: [a-z]+)?)")
_HOURS: Final = re.compile(r"([0-9]{2}):([0-9]{2}) ?- ?([0-9]{2}):([0-9]{2})")
_WHEN: Final = re.compile(r"([a-z]+) ([0-9]{1,2}):([0-9]{2})")
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES: Final = 24 * 60


def shown(text: str) -> str:
    """The text as a short quoted string that no control character survives."""
    return json.dumps(text if len(text) <= 40 else text[:37] + "...")


def _unit(word: str) -> Unit | None:
    if word in _SHORT:
        return _SHORT[word]
    singular = word.removesuffix("s").replace(" ", "_")
    return next((unit for unit in UNITS if unit == singular), None)


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of one unit. Months and working days have no fixed length, so units are never converted silently."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "0s", "90m", "36h", "3 days", "2 weeks", "3 months", "1 working day". Raises ValueError, a sentence."""
        match = _DURATION.fullmatch(" ".join(text.lower().split()))
        unit = _unit(match[2]) if match else None
        if match is None or unit is None:
            raise ValueError(
                f"{shown(text)} is not a duration; write a number and s, m, h, days, weeks, months or working days"
            )
        if int(match[1]) > LIMITS[unit]:
            raise ValueError(f"{shown(text)} is more than a thousand years")
        return cls(int(match[1]), unit)

    def __str__(self) -> str:
        if self.unit in _LETTER:
            return f"{self.amount}{_LETTER[self.unit]}"
        return f"{self.amount} {self.unit.replace('_', ' ')}{'' if self.amount == 1 else 's'}"

    @property
    def exact(self) -> timedelta | None:
        """The length where the unit has a fixed one (seconds to weeks), else None."""
        return timedelta(**{f"{self.unit}s": self.amount}) if self.unit in _EXACT else None

    def longest(self) -> timedelta:
        """An upper bound of the length: a month counts 31 days. Raises ValueError for working days."""
        if self.unit == "working_day":
            raise ValueError(f"{self} has no upper bound: holidays may stretch it")
        return self.exact if self.exact is not None else timedelta(days=31 * self.amount)


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day, from `start` (inclusive) to `end` (exclusive), in minutes since midnight; end may be 1440."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "09:00-18:00" or "00:00-24:00". Raises ValueError, a sentence."""
        match = _HOURS.fullmatch(text.strip())
        start, end = (_minutes(match[1], match[2]), _minutes(match[3], match[4])) if match else (None, None)
        if start is None or end is None:
            raise ValueError(f"{shown(text)} is not a range of hours like 09:00-18:00")
        if start >= end:
            raise ValueError(f"{shown(text)} must end later on the same day than it begins")
        return cls(start, end)

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True, slots=True)
class When:
    """A moment of every week: `weekday` as in date.weekday() (0 is Monday), `minute` since midnight."""

    weekday: int
    minute: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "sunday 18:00" or "sun 18:00". Raises ValueError, a sentence."""
        match = _WHEN.fullmatch(" ".join(text.lower().split()))
        days = [n for n, day in enumerate(WEEKDAYS) if match and match[1] in {day, day[:3]}]
        minute = _minutes(match[2], match[3]) if match else None
        if not days or minute is None or minute == DAY_MINUTES:
            raise ValueError(f"{shown(text)} is not a weekday and a time like sunday 18:00")
        return cls(days[0], minute)

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {_clock(self.minute)}"


def _minutes(hour: str, minute: str) -> int | None:
    total = int(hour) * 60 + int(minute)
    return total if int(minute) < 60 and total <= DAY_MINUTES else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
