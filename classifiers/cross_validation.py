"""The person's corrections judged by models that have not seen them, nor another copy of the same mass mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from classifiers.candidate import candidate, likeliest_besides
from classifiers.corpus import load
from classifiers.corrections import NOT_REJECTION, Correction, Weighed, lessons_of, weighed
from classifiers.judged import Judged, judged
from classifiers.labelled import Labelled
from classifiers.model import Model
from classifiers.train import Material, load_or_train, prepared
from classifiers.values import LABELS, Label, Verdict

FOLDS: Final = 3
ORIGIN: Final = "your corrections"
Say = Callable[[str], None]


def cross_validated(corrections: Sequence[Correction], cache: Path, say: Say) -> list[Judged]:
    """Every correction that stands, judged by a model of the corpus and of the corrections of the other folds.

    Families of near copies are never split. A single family is judged by the base model. Raises OSError.
    """
    if not corrections:
        return []
    standing = weighed(corrections, say)
    base = load_or_train(cache, say)
    folds = min(FOLDS, len({one.family for one in standing}))
    if folds < 2:
        return list(_judged(base, standing))
    say("Preparing the corpus for cross-validation ...")
    return list(_folded(standing, folds, base, prepared(load()), say))


def _folded(standing: Sequence[Weighed], folds: int, base: Model, material: Material, say: Say) -> Iterator[Judged]:
    fold_of = folds_of([one.family for one in standing], folds)
    for fold in range(folds):
        say(f"Judging {len(standing)} corrections by models that have not seen them: {fold + 1} of {folds} ...")
        seen = [one for one, at in zip(standing, fold_of, strict=True) if at != fold]
        lessons = lessons_of(seen, likeliest_besides(base))
        model = candidate(base, material, lessons, len(seen), f"{base.key}-fold-{fold}")
        yield from _judged(model, [one for one, at in zip(standing, fold_of, strict=True) if at == fold])


def folds_of(families: Sequence[int], folds: int) -> list[int]:
    """The fold of each mail: families are dealt out in turn, in the order in which they first appear."""
    turn = {family: at % folds for at, family in enumerate(dict.fromkeys(families))}
    return [turn[family] for family in families]


def _judged(model: Model, some: Sequence[Weighed]) -> Iterator[Judged]:
    verdicts = model.verdicts([one.correction.mail for one in some])
    for one, verdict in zip(some, verdicts, strict=True):
        mail, label = one.correction.mail, truth_of(one.said, verdict)
        yield judged(Labelled(f"correction {one.correction.number}", mail, label, origin=ORIGIN), verdict)


def truth_of(said: str, verdict: Verdict) -> Label:
    """What the person said; of a mail they only called no rejection, the likeliest other label by the model."""
    others = [label for label in LABELS if label != "rejection"] if said == NOT_REJECTION else [*LABELS]
    return max(others, key=lambda label: (label == said, verdict.scores[label]))
