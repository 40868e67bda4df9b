"""What log, show, plan and status say, as plain dictionaries: the machine-readable output is these, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from daemon.adapters.journal.corrections import Said
from daemon.adapters.journal.folders import DutyState
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.messages import SetAside
from daemon.adapters.lock import Holder
from daemon.core.entry import STAGES, Cursor, Entry
from daemon.core.job import Job

Row = dict[str, Any]


def log_row(entry: Entry) -> Row:
    """One line of `highroad log --json`."""
    headers, verdict = entry.reading.headers, entry.reading.verdict
    return {
        "id": entry.id,
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


def status_row(
    journal: Journal, accounts: Sequence[str], holder: Holder | None, model: Mapping[str, Any] | None
) -> Row:
    """`highroad status --json`: accounts and folders, drafts by state, the model, the daemon."""
    duties, unreadable = journal.folders.duties(), journal.messages.unreadable()
    names = list(dict.fromkeys([*accounts, *(cursor.account for cursor in journal.folders.cursors())]))
    return {
        "accounts": [_account(name, journal.folders.cursors(), duties, unreadable, holder) for name in names],
        "drafts": journal.jobs.counts(),
        "review": journal.messages.unsure() + journal.candidates.count(accounts),
        "digest": {"problem": journal.digests.problem()},
        "model": _model(journal, model),
        "daemon": _daemon(holder),
    }


def _model(journal: Journal, model: Mapping[str, Any] | None) -> Row | None:
    """What the model said of itself, and how the person's corrections fare: all, learnt, and still without text."""
    said = journal.corrections.count()
    if not model and not said:
        return None
    waiting = journal.corrections.waiting()
    facts = {"trained": None, "corpus": None, **(model or {})}
    return facts | {
        "corrections": said,
        "learnt_corrections": int(facts.get("corrections") or 0),
        "waiting": len(waiting),
        "problems": sorted({one.problem for one in waiting if one.problem}),
    }


def _account(
    name: str,
    cursors: Sequence[Cursor],
    duties: Sequence[DutyState],
    unreadable: Sequence[SetAside],
    holder: Holder | None,
) -> Row:
    own = {duty.duty: duty for duty in duties if duty.account == name}
    problems = [_problem(duty) for duty in own.values() if duty.problem]
    bad = Counter(mail.place.folder for mail in unreadable if mail.place.account == name)
    folders = [_folder(cursor, bad) for cursor in cursors if cursor.account == name]
    reading = own.get("reading")
    return {
        "account": name,
        "connected": bool(holder and reading and reading.connected),
        "problem": " ".join(one["problem"] for one in problems) or None,
        "problems": problems,
        "folders": folders,
    }


def _problem(duty: DutyState) -> Row:
    """What is wrong with a duty: whether it waits for the person or is tried again, and since when."""
    return {"duty": duty.duty, "problem": duty.problem, "waits": duty.waits, "since": duty.since.isoformat()}


def _folder(cursor: Cursor, bad: Mapping[str, int]) -> Row:
    return {
        "folder": cursor.folder,
        "server_messages": cursor.server_messages,
        "seen": cursor.seen,
        "older": cursor.older,
        "unreadable": bad.get(cursor.folder, 0),
        "last_sync": cursor.last_sync.isoformat() if cursor.last_sync else None,
        "verified": _verified(cursor),
        "problem": gap_sentence(cursor),
    }


def _verified(cursor: Cursor) -> Row | None:
    """When the server's whole list was last held against the journal, what was missing then, and what still is."""
    if cursor.verified is None:
        return None
    return {"when": cursor.verified.isoformat(), "found": cursor.found, "missing": cursor.missing}


def gap_sentence(cursor: Cursor) -> str | None:
    """What is wrong when the server holds what the journal has not seen; None when nothing is."""
    if cursor.last_sync is None:
        return "The first scan is not finished yet; `highroad scan` finishes it."
    gap = max(cursor.server_messages - cursor.seen - cursor.older, cursor.missing)
    if gap == 0:
        return None
    if gap == 1:
        return "The server holds a message that was not read yet; the next pass reads it."
    return f"The server holds {gap} messages that were not read yet; the next pass reads them."


def _daemon(holder: Holder | None) -> Row | None:
    if holder is None:
        return None
    up = (datetime.now(UTC) - holder.started).total_seconds() if holder.started else None
    return {"pid": holder.pid, "memory_mib": holder.memory_mib, "uptime_seconds": up}


def gaps(row: Row) -> Iterator[str]:
    """Everything in a status row that is not as it should be, as sentences with their place."""
    for account in row["accounts"]:
        for problem in account["problems"]:
            yield f"{account['account']}: {_kind(problem, running=row['daemon'] is not None)}: {problem['problem']}"
        for folder in account["folders"]:
            if folder["problem"]:
                yield f"{account['account']}/{folder['folder']}: {folder['problem']}"
    if row["digest"]["problem"]:
        yield f"digest: {row['digest']['problem']}"


def _kind(problem: Row, *, running: bool) -> str:
    since = datetime.fromisoformat(problem["since"]).astimezone().strftime("%Y-%m-%d %H:%M")
    if problem["waits"]:
        return f"{problem['duty']} waits for you since {since}"
    return f"{problem['duty']} {'is' if running else 'was last'} tried again, since {since}"
