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
_Known = dict[str | None, tuple[_Phrase, ...]]
_REMEMBERED: Final = 50_000


class Concepts:
    """The table of one language: phrases by their first word, with or without a free ending (`*`)."""

    def __init__(self, text: str) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._open: dict[str, list[_Phrase]] = {}
        for phrase, name in _entries(text):
            table = self._open if phrase[0].endswith("*") else self._exact
            table.setdefault(phrase[0].rstrip("*"), []).append((phrase, name))
        self._sizes = sorted({len(opening) for opening in self._open})
        self._seen: dict[str, _Known] = {}
        self._held = 0

    def of(self, found: Sequence[str]) -> list[tuple[int, str]]:
        """The ideas in a row of words as (position, NAME), in order; the longest phrase at a place wins."""
        ideas, end, seen, last = [], 0, self._seen, len(found) - 1
        for at, word in enumerate(found):
            known = seen.get(word)
            if known is None:
                known = self._beginning(word)
            if not known or at < end:
                continue
            following = found[at + 1] if at < last else ""
            fitting = known.get(following)
            if fitting is None:
                fitting = self._going_on(known, following)
            for phrase, name in fitting:
                size = len(phrase)
                if size <= 2 or _continues(phrase, found[at : at + size]):
                    ideas.append((at, name))
                    end = at + size
                    break
        return ideas

    def _beginning(self, word: str) -> _Known:
        """The phrases that begin with a word, longest first, under the key None; nothing if there are none."""
        self._remember()
        known = [*self._exact.get(word, ())]
        for size in self._sizes:
            known += self._open.get(word[:size], ()) if size <= len(word) else ()
        self._seen[word] = {None: tuple(sorted(known, key=lambda one: -len(one[0])))} if known else {}
        return self._seen[word]

    def _going_on(self, known: _Known, following: str) -> tuple[_Phrase, ...]:
        """Those of a word's phrases that the next word does not rule out."""
        self._remember()
        fitting = tuple(one for one in known[None] if len(one[0]) == 1 or _fits(one[0][1], following))
        known[following] = fitting
        return fitting

    def _remember(self) -> None:
        """Whoever sends ever new words must not fill the memory."""
        self._held += 1
        if self._held > _REMEMBERED:
            self._seen.clear()
            self._held = 0


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
