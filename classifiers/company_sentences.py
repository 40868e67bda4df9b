"""The company where a sentence has it for its subject ("X has decided ..."), and where its name is in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from classifiers.company_voices import Heard
from classifiers.frames import Hit
from classifiers.names import name_at, trimmed
from classifiers.people import person_shaped
from classifiers.pieces import Piece, capital
from classifiers.wordlists import ACTING, ADDRESSED, APPLYING, ARTICLES, PLAIN_WORDS, is_org_word

_AFTER: Final = frozenset(("at", "@", "bei", "chez", "bij", "presso"))
_LEAST: Final = 3
_HEAD, _LONGEST = 2, 7
_LOWER: Final = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*")


def acting(body: Sequence[Piece]) -> Iterator[Heard]:
    """Names that a sentence begins with and that act upon the reader: "X has decided not to go on with you"."""
    for place, sentence in enumerate(body):
        words = sentence.words
        if place < _HEAD and ":" in words[1:_LONGEST]:
            yield from _announced(sentence)
        if len(words) < 4 or not capital(words[0]) or ADDRESSED.isdisjoint(sentence.low):
            continue
        for at in _beginnings(sentence):
            span = name_at(sentence, at)
            if span and span[1] < len(words) and sentence.low[span[1]] in ACTING:
                yield from _acts(sentence, span)
                break


def _announced(sentence: Piece) -> Iterator[Heard]:
    """A name before a colon at the head of a short message: "Pontevera: your application was refused."."""
    span = name_at(sentence, 0)
    if span is None or span[1] + 1 >= len(sentence.words) or sentence.words[span[1]] != ":":
        return
    raw = sentence.cut(*span)
    if not ADDRESSED.isdisjoint(sentence.low) and not APPLYING.isdisjoint(sentence.low) and not person_shaped(raw):
        yield Heard(raw, "text", 3)


def _beginnings(sentence: Piece) -> Iterator[int]:
    """Where a clause begins: the first word and what follows its commas."""
    yield 0
    yield from (at + 1 for at, word in enumerate(sentence.words[:-1]) if word == "," and at > 2)


def _acts(sentence: Piece, span: tuple[int, int]) -> Iterator[Heard]:
    begin, end, said = trimmed(sentence, *span)
    raw = sentence.cut(begin, end)
    several = end - begin > 1 and sentence.low[begin] not in ARTICLES
    organised = any(map(is_org_word, sentence.low[begin:end]))
    if said or (several and (organised or not person_shaped(raw))):
        yield Heard(raw, "text", 3)
    elif not person_shaped(raw):
        yield Heard(raw, "aside", 1)


def lower_case(subject: Piece | None, found: Sequence[tuple[Piece, Hit]], body: Sequence[Piece]) -> Iterator[Heard]:
    """Names in lower case behind the plainest frames ("your application at n8n"), if something else speaks for them."""
    for sentence, hit in found:
        if (
            hit.kind != "company"
            or hit.strength < 3
            or sentence.low[hit.at - 1] not in _AFTER
            or sentence.touches(hit.at)
        ):
            continue
        name = _lower_at(sentence, hit.at)
        if name and (
            _odd(name) or (sentence is subject and _ends(sentence, hit.at)) or _times(name, subject, body) > 1
        ):
            yield Heard(name, "subject" if sentence is subject else "text", 3)


def _lower_at(sentence: Piece, at: int) -> str | None:
    word = sentence.words[at]
    common = len(word) < _LEAST or word in PLAIN_WORDS
    return word if not common and _LOWER.fullmatch(word) and _stops(sentence, at) else None


def _stops(sentence: Piece, at: int) -> bool:
    """Whether the word ends what the frame announces."""
    rest = sentence.low[at + 1 : at + 2]
    return not rest or not rest[0][0].isalnum() or rest[0] in ("and", "for", "as", "und", "et", "y", "e", "en", "als")


def _ends(sentence: Piece, at: int) -> bool:
    return at >= len(sentence.words) - 2


def _odd(name: str) -> bool:
    """Whether no word of a language is written so: n8n, acme.io."""
    return any(map(str.isdigit, name)) or "." in name


def _times(name: str, subject: Piece | None, body: Sequence[Piece]) -> int:
    return sum(one.low.count(name) for one in (*body, *((subject,) if subject else ())))
