"""The preview as people read it: what was found, the deciding sentences, and what would come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from rich.cells import cell_len, set_cell_size

from daemon.commands.beginning.person import Person
from daemon.commands.beginning.preview import Found
from daemon.commands.beginning.sampling import Sample
from daemon.commands.lines import plain
from daemon.core.entry import Entry

_MOST: Final = 8
_FEWEST: Final = 3
_REST: Final = 9
"""So many lines are what stands above and below the rejections, and the question."""
_DAY: Final = 7
_NUMBER: Final = 5
_READ_OUT: Final = 160
"""So many letters of a sentence where it is read out instead of looked at."""
_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "interview": ("about an interview", "about interviews"),
    "acknowledgement": ("acknowledgement", "acknowledgements"),
    "assessment": ("test to take", "tests to take"),
    "offer": ("offer", "offers"),
    "outreach": ("from a recruiter", "from recruiters"),
    "rejection": ("doubtful rejection", "doubtful rejections"),
    "job_alert": ("job alert", "job alerts"),
    "other": ("in a thread with an employer", "in threads with employers"),
}


def show(found: Found, reach: str, age: str, person: Person) -> None:
    """All of it, on one screen of 80 columns and 24 lines or more."""
    person.head(_heading(found, reach))
    newest = found.rejections[: _shown(person)]
    person.lines(line for entry in newest for line in _row(entry, person))
    if older := len(found.rejections) - len(newest):
        person.say(f"and {older} older {'one' if older == 1 else 'ones'}.", "" if person.plain else " " * _DAY)
    for sentence in (_others(found), _plan(found, age)):
        person.say(sentence)


def _shown(person: Person) -> int:
    """So many rejections that all of it stays on the screen, and at most MOST."""
    return max(_FEWEST, min(_MOST, (person.height - _REST) // 2))


def _heading(found: Found, reach: str) -> str:
    begin = f"{_count(found.read, 'mail')} of the last {reach} read"
    if not found.rejections:
        return f"{begin}; none of them is surely a rejection."
    return f"{begin}; {_count(len(found.rejections), 'rejection')} found:"


def _row(entry: Entry, person: Person) -> Iterator[str]:
    """A rejection in two lines: day, company and role, and beneath them the sentence that decided it."""
    verdict = entry.reading.verdict
    who = ", ".join(filter(None, (verdict.company, verdict.role))) or "an employer that it could not name"
    because = verdict.because[0].sentence if verdict.because else "no one sentence says it"
    day = entry.received.astimezone()
    if person.plain:
        yield from person.wrapped(f"{day:%-d %B}: {who}. “{_fit(because, _READ_OUT)}”")
        return
    yield f"{day:%-d %b}".ljust(_DAY) + _fit(who, person.width - _DAY)
    yield " " * _DAY + _fit(f"“{_one_line(because)}”", person.width - _DAY, "…”")


def _others(found: Found) -> str:
    parts = [f"{found.others[label]} {words[found.others[label] > 1]}" for label, words in _NAMES.items()
             if found.others.get(label)]  # fmt: skip
    sentence = f"Also about jobs: {', '.join(parts)}." if parts else "No other mail is about a job."
    if found.unsure:
        sentence += f" It is unsure about {found.unsure} more, and would ask you."
    if found.unreadable:
        sentence += f" {_count(found.unreadable, 'mail')} could not be read."
    return sentence


def _plan(found: Found, age: str) -> str:
    parts = [_count(found.letters, "draft")] if found.letters else []
    parts += [_count(found.notes, "note") + " to yourself"] if found.notes else []
    if found.first is not None and parts:
        sentence = f"It would lay {' and '.join(parts)} into your Drafts folder, the first on {_moment(found.first)}."
    else:
        sentence = "It would lay no draft now; `highroad plan` says why."
    if found.late:
        sentence += f" {_count(found.late, 'rejection')} came more than {age} ago: only logged."
    return sentence


def folders(samples: list[Sample], person: Person) -> None:
    """What the samples of other folders held, numbered from 1."""
    wide = max(cell_len(one.folder) for one in samples)
    for number, one in enumerate(samples, 1):
        name = _fit(plain(one.folder), min(wide, 30))
        jobs = f"{one.jobs} about a job, {_count(one.rejections, 'rejection')}" if one.jobs else "none about a job"
        looked = f"of {_count(one.there, 'mail')}" if one.there == one.read else f"of the newest {one.read} mails"
        person.lines([f"{number:>3}  " + _fit(f"{name}: {looked}, {jobs}", person.width - _NUMBER)])


def _moment(when: datetime) -> str:
    return f"{when.astimezone():%A, %-d %B at %H:%M}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _one_line(text: str) -> str:
    return " ".join(plain(text.replace("\n", " ")).split())


def _fit(text: str, width: int, end: str = "…") -> str:
    """Cut to so many columns, with a sign that it was cut."""
    text = _one_line(text)
    return text if cell_len(text) <= width else set_cell_size(text, width - cell_len(end)).rstrip() + end
