"""What the trained model said of itself, kept beside it for those who must not load it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

_NAME: Final = "model.json"


def cache_dir(state_dir: Path) -> Path:
    """Where the trained model is kept."""
    return state_dir / "model"


def remember(cache: Path, facts: Mapping[str, Any]) -> None:
    """Keep what the model says of itself (0600, atomic). Raises OSError."""
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = cache / f"{_NAME}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(dict(facts), file)
    new.replace(cache / _NAME)


@dataclass(frozen=True, slots=True)
class ModelNote:
    """The note of one cache, for those who add to it. What the model says of itself leaves what came of learning."""

    cache: Path

    def read(self) -> dict[str, Any] | None:
        """See remembered."""
        return remembered(self.cache)

    def add(self, facts: Mapping[str, Any]) -> None:
        """Keep these besides what stands there. Raises OSError."""
        remember(self.cache, {**(self.read() or {}), **facts})

    def ready(self, facts: Mapping[str, Any]) -> None:
        """What a model says of itself as it starts; why it was promoted or not stays as long as it learnt the same."""
        before = self.read() or {}
        why = {"why": before["why"]} if "why" in before and before.get("learnt") == facts.get("learnt") else {}
        remember(self.cache, {**why, **facts})


def remembered(cache: Path) -> dict[str, Any] | None:
    """What the model said when it was last there ({trained, corpus, corrections, key}); None if it never was."""
    try:
        found = json.loads((cache / _NAME).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found and _sound(found) else None


def _sound(note: Mapping[str, Any]) -> bool:
    """Whether a note holds what a model says: it may have been damaged since."""
    try:
        datetime.fromisoformat(note.get("trained") or "2000-01-01")
        int(note.get("corrections") or 0)
    except (TypeError, ValueError):
        return False
    return True
