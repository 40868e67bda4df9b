"""Highroad's own model in the comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.classifier.sets import Row

from classifiers.model_cache import fetch, store

KEY = "bench"


def learn(folder: Path, without: int | None) -> None:
    """Learns the corpus (or takes the model that tests keep of it), or what is left without a fold."""
    store(folder / "highroad", replace(_learnt(without), key=KEY))


def _learnt(without: int | None):
    # What learns is heavy, and what judges shall weigh what it needs.
    from bench.classifier.child import samples  # noqa: PLC0415
    from support.realmodel import real_model  # noqa: PLC0415

    from classifiers.train import train  # noqa: PLC0415

    return real_model() if without is None else train(samples(without), KEY, lambda _line: None)


class Judge:
    """Judges by subject and body, or by the whole mail (sender and form too)."""

    def __init__(self, folder: Path, *, whole: bool = False) -> None:
        self.model = fetch(folder / "highroad", KEY)
        self.whole = whole

    def __call__(self, rows: Sequence[Row]) -> list[tuple[float, bool]]:
        verdicts = self.model.verdicts([row.mail(whole=self.whole) for row in rows])
        return [(one.scores["rejection"], one.label == "rejection") for one in verdicts]
