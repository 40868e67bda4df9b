"""`highroad correct`: the person's word against the model's. It counts at once; learning from it is the next pass's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from daemon.adapters.journal.corrections import Said, spoken
from daemon.adapters.journal.journal import Journal
from daemon.commands.acting import named
from daemon.commands.context import Context, emit
from daemon.commands.lines import plain
from daemon.core.correction import KEPT, WORDS, lying, word_of
from daemon.core.entry import Entry
from daemon.core.errors import HighroadError, WrongUse
from daemon.core.job import Job, State, Step
from daemon.reports import said_row

if TYPE_CHECKING:
    from daemon.corrector import Corrector
    from daemon.planner import Changes

Row = dict[str, Any]
_SOUGHT: Final = (
    "No mail of that id is in the log. Highroad looks for it in the watched folders with its next pass, reads it as "
    "you said, and then keeps its text to learn from it, until you undo the correction."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for: a number of the log or a Message-ID, and a word; undo has none."""

    number: int | None
    message_id: str | None
    word: str | None


class _NotMeant(Exception):
    """Takes a dry run's transaction back."""


class NothingToUndo(HighroadError):
    """No correction of that mail stands."""


def correct(
    context: Context, words: Sequence[str], message_id: str, *, undo: bool, dry_run: bool, as_json: bool
) -> int:
    """Correct one mail, or take its correction back. Raises WrongUse for a number or label that does not exist."""
    asked = _asked(words, message_id, undo=undo)
    with context.journal() as journal:
        row = _done(context, journal, asked, dry_run=dry_run)
    if as_json:
        emit([row])
    else:
        print("\n".join(_lines(row)))
    return 0


def _asked(words: Sequence[str], message_id: str, *, undo: bool) -> Asked:
    rest = list(words)
    if len(rest) != (not message_id) + (not undo):
        raise WrongUse(
            "Say which mail and what it is, e.g. `highroad correct 12 interview`, or "
            '`highroad correct --message-id "<...>" rejection`; to take that back, `highroad correct 12 --undo`.'
        )
    number = None if message_id else _number(rest.pop(0))
    return Asked(number, _bracketed(message_id) if message_id else None, None if undo else _word(rest[0]))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 18):
        raise WrongUse(
            f"{text!r} is not a number of the log; `highroad log` shows them. A Message-ID takes --message-id."
        )
    return int(text)


def _word(text: str) -> str:
    word = word_of(text)
    if word is None:
        raise WrongUse(f"{text!r} is not a label. The labels are: {', '.join(WORDS)}.")
    return word


def _bracketed(text: str) -> str:
    if not text.isprintable():
        raise _no_message_id(text)
    return text if text.startswith("<") else f"<{text}>"


def _searchable(message_id: str) -> str:
    """A Message-ID that a server can be asked for; what the log already has may look otherwise. Raises WrongUse."""
    from daemon.adapters.imap.gateway import ForbiddenWord, clean_message_id

    try:
        return clean_message_id(message_id)
    except ForbiddenWord as error:
        raise _no_message_id(message_id) from error


def _no_message_id(text: str) -> WrongUse:
    return WrongUse(
        f"{text!r} is not a Message-ID of the log, nor one that a server can be asked for; a mail's source shows it, "
        'e.g. "<abc@mail.example>".'
    )


def _done(context: Context, journal: Journal, asked: Asked, *, dry_run: bool) -> Row:
    row: Row = {}
    try:
        with journal.transaction():
            row = _act(context, journal, asked) | {"dry_run": dry_run}
            if dry_run:
                raise _NotMeant
    except _NotMeant:
        return row
    if asked.word is None:
        journal.store.fold()
    return row


def _act(context: Context, journal: Journal, asked: Asked) -> Row:
    from daemon.adapters.clock import SystemClock

    now = SystemClock().now()
    entry = _entry(journal, asked)
    if entry is None:
        return _seek(journal, asked, now)
    corrector = corrector_of(context, journal)
    before = journal.corrections.of(entry.identity)
    standing = next((said for said in before if said.ended is None), None)
    if asked.word is not None:
        changes = corrector.correct(entry, asked.word, now)
    elif standing is not None:
        changes = corrector.undo(standing, now)
    else:
        raise NothingToUndo(f"You have not corrected mail {entry.id}, so there is nothing to undo.")
    return correction_row(journal, entry, asked.word, before, changes)


