"""Rung when something has changed: whoever pauses goes on at once, whoever listens is called."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from daemon.core.ports import Clock


class Bell:
    """One for a house. All of it happens in the event loop's thread. `rings` counts how often it was rung."""

    def __init__(self) -> None:
        self.rings = 0
        self._calls: set[Callable[[], None]] = set()

    def ring(self) -> None:
        """End every pause, and call everybody."""
        self.rings += 1
        for call in list(self._calls):
            call()

    @contextmanager
    def heard(self, call: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `call` is called when the bell rings."""
        self._calls.add(call)
        try:
            yield
        finally:
            self._calls.discard(call)

    async def pause(self, clock: Clock, seconds: float) -> bool:
        """Wait so many s at most. Whether the bell ended it."""
        rung = asyncio.Event()
        with self.heard(rung.set):
            sleeping = asyncio.ensure_future(clock.sleep(seconds))
            called = asyncio.ensure_future(rung.wait())
            try:
                await asyncio.wait({sleeping, called}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _ended(sleeping, called)
        return rung.is_set()


async def _ended(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
