"""A sentence, a subject or a line as words with their places, for what is read out of it word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# A small elided article (l', d', dell') is a word of its own; L'Atelier and O'Hara stay whole.
_TOKEN: Final = re.compile(
    r"(?:\b(?:[ldnsjc]|qu|dell|all|nell|dall|sull|un)')(?=\w\w)|\w+(?:(?:[&'+./·-]|\(a\))\w+)*|[^\w\s]"
)
_WORDS_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as written and in lower case, and where each begins and ends in `text`. At most 120 words."""

    text: str
    words: tuple[str, ...]
    low: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def cut(self, begin: int, end: int) -> str:
        """The text from one word to before another."""
        return self.text[self.spans[begin][0] : self.spans[end - 1][1]] if begin < end else ""

    def touches(self, at: int) -> bool:
        """Whether nothing stands between a word and the one before it."""
        return 0 < at < len(self.spans) and self.spans[at - 1][1] == self.spans[at][0]


def piece(text: str) -> Piece:
    """The words of a text."""
    found = list(_TOKEN.finditer(text[:1500]))[:_WORDS_MAX]
    words = tuple(one[0] for one in found)
    return Piece(text, words, tuple(word.lower() for word in words), tuple(one.span() for one in found))


def capital(word: str) -> bool:
    """Whether a word is written as a name may be: with a capital, or a digit with letters (7Oaks)."""
    first = word[0]
    return (
        first.isupper()
        or (first.isdigit() and not word.isdigit() and word[-1].isalpha())
        or any(map(str.isupper, word[1:3]))
    )
