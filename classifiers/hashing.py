"""Views of mails as hashed feature numbers: word n-grams, character n-grams, ideas in order, signs, form.

Every word is hashed once and remembered; n-grams are mixed from those numbers by numpy, so that no string is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, islice
from typing import Final
from zlib import crc32

import numpy as np

from classifiers.features import View
from classifiers.signs import signs

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.uint32]]


@dataclass(frozen=True, slots=True)
class Block:
    """One family of features: how many buckets it has and how much it counts against the others."""

    name: str
    buckets: int
    share: float
    scaled: bool = True


WORDS: Final = Block("words", 2**17, 1.0)
CHARS: Final = Block("chars", 2**16, 1.2)
IDEAS: Final = Block("ideas", 2**14, 1.0)
SIGNS: Final = Block("signs", 2**11, 0.2, scaled=False)
FORM: Final = Block("form", 2**9, 0.15, scaled=False)
BLOCKS: Final = (WORDS, CHARS, IDEAS, SIGNS, FORM)
WIDTH: Final = sum(block.buckets for block in BLOCKS)
ENDS: Final = tuple(accumulate(block.buckets for block in BLOCKS))
IDEAS_AT: Final = WORDS.buckets + CHARS.buckets

_CHAR_SIZES: Final = (4, 5)
_CHAR_WORDS: Final = 600
_REACH: Final = 5
_LONGEST: Final = 40
_SUBJECT: Final = np.uint32(0x51ED270B)
_CONDITIONAL: Final = np.uint32(0x9E3779B9)


def numbers(block: Block, view: View) -> Numbers:
    """The buckets of one mail in one block, with repetition."""
    if block is WORDS:
        return word_numbers(view)[0]
    if block is CHARS:
        return _char_numbers(view)
    if block is IDEAS:
        return np.concatenate([row_numbers(row) for row in view.ideas])
    return _bucketed(block, signs(view.ideas) if block is SIGNS else view.form)


def columns_of(view: View) -> Numbers:
    """The columns of one mail in all blocks side by side, with repetition."""
    starts = (0, *ENDS[:-1])
    return np.concatenate(
        [numbers(block, view) + np.uint32(start) for block, start in zip(BLOCKS, starts, strict=True)]
    )


def word_numbers(view: View) -> tuple[Numbers, Numbers]:
    """The buckets of all word n-grams (1 to 3) and which sentence each stands in (0 is the subject)."""
    if "words" not in view.memo:
        view.memo["words"] = _word_numbers(view)
    found: tuple[Numbers, Numbers] = view.memo["words"]
    return found


def _word_numbers(view: View) -> tuple[Numbers, Numbers]:
    words, places = _stream(view)
    grams, where = [words], [places]
    mixed = words
    for size in (2, 3):
        mixed = mixed[:-1] * np.uint32(0x9E3779B1) + words[size - 1 :]
        inside = places[: len(mixed)] == places[size - 1 :]
        grams.append(mixed[inside])
        where.append(places[: len(mixed)][inside])
    return _spread(np.concatenate(grams), WORDS.buckets), np.concatenate(where)


def _stream(view: View) -> tuple[Numbers, Numbers]:
    """All words as numbers, between marks for begin and end of each sentence; words of the subject and of"
    " conditions apart.
    """
    rows = [["<", *row, ">"] for row in view.tokens]
    words = np.fromiter(map(_word, chain.from_iterable(rows)), np.uint32)
    lengths = [len(row) for row in rows]
    places = np.repeat(np.arange(len(rows), dtype=np.uint32), lengths)
    at = np.arange(len(words)) - np.repeat(np.cumsum([0, *lengths[:-1]]), lengths)
    conditional = at > np.repeat(np.array(view.conditions), lengths)
    words = np.where(conditional & (at <= np.repeat(np.array(lengths) - 2, lengths)), words ^ _CONDITIONAL, words)
    return np.where(places == 0, words ^ _SUBJECT, words), places


@lru_cache(maxsize=100_000)
def _word(word: str) -> int:
    return crc32(word.encode())


def _char_numbers(view: View) -> Numbers:
    parts = [*map(_inside, islice(chain.from_iterable(view.tokens), _CHAR_WORDS))]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


@lru_cache(maxsize=30_000)
def _inside(word: str) -> Numbers:
    """The buckets of the character n-grams (4 and 5) of a word, its borders included."""
    edged = f" {word[:_LONGEST]} "
    grams = (edged[at : at + size] for size in _CHAR_SIZES for at in range(max(1, len(edged) - size + 1)))
    return _bucketed(CHARS, grams)


def row_numbers(row: Sequence[str]) -> Numbers:
    """The buckets of the ideas of one sentence: each idea, ordered pairs within reach, triples."""
    return _row_numbers(tuple(row))


@lru_cache(maxsize=20_000)
def _row_numbers(row: tuple[str, ...]) -> Numbers:
    return _bucketed(IDEAS, _idea_grams(row))


def _idea_grams(row: Sequence[str]) -> Iterator[str]:
    yield from row
    for at, idea in enumerate(row):
        yield from (f"{idea}>{later}" for later in row[at + 1 : at + 1 + _REACH])
    yield from (f"{one}>>{two}>>{three}" for one, two, three in zip(row, row[1:], row[2:], strict=False))


def _bucketed(block: Block, grams: Iterable[str]) -> Numbers:
    return _spread(np.fromiter(map(_word, grams), np.uint32), block.buckets)


def _spread(mixed: Numbers, buckets: int) -> Numbers:
    """Numbers scattered evenly over the buckets (a power of two)."""
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    mixed = (mixed ^ (mixed >> np.uint32(12))) * np.uint32(0x297A2D39)
    return (mixed ^ (mixed >> np.uint32(15))) & np.uint32(buckets - 1)
