"""A clock that goes only when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class FakeClock:
    """core.ports.Clock: `at` may be set, `sleep` advances it at once and is written down in `slept`.

    `on_sleep` is called with the seconds of each sleep, before the clock moves on.
    """

    def __init__(self, at: datetime = MONDAY, on_sleep: Callable[[float], None] = lambda _seconds: None) -> None:
        self.at = at
        self.slept: list[float] = []
        self.leapt = 0.0
        self._on_sleep = on_sleep

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp() - self.leapt

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._on_sleep(seconds)
        self.at += timedelta(seconds=seconds)

    def leap(self, **parts: float) -> None:
        """Move the wall's clock alone by a timedelta's parts: somebody set it, or the machine slept."""
        self.at += timedelta(**parts)
        self.leapt += timedelta(**parts).total_seconds()

    def advance(self, **parts: float) -> None:
        """Move on by a timedelta's parts, e.g. hours=2."""
        self.at += timedelta(**parts)
