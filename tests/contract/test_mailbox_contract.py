"""core.ports.Mailbox over real servers: what is read is what is there, and reading leaves no trace."""

import asyncio
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.mailservers import SERVERS, Refusal, box_on, dovecot_box
from support.minds import mail
from support.waiting import until

from daemon.adapters.imap.gateway import ForbiddenWord
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.ports import PREFIX_BYTES, FolderState

ROOT = Path(__file__).parents[2]
VERBS = {"CAPABILITY", "NAMESPACE", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}
WAITING = {"IDLE", "DONE", "NOOP"}


@pytest.fixture(params=SERVERS)
async def box(request):
    async with box_on(request) as box:
        yield box


@pytest.fixture
async def mailbox(box):
    mailbox = await Reading.open(box.login, box.password)
    yield mailbox
    await mailbox.close()
    assert set(box.proxy.verbs()) <= VERBS | WAITING
    assert all("BODY.PEEK[" in command.text for command in box.proxy.commands if "BODY" in command.text)


async def delivered(box, count):
    for number in range(1, count + 1):
        await box.deliver(mail(number))


async def opened(mailbox):
    """Open INBOX; the UIDs there."""
    await mailbox.examine("INBOX")
    return await mailbox.uids()


# --- what is there ---


async def test_folders_are_told_by_their_names(box, mailbox):
    for name in ("Bewerbungen", "Grüße & Küsse", "Two words", "日本"):
        await box.create(name)
    assert {"INBOX", "Drafts", "Sent", "Trash", "Grüße & Küsse", "Two words", "日本"} <= set(await mailbox.folders())


@pytest.mark.parametrize("name", ["Grüße & Küsse", "Two words", 'Quoted "x"', "日本", "Per%cent", "100"])
async def test_a_folder_of_any_name_is_read(box, mailbox, name):
    if box.name == "cyrus" and set(name) & {'"', "%"}:  # it has no such folders
        with pytest.raises(Refusal, match="Invalid mailbox name"):
            await box.create(name)
        with pytest.raises(NeedsOperator, match="has no folder"):
            await mailbox.examine(name)
        return
    await box.create(name)
    await box.deliver(mail(), name)
    assert (await mailbox.examine(name)).exists == 1
    assert [each.prefix for each in await mailbox.fetch(await mailbox.uids())] == [mail()]


async def test_a_folder_is_told_with_its_numbers(box, mailbox):
    empty = await mailbox.examine("INBOX")
    assert empty.exists == 0
    assert empty.uidvalidity > 0
    assert empty.uidnext > 0
    await delivered(box, 3)
    three = await mailbox.examine("INBOX")
    assert three == FolderState(3, empty.uidvalidity, empty.uidnext + 3, three.highestmodseq)
    await box.expunge(empty.uidnext + 2)
    two = await mailbox.examine("INBOX")
    assert two == FolderState(2, empty.uidvalidity, empty.uidnext + 3, two.highestmodseq)


async def test_with_condstore_every_change_moves_the_highest_modseq(box, mailbox):
    offered = "CONDSTORE" in await mailbox.session.capabilities()
    states = [await mailbox.examine("INBOX")]
    await delivered(box, 1)
    states += [await mailbox.examine("INBOX"), await mailbox.examine("INBOX")]
    await box.expunge(states[0].uidnext)
    states.append(await mailbox.examine("INBOX"))
    told = [state.highestmodseq for state in states]
    if offered:
        assert told == sorted(told) and told[1] == told[2]
        assert len(set(told)) == 3
    else:
        assert set(told) == {None}
    assert offered == (box.name != "pymap")


async def test_an_empty_folder_holds_nothing(mailbox):
    await mailbox.examine("INBOX")
    assert await mailbox.uids() == []
    assert await mailbox.uids(date(2026, 1, 1)) == []
    assert await mailbox.sizes([]) == {}
    assert await mailbox.fetch([]) == []
    assert await mailbox.fetch([1, 2]) == []


async def test_uids_are_in_order_and_bounded_by_the_day_they_came(box, mailbox):
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (5, 1, 3)]
    for number, day in enumerate(days, 1):
        await box.deliver(mail(number), at=day)
    one, two, three = await opened(mailbox)
    assert one < two < three
    assert await mailbox.uids(date(2026, 3, 3)) == [one, three]
    assert await mailbox.uids(date(2026, 3, 6)) == []
    assert await mailbox.uids(date(1999, 1, 1)) == [one, two, three]


