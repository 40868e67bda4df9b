"""core.ports.Mailbox over real servers: what is read is what is there, and reading leaves no trace."""

import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.mailservers import dovecot_box, pymap_box
from support.minds import mail
from support.waiting import until

from daemon.adapters.imap.gateway import ForbiddenWord
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import NeedsOperator, Transient
from daemon.core.ports import PREFIX_BYTES, FolderState

ROOT = Path(__file__).parents[2]
VERBS = {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}


@pytest.fixture(params=[pytest.param("dovecot", marks=pytest.mark.dovecot), "pymap"])
async def box(request):
    if request.param == "pymap":
        async with pymap_box() as box:
            yield box
    else:
        async with dovecot_box(request.getfixturevalue("dovecot")) as box:
            yield box


@pytest.fixture
async def mailbox(box):
    mailbox = await Reading.open(box.login, box.password)
    yield mailbox
    await mailbox.close()
    assert set(box.proxy.verbs()) <= VERBS
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
    assert await mailbox.examine("INBOX") == FolderState(3, empty.uidvalidity, empty.uidnext + 3)
    await box.expunge(empty.uidnext + 2)
    assert await mailbox.examine("INBOX") == FolderState(2, empty.uidvalidity, empty.uidnext + 3)


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
    assert "Account \"main\" has no folder 'Bewerbungn'" in said
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
