"""What a rejection says besides no: whether it came after an interview, why, and whether the door stays open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from classifiers.features import View
from classifiers.frames import lines_of

_LONGEST: Final = 400
_LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")
# In this order: what is about the place or the post explains more than that somebody else was taken.
_REASONS: Final = ("location_or_visa", "position_closed", "position_filled", "not_qualified", "other_candidate")
_PERMIT: Final = ("location_or_visa", "not_qualified")
_SHORT: Final = 900
_FIRST: Final = re.compile(r"[^\W\d_']+(?:'il)?")


@dataclass(frozen=True, slots=True)
class Said:
    """Sentences in lower case, one a line and at most 400 characters each: all, and those that are no conditions."""

    whole: str
    plain: str


def after_interview(said: Said, language: str | None) -> bool | None:
    """True when the mail looks back at a conversation, False when it says there is none, else None."""
    if _says("interviewed", said.plain, language):
        return True
    return False if _says("not interviewed", said.plain, language) else None


def reason(said: Said, language: str | None) -> str | None:
    """Why, as the mail says it; `unstated` when it decides in a formula that gives none, None when that is unsure."""
    found = tuple(name for name in _REASONS if _says(name, said.plain, language))
    if found:
        # "Filled by another candidate", "cancelled, not filled": which of two is meant, only a reader knows.
        return found[0] if len(found) == 1 or found == _PERMIT else None
    plain = len(said.plain) <= _SHORT and _says("formula", said.plain) and not _says("explains", said.plain)
    return "unstated" if plain else None


def invites_future(said: Said, language: str | None) -> bool | None:
    """True when the mail keeps the door open in so many words, False when it shuts it, else None.

    Shut is: nothing is kept, no further application is looked at, or the reader is asked not to apply again, be it for
    some months. That one may apply again after so many months is neither.
    """
    if _says("refuses", said.whole):
        return False
    return True if _says("invites", said.whole, language) else None


def said_in(seen: View) -> Said:
    """The sentences of a mail as the patterns look at them."""
    lines = [one[:_LONGEST].lower() for one in seen.sentences]
    return Said("\n".join(lines), "\n".join(line for line in lines if not _conditional(line)))


def _says(name: str, text: str, language: str | None = "") -> bool:
    """Whether a sentence says what a section's patterns look for; "" is a section for all languages at once."""
    for search, cues in _patterns(name, language):
        held = [cue for cue in cues if cue in text]
        if held and any(search(line) for line in text.split("\n") if any(map(line.__contains__, held))):
            return True
    return False


@cache
def _patterns(name: str, language: str | None) -> tuple[tuple[Callable[[str], object], tuple[str, ...]], ...]:
    """A section's patterns, each with the pieces of which every sentence that it finds holds one."""
    cues = [tuple(line.split()) for line in _lines("cues", name, language)]
    return tuple(
        (re.compile(line).search, held) for line, held in zip(_lines("stage", name, language), cues, strict=True)
    )


def _lines(table: str, name: str, language: str | None) -> list[str]:
    codes = _LANGUAGES if language is None else (language,)
    return [line for code in codes for line in lines_of(table, f"{name} {code}".strip())]


def _conditional(sentence: str) -> bool:
    first = _FIRST.match(sentence.lstrip("\"'-*( "))
    return first is not None and first[0] in _conditions()


@cache
def _conditions() -> frozenset[str]:
    return frozenset(word for line in lines_of("stage", "if") for word in line.split())
