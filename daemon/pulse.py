"""Proof of life: whoever works says how long it may take until it is heard of again; who is late, hangs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from classifiers.values import Reading
from daemon.core.errors import Poison
from daemon.core.ports import Mind

GRACE: Final = 300.0
"""What is done between two waits (planning, writing a batch down on a slow card) may take so many s."""
MIND: Final = "mind"
DIGEST: Final = "digest"
GLANCE: Final = "glance"
LEARNING: Final = "learning"

Promise = Callable[[float | None], None]
"""What a port is handed to speak for somebody: so many s may pass until the next word, None for "it is over"."""


class Pulse:
    """One for a house. `monotonic` is a clock that is never set back, in s. All of it in the event loop's thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._due: dict[str, float] = {}
        self._leans: dict[str, list[str]] = {}

    def expect(self, name: str, seconds: float = 0.0) -> None:
        """`name` waits for so many s at most, or is at work (0): it is late when GRACE has gone by besides."""
        self._due[name] = self._monotonic() + seconds + GRACE

    def gone(self, name: str) -> None:
        """Its work is over: nothing is expected any more."""
        self._due.pop(name, None)

    def of(self, name: str) -> Promise:
        """Lets a port speak for `name` without knowing of anybody else."""
        return lambda seconds: self.gone(name) if seconds is None else self.expect(name, seconds)

    @contextmanager
    def leaning(self, name: str, on: str) -> Iterator[None]:
        """Meanwhile `name` waits for `on` however long it takes, and is as late as that one is."""
        self._leans.setdefault(name, []).append(on)
        try:
            yield
        finally:
            self._leans[name].remove(on)
            self.expect(name)

    def late(self, now: float | None = None) -> tuple[str, ...]:
        """Who has not been heard of within what it said, by name."""
        moment = self._monotonic() if now is None else now
        return tuple(name for name, due in sorted(self._due.items()) if due < moment and not self._supported(name))

    def _supported(self, name: str) -> bool:
        return any(on in self._due for on in self._leans.get(name, ()))


class Leaning:
    """core.ports.Mind over another one: whoever has mails read is meanwhile as alive as the readers are."""

    def __init__(self, mind: Mind, pulse: Pulse, name: str) -> None:
        self._mind, self._pulse, self._name = mind, pulse, name

    async def read(self, raw: bytes) -> Reading:
        """See core.ports.Mind."""
        with self._pulse.leaning(self._name, MIND):
            return await self._mind.read(raw)

    async def read_many(self, raws: Sequence[bytes]) -> list[Reading | Poison]:
        """See core.ports.Mind."""
        with self._pulse.leaning(self._name, MIND):
            return await self._mind.read_many(raws)

    async def rest(self) -> None:
        """See core.ports.Mind."""
        await self._mind.rest()
