"""`highroad note`, `keen`, `skip`, `reject` and `cancel`: what the person says of an application."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Final

from daemon.commands.acting import Desk, Manner, Row, done, named, told
from daemon.commands.application_words import application_named, called
from daemon.commands.context import Context
from daemon.core.entry import Application, Event, Note
from daemon.core.errors import HighroadError, Transient, WrongUse
from daemon.core.job import Job, Move, State
from daemon.core.story import present

LONGEST: Final = 1000
"""So many characters a note may have."""
CALLED_OFF: Final = "You called it off."
"""Why a job is cancelled that the person cancelled."""
_LAID: Final = frozenset({State.PLACED, State.EDITED})


class TooLate(HighroadError):
    """A draft can not be called off any more."""


def note(context: Context, name: str, text: str, manner: Manner, *, private: bool) -> int:
    """Note what was talked about. Raises WrongUse for what is no note of one application."""

    def act(desk: Desk) -> Row:
        application = application_named(desk.journal, name)
        line = _line(text)
        desk.journal.notes.add(application.id, Note(desk.now, line, private))
        joined = ["Its lines were joined to one."] if len(text.strip().splitlines()) > 1 else []
        return told(application, [f"Noted for {called(application)}: {_use(line, private=private)}.", *joined])

    return done(context, manner, act)


def _use(line: str, *, private: bool) -> str:
    """What a note is used for, as a letter's facts take it."""
    from templates.facts import Facts

    if private:
        return "the worksheet has it, and no letter"
    if Facts(personal=line).personal is None:
        return "the worksheet has it; a letter takes a topic or one short sentence, and this is neither"
    return "the worksheet has it, and a letter may say it"


def _line(text: str) -> str:
    """A note as one line. Raises WrongUse for none, for a long one, and for what steers a terminal or hides."""
    line = " ".join(text.split())
    strange = next((char for char in line if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cs"}), None)
    if strange is not None and strange not in {"\u200d", "\ufe0f"}:  # of emoji
        raise WrongUse(f"The note holds a character that cannot be seen (U+{ord(strange):04X}). Write it without.")
    if not re.search(r"\w", line):
        raise WrongUse(
            'The note says nothing. Write what was talked about, e.g. `highroad note acme "event sourcing"`.'
        )
    if len(line) > LONGEST:
        raise WrongUse(f"The note has {len(line)} characters; {LONGEST} is the most. Make several notes of it.")
    return line


def keen(context: Context, name: str, manner: Manner, *, off: bool) -> int:
    """Care for an employer, or no more."""

    def act(desk: Desk) -> Row:
        application = application_named(desk.journal, name)
        desk.journal.applications.keen(application.id, not off)
        said = "is no employer that you care for any more" if off else "is an employer that you care for"
        return told(application, [f"{called(application)} {said}."], desk.follow(application))

    return done(context, manner, act)


def skip(context: Context, name: str, manner: Manner, *, off: bool) -> int:
    """Want no drafts for an application, or want them again."""

    def act(desk: Desk) -> Row:
        application = application_named(desk.journal, name)
        desk.journal.applications.skip(application.id, None if off else application.skipped or desk.now)
        said = "Drafts are planned again for" if off else "No draft is laid any more for"
        return told(application, [f"{said} {called(application)}."], desk.follow(application))

    return done(context, manner, act)


def reject(context: Context, name: str, day: str, manner: Manner, *, off: bool) -> int:
    """Tell of a rejection by phone or letter, or take that back. Raises WrongUse for a day that cannot be."""
    if day and off:
        raise WrongUse("Say --on a day, or --off, not both.")

    def act(desk: Desk) -> Row:
        application = application_named(desk.journal, name)
        said = _told_of(desk, application)
        for event in said:
            desk.journal.events.remove(event.id)
        if off:
            return _taken_back(desk, application, said)
        at = _moment(desk, application, day)
        desk.journal.events.add(application.id, Event("rejected", at, by="you"))
        return told(
            application, [f"{called(application)} was rejected on {_day(at)}, as you say."], desk.follow(application)
        )

    return done(context, manner, act)


def _told_of(desk: Desk, application: Application) -> list[Event]:
    """The rejection that the person told of; one that the employer has come back after is past, and stays."""
    since = present(desk.planner(application).case(application.id)).since
    events = desk.journal.events.of(application.id)
    return [one for one in events if (one.kind, one.by) == ("rejected", "you") and one.at >= since]


def _taken_back(desk: Desk, application: Application, said: list[Event]) -> Row:
    if not said:
        raise WrongUse(f"You have not told of a rejection of {called(application)}, so there is nothing to take back.")
    notes = [f"{called(application)}: what you said of a rejection is taken back."]
    return told(application, notes, desk.follow(application))


def _moment(desk: Desk, application: Application, text: str) -> datetime:
    """When that day was: now for today, else its noon where the person lives. Raises WrongUse."""
    zone = desk.context.load().settings.me.zone()
    today = desk.now.astimezone(zone).date()
    day = _date(text) if text else today
    if day > today:
        raise WrongUse(f"{day} is still to come. Say on which day they rejected you.")
    if day < application.opened.astimezone(zone).date():
        raise WrongUse(
            f"{day} is before the first mail of {called(application)}, which came on {_day(application.opened)}. "
            "Is it the right year, and the right application?"
        )
    return desk.now if day == today else datetime.combine(day, time(12), zone).astimezone(UTC)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(f"{text!r} is not a day; write it like 2026-05-01.") from error


def _day(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d}"


def cancel(context: Context, number: int, manner: Manner) -> int:
    """Call a planned draft off for good. Raises WrongUse for none, TooLate for one that was laid."""

    def act(desk: Desk) -> Row:
        job = _cancellable(desk, number)
        application = desk.journal.applications.get(job.application)
        if application is None:
            raise WrongUse(f"Number {number} of the plan is a digest; [digest] in config.toml sets when there is one.")
        desk.journal.jobs.move(job, Move.CANCEL, desk.now, why=CALLED_OFF)
        for other in desk.journal.jobs.of_application(job.application):
            if other.state is State.JOINED and other.step in job.also and other.recipient == job.recipient:
                desk.journal.jobs.move(other, Move.CANCEL, desk.now, why=CALLED_OFF)
        both = " It would have said what the other step says, so that is called off too." if job.also else ""
        return told(application, [f"{named(job)} is called off.{both}"], desk.follow(application))

    return done(context, manner, act)


def _cancellable(desk: Desk, number: int) -> Job:
    job = desk.journal.jobs.find(number)
    if job is None:
        raise WrongUse(f"The plan has no number {number}; `highroad plan` shows the numbers.")
    if job.state is State.PLACING:
        raise Transient("This draft is being laid at this moment. Try again in a minute.")
    if job.state in _LAID:
        raise TooLate(
            f"{named(job)} lies in your Drafts already. Delete it there; Highroad never touches a draft again."
        )
    if job.state is State.JOINED:
        raise WrongUse(f"{named(job)} has no draft of its own. {job.why}")
    if job.state not in {State.PLANNED, State.HELD, State.SKIPPED, State.UNSURE}:
        raise TooLate(f"{named(job)} is {job.state} already. {job.why}".rstrip())
    return job
