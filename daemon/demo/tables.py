"""How the story shows what it tells: tables, a line of the diary, a draft in a frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from typing import Final

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from classifiers.values import Label
from daemon.core.entry import Entry
from daemon.core.job import Job, State, Step

_NAMES: Final[dict[Label, tuple[str, str]]] = {
    "rejection": ("rejection", "rejections"),
    "interview": ("interview mail", "interview mails"),
    "acknowledgement": ("acknowledgement", "acknowledgements"),
    "assessment": ("test or task", "tests and tasks"),
    "offer": ("offer", "offers"),
    "outreach": ("recruiter writing first", "recruiters writing first"),
    "job_alert": ("job alert", "job alerts"),
}
_KINDS: Final = {
    Step.THANK_YOU: "a thank-you",
    Step.FEEDBACK_REQUEST: "a question for feedback",
    Step.FOLLOW_UP: "a follow-up",
    Step.KEEP_IN_TOUCH: "a word to keep in touch",
    Step.STATUS_CHECK: "a polite question how things stand",
    Step.LINKEDIN_NOTE: "a note to oneself on whom to connect with",
    Step.REFLECTION: "a worksheet to oneself",
    Step.DIGEST: "the digest, to oneself",
}
_SHORT: Final = {"came", "sure", "when", "what"}
DIARY: Final = {
    State.PLACED: "laid into Drafts: {}",
    State.SENT: "noticed in Sent: {}",
    State.DELETED: "noticed that it is gone, and respected for good: {}",
    State.ANSWERED: "needless, since Sam wrote already: {}",
}
"""What the diary tells of a job that has come into a state."""


def counted(entries: Sequence[Entry], read: int, unreadable: int) -> Iterator[str]:
    """What the first pass found, in a sentence or two."""
    counts = Counter(entry.reading.verdict.label for entry in entries if entry.band != "review")
    told = [f"{counts[label]} {names[counts[label] > 1]}" for label, names in _NAMES.items() if counts[label]]
    yield f"{read} mails read: {', '.join(told)}; the rest is not about a job, and only a keyed hash of it is kept."
    if unreadable:
        yield f"{unreadable} could not be read, and was set aside."


def because(entries: Sequence[Entry]) -> Table:
    """Rejections: how sure it is, of whom, and the sentence that decided."""
    table = _table("came", "sure", "from whom, and the sentence that decided it")
    for entry in entries:
        table.add_row(*_rejection(entry))
    return table


def _rejection(entry: Entry) -> list[Text]:
    verdict = entry.reading.verdict
    whom = ", ".join(filter(None, (verdict.company, verdict.role))) or "(neither company nor role is sure)"
    sentence = f"“{verdict.because[0].sentence}”" if verdict.because else ""
    told = Text("\n").join(_cells([f"{whom} ({_sender(entry)})", sentence]))
    return [*_cells([f"{entry.received:%d %b}", f"{verdict.scores['rejection']:.0%}"]), told]


def planned(jobs: Sequence[Job]) -> Table:
    """What is planned, the soonest first."""
    table = _table("when", "what", "about whom, and why")
    coming = [job for job in jobs if job.state is State.PLANNED and job.due]
    for job in sorted(coming, key=lambda job: str(job.due)):
        cells = _cells([f"{job.due:%d %b %H:%M}", job.step.replace("_", " "), job.company or "", job.why])
        table.add_row(*cells[:2], Text("\n").join(cell for cell in cells[2:] if cell))
    return table


def alone(jobs: Sequence[Job], entries: Sequence[Entry]) -> Table:
    """Why nobody is thanked, and whose rejections those are."""
    known = {entry.id: entry for entry in entries}
    found: dict[str, list[str]] = {}
    for job in jobs:
        if job.state is State.SKIPPED and job.step is Step.THANK_YOU:
            found.setdefault(job.why, []).append(_sender(known[job.message]))
    table = _table("no thank-you to", "why")
    for why, senders in found.items():
        table.add_row(*_cells([", ".join(senders), why]))
    return table


def diary(job: Job) -> str:
    """What has become of a job, as a line of the diary."""
    kind = " and ".join(_KINDS[step] for step in (job.step, *job.also))
    to = "" if "oneself" in kind else f", to {' and '.join(job.recipients)}"
    about = f" ({job.company})" if job.company else ""
    return DIARY[job.state].format(f"{kind}{to}{about}")


def draft(message: EmailMessage) -> Panel:
    """A draft with its head, in a frame."""
    head = Text("\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject")), style="dim")
    body = message.get_body(("plain",))
    words = body.get_content().strip() if body is not None else ""
    return Panel(Group(head, Text(), Text(words)), expand=False, width=84)


def _sender(entry: Entry) -> str:
    sender = entry.reading.headers.sender
    return sender.address if sender else "(nobody)"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _SHORT, ratio=None if column in _SHORT else 1)
    return table


def _cells(texts: Sequence[str]) -> list[Text]:
    return [Text(" ".join(text.split())) for text in texts]
