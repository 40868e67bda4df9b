"""A sentence, a subject or a line as words with their places, for what is read out of it word by word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# A small elided article (l', d', dell') is a word of its own; L'Atelier and O'Hara stay whole.
_TOKEN: Final = re.compile(
    r"(?:\b(?:[ldnsjc]|qu|dell|all|nell|dall|sull|un)')(?=\w\w)|\w+(?:(?:[&'+./·-]|\(a\))\w+)*|[^\w\s]"
)
_PLAIN: Final = re.compile(r"\w+(?:(?:[&'+./·-]|\(a\))\w+)*|[^\w\s]")
_WORDS_MAX: Final = 120
_CHARS_MAX: Final = 1500


class Piece:
    """Words as written and in lower case; where each stands in `text` is looked up when asked. At most 120 words."""

    __slots__ = ("_marks", "low", "text", "words")

    def __init__(self, text: str, words: tuple[str, ...]) -> None:
        self.text = text
        self.words = words
        self.low = tuple(map(str.lower, words))
        self._marks: list[tuple[int, int]] = []

    def cut(self, begin: int, end: int) -> str:
        """The text from one word to before another."""
        if begin >= end:
            return ""
        marks = self._found(end)
        return self.text[marks[begin][0] : marks[end - 1][1]]

    def touches(self, at: int) -> bool:
        """Whether nothing stands between a word and the one before it."""
        marks = self._found(at + 1)
        return 0 < at < len(marks) and marks[at - 1][1] == marks[at][0]

    def _found(self, end: int) -> list[tuple[int, int]]:
        """Where the words before one stand: each right behind the last one's end, spaces passed over."""
        marks = self._marks
        at = marks[-1][1] if marks else 0
        for word in self.words[len(marks) : end]:
            at = self.text.index(word, at)
            marks.append((at, at := at + len(word)))
        return marks


def piece(text: str) -> Piece:
    """The words of a text."""
    return Piece(text, tuple(_pattern(text).findall(text[:_CHARS_MAX])[:_WORDS_MAX]))


def _pattern(text: str) -> re.Pattern[str]:
    return _TOKEN if "'" in text else _PLAIN


@lru_cache(maxsize=8192)
def capital(word: str) -> bool:
    """Whether a word is written as a name may be: with a capital, or a digit with letters (7Oaks)."""
    first = word[0]
    return (
        first.isupper()
        or (first.isdigit() and not word.isdigit() and word[-1].isalpha())
        or any(map(str.isupper, word[1:3]))
    )