async def test_mails_come_as_they_are_with_size_and_an_aware_date(box, mailbox):
    at = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)
    odd = b"Subject: \xff\xfe raw octets \x80\r\n\r\nno end of line" + b"\r\n\r\n) FETCH (\r\n"
    await box.deliver(odd, at=at)
    (uid,) = await opened(mailbox)
    (found,) = await mailbox.fetch([uid])
    assert (found.uid, found.size, found.prefix) == (uid, len(odd), odd)
    assert found.internaldate == at
    assert found.internaldate.tzinfo is not None
    assert await mailbox.sizes([uid]) == {uid: len(odd)}


async def test_a_date_in_another_zone_is_the_same_moment(box, mailbox):
    at = datetime(2024, 7, 1, 1, 0).astimezone(datetime.fromisoformat("2024-07-01T00:00:00-08:00").tzinfo)
    await box.deliver(mail(), at=at)
    (found,) = await mailbox.fetch(await opened(mailbox))
    assert found.internaldate == at


async def test_of_a_long_mail_only_its_beginning_is_read(box, mailbox):
    long = mail(body="x" * 70 + "\r\n") + b"y" * 5_000_000 + b"\r\n"
    await box.deliver(long)
    await box.deliver(mail(2))
    passed = 0

    def count(data):
        nonlocal passed
        passed += len(data)
        return data

    box.proxy.rewrite = count
    uids = await opened(mailbox)
    assert await mailbox.sizes(uids) == {uids[0]: len(long), uids[1]: len(mail(2))}
    one, two = await mailbox.fetch(uids)
    assert (one.size, len(one.prefix), one.prefix) == (len(long), PREFIX_BYTES, long[:PREFIX_BYTES])
    assert two.prefix == mail(2)
    assert passed < PREFIX_BYTES + 20_000


async def test_what_is_gone_meanwhile_is_left_out(box, mailbox):
    await delivered(box, 3)
    one, two, three = await opened(mailbox)
    await box.expunge(two)
    await mailbox.examine("INBOX")
    wanted = [one, two, three, three + 96]
    assert sorted(await mailbox.sizes(wanted)) == [one, three]
    assert [each.uid for each in await mailbox.fetch(wanted)] == [one, three]


async def test_what_is_deleted_while_the_folder_is_open_is_left_out_too(box, mailbox):
    """Dovecot still lists it then, with a body of NIL."""
    await delivered(box, 3)
    one, two, three = await opened(mailbox)
    await box.expunge(two)
    found = await mailbox.fetch([one, two, three])
    assert [each.uid for each in found if each.uid != two] == [one, three]
    assert all(each.prefix for each in found)  # pymap still hands it out, which is as good


async def test_a_mail_without_any_octet_is_a_mail(dovecot):
    async with dovecot_box(dovecot) as box:
        dovecot.deliver(box.user, b"")
        mailbox = await Reading.open(box.login, box.password)
        (uid,) = await opened(mailbox)
        assert [(each.uid, each.size, each.prefix) for each in await mailbox.fetch([uid])] == [(uid, 0, b"")]
        await mailbox.close()


async def test_mails_that_come_while_a_folder_is_open_are_seen(box, mailbox):
    assert await opened(mailbox) == []
    await delivered(box, 2)
    assert len(await opened(mailbox)) == 2


async def test_a_thousand_uids_are_asked_for_in_lines_that_servers_take(box, mailbox):
    await delivered(box, 2)
    one, two = await opened(mailbox)
    assert sorted(await mailbox.sizes([one, *range(two + 1, two + 2400, 2)])) == [one]
    longest = max(len(command.text) for command in box.proxy.commands)
    assert longest < 8000


async def test_a_folder_that_is_not_there_lists_what_is(box, mailbox):
    with pytest.raises(NeedsOperator) as caught:
        await mailbox.examine("Bewerbungn")
    said = str(caught.value)
    assert 'Account "main" has no folder “Bewerbungn”' in said
    assert "Drafts, INBOX, Sent, Trash" in said.replace("Archive, ", "")
    assert (await mailbox.examine("INBOX")).exists == 0


async def test_reading_changes_nothing(box, mailbox):
    await delivered(box, 3)
    await box.deliver(mail(4), flags="\\Flagged")
    before = await box.snapshot()
    uids = await opened(mailbox)
    await mailbox.sizes(uids)
    assert len(await mailbox.fetch(uids)) == 4
    await mailbox.close()
    assert await box.snapshot() == before
    assert [flags for flags, *_ in before.values()] == [frozenset()] * 3 + [{"\\Flagged"}]


# --- waiting for news ---


