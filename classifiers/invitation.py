"""The calendar part of a mail (text/calendar, RFC 5545): when the one event begins that it asks to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_START: Final = re.compile(r"DTSTART((?:;[^:\n]{1,150})?):(\d{8})(?:T(\d{4})(?:\d\d)?(Z?))?")
_ZONE: Final = re.compile(r"TZID=\"?(?:/[\w.-]+/)?([A-Za-z][\w./+ -]{1,60})")
_AWAY: Final = re.compile(r"^(?:METHOD:(?:CANCEL|REPLY|COUNTER|DECLINECOUNTER)|STATUS:CANCELLED)", re.MULTILINE)
# Outlook names zones in words of its own; these are the ones that people who write in our languages live in.
_OUTLOOK: Final = {
    "w. europe": "Europe/Berlin", "romance": "Europe/Paris", "central europe": "Europe/Budapest",
    "central european": "Europe/Warsaw", "gmt": "Europe/London", "e. south america": "America/Sao_Paulo",
    "eastern": "America/New_York", "central": "America/Chicago", "pacific": "America/Los_Angeles",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """A moment that a mail names: aware if it names the time zone; `timed`: it names the hour, else it is midnight."""

    at: datetime
    timed: bool


def begins(text: str) -> When | None:
    """When the event begins; None if it is cancelled or repeated, or if there are several, or none that can be read."""
    lines = list(_of_events(text))
    if _AWAY.search(text) or any(line.startswith("RRULE") for line in lines):
        return None
    starts = {_moment(found) for line in lines if (found := _START.fullmatch(line))}
    return starts.pop() if len(starts) == 1 else None


def _of_events(text: str) -> Iterator[str]:
    """The lines of events alone: the rules of a time zone begin and repeat too (RFC 5545, 3.6.5)."""
    inside = False
    for line in _FOLD.sub("", text).splitlines():
        inside = line == "BEGIN:VEVENT" or (inside and line != "END:VEVENT")
        if inside:
            yield line


def _moment(found: re.Match[str]) -> When | None:
    parameters, day, time, utc = found.groups()
    try:
        at = datetime.strptime(day + (time or "0000"), "%Y%m%d%H%M")  # noqa: DTZ007 - the zone comes below
    except ValueError:
        return None
    zone = UTC if utc else _zone(parameters)
    if zone is None and "TZID" in parameters:  # an hour of nobody knows where
        return When(at.replace(hour=0, minute=0), timed=False)
    return When(at.replace(tzinfo=zone), timed=True) if time else When(at, timed=False)


def _zone(parameters: str) -> ZoneInfo | None:
    """The time zone of a TZID parameter (3.2.19), None where there is none or an unknown one."""
    found = _ZONE.search(parameters)
    name = found[1] if found else ""
    outlook = name.lower().removesuffix(" standard time")
    try:
        return ZoneInfo(_OUTLOOK.get(outlook, name)) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
