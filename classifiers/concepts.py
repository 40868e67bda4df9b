"""What words stand for: phrases of seven languages mapped to a small set of ideas, so that one way of saying it"
" teaches all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Final

from classifiers.fill import LANGUAGES
from classifiers.text import words

_Phrase = tuple[tuple[str, ...], str]
_REMEMBERED: Final = 50_000


class Concepts:
    """The table of one language: phrases by their first word, with or without a free ending (`*`)."""

    def __init__(self, text: str) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._open: dict[str, list[_Phrase]] = {}
        for phrase, name in _entries(text):
            table = self._open if phrase[0].endswith("*") else self._exact
            table.setdefault(phrase[0].rstrip("*"), []).append((phrase, name))
        self._seen: dict[str, tuple[_Phrase, ...]] = {}

    def of(self, found: Sequence[str]) -> list[tuple[int, str]]:
        """The ideas in a row of words as (position, NAME), in order; the longest phrase at a place wins."""
        ideas, end, seen = [], 0, self._seen
        for at, word in enumerate(found):
            known = seen.get(word)
            if known is None:
                known = self._beginning(word)
            if known and at >= end and (best := _longest(known, found, at)):
                ideas.append((at, best[1]))
                end = at + len(best[0])
        return ideas

    def _beginning(self, word: str) -> tuple[_Phrase, ...]:
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
        openings = (self._open.get(word[:size], []) for size in range(1, len(word) + 1))
        known = (*self._exact.get(word, []), *(one for some in openings for one in some))
        self._seen[word] = tuple(sorted(known, key=lambda one: -len(one[0])))
        return self._seen[word]


def _longest(known: Sequence[_Phrase], found: Sequence[str], at: int) -> _Phrase | None:
    """The first of some phrases, longest first, that stands at a place."""
    for one in known:
        size = len(one[0])
        if size == 1 or _continues(one[0], found[at : at + size]):
            return one
    return None


def _continues(phrase: Sequence[str], found: Sequence[str]) -> bool:
    return len(found) == len(phrase) and all(map(_fits, phrase[1:], found[1:]))


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _entries(text: str) -> Iterator[_Phrase]:
    for line in text.splitlines():
        name, colon, phrases = line.partition(":")
        if colon and not line.startswith("#"):
            yield from ((tuple(_parts(phrase)), name.strip()) for phrase in phrases.split("|") if phrase.strip())


def _parts(phrase: str) -> Iterator[str]:
    # The phrase is cut as the mails' text is, so that "take-home" and "un'altra" are two words here as there.
    for piece in phrase.split():
        cut = words(piece)
        yield from cut[:-1]
        yield f"{cut[-1]}*" if piece.endswith("*") else cut[-1]


@cache
def concepts(language: str | None) -> Concepts:
    """The table of a language; of all of them together when the language is not known."""
    folder = resources.files("classifiers").joinpath("concepts")
    wanted = [language] if language in LANGUAGES else LANGUAGES
    places = [folder.joinpath(f"{code}.txt") for code in wanted]
    return Concepts("\n".join(place.read_text("utf-8") for place in places if place.is_file()))
