"""The server's list against the journal's: what is missing is found, said, read, and shown in the status."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import MONDAY
from support.fakebox import FakeBox
from support.minds import mail
from support.rooms import listener, room

from daemon.commands.lines import verified_lines
from daemon.commands.status_view import status_lines
from daemon.commands.verify import Verified
from daemon.core.errors import Transient
from daemon.gap import Gap, compare
from daemon.intake import Synced
from daemon.reports_status import Asked, gaps, status_row


@pytest.fixture
def one(tmp_path):
    one = room(tmp_path / "state")
    one.told = []
    one.reader._say = listener(one.told)
    with contextlib.closing(one.journal):
        yield one


@pytest.fixture
async def box(one):
    """Five mails, all read."""
    box = FakeBox()
    for number in range(1, 6):
        box.deliver(mail(number, "acknowledgement"))
    await one.read(box)
    return box


def cursor(one):
    return one.journal.folders.cursor("main", "INBOX")


def lose(one, number, read):
    """The journal knows nothing of a mail, and counts as if it did."""
    entry = one.journal.messages.of_message_id(f"<mail-{number}@acme.example>")[0]
    with one.journal.transaction() as con:
        con.execute("DELETE FROM messages WHERE id = ?", (entry.id,))
        con.execute("DELETE FROM strangers WHERE identity = ?", (entry.identity,))
    one.journal.folders.save(replace(cursor(one), read=read))


def status(one):
    row = status_row(one.journal, Asked(["main"]))
    return row["accounts"][0]["folders"][0], list(gaps(row)), row


async def test_where_nothing_is_missing_that_is_said_and_remembered(one, box):
    gap = await one.reader.verify(box, "INBOX")
    assert (gap.found, gap.on_server, gap.journalled) == (0, 5, 5)
    assert gap.sentence == "INBOX: nothing is missing, all 5 messages are accounted for."
    folder, troubles, _ = status(one)
    assert folder["verified"] == {"when": MONDAY.isoformat(), "found": 0, "missing": 0}
    assert troubles == []


async def test_a_gap_that_the_counts_hide_is_found_and_read_at_once(one, box):
    lose(one, 3, "1:2,4:5")
    assert await one.read(box) == Synced()  # a glance shows nothing
    gap = await one.reader.verify(box, "INBOX")
    assert (list(gap.missing), list(gap.left), gap.journalled) == ([3], [], 5)
    assert gap.sentence == "INBOX: 1 of 5 messages had been missed; now they are read."
    assert len(one.journal.messages.log()) == 5
    assert (cursor(one).found, cursor(one).missing, cursor(one).read) == (1, 0, "1:5")
    assert (await one.reader.verify(box, "INBOX")).found == 0


async def test_mail_that_has_just_come_is_no_gap(one, box):
    box.deliver(mail(6))
    gap = await one.reader.verify(box, "INBOX")
    assert (gap.found, gap.on_server, gap.journalled) == (0, 6, 6)


async def test_what_the_first_scan_left_out_is_no_gap(one):
    box = FakeBox(MONDAY - timedelta(days=400))
    box.deliver(mail(1))

    async def uids(since=None):
        return [] if since else [1]

    box.uids = uids
    await one.reader.sync(box, "INBOX", timedelta(days=90))
    gap = await one.reader.verify(box, "INBOX")
    assert (gap.found, gap.journalled, gap.older) == (0, 0, 1)


async def test_what_the_server_does_not_hand_out_stays_a_gap(one, box):
    lose(one, 3, "1:2,4:5")
    fetch = box.fetch

    async def refusing(uids):
        return [found for found in await fetch(uids) if found.uid != 3]

    box.fetch = refusing
    gap = await one.reader.verify(box, "INBOX")
    assert gap.sentence == "INBOX: 1 of 5 messages had been missed; the server still does not hand out 1 of them."
    folder, troubles, _ = status(one)
    assert folder["verified"]["missing"] == 1
    assert troubles == ["main/INBOX: The server holds a message that was not read yet; the next pass reads it."]
    box.fetch = fetch
    assert await one.read(box) == Synced(read=1)
    assert status(one)[1] == []


async def test_beside_a_daemon_it_is_only_compared_and_the_daemon_reads_at_its_next_pass(one, box):
    lose(one, 3, "1:2,4:5")
    before = cursor(one)
    gap = await compare(one.journal, "main", box, "INBOX")
    assert gap.sentence == "INBOX: 1 of 5 messages had been missed; the daemon reads them at its next pass."
    assert cursor(one) == before and len(one.journal.messages.log()) == 4
    one.journal.folders.verified("main", "INBOX", MONDAY, gap.found, gap.found)
    assert await one.read(box) == Synced(read=1)
    assert one.told == ["“INBOX”: 1 of 5 messages had been missed; now they are read."]
    assert (cursor(one).found, cursor(one).missing) == (1, 0)
    assert await one.read(box) == Synced()


async def test_comparing_notices_what_makes_all_numbers_worthless(one, box):
    good = await compare(one.journal, "main", box, "INBOX")
    assert not good.renumbered and good.found == 0
    box.there["INBOX"].mails[5] = mail(9)
    assert (await compare(one.journal, "main", box, "INBOX")).renumbered
    box.there["INBOX"].uidvalidity += 1
    renumbered = await compare(one.journal, "main", box, "INBOX")
    assert renumbered.renumbered and "at its next pass" in renumbered.sentence


async def test_before_the_first_scan_has_ended_there_is_nothing_to_compare(one, tmp_path):
    box = FakeBox()
    box.deliver(mail(1))
    gap = await compare(one.journal, "main", box, "INBOX")
    assert not gap.scanned and gap.found == 0
    assert "first scan is not finished" in gap.sentence


def test_what_came_of_an_account_is_a_sentence_and_a_row():
    fine = Verified("main", "INBOX", Gap("INBOX", 5, 5, 0))
    assert (fine.is_gap, fine.row()["problem"], fine.row()["missing"]) == (False, None, 0)
    missed = Verified("main", "INBOX", Gap("INBOX", 5, 4, 0, [3]))
    assert missed.is_gap and missed.row()["missing"] == 1
    down = Verified("main", None, failure=Transient("mail.example did not answer. It is tried again."))
    assert down.row() == {"account": "main", "folder": None, "problem": down.sentence}
    assert verified_lines([missed.sentence]) == [
        "Compared: main/INBOX: 1 of 5 messages had been missed; now they are read."
    ]


def test_problems_are_told_by_what_is_to_be_done(one):
    say = one.journal.folders.say
    say("main", "reading", MONDAY, connected=False, problem="The password was refused.", waits=True)
    say("main", "placing", MONDAY, connected=False, problem="The connection was lost.")
    row = status_row(one.journal, Asked(["main"]))
    since = MONDAY.astimezone().strftime("%Y-%m-%d %H:%M")
    assert list(gaps(row)) == [
        f"main: placing was last tried again, since {since}: The connection was lost.",
        f"main: reading waits for you since {since}: The password was refused.",
    ]
    running = row | {"daemon": {"pid": 1, "memory_mib": 40.0, "uptime_seconds": 5, "since": MONDAY.isoformat()}}
    lines = " ".join(" ".join(status_lines(running, list(gaps(running)))).split())
    assert f"1. main: placing is tried again, since {since}: The connection was lost. 2. main: reading" in lines
    assert [(one["duty"], one["waits"]) for one in row["accounts"][0]["problems"]] == [
        ("placing", False), ("reading", True),
    ]  # fmt: skip
    say("main", "reading", MONDAY, connected=False, problem="The password was refused.", waits=False)
    assert not any(duty.waits for duty in one.journal.folders.duties())


async def test_since_when_new_mail_cannot_be_read_is_known_until_some_of_it_was(one, box):
    def behind():
        return one.journal.notices.of("behind/main/INBOX")

    def fails(_count):
        raise Transient("The reader is starved.")

    for number in (6, 7):
        box.deliver(mail(number, "acknowledgement"))
    one.mind.on_read, begun = fails, one.clock.now()
    for _ in range(3):
        with pytest.raises(Transient):
            await one.read(box)
        assert behind().since == begun
        one.clock.advance(hours=20)
    assert status(one)[0]["behind_since"] == begun.isoformat()
    one.mind.on_read = lambda _count: None
    await one.read(box)
    assert behind() is None and status(one)[0]["behind_since"] is None


async def test_a_message_that_the_server_never_hands_out_is_behind_and_the_pace_of_others_is_known(one, box):
    box.deliver(mail(6, "acknowledgement"))
    hidden, box.fetch = box.fetch, lambda uids: hide(hidden, uids)

    async def hide(fetch, uids):
        return [each for each in await fetch(uids) if each.uid != 6]

    begun = one.clock.now()
    for _ in range(3):
        await one.read(box)
        one.clock.advance(hours=10)
    assert one.journal.notices.of("behind/main/INBOX").since == begun
    for number in (7, 8, 9):
        one.clock.advance(hours=2)
        box.deliver(mail(number, "acknowledgement"))
        await one.read(box)
        await one.read(box)
    assert one.journal.notices.of("behind/main/INBOX").since == one.clock.now()  # others came through
    assert one.journal.alarms.pace("main", "INBOX").gap == timedelta(hours=2)
    assert "1 of 9 mails" not in status(one)[1][0] and "was not read yet" in status(one)[1][0]


async def test_mail_that_could_not_be_read_and_is_gone_is_no_trouble_any_more(one, box):
    def fails(_count):
        raise Transient("The reader is starved.")

    uid = box.deliver(mail(6, "acknowledgement"))
    one.mind.on_read = fails
    with pytest.raises(Transient):
        await one.read(box)
    assert one.journal.notices.of("behind/main/INBOX") is not None
    box.delete(uid, "INBOX")
    await one.read(box)
    assert one.journal.notices.of("behind/main/INBOX") is None
