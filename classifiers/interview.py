"""When an interview is set for: as the calendar part says, else the one day and hour that the text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from typing import Final

from classifiers.days import LANGUAGES, Mention, days_in
from classifiers.features import View
from classifiers.frames import lines_of
from classifiers.hours import Hour, hour_in
from classifiers.invitation import When, begins
from classifiers.mail import Mail
from classifiers.text import folded
from classifiers.values import Label

_BY_TEXT: Final[frozenset[Label]] = frozenset({"interview"})
_BY_CALENDAR: Final[frozenset[Label]] = frozenset({"interview", "assessment", "outreach", "other"})
_SENTENCES: Final = 40
_LABEL_CHARS: Final = 80
_BEHIND: Final = 3
_EDGE: Final = 30
_AT_LINE: Final = re.compile(r"\A[ \t]*\d{1,2}\. [^\W\d_]")
_ORDINAL: Final = re.compile(r"(?<!\d)\d{1,2}\.\Z")


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence with the days that it names and could take place on."""

    text: str
    days: tuple[Mention, ...]


def interview_of(mail: Mail, seen: View, label: Label, language: str | None) -> When | None:
    """When the interview is; None if the mail names none, one that is past, or several to choose from."""
    if mail.event and label in _BY_CALENDAR:
        found = begins(mail.event)
    elif label in _BY_TEXT and language in LANGUAGES:
        found = _told(mail, seen, language)
    else:
        return None
    return None if found is None or _past(found, mail.sent) else found


def _told(mail: Mail, seen: View, language: str) -> When | None:
    """The one day in the text, if it is said to be that of a talk, with its hour."""
    written = mail.sent.date() if mail.sent else None
    texts = [folded(mail.headers.subject or ""), *_whole(seen.sentences[:_SENTENCES], mail.text)]
    lines = [_Line(text, tuple(_possible(text, written, language))) for text in texts]
    off = {day.day for line in lines for day in line.days if day.off}
    lines = [replace(line, days=tuple(day for day in line.days if day.day not in off)) for line in lines]
    named = {day.day for line in lines for day in line.days}
    at = [number for number, line in enumerate(lines) if line.days and _about_talk(lines, number)]
    day = next(iter(named), None)
    if len(named) != 1 or day is None or not at:
        return None
    hour = _hour(lines, at)
    return When(datetime.combine(day, hour.at, hour.zone), timed=True) if hour else When(_midnight(day), timed=False)


def _whole(sentences: Sequence[str], text: str) -> list[str]:
    """The sentences, those put together again that were cut behind the ordinal of a day ("am 10. März"), or before it
    where a line began with it: there it was taken for the number of a list, and left out.
    """
    found: list[str] = []
    flat = " ".join(text.split()) if any(map(_AT_LINE.search, text.split("\n"))) else ""
    for sentence in sentences:
        lost = _left_out(found[-1], sentence, flat) if found and flat else ""
        if found and (lost or _ORDINAL.search(found[-1])):
            found[-1] += f" {lost}{sentence}"
        else:
            found.append(sentence)
    return found


def _left_out(before: str, sentence: str, flat: str) -> str:
    """The ordinal that stands between two sentences in the text, with a blank behind it; "" if none does."""
    found = re.search(rf"{re.escape(before[-_EDGE:])} (\d{{1,2}}\. ){re.escape(sentence[:_EDGE])}", flat)
    return found[1] if found else ""


def _possible(text: str, written: date | None, language: str) -> Iterator[Mention]:
    low = text.lower()
    if len(low) == len(text) and not _section("first day").search(low):
        yield from (day for day in days_in(low, written, language) if not day.limit)


def _about_talk(lines: Sequence[_Line], number: int) -> bool:
    """Whether a sentence with a day speaks of a talk, names its hour too, or stands behind a label."""
    low = lines[number].text.lower()
    if _section("talks").search(low) or _section("day labels").match(low):
        return True
    above = lines[number - 1].text.lower() if number > 1 else ""
    return _hour_beside(lines[number]) is not None or (above.endswith(":") and bool(_section("talks").search(above)))


def _hour(lines: Sequence[_Line], at: Sequence[int]) -> Hour | None:
    """The one hour beside the day, else that of a line "Time: ..." close by."""
    beside = {hour for number in at if (hour := _hour_beside(lines[number]))}
    if beside:
        return beside.pop() if len(beside) == 1 else None
    near = lines[max(1, at[-1] - 1) : at[-1] + 1 + _BEHIND]
    labelled = {hour_in(line.text) for line in near if _is_hour_label(line)} - {None}
    return labelled.pop() if len(labelled) == 1 else None


def _hour_beside(line: _Line) -> Hour | None:
    return hour_in(line.text, [(day.begin, day.end) for day in line.days])


def _is_hour_label(line: _Line) -> bool:
    return len(line.text) < _LABEL_CHARS and _section("hour labels").match(line.text.lower()) is not None


def _past(when: When, sent: datetime | None) -> bool:
    if sent is None:
        return False
    if not when.timed:
        return when.at.date() < sent.date()
    return when.at < (sent if when.at.tzinfo else sent.replace(tzinfo=None))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


@cache
def _section(name: str) -> re.Pattern[str]:
    return re.compile("|".join(lines_of("when", name)))
