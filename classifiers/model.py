"""The trained model: eight calibrated probabilities for a mail, and the sentences that decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from math import sqrt
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from classifiers.concepts import concepts
from classifiers.extract import facts_of
from classifiers.features import View, view
from classifiers.fill import LANGUAGES
from classifiers.frames import table_of
from classifiers.hashing import BLOCKS, ENDS, IDEAS_AT, Numbers, columns_of, idea_numbers, word_numbers
from classifiers.mail import Mail
from classifiers.values import LABELS, Because, Verdict

if TYPE_CHECKING:  # whoever only reads mails does without scikit-learn, which takes 60 MB
    from classifiers.model_vectors import Array

_SENTENCES: int = 3
_LEAST_WEIGHT: float = 0.15
_SHOWN_CHARS: int = 400
_ZERO = np.zeros(1, np.int64)
_ENDS = np.array(ENDS, np.uint32)


@dataclass(frozen=True)
class Weights:
    """What training yields: rarity (WIDTH), coefficients (WIDTH x 8), intercepts (16), calibration (16 x 8 and 8).

    Two machines score a mail: one by its letters and words (the columns below IDEAS_AT), one by its ideas and form.
    """

    rarity: Array
    coefficients: Array
    intercepts: Array
    calibration: Array
    offsets: Array

    @cached_property
    def contrasts(self) -> Array:
        """How much a column speaks for a label rather than for the average one (8 x WIDTH)."""
        spread = self.coefficients - self.coefficients.mean(axis=1, keepdims=True)
        return np.ascontiguousarray((spread * self.rarity[:, np.newaxis]).T)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights and where they come from: the cache key, when (ISO 8601, UTC), how many mails and corrections."""

    key: str
    trained: str
    corpus: int
    corrections: int
    weights: Weights

    def warm(self) -> None:
        """Make what any mail may need, so that processes forked from this one share it."""
        _ = self.weights.contrasts
        for code in (*LANGUAGES, None):
            concepts(code)
            table_of(code)

    def verdict(self, mail: Mail) -> Verdict:
        """The verdict on one mail."""
        return self.verdicts([mail])[0]

    def verdicts(self, mails: Sequence[Mail], lean: float = 0.0) -> list[Verdict]:
        """The verdicts on several mails at once, in their order; quicker than one by one.

        Facts and reasons of an `other` whose rejection score is below `lean` are left out, unless it answers a mail.
        """
        if not mails:
            return []
        views = [view(mail) for mail in mails]
        # Row by row, since BLAS adds up in another order when it is given several.
        scores = [probabilities(self.weights, row[np.newaxis])[0] for row in logits(self.weights, views)]
        return [self._verdict(*row, lean) for row in zip(mails, views, scores, strict=True)]

    def _verdict(self, mail: Mail, seen: View, scores: Array, lean: float) -> Verdict:
        best = int(scores.argmax())
        label = LABELS[best]
        by_label = {name: round(score, 6) for name, score in zip(LABELS, scores.tolist(), strict=True)}
        # An employer's answer to a letter of thanks is an `other`, and may hold the feedback that was asked for.
        answers = mail.headers.in_reply_to or mail.headers.references
        if label == "other" and by_label["rejection"] < lean and not answers:
            return Verdict(label, by_label[label], by_label)
        facts = facts_of(mail, seen, label)
        return Verdict(label, by_label[label], by_label, evidence(self.weights, seen, best), **facts)


def parcel(model: Model, about: Mapping[str, Any], to: IO[bytes]) -> None:
    """Write a model and what is said of it in a form that needs numpy alone to be read, for another process of ours."""
    named = {field.name: getattr(model.weights, field.name) for field in fields(Weights)}
    told = [model.key, model.trained, model.corpus, model.corrections, about]
    np.savez(to, told=np.array(json.dumps(told)), **named)


def unpacked(parcelled: IO[bytes]) -> tuple[Model, dict[str, Any]]:
    """The model of a parcel and what is said of it. Raises ValueError, EOFError or OSError when it is none."""
    with np.load(parcelled, allow_pickle=False) as held:
        key, trained, corpus, corrections, about = json.loads(str(held["told"]))
        weights = Weights(**{field.name: held[field.name] for field in fields(Weights)})
        return Model(key, trained, corpus, corrections, weights), about


def logits(weights: Weights, views: Sequence[View]) -> Array:
    """Uncalibrated scores, one row a mail, one column a machine and label (16)."""
    return np.array([_score(weights, seen) for seen in views], np.float32)


def _score(weights: Weights, seen: View) -> Array:
    """The scores of one mail: what model_vectors.weighed and the coefficients would make of it, without matrices."""
    columns, held = _counted(columns_of(seen))
    values = np.log1p(held) * weights.rarity.take(columns)
    begin = 0
    for block, end in zip(BLOCKS, np.searchsorted(columns, _ENDS).tolist(), strict=True):
        part = values[begin:end]
        part *= block.share / (sqrt(part @ part) or 1.0) if block.scaled else block.share
        begin = end
    split = int(np.searchsorted(columns, IDEAS_AT))
    halves = (slice(split), slice(split, None))
    told = [values[half] @ weights.coefficients.take(columns[half], axis=0) for half in halves]
    return np.asarray(weights.intercepts + np.concatenate(told))


def _counted(columns: Numbers) -> tuple[Numbers, Numbers]:
    """Each column once, ascending, and how often it was there; np.unique does the same in twice the time."""
    columns = np.sort(columns)
    begins = np.concatenate((_ZERO, np.flatnonzero(columns[1:] != columns[:-1]) + 1, (len(columns),)))
    return columns.take(begins[:-1]), begins[1:] - begins[:-1]


def probabilities(weights: Weights, scores: Array) -> Array:
    """Calibrated probabilities (multinomial logistic over the sixteen scores); every row sums to 1."""
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
    shares = [(at, float(pull[at]) / total) for at in np.argsort(-pull, kind="stable")[:_SENTENCES].tolist()]
    kept = [one for one in shares if one[1] >= _LEAST_WEIGHT] or shares[:1]
    return tuple(Because(seen.sentences[at][:_SHOWN_CHARS], round(share, 4)) for at, share in kept)


def _pulls(weights: Weights, seen: View, best: int) -> Array:
    """How much the words and ideas of each sentence speak for a label rather than for the average one."""
    words, places = word_numbers(seen)
    ideas, lengths = idea_numbers(seen)
    columns = np.concatenate((words, IDEAS_AT + ideas))
    where = np.concatenate((places, np.repeat(np.arange(len(lengths)), lengths)))
    pull = np.bincount(where, weights.contrasts[best].take(columns), minlength=len(lengths))
    return np.asarray(pull[1:], np.float32)
