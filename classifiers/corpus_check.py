"""`python -m classifiers.corpus_check`: every fault of the corpus and of the validation set with its file and line, and
every mail of the validation set that the corpus has too; exit code 1 if there is any.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from classifiers.corpus import (
    CORPUS,
    VALIDATION,
    Fault,
    Pattern,
    expand_file,
    fault_of_place,
    faults_of,
    files,
    patterns,
)

_GRAM: Final = 5
_FEWEST_GRAMS: Final = 8
_OVERLAP: Final = 0.5
Files = Iterable[tuple[str, str]]


def check(corpus: Files, root: str = CORPUS) -> Iterator[Fault]:
    """The faults of a set's files given as (path, text), in their order."""
    first: dict[str, str] = {}
    for path, text in corpus:
        if what := fault_of_place(path):
            yield Fault(path, 1, what)
            continue
        yield from _preamble(path, text)
        for pattern in patterns(path, text, root):
            yield from faults_of(pattern)
            yield from _repeated(pattern, first)


def _preamble(path: str, text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("==="):
            return
        if line.strip() and not line.startswith("#"):
            yield Fault(path, number, "Before the first `===` there are only comments (#).")
            return
    yield Fault(path, 1, "The file holds no mail: nothing begins with `===`.")


def _repeated(pattern: Pattern, first: dict[str, str]) -> Iterator[Fault]:
    key = " ".join(pattern.text.lower().split())
    if earlier := first.get(key):
        yield Fault(pattern.path, pattern.line, f"The mail {pattern.family!r} says the same as {earlier}.")
    first.setdefault(key, f"{pattern.path}:{pattern.line}")


@dataclass(frozen=True, slots=True)
class _Said:
    """A pattern's body as words, slots left out and choices side by side, and every five of them in a row."""

    words: str
    grams: frozenset[tuple[str, ...]]


def _said(pattern: Pattern) -> _Said:
    body = ("\n" + pattern.text).partition("\n\n")[2]
    words = re.findall(r"\w+", re.sub(r"\{\w+\}|<[^>]*>", " ", body).lower())
    return _Said(" ".join(words), frozenset(zip(*(words[at:] for at in range(_GRAM)), strict=False)))


def shared(corpus: Files, validation: Files) -> Iterator[Fault]:
    """The mails of the validation set whose body a mail of the corpus repeats: the same words, or, of eight runs of
    five words or more, over half.
    """
    known = [pattern for path, text in corpus for pattern in patterns(path, text)]
    by_words, by_gram = dict[str, Pattern](), defaultdict[tuple[str, ...], list[int]](list)
    for number, said in enumerate(map(_said, known)):
        by_words.setdefault(said.words, known[number])
        for gram in said.grams:
            by_gram[gram].append(number)
    for pattern in (pattern for path, text in validation for pattern in patterns(path, text, VALIDATION)):
        said = _said(pattern)
        number, share = _nearest(said, by_gram)
        if said.words and (twin := by_words.get(said.words)):
            yield _borrowed(pattern, twin, "says the same as")
        elif share > _OVERLAP:
            yield _borrowed(pattern, known[number], f"has {share:.0%} of its words from")


def _nearest(said: _Said, by_gram: Mapping[tuple[str, ...], list[int]]) -> tuple[int, float]:
    """The number of the pattern with most of these runs of words, and its share of them; 0 for a mail of few words."""
    if len(said.grams) < _FEWEST_GRAMS:
        return 0, 0.0
    held = Counter(at for gram in said.grams for at in by_gram.get(gram, ()))
    number, most = max(held.items(), key=lambda item: (item[1], -item[0]), default=(0, 0))
    return number, most / len(said.grams)


def _borrowed(pattern: Pattern, twin: Pattern, how: str) -> Fault:
    what = f"The mail {pattern.family!r} {how} {twin.path}:{twin.line} of the corpus; write it anew."
    return Fault(pattern.path, pattern.line, what)


def main() -> int:
    """Print the faults, or what the two sets hold; the exit code."""
    sets = {root: list(files(root)) for root in (CORPUS, VALIDATION)}
    found = [(root, fault) for root, held in sets.items() for fault in check(held, root)]
    found += [(VALIDATION, fault) for fault in shared(sets[CORPUS], sets[VALIDATION])]
    for root, fault in found:
        print(f"classifiers/{root}/{fault}")
    if found:
        return 1
    for root, held in sets.items():
        print("\n".join(_counted(root, held)))
    return 0


def _counted(root: str, held: Files) -> Iterator[str]:
    counted: Counter[str] = Counter()
    for path, text in held:
        counted["/".join(path.split("/")[:2])] += sum(1 for _ in expand_file(path, text, root))
    yield from (f"{count:5} {root}/{where}" for where, count in sorted(counted.items()))
    yield f"{sum(counted.values()):5} mails in {root}, no fault"


if __name__ == "__main__":
    sys.exit(main())
