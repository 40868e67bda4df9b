"""A model that learns from corrections besides the corpus: the base model's calibration, one new fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import vstack

from classifiers.features import View
from classifiers.model import Model, Weights, logits, probabilities
from classifiers.model_vectors import Array, counts, weighed
from classifiers.train import Material, fitted, halved, now
from classifiers.values import LABELS, Label
from classifiers.variations import Lesson


def candidate(base: Model, material: Material, lessons: Iterable[Lesson], corrections: int, key: str) -> Model:
    """A model from what the base model learnt from and some lessons more, which stand for so many corrections."""
    return refitted(base, with_lessons(material, list(lessons)), corrections, key)


def refitted(base: Model, whole: Material, corrections: int, key: str) -> Model:
    """A model from all that it is to learn from, the lessons of corrections included.

    Words are as rare, and scores mean what they mean, as in the base model: a few lessons tell nothing of either.
    """
    learnt = fitted(whole, np.arange(len(whole.labels)))
    weights = Weights(whole.rarity, *learnt, base.weights.calibration, base.weights.offsets)
    return replace(base, key=key, trained=now(), corrections=corrections, weights=weights)


def with_lessons(material: Material, lessons: Sequence[Lesson]) -> Material:
    """What the base model learnt from, and these lessons after it. Needs the room of both."""
    added = halved(weighed(counts(lesson.view for lesson in lessons), material.rarity))
    return Material(
        tuple(vstack([old, new], format="csr") for old, new in zip(material.halves, added, strict=True)),
        material.rarity,
        np.append(material.labels, [LABELS.index(lesson.label) for lesson in lessons]),
        [*material.families, *(lesson.family for lesson in lessons)],
        np.append(material.weights, [lesson.weight for lesson in lessons]),
        np.append(material.real, [lesson.real for lesson in lessons]),
    )


def heavier(whole: Material, last: int, factor: float) -> Material:
    """The same, its last lessons weighing so many times what they weigh."""
    weights = whole.weights.copy()
    weights[-last:] *= factor
    return replace(whole, weights=weights)


def judged(model: Model, views: list[View]) -> Array:
    """The probabilities that a model gives, a row a view and a column a label."""
    if not views:
        return np.zeros((0, len(LABELS)), np.float32)
    return probabilities(model.weights, logits(model.weights, views))


def likeliest_besides(model: Model) -> Callable[[View], Label]:
    """What the label `not_rejection` stands for: the likeliest of the others by a model."""
    return lambda seen: LABELS[1 + int(judged(model, [seen])[0, 1:].argmax())]
