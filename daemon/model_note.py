"""What the trained model said of itself, kept beside it for those who must not load it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
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


def remembered(cache: Path) -> dict[str, Any] | None:
    """What the model said when it was last there ({trained, corpus, corrections, key}); None if it never was."""
    try:
        found = json.loads((cache / _NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found else None
