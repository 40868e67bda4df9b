"""Reading against a real Dovecot; only the readings are scripted, so that every fault can be had."""

import re
from datetime import timedelta

import pytest
from support.clock import MONDAY
from support.minds import ScriptedMind, mail
from support.rounds import counted, deliver, read, reading, subjects

from daemon import batches
from daemon.core.errors import JournalFault, Transient
from daemon.reader import Synced


def asked(server, started):
    """What was asked of a mailbox since then."""
    around = {"CAPABILITY", "LOGIN", "LOGOUT"}
    return [command.verb for command in server.proxy.commands[started:] if command.verb not in around]


async def test_every_mail_is_read_once_and_a_second_pass_only_looks_at_the_folder_and_its_anchors(server, house):
    one = house()
    await deliver(server, 1, 2)
    await deliver(server, 3, truth="other")
    before = await server.snapshot()
    assert await read(one, server) == Synced(read=3)
    assert subjects(one) == ["Your application, number 1", "Your application, number 2"]
    assert counted(one) == (3, 3, 0)
    started = len(server.proxy.commands)
    async with reading(server) as mailbox:
        assert await one.read(mailbox) == Synced()
        assert asked(server, started) == ["EXAMINE", "UID FETCH"]
        assert await one.read(mailbox) == Synced()
        assert asked(server, started) == ["EXAMINE", "UID FETCH", "EXAMINE"]
    assert one.mind.reads == 3
    assert await server.snapshot() == before


async def test_new_mail_is_read_and_only_that(server, house):
    one = house()
    await deliver(server, 1, 2)
    async with reading(server) as mailbox:
        await one.read(mailbox)
        await deliver(server, 3)
        assert await one.read(mailbox) == Synced(read=1)
    assert one.mind.reads == 3
    assert counted(one) == (3, 3, 0)


async def test_an_empty_folder_is_read_too(server, house):
    one = house()
    assert await read(one, server) == Synced()
    assert counted(one) == (0, 0, 0)
    await deliver(server, 1)
    assert await read(one, server) == Synced(read=1)


async def test_the_first_scan_goes_back_so_far_and_says_what_it_left_out(server, house):
    one = house()
    for number, days in ((1, 100), (2, 20), (3, 1)):
        await server.deliver(mail(number), at=MONDAY - timedelta(days=days))
    assert await read(one, server, since=timedelta(days=30)) == Synced(read=2)
    assert counted(one) == (3, 2, 1)
    assert await read(one, server, since=timedelta(days=300)) == Synced()
    assert await read(one, server, since=timedelta(days=300), again=True) == Synced(read=1)
    assert counted(one) == (3, 3, 0)


async def test_mail_that_comes_later_is_read_however_old_it_says_to_be(server, house):
    one = house()
    await server.deliver(mail(1), at=MONDAY)
    await read(one, server, since=timedelta(days=30))
    await server.deliver(mail(2), at=MONDAY - timedelta(days=400))
    assert await read(one, server, since=timedelta(days=30)) == Synced(read=1)
    assert counted(one) == (2, 2, 0)


async def test_the_same_mail_in_a_second_folder_is_known(server, house):
    one = house()
    await server.create("Jobs")
    for folder in ("INBOX", "Jobs"):
        await server.deliver(mail(1), folder)
    assert await read(one, server) == Synced(read=1)
    assert await read(one, server, "Jobs") == Synced(known=1)
    assert len(one.journal.messages.log()) == 1
    assert counted(one, "Jobs") == (1, 1, 0)


async def test_a_mail_with_a_message_id_that_was_used_before_is_another_mail(server, house):
    one = house()
    await server.deliver(mail(1))
    await server.deliver(mail(1, subject="About your salary"))
    assert await read(one, server) == Synced(read=2)


async def test_a_new_uidvalidity_is_read_again_without_doubles(server, house, dovecot):
    one = house()
    await deliver(server, 1, 2)
    await read(one, server)
    before = one.journal.folders.cursor("main", "INBOX").uidvalidity
    dovecot.doveadm("mailbox", "update", "-u", server.user, "--uid-validity", str(before + 5), "INBOX")
    await deliver(server, 3)
    assert await read(one, server) == Synced(read=1, known=2)
    assert one.journal.folders.cursor("main", "INBOX").uidvalidity == before + 5
    assert len(one.journal.messages.log()) == 3
    assert len(one.jobs()) == 1  # one person, one open draft
    assert counted(one) == (3, 3, 0)


async def test_a_mail_that_cannot_be_read_is_set_aside_and_the_next_goes_on(server, house):
    one = house()
    await deliver(server, 1)
    await deliver(server, 2, truth="unreadable")
    await deliver(server, 3)
    assert await read(one, server) == Synced(read=2, unreadable=1)
    (aside,) = one.journal.messages.unreadable()
    assert (aside.place.folder, aside.reason) == (
        "INBOX",
        "Reading this mail broke its reader twice: it took more than 30 s.",
    )
    assert counted(one) == (3, 3, 0)
    assert await read(one, server) == Synced()


async def test_the_next_version_tries_it_once_more(server, house):
    await deliver(server, 1, truth="unreadable")
    one = house()
    assert await read(one, server) == Synced(unreadable=1)
    one.journal.close()
    two = house(version="1.1")
    assert await read(two, server) == Synced(unreadable=1)
    assert await read(two, server) == Synced()
    assert two.mind.reads == 1
    two.journal.close()
    three = house(version="1.2", mind=Mended())
    assert await read(three, server) == Synced(read=1)
    assert three.journal.messages.unreadable() == []
    assert len(three.journal.messages.log()) == 1


