"""Planned steps as a calendar (RFC 5545): one event of ten minutes each. The only owner of icalendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar, Event

_PRODUCT: Final = "-//Highroad//planned drafts//EN"
_LENGTH: Final = timedelta(minutes=10)


def calendar(rows: Iterable[Mapping[str, Any]]) -> str:
    """The rows of `highroad plan --json` that have a due time, as a calendar with CRLF."""
    found = Calendar()
    found.add("prodid", _PRODUCT)
    found.add("version", "2.0")
    for row in rows:
        if row["due"]:
            found.add_component(_event(row))
    octets: bytes = found.to_ical()
    return octets.decode("utf-8")


def _event(row: Mapping[str, Any]) -> Event:
    due = datetime.fromisoformat(row["due"]).astimezone(UTC)
    event = Event()
    event.add("uid", f"{row['id']}-{row['step']}@highroad.invalid")
    event.add("dtstamp", due)
    event.add("dtstart", due)
    event.add("dtend", due + _LENGTH)
    event.add("summary", _summary(row))
    event.add("description", row["why"])
    event.add("transp", "TRANSPARENT")
    return event


def _summary(row: Mapping[str, Any]) -> str:
    steps = " + ".join(str(step).replace("_", " ") for step in (row["step"], *row["also"]))
    return ", ".join(part for part in (f"Highroad: {steps}", row["company"]) if part)
