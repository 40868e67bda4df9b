"""What `highroad doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: at what, whether it is well, what was seen or is wrong, and what to do about it."""

    what: str
    ok: bool
    seen: str
    do: str = ""
