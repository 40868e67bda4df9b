"""The days that a sentence names, in seven languages, as seen from the day it was written. Unsure is no day at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from classifiers.frames import lines_of

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")
_AHEAD: Final = timedelta(days=200)
_FURTHEST: Final = timedelta(days=400)
_LONGEST: Final = 600
_DIGIT: Final = re.compile(r"\d")
_TOMORROW: Final = ("tomorrow", "morgen", "demain", "mañana", "domani", "amanhã")
_NUMBER: Final = re.compile(
    r",? (?:the |den |dem |le |el |il |dia |o )?(\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?"
    r"(?![\w:]|[.,-]\d| ?(?:h|am|pm|uhr|uur|heure|hora|a\.m|p\.m|-|bis|to))"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A day named in a sentence: None where which one is unsure. `begin` and `end` are its place, weekday included.

    `limit`: something is wanted by then, or holds from then on, or was then. `off`: what was to be then is called off.
    """

    day: date | None
    begin: int
    end: int
    limit: bool = False
    off: bool = False


def days_in(sentence: str, written: date | None, language: str) -> list[Mention]:
    """The days that a sentence (lower case, plain quotes) names and that are not past. `written` None: not known.

    A date without a year, a weekday or "tomorrow" means nothing when it is not known when it was written.
    """
    text, table = sentence[:_LONGEST], table_of(language)
    if _DIGIT.search(text) is None and not any(map(text.__contains__, table.cues)):
        return []
    dates = list(_dates(text, table, language, written))
    taken = [range(one.begin, one.end) for one in dates]
    free = [one for one in _relative(text, table, language, written) if not any(one.begin in span for span in taken)]
    off, other = _section(f"called off {language}").search(text) is not None, _section("other day").search(text)
    reckoned = [Mention(None, *other.span())] if other else []
    found = [_judged(text, one, language) for one in sorted([*dates, *free, *reckoned], key=lambda one: one.begin)]
    return [replace(one, off=True) for one in found] if off else found


@dataclass(frozen=True, slots=True)
class Table:
    """A language's patterns: a date with its weekday before it, a lone weekday with what is said of it, tomorrow.

    A sentence without any digit or cue names no day.
    """

    months: dict[str, int]
    weekdays: dict[str, int]
    date: re.Pattern[str]
    weekday: re.Pattern[str]
    tomorrow: tuple[tuple[re.Pattern[str], int], ...]
    words: dict[str, frozenset[str]]
    cues: tuple[str, ...]


@cache
def table_of(language: str) -> Table:
    """The patterns of one language."""
    months = {form: at for at, line in enumerate(lines_of("when", f"months {language}"), 1) for form in line.split()}
    rows = [line.partition("|") for line in lines_of("when", f"weekdays {language}")]
    weekdays = {form: at for at, (full, _, short) in enumerate(rows) for form in (full + short).split()}
    full = [form for whole, _, _ in rows for form in whole.split()]
    words = {name: frozenset(_alternatives(f"{name} {language}")) for name in ("coming", "next", "past")}
    said = "|".join(sorted((word for held in words.values() for word in held), key=len, reverse=True))
    return Table(
        months, weekdays, _date_pattern(months, weekdays),
        re.compile(rf"(?<![\w-])(?:({said}) )?({_either(full)})(?!\w|-\w)(?: ({said})(?!\w))?"),
        tuple((re.compile(rf"(?<![\w-])(?:{'|'.join(lines_of('when', f'{name} {language}'))})(?!\w)"), ahead)
              for name, ahead in (("tomorrow", 1), ("after tomorrow", 2))),
        words, (*full, *_TOMORROW),
    )  # fmt: skip


def _alternatives(section: str) -> list[str]:
    return [word for line in lines_of("when", section) for word in line.split("|")]


