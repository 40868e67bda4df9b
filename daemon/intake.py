"""One pass over a folder: the next messages are fetched while these are read and those before them are written down.

A batch is one transaction: its rows, what follows from them and the cursor move together, or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar

from classifiers.values import Reading
from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.messages import SetAside
from daemon.batches import Batch, Scale, batches
from daemon.core.anchors import chosen, told
from daemon.core.chronicle import mark
from daemon.core.entry import Cursor, Place
from daemon.core.errors import Poison
from daemon.core.ports import Clock, FolderState, Mailbox, Mind, Progress, RawMail
from daemon.core.uidset import UidSet
from daemon.gap import keyed
from daemon.logbook import tell
from daemon.recorder import Recorder

T = TypeVar("T")
_ANCHOR_BYTES: Final = 32_768
"""Anchors are fetched again and again, so that none but the newest should be heavier."""

_SET_ASIDE: Final = "A mail could not be read and was set aside; `highroad status` counts such mails."


class Renumbered(Exception):
    """A UID is another message's now: whatever was read says nothing of what the folder holds."""


@dataclass(slots=True)
class Synced:
    """What a pass over a folder did: mails read anew, known from elsewhere, set aside as unreadable.

    `kept` is how many of those that were read are about a job.
    """

    read: int = 0
    known: int = 0
    unreadable: int = 0
    kept: int = field(default=0, compare=False)

    def __iadd__(self, other: Synced) -> Synced:
        self.read += other.read
        self.known += other.known
        self.unreadable += other.unreadable
        self.kept += other.kept
        return self


