"""core.ports.Mailbox over real servers: what is read is what is there, and reading leaves no trace."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.mailservers import dovecot_box, pymap_box
from support.minds import mail
from support.scripted import HANG_UP, SILENCE, Scripted

from daemon.adapters.imap import session
from daemon.adapters.imap.gateway import ForbiddenWord
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import HighroadError, NeedsOperator, Transient
from daemon.core.ports import PREFIX_BYTES, FolderState

ROOT = Path(__file__).parents[2]
VERBS = {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}


@pytest.fixture(params=["dovecot", "pymap"])
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


def scripted_login(server):
    return Login("main", server.host, server.port, "plain", "sam")


async def test_a_silent_server_is_given_up_at_the_deadline(monkeypatch):
    monkeypatch.setattr(session.Session.call, "__defaults__", (0.2,))
    monkeypatch.setattr(session, "CLOSE_SECONDS", 0.1)
    with Scripted(UID_SEARCH=SILENCE) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        await mailbox.examine("INBOX")
        began = time.monotonic()
        with pytest.raises(Transient, match=r"was silent for 0 s while searching"):
            await mailbox.uids()
        with pytest.raises(Transient):
            await mailbox.uids()
        await mailbox.close()
        assert time.monotonic() - began < 10
        assert server.verbs.count("UID SEARCH") == 1


async def test_a_server_that_is_silent_from_the_start_is_given_up(monkeypatch):
    monkeypatch.setattr(session, "OPEN_SECONDS", 0.2)
    with Scripted(greeting=SILENCE) as server:
        with pytest.raises(Transient, match="took more than 0 s to let us in"):
            await Reading.open(scripted_login(server), "x")


async def test_cancelling_does_not_wait_for_the_server():
    with Scripted(UID_SEARCH=SILENCE) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        await mailbox.examine("INBOX")
        task = asyncio.create_task(mailbox.uids())
        while "UID SEARCH" not in server.verbs:
            await asyncio.sleep(0.005)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await mailbox.close()
        assert time.monotonic() - began < 10


async def test_a_closed_connection_leaves_no_thread(box):
    mailbox = await Reading.open(box.login, box.password)
    await mailbox.close()
    end = time.monotonic() + 10
    while [thread for thread in threading.enumerate() if thread.name == "imap-main"] and time.monotonic() < end:
        await asyncio.sleep(0.01)
    assert not [thread for thread in threading.enumerate() if thread.name == "imap-main"]


def test_a_thread_that_waits_for_a_silent_server_does_not_hold_up_the_exit():
    script = """
import asyncio, sys
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
async def main():
    mailbox = await Reading.open(Login("main", "127.0.0.1", int(sys.argv[1]), "plain", "sam"), "x")
    try:
        await asyncio.wait_for(mailbox.uids(), 0.2)
    except TimeoutError:
        print("given up", flush=True)
