"""One labelled mail with what the model makes of it, and what an error costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from classifiers.labelled import Labelled
from classifiers.labelled_rows import TRUTHS
from classifiers.values import LABELS, Because, Label, Verdict

Cost = Literal["disaster", "false_alarm", "missed", "asked", "mistaken"]
COSTS: Final[tuple[Cost, ...]] = ("disaster", "false_alarm", "missed", "asked", "mistaken")
"""What an error costs, dearest first.

disaster: an interview, offer or assessment taken for a rejection at act. false_alarm: any other mail taken for one at
act. missed: a rejection below review. asked: at review, and the label is wrong. mistaken: another label is wrong.
"""
GOOD_NEWS: Final[tuple[Label, ...]] = ("interview", "offer", "assessment")


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail's truth and its verdict; its text is no part of it but for the sentences that decided.

    `scores` are in the order of LABELS. `truths` and `given` are facts by name.
    """

    source: str
    truth: Label
    label: Label
    scores: tuple[float, ...]
    because: tuple[Because, ...] = ()
    language: str | None = None
    kind: str | None = None
    origin: str | None = None
    ambiguous: bool = False
    truths: Mapping[str, str | bool | None] | None = None
    given: Mapping[str, str | bool | None] | None = None

    @property
    def confidence(self) -> float:
        """The probability of the label that was chosen."""
        return self.scores[LABELS.index(self.label)]

    @property
    def rejection(self) -> float:
        """The probability of a rejection, which alone decides the band."""
        return self.scores[0]

    @property
    def refused(self) -> bool:
        """Whether the mail is a rejection in truth."""
        return self.truth == "rejection"


def judged(one: Labelled, verdict: Verdict) -> Judged:
    """A labelled mail and its verdict put together. The language is the one it was said to be in, else as read."""
    return Judged(
        source=one.source,
        truth=one.label,
        label=verdict.label,
        scores=tuple(float(verdict.scores[label]) for label in LABELS),
        because=verdict.because,
        language=one.language or verdict.language,
        kind=one.kind,
        origin=one.origin,
        ambiguous=one.ambiguous,
        truths=one.truths,
        given={name: getattr(verdict, name, None) for name in TRUTHS},
    )


def cost(one: Judged, act: float, review: float) -> Cost | None:
    """What is wrong with a verdict, None if nothing is."""
    if not one.refused and one.rejection >= act:
        return "disaster" if one.truth in GOOD_NEWS else "false_alarm"
    if one.refused and one.rejection < review:
        return "missed"
    if one.label == one.truth:
        return None
    return "asked" if one.rejection >= review else "mistaken"


def costliest(mails: Iterable[Judged], act: float, review: float) -> list[tuple[Cost, Judged]]:
    """The errors, dearest first, and of one kind the most confident first."""
    wrong = [(kind, one) for one in mails if (kind := cost(one, act, review)) is not None]
    return sorted(wrong, key=lambda pair: (COSTS.index(pair[0]), -_sureness(*pair), pair[1].source))


def _sureness(kind: Cost, one: Judged) -> float:
    """How sure the model was of the error."""
    if kind in ("disaster", "false_alarm"):
        return one.rejection
    return 1 - one.rejection if kind == "missed" else one.confidence
