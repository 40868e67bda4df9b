"""Views of mails as hashed feature numbers: word n-grams, character n-grams, ideas in order, signs, form.

Every word is hashed once and remembered; n-grams are mixed from those numbers by numpy, so that no string is built.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
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
_STARTS: Final = tuple(map(np.uint32, (0, *ENDS[:-1])))
IDEAS_AT: Final = WORDS.buckets + CHARS.buckets

_CHAR_SIZES: Final = (4, 5)
_CHAR_WORDS: Final = 600
_REACH: Final = 5
_LONGEST: Final = 40
_SUBJECT: Final = np.uint32(0x51ED270B)
_CONDITIONAL: Final = np.uint32(0x9E3779B9)
_MIX: Final = np.uint32(0x9E3779B1)
_OCTETS: Final = array("I").itemsize
_WHOLE: Final = 2**32 - 1


def numbers(block: Block, view: View) -> Numbers:
    """The buckets of one mail in one block, with repetition."""
    if block is WORDS:
        return word_numbers(view)[0]
    if block is CHARS:
        return _char_numbers(view)
    if block is IDEAS:
        return idea_numbers(view)[0]
    return _named(block, signs(view.ideas) if block is SIGNS else view.form)


def columns_of(view: View) -> Numbers:
    """The columns of one mail in all blocks side by side, with repetition."""
    return np.concatenate([numbers(block, view) + start for block, start in zip(BLOCKS, _STARTS, strict=True)])


def word_numbers(view: View) -> tuple[Numbers, Numbers]:
    """The buckets of all word n-grams (1 to 3) and which sentence each stands in (0 is the subject)."""
    if "words" not in view.memo:
        view.memo["words"] = _word_numbers(view)
    found: tuple[Numbers, Numbers] = view.memo["words"]
    return found


def _word_numbers(view: View) -> tuple[Numbers, Numbers]:
    words, places = _stream(view)
    pairs = words[:-1] * _MIX + words[1:]
    triples = pairs[:-1] * _MIX + words[2:]
    inside, within = places[:-1] == places[1:], places[:-2] == places[2:]
    grams = np.concatenate((words, pairs[inside], triples[within]))
    return _spread(grams, WORDS.buckets), np.concatenate((places, places[:-1][inside], places[:-2][within]))


def _stream(view: View) -> tuple[Numbers, Numbers]:
    """All words as numbers, between marks of a sentence's begin and end; the subject's and conditions' apart."""
    edged = chain.from_iterable(("<", *row, ">") for row in view.tokens)
    stream = np.frombuffer(bytearray(b"").join(map(_word, edged)), np.uint32)
    lengths = [len(row) + 2 for row in view.tokens]
    stream[: lengths[0]] ^= _SUBJECT
    end = 0
    for length, limit in zip(lengths, view.conditions, strict=True):
        end += length
        if limit < length - 2:
            stream[end - length + limit + 1 : end - 1] ^= _CONDITIONAL
    return stream, np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)


@lru_cache(maxsize=100_000)
def _word(word: str) -> bytes:
    """A word's number in the octets of a uint32."""
    return array("I", [crc32(word.encode())]).tobytes()


def _char_numbers(view: View) -> Numbers:
    words = islice(chain.from_iterable(view.tokens), _CHAR_WORDS)
    return _spread(np.frombuffer(b"".join(map(_inside, words)), np.uint32), CHARS.buckets)


@lru_cache(maxsize=30_000)
def _inside(word: str) -> bytes:
    """The character n-grams (4 and 5) of a word, its borders included, as numbers in the octets of uint32."""
    edged = f" {word[:_LONGEST]} "
    # A slice of octets is one of characters only where each takes one.
    text = edged.encode() if edged.isascii() else edged
    grams = [text[at : at + size] for size in _CHAR_SIZES for at in range(max(1, len(edged) - size + 1))]
    return array("I", [crc32(gram if isinstance(gram, bytes) else gram.encode()) for gram in grams]).tobytes()


def idea_numbers(view: View) -> tuple[Numbers, list[int]]:
    """The buckets of the ideas of all sentences, and how many each has: ideas, pairs in reach in order, triples."""
    rows = [_row(tuple(row)) for row in view.ideas]
    return np.frombuffer(b"".join(rows), np.uint32), [len(row) // _OCTETS for row in rows]


@lru_cache(maxsize=20_000)
def _row(row: tuple[str, ...]) -> bytes:
    return array("I", [_idea_bucket(gram) for gram in _idea_grams(row)]).tobytes()


def _idea_grams(row: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Ideas alone, in pairs and in threes; the pairs in the order of their first ideas."""
    yield from zip(row, strict=True)
    for at, idea in enumerate(row):
        yield from ((idea, later) for later in row[at + 1 : at + 1 + _REACH])
    yield from zip(row, row[1:], row[2:], strict=False)


@lru_cache(maxsize=50_000)
def _idea_bucket(gram: tuple[str, ...]) -> int:
    return _bucket(IDEAS.buckets, (">" if len(gram) == 2 else ">>").join(gram))


def _named(block: Block, names: Iterable[str]) -> Numbers:
    """The buckets of names that come again in other mails."""
    return np.array([_bucket(block.buckets, name) for name in names], np.uint32)


@lru_cache(maxsize=50_000)
def _bucket(buckets: int, name: str) -> int:
    return _scattered(crc32(name.encode()), buckets)


def _scattered(mixed: int, buckets: int) -> int:
    """What `_spread` makes of one number."""
    mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6D & _WHOLE
    mixed = (mixed ^ (mixed >> 12)) * 0x297A2D39 & _WHOLE
    return (mixed ^ (mixed >> 15)) & (buckets - 1)


def _spread(mixed: Numbers, buckets: int) -> Numbers:
    """Numbers scattered evenly over the buckets (a power of two)."""
    mixed = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(0x2C1B3C6D)
    mixed = (mixed ^ (mixed >> np.uint32(12))) * np.uint32(0x297A2D39)
    return (mixed ^ (mixed >> np.uint32(15))) & np.uint32(buckets - 1)
