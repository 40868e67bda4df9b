"""What log, show and plan say, as plain dictionaries: the machine-readable output is these, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from daemon.adapters.journal.corrections import Said
from daemon.adapters.journal.journal import Journal
from daemon.core.chronicle import mark
from daemon.core.entry import STAGES, Entry
from daemon.core.job import Job

Row = dict[str, Any]


def log_row(entry: Entry) -> Row:
    """One line of `highroad log --json`."""
    headers, verdict = entry.reading.headers, entry.reading.verdict
    return {
        "id": entry.id,
        "mail": mark(entry.identity),
        "when": entry.received.isoformat(),
        "account": entry.place.account,
        "label": verdict.label,
        "confidence": verdict.confidence,
        "band": entry.band,
        "company": verdict.company,
        "role": verdict.role,
        "stage": STAGES.get(verdict.label),
        "from": headers.sender.address if headers.sender else None,
        "subject": headers.subject,
        "message_id": headers.message_id,
        "decided_by": entry.decided_by,
        "because": [asdict(one) for one in verdict.because],
    }


def show_row(entry: Entry, jobs: Sequence[Job], corrections: Sequence[Said] = ()) -> Row:
    """What `highroad show` says of one mail: everything that is kept of it, what was planned, what you said of it."""
    verdict = entry.reading.verdict
    return {
        **log_row(entry),
        "first_seen": entry.first_seen.isoformat(),
        "folder": entry.place.folder,
        "application": entry.application,
        "scores": dict(verdict.scores),
        "model": _judged(entry),
        "corrections": [said_row(said) for said in corrections],
        "people": [asdict(person) for person in verdict.people],
        "after_interview": verdict.after_interview,
        "reason": verdict.reason,
        "invites_future": verdict.invites_future,
        "answerable": verdict.answerable,
        "language": verdict.language,
        "plan": [plan_row(job, entry) for job in jobs if job.message == entry.id],
    }


def _judged(entry: Entry) -> Row:
    """What the model itself says of a mail, whoever decided."""
    verdict = entry.model or entry.reading.verdict
    return {"label": verdict.label, "confidence": verdict.confidence, "band": entry.model_band or entry.band}


def said_row(said: Said) -> Row:
    """One correction, standing or not; `by` is you, or the learning folder that the mail was moved to."""
    return {
        "label": said.label,
        "at": said.at.isoformat(),
        "by": said.folder or "you",
        "ended": said.ended.isoformat() if said.ended else None,
        "how": said.how,
        "kept": said.kept,
        "problem": said.problem,
    }


def plan_row(job: Job, answered: Entry | None) -> Row:
    """One line of `highroad plan --json`; `answered` is the mail the draft answers."""
    headers = answered.reading.headers if answered else None
    return {
        "id": job.id,
        "application": job.application,
        "step": job.step,
        "occasion": job.occasion,
        "also": list(job.also),
        "due": job.due.isoformat() if job.due else None,
        "state": job.state,
        "to": job.recipient,
        "company": job.company,
        "subject": headers.subject if headers else None,
        "message_id": job.message_id,
        "answers": headers.message_id if headers else None,
        "placed": job.placed_at.isoformat() if job.placed_at else None,
        "why": job.why,
    }


def plan_rows(journal: Journal) -> list[Row]:
    """All of `highroad plan --json`, in the order of planning."""
    entries = {entry.id: entry for entry in journal.messages.log()}
    return [plan_row(job, entries.get(job.message)) for job in journal.jobs.all()]
