"""What a rejection says besides no: whether it came after an interview, why, and whether the door stays open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from classifiers.features import View
from classifiers.frames import lines_of

_LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")
# In this order: what is about the place or the post explains more than that somebody else was taken.
_REASONS: Final = ("location_or_visa", "position_closed", "position_filled", "not_qualified", "other_candidate")
_FIRST: Final = re.compile(r"[^\W\d_']+(?:'il)?")


def after_interview(said: Sequence[str], language: str | None) -> bool | None:
    """True when the mail looks back at a conversation, False when it says there is none, else None.

    `said` are sentences as `sentences_of` gives them.
    """
    plain = [one for one in said if not _conditional(one)]
    if any(_pattern("interviewed", language).search(one) for one in plain):
        return True
    return False if any(_pattern("not interviewed", language).search(one) for one in plain) else None


def reason(said: Sequence[str], language: str | None) -> str:
    """Why, as the mail says it; `unstated` when it does not say."""
    plain = [one for one in said if not _conditional(one)]
    for name in _REASONS:
        pattern = _pattern(name, language)
        if any(pattern.search(one) for one in plain):
            return name
    return "unstated"


def invites_future(said: Sequence[str], language: str | None) -> bool | None:
    """True when the mail keeps the door open in so many words, else None."""
    pattern = _pattern("invites", language)
    return True if any(pattern.search(one) for one in said) else None


def sentences_of(seen: View) -> list[str]:
    """The sentences as the patterns look at them: lower case, at most 400 characters of each."""
    return [one[:400].lower() for one in seen.sentences]


def _conditional(sentence: str) -> bool:
    first = _FIRST.match(sentence.lstrip("\"'-*( "))
    return first is not None and first[0] in _conditions()


@cache
def _conditions() -> frozenset[str]:
    return frozenset(word for line in lines_of("stage", "if") for word in line.split())


@cache
def _pattern(name: str, language: str | None) -> re.Pattern[str]:
    codes = _LANGUAGES if language is None else tuple(dict.fromkeys((language, "en")))
    lines = [line for code in codes for line in lines_of("stage", f"{name} {code}")]
    return re.compile("|".join(lines))
