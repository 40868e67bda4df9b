"""The demo as a story: what came, what it was and why, what was planned and what not, and the drafts in full."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from classifiers.values import Label
from daemon import app
from daemon.core.entry import Entry
from daemon.core.job import Job, State
from daemon.demo.mailbox import CANDIDATE, SampleMail, load
from daemon.demo.server import DemoServer, serve
from daemon.demo.stage import house

_NAMES: Final[dict[Label, tuple[str, str]]] = {
    "rejection": ("rejection", "rejections"),
    "interview": ("interview mail", "interview mails"),
    "acknowledgement": ("acknowledgement", "acknowledgements"),
    "assessment": ("test or task", "tests and tasks"),
    "offer": ("offer", "offers"),
    "outreach": ("recruiter writing first", "recruiters writing first"),
    "job_alert": ("job alert", "job alerts"),
}


async def play(out: Console | None = None) -> None:
    """Play the whole story once. Raises what the daemon raises; the server is gone at the end either way."""
    out = out or Console(highlight=False)
    mails = load(datetime.now(UTC))
    _opening(out, mails)
    async with serve(mails) as server:
        before = await server.messages("INBOX")
        await _work(out, server)
        await _closing(out, server, before)


def _opening(out: Console, mails: Sequence[SampleMail]) -> None:
    name, address = CANDIDATE
    inbox = sum(mail.folder == "INBOX" for mail in mails)
    out.print(Rule("Highroad"))
    out.print(
        f"{name} <{address}> is looking for work. {inbox} mails lie in the inbox of an embedded IMAP server on this "
        "machine, all of them invented. Highroad reads them now as it would read yours, with its waiting times set to "
        "nothing.\n",
        markup=False,
    )


async def _work(out: Console, server: DemoServer) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("Reading", total=None)

        def move(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=f"Reading {what}")

        with house(server, move, lambda line: progress.console.print(line, markup=False)) as opened:
            outcomes = await app.once(opened)
            progress.stop()
            _tell(out, opened, outcomes)


def _tell(out: Console, opened: app.House, outcomes: Sequence[app.Outcome]) -> None:
    for outcome in outcomes:
        if outcome.failure:
            raise outcome.failure
    entries, jobs = opened.journal.messages.log(), opened.journal.jobs.all()
    _found(out, entries, outcomes[0].synced.unreadable, outcomes[0].synced.read)
    _planned(out, {entry.id: entry for entry in entries}, jobs)


def _found(out: Console, entries: Sequence[Entry], unreadable: int, read: int) -> None:
    sure = [entry for entry in entries if entry.band != "review"]
    unsure = [entry for entry in entries if entry.band == "review"]
    counts = Counter(entry.reading.verdict.label for entry in sure)
    told = [f"{counts[label]} {names[counts[label] > 1]}" for label, names in _NAMES.items() if counts[label]]
    rest = "the rest is not about a job, and only a keyed hash of it is kept."
    out.print(Rule("What came", align="left"))
    out.print(f"{read} mails read: {', '.join(told)}; {rest}", markup=False)
    if unreadable:
        out.print(f"{unreadable} could not be read, and was set aside.", markup=False)
    out.print()
    out.print(_because([entry for entry in sure if entry.band == "act"]))
    if unsure:
        out.print("\nUnsure, so it asks and plans nothing:\n", markup=False)
        out.print(_because(unsure))
    out.print()


def _because(entries: Sequence[Entry]) -> Table:
    table = _table("came", "from", "company", "role", "sure", "the sentence that decided it")
    for entry in entries:
        table.add_row(*_cells(_rejection(entry)))
    return table


def _rejection(entry: Entry) -> list[str]:
    headers, verdict = entry.reading.headers, entry.reading.verdict
    sender = headers.sender.address if headers.sender else ""
    because = f"“{verdict.because[0].sentence}”" if verdict.because else ""
    sure = f"{verdict.scores['rejection']:.0%}"
    return [f"{entry.received:%d %b}", sender, verdict.company or "", verdict.role or "", sure, because]


def _planned(out: Console, entries: dict[int, Entry], jobs: Sequence[Job]) -> None:
    laid = [job for job in jobs if job.state is State.PLACED]
    out.print(Rule("What was laid into Drafts", align="left"))
    table = _table("to", "in answer to", "why")
    for job in laid:
        table.add_row(*_cells([job.recipient or "", _subject(entries, job), job.why]))
    out.print(table)
    out.print()
    out.print(Rule("What was deliberately left alone", align="left"))
    table = _table("from", "what", "why")
    for (sender, why), steps in _alone(entries, jobs).items():
        table.add_row(*_cells([sender, " and ".join(steps).replace("_", " "), why]))
    out.print(table)
    out.print()


def _alone(entries: dict[int, Entry], jobs: Sequence[Job]) -> dict[tuple[str, str], list[str]]:
    """What was skipped, by whose mail it was and why."""
    found: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        if job.state is State.SKIPPED:
            found.setdefault((_sender(entries, job), job.why), []).append(job.step)
    return found


def _subject(entries: dict[int, Entry], job: Job) -> str:
    return entries[job.message].reading.headers.subject or "(no subject)"


def _sender(entries: dict[int, Entry], job: Job) -> str:
    sender = entries[job.message].reading.headers.sender
    return sender.address if sender else "(nobody)"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        long = column in {"why", "the sentence that decided it"}
        table.add_column(column, overflow="fold", ratio=2 if long else 1)
    return table


def _cells(texts: Sequence[str]) -> list[Text]:
    return [Text(" ".join(text.split())) for text in texts]


async def _closing(out: Console, server: DemoServer, before: Sequence[bytes]) -> None:
    drafts = await server.messages("Drafts")
    out.print(Rule("The drafts, as they lie there", align="left"))
    for raw in drafts:
        out.print(_draft(raw))
    untouched = await server.messages("INBOX") == list(before)
    out.print(Rule("The end", align="left"))
    out.print(f"The inbox is {'byte for byte what it was' if untouched else 'NOT what it was: please report this'}.")
    out.print(
        f"{len(drafts)} drafts wait in Drafts. Nothing was sent: Sam reads them, changes them, sends them, or not."
    )
    out.print("Your own mailbox: `highroad init`, then `highroad doctor`.", markup=False)


def _draft(raw: bytes) -> Panel:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    head = Text("\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject")), style="dim")
    body = message.get_body()
    words = body.get_content().strip() if body is not None else ""
    return Panel(Group(head, Text(), Text(words)), expand=False, width=84)
