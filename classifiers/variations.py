"""Variations of the corpus's mails that teach what does not decide: missing headers, borrowed courtesies, cut-off"
" openings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from random import Random
from typing import Final

from classifiers.corpus import Sample
from classifiers.features import View, view
from classifiers.signs import REFUSING, found_signs, is_neutral
from classifiers.swaps import swapped
from classifiers.values import Label

_NO_SENDER: Final = 0.5
_NO_SUBJECT: Final = 0.3
_BORROWERS: Final = frozenset(("interview", "acknowledgement", "assessment", "offer", "rejection"))
_BORROW: Final = 0.5
_OPENINGS: Final = 0.6
_SHORTS: Final = 0.5
_COURTEOUS: Final = 0.7
_SWAPPED: Final = 0.6
_VARIED_WEIGHT: Final = 0.6


@dataclass(frozen=True, slots=True)
class Lesson:
    """One view to learn from: label, family (never split), weight, and whether it is a mail as the corpus has it."""

    view: View
    label: Label
    family: str
    weight: float = 1.0
    real: bool = True


def lessons(samples: Sequence[Sample]) -> Iterator[Lesson]:
    """Every sample, each followed by its variations, in an order that depends on the samples alone.

    The order is mixed, since a variation borrows from the mails before it.
    """
    mixed = sorted(samples, key=lambda sample: sha256(f"{sample.place}\0{sample.mail.text}".encode()).digest())
    courtesies: dict[str | None, list[str]] = {}
    for sample in mixed:
        lesson = Lesson(thinned(sample), sample.label, sample.family)
        yield lesson
        yield from _variations(lesson, courtesies.setdefault(lesson.view.language, []))
        yield from _elsewhere(lesson, sample.filled.get("role"))


def thinned(sample: Sample) -> View:
    """The view of a sample, its From or Subject taken away now and then: many mails reach a reader without them."""
    # The two mails of a pair lose the same headers, or those would tell them apart.
    pick = _pick("thin", sample.family, "" if sample.family.startswith("pair-") else sample.mail.text)
    headers = sample.mail.headers
    if pick.random() < _NO_SENDER:
        headers = replace(headers, sender=None)
    if pick.random() < _NO_SUBJECT:
        headers = replace(headers, subject=None)
    return view(replace(sample.mail, headers=headers))


def _variations(lesson: Lesson, courtesies: list[str]) -> Iterator[Lesson]:
    pick = _pick("vary", lesson.family, " ".join(lesson.view.sentences))
    if lesson.label in _BORROWERS:
        courtesies.extend(one for one, ideas in _said(lesson.view) if is_neutral(ideas))
        if pick.random() < _BORROW:
            yield from _with_courtesy(lesson, courtesies, pick)
    if lesson.label == "rejection" and pick.random() < _OPENINGS:
        yield from _opening(lesson)
    if lesson.label in _TELLING and pick.random() < _SHORTS:
        yield from _short(lesson, courtesies, pick)


def _elsewhere(lesson: Lesson, role: str | None) -> Iterator[Lesson]:
    """A rejection in the same words that is not about a job: what is refused decides, not how."""
    pick = _pick("swap", lesson.family, " ".join(lesson.view.sentences))
    if lesson.label == "rejection" and pick.random() < _SWAPPED:
        other = swapped(lesson.view, role, pick)
        if other is not None:
            yield Lesson(other, "other", lesson.family, _VARIED_WEIGHT, real=False)


def _said(seen: View) -> Iterator[tuple[str, list[str]]]:
    """The sentences of a mail with their ideas."""
    return zip(seen.sentences, seen.ideas[1:], strict=True)


def _with_courtesy(lesson: Lesson, courtesies: Sequence[str], pick: Random) -> Iterator[Lesson]:
    """The mail with its own courtesies taken out and others, from whatever kind of mail, put in front."""
    if not courtesies:
        return
    kept = [one for one, ideas in _said(lesson.view) if not is_neutral(ideas)]
    if kept:
        borrowed = pick.sample(courtesies, min(len(courtesies), pick.randint(1, 2)))
        yield _varied(lesson, lesson.label, [*kept[:1], *borrowed, *kept[1:]] if len(kept) > 1 else [*borrowed, *kept])


def _opening(lesson: Lesson) -> Iterator[Lesson]:
    """What stands before a rejection's news, on its own: a mail that thanks and says nothing else is a receipt."""
    opening: list[str] = []
    courteous = False
    for sentence, ideas in _said(lesson.view):
        if ideas and not is_neutral(ideas) and not set(ideas) <= {"YOU", "CAND", "if:CAND"}:
            break
        opening.append(sentence)
        courteous = courteous or is_neutral(ideas)
    if courteous:
        yield _varied(lesson, "acknowledgement", opening[:4], subject=None)


def _short(lesson: Lesson, courtesies: Sequence[str], pick: Random) -> Iterator[Lesson]:
    """The mail's one telling sentence, with or without a courtesy in front: what decides, decides alone."""
    telling = [one for one, ideas in _said(lesson.view) if _tells(lesson.label, ideas)]
    if telling:
        front = [pick.choice(courtesies)] if courtesies and pick.random() < _COURTEOUS else []
        yield _varied(lesson, lesson.label, [*front, pick.choice(telling)], subject=None)


def _tells(label: Label, ideas: Sequence[str]) -> bool:
    found = found_signs([ideas])
    return bool(_TELLING[label] & found) and not (label != "rejection" and REFUSING & found)


_TELLING: Final[dict[str, frozenset[str]]] = {
    "rejection": REFUSING - {"no-suit", "no-candidate", "selected-who", "no-job"},
    "acknowledgement": frozenset(("received", "will-return", "in-review", "still-open", "incomplete")),
    "interview": frozenset(("meet", "glad-meet")),
    "assessment": frozenset(("test-due", "do-test")),
    "offer": frozenset(("glad-offer",)),
    "outreach": frozenset(("reach-out",)),
}
_KEEP: Final = object()


def _varied(lesson: Lesson, label: Label, sentences: Sequence[str], subject: object = _KEEP) -> Lesson:
    shown = lesson.view.subject if subject is _KEEP else None
    seen = View(shown, tuple(sentences), lesson.view.language, lesson.view.form)
    return Lesson(seen, label, lesson.family, _VARIED_WEIGHT, real=False)


def _pick(*seed: str) -> Random:
    return Random("\0".join(seed))  # noqa: S311 - repeatable, not secret
