"""The figures of an evaluation: shares with Wilson's interval, F1 with a bootstrap's, and the error of calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Interval = tuple[float, float]

BINS: Final = 10
RESAMPLES: Final = 2000
_SEED: Final = 20
_Z: Final = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: intervals are of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many hits of so many; without any there is no value, and the interval is everything."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """The share, from 0 to 1."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> Interval:
        """Wilson's score interval, 95 %."""
        return wilson(self.hits, self.of)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure that is no plain share, with its 95 % interval."""

    value: float | None
    interval: Interval


@dataclass(frozen=True, slots=True)
class Bin:
    """The mails whose probability lies from `low` to `high`: how many, the mean probability, and how often it held."""

    low: float
    high: float
    count: int
    mean: float
    held: float


def wilson(hits: int, of: int) -> Interval:
    """Wilson's score interval for hits of so many, 95 %, without continuity correction; (0, 1) for none."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def confusion(truths: Sequence[int], chosen: Sequence[int], labels: int) -> Numbers:
    """How often a label (row) was taken for a label (column)."""
    matrix = np.zeros((labels, labels), np.int64)
    np.add.at(matrix, (np.asarray(truths, np.int64), np.asarray(chosen, np.int64)), 1)
    return matrix


def f1_scores(matrices: Numbers) -> Floats:
    """F1 of every label of a confusion, or of each of many (..., labels, labels); nan where there is nothing."""
    hits = np.diagonal(matrices, axis1=-2, axis2=-1).astype(np.float64)
    total = matrices.sum(axis=-1) + matrices.sum(axis=-2)
    return np.asarray(np.divide(2 * hits, total, out=np.full(hits.shape, np.nan), where=total > 0))


def resampled(matrix: Numbers) -> Floats:
    """F1 of every label in RESAMPLES draws of as many mails from the same confusion; always the same draws."""
    total = int(matrix.sum())
    if not total:
        return np.full((RESAMPLES, len(matrix)), np.nan)
    draws = np.random.default_rng(_SEED).multinomial(total, matrix.ravel() / total, size=RESAMPLES)
    return f1_scores(draws.reshape(RESAMPLES, *matrix.shape))


def label_estimates(matrix: Numbers, draws: Floats) -> list[Estimate]:
    """F1 of each label with its interval."""
    hits = np.diagonal(matrix)
    either = matrix.sum(axis=0) + matrix.sum(axis=1) - hits
    values = f1_scores(matrix)
    return [_estimate(values[at], draws[:, at], Share(int(hits[at]), int(either[at]))) for at in range(len(matrix))]


def macro_estimate(matrix: Numbers, draws: Floats, labels: Sequence[int]) -> Estimate:
    """The mean F1 of some labels with its interval."""
    if not labels:
        return Estimate(None, (0.0, 1.0))
    part = draws[:, labels]
    known = part[~np.isnan(part).all(axis=1)]
    whole = Share(int(np.diagonal(matrix)[labels].sum()), int(matrix[labels].sum()))
    return _estimate(float(np.mean(f1_scores(matrix)[labels])), np.nanmean(known, axis=1), whole)


def _estimate(value: float, draws: Floats, share: Share) -> Estimate:
    """A bootstrap's percentiles. Where every draw is the same (all right, or all wrong), Wilson's for the share."""
    if np.isnan(value):
        return Estimate(None, (0.0, 1.0))
    known = draws[~np.isnan(draws)]
    if not len(known) or known.min() == known.max():
        low, high = share.interval
        low, high = 2 * low / (1 + low), 2 * high / (1 + high)
    else:
        low, high = np.percentile(known, (2.5, 97.5))
    return Estimate(float(value), (min(float(low), float(value)), max(float(high), float(value))))


def bins(probabilities: Sequence[float], held: Sequence[bool]) -> list[Bin]:
    """BINS bins of equal width; the last one holds 1. Empty ones are there with a count of 0."""
    given, true = np.asarray(probabilities, np.float64), np.asarray(held, np.float64)
    place = np.clip((given * BINS).astype(np.int64), 0, BINS - 1)
    return [_bin(at, given[place == at], true[place == at]) for at in range(BINS)]


def _bin(at: int, given: Floats, true: Floats) -> Bin:
    mean, held = (float(given.mean()), float(true.mean())) if len(given) else (0.0, 0.0)
    return Bin(at / BINS, (at + 1) / BINS, len(given), mean, held)


def calibration_error(counted: Sequence[Bin]) -> float | None:
    """The expected calibration error: how far probability and frequency lie apart, weighed by the mails of each bin."""
    total = sum(one.count for one in counted)
    return sum(one.count * abs(one.mean - one.held) for one in counted) / total if total else None