@dataclass(slots=True)
class Pass:
    """One pass over a folder: the cursor as it stands, what the server holds, what is to be read, what was done.

    `there` and `todo` ascend. `probe` are the anchors to be looked at on the way, `first` the lowest UID that is new.
    """

    cursor: Cursor
    state: FolderState
    there: Sequence[int]
    todo: Sequence[int]
    anchors: Mapping[int, bytes]
    probe: Sequence[int] = ()
    first: int | None = None
    missing: Sequence[int] = ()
    synced: Synced = field(default_factory=Synced)
    renumbered: bool = False

    def is_new(self, uid: int) -> bool:
        """Whether a message came since the last pass, and not with a new UIDVALIDITY or a wider scan."""
        return self.first is not None and uid >= self.first

    def after(self, uids: Sequence[int]) -> Cursor:
        """The cursor as it is past these messages."""
        return replace(self.cursor, read=str(UidSet.parse(self.cursor.read) | uids))

    def ended(self, now: datetime) -> Cursor:
        """The cursor at the end, with its counts. Only now UIDNEXT moves: a pass that broke off is not `unchanged`."""
        read, skipped = UidSet.parse(self.cursor.read), UidSet.parse(self.cursor.skipped)
        seen, all_ = read.count_in(self.there), (read | skipped).count_in(self.there)
        return replace(
            self.cursor,
            uidnext=self.state.uidnext,
            highestmodseq=self.state.highestmodseq,
            server_messages=len(self.there),
            seen=seen,
            older=all_ - seen,
            last_sync=now,
        )


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message without its octets: UID, keyed identity, INTERNALDATE, and whether there is anything to read."""

    uid: int
    key: bytes
    internaldate: datetime
    known: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """A batch on its way: its messages, the anchors among them, and the readings of those that are not known."""

    batch: Batch
    mails: Sequence[Fetched]
    light: Mapping[int, bytes]
    readings: asyncio.Task[list[Reading | Poison]]


class Intake:
    """Carries the messages of one pass into the journal. For one use."""

    def __init__(
        self, journal: Journal, mind: Mind, clock: Clock, recorder: Recorder, version: str, progress: Progress
    ) -> None:
        self._journal, self._mind, self._clock = journal, mind, clock
        self._recorder, self._version, self._progress = recorder, version, progress
        self._loaded: asyncio.Queue[Loaded | None] = asyncio.Queue()
        self._scale = Scale()
        self._coming: set[bytes] = set()
        self._reading: set[asyncio.Task[list[Reading | Poison]]] = set()

    async def run(self, mailbox: Mailbox, pass_: Pass) -> None:
        """Read what is to do. Raises what the ports raise, and Renumbered; what was fetched before is kept.

        A fault of the mind or of the journal, and a cancellation, end it at once, at the boundary of a batch.
        """
        loading = asyncio.create_task(self._load(mailbox, pass_))
        try:
            done = 0
            while (loaded := await self._loaded.get()) is not None:
                await self._settle(pass_, loaded)
                done += len(loaded.batch.uids)
                self._progress(done, len(pass_.todo), f"{self._recorder.account}/{pass_.cursor.folder}")
            await loading
        finally:
            await _ended(loading, *self._reading)

    # The first half, ahead of the other: fetching, and handing over to the mind.

    async def _load(self, mailbox: Mailbox, pass_: Pass) -> None:
        try:
            probe = list(pass_.probe)
            async for batch in batches(mailbox, pass_.todo):
                await self._scale.take(batch.weight)
                mails = await mailbox.fetch(sorted({*batch.uids, *probe}))
                self._look_at(pass_, mails, probe)
                await self._pass_on(pass_, batch, [mail for mail in mails if mail.uid in set(batch.uids)])
                probe = []
            if probe:
                self._look_at(pass_, await mailbox.fetch(probe), probe)
        finally:
            self._loaded.put_nowait(None)

    def _look_at(self, pass_: Pass, mails: Sequence[RawMail], probe: Sequence[int]) -> None:
        """Whether the anchors are still themselves; those that are gone are let go of."""
        found = {mail.uid: self._key(mail) for mail in mails if mail.uid in probe}
        if told(pass_.anchors, found) == "other":
            raise Renumbered
        pass_.anchors = {uid: key for uid, key in pass_.anchors.items() if uid not in probe} | found

    async def _pass_on(self, pass_: Pass, batch: Batch, mails: Sequence[RawMail]) -> None:
        """Hand over to the mind what nobody knows. The octets go with it, and are let go of with its answer."""
        fetched = await in_thread(lambda: self._recognised(mails))
        raws = [raw.prefix for raw, mail in zip(mails, fetched, strict=True) if not mail.known]
        task = asyncio.create_task(self._read(raws))
        self._reading.add(task)
        anchors = {mail.uid for mail in mails if len(mail.prefix) <= _ANCHOR_BYTES} | {mail.uid for mail in mails[-1:]}
        light = {mail.uid: mail.key for mail in fetched if mail.uid in anchors}
        self._loaded.put_nowait(Loaded(batch, fetched, light, task))

    async def _read(self, raws: list[bytes]) -> list[Reading | Poison]:
        return await self._mind.read_many(raws) if raws else []

    def _recognised(self, mails: Sequence[RawMail]) -> list[Fetched]:
        """Which messages are known: to the journal, or because their like is on its way already."""
        keys = [self._key(mail) for mail in mails]
        known = self._journal.messages.known_of(keys, self._version) | self._coming
        fetched = []
        for key, mail in zip(keys, mails, strict=True):
            fetched.append(Fetched(mail.uid, key, mail.internaldate, key in known))
            known.add(key)
        self._coming.update(keys)
        return fetched

    def _key(self, mail: RawMail) -> bytes:
        return keyed(self._journal, self._recorder.account, mail)

    # The second half: writing down, in the order of the UIDs.

    async def _settle(self, pass_: Pass, loaded: Loaded) -> None:
        readings = await loaded.readings
        self._reading.discard(loaded.readings)
        written = await in_thread(lambda: self._write(pass_, loaded, readings))
        pass_.cursor, pass_.anchors, synced = written
        pass_.synced += synced
        self._coming.difference_update(mail.key for mail in loaded.mails)
        self._scale.give(loaded.batch.weight)

    def _write(
        self, pass_: Pass, loaded: Loaded, readings: Sequence[Reading | Poison]
    ) -> tuple[Cursor, Mapping[int, bytes], Synced]:
        """One batch, in one transaction, with what follows. What another program wrote meanwhile counts as known."""
        cursor, anchors = pass_.after([mail.uid for mail in loaded.mails]), chosen(pass_.anchors, loaded.light)
        left, synced = iter(readings), Synced()
        with self._recorder.planner.gathering(self._clock.now):
            known = self._journal.messages.known_of([mail.key for mail in loaded.mails], self._version)
            for mail in loaded.mails:
                reading = None if mail.known else next(left)
                self._write_one(pass_, mail, None if mail.key in known else reading, synced)
                known.add(mail.key)
            self._journal.folders.save(cursor)
            self._journal.folders.anchor(cursor.account, cursor.folder, anchors)
        return cursor, anchors, synced

    def _write_one(self, pass_: Pass, mail: Fetched, reading: Reading | Poison | None, synced: Synced) -> None:
        now, cursor = self._clock.now(), pass_.cursor
        place = Place(cursor.account, cursor.folder, cursor.uidvalidity, mail.uid)
        if reading is None:
            synced.known += 1
            if pass_.is_new(mail.uid):
                self._journal.corrections.seen_again(mail.key, now)
        elif isinstance(reading, Poison):
            synced.unreadable += 1
            self._journal.messages.set_aside(SetAside(mail.key, place, str(reading), self._version, now))
            tell("mail_unreadable", _SET_ASIDE, account=cursor.account, mail=mark(mail.key))
        else:
            synced.read += 1
            synced.kept += self._recorder.record(mail.key, place, mail.internaldate, now, reading)


async def in_thread(call: Callable[[], T]) -> T:
    """The result of a call that keeps the loop free. A cancellation waits for its end: what was begun is done."""
    task = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


async def _ended(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
