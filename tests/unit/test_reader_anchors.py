"""A mailbox put back from a backup gives UIDs away a second time: it is noticed, nothing is missed, nothing doubled."""

import contextlib
import copy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fakebox import FakeBox, Folder
from support.minds import mail
from support.rooms import ANY_AGE, listener, room

from daemon.core.anchors import chosen, told
from daemon.core.uidset import UidSet
from daemon.intake import Synced

uids = st.dictionaries(st.integers(1, 500), st.binary(min_size=1, max_size=2), max_size=12)


@given(held=uids, new=uids)
def test_the_newest_are_always_anchors_and_there_are_never_many(held, new):
    found = chosen(held, new)
    both = {**held, **new}
    assert len(found) <= 5 and found.items() <= both.items()
    assert sorted(both)[-3:] == sorted(found)[-3:]
    assert min(both, default=None) == min(found, default=None)


def test_what_anchors_tell():
    assert told({1: b"a", 2: b"b"}, {1: b"a"}) == "same"
    assert told({1: b"a", 2: b"b"}, {1: b"a", 2: b"x"}) == "other"
    assert told({1: b"a"}, {}) == told({}, {1: b"a"}) == "nothing"


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_a_set_counts_and_misses_as_sets_do(held, asked):
    found, ascending = UidSet.from_iterable(held), sorted(asked)
    assert found.count_in(ascending) == len(held & asked)
    assert found.missing_of(ascending) == sorted(asked - held)


@pytest.fixture(params=[None, 40], ids=["plain", "condstore"])
def box(request):
    box = FakeBox()
    box.there["INBOX"] = Folder(modseq=request.param)
    return box


@pytest.fixture
def one(tmp_path):
    one = room(tmp_path / "state")
    one.told = []
    one.reader._say = listener(one.told)
    with contextlib.closing(one.journal):
        yield one


def deliver(box, *numbers):
    for number in numbers:
        box.deliver(mail(number, "acknowledgement"))


def put_back(box, backup):
    """The server's disk is replaced by what the backup holds; our connection knows nothing of it."""
    box.there = copy.deepcopy(backup)


def new_connection(box):
    """The same mailbox as another connection sees it."""
    other = FakeBox()
    other.there = box.there
    return other


def subjects(one):
    return sorted(int(entry.reading.headers.subject.rsplit(" ", 1)[1]) for entry in one.journal.messages.log())


async def sync(one, box, **how):
    return await one.reader.sync(box, "INBOX", ANY_AGE, **how)


async def test_fewer_mails_than_before_under_a_uidnext_that_went_back(one, box):
    deliver(box, 1, 2)
    backup = copy.deepcopy(box.there)
    deliver(box, 3, 4, 5)
    assert await sync(one, box) == Synced(read=5)
    put_back(box, backup)
    deliver(box, 6)
    assert await sync(one, box) == Synced(read=1, known=2)
    assert subjects(one) == [1, 2, 3, 4, 5, 6]
    assert len(one.told) == 1 and "restore from a backup" in one.told[0]
    assert await sync(one, box) == Synced()


@pytest.mark.parametrize("more", [1, 2, 5])
async def test_as_many_and_more_mails_than_before_under_the_same_uids(one, box, more):
    deliver(box, *range(1, 8))
    backup = copy.deepcopy(box.there)
    deliver(box, 8)
    await sync(one, box)
    put_back(box, backup)
    deliver(box, *range(20, 20 + more))
    assert await sync(one, new_connection(box)) == Synced(read=more, known=7)
    assert subjects(one) == [*range(1, 9), *range(20, 20 + more)]
    assert len(one.told) == 1


async def test_a_connection_that_outlives_the_restore_notices_with_the_next_mail(one, box):
    deliver(box, 1, 2)
    backup = copy.deepcopy(box.there)
    deliver(box, 3)
    await sync(one, box)
    put_back(box, backup)
    deliver(box, 4, 5)
    assert await sync(one, box) == Synced(read=2, known=2)