asyncio.run(main())
"""
    with Scripted(UID_SEARCH=SILENCE) as server:
        command = [sys.executable, "-c", script, str(server.port)]
        done = subprocess.run(command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, "given up\n"), done.stderr


ODD = {
    "it hangs up": {"UID_SEARCH": HANG_UP},
    "it says BYE": {"UID_SEARCH": ("* BYE shutting down", *HANG_UP)},
    "it says no": {"UID_SEARCH": ("{tag} NO [SERVERBUG] sorry",)},
    "it says bad": {"UID_SEARCH": ("{tag} BAD what?",)},
    "it is no IMAP": {"UID_SEARCH": ("HTTP/1.1 400 Bad Request", "", *HANG_UP)},
    "its numbers are words": {"UID_SEARCH": ("* SEARCH one two", "{tag} OK done")},
    "its line never ends": {"UID_SEARCH": ("* SEARCH " + "1 " * 600_000, "{tag} OK done")},
    "its octets are no ASCII": {"UID_SEARCH": (b"* \xff\xfe\xfd", "{tag} OK done")},
}


@pytest.mark.parametrize("how", ODD)
async def test_whatever_a_server_answers_is_a_sentence(how):
    with Scripted(**ODD[how]) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        await mailbox.examine("INBOX")
        with pytest.raises(HighroadError, match=re.escape(f"{server.host}:{server.port}")):
            await mailbox.uids()
        await mailbox.close()


async def test_a_fetch_that_tells_of_others_is_no_mail_of_theirs():
    """Servers tell at any time what changed in other messages (RFC 9051, 7), by number and without UID."""
    body = b"Subject: x\r\n\r\n"

    def fetched(_tag, _line):
        yield "* 5 FETCH (FLAGS (\\Seen))"
        yield "* 2 EXISTS"
        yield f'* 1 FETCH (UID 9 RFC822.SIZE {len(body)} INTERNALDATE "01-Mar-2026 10:00:00 +0000" BODY[]<0> {{{len(body)}}}'
        yield body + b")"
        yield "{tag} OK done"

    with Scripted(UID_FETCH=lambda tag, line: list(fetched(tag, line))) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        await mailbox.examine("INBOX")
        found = await mailbox.fetch([5, 9])
        assert await mailbox.sizes([5, 9]) == {9: len(body)}
        await mailbox.close()
    assert [(each.uid, each.prefix) for each in found] == [(9, body)]


async def test_a_very_large_folder_is_asked_for_in_parts():
    """One SEARCH of 120,000 messages may be answered by a line of more octets than a line can have."""

    def found(_tag, line):
        first, _, last = line.split()[2].partition(":")
        last = 120_003 if last == "*" else int(last)
        return [f"* SEARCH {' '.join(str(4_000_000_000 + n) for n in range(int(first), last + 1))}", "{tag} OK done"]

    large = ("* 120000 EXISTS", "* OK [UIDVALIDITY 7] ok", "{tag} OK [READ-ONLY] done")
    with Scripted(EXAMINE=large, UID_SEARCH=found) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        uids = await opened(mailbox)
        await mailbox.close()
    assert uids == [4_000_000_000 + n for n in range(1, 120_004)]
    searches = [line for line in server.lines if line.startswith("UID SEARCH")]
    assert searches == [f"UID SEARCH {part} ALL" for part in ("1:50000", "50001:100000", "100001:*")]


async def test_a_folder_without_uidvalidity_is_a_sentence():
    with Scripted(EXAMINE=("* 0 EXISTS", "{tag} OK [READ-ONLY] done")) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        with pytest.raises(NeedsOperator, match="UIDVALIDITY"):
            await mailbox.examine("INBOX")
        await mailbox.close()


async def test_a_folder_without_uidnext_is_read_all_the_same():
    with Scripted(EXAMINE=("* 4 EXISTS", "* OK [UIDVALIDITY 7] ok", "{tag} OK [READ-ONLY] done")) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        assert await mailbox.examine("INBOX") == FolderState(4, 7, None)
        await mailbox.close()


@pytest.mark.parametrize("listed", ['* LIST () "/" R&D', '* LIST () "/" "&AAA"', '* LIST () "/" {5}\r\nGr\xfc\xdfe'])
async def test_a_folder_with_a_name_that_is_not_encoded_does_not_hide_the_others(listed):
    line = listed.encode("latin-1")
    with Scripted(LIST=(line, '* LIST () "/" INBOX', "{tag} OK done")) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        assert "INBOX" in await mailbox.folders()
        await mailbox.close()


async def test_folders_that_cannot_be_opened_are_not_told():
    lines = ('* LIST (\\NoSelect) "/" A', '* LIST (\\nonexistent) "/" B', '* LIST () "/" INBOX', "{tag} OK done")
    with Scripted(LIST=lines) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        assert await mailbox.folders() == ["INBOX"]
        await mailbox.close()
