"""`highroad merge` and `split`: which mails are one application."""

from __future__ import annotations

from daemon.commands.acting import Desk, Manner, Row, done, told
from daemon.commands.application_words import application_named, called
from daemon.commands.context import Context
from daemon.commands.recorders import sorter_of
from daemon.core.entry import Application
from daemon.core.errors import Transient, WrongUse
from daemon.core.job import State


def merge(context: Context, name: str, other: str, manner: Manner) -> int:
    """Make the second application part of the first. Raises WrongUse where that cannot be."""

    def act(desk: Desk) -> Row:
        into, gone = application_named(desk.journal, name), application_named(desk.journal, other)
        _refuse(desk, into, gone)
        desk.journal.applications.merge(into.id, gone.id, desk.now)
        sorted_in = sorter_of(desk.context, desk.journal).settle(desk.now)
        notes = [f"{called(gone)} is part of {called(into)} now."]
        notes += [f"Mail {entry.id} belongs to a{entry.application}, which is clear now." for entry in sorted_in]
        return told(desk.journal.applications.get(into.id) or into, notes, desk.follow(into))

    return done(context, manner, act)


def _refuse(desk: Desk, into: Application, gone: Application) -> None:
    if into.id == gone.id:
        raise WrongUse(f"Both are {called(into)}. Name two applications; `highroad applications` shows their numbers.")
    if into.account != gone.account:
        raise WrongUse(
            f'{called(into)} is of account "{into.account}", {called(gone)} of "{gone.account}"; '
            "what comes to different accounts stays apart."
        )
    if any(job.state is State.PLACING for one in (into, gone) for job in desk.journal.jobs.of_application(one.id)):
        raise Transient("A draft of these applications is being laid at this moment. Try again in a minute.")


def split(context: Context, mail: int, manner: Manner) -> int:
    """Make a mail an application of its own. Raises WrongUse for one that is that already."""

    def act(desk: Desk) -> Row:
        old = _application_of(desk, mail)
        if any(job.state is State.PLACING for job in desk.journal.jobs.of_message(mail)):
            raise Transient("A draft that answers this mail is being laid at this moment. Try again in a minute.")
        number = desk.journal.applications.split(mail)
        new = desk.journal.applications.get(number) or old
        notes = [f"Mail {mail} is {called(new)} now, no more of {called(old)}."]
        return told(new, notes, desk.follow(old, new))

    return done(context, manner, act)


def _application_of(desk: Desk, mail: int) -> Application:
    entry = desk.journal.messages.get(mail)
    if entry is None:
        raise WrongUse(f"The log has no mail number {mail}; `highroad log` shows the numbers.")
    found = desk.journal.applications.get(entry.application) if entry.application else None
    if found is None:
        raise WrongUse(f"Mail {mail} belongs to no application, so it is apart already.")
    if len(desk.journal.messages.of_application(found.id)) == 1:
        raise WrongUse(f"Mail {mail} is the only one of {called(found)}, so it is apart already.")
    return found