async def waiting(box, mailbox, seconds=60.0):
    """A wait that has come to the server."""
    task = asyncio.create_task(mailbox.wait(seconds))
    await until(lambda: "IDLE" in box.proxy.verbs()[-1:])
    return task


async def test_a_mail_that_comes_ends_the_wait(box, mailbox):
    await mailbox.examine("INBOX")
    for count in (1, 2):
        task = await waiting(box, mailbox)
        await box.deliver(mail(count))
        assert await asyncio.wait_for(task, 20) is True
        assert len(await mailbox.uids()) == count


@pytest.mark.parametrize("box", SERVERS[:-1], indirect=True)  # pymap forgets to tell now and then
async def test_a_mail_that_goes_ends_the_wait(box, mailbox):
    await delivered(box, 2)
    uids = await opened(mailbox)
    task = await waiting(box, mailbox)
    await box.expunge(uids[0])
    assert await asyncio.wait_for(task, 20) is True


async def test_without_news_the_wait_is_over_when_its_time_is(box, mailbox):
    await mailbox.examine("INBOX")
    began = time.monotonic()
    assert await mailbox.wait(0.2) is False
    assert 0.2 <= time.monotonic() - began < 15
    assert (await mailbox.examine("INBOX")).exists == 0


@pytest.mark.parametrize("idle", [True, False])
async def test_a_wake_ends_the_wait_and_the_connection_is_kept(box, mailbox, idle):
    mailbox.idle = idle
    await mailbox.examine("INBOX")
    mailbox.wake()  # nobody waits: nothing happens
    began = time.monotonic()
    task = asyncio.create_task(mailbox.wait(60))
    await (until(lambda: "IDLE" in box.proxy.verbs()) if idle else asyncio.sleep(0.1))
    assert not task.done()
    mailbox.wake()
    assert await task is False
    assert time.monotonic() - began < 20
    assert await mailbox.uids() == []
    assert ("IDLE" in box.proxy.verbs()) == idle
    assert box.proxy.connections == 1


async def test_cancelling_a_wait_cuts_the_connection_at_once(box, mailbox):
    await mailbox.examine("INBOX")
    task = await waiting(box, mailbox)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 5  # it takes milliseconds; a wait for the server would take 60 s
    with pytest.raises(Transient):
        await mailbox.uids()


async def test_waiting_costs_nothing(box, mailbox):
    """One thread that sleeps in poll(2): its time on the processor is counted, not the clock's."""
    await mailbox.examine("INBOX")
    await mailbox.wait(0.05)
    task = await waiting(box, mailbox)
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "imap-main"]
    spent = time.pthread_getcpuclockid(thread.ident)
    before = time.clock_gettime(spent)
    await asyncio.sleep(0.5)
    assert time.clock_gettime(spent) - before < 0.01
    mailbox.wake()
    await task


# --- what is refused ---


@pytest.mark.parametrize("name", ["INBOX\r\na1 DELETE INBOX", "a\nb", "a\0b"])
async def test_a_folder_name_with_a_command_in_it_is_not_sent(box, mailbox, name):
    with pytest.raises(ForbiddenWord):
        await mailbox.examine(name)
    assert "DELETE" not in box.proxy.verbs()
    assert (await mailbox.examine("INBOX")).exists == 0


@pytest.mark.parametrize("uids", [[0], [-1], [2**32], [1, "1:*"], [True]])
async def test_what_is_no_uid_is_not_sent(box, mailbox, uids):
    await mailbox.examine("INBOX")
    before = len(box.proxy.commands)
    for ask in (mailbox.fetch, mailbox.sizes):
        with pytest.raises(ForbiddenWord):
            await ask(uids)
    assert len(box.proxy.commands) == before


# --- mishaps ---


async def test_a_connection_that_is_cut_is_a_passing_fault_and_close_is_quiet(box):
    mailbox = await Reading.open(box.login, box.password)
    await mailbox.examine("INBOX")
    box.proxy.on_command = lambda command: "before" if command.verb == "UID SEARCH" else None
    with pytest.raises(Transient, match="lost while searching"):
        await mailbox.uids()
    with pytest.raises(Transient):
        await mailbox.examine("INBOX")
    await mailbox.close()
    await mailbox.close()


async def test_close_is_quiet_when_the_answer_never_comes(box):
    mailbox = await Reading.open(box.login, box.password)
    box.proxy.on_command = lambda command: "after" if command.verb == "LOGOUT" else None
    await mailbox.close()


async def test_a_closed_connection_leaves_no_thread(box):
    mailbox = await Reading.open(box.login, box.password)
    await mailbox.close()
    await until(lambda: not [thread for thread in threading.enumerate() if thread.name == "imap-main"])
