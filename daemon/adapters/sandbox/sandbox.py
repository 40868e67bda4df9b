"""core.ports.Mind over readers that may break: mails in small groups, and one by one where a group broke its reader."""

from __future__ import annotations

import asyncio
import gc
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from classifiers.memory import give_back
from classifiers.values import Reading
from daemon.adapters.sandbox.children import USUAL, Child, Gone, Limits, Nursery, Start, line_of, start_nursery
from daemon.adapters.sandbox.mails import Batch, Flight, Mail, group_of
from daemon.core.errors import Poison, Transient

_TRIES: Final = 2
"""So often a mail is read alone whose reader breaks, each time by a fresh one, before it counts as unreadable."""


class Sandbox:
    """core.ports.Mind over child processes. They come with the first mail and leave when idle.

    `promise` is told while there is work how many s the next step may take, and None when there is none left.
    """

    def __init__(
        self,
        cache: Path,
        limits: Limits = USUAL,
        say: Callable[[str], None] = lambda _line: None,
        start: Start = start_nursery,
        on_ready: Callable[[Mapping[str, Any]], None] = lambda _model: None,
        promise: Callable[[float | None], None] = lambda _seconds: None,
    ) -> None:
        self._promise = promise
        self._cache, self._limits, self._say, self._start, self._on_ready = cache, limits, say, start, on_ready
        self._nursery: Nursery | None = None
        self._model: Mapping[str, Any] = {}
        self._number = 0
        self._waiting: deque[Mail] = deque()
        self._idle: list[Child] = []
        self._flights: list[Flight] = []
        self._hands: dict[asyncio.Task[None], list[Mail]] = {}
        self._door = asyncio.Lock()
        self._landed = asyncio.Event()
        self._leaving: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def suit(self, lean: float) -> None:
        """Let this share count from now on (see Limits.lean)."""
        self._limits = replace(self._limits, lean=lean)

    async def read(self, raw: bytes) -> Reading:
        """See core.ports.Mind. A mail whose reader dies is tried once more with a fresh one."""
        (outcome,) = await self._read([raw], lean=0.0)
        if isinstance(outcome, Poison):
            raise outcome
        return outcome

    async def read_many(self, raws: Sequence[bytes]) -> list[Reading | Poison]:
        """See core.ports.Mind. A group of mails that breaks its reader is read again one by one."""
        return await self._read(raws, lean=self._limits.lean)

    async def _read(self, raws: Sequence[bytes], lean: float) -> list[Reading | Poison]:
        batch = Batch(len(raws))
        if not raws:
            return []
        self._waiting.extend(Mail(batch, at, raw, lean) for at, raw in enumerate(raws))
        self._stay()
        self._hire()
        try:
            await batch.over
        except asyncio.CancelledError:
            await self._abandon()
            raise
        return batch.outcomes

    async def _abandon(self) -> None:
        """End the readers that are busy with what nobody waits for any more, and the start of what nobody needs."""
        if not any(mail.wanted for mail in chain(self._waiting, *self._hands.values())):
            self._waiting.clear()
            for hand in self._hands:  # a start may take minutes, in which `rest` would wait at the door
                hand.cancel()
            await asyncio.gather(*self._hands, return_exceptions=True)
            return
        await asyncio.gather(*(flight.child.stop() for flight in self._flights if not flight.wanted))
        while not all(flight.wanted for flight in self._flights):
            self._landed.clear()
            await self._landed.wait()

    def _hire(self) -> None:
        """Have one more hand at work if there is more to do than those at work do already."""
        if self._waiting and len(self._hands) < self._limits.children:
            group: list[Mail] = []
            hand = asyncio.ensure_future(self._work(group))
            self._promise(0.0)
            self._hands[hand] = group
            hand.add_done_callback(partial(self._dismiss, group))

    def _dismiss(self, group: Sequence[Mail], hand: asyncio.Task[None]) -> None:
        del self._hands[hand]
        if not hand.cancelled() and (error := hand.exception()) is not None:
            self._give_up(group, error)
        if self._waiting:
            self._hire()
        elif not self._hands:
            self._leave_later()

    def _give_up(self, group: Sequence[Mail], error: BaseException) -> None:
        """Nothing can be read: all who wait are told."""
        for mail in (*group, *self._waiting):
            mail.batch.give_up(error)
        self._waiting.clear()

    async def _work(self, group: list[Mail]) -> None:
        """Read what waits, one group after another. Raises Transient when nothing can be read."""
        while mails := group_of(self._waiting):
            group[:] = mails
            self._hire()
            await self._fly(mails)

    async def _fly(self, mails: list[Mail]) -> None:
        """Read a group, or put what is left of it back to be read one by one."""
        flight = Flight(await self._child(), mails)
        self._flights.append(flight)
        try:
            if flight.wanted:
                await self._ask(flight)
        except Gone as gone:
            how = await flight.child.stop()
            self._again(flight, str(gone) or how)
        except asyncio.CancelledError:
            await flight.child.stop()
            raise
        else:
            self._idle.append(flight.child)
        finally:
            self._flights.remove(flight)
            self._landed.set()

    def _again(self, flight: Flight, why: str) -> None:
        left = flight.mails[flight.done :]
        if len(flight.mails) == 1:
            left[0].tries += 1
            if left[0].tries == _TRIES:
                left.pop().settle(Poison(f"Reading this mail broke its reader twice: {why}."))
        for mail in reversed(left):
            mail.alone = True
            self._waiting.appendleft(mail)

    async def _ask(self, flight: Flight) -> None:
        self._number += 1
        number, raws = self._number, [mail.raw for mail in flight.mails]
        self._promise(self._limits.mail_seconds)
        head = {"id": number, "bytes": [len(raw) for raw in raws], "lean": flight.mails[0].lean}
        try:
            async with asyncio.timeout(self._limits.mail_seconds):
                flight.child.writer.writelines([json.dumps(head).encode() + b"\n", *raws])
                await flight.child.writer.drain()
                for _ in raws:
                    flight.settle(await line_of(flight.child.reader), number)
        except TimeoutError:
            raise Gone(f"it took more than {self._limits.mail_seconds:.0f} s") from None
        except OSError:
            raise Gone from None

    async def ready(self) -> Mapping[str, Any]:
        """What the model says of itself ({key, trained, corpus, corrections}), trained first if need be."""
        self._stay()
        async with self._door:
            await self._open()
        if not self._hands:
            self._leave_later()
        return self._model

    async def _child(self) -> Child:
        """A reader that waits, or a fresh one. Raises Transient."""
        async with self._door:
            while self._idle:
                child = self._idle.pop()
                if not child.reader.at_eof():
                    return child
                await child.stop()
            try:
                return await (await self._open()).child()
            except (Gone, OSError):
                await self._drop()  # the nursery itself is gone: the kernel may take it when memory is short
            try:
                return await (await self._open()).child()
            except (Gone, OSError) as error:
                raise await self._no_start() from error

    async def _open(self) -> Nursery:
        if self._nursery is None:
            self._promise(self._limits.start_seconds)
            try:
                self._nursery = await self._start(self._cache, self._limits)
                async with asyncio.timeout(self._limits.start_seconds):
                    self._model = await self._nursery.greeting(self._say)
                self._on_ready(self._model)
            except asyncio.CancelledError:
                await self._drop()
                raise
            except (Gone, OSError, TimeoutError) as error:
                raise await self._no_start() from error
        return self._nursery

    async def _no_start(self) -> Transient:
        how = await self._drop()
        return Transient(f"The reader of mails could not be started ({how}). `highroad doctor` looks for the cause.")

    async def _drop(self) -> str:
        nursery, self._nursery = self._nursery, None
        idle, self._idle = self._idle, []
        for child in idle:
            child.writer.close()
        return await nursery.stop() if nursery else "it did not start"

    async def rest(self) -> None:
        """See core.ports.Mind. Groups that are being read are read to their end first."""
        self._stay()
        async with self._door:
            while self._flights:
                self._landed.clear()
                await self._landed.wait()
            await self._drop()

    @property
    def awake(self) -> bool:
        """Whether the children are there just now."""
        return self._nursery is not None

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _leave_later(self) -> None:
        self._stay()
        self._promise(None)
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(self._limits.idle_seconds, self._leave)

    def _leave(self) -> None:
        task = asyncio.ensure_future(self._retire())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _retire(self) -> None:
        """Rest, and let the machine have what reading took: from now on there may be nothing to do for hours."""
        await self.rest()
        gc.collect()
        give_back()