async def test_without_a_new_mail_the_daily_comparison_notices(one, box):
    deliver(box, 1, 2)
    backup = copy.deepcopy(box.there)
    deliver(box, 3)
    await sync(one, box)
    put_back(box, backup)
    deliver(box, 4)  # all numbers are what they were
    gap = await one.reader.verify(box, "INBOX")
    assert (gap.found, gap.anew, gap.on_server) == (1, 1, 3)
    assert subjects(one) == [1, 2, 3, 4]


async def test_anchors_that_the_person_deleted_are_no_alarm(one, box):
    deliver(box, *range(1, 10))
    await sync(one, box)
    for uid in range(1, 10):
        box.delete(uid, "INBOX")
    deliver(box, 11)
    assert await sync(one, new_connection(box)) == Synced(read=1)
    assert one.told == []
    assert list(one.journal.folders.anchors("main", "INBOX")) == [10]


async def test_an_index_made_anew_is_no_alarm_while_the_anchors_stand(one, box):
    deliver(box, 1, 2, 3)
    await sync(one, box)
    box.there["INBOX"].modseq = box.there["INBOX"].modseq and 1
    deliver(box, 4)
    assert await sync(one, box) == Synced(read=1)
    assert one.told == []


async def test_a_modseq_that_went_back_with_no_anchor_left_is_one(one):
    box = FakeBox()
    box.there["INBOX"] = Folder(modseq=40)
    deliver(box, 1, 2)
    await sync(one, box)
    box.there["INBOX"] = Folder(next=3, mails={2: mail(9, "acknowledgement")}, modseq=5)
    one.journal.folders.anchor("main", "INBOX", {1: b"one"})
    assert await sync(one, box) == Synced(read=1)
    assert len(one.told) == 1


async def test_a_journal_from_before_there_were_anchors_gets_some(one, box):
    deliver(box, 1, 2, 3)
    await sync(one, box)
    known = one.journal.folders.anchors("main", "INBOX")
    one.journal.folders.anchor("main", "INBOX", {})
    assert await sync(one, new_connection(box)) == Synced()
    found = one.journal.folders.anchors("main", "INBOX")
    assert found and found.items() <= known.items()


async def test_a_restore_that_is_cut_short_goes_on_later(one, box):
    deliver(box, *range(1, 5))
    backup = copy.deepcopy(box.there)
    deliver(box, 5, 6)
    await sync(one, box)
    put_back(box, backup)
    deliver(box, 7, 8, 9)
    task_box = new_connection(box)

    async def lost(_uids):
        raise ConnectionError

    fetch, task_box.fetch = task_box.fetch, lost
    with pytest.raises(ConnectionError):
        await sync(one, task_box)
    task_box.fetch = fetch
    assert await sync(one, task_box) == Synced(read=3, known=4)
    assert subjects(one) == list(range(1, 10))


async def test_a_new_uidvalidity_forgets_the_anchors_of_the_old_one(one, box):
    deliver(box, 1, 2, 3)
    await sync(one, box)
    box.renumber("INBOX")
    box.there["INBOX"].mails = {uid + 4: raw for uid, raw in box.there["INBOX"].mails.items()}
    box.there["INBOX"].next = 8
    assert await sync(one, box) == Synced(known=3)
    assert sorted(one.journal.folders.anchors("main", "INBOX")) == [5, 6, 7]
    assert one.told == []


class Terse(FakeBox):
    """Does not tell UIDNEXT."""

    async def examine(self, folder):
        return replace(await super().examine(folder), uidnext=None)


@pytest.mark.parametrize(("modseq", "lists"), [(None, 2), (40, 1)])
async def test_a_server_that_tells_no_uidnext_is_listed_unless_its_modseq_stands(one, modseq, lists):
    box, listed = Terse(), []
    box.there["INBOX"] = Folder(modseq=modseq)
    deliver(box, 1, 2)
    uids = box.uids

    async def listing(since=None):
        listed.append(since)
        return await uids(since)

    await sync(one, box)
    box.uids = listing
    assert await sync(one, box) == Synced()
    deliver(box, 3)
    assert await sync(one, box) == Synced(read=1)
    assert len(listed) == lists
