"""Frames: the words that stand before a company's name or a role's title, by language, from the tables in frames/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from classifiers.pieces import Piece

_SECTION: Final = re.compile(r"\[([a-z_ ]+?)(?: (\d))?\]$")
_LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")


@dataclass(frozen=True, slots=True)
class Step:
    """One word of a frame: any of these, and whether it may be absent."""

    words: frozenset[str]
    optional: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What follows is a `company` or a `role`, said as plainly as `strength` (1 to 3); steps after the first word.

    `second` are the words of which one must follow the first; None when any may.
    """

    kind: str
    strength: int
    steps: tuple[Step, ...]
    second: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Table:
    """A language's frames by first word and by second ("" is any other), its lists of words, and whether its titles
    go on in lower case.
    """

    frames: dict[str, dict[str, tuple[Frame, ...]]]
    ends: frozenset[str]
    joins: frozenset[str]
    nouns: frozenset[str]
    filler: frozenset[str]
    flowing: bool
    firsts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A frame found: kind, strength, and where what it announces begins."""

    kind: str
    strength: int
    begin: int
    at: int
    after_title: bool = False


def hits(found: Piece, table: Table) -> Iterator[Hit]:
    """Every frame in a piece, of each kind the longest and plainest at a place."""
    if table.firsts.isdisjoint(found.low):
        return
    low, frames = found.low, table.frames
    for begin in [at for at, word in enumerate(low[:-1]) if word in frames]:
        held = frames[low[begin]]
        yield from _best(found, begin, held.get(low[begin + 1]) or held[""])


def _best(found: Piece, begin: int, frames: tuple[Frame, ...]) -> Iterator[Hit]:
    best: dict[str, Hit] = {}
    for frame in frames:
        at = _end(found.low, begin + 1, frame.steps)
        if at is None or at >= len(found.low):
            continue
        held = best.get(frame.kind)
        if held is None or (at, frame.strength) > (held.at, held.strength):
            best[frame.kind] = Hit(frame.kind, frame.strength, begin, at)
    yield from best.values()


def _end(low: Sequence[str], at: int, steps: tuple[Step, ...]) -> int | None:
    """Where the steps end, the longest way; None if they do not fit."""
    if not steps:
        return at
    step, rest = steps[0], steps[1:]
    if at < len(low) and low[at] in step.words:
        longest = _end(low, at + 1, rest)
        if longest is not None:
            return longest
    return _end(low, at, rest) if step.optional else None


@cache
def table_of(language: str | None) -> Table:
    """The tables of a language and of English, in which application systems write everywhere; None is all languages."""
    codes = _LANGUAGES if language is None else tuple(dict.fromkeys((language, "en")))
    told = [section for code in codes if code in _LANGUAGES for section in sections(code)]
    frames = _filed(told)
    words: dict[str, set[str]] = {}
    for name, strength, lines in told:
        if not strength:
            words.setdefault(name, set()).update(word for line in lines for word in line.split())
    if codes[0] not in ("en", "de"):
        words["role nouns"] = set()  # "position" after its title is English
    ends, joins, nouns, filler = (
        frozenset(words.get(name, ())) for name in ("title ends", "title joins", "role nouns", "filler")
    )
    flowing = codes[0] in ("fr", "es", "it", "nl", "pt") or language is None
    return Table(frames, ends, joins, nouns, filler, flowing, frozenset(frames))


def _filed(told: Sequence[tuple[str, int, Sequence[str]]]) -> dict[str, dict[str, tuple[Frame, ...]]]:
    frames: dict[str, list[Frame]] = {}
    for name, strength, lines in told:
        for line in lines if strength else ():
            _file(frames, name, strength, line)
    return {word: _by_second(held) for word, held in frames.items()}


def _by_second(frames: Sequence[Frame]) -> dict[str, tuple[Frame, ...]]:
    words = {"", *(word for frame in frames for word in frame.second or ())}
    return {word: tuple(one for one in frames if one.second is None or word in one.second) for word in words}


def _file(frames: dict[str, list[Frame]], kind: str, strength: int, line: str) -> None:
    first, *rest = (_step(part) for part in re.findall(r"\([^()\s]+\)|\S+", line.replace("|(", "|")))
    for word in first.words:
        frames.setdefault(word, []).append(Frame(kind, strength, tuple(rest), _seconds(rest)))


def _seconds(steps: Sequence[Step]) -> frozenset[str] | None:
    needed = next((at for at, step in enumerate(steps) if not step.optional), None)
    return None if needed is None else frozenset().union(*(step.words for step in steps[: needed + 1]))


def _step(part: str) -> Step:
    optional = len(part) > 2 and part[0] == "(" and part[-1] == ")"
    return Step(frozenset((part[1:-1] if optional else part).split("|")), optional)


@cache
def sections(code: str) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """The sections of a table in frames/: name, strength (0 for none) and lines, without comments."""
    text = resources.files("classifiers").joinpath("frames", f"{code}.txt").read_text("utf-8")
    found: list[tuple[str, int, list[str]]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if section := _SECTION.match(line):
            found.append((section[1], int(section[2] or 0), []))
        elif line and not line.startswith("#"):
            found[-1][2].append(line)
    return tuple((name, strength, tuple(lines)) for name, strength, lines in found)


def word_lists() -> dict[str, frozenset[str]]:
    """The lists of frames/words.txt by name."""
    return {name: frozenset(word for line in lines for word in line.split()) for name, _, lines in sections("words")}


def lines_of(name: str, section: str) -> tuple[str, ...]:
    """The lines of a section of frames/<name>.txt; none when it has no such section."""
    return next((lines for found, _, lines in sections(name) if found == section), ())
