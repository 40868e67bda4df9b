"""Whether a model that learnt from corrections may take the base model's place.

It must lose nothing on the validation set, which nothing is learnt from:
- no mail that is no rejection reaches the limit `act` that did not before;
- no fewer rejections reach `act`, and no fewer reach `review`, than before. One that was above counts as there until
  it falls SLACK below: so little is no loss but the trembling of scores that another fit brings;
- no interview, offer or assessment is called a rejection that was not before;
- of all labels, at most TOLERANCE of the mails fewer are right than before.

And it must gain on the corrections, copies of one mail counting as one mail: more of them are judged as the person
said, or as many, and more rejections among them reach `act`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from classifiers.candidate import judged
from classifiers.corpus import Sample
from classifiers.corrections import Weighed
from classifiers.features import view
from classifiers.model import Model
from classifiers.model_vectors import Array
from classifiers.values import LABELS, Label

ACT: Final = 0.90
REVIEW: Final = 0.50
SLACK: Final = 0.02
TOLERANCE: Final = 0.003
_GRAVE: Final = ("interview", "offer", "assessment")
_EVEN: Final = 1e-6
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Check:
    """A mail of the validation set: where it stands and its label."""

    place: str
    label: Label


@dataclass(frozen=True, slots=True)
class Gain:
    """What is judged as the person said, in mails whose copies count as one; `sure` leaves out rejections below act."""

    right: float
    sure: float

    def beats(self, other: Gain) -> bool:
        """Whether more is judged as the person said, or as much and more surely."""
        if abs(self.right - other.right) > _EVEN:
            return self.right > other.right
        return self.sure > other.sure + _EVEN


def gain(corrections: Sequence[Weighed], given: Array) -> Gain:
    """How many of the corrections probabilities (one row each) agree with."""
    right = sure = 0.0
    for one, row in zip(corrections, given, strict=True):
        agreed = one.agrees(LABELS[int(row.argmax())])
        right += one.share * agreed
        sure += one.share * (agreed and (one.said != "rejection" or bool(row[0] >= ACT)))
    return Gain(right, sure)


def losses(checks: Sequence[Check], before: Array, after: Array) -> Iterator[str]:
    """What is lost on the validation set, each as a few words; nothing where nothing is."""
    refused = np.array([check.label == "rejection" for check in checks], bool)
    alarms = np.flatnonzero(~refused & (before[:, 0] < ACT) & (after[:, 0] >= ACT))
    if len(alarms):
        yield f"{len(alarms)} more taken for a rejection ({_places(checks, alarms.tolist())})"
    yield from _fewer(refused, before[:, 0], after[:, 0])
    was, now = before.argmax(axis=1), after.argmax(axis=1)
    inviting = np.array([check.label in _GRAVE for check in checks], bool)
    grave = np.flatnonzero(inviting & (was > 0) & (now == 0))
    if len(grave):
        places = _places(checks, grave.tolist())
        yield f"{len(grave)} more of an interview, offer or assessment called a rejection ({places})"
    truth = np.array([LABELS.index(check.label) for check in checks], int)
    fewer = int((was == truth).sum() - (now == truth).sum())
    if fewer > TOLERANCE * len(checks):
        yield f"{fewer} fewer with the right label"


def _fewer(refused: Flags, before: Array, after: Array) -> Iterator[str]:
    for limit, what in ((ACT, "sure of"), (REVIEW, "found")):
        had = int((refused & (before >= limit)).sum())
        has = int((refused & ((after >= limit) | ((before >= limit) & (after >= limit - SLACK)))).sum())
        if has < had:
            yield f"{had - has} fewer rejections {what}"


def _places(checks: Sequence[Check], which: Sequence[int]) -> str:
    named = [checks[at].place for at in which[:3]]
    return ", ".join(named) + (" ..." if len(which) > len(named) else "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of comparing a model with the base model: whether it is used, why, what is lost, figures of both."""

    promoted: bool
    why: str
    lost: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)


def compared(base: Model, model: Model, standing: Sequence[Weighed], validation: Sequence[Sample]) -> Outcome:
    """Whether a model that learnt from corrections may take the base model's place, and why."""
    checks = [Check(sample.place, sample.label) for sample in validation]
    views = [view(sample.mail) for sample in validation]
    was, now = judged(base, views), judged(model, views)
    before, after = (gain(standing, judged(one, [each.view for each in standing])) for one in (base, model))
    lost = tuple(losses(checks, was, now))
    different = round(sum(one.share for one in standing), 2)
    figures = {
        "gain": {"different": different, "before": asdict(before), "after": asdict(after)},
        "validation": {"mails": len(checks), "before": counted(checks, was), "after": counted(checks, now)},
        "lost": lost,
    }
    promoted = after.beats(before) and not lost
    return Outcome(promoted, _why(different, before, after, lost, len(checks)), lost, figures)


def _why(different: float, before: Gain, after: Gain, lost: Sequence[str], checked: int) -> str:
    told = _told(different, before, after)
    if not after.beats(before):
        return f"{told}: nothing is gained, and the model of before is used."
    if lost:
        return f"{told}; but of {checked} mails for checking it has {', '.join(lost)}. It is kept aside, not used."
    return f"{told}, and nothing is lost on {checked} mails for checking. It is used from now on."


def _told(different: float, before: Gain, after: Gain) -> str:
    """How many are judged as the person said; where these are as many as before, how many of them surely."""
    right = f"the new model judges {after.right:g} as you said, the one of before {before.right:g}"
    sure = f" (surely {after.sure:g} and {before.sure:g})" if abs(before.right - after.right) < _EVEN else ""
    return f"Of {different:g} corrected mails, copies counted as one, {right}{sure}"


def counted(checks: Sequence[Check], given: Array) -> dict[str, int]:
    """What a report says of a model on the validation set, in mails."""
    refused = np.array([check.label == "rejection" for check in checks], bool)
    truth = np.array([LABELS.index(check.label) for check in checks], int)
    return {
        "false_alarms": int((~refused & (given[:, 0] >= ACT)).sum()),
        "at_act": int((refused & (given[:, 0] >= ACT)).sum()),
        "at_review": int((refused & (given[:, 0] >= REVIEW)).sum()),
        "label_right": int((given.argmax(axis=1) == truth).sum()),
    }
