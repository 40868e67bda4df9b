"""What `applications`, `show aN` and `export` say of applications, as plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final

from daemon.adapters.journal.journal import Journal
from daemon.core.addressee import Contact, Me, Seen, contacts
from daemon.core.application import reason, stage, timeline
from daemon.core.entry import Application, Entry, Event, Note
from daemon.core.job import Job, State
from daemon.core.story import Case
from daemon.reports import plan_row

Row = dict[str, Any]
_COMING: Final = frozenset({State.PLANNED, State.HELD, State.PLACING})
_MET: Final = "interview"


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal holds of all applications, by their ids."""

    entries: Mapping[int, list[Entry]]
    events: Mapping[int, list[Event]]
    jobs: Mapping[int, list[Job]]


def application_rows(journal: Journal) -> list[Row]:
    """All of `highroad applications --json`, the oldest first."""
    known = _known(journal)
    return [_row(one, known) for one in journal.applications.all()]


def _known(journal: Journal) -> Known:
    entries: dict[int, list[Entry]] = {}
    jobs: dict[int, list[Job]] = {}
    for entry in journal.messages.log():
        entries.setdefault(entry.application or 0, []).append(entry)
    for job in journal.jobs.all():
        jobs.setdefault(job.application, []).append(job)
    return Known(entries, journal.events.all(), jobs)


def _row(application: Application, known: Known) -> Row:
    entries = known.entries.get(application.id, [])
    case = _case(application, entries, known.events.get(application.id, []))
    coming = [job for job in known.jobs.get(application.id, []) if job.state in _COMING and job.due]
    following = min(coming, key=lambda job: (job.due, job.id), default=None)
    return facts(application) | {
        "stage": stage(case),
        "last": entries[-1].received.isoformat() if entries else None,
        "mails": len(entries),
        "next": _next(following),
    }


def _next(job: Job | None) -> Row | None:
    return {"id": job.id, "step": job.step, "due": job.due.isoformat()} if job and job.due else None


def facts(application: Application) -> Row:
    """What is known of an application itself."""
    return {
        "id": application.id,
        "account": application.account,
        "company": application.company,
        "role": application.role,
        "requisition": application.requisition,
        "opened": application.opened.isoformat(),
        "keen": application.keen,
        "skipped": application.skipped.isoformat() if application.skipped else None,
    }


def _case(application: Application, entries: Sequence[Entry], events: Sequence[Event]) -> Case:
    """The case as the journal's events tell it, for those who have no settings to know the person's own mails by.

    An own mail stands for nothing on the timeline, so it has no event.
    """
    told = {event.message for event in events}
    mails = [
        Seen(one.reading.headers, one.reading.verdict, one.received, one.id not in told, one.id, band=one.band)
        for one in entries
    ]
    return Case(application, tuple(mails), tuple(events))


def case_of(journal: Journal, application: Application) -> Case:
    """The case of one application as the journal's events tell it."""
    return _case(application, journal.messages.of_application(application.id), journal.events.of(application.id))


def application_row(journal: Journal, case: Case, me: Me | None) -> Row:
    """What `highroad show aN` says of one application; without `me` nothing of its people."""
    application = case.application
    entries = {entry.id: entry for entry in journal.messages.of_application(application.id)}
    zone = me.timezone if me else UTC
    people = contacts(case.mails, me, application.company) if me else ()
    where = stage(case)
    return facts(application) | {
        "stage": where,
        "reason": reason(case),
        "timeline": [_point(event, entries, zone) for event in timeline(case, zone)],
        "mails": [entry.id for entry in entries.values()],
        "people": [_person(one) for one in people],
        "notes": [_note(one) for one in journal.notes.of(application.id)],
        "feedback": [{"when": one.at.isoformat(), "text": one.text} for one in journal.feedback.of(application.id)],
        "plan": [plan_row(job, entries.get(job.message)) for job in journal.jobs.of_application(application.id)],
        "earlier": list(_earlier(journal, application)) if where == _MET else [],
    }


def _point(event: Event, entries: Mapping[int, Entry], zone: tzinfo) -> Row:
    entry = entries.get(event.message or 0)
    return {
        "when": event.at.astimezone(zone).isoformat(),
        "what": event.kind,
        "by": event.by,
        "mail": event.message or None,
        "subject": entry.reading.headers.subject if entry else None,
    }


def _person(one: Contact) -> Row:
    return {"address": one.address, "name": one.name, "part": one.part, "last": one.last.isoformat()}


def _note(one: Note) -> Row:
    return {"id": one.id, "when": one.at.isoformat(), "text": one.text, "private": one.private}


def _earlier(journal: Journal, application: Application) -> Iterable[Row]:
    """Notes and feedback of other applications that came to an interview, the newest first."""
    events = journal.events.all()
    met = [one for one in journal.applications.all() if any(e.kind == _MET for e in events.get(one.id, ()))]
    others = [one for one in met if one.id != application.id]
    noted = [(one.at, other, "note", one.text) for other in others for one in journal.notes.of(other.id)]
    heard = [(one.at, other, "feedback", one.text) for other in others for one in journal.feedback.of(other.id)]
    for at, other, what, text in sorted((*noted, *heard), key=lambda each: each[0], reverse=True):
        yield {"when": at.isoformat(), "application": other.id, "company": other.company, "what": what, "text": text}
