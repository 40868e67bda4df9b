"""Fetching ahead: messages in batches by bytes and count, the next ones on their way while these are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daemon.core.ports import PREFIX_BYTES, Mailbox

FIRST_MAILS: Final = 20
"""So many may come at once without their sizes being asked for; a mail that has just arrived waits for no more."""
BATCH_MAILS: Final = 300
BATCH_BYTES: Final = 6 * 2**20
IN_FLIGHT: Final = 16 * 2**20
"""Bytes that are fetched and not journalled yet, at most: what memory a pass needs, whatever the mailbox."""

_BESIDE: Final = 4096
"""What a message weighs beside its octets."""
_SIZES_FIRST: Final = 300
_SIZES_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Batch:
    """UIDs that are fetched together, and what they weigh in bytes at most."""

    uids: Sequence[int]
    weight: int


async def batches(mailbox: Mailbox, uids: Sequence[int]) -> AsyncIterator[Batch]:
    """The UIDs in order: a few first, so that little is done at once, then as many as BATCH_BYTES and BATCH_MAILS let.

    UIDs that are gone meanwhile are left out where their sizes are asked for.
    """
    if uids:
        first = uids[:FIRST_MAILS]
        yield Batch(first, len(first) * (PREFIX_BYTES + _BESIDE))
    start, step = FIRST_MAILS, _SIZES_FIRST
    while start < len(uids):
        part = uids[start : start + step]
        for batch in _packed(part, await mailbox.sizes(part)):
            yield batch
        start, step = start + step, _SIZES_AT_ONCE


def _packed(uids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[Batch]:
    batch: list[int] = []
    weight = 0
    for uid in (uid for uid in uids if uid in sizes):
        own = min(sizes[uid], PREFIX_BYTES) + _BESIDE
        if batch and (weight + own > BATCH_BYTES or len(batch) == BATCH_MAILS):
            yield Batch(batch, weight)
            batch, weight = [], 0
        batch.append(uid)
        weight += own
    if batch:
        yield Batch(batch, weight)


class Scale:
    """Lets no more than `limit` bytes be in flight, except for one thing that is heavier alone."""

    def __init__(self, limit: int = IN_FLIGHT) -> None:
        self._limit, self._held = limit, 0
        self._lighter = asyncio.Event()

    async def take(self, weight: int) -> None:
        """Wait until so much more may be in flight."""
        while self._held and self._held + weight > self._limit:
            self._lighter.clear()
            await self._lighter.wait()
        self._held += weight

    def give(self, weight: int) -> None:
        """So much is done with."""
        self._held -= weight
        self._lighter.set()
