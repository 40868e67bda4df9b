"""The hour that a sentence names, and the time zone where it names one. Unsure is no hour."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from classifiers.frames import lines_of

_LONGEST: Final = 600
_FIRST_SURE: Final = 7
_NO_HOUR: Final = time(0, 0, 0, 1)
_TAIL: Final = r" ?(?:a\.?m\b\.?|p\.?m\b\.?|uhr|uur|heures?|horas?|hs?)(?!\w)"
_TIME: Final = re.compile(
    rf"(?<![\w.,/:€$£#+-])(?P<h>\d{{1,2}})(?:(?P<sep>[:.h])(?P<m>\d\d))?(?![\d%/€$£])(?P<tail>{_TAIL})?(?!\.\d)"
)
_RANGE: Final = re.compile(
    rf"(?<![\w.,/:€$£#+-])(?P<a>\d{{1,2}}(?:[:.h]\d\d)?)(?P<at>{_TAIL})? ?"
    rf"(?:{'|'.join(lines_of('when', 'to'))}) ?(?P<b>\d{{1,2}}(?:[:.h]\d\d)?)(?P<bt>{_TAIL})?(?!\d)"
)
_ZONED: Final = re.compile(r" *[(/,]? ?\(?\b([A-Z]{2,5})\b(?! ?[a-z])")
_NO_ZONES: Final = frozenset({"UHR", "UUR", "AM", "PM", "HS", "ON", "AT", "VIA", "IN"})


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day; `zone` None where none is named."""

    at: time
    zone: tzinfo | None


def hour_in(sentence: str, taken: Sequence[tuple[int, int]] = ()) -> Hour | None:
    """The one hour that a sentence names, or the first of two between which something lasts; None if it is unsure.

    `taken` are places of the sentence where a day stands.
    """
    text = sentence[:_LONGEST]
    for begin, end in taken:
        text = text[:begin] + "#" * (end - begin) + text[end:]
    low = text.lower() if len(text.lower()) == len(text) else ""
    low = _RANGE.sub(_begun, low)
    text = "".join(char if kept != " " else " " for char, kept in zip(text, low, strict=False))
    found = [(one, at) for one in _TIME.finditer(low) if (at := _meant(low, one)) is not _NO_HOUR]
    if len({at for _, at in found}) != 1 or _within(low, found[0][0].start()):
        return None
    at, end = found[0][1], found[-1][0].end()
    return _zoned(text, at, end) if at is not None else None


def _begun(found: re.Match[str]) -> str:
    """Of "2-3 pm" and "14 bis 15 Uhr" the beginning, as long as the whole."""
    begin, tail = found["a"], found["at"] or found["bt"] or ""
    if not tail and not re.search("[:h]", begin + found["b"]):
        return found[0]
    first, last = (int(re.split("[:.h]", found[name])[0]) for name in "ab")
    if tail.strip().startswith("p") and not found["at"] and first > last:
        tail = " am"
    return f"{begin}{tail}".ljust(len(found[0]))


def _meant(low: str, found: re.Match[str]) -> time | None:
    """The hour of a number; None if it may be one of the night or of the afternoon, _NO_HOUR if it is none at all."""
    tail, lead = (found["tail"] or "").strip(), _before("hour leads", low, found.start())
    alone = _before("hour alone", low, found.start())
    half = {"a": "a", "p": "p"}.get(tail[:1], "")
    sure = half or tail in ("uhr", "uur") or alone or (lead and (tail or found["sep"])) or found["sep"] == ":"
    hour, minute = int(found["h"]), int(found["m"] or 0)
    if minute > 59 or hour > 23 or not (sure or (found["sep"] == "h" and hour >= _FIRST_SURE)):
        return _NO_HOUR
    half = half or _half(low, found.end())
    if half and 1 <= hour <= 12:
        return time(hour % 12 + (12 if half == "p" else 0), minute)
    return None if hour < _FIRST_SURE else time(hour, minute)


def _half(low: str, end: int) -> str:
    """Which half of the day the words behind an hour name."""
    after = low[end : end + 25]
    return "p" if _after("afternoon").match(after) else "a" if _after("morning").match(after) else ""


def _zoned(text: str, at: time, end: int) -> Hour | None:
    """The hour with the time zone that stands behind it; None where one does that is not known."""
    for pattern, name in _phrases():
        if pattern.search(text.lower()):
            return Hour(at, _zone(name))
    found = _ZONED.match(text, end)
    if found is None or found[1] in _NO_ZONES:
        return Hour(at, None)
    known = _zones().get(found[1].lower())
    return Hour(at, _zone(known)) if known else None


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return None


def _before(section: str, low: str, at: int) -> bool:
    """Whether a word of a section stands right before a place."""
    return _leading(section).search(low, max(0, at - 20), at) is not None


def _within(low: str, at: int) -> bool:
    """Whether what stands before an hour makes it the edge of a span to choose from."""
    near = low[max(0, at - 25) : at]
    return any(re.search(rf"(?<!\w)(?:{line})(?!\w)", near) for line in lines_of("when", "spans"))


@cache
def _leading(section: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(lines_of('when', section))}) ?\Z")


@cache
def _after(section: str) -> re.Pattern[str]:
    return re.compile(rf" ?(?:{'|'.join(lines_of('when', section))})(?!\w)")


@cache
def _zones() -> dict[str, str]:
    return dict(line.split() for line in lines_of("when", "zones"))


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    split = (line.rpartition(" ") for line in lines_of("when", "zone phrases"))
    return tuple((re.compile(pattern), name) for pattern, _, name in split)
