"""The reader of mails, made ready while the person answers questions: the first time it has to be trained."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from daemon.adapters.sandbox.sandbox import Sandbox
from daemon.core.errors import HighroadError


class Training:
    """A context manager around a thread with a reader in it, if there is no model yet that may serve."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="training", daemon=True)
        self._begun = threading.Event()

    def __enter__(self) -> Self:
        if not any(self._cache.glob("*.skops")):
            self._thread.start()
        return self

    @property
    def goes_on(self) -> bool:
        """Whether it is not ready yet."""
        return self._thread.is_alive()

    def wait(self, say: Callable[[str], None]) -> None:
        """Until it is ready, or has failed; what it says of itself is passed on."""
        while (line := self._lines.get()) is not None:
            say(line)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.goes_on:
            return
        self._begun.wait()
        with suppress(RuntimeError):  # it has ended, and its loop with it
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _run(self) -> None:
        with suppress(asyncio.CancelledError, HighroadError):
            asyncio.run(self._ready())
        self._lines.put(None)

    async def _ready(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.ensure_future(self._made_ready())
        self._begun.set()
        await self._task

    async def _made_ready(self) -> None:
        mind = Sandbox(self._cache, say=self._lines.put)
        try:
            await mind.ready()
        finally:
            await mind.rest()
