"""Fetching, reading and writing down at once: whatever fails, the cursor is never past what is not journalled."""

import asyncio
import contextlib
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.fakebox import FakeBox
from support.minds import ScriptedMind, mail
from support.rooms import ANY_AGE, room

from daemon import batches
from daemon.core.errors import JournalFault, Transient
from daemon.core.identity import identity, raw_header
from daemon.core.ports import PREFIX_BYTES
from daemon.core.uidset import UidSet
from daemon.intake import Intake, Synced

NEVER = 1_000


class FrailBox(FakeBox):
    """Fails at the nth thing that is asked of it; `asked` is what that was."""

    def __init__(self, fail_at=NEVER) -> None:
        super().__init__()
        self.fail_at, self.asked, self.batches = fail_at, [], []

    async def _maybe(self, what):
        self.asked.append(what)
        if len(self.asked) == self.fail_at:
            raise Transient("The connection was lost.")
        await asyncio.sleep(0)

    async def uids(self, since=None):
        await self._maybe("uids")
        return await super().uids(since)

    async def sizes(self, uids):
        await self._maybe("sizes")
        return await super().sizes(uids)

    async def fetch(self, uids):
        await self._maybe("fetch")
        self.batches.append(list(uids))
        return await super().fetch(uids)


def shrink(patch):
    """Batches so small that few mails make many of them."""
    for name, size in (("FIRST_MAILS", 2), ("BATCH_MAILS", 3), ("_SIZES_FIRST", 4), ("_SIZES_AT_ONCE", 7)):
        patch.setattr(batches, name, size)


@pytest.fixture
def small(monkeypatch):
    shrink(monkeypatch)


@contextlib.contextmanager
def rooms():
    with tempfile.TemporaryDirectory() as folder:
        one = room(Path(folder) / "state")
        with contextlib.closing(one.journal):
            yield one


def key(one, raw):
    return one.journal.keyed(identity("main", raw_header(raw), len(raw)))


def check(one, box):
    """Every UID that the cursor has moved past has its mail in the journal, once."""
    cursor = one.journal.folders.cursor("main", "INBOX")
    read = UidSet.parse(cursor.read) if cursor else UidSet()
    mails = box.there["INBOX"].mails
    assert all(one.journal.messages.known(key(one, mails[uid]), "1.0") for uid in read)
    found = [entry.identity for entry in one.journal.messages.log()]
    assert len(found) == len(set(found))
    return read


async def give_up(task, ticks):
    for _ in range(ticks):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


def breaking(one, at):
    """Let the nth write of a cursor fail, as on a full disk."""
    save, count = one.journal.folders.save, 0

    def full(cursor):
        nonlocal count
        count += 1
        if count == at:
            raise JournalFault("The disk is full.")
        save(cursor)

    one.journal.folders.save = full
    return lambda: setattr(one.journal.folders, "save", save)


def failing(at):
    def fail(count):
        if count == at:
            raise Transient("The reader of mails could not be started.")

    return fail


truths = st.lists(st.sampled_from(["rejection", "other", "unreadable", "acknowledgement", "again"]), max_size=14)
faults = st.fixed_dictionaries(
    {},
    optional={
        "fetch": st.integers(1, 10),
        "mind": st.integers(1, 14),
        "write": st.integers(1, 6),
        "cancel": st.integers(0, 60),
    },
)


def filled(box, truths):
    for number, truth in enumerate(truths):
        box.deliver(mail(0, "rejection") if truth == "again" else mail(number + 1, truth))


@settings(max_examples=40)
@example(truths=["rejection"] * 14, faults={"mind": 9})
@example(truths=["other", "again", "again", "again"], faults={"write": 2})
@given(truths=truths, faults=faults)
def test_after_any_failure_every_mail_the_cursor_is_past_is_journalled(truths, faults):
    with pytest.MonkeyPatch.context() as patch, rooms() as one:
        shrink(patch)
        asyncio.run(_broken_off_and_gone_on(one, truths, faults))


async def _broken_off_and_gone_on(one, truths, faults):
    box = FrailBox(faults.get("fetch", NEVER))
    filled(box, truths)
    one.mind.on_read, mend = failing(faults.get("mind", NEVER)), breaking(one, faults.get("write", NEVER))
    task = asyncio.ensure_future(one.read(box))
    await give_up(task, faults["cancel"]) if "cancel" in faults else await asyncio.wait([task])
    ended_well = not task.cancelled() and task.exception() is None
    before = check(one, box)
    mend()
    one.mind.on_read, box.fail_at = lambda _count: None, NEVER
    went_on = await one.read(box)
    after = check(one, box)
    assert set(after) == set(box.there["INBOX"].mails) >= set(before)
    assert went_on.read + went_on.known + went_on.unreadable == len(after) - len(before)
    assert ended_well <= (went_on == Synced())
    cursor = one.journal.folders.cursor("main", "INBOX")
    assert (cursor.server_messages, cursor.seen, cursor.older) == (len(after), len(after), 0)