def _entry(journal: Journal, asked: Asked) -> Entry | None:
    """The mail of the log that is meant; None for one that the log does not have by its Message-ID."""
    if asked.message_id is not None:
        return next(reversed(journal.messages.of_message_id(asked.message_id)), None)
    entry = journal.messages.get(asked.number or 0)
    if entry is None:
        raise WrongUse(f"The log has no mail number {asked.number}; `highroad log` shows the numbers.")
    return entry


def _seek(journal: Journal, asked: Asked, now: datetime) -> Row:
    """A mail that the log does not have: looked for by the next pass, or looked for no more."""
    wanted = _searchable(asked.message_id or "")
    before = journal.corrections.sought_as(wanted)
    if asked.word is not None:
        journal.corrections.add(spoken(asked.word, now, message_id=wanted))
    elif before is not None:
        journal.corrections.end(before, now)
    else:
        raise NothingToUndo(f"No correction of a mail {asked.message_id} waits, so there is nothing to undo.")
    said = [_SOUGHT] if asked.word else ["It is not looked for any more."]
    row: Row = {"id": None, "message_id": asked.message_id, "label": asked.word, "was": None}
    return row | {
        "decided_by": "you" if asked.word else None,
        "before": [said_row(before)] if before else [],
        "cancelled": [],
        "planned": [],
        "drafts": [],
        "notes": said,
    }


def corrector_of(context: Context, journal: Journal) -> Corrector:
    """What corrects mails as the settings of their accounts say."""
    from daemon.commands.recorders import recorders
    from daemon.corrector import Corrector

    return Corrector(journal, recorders(context, journal))


def correction_row(journal: Journal, entry: Entry, word: str | None, before: Sequence[Said], changes: Changes) -> Row:
    """What `correct --json` prints of one correction or its undoing."""
    after = journal.messages.get(entry.id)
    return {
        "id": entry.id,
        "message_id": entry.reading.headers.message_id,
        "label": after.reading.verdict.label if after else None,
        "was": entry.reading.verdict.label,
        "decided_by": after.decided_by if after else None,
        "before": [said_row(said) for said in before],
        "cancelled": [job.id for job in changes.cancelled],
        "planned": [job.id for job in changes.planned if job.state is State.PLANNED],
        "drafts": [sentence for sentence in map(lying, changes.laid) if sentence],
        "notes": list(_notes(entry, word, before, changes, gone=after is None)),
    }


def _notes(entry: Entry, word: str | None, before: Sequence[Said], changes: Changes, *, gone: bool) -> Iterator[str]:
    """What there is to know, sentence by sentence, beside the drafts that lie somewhere."""
    for said in before:
        if said.ended is None and word is not None and said.label != word:
            yield f"Before, {_who(said)} said {said.label} ({said.at:%Y-%m-%d %H:%M} UTC); {word} stands now."
    yield from (f"{named(job)} is taken back." for job in changes.cancelled if job.recipient)
    yield from (f"{named(job)} is {job.state}: {job.why}" for job in changes.planned if _telling(job))
    if word is not None:
        yield KEPT
    else:
        yield "The model's verdict counts again; what was kept of the mail is erased."
    if gone:
        yield f"Mail {entry.id} leaves the log: to the model it is not about a job."


def _telling(job: Job) -> bool:
    """Of what is not planned the thank-you alone says enough: the others follow from it."""
    waits = job.state in {State.PLANNED, State.HELD}
    return waits or (job.step is Step.THANK_YOU and job.state is not State.JOINED)


def _who(said: Said) -> str:
    return f"its place in {said.folder}" if said.folder else "you"


def _lines(row: Row) -> Iterator[str]:
    if row["dry_run"]:
        yield "A dry run: nothing of this was written."
    if row["id"] is not None and row["label"] is not None:
        change = row["label"] if row["label"] == row["was"] else f"{row['was']} -> {row['label']}"
        yield f"Mail {row['id']}: {change}, decided by {row['decided_by']}."
    yield from map(plain, [*row["notes"], *row["drafts"]])
