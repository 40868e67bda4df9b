"""core.ports.Mailbox over servers that are silent, hang up, or answer as no server should."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from support.scripted import HANG_UP, SILENCE, Scripted
from support.waiting import until

from daemon.adapters.imap import idle, session
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
from daemon.adapters.imap.session import SaidNo
from daemon.core.errors import HighroadError, NeedsOperator, Throttled, Transient
from daemon.core.ports import PREFIX_BYTES, FolderState

ROOT = Path(__file__).parents[2]


async def opened(mailbox):
    """Open INBOX; the UIDs there."""
    await mailbox.examine("INBOX")
    return await mailbox.uids()


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
    with Scripted(greeting=SILENCE) as server, pytest.raises(Transient, match="took more than 0 s to let us in"):
        await Reading.open(scripted_login(server), "x")


async def test_cancelling_does_not_wait_for_the_server():
    with Scripted(UID_SEARCH=SILENCE) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        await mailbox.examine("INBOX")
        task = asyncio.create_task(mailbox.uids())
        await until(lambda: "UID SEARCH" in server.verbs)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(Transient, match="lost"):  # at once: the connection was cut
            await asyncio.wait_for(mailbox.examine("INBOX"), 20)
        await mailbox.close()


def test_a_thread_that_waits_for_a_silent_server_does_not_hold_up_the_exit():
    script = """
import asyncio, sys
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
async def main():
    mailbox = await Reading.open(Login("main", "127.0.0.1", int(sys.argv[1]), "plain", "sam"), "x")
    await mailbox.examine("INBOX")
    try:
        await asyncio.wait_for(mailbox.uids(), 0.2)
    except TimeoutError:
        print("given up", flush=True)
asyncio.run(main())
"""
    with Scripted(UID_SEARCH=SILENCE) as server:
        command = [sys.executable, "-c", script, str(server.port)]
        env = {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "given up\n"


# --- connecting ---


async def nobody_is_left(server):
    """No thread of ours, and no connection that is still open at the other end."""
    await until(lambda: not [thread for thread in threading.enumerate() if thread.name == "imap-main"])
    await until(lambda: server.open_connections == 0)


@pytest.mark.parametrize("where", ["greeting", "CAPABILITY", "LOGIN"])
@pytest.mark.parametrize("how", ["cancelled", "deadline"])
async def test_an_opening_that_is_given_up_leaves_neither_thread_nor_socket(where, how, monkeypatch):
    answers = {"greeting": SILENCE} if where == "greeting" else {where: SILENCE}
    with Scripted(**answers) as server:
        if how == "deadline":
            monkeypatch.setattr(session, "OPEN_SECONDS", 0.3)
            with pytest.raises(Transient, match="to let us in"):
                await Reading.open(scripted_login(server), "x")
        else:
            task = asyncio.create_task(Reading.open(scripted_login(server), "x"))
            await until(lambda: server.connections and (where == "greeting" or where in server.verbs))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await nobody_is_left(server)


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_a_handshake_that_never_ends_is_cut_too(security):
    ready = {} if security == "tls" else {"CAPABILITY": ("* CAPABILITY IMAP4rev1 STARTTLS", "{tag} OK done")}
    with Scripted(
        greeting=SILENCE if security == "tls" else ("* OK",), STARTTLS=("{tag} OK go", *SILENCE), **ready
    ) as one:
        login = Login("main", one.host, one.port, security, "sam")
        task = asyncio.create_task(Reading.open(login, "x"))
        await until(lambda: one.connections and (security == "tls" or "STARTTLS" in one.verbs))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await nobody_is_left(one)


async def test_what_is_said_right_after_starttls_is_an_attack():
    """Response injection: octets that came before TLS must not be taken for the server's under it (RFC 9051, 11.1)."""
    ready = ("* CAPABILITY IMAP4rev1 STARTTLS", "{tag} OK done")
    glued = lambda tag, _: [f"{tag} OK go\r\n* CAPABILITY IMAP4rev1 AUTH=EVIL".encode()]  # noqa: E731
    with Scripted(CAPABILITY=ready, STARTTLS=glued) as server:
        login = Login("main", server.host, server.port, "starttls", "sam")
        with pytest.raises(Transient, match="before TLS was set up"):
            await Reading.open(login, "x")
        assert server.verbs == ["CAPABILITY", "STARTTLS"]


# --- waiting ---

IDLES = {"CAPABILITY": ("* CAPABILITY IMAP4rev1 IDLE", "{tag} OK done")}


@asynccontextmanager
async def reading_from(**answers):
    with Scripted(**(IDLES | answers)) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        try:
            await mailbox.examine("INBOX")
            yield mailbox, server
        finally:
            await mailbox.close()


LOST = {
    "it hangs up": HANG_UP,
    "it hangs up after the plus": (b"+ idling\r\n* 1 EXI", *HANG_UP),
    "it says BYE": ("* BYE Disconnected by server", *HANG_UP),
    "it talks nonsense": ("HTTP/1.1 400 Bad Request",),
}


@pytest.mark.parametrize("how", LOST)
async def test_a_wait_on_a_connection_that_is_lost_ends_at_once(how):
    async with reading_from(IDLE=LOST[how]) as (mailbox, _):
        with pytest.raises(Transient, match="lost while waiting for news"):
            await asyncio.wait_for(mailbox.wait(3600), 20)


