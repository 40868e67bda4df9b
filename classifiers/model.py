"""The trained model: eight calibrated probabilities for a mail, and the sentences that decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from classifiers.extract import facts_of
from classifiers.features import View, view
from classifiers.hashing import BLOCKS, ENDS, IDEAS_AT, columns_of, row_numbers, word_numbers
from classifiers.mail import Mail
from classifiers.model_vectors import Array
from classifiers.values import LABELS, Because, Verdict

_SENTENCES: int = 3
_LEAST_WEIGHT: float = 0.15
_SHOWN_CHARS: int = 400


@dataclass(frozen=True)
class Weights:
    """What training yields: rarity (WIDTH), coefficients (WIDTH x 8), intercepts (8), calibration (8 x 8 and 8)."""

    rarity: Array
    coefficients: Array
    intercepts: Array
    calibration: Array
    offsets: Array

    @cached_property
    def contrasts(self) -> Array:
        """How much a column speaks for a label rather than for the average one (WIDTH x 8)."""
        spread = self.coefficients - self.coefficients.mean(axis=1, keepdims=True)
        return np.asarray(spread * self.rarity[:, np.newaxis])


@dataclass(frozen=True, slots=True)
class Model:
    """Weights and where they come from: the cache key, when (ISO 8601, UTC), how many mails and corrections."""

    key: str
    trained: str
    corpus: int
    corrections: int
    weights: Weights

    def verdict(self, mail: Mail) -> Verdict:
        """The verdict on one mail."""
        return self.verdicts([mail])[0]

    def verdicts(self, mails: Sequence[Mail]) -> list[Verdict]:
        """The verdicts on several mails at once, in their order; quicker than one by one."""
        if not mails:
            return []
        views = [view(mail) for mail in mails]
        scores = probabilities(self.weights, logits(self.weights, views))
        return [self._verdict(*row) for row in zip(mails, views, scores, strict=True)]

    def _verdict(self, mail: Mail, seen: View, scores: Array) -> Verdict:
        best = int(scores.argmax())
        label = LABELS[best]
        by_label = {name: round(float(score), 6) for name, score in zip(LABELS, scores, strict=True)}
        facts = facts_of(mail, seen, label)
        return Verdict(label, by_label[label], by_label, evidence(self.weights, seen, best), **facts)


def logits(weights: Weights, views: Sequence[View]) -> Array:
    """Uncalibrated scores, one row a mail, one column a label."""
    return np.array([_score(weights, seen) for seen in views], np.float32)


def _score(weights: Weights, seen: View) -> Array:
    """The scores of one mail: what model_vectors.weighed and the coefficients would make of it, without matrices."""
    columns, held = np.unique(columns_of(seen), return_counts=True)
    values = np.log1p(held) * weights.rarity[columns]
    ends = np.searchsorted(columns, ENDS)
    begin = 0
    for block, end in zip(BLOCKS, ends, strict=True):
        part = values[begin:end]
        part *= block.share / (float(np.sqrt(part @ part)) or 1.0) if block.scaled else block.share
        begin = int(end)
    return np.asarray(weights.intercepts + values @ weights.coefficients[columns])


def probabilities(weights: Weights, scores: Array) -> Array:
    """Calibrated probabilities (multinomial logistic over the eight scores); every row sums to 1."""
    return softmax(scores @ weights.calibration + weights.offsets)


def softmax(scores: Array) -> Array:
    """Row-wise softmax."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def evidence(weights: Weights, seen: View, best: int) -> tuple[Because, ...]:
    """The one to three sentences that speak most for a label, with their share of all that speaks for it."""
    if not seen.sentences:
        return ()
    pull = np.maximum(_pulls(weights, seen, best), 0)
    total = float(pull.sum())
    if total <= 0:
        return (Because(seen.sentences[0][:_SHOWN_CHARS], 0.0),)
    order = [int(at) for at in np.argsort(-pull, kind="stable")[:_SENTENCES]]
    kept = [at for at in order if pull[at] / total >= _LEAST_WEIGHT] or order[:1]
    return tuple(Because(seen.sentences[at][:_SHOWN_CHARS], round(float(pull[at]) / total, 4)) for at in kept)


def _pulls(weights: Weights, seen: View, best: int) -> Array:
    """How much the words and ideas of each sentence speak for a label rather than for the average one."""
    words, places = word_numbers(seen)
    ideas = [row_numbers(row) for row in seen.ideas]
    columns = np.concatenate([words, *(IDEAS_AT + row for row in ideas)])
    where = np.concatenate([places, np.repeat(np.arange(len(ideas)), [*map(len, ideas)])])
    pull = weights.contrasts[columns, best]
    return np.asarray(np.bincount(where, pull, minlength=len(seen.sentences) + 1)[1:], np.float32)
