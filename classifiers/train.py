"""Trains the model from the corpus (and corrections), calibrated on families it has not seen; keeps it in a cache."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from classifiers.corpus import Sample, load
from classifiers.features import View, view
from classifiers.mail import Mail
from classifiers.model import Model, Weights, softmax
from classifiers.model_cache import CacheFault, fetch, key_of, store
from classifiers.model_vectors import Array, counts, rarity, weighed
from classifiers.text import masked
from classifiers.values import LABELS, Label

FOLDS: Final = 5
_STRENGTH: Final = 20.0
_ROUNDS: Final = 80
_CORRECTION_WEIGHT: Final = 5.0
_HEADERLESS: Final = 0.5
Say = Callable[[str], None]


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
    """What is learnt from: rows of features, label numbers, families (never split) and weights, one entry a mail."""

    rows: csr_matrix
    rarity: Array
    labels: np.ndarray[tuple[int], np.dtype[np.int64]]
    families: list[str]
    weights: np.ndarray[tuple[int], np.dtype[np.float64]]


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
    return model


def train(samples: Sequence[Sample], corrections: Sequence[Correction], key: str, say: Say) -> Model:
    """A model learnt from samples and corrections; the same input gives the same model."""
    begun = time.monotonic()
    say(f"Training the model from {len(samples)} mails of the corpus and {len(corrections)} corrections ...")
    material = prepared(samples, corrections)
    held_out = out_of_fold(material, say)
    temperature = best_temperature(held_out, material.labels)
    coefficients, intercepts = fitted(material, np.arange(len(material.labels)))
    weights = Weights(material.rarity, coefficients, intercepts, temperature)
    say(f"The model is trained ({time.monotonic() - begun:.0f} s).")
    return Model(key, datetime.now(UTC).isoformat(timespec="seconds"), len(samples), len(corrections), weights)


def prepared(samples: Sequence[Sample], corrections: Sequence[Correction] = ()) -> Material:
    """Samples and corrections as rows. Copies of one corrected mass mail share the weight of one."""
    views = [view(_thinned(sample)) for sample in samples] + [view(one.mail) for one in corrections]
    blocks = counts(views)
    idf = rarity(blocks)
    labels = [LABELS.index(one.label) for one in (*samples, *corrections)]
    families = [sample.family for sample in samples] + [one.fingerprint() for one in corrections]
    weights = [1.0] * len(samples) + [_CORRECTION_WEIGHT / families.count(name) for name in families[len(samples) :]]
    return Material(weighed(blocks, idf), idf, np.array(labels), families, np.array(weights))


def _thinned(sample: Sample) -> Mail:
    """The mail with From or Subject taken away now and then: many mails reach a reader without them."""
    pick = Random(f"{sample.family}{sample.place}{sample.mail.text[:80]}")  # noqa: S311 - repeatable, not secret
    headers = sample.mail.headers
    if pick.random() < _HEADERLESS:
        headers = replace(headers, sender=None)
    if pick.random() < _HEADERLESS / 2:
        headers = replace(headers, subject=None)
    return replace(sample.mail, headers=headers)


def out_of_fold(material: Material, say: Say = lambda _line: None) -> Array:
    """Scores of every mail by a model that saw none of its family."""
    scores = np.zeros((len(material.labels), len(LABELS)), np.float32)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=7).split(material.rows, material.labels, material.families)
    for number, (learn, check) in enumerate(folds, start=1):
        say(f"Checking on families it has not seen: {number} of {FOLDS} ...")
        coefficients, intercepts = fitted(material, learn)
        scores[check] = material.rows[check] @ coefficients + intercepts
    return scores


def fitted(material: Material, learn: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[Array, Array]:
    """Coefficients (WIDTH x 8) and intercepts (8) of a multinomial logistic regression over some of the rows."""
    rows = material.rows[learn]
    used = np.unique(rows.indices)
    machine = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS, tol=1e-3)
    machine.fit(rows[:, used], material.labels[learn], sample_weight=material.weights[learn])
    coefficients = np.zeros((rows.shape[1], len(LABELS)), np.float32)
    intercepts = np.full(len(LABELS), -20.0, np.float32)
    coefficients[np.ix_(used, machine.classes_)] = machine.coef_.T
    intercepts[machine.classes_] = machine.intercept_
    return coefficients, intercepts


def best_temperature(scores: Array, labels: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """The temperature at which held-out probabilities fit best (least negative log-likelihood)."""

    def loss(temperature: float) -> float:
        given = softmax(scores / temperature)[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(given, 1e-9)).mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def views_of(samples: Sequence[Sample]) -> list[View]:
    """The views of whole samples, nothing taken away."""
    return [view(sample.mail) for sample in samples]