class Mended(ScriptedMind):
    """Reads what an older one could not."""

    async def read(self, raw):
        return await super().read(raw.replace(b"unreadable", b"rejection"))


@pytest.fixture
def pairs(monkeypatch):
    """Two mails a batch, so that few of them make several."""
    monkeypatch.setattr(batches, "FIRST_MAILS", 2)
    monkeypatch.setattr(batches, "BATCH_MAILS", 2)


async def test_a_reader_that_cannot_be_started_ends_the_pass_and_sets_nothing_aside(server, house, pairs):
    def fail(count):
        if count == 4:
            raise Transient("The reader of mails could not be started.")

    one = house(mind=ScriptedMind(fail))
    await deliver(server, 1, 2, 3, 4, 5)
    with pytest.raises(Transient):
        await read(one, server)
    assert one.journal.messages.unreadable() == []
    assert len(one.journal.messages.log()) == 2  # the first batch, and nothing of the second
    assert one.journal.folders.cursor("main", "INBOX").read == "1:2"
    one.mind.on_read = lambda _count: None
    assert await read(one, server) == Synced(read=3)


class Crash(BaseException):
    """What no one catches."""


async def test_after_a_crash_in_the_middle_it_goes_on_with_the_next_batch(server, house, pairs):
    def crash(count):
        if count == 3:
            raise Crash

    one = house(mind=ScriptedMind(crash))
    await deliver(server, 1, 2, 3, 4)
    with pytest.raises(Crash):
        await read(one, server)
    assert one.journal.folders.cursor("main", "INBOX").last_sync is None
    one.journal.close()
    two = house()
    assert await read(two, server) == Synced(read=2)
    assert subjects(two) == [f"Your application, number {n}" for n in (1, 2, 3, 4)]
    assert counted(two) == (4, 4, 0)


async def test_a_first_scan_that_broke_off_still_leaves_out_what_is_older(server, house, pairs):
    def crash(count):
        if count == 3:
            raise Crash

    one = house(mind=ScriptedMind(crash))
    await server.deliver(mail(1), at=MONDAY - timedelta(days=100))
    await deliver(server, 2, 3, 4)
    with pytest.raises(Crash):
        await read(one, server, since=timedelta(days=30))
    one.mind.on_read = lambda _count: None
    assert await read(one, server, since=timedelta(days=30)) == Synced(read=1)
    assert counted(one) == (4, 3, 1)


async def test_a_fault_of_the_journal_leaves_mail_and_cursor_as_they_were(server, house, monkeypatch):
    one = house()
    await deliver(server, 1, 2)

    def full(_cursor):
        raise JournalFault("The disk is full.")

    monkeypatch.setattr(one.journal.folders, "save", full)
    with pytest.raises(JournalFault):
        await read(one, server)
    assert one.journal.messages.log() == [] and one.journal.jobs.all() == []
    monkeypatch.undo()
    assert await read(one, server) == Synced(read=2)


async def test_a_connection_that_is_cut_in_the_middle_costs_only_time(server, house):
    one = house()
    await deliver(server, *range(1, 8))
    server.proxy.on_command = lambda command: "after" if "BODY" in command.text else None
    with pytest.raises(Transient):
        await read(one, server)
    server.proxy.on_command = lambda _command: None
    assert await read(one, server) == Synced(read=7)


@pytest.mark.parametrize("when", ["RFC822.SIZE)", "BODY.PEEK"])
async def test_a_mail_that_is_deleted_while_it_is_read_hinders_nothing(server, house, when, monkeypatch):
    monkeypatch.setattr(batches, "FIRST_MAILS", 1)
    one = house()
    await deliver(server, 1, 2, 3)

    def delete(command):
        if command.verb == "UID FETCH" and when in command.text:
            server.proxy.on_command = lambda _command: None
            server.expunge_now(2)

    server.proxy.on_command = delete
    assert (await read(one, server)).unreadable == 0
    await read(one, server)
    assert subjects(one) == ["Your application, number 1", "Your application, number 3"]
    assert one.journal.messages.unreadable() == []
    assert counted(one) == (2, 2, 0)


async def test_a_gap_is_told_until_it_is_closed(server, house, pairs):
    """What the server holds and nobody has seen is what `status` is there for."""

    def fail(count):
        if count == 4:
            raise Transient("gone")

    one = house()
    await deliver(server, 1)
    await read(one, server)
    await deliver(server, 2, 3, 4)
    one.mind.on_read = fail
    with pytest.raises(Transient):
        await read(one, server)
    before = one.journal.folders.cursor("main", "INBOX")
    assert (before.server_messages, before.seen) == (1, 1)
    assert before.read == "1:3"
    one.mind.on_read = lambda _count: None
    await read(one, server)
    assert counted(one) == (4, 4, 0)


async def test_deleted_mail_is_not_counted_as_missing(server, house):
    one = house()
    await deliver(server, 1, 2, 3)
    await read(one, server)
    await server.expunge(2)
    assert await read(one, server) == Synced()
    assert counted(one) == (2, 2, 0)


async def test_progress_is_told_to_the_end(server, house):
    one, told = house(), []
    one.reader._progress = lambda done, total, what: told.append((done, total, what))
    await deliver(server, *range(1, 6))
    await read(one, server)
    assert told[-1] == (5, 5, "main/INBOX")


async def test_of_a_stranger_no_octet_stays_behind(server, house, tmp_path):
    one = house()
    await server.deliver(
        mail(
            1,
            "other",
            sender="Planted Friend <planted@friend.example>",
            subject="Planted Dinner",
            message_id="<planted@x>",
        )
    )
    await read(one, server)
    one.journal.close()
    held = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())
    assert re.search(b"(?i)planted", held) is None