def scan(one, box, **how):
    return asyncio.run(one.reader.sync(box, "INBOX", ANY_AGE, **how))


def test_one_new_mail_costs_one_look_one_list_and_one_fetch():
    with rooms() as one:
        box = FrailBox()
        filled(box, ["rejection"] * 3)
        scan(one, box)
        box.asked.clear()
        box.deliver(mail(9))
        assert scan(one, box) == Synced(read=1)
        assert box.asked == ["uids", "fetch"]
        assert box.batches[-1] == [3, 4]  # and the newest one of before is looked at by the way


def test_twenty_thousand_mails_are_asked_for_in_few_batches():
    async def planned():
        class Sized:
            async def sizes(self, uids):
                asked.append(len(uids))
                return dict.fromkeys(uids, 15_000)

        return [batch async for batch in batches.batches(Sized(), range(1, 20_001))]

    asked = []
    found = asyncio.run(planned())
    assert [uid for batch in found for uid in batch.uids] == list(range(1, 20_001))
    assert len(found) < 75 and len(asked) < 8
    assert max(batch.weight for batch in found) <= batches.BATCH_BYTES


def test_mails_of_any_size_stay_within_the_bytes_of_a_batch():
    class Sized:
        async def sizes(self, uids):
            return {uid: (uid % 7) * 400_000 for uid in uids if uid % 11}

    async def planned():
        return [batch async for batch in batches.batches(Sized(), range(1, 2_001))]

    found = asyncio.run(planned())
    wanted = [uid for uid in range(1, 2_001) if uid <= batches.FIRST_MAILS or uid % 11]
    assert [uid for batch in found for uid in batch.uids] == wanted
    assert len(found[0].uids) * PREFIX_BYTES <= batches.BATCH_BYTES
    assert max(batch.weight for batch in found) <= batches.BATCH_BYTES


def test_what_is_in_flight_is_bounded_however_slow_the_mind_is(small, monkeypatch):
    """The mailbox is quick and the mind stands still: no more is fetched than the scale lets."""
    monkeypatch.setattr(Intake.__init__.__globals__["Scale"].__init__, "__defaults__", (40_000,))
    monkeypatch.setattr(batches, "PREFIX_BYTES", 4_096)

    class Slow(ScriptedMind):
        async def read_many(self, raws):
            await go.wait()
            return await super().read_many(raws)

    async def main(one, box):
        task = asyncio.ensure_future(one.read(box))
        for _ in range(200):
            await asyncio.sleep(0.001)
        held = sum(len(batch) for batch in box.batches)
        go.set()
        await task
        return held

    go = asyncio.Event()
    with rooms() as one:
        one.reader._mind = Slow()
        box = FrailBox()
        filled(box, ["other"] * 40)
        assert 2 <= asyncio.run(main(one, box)) <= 12
        assert len(check(one, box)) == 40


def test_the_next_batches_are_fetched_and_read_while_one_is_written_down(small):
    """The writing waits for the fetching of a later batch: it would wait for ever if they did not overlap."""

    async def main(one, box):
        loop, later = asyncio.get_running_loop(), threading.Event()
        fetch, write = box.fetch, Intake._write

        async def fetching(uids):
            if 9 in uids:
                later.set()
            return await fetch(uids)

        def writing(self, *args):
            assert threading.current_thread() is not threading.main_thread()
            assert later.wait(30)
            return write(self, *args)

        box.fetch = fetching
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Intake, "_write", writing)
            loop.call_later(60, later.set)
            return await one.read(box)

    with rooms() as one:
        box = FrailBox()
        filled(box, ["other"] * 12)
        assert asyncio.run(main(one, box)) == Synced(read=12)


def test_copies_of_one_mail_are_read_once_even_side_by_side(small):
    with rooms() as one:
        box = FrailBox()
        filled(box, ["again"] * 9)
        assert scan(one, box) == Synced(read=1, known=8)
        assert one.mind.reads == 1


def test_what_was_fetched_before_the_connection_was_lost_is_not_lost(small):
    with rooms() as one:
        box = FrailBox()
        filled(box, ["rejection"] * 9)
        box.fail_at = 7
        with pytest.raises(Transient):
            scan(one, box)
        done = {uid for batch in box.batches for uid in batch}
        assert set(check(one, box)) == done and len(done) >= 3
        box.fail_at = NEVER
        assert scan(one, box) == Synced(read=9 - len(done))
        assert one.mind.reads == 9


def test_a_batch_is_one_transaction_and_one_sync_of_the_disk(small):
    with rooms() as one:
        box = FrailBox()
        filled(box, ["rejection", "other", "acknowledgement"] * 4)
        begun = []
        begin = one.journal.store._begin
        one.journal.store._begin = lambda: (begun.append(1), begin())[1]
        scan(one, box)
        assert len(begun) == len(box.batches) + 1  # each batch, and the counts at the end
