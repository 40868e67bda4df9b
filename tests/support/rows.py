"""Rows for a journal: entries and jobs that need each other."""

from __future__ import annotations

import dataclasses

from support.clock import MONDAY
from support.corevalues import job, verdict

from classifiers.values import Headers, Reading
from daemon.core.entry import Entry, Place

PLACE = Place("main", "INBOX", 7, 1)


def entry(number=1, **changes):
    reading = Reading(Headers(message_id=f"<{number}@acme.example>", subject="Your application"), verdict())
    filled = {"identity": bytes([number]) * 32, "place": dataclasses.replace(PLACE, uid=number), "reading": reading}
    return Entry(**({"received": MONDAY, "first_seen": MONDAY, "band": "act"} | filled | changes))


def planned(journal, number=1, **changes):
    message = journal.messages.add(entry(number))
    application = journal.applications.add("main", "Acme", None, MONDAY)
    journal.messages.assign(message, application)
    filled = {
        "message": message,
        "application": application,
        "message_id": f"<draft-{number}@example.org>",
        "due": MONDAY,
    }
    return journal.jobs.get(journal.jobs.add(job(**(filled | changes))))