def _either(words: Iterator[str] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _date_pattern(months: dict[str, int], weekdays: dict[str, int]) -> re.Pattern[str]:
    month, weekday = _either(list(months)), _either(list(weekdays))
    first = month if "january" in months else r"(?!)"  # only in English the month goes first
    year = r"(?:,? (?:de |del |do )?(?P<{}>20\d\d)(?!\d))?"
    return re.compile(
        rf"(?<![\w-])(?:(?P<weekday>{weekday})\.?,? (?:the |den |dem |le |el |il |dia |o |op |di |día |am |on )?\(?)?"
        rf"(?:(?P<iso>20\d\d-\d\d-\d\d)(?!\d)"
        rf"|(?<![\d.,/:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|ère|\.º|º|°|ª|\.|e)?,? ?(?:of |de |di |den )?"
        rf"(?P<m>{month})(?!\w)\.?" + year.format("y") +
        rf"|(?P<em>{first})\.? (?:the )?(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|\.\d)" + year.format("ey") +
        r"|(?<![\d.,/:-])(?P<nd>\d{1,2})(?P<sep>[./-])(?P<nm>\d{1,2})(?:(?P=sep)(?P<ny>20\d\d|\d\d)?(?![\d:])|(?![\d.,/:-])))"
        r"(?:,? \(?(?P<after>" + weekday + r")\)?(?!\w))?"
    )  # fmt: skip


# Dates.

_Way = tuple[int | None, int, int]
"""The year (None if it is not told), the month and the day that a date may mean."""


def _dates(text: str, table: Table, language: str, written: date | None) -> Iterator[Mention]:
    for found in table.date.finditer(text):
        told = found["weekday"] or found["after"]
        weekday = table.weekdays[told] if told else None
        ways = _ways(found, table, language, weekday)
        if ways:
            yield _dated(found, ways, weekday, written)


def _ways(found: re.Match[str], table: Table, language: str, weekday: int | None) -> list[_Way]:
    """What a date may mean; nothing if it is none."""
    if found["iso"]:
        year, month, day = map(int, found["iso"].split("-"))
        return [(year, month, day)]
    if found["m"]:
        return [(_year(found["y"]), table.months[found["m"]], int(found["d"]))]
    if found["em"]:
        return [(_year(found["ey"]), table.months[found["em"]], int(found["ed"]))]
    return _numeric(found, language, weekday)


def _numeric(found: re.Match[str], language: str, weekday: int | None) -> list[_Way]:
    one, other, sep, year = int(found["nd"]), int(found["nm"]), found["sep"], _year(found["ny"])
    dotted = sep == "." and language == "de" and found[0].rstrip(") ").endswith(".")
    slashed = sep == "/" and language != "en" and len(found["nd"]) == len(found["nm"]) == 2
    if year is None and not (dotted or weekday is not None or slashed):
        return []
    if sep == "-" and year is None:
        return []
    # In English 4/3 is either; a weekday may tell.
    ways = [(year, other, one), (year, one, other)] if language == "en" and sep != "." else [(year, other, one)]
    return [way for way in ways if 1 <= way[1] <= 12 and 1 <= way[2] <= 31]


def _year(text: str | None) -> int | None:
    return None if text is None else int(text) + (2000 if len(text) == 2 else 0)


def _dated(found: re.Match[str], ways: list[_Way], weekday: int | None, written: date | None) -> Mention:
    """The one day that is meant, as a limit if it is past or too far away; no day where two can be meant."""
    days = {on for way in ways for on in _on(way, written)}
    fitting = {on for on in days if weekday is None or on.weekday() == weekday}
    if days and not fitting:
        return Mention(None, *found.span())  # one of the two is wrong
    ahead = {on for on in fitting if written is None or written <= on <= written + _FURTHEST}
    only = next(iter(ahead)) if len(ahead) == 1 == len(fitting) else None
    return Mention(only, *found.span(), limit=not ahead)


def _on(way: _Way, written: date | None) -> Iterator[date]:
    """The day itself; without a year the nearest one from when the mail was written on, within some months."""
    year, month, day = way
    years = (year,) if year is not None else (written.year, written.year + 1) if written else ()
    for one in years:
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if year is not None or (written and written <= found <= written + _AHEAD):
            yield found


# Weekdays and tomorrow.


def _relative(text: str, table: Table, language: str, written: date | None) -> Iterator[Mention]:
    back = _section(f"looking back {language}").search(text) is not None
    for found in table.weekday.finditer(text) if written else ():
        said = {word for word in (found[1], found[3]) if word}
        if not said & table.words["past"] and not (back and not said):
            number = _NUMBER.match(text, found.end())
            day = _weekday(table, text, found, number, written or date.min)
            yield Mention(day, found.start(), number.end() if number else found.end())
    for pattern, ahead in table.tomorrow if written else ():
        for found in pattern.finditer(text):
            yield Mention((written or date.min) + timedelta(days=ahead), *found.span())


def _weekday(table: Table, text: str, found: re.Match[str], number: re.Match[str] | None, written: date) -> date | None:
    target, monday = table.weekdays[found[2]], written - timedelta(days=written.weekday())
    nearest = written + timedelta(days=(target - written.weekday()) % 7)
    if number:
        return _numbered(int(number[1]), nearest)
    if _section("other week").search(text):
        return None
    if _section("next week").search(text):
        return monday + timedelta(days=7 + target)
    # "Next Thursday" of a Monday is this week's for some and next week's for others; a day's own name is unsure too.
    this_week = nearest < monday + timedelta(days=7)
    bound = _section("this week").search(text) is not None
    unsure = (
        nearest == written or (bound and not this_week) or ({found[1], found[3]} & table.words["next"] and this_week)
    )
    return None if unsure else nearest


def _numbered(number: int, nearest: date) -> date | None:
    """The first day of that weekday and number: "Tuesday the 10th"."""
    weeks = (nearest + timedelta(weeks=count) for count in range(9))
    return next((day for day in weeks if day.day == number), None)


# What stands around a day.


def _judged(text: str, one: Mention, language: str) -> Mention:
    before = text[max(0, one.begin - 40) : one.begin]
    if _before("limits", language).search(before):
        return Mention(one.day, one.begin, one.end, limit=True)
    if _before("ranges", language).search(before) or _joined().search(before):
        return Mention(None, one.begin, one.end)
    return one


@cache
def _section(name: str) -> re.Pattern[str]:
    return re.compile("|".join(lines_of("when", name)))


@cache
def _before(name: str, language: str) -> re.Pattern[str]:
    """What of a section stands right before a day, some little words between them passed over."""
    held, fillers = ("|".join(lines_of("when", f"{part} {language}")) for part in (name, "limit fillers"))
    return re.compile(rf"(?<!\w)(?:{held})(?: (?:{fillers})){{0,3}}[: ]*\Z")


@cache
def _joined() -> re.Pattern[str]:
    """A number that is joined to the day: "9 to 13 March"."""
    joins = "|".join(re.escape(word) for word in _alternatives("joins"))
    return re.compile(rf"(?<![\d:])\d{{1,2}}(?:st|nd|rd|th|\.|er)? ?(?:{joins}) ?(?:the |den |dem |le |el )?\Z")
