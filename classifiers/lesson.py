"""One round of learning: the base model, a candidate that knows the corrections, the comparison, what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from classifiers.candidate import heavier, likeliest_besides, refitted, with_lessons
from classifiers.corpus import VALIDATION, Sample, load
from classifiers.corrections import WEIGHTS, Correction, Weighed, lessons_of, weighed
from classifiers.model import Model
from classifiers.model_cache import base_path, cached, key_of, learnt_path, store, tidy
from classifiers.promoted import Current, Pointer, key_with, learning, point
from classifiers.promotion import Outcome, compared
from classifiers.train import Material, prepared, trained

Say = Callable[[str], None]
NOTHING: Final = "There are no corrections to learn from; the model knows the corpus alone."


@dataclass(frozen=True, slots=True)
class Sets:
    """What is learnt from and what is checked on, and the key of the base model that this makes."""

    samples: Sequence[Sample] = field(default_factory=load)
    validation: Sequence[Sample] = field(default_factory=lambda: load(VALIDATION))
    key: str = field(default_factory=key_of)


@dataclass(frozen=True, slots=True)
class Task:
    """Where models are kept, what names the corrections, whether to train anew, whether to keep nothing."""

    cache: Path
    fingerprint: str
    again: bool = False
    dry_run: bool = False
    sets: Sets = field(default_factory=Sets)


def learn(task: Task, corrections: Sequence[Correction], say: Say) -> dict[str, Any]:
    """Train what is missing, learn from the corrections, keep and point at what is to be used. Raises OSError.

    The answer: promoted, why, corrections (how many were weighed), figures, and what the model in use says of itself.
    """
    base, made = _base(task, say)
    known = {"corpus": _corpus(task.sets.samples), "trained_base": bool(made), "trained": base.trained}
    standing = weighed(corrections, say)
    outcome, model = Outcome(promoted=False, why=NOTHING), base
    if standing:
        outcome, model = _taught(task, base, made, standing, say)
    say(outcome.why)
    found = (outcome.promoted, outcome.why, len(standing))
    pointer = Pointer(task.sets.key, task.fingerprint, *found, learning())
    if not task.dry_run:
        point(task.cache, pointer)
        if not standing:
            _unlearn(task.cache)
    return {
        **dict(zip(("promoted", "why", "corrections"), found, strict=True)),
        "figures": {**known, "set_aside": len(corrections) - len(standing), **outcome.figures},
        "model": Current(model if outcome.promoted else base, pointer).about(),
    }


def _unlearn(cache: Path) -> None:
    """Remove what was learnt from corrections that are undone."""
    for path in cache.glob("model-*-*.skops"):
        path.unlink(missing_ok=True)


def _base(task: Task, say: Say) -> tuple[Model, list[Material]]:
    """The base model, and, if it had to be trained, what it was learnt from."""
    path = base_path(task.cache, task.sets.key)
    model = None if task.again else cached(path, task.sets.key, say)
    if model is not None:
        return model, []
    model, material = trained(task.sets.samples, task.sets.key, say)
    if not task.dry_run:
        store(path, model)
        tidy(task.cache)
    return model, [material]


def _taught(
    task: Task, base: Model, made: list[Material], standing: Sequence[Weighed], say: Say
) -> tuple[Outcome, Model]:
    say(f"Learning from the corpus and {len(standing)} {'correction' if len(standing) == 1 else 'corrections'} ...")
    lessons = list(lessons_of(standing, likeliest_besides(base)))
    # Nothing here may hold on to what the base model learnt from: it is large, and there would be two of it.
    whole = with_lessons(made.pop() if made else prepared(task.sets.samples), lessons)
    for weight in WEIGHTS:
        heavy = heavier(whole, len(lessons), weight / WEIGHTS[0])
        model = refitted(base, heavy, len(standing), key_with(task.sets.key, task.fingerprint))
        outcome = compared(base, model, standing, task.sets.validation)
        if not outcome.lost:
            break
    if not task.dry_run:
        # Kept also when it is not used: so that it can be looked at.
        store(learnt_path(task.cache, task.sets.key, task.fingerprint), model)
        tidy(task.cache)
    return outcome, model


def _corpus(samples: Sequence[Sample]) -> dict[str, Any]:
    return {
        "mails": len(samples),
        "labels": dict(Counter(sample.label for sample in samples)),
        "languages": dict(Counter(sample.language for sample in samples)),
    }
