"""A clock that the story turns: what takes weeks in life takes a moment here."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime


class TurnedClock:
    """core.ports.Clock. It stands still until it is turned; pauses are real."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """See core.ports.Clock."""
        return self._now

    def turn(self, to: datetime) -> None:
        """Let it be that time, which is not before the one it shows."""
        self._now = max(self._now, to)

    def monotonic(self) -> float:
        """See core.ports.Clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """See core.ports.Clock."""
        await asyncio.sleep(seconds)
