"""Trains the model from the corpus (and corrections), calibrated on families it has not seen; keeps it in a cache."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from classifiers.corpus import Sample, load
from classifiers.features import View, view
from classifiers.hashing import WIDTH
from classifiers.mail import Mail
from classifiers.model import Model, Weights
from classifiers.model_cache import CacheFault, fetch, key_of, store, tidy
from classifiers.model_vectors import Array, counts, rarity, weighed
from classifiers.signs import REFUSING, found_signs
from classifiers.text import masked
from classifiers.values import LABELS, Label
from classifiers.variations import Lesson, lessons

FOLDS: Final = 5
_STRENGTH: Final = 0.5
_ROUNDS: Final = 300
_ABSENT: Final = -20.0
_LEAST_MAILS: Final = 4
_UNUSUAL_WEIGHT: Final = 0.5
_CORRECTION_WEIGHT: Final = 5.0
Say = Callable[[str], None]
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Correction:
    """What the person said of one mail."""

    mail: Mail
    label: Label

    def fingerprint(self) -> str:
        """Label and a digest of the masked text: the same for copies of one mass mail."""
        seen = f"{masked(self.mail.headers.subject or '')}\0{masked(self.mail.text)}"
        return f"{self.label} {hashlib.sha256(seen.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, one entry a mail: features, label numbers, families (never split) and weights.

    `real` tells a mail as it stands in the corpus from a variation of one.
    """

    rows: csr_matrix
    rarity: Array
    labels: Numbers
    families: list[str]
    weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    real: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def load_or_train(cache_dir: Path, corrections: Sequence[Correction] = (), say: Say = lambda _line: None) -> Model:
    """The model for this corpus, code and these corrections: from the cache, else trained, said so, and cached.

    Raises OSError when the cache directory cannot be written.
    """
    key = key_of(sorted(one.fingerprint() for one in corrections))
    path = cache_dir / f"model-{key}.skops"
    try:
        return fetch(path, key)
    except FileNotFoundError:
        pass
    except CacheFault as fault:
        say(f"The cached model is set aside: {fault}. A new one is trained.")
    model = train(load(), corrections, key, say)
    store(path, model)
    tidy(cache_dir)
    return model


def train(samples: Sequence[Sample], corrections: Sequence[Correction], key: str, say: Say) -> Model:
    """A model learnt from samples and corrections; the same input gives the same model."""
    begun = time.monotonic()
    say(f"Training the model from {len(samples)} mails of the corpus and {len(corrections)} corrections ...")
    material = prepared(samples, corrections)
    held_out = out_of_fold(material, say)
    coefficients, intercepts = fitted(material, np.arange(len(material.labels)))
    weights = Weights(material.rarity, coefficients, intercepts, *calibrated(held_out, material))
    say(f"The model is trained ({time.monotonic() - begun:.0f} s).")
    return Model(key, datetime.now(UTC).isoformat(timespec="seconds"), len(samples), len(corrections), weights)


def prepared(samples: Sequence[Sample], corrections: Sequence[Correction] = ()) -> Material:
    """Samples, their variations and corrections as rows. Copies of one corrected mass mail share the weight of one."""
    about: list[tuple[int, str, float, bool]] = []

    def views() -> Iterator[View]:
        # One after the other: views take more room than the rows that are made of them.
        for lesson in chain(lessons(samples), _from_corrections(corrections)):
            about.append((LABELS.index(lesson.label), lesson.family, lesson.weight * _usualness(lesson), lesson.real))
            yield lesson.view

    chunks = counts(views())
    labels, families, weights, real = zip(*about, strict=True)
    idf = rarity(chunks, _LEAST_MAILS)
    rows = weighed((chunks.pop(0) for _ in range(len(chunks))), idf)
    return Material(rows.astype(np.float64), idf, np.array(labels), list(families), np.array(weights), np.array(real))


def _from_corrections(corrections: Sequence[Correction]) -> Iterator[Lesson]:
    names = [one.fingerprint() for one in corrections]
    for one, name in zip(corrections, names, strict=True):
        yield Lesson(view(one.mail), one.label, name, _CORRECTION_WEIGHT / names.count(name), real=False)


def _usualness(lesson: Lesson) -> float:
    # The corpus collects rejections that refuse in no usual way; in a mailbox they are far rarer than in it.
    unusual = lesson.label == "rejection" and not REFUSING & found_signs(lesson.view.ideas)
    return _UNUSUAL_WEIGHT if unusual else 1.0


def out_of_fold(material: Material, say: Say = lambda _line: None) -> Array:
    """Scores of every mail by a model that saw none of its family."""
    scores = np.zeros((len(material.labels), len(LABELS)), np.float32)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=7).split(material.rows, material.labels, material.families)
    for number, (learn, check) in enumerate(folds, start=1):
        say(f"Checking on families it has not seen: {number} of {FOLDS} ...")
        coefficients, intercepts = fitted(material, learn)
        scores[check] = material.rows[check] @ coefficients + intercepts
    return scores


def fitted(material: Material, learn: Numbers) -> tuple[Array, Array]:
    """Coefficients (WIDTH x 8) and intercepts (8) of linear machines, one label against the rest, over some of the"
    " rows.
    """
    machine = LinearSVC(C=_STRENGTH, max_iter=_ROUNDS, tol=1e-3, random_state=7)
    machine.fit(material.rows[learn], material.labels[learn], sample_weight=material.weights[learn])
    coefficients = np.zeros((WIDTH, len(LABELS)), np.float32)
    intercepts = np.full(len(LABELS), _ABSENT, np.float32)
    coefficients[:, machine.classes_] = machine.coef_.T
    intercepts[machine.classes_] = machine.intercept_
    return coefficients, intercepts


def calibrated(scores: Array, material: Material, learn: Numbers | None = None) -> tuple[Array, Array]:
    """Calibration (8 x 8) and offsets (8): a multinomial logistic regression from held-out scores to labels."""
    learn = np.arange(len(material.labels)) if learn is None else learn
    machine = LogisticRegression(C=1.0, max_iter=500)
    machine.fit(scores[learn], material.labels[learn], sample_weight=material.weights[learn])
    matrix = np.zeros((len(LABELS), len(LABELS)), np.float32)
    offsets = np.full(len(LABELS), _ABSENT, np.float32)
    matrix[:, machine.classes_] = machine.coef_.T
    offsets[machine.classes_] = machine.intercept_
    return matrix, offsets
