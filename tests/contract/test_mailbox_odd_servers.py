"""core.ports.Mailbox over servers that are silent, hang up, or answer as no server should."""

import asyncio
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.scripted import HANG_UP, SILENCE, Scripted
from support.waiting import until

from daemon.adapters.imap import session
from daemon.adapters.imap.login import Login
from daemon.adapters.imap.reading import Reading
from daemon.core.errors import HighroadError, NeedsOperator, Transient
from daemon.core.ports import FolderState

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
