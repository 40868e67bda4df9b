"""One connection, one thread: imapclient is synchronous, and a blocked read must never hold up the house."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class OwnThread:
    """Runs calls one after another in a daemon thread of its own, so that a stuck one cannot delay the exit."""

    def __init__(self, name: str) -> None:
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            task()
            del task  # it may hold a secret, and the next one may not come for hours

    async def run(self, call: Callable[[], T]) -> T:
        """The result of `call`, made in the thread. Cancelling stops the waiting, not the call."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(lambda: _settle(loop, future, call))
        return await future

    def end(self, last: Callable[[], None] = lambda: None) -> None:
        """Let the thread end after the calls it already has and `last`, which must not raise."""
        self._queue.put(last)
        self._queue.put(None)


def _settle(loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], call: Callable[[], T]) -> None:
    """Make the call and hand its result or its exception over to the loop, if somebody still waits there."""
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001  (every exception belongs to the waiting side, none to the thread)
        failure = error
        _tell(loop, lambda: None if future.done() else future.set_exception(failure))
    else:
        _tell(loop, lambda: None if future.done() else future.set_result(result))


def _tell(loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(act)
