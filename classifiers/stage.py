"""What a rejection says besides no: whether it came after an interview, why, and whether the door stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from classifiers.features import View
from classifiers.frames import lines_of

_LONGEST: Final = 400
_LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")
# In this order: what is about the place or the post explains more than that somebody else was taken.
_REASONS: Final = ("location_or_visa", "position_closed", "position_filled", "not_qualified", "other_candidate")
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


def reason(said: Said, language: str | None) -> str:
    """Why, as the mail says it; `unstated` when it does not say."""
    return next((name for name in _REASONS if _says(name, said.plain, language)), "unstated")


def invites_future(said: Said, language: str | None) -> bool | None:
    """True when the mail keeps the door open in so many words, else None."""
    return True if _says("invites", said.whole, language) else None


def said_in(seen: View) -> Said:
    """The sentences of a mail as the patterns look at them."""
    lines = [one[:_LONGEST].lower() for one in seen.sentences]
    return Said("\n".join(lines), "\n".join(line for line in lines if not _conditional(line)))


def _says(name: str, text: str, language: str | None) -> bool:
    cues = _cues(name, language)
    return (not cues or any(cue in text for cue in cues)) and _pattern(name, language).search(text) is not None


@cache
def _cues(name: str, language: str | None) -> tuple[str, ...]:
    return tuple(word for line in lines_of("stage", f"cues {name} {language}") for word in line.split())


def _conditional(sentence: str) -> bool:
    first = _FIRST.match(sentence.lstrip("\"'-*( "))
    return first is not None and first[0] in _conditions()


@cache
def _conditions() -> frozenset[str]:
    return frozenset(word for line in lines_of("stage", "if") for word in line.split())


@cache
def _pattern(name: str, language: str | None) -> re.Pattern[str]:
    codes = _LANGUAGES if language is None else (language,)
    lines = [line for code in codes for line in lines_of("stage", f"{name} {code}")]
    return re.compile("|".join(lines))
