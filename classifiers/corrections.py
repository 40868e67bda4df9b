"""What the person said of mails, as lessons: copies of one mass mail count as one, and of two that contradict each
other the later one stands.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final
from zlib import crc32

from classifiers.features import View, view
from classifiers.mail import Mail
from classifiers.signs import found_signs
from classifiers.text import deciding_text, folded, masked
from classifiers.values import LABELS, Label
from classifiers.variations import Lesson

NOT_REJECTION: Final = "not_rejection"
"""What is said of a mail that was moved to the folder "Not a rejection": any label but that one."""
SAID: Final[tuple[str, ...]] = (*LABELS, NOT_REJECTION)
"""What can be said of a mail."""
WEIGHTS: Final = (5.0, 1.5)
"""How many mails of the corpus a correction, with all its copies, counts for; less, if that much would lose something.

Measured: with 5, a misjudged mail is judged as said, half of the mails of its pattern that were misjudged with it are,
too, and of 300 other mails none changes its band; with 20 it is no better.
"""

_ALIKE: Final = 0.8
_FEWEST: Final = 8
_NAMED: Final = re.compile(r"\W*[^\W\d_a-zß-öø-ÿ]|.*(?:\d|@|://)")
_NAME: Final = "0"
_MARKS: Final = string.punctuation


@dataclass(frozen=True, slots=True)
class Correction:
    """What the person said of one mail: one of SAID. `number` is the one they know it by."""

    mail: Mail
    said: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A correction that is learnt from: which family of near copies it is of, and its share of the family's weight."""

    correction: Correction
    family: int
    share: float
    view: View

    @property
    def said(self) -> str:
        """What the person said of it."""
        return self.correction.said

    def agrees(self, label: Label) -> bool:
        """Whether a label is what the person said."""
        return label != "rejection" if self.said == NOT_REJECTION else label == self.said


@dataclass(frozen=True, slots=True)
class _Seen:
    """A correction as it is compared: its view, the pairs of words it is made of, the signs its sentences show."""

    place: int
    correction: Correction
    view: View
    pairs: frozenset[int]
    signs: frozenset[str]

    def alike(self, other: _Seen) -> bool:
        """Whether this is the same mail with another name, role or number in it."""
        both = len(self.pairs & other.pairs)
        return both >= _ALIKE * (len(self.pairs) + len(other.pairs) - both)


def pairs_of(mail: Mail) -> frozenset[int]:
    """Every two words in a row as a number, with names, numbers and whatever else begins with a capital as one word.

    A mail that holds hardly anything else is taken word by word.
    """
    text = folded(f"{mail.headers.subject or ''}\n{deciding_text(mail)}")
    words = [_NAME if _NAMED.match(word) else word for word in words_of(text)]
    found = _pairs([word for word, _ in groupby(words)])
    return found if len(found) >= _FEWEST else _pairs(words_of(masked(text)))


def words_of(text: str) -> list[str]:
    """What stands between blanks, without the marks around it."""
    return [word for part in text.split() if (word := part.strip(_MARKS))]


def _pairs(words: Sequence[str]) -> frozenset[int]:
    return frozenset(crc32(" ".join(pair).encode()) for pair in zip(["", *words], [*words, ""], strict=True))


def weighed(corrections: Sequence[Correction], say: Callable[[str], None]) -> list[Weighed]:
    """The corrections that stand, with their weights, in their order; what is set aside is said."""
    families: list[list[_Seen]] = []
    for one in map(_seen, range(len(corrections)), corrections):
        home = next((family for family in families if family[0].alike(one)), None)
        families.append([one]) if home is None else home.append(one)
    standing = [(one, at) for at, family in enumerate(families) for one in _standing(family, say)]
    copies = Counter((at, one.correction.said) for one, at in standing)
    ordered = sorted(standing, key=lambda pair: pair[0].place)
    return [Weighed(one.correction, at, 1 / copies[at, one.correction.said], one.view) for one, at in ordered]


def _seen(place: int, one: Correction) -> _Seen:
    seen = view(one.mail)
    return _Seen(place, one, seen, pairs_of(one.mail), found_signs(seen.ideas))


def _standing(family: Sequence[_Seen], say: Callable[[str], None]) -> Iterator[_Seen]:
    """All of a family but those that a later one says otherwise of, though the two say the same."""
    for at, one in enumerate(family):
        last = [one, *(other for other in family[at + 1 :] if other.signs == one.signs)][-1]
        if _contradict(one.correction.said, last.correction.said):
            say(
                f"Corrections {_named(one)} and {_named(last)} contradict each other about nearly the same mail;"
                f" the later one, {last.correction.number}, stands."
            )
        else:
            yield one


def _named(one: _Seen) -> str:
    return f"{one.correction.number} ({one.correction.said})"


def _contradict(one: str, other: str) -> bool:
    if NOT_REJECTION in (one, other):
        return "rejection" in (one, other)
    return one != other


def lessons_of(corrections: Sequence[Weighed], likeliest: Callable[[View], Label]) -> Iterator[Lesson]:
    """Each correction as two lessons, as it stands and without sender and subject, so that its words are learnt.


    `likeliest` gives the label besides rejection that a mail has in the person's stead, who only said what it is not.
    """
    for one in corrections:
        label = _label(one, likeliest)
        bare = replace(one.correction.mail, headers=replace(one.correction.mail.headers, sender=None, subject=None))
        for seen in (one.view, view(bare)):
            yield Lesson(seen, label, f"correction/{one.family}", WEIGHTS[0] / 2 * one.share, real=False)


def _label(one: Weighed, likeliest: Callable[[View], Label]) -> Label:
    return next((label for label in LABELS if label == one.said), None) or likeliest(one.view)
