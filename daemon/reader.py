"""The reading shell: what the server holds and the journal has not seen is fetched, read and written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from daemon.adapters.journal.journal import Journal
from daemon.adapters.journal.messages import SetAside
from daemon.core.entry import Cursor, Place
from daemon.core.errors import Poison
from daemon.core.identity import identity, raw_header
from daemon.core.ports import PREFIX_BYTES, Clock, FolderState, Mailbox, Mind, Progress, RawMail
from daemon.core.uidset import UidSet
from daemon.recorder import Recorder

_BATCH_BYTES: Final = 4 * 2**20
_BATCH_MAILS: Final = 50
_SIZES_AT_ONCE: Final = 1_000


@dataclass(slots=True)
class Synced:
    """What a pass over a folder did: mails read anew, known from elsewhere, set aside as unreadable."""

    read: int = 0
    known: int = 0
    unreadable: int = 0

    def __iadd__(self, other: Synced) -> Synced:
        self.read += other.read
        self.known += other.known
        self.unreadable += other.unreadable
        return self


@dataclass(slots=True)
class Pass:
    """One pass over a folder: the cursor as it stands, what the server holds, what is to be read, what was done."""

    cursor: Cursor
    state: FolderState
    there: Sequence[int]
    todo: Sequence[int]
    synced: Synced
    first: int | None = None

    def is_new(self, uid: int) -> bool:
        """Whether a message came since the last pass, and not with a new UIDVALIDITY or a wider scan."""
        return self.first is not None and uid >= self.first

    def after(self, uid: int) -> Cursor:
        """The cursor moved past one more message."""
        self.cursor = replace(self.cursor, read=str(UidSet.parse(self.cursor.read) | (uid,)))
        return self.cursor

    def ended(self, now: datetime) -> Cursor:
        """The cursor at the end, with its counts. Only now UIDNEXT moves: a pass that broke off is not `unchanged`."""
        read, skipped = UidSet.parse(self.cursor.read), UidSet.parse(self.cursor.skipped)
        seen = sum(uid in read for uid in self.there)
        older = sum(uid in skipped and uid not in read for uid in self.there)
        return replace(
            self.cursor,
            uidnext=self.state.uidnext,
            server_messages=len(self.there),
            seen=seen,
            older=older,
            last_sync=now,
        )


class Reader:
    """Reads one account. Every message is classified: there is no filter before the classifier (promise 3)."""

    def __init__(
        self,
        journal: Journal,
        mind: Mind,
        clock: Clock,
        recorder: Recorder,
        version: str,
        progress: Progress = lambda _done, _total, _what: None,
    ) -> None:
        self._account = recorder.account
        self._journal, self._mind, self._clock = journal, mind, clock
        self._recorder, self._version, self._progress = recorder, version, progress

    async def sync(self, mailbox: Mailbox, folder: str, since: timedelta, *, again: bool = False) -> Synced:
        """Bring the journal up to what the folder holds. `since` bounds a first scan and one after a new UIDVALIDITY.

        `again` takes in what an earlier first scan left out, as far back as `since`. Raises what the ports raise; what
        was journalled until then stays, and the next pass goes on from there.
        """
        state = await mailbox.examine(folder)
        cursor = self._cursor(folder, state)
        retry = self._retry(folder, state.uidvalidity)
        if not again and not retry and _unchanged(cursor, state):
            self._journal.folders.save(replace(cursor, last_sync=self._clock.now()))
            return Synced()
        pass_ = await self._plan(mailbox, cursor, state, since, retry, again=again)
        await self._read(mailbox, pass_)
        self._journal.folders.save(pass_.ended(self._clock.now()))
        return pass_.synced

    def _cursor(self, folder: str, state: FolderState) -> Cursor:
        """Where to go on; a new UIDVALIDITY makes all UIDs new (RFC 9051, 2.3.1.1)."""
        known = self._journal.folders.cursor(self._account, folder)
        if known is None or known.uidvalidity != state.uidvalidity:
            return Cursor(self._account, folder, state.uidvalidity)
        return known

    def _retry(self, folder: str, uidvalidity: int) -> frozenset[int]:
        """UIDs of mails that an older version could not read: each version tries once."""
        here = (self._account, folder, uidvalidity)
        places = (mail.place for mail in self._journal.messages.unreadable() if mail.version != self._version)
        return frozenset(place.uid for place in places if (place.account, place.folder, place.uidvalidity) == here)

    async def _plan(
        self,
        mailbox: Mailbox,
        cursor: Cursor,
        state: FolderState,
        since: timedelta,
        retry: frozenset[int],
        *,
        again: bool,
    ) -> Pass:
        there = await mailbox.uids()
        first = None if again or cursor.last_sync is None else cursor.uidnext or _beyond(cursor)
        if cursor.last_sync is None or again:
            recent = await mailbox.uids((self._clock.now() - since).date())
            cursor = replace(cursor, skipped=str(UidSet.from_iterable(set(there) - set(recent))))
        done = UidSet.parse(cursor.read) | UidSet.parse(cursor.skipped)
        todo = [uid for uid in there if uid in retry or uid not in done]
        return Pass(cursor, state, there, todo, Synced(), first)

    async def _read(self, mailbox: Mailbox, pass_: Pass) -> None:
        done, what = 0, f"{self._account}/{pass_.cursor.folder}"
        for start in range(0, len(pass_.todo), _SIZES_AT_ONCE):
            uids = pass_.todo[start : start + _SIZES_AT_ONCE]
            for batch in _batches(uids, await mailbox.sizes(uids)):
                for mail in await mailbox.fetch(batch):
                    await self._take(pass_, mail)
                done += len(batch)
                self._progress(done, len(pass_.todo), what)

    async def _take(self, pass_: Pass, mail: RawMail) -> None:
        """One message: its row, what follows from it and the cursor move together, or not at all."""
        place = Place(self._account, pass_.cursor.folder, pass_.cursor.uidvalidity, mail.uid)
        key = self._journal.keyed(identity(self._account, raw_header(mail.prefix), mail.size))
        if self._journal.messages.known(key, self._version):
            pass_.synced.known += 1
            with self._journal.transaction():
                if pass_.is_new(mail.uid):
                    self._journal.corrections.seen_again(key, self._clock.now())
                self._journal.folders.save(pass_.after(mail.uid))
            return
        write = await self._verdict(pass_, key, place, mail)
        with self._journal.transaction():
            write()
            self._journal.folders.save(pass_.after(mail.uid))

    async def _verdict(self, pass_: Pass, key: bytes, place: Place, mail: RawMail) -> Callable[[], None]:
        """Read one message; what is to be written of it."""
        now = self._clock.now()
        try:
            reading = await self._mind.read(mail.prefix)
        except Poison as error:
            pass_.synced.unreadable += 1
            aside = SetAside(key, place, str(error), self._version, now)
            return lambda: self._journal.messages.set_aside(aside)
        pass_.synced.read += 1
        return lambda: self._recorder.record(key, place, mail.internaldate, now, reading)


def _beyond(cursor: Cursor) -> int:
    """The lowest UID that can be new, for a server that does not tell UIDNEXT."""
    ranges = (UidSet.parse(cursor.read) | UidSet.parse(cursor.skipped)).ranges
    return ranges[-1][1] + 1 if ranges else 1


def _unchanged(cursor: Cursor, state: FolderState) -> bool:
    """Whether EXAMINE alone shows that nothing is to be done."""
    return (
        cursor.last_sync is not None
        and state.uidnext is not None
        and (cursor.uidnext, cursor.server_messages) == (state.uidnext, state.exists)
        and cursor.seen + cursor.older == cursor.server_messages
    )


def _batches(uids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """The UIDs in order, so many together that a fetch stays within _BATCH_BYTES; one that is gone meanwhile is out."""
    batch: list[int] = []
    weight = 0
    for uid in uids:
        size = min(sizes.get(uid, 0), PREFIX_BYTES)
        if batch and (weight + size > _BATCH_BYTES or len(batch) == _BATCH_MAILS):
            yield batch
            batch, weight = [], 0
        if uid in sizes:
            batch.append(uid)
            weight += size
    if batch:
        yield batch
