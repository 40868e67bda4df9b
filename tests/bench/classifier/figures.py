"""Precision, recall and F1 of rejection, from answers and truths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.figures import Share


@dataclass(frozen=True, slots=True)
class Figures:
    """How often rejections were called so."""

    hits: int
    false_alarms: int
    missed: int

    @property
    def precision(self) -> Share:
        return Share(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> Share:
        return Share(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, 2 * self.hits + self.false_alarms + self.missed)


def figures(said: Sequence[bool], truths: Sequence[bool]) -> Figures:
    """The figures of one way to decide on one set."""
    pairs = list(zip(said, truths, strict=True))
    return Figures(pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True)))
