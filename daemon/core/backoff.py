"""How long to wait after a failure: growing, uneven, and as long as the server asks for. Pure: dice come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

FIRST_PAUSE: Final = 5.0
LONGEST_PAUSE: Final = 120.0
"""A server that was away for hours is noticed two minutes after it is back; asking so often costs next to nothing."""
THROTTLED_PAUSE: Final = 900.0
"""The first pause when a server complains of too much and does not say for how long."""
LONGEST_THROTTLED: Final = 4 * 3600.0
LONGEST_TOLD: Final = 24 * 3600.0
"""No server can send us away for longer than a day."""
SOUND_AFTER: Final = 300.0
"""Seconds of undisturbed work after which the next mishap starts with a short pause again."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often it failed in a row, by mishap and by complaint. All pauses in s."""

    mishaps: int = 0
    complaints: int = 0

    def after_mishap(self, dice: float) -> tuple[Self, float]:
        """The pause after a failure that may pass; `dice` in [0, 1) makes it up to a quarter longer or shorter."""
        pause = min(FIRST_PAUSE * 2.0 ** min(self.mishaps, 30), LONGEST_PAUSE)
        return replace(self, mishaps=self.mishaps + 1), uneven(pause, dice)

    def after_complaint(self, told: float | None, dice: float) -> tuple[Self, float]:
        """The pause after a server complained of too much: what it told, never shorter, else a long one that grows."""
        then = replace(self, complaints=self.complaints + 1)
        if told is not None:
            return then, min(max(told, FIRST_PAUSE), LONGEST_TOLD) * (1 + dice / 4)
        pause = min(THROTTLED_PAUSE * 2.0 ** min(self.complaints, 30), LONGEST_THROTTLED)
        return then, uneven(pause, dice)


def uneven(pause: float, dice: float) -> float:
    """The pause, up to a quarter longer or shorter, so that many do not come back at once."""
    return pause * (0.75 + dice / 2)