async def test_a_goodbye_in_idle_that_asks_to_wait_is_heard():
    async with reading_from(IDLE=("* BYE [UNAVAILABLE] try again in 5 minutes", *HANG_UP)) as (mailbox, _):
        with pytest.raises(Throttled, match="UNAVAILABLE") as caught:
            await mailbox.wait(3600)
    assert caught.value.seconds == 300


async def test_an_idle_that_is_refused_is_not_tried_again_on_this_connection():
    async with reading_from(IDLE=("{tag} BAD what?",), NOOP=("{tag} OK",)) as (mailbox, server):
        for _ in range(3):
            assert await mailbox.wait(0.05) is False
        assert server.verbs.count("IDLE") == 1


async def test_without_the_capability_there_is_no_idle():
    async with reading_from(CAPABILITY=("* CAPABILITY IMAP4rev1", "{tag} OK done")) as (mailbox, server):
        assert await mailbox.wait(0.05) is False
    assert "IDLE" not in server.verbs


async def test_an_idle_that_never_ends_is_a_lost_connection(monkeypatch):
    monkeypatch.setattr(idle, "END_SECONDS", 0.2)
    async with reading_from(IDLE=("+ idling", *SILENCE)) as (mailbox, _):
        task = asyncio.create_task(mailbox.wait(3600))
        await asyncio.sleep(0.05)
        mailbox.wake()
        with pytest.raises(Transient):
            await task


# --- what a NO says ---

WAIT = {
    "limit": ("{tag} NO [LIMIT] SEARCH Rate limit hit.", None),
    "exchange": ("{tag} BAD Request is throttled. Suggested Backoff Time: 89117 milliseconds", 89.117),
    "gmail": ("{tag} NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", None),
}


@pytest.mark.parametrize("how", WAIT)
async def test_a_no_that_asks_to_wait_is_heard_and_the_connection_kept(how):
    said, seconds = WAIT[how]
    async with reading_from(UID_SEARCH=(said,)) as (mailbox, server):
        with pytest.raises(Throttled) as caught:
            await mailbox.uids()
        assert caught.value.seconds == seconds
        assert isinstance(caught.value, SaidNo)
        assert said.split(" ", 2)[2].strip(".") in str(caught.value)
        await mailbox.examine("INBOX")
        assert server.connections == 1


@pytest.mark.parametrize("code", ["OVERQUOTA", "NOPERM", "READ-ONLY", "TRYCREATE", "NONEXISTENT", "CANNOT"])
async def test_a_no_keeps_its_code(code):
    async with reading_from(UID_SEARCH=(f"{{tag}} NO [{code.lower()}] no",)) as (mailbox, _):
        with pytest.raises(SaidNo) as caught:
            await mailbox.uids()
    assert caught.value.code == code
    assert not isinstance(caught.value, Throttled)


async def test_a_goodbye_in_a_command_is_passed_on():
    async with reading_from(UID_SEARCH=("* BYE Server shutting down.", *HANG_UP)) as (mailbox, _):
        with pytest.raises(Transient, match=r"lost while searching \(“Server shutting down"):
            await mailbox.uids()


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
        told = f'UID 9 RFC822.SIZE {len(body)} INTERNALDATE "01-Mar-2026 10:00:00 +0000"'
        yield f"* 1 FETCH ({told} BODY[]<0> {{{len(body)}}}"
        yield body + b")"
        yield "{tag} OK done"

    with Scripted(UID_FETCH=lambda tag, line: list(fetched(tag, line))) as server:
        mailbox = await Reading.open(scripted_login(server), "x")
        await mailbox.examine("INBOX")
        found = await mailbox.fetch([5, 9])
        assert await mailbox.sizes([5, 9]) == {9: len(body)}
        await mailbox.close()
    assert [(each.uid, each.prefix) for each in found] == [(9, body)]


@pytest.mark.parametrize("spelling", ["BODY[]<0>", "body[]<0>", "BODY[]", f"BODY[]<0.{PREFIX_BYTES}>"])
async def test_a_body_is_found_however_it_is_spelt_and_cut_off_where_the_server_does_not(spelling):
    body = b"Subject: x\r\n\r\n" + b"y" * PREFIX_BYTES
    told = f'* 1 FETCH (RFC822.SIZE 7000000 UID 9 INTERNALDATE "01-Mar-2026 10:00:00 +0000" {spelling} {{{len(body)}}}'
    lines = [told, body + b" FLAGS (\\Seen))", "{tag} OK done"]
    async with reading_from(UID_FETCH=lines) as (mailbox, _):
        (found,) = await mailbox.fetch([9])
    assert (found.uid, found.size, found.prefix) == (9, 7_000_000, body[:PREFIX_BYTES])


async def test_mails_are_asked_for_in_one_go_and_a_mailbox_that_floods_is_let_go():
    async with reading_from(UID_FETCH=("{tag} OK done",)) as (mailbox, server):
        assert await mailbox.fetch([*range(1, 200), *range(300, 421)]) == []
        assert len([line for line in server.lines if line.startswith("UID FETCH")]) == 1
        assert any(line.startswith("UID FETCH 1:199,300:420 (UID RFC822.SIZE INTERNALDATE") for line in server.lines)
    async with reading_from(UID_FETCH=("* 1 FETCH (UID 9 BODY[]<0> {999999999}", "x")) as (mailbox, _):
        with pytest.raises(Transient, match="999999999 octets"):
            await mailbox.fetch([9])


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
