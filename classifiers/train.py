"""Trains the base model: from the corpus alone, calibrated on families it has not seen; keeps it in a cache."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from classifiers.corpus import Sample, load
from classifiers.features import View
from classifiers.hashing import IDEAS_AT, WIDTH
from classifiers.model import Model, Weights
from classifiers.model_cache import base_path, cached, key_of, store, tidy
from classifiers.model_vectors import Array, counts, rarity, weighed
from classifiers.signs import REFUSING, found_signs
from classifiers.values import LABELS
from classifiers.variations import Lesson, lessons

FOLDS: Final = 5
_STRENGTH: Final = 0.5
_ROUNDS: Final = 300
_ABSENT: Final = -20.0
_LEAST_MAILS: Final = 4
_UNUSUAL_WEIGHT: Final = 0.5
_REJECTION_SHARE: Final = 0.6
HALVES: Final = (slice(0, IDEAS_AT), slice(IDEAS_AT, WIDTH))
Say = Callable[[str], None]
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, one entry a mail: features, label numbers, families (never split) and weights.

    `halves` are the rows as each machine sees them. `real` tells a mail as it stands in the corpus from a variation.
    """

    halves: tuple[csr_matrix, ...]
    rarity: Array
    labels: Numbers
    families: list[str]
    weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    real: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def load_or_train(cache_dir: Path, say: Say = lambda _line: None) -> Model:
    """The base model, of this corpus and code: from the cache, else trained, said so, and cached.

    Raises OSError when the cache directory cannot be written.
    """
    key = key_of()
    path = base_path(cache_dir, key)
    model = cached(path, key, say)
    if model is None:
        model = train(load(), key, say)
        store(path, model)
        tidy(cache_dir)
    return model


def train(samples: Sequence[Sample], key: str, say: Say) -> Model:
    """A model learnt from samples; the same samples give the same model."""
    return trained(samples, key, say)[0]


def trained(samples: Sequence[Sample], key: str, say: Say) -> tuple[Model, Material]:
    """Like train, with what was learnt from, for who goes on from there."""
    begun = time.monotonic()
    say(f"Training the model from {len(samples)} mails of the corpus ...")
    material = prepared(samples)
    held_out = out_of_fold(material, say)
    coefficients, intercepts = fitted(material, np.arange(len(material.labels)))
    weights = Weights(material.rarity, coefficients, intercepts, *calibrated(held_out, material))
    say(f"The model is trained ({time.monotonic() - begun:.0f} s).")
    return Model(key, now(), len(samples), 0, weights), material


def now() -> str:
    """The moment in UTC as ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def prepared(samples: Sequence[Sample]) -> Material:
    """Samples and their variations as rows."""
    about: list[tuple[int, str, float, bool]] = []

    def views() -> Iterator[View]:
        # One after the other: views take more room than the rows that are made of them.
        for lesson in lessons(samples):
            about.append((LABELS.index(lesson.label), lesson.family, lesson.weight * _usualness(lesson), lesson.real))
            yield lesson.view

    chunks = counts(views())
    labels, families, weights, real = zip(*about, strict=True)
    idf = rarity(chunks, _LEAST_MAILS)
    halves = halved(weighed((chunks.pop(0) for _ in range(len(chunks))), idf))
    return Material(halves, idf, np.array(labels), list(families), np.array(weights), np.array(real))


def halved(rows: csr_matrix) -> tuple[csr_matrix, ...]:
    """Rows as the two machines see them, in the numbers that they reckon in."""
    return tuple(rows[:, half].astype(np.float64) for half in HALVES)


def _usualness(lesson: Lesson) -> float:
    # The corpus collects rejections that refuse in no usual way; in a mailbox they are far rarer than in it.
    unusual = lesson.label == "rejection" and not REFUSING & found_signs(lesson.view.ideas)
    return _UNUSUAL_WEIGHT if unusual else 1.0


def out_of_fold(material: Material, say: Say = lambda _line: None) -> Array:
    """Scores of every mail (one row, sixteen columns) by machines that saw none of its family."""
    given = np.zeros((len(material.labels), 2 * len(LABELS)), np.float32)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=7).split(material.labels, groups=material.families)
    for number, (learn, check) in enumerate(folds, start=1):
        say(f"Checking on families it has not seen: {number} of {FOLDS} ...")
        given[check] = scores([half[check] for half in material.halves], *fitted(material, learn))
    return given


def scores(halves: Sequence[csr_matrix], coefficients: Array, intercepts: Array) -> Array:
    """What the two machines say of rows: eight scores each, side by side."""
    told = [rows @ coefficients[half] for rows, half in zip(halves, HALVES, strict=True)]
    return np.asarray(np.hstack(told) + intercepts)


def fitted(material: Material, learn: Numbers) -> tuple[Array, Array]:
    """Coefficients (WIDTH x 8) and intercepts (16) of two linear machines, one label against the rest.

    One sees letters and words, the other ideas and form, so that neither can lean on the other.
    """
    coefficients = np.zeros((WIDTH, len(LABELS)), np.float32)
    intercepts = np.full(2 * len(LABELS), _ABSENT, np.float32)
    # Rows that weigh nothing are not learnt from; leaving them out instead would take a copy of all the others.
    weights = np.zeros(len(material.labels))
    weights[learn] = material.weights[learn]
    for place, half in enumerate(HALVES):
        machine = LinearSVC(C=_STRENGTH, max_iter=_ROUNDS, tol=1e-3, random_state=7)
        machine.fit(material.halves[place], material.labels, sample_weight=weights)
        coefficients[half, machine.classes_] = machine.coef_.T
        intercepts[place * len(LABELS) + machine.classes_] = machine.intercept_
    return coefficients, intercepts


def calibrated(given: Array, material: Material, learn: Numbers | None = None) -> tuple[Array, Array]:
    """Calibration (16 x 8) and offsets (8): a multinomial logistic regression from held-out scores to labels."""
    learn = np.arange(len(material.labels)) if learn is None else learn
    machine = LogisticRegression(C=1.0, max_iter=500)
    machine.fit(given[learn], material.labels[learn], sample_weight=material.weights[learn] * _mailbox(material)[learn])
    matrix = np.zeros((given.shape[1], len(LABELS)), np.float32)
    offsets = np.full(len(LABELS), _ABSENT, np.float32)
    matrix[:, machine.classes_] = machine.coef_.T
    offsets[machine.classes_] = machine.intercept_
    return matrix, offsets


def _mailbox(material: Material) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Weights that make the corpus's share of rejections that of a mailbox, where near misses are the more frequent."""
    return np.where(material.labels == LABELS.index("rejection"), _REJECTION_SHARE, 1.0)
