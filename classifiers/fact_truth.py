"""Whether a fact read off a mail is the one that is true of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from classifiers.figures import Share
from classifiers.wordset import word_set

Fact = str | bool | None

HOW: Final = (
    "company and role are compared without case, accents, punctuation, a leading article and legal forms (GmbH, Inc.); "
    "of a role also without (m/w/d) and the like; everything else has to be the same"
)
_LEGAL: Final = word_set(
    "ab ag aps as asa bv co company corp corporation cv eg ev gbr ggmbh gmbh inc incorporated kg kgaa lda limitada"
    " limited llc llp lp ltd ltda mbh nv ohg oy oyj plc pty sa sab sarl sas sasu scs se sl slu snc spa srl"
    " ug unipessoal vof"
)
_MARKS: Final = re.compile(r"[(\[](?:[mwfdxhvai]|all genders?|gn)(?:\s*[/|,*]\s*(?:[mwfdxhvai]|gn|divers))*[)\]]", re.I)
_DOTTED: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)")
_JOINED: Final = re.compile("['\u2019\u00b4`]")


@dataclass(frozen=True, slots=True)
class FactFigures:
    """One fact over the mails whose truth is known.

    `given` of the mails that tell it; `wrong` of all that were given (`invented` of them where the mail tells none).
    """

    given: Share
    wrong: Share
    invented: int


def same(name: str, given: Fact, true: Fact) -> bool:
    """Whether two values of a fact mean the same (see HOW)."""
    if isinstance(given, str) and isinstance(true, str):
        return plain(given, role=name == "role") == plain(true, role=name == "role")
    return given == true


def plain(text: str, *, role: bool = False) -> str:
    """A name as it is compared."""
    text = _MARKS.sub(" ", text) if role else text
    # NFKD before and after casefold: a letter in a mathematical alphabet has a case only once it is a plain one
    folded = unicodedata.normalize("NFKD", _JOINED.sub("", _DOTTED.sub("", text))).casefold()
    spread = unicodedata.normalize("NFKD", folded)
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    words = re.findall(r"\w+", bare)
    return " ".join(words if role else _without_forms(words)) or bare.strip()


def _without_forms(words: list[str]) -> list[str]:
    kept = words[1:] if len(words) > 1 and words[0] == "the" else words[:]
    while len(kept) > 1 and kept[-1] in _LEGAL:
        kept.pop()
    return kept


def fact_figures(name: str, cases: Iterable[tuple[Fact, Fact]]) -> FactFigures:
    """The figures of a fact over pairs of what was given and what is true."""
    pairs = list(cases)
    told = [given for given, true in pairs if true is not None]
    shown = [(given, true) for given, true in pairs if given is not None]
    wrong = sum(not same(name, given, true) for given, true in shown)
    invented = sum(true is None for _, true in shown)
    given = Share(sum(one is not None for one in told), len(told))
    return FactFigures(given, Share(wrong, len(shown)), invented)


def facts(
    truths: Iterable[tuple[Mapping[str, Fact], Mapping[str, Fact]]], names: Iterable[str]
) -> dict[str, FactFigures]:
    """The figures of every fact that some truth speaks of; pairs are of what was given and what is true, by name."""
    pairs = list(truths)
    cases = {name: [(given.get(name), true[name]) for given, true in pairs if name in true] for name in names}
    return {name: fact_figures(name, found) for name, found in cases.items() if found}
