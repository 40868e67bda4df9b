"""`highroad pause`: a time without drafts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

from daemon.adapters.clock import SystemClock
from daemon.adapters.journal.journal import Journal
from daemon.commands.context import Context, emit
from daemon.core.errors import WrongUse

_GOES_ON: Final = "Mail is read and logged as ever; nothing is laid into Drafts"


def pause(context: Context, until: str, *, off: bool, as_json: bool) -> int:
    """Set, end or show the pause. Raises WrongUse for a day that is none or is over, NoJournal, ConfigError."""
    if until and off:
        raise WrongUse("Say --until a day, or --off, not both.")
    with context.journal() as journal:
        if until or off:
            journal.pauses.set(_first_day_back(context, until) if until else None)
            _plan_anew(context, journal)
        found, zone = _standing(journal), context.load().settings.me.zone()
    if as_json:
        emit([{"until": found.isoformat() if found else None}])
    else:
        print(_sentence(found, zone))
    return 0


def _plan_anew(context: Context, journal: Journal) -> None:
    """What a pause put off, or puts off now, gets its new time at once."""
    from daemon.planner import planner_of

    loaded = context.load()
    for account in loaded.settings.account:
        planner_of(loaded, journal, account).tick(datetime.now(UTC))


def _standing(journal: Journal) -> datetime | None:
    until = journal.pauses.until()
    return until if until and until > SystemClock().now() else None


def _first_day_back(context: Context, text: str) -> datetime:
    """The beginning of that day where the person lives."""
    zone = context.load().settings.me.zone()
    try:
        back = datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongUse(f"{text!r} is not a day; write it like 2026-08-17.") from error
    if back <= SystemClock().now():
        raise WrongUse(f"{text} is no day to come. Name the first day on which drafts may appear again.")
    return back


def _sentence(until: datetime | None, zone: tzinfo) -> str:
    if until is None:
        return "There is no pause: drafts appear when they are due."
    return f"{_GOES_ON} before {until.astimezone(zone):%Y-%m-%d %H:%M}. `highroad pause --off` ends it."
