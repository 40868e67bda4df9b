"""`python -m classifiers.validate`: precision, recall and F1 a label on mails of families the model has not seen."""

from __future__ import annotations

import sys

import numpy as np
from sklearn.model_selection import GroupKFold

from classifiers.corpus import load
from classifiers.figures import bins, calibration_error
from classifiers.model import softmax
from classifiers.model_vectors import Array
from classifiers.train import FOLDS, Material, Numbers, calibrated, out_of_fold, prepared
from classifiers.values import LABELS

Truth = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def held_out_probabilities(material: Material) -> Array:
    """Calibrated probabilities of every real mail by machines and a calibration that saw none of its family."""
    scores = out_of_fold(material)
    given = np.zeros((len(scores), len(LABELS)), np.float32)
    real = np.flatnonzero(material.real)
    families = [material.families[at] for at in real]
    for learn, check in GroupKFold(FOLDS, shuffle=True, random_state=11).split(real, groups=families):
        matrix, offsets = calibrated(scores, material, real[learn])
        given[real[check]] = softmax(scores[real[check]] @ matrix + offsets)
    return given[real]


def table(given: Array, labels: Numbers) -> str:
    """The figures as text: a row a label, then the two bands of the rejection score and the calibration error."""
    best = given.argmax(axis=1)
    lines = [f"{'':16}{'precision':>10}{'recall':>8}{'F1':>7}{'mails':>7}"]
    for number, label in enumerate(LABELS):
        chosen, true = best == number, labels == number
        hit, said, there = (chosen & true).sum(), chosen.sum(), true.sum()
        figures = hit / max(1, said), hit / max(1, there), 2 * hit / max(1, said + there)
        lines.append(f"{label:16}{figures[0]:10.3f}{figures[1]:8.3f}{figures[2]:7.3f}{there:7}")
    return "\n".join(
        [*lines, *(_band(given[:, 0], labels == 0, limit) for limit in (0.9, 0.5)), _calibration(given, labels)]
    )


def _band(score: Array, truth: Truth, limit: float) -> str:
    said = score >= limit
    hit = (said & truth).sum()
    return f"rejection at {limit}: precision {hit / max(1, said.sum()):.3f}, recall {hit / max(1, truth.sum()):.3f}"


def _calibration(given: Array, labels: Numbers) -> str:
    sure, right = given.max(axis=1), given.argmax(axis=1) == labels
    error = calibration_error(bins(sure.tolist(), right.tolist())) or 0.0
    return f"expected calibration error {error:.3f}, accuracy {right.mean():.3f}"


def main() -> int:
    """Print the figures for the corpus as it stands."""
    material = prepared(load())
    print(table(held_out_probabilities(material), material.labels[material.real]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
