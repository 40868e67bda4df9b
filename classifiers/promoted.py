"""Which model is used: the base model, or the one that learnt from corrections and was found better.

What was learnt last stands in `learnt.json` beside the models (mode 0600), written after the model it names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from classifiers.model import Model
from classifiers.model_cache import cached, code_of, key_of, learnt_path
from classifiers.train import load_or_train

FINGERPRINT: Final = re.compile(r"[0-9a-f]{1,64}")
"""What names a set of corrections."""
_NAME: Final = "learnt.json"
_LARGEST: Final = 65_536
_LEARNING: Final = ("candidate", "corrections", "learn", "lesson", "promotion")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pointer:
    """What was learnt last: on which base model, from which set of corrections and how many, and what came of it.

    `code` tells what learnt: another version may weigh the same corrections otherwise.
    """

    base: str
    fingerprint: str
    promoted: bool
    why: str
    corrections: int
    code: str


@dataclass(frozen=True, slots=True)
class Current:
    """The model to use and what was learnt last, None if that is nothing or of another version."""

    model: Model
    pointer: Pointer | None

    def about(self) -> dict[str, Any]:
        """What the model says of itself: `corrections` are those it learnt from, `learnt` names the last learnt from.

        {key, corpus, trained, corrections, learnt, promoted, why}; learnt and why are None where nothing was.
        """
        model, last = self.model, self.pointer
        known = {"key": model.key, "corpus": model.corpus, "trained": model.trained, "corrections": model.corrections}
        if last is None:
            return {**known, "learnt": None, "promoted": False, "why": None}
        return {**known, "learnt": last.fingerprint, "promoted": last.promoted, "why": last.why}


def current(cache: Path, say: Say) -> Current:
    """The model to use; the base model is trained first if it is needed and not there. Raises OSError."""
    base = key_of()
    pointer = known(cache, base, say)
    if pointer is None or not pointer.promoted:
        return Current(load_or_train(cache, say), pointer)
    model = cached(learnt_path(cache, base, pointer.fingerprint), key_with(base, pointer.fingerprint), say)
    if model is None:
        say("The model that learnt from your corrections is not there; until it is made again, the base model is used.")
        return Current(load_or_train(cache, say), None)
    return Current(model, pointer)


def key_with(base: str, fingerprint: str) -> str:
    """The key of the model that learnt from a set of corrections."""
    return f"{base}-{fingerprint}"


def learning() -> str:
    """What tells one version of how corrections are learnt from another."""
    return code_of(_LEARNING)


def known(cache: Path, base: str, say: Say) -> Pointer | None:
    """What was learnt last, if it is about this base model and version; else None, said so. Raises OSError."""
    try:
        with (cache / _NAME).open("rb") as file:
            pointer = _pointer(json.loads(file.read(_LARGEST)))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        say(f"What was learnt from your corrections is set aside: {_NAME} is damaged. It is to be learnt again.")
        return None
    if (pointer.base, pointer.code) != (base, learning()):
        if pointer.corrections:
            say("What was learnt from your corrections is set aside: it is of another version and to be learnt again.")
        return None
    return pointer


def _pointer(held: object) -> Pointer:
    kinds = {"base": str, "fingerprint": str, "promoted": bool, "why": str, "corrections": int, "code": str}
    if not isinstance(held, dict) or any(type(held.get(name)) is not kind for name, kind in kinds.items()):
        raise ValueError
    if not FINGERPRINT.fullmatch(held["fingerprint"]):
        raise ValueError
    return Pointer(**{name: held[name] for name in kinds})


def point(cache: Path, pointer: Pointer) -> None:
    """Say what was learnt (0600, atomic). Raises OSError."""
    new = cache / f"{_NAME}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(pointer), file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(cache / _NAME)
